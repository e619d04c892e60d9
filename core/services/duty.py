"""今日待办: what this person owes now, nearest deadline first."""

from datetime import datetime, timedelta
from typing import Final

import db.duty as rows
from core.rules.base import Record
from core.rules.duty import URGENT, DutyKind
from core.rules.owed import OwedDuty
from core.rules.roll_board import RollLine
from core.rules.staff import Role
from core.rules.time import Moment, day_of
from core.services import board
from core.services.desk import Desk

# Longer than the news takes, and than an alarm that rings a hundred children.
_JUST_NOW: Final = timedelta(minutes=1)


class DueRoll(Record):
    """A roll that is owed now; several classes where they are one 复式班."""

    lines: tuple[RollLine, ...]

    @property
    def due_at(self) -> datetime:
        """Return its limit (点名时限)."""
        return self.lines[0].session.limit_at


class LateRolls(Record):
    """Rolls of one session of a school that nobody took: an hour later its leaders' (4)."""

    school_id: int
    school_name: str
    lines: tuple[RollLine, ...]

    @property
    def due_at(self) -> datetime:
        """Return the first limit that went by (点名时限)."""
        return min(line.session.limit_at for line in self.lines)


class Today(Record):
    """The first screen: rolls and duties, and what the day looks like so far."""

    now: Moment
    # Whether the class is to be told beside a duty: this person has several (17).
    several_classes: bool
    # Whether a class needs no name here: this person has one, and only one.
    one_class: bool
    rolls: tuple[DueRoll, ...]
    late: tuple[LateRolls, ...]
    duties: tuple[OwedDuty, ...]
    # Rolls of this person's sight: taken, and owed by now.
    rolls_taken: int
    rolls_untaken: int
    untaken: tuple[RollLine, ...]


def _debtor(desk: Desk) -> rows.Debtor:
    """Return this person as a debtor."""
    grants = desk.actor.grants

    def schools(role: Role) -> tuple[int, ...]:
        return tuple(
            g.school_id for g in grants if g.role is role and g.school_id is not None
        )

    return rows.Debtor(
        scope=desk.actor.scope,
        headed_classes=desk.actor.headed_classes,
        township_roles=tuple(sorted({g.role.value for g in grants if g.school_id is None})),
        led_schools=schools(Role.LEADER),
        registered_schools=schools(Role.REGISTRAR),
        watched_schools=schools(Role.DUTY_TEACHER),
    )


def _mine(desk: Desk, line: RollLine) -> bool:
    """Tell whether a roll is this person's own to take, not only to see."""
    if line.session.boarders_only:
        return desk.actor.holds(
            Role.CLASS_TEACHER,
            Role.DUTY_TEACHER,
            township_id=line.township_id,
            school_id=line.school_id,
            class_id=line.class_id,
        )
    if not line.headed:
        return _leads(desk, line)
    return line.class_id in desk.actor.headed_classes


def _leads(desk: Desk, line: RollLine) -> bool:
    place = {"township_id": line.township_id, "school_id": line.school_id}
    return desk.actor.holds(Role.LEADER, **place)


def _together(lines: list[RollLine]) -> tuple[DueRoll, ...]:
    """Put the classes of one 复式班 into one roll (18)."""
    groups: dict[tuple[int, str], list[RollLine]] = {}
    for line in lines:
        own = line.combined_id or -line.class_id
        groups.setdefault((own, line.session.session), []).append(line)
    found = (DueRoll(lines=tuple(group)) for group in groups.values())
    return tuple(sorted(found, key=lambda roll: roll.due_at))


def _late(lines: list[RollLine]) -> tuple[LateRolls, ...]:
    groups: dict[tuple[int, str], list[RollLine]] = {}
    for line in lines:
        groups.setdefault((line.school_id, line.session.session), []).append(line)
    return tuple(
        LateRolls(
            school_id=group[0].school_id,
            school_name=group[0].school_name,
            lines=tuple(group),
        )
        for group in groups.values()
    )


async def urgent(desk: Desk) -> tuple[OwedDuty, ...]:
    """Return what this person owes at once, since a minute ago, the newest first."""
    async with desk.reading() as (conn, now):
        owed = await rows.owed(conn, _debtor(desk), day_of(now))
    fresh = [d for d in owed if d.kind in URGENT and d.opened_at >= now - _JUST_NOW]
    return tuple(sorted(fresh, key=lambda d: (d.opened_at, d.id), reverse=True))


async def of_kinds(
    desk: Desk, kinds: frozenset[DutyKind]
) -> tuple[Moment, tuple[OwedDuty, ...]]:
    """Return the moment, and what this person owes of some kinds, the nearest first."""
    async with desk.reading() as (conn, now):
        owed = await rows.owed(conn, _debtor(desk), day_of(now))
    return now, tuple(one for one in owed if one.kind in kinds)


async def today(desk: Desk) -> Today:
    """Return what this person owes now."""
    seen = await board.rolls(desk)
    now = seen.now
    async with desk.reading() as (conn, _):
        duties = await rows.owed(conn, _debtor(desk), day_of(now))
    untaken = [line for line in seen.lines if line.owed_at(now)]
    overdue = [line for line in untaken if line.overdue_at(now)]
    return Today(
        now=now,
        several_classes=len(desk.actor.scope.classes) > 1,
        one_class=len(desk.actor.scope.classes) == 1,
        rolls=_together([line for line in untaken if _mine(desk, line)]),
        late=_late(
            [
                line
                for line in untaken
                if line.climbed_at(now) and _leads(desk, line) and not _mine(desk, line)
            ]
        ),
        duties=tuple(d for d in duties if d.kind is not DutyKind.ROLL),
        rolls_taken=sum(line.taken is not None for line in seen.lines),
        rolls_untaken=len(overdue),
        untaken=tuple(overdue),
    )
