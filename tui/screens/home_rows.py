"""The lines of 今日待办: rolls and duties as one reads them, most urgent first."""

from collections.abc import Iterator, Sequence
from datetime import datetime, time, timedelta
from typing import Final

from core.rules.absence import remaining
from core.rules.base import Record
from core.rules.duty import DutyKind, DutyState, words_of
from core.rules.owed import OwedDuty
from core.rules.place import class_name
from core.rules.roll import RollState
from core.services.duty import DueRoll, LateRolls, Today

# A child is at stake: these stand above everything else, whenever they are due.
_URGENT: Final = (
    DutyKind.NOT_KNOWN,
    DutyKind.SIGN_REPORT,
    DutyKind.RECEIPT_GOVERNMENT,
    DutyKind.RECEIPT_BUREAU,
    DutyKind.ALARM_GOVERNMENT,
    DutyKind.ALARM_BUREAU,
    DutyKind.ALARM_OFFICE,
)


class HomeRow(Record):
    """One line of the list: a roll or a duty."""

    key: str
    head: str
    words: str
    state: str
    when: str
    red: bool
    rank: int = len(_URGENT)
    roll: DueRoll | None = None
    late: LateRolls | None = None
    duty: OwedDuty | None = None


def rows_of(today: Today) -> tuple[HomeRow, ...]:
    """Return rolls and duties as lines: what rang first of all, then by deadline."""
    found = [(roll.due_at, _roll_row(roll, today.now)) for roll in today.rolls]
    several = len({owed.school_id for owed in today.duties}) > 1
    found += [(late.due_at, _late_row(late, today.now)) for late in today.late]
    found += [
        (
            owed[0].due_at,
            _duty_row(owed[0], today.now, _place(owed, today, several=several)),
        )
        for owed in _together(today.duties)
    ]
    return tuple(row for _, row in sorted(found, key=lambda pair: (pair[1].rank, pair[0])))


def _together(duties: Sequence[OwedDuty]) -> Iterator[tuple[OwedDuty, ...]]:
    """Yield each duty alone, but those of several classes that one screen does as one."""

    def key(owed: OwedDuty) -> tuple[object, ...]:
        alone = owed.kind is not DutyKind.CLASS_MONTH
        return owed.kind, owed.words, owed.due_at, owed.school_id, alone and owed.id

    groups: dict[tuple[object, ...], list[OwedDuty]] = {}
    for owed in duties:
        groups.setdefault(key(owed), []).append(owed)
    yield from map(tuple, groups.values())


def _place(owed: Sequence[OwedDuty], today: Today, *, several: bool) -> str:
    """Return which class or how many, and which school, where that is not plain (17)."""
    first = owed[0]
    told = f"  {len(owed)}个班" if len(owed) > 1 else ""
    if not told and today.several_classes and first.cohort and first.number:
        told = f"  {class_name(first.cohort, first.number, today.now.date())}"
    school = first.school_name
    return told if school is None or not several else f"{told}  {school}"


def _when(due_at: datetime, now: datetime) -> str:
    if now >= due_at:
        return remaining(due_at, now)
    # "By the 25th" ends as the 26th begins.
    due_at -= timedelta(seconds=1 if due_at.time() == time.min else 0)
    if due_at.date() == now.date():
        return f"{due_at:%H:%M}前"
    return f"{due_at:%m-%d}前"


def _roll_row(roll: DueRoll, now: datetime) -> HomeRow:
    first = roll.lines[0]
    names = "、".join(line.class_name for line in roll.lines)
    expected = sum(line.expected for line in roll.lines)
    return HomeRow(
        key=f"roll-{first.class_id}-{first.session.session}",
        head=DutyKind.ROLL.label,
        words=f"{names} {first.session.session.label}  应到{expected}",
        state=RollState.UNTAKEN.label,
        when=_when(roll.due_at, now),
        red=first.climbed_at(now),
        roll=roll,
    )


def _late_row(late: LateRolls, now: datetime) -> HomeRow:
    first = late.lines[0]
    others = f"等{len(late.lines)}个班" if len(late.lines) > 1 else ""
    return HomeRow(
        key=f"late-{late.school_id}-{first.session.session}",
        head=DutyKind.UNTAKEN.label,
        words=f"{first.session.session.label} {first.class_name}{others}",
        state=RollState.UNTAKEN.label,
        when=_when(late.due_at, now),
        red=True,
        late=late,
    )


def _duty_row(owed: OwedDuty, now: datetime, place: str) -> HomeRow:
    overdue = now >= owed.due_at
    state = DutyState.OVERDUE if overdue else DutyState.OPEN
    return HomeRow(
        key=f"duty-{owed.id}",
        head=owed.kind.label,
        words=words_of(owed.kind, owed.words) + place,
        state=state.label,
        when=_when(owed.due_at, now),
        # What has climbed was missed by the one below: red for whoever it came to.
        red=overdue or owed.climbed_to is not None,
        rank=_URGENT.index(owed.kind) if owed.kind in _URGENT else len(_URGENT),
        duty=owed,
    )
