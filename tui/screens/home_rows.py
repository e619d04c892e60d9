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
    DutyKind.OPENED_GOVERNMENT,
    DutyKind.OPENED_BUREAU,
    DutyKind.OPENED_OFFICE,
)

# Done class by class on one screen: those of one school and one day are one line.
_NAMES_CLASS: Final = frozenset({DutyKind.UNTAKEN, DutyKind.HEAD_TEACHER})
_OF_CLASSES: Final = _NAMES_CLASS | {DutyKind.CLASS_MONTH}


class HomeRow(Record):
    """One line of the list: a roll or a duty."""

    key: str
    head: str
    words: str
    state: str
    when: str
    # Since when it is owed.
    since: str
    red: bool
    rank: int = len(_URGENT)
    roll: DueRoll | None = None
    late: LateRolls | None = None
    duty: OwedDuty | None = None


def rows_of(today: Today) -> tuple[HomeRow, ...]:
    """Return rolls and duties as lines: what rang first of all, then by deadline."""
    found = [(roll.due_at, _roll_row(roll, today.now)) for roll in today.rolls]
    schools = {owed.school_id for owed in today.duties}
    several = len(schools | {late.school_id for late in today.late}) > 1
    found += [
        (late.due_at, _late_row(late, today.now, several=several)) for late in today.late
    ]
    found += [
        (owed[0].due_at, _duty_row(owed, today, several=several))
        for owed in _together(today.duties)
    ]
    return tuple(row for _, row in sorted(found, key=lambda pair: (pair[1].rank, pair[0])))


def _together(duties: Sequence[OwedDuty]) -> Iterator[tuple[OwedDuty, ...]]:
    """Yield each duty alone, but those of several classes that one screen does as one."""

    def key(owed: OwedDuty) -> tuple[object, ...]:
        alone = owed.kind not in _OF_CLASSES
        return owed.kind, owed.due_at, owed.school_id, alone and owed.id

    groups: dict[tuple[object, ...], list[OwedDuty]] = {}
    for owed in duties:
        groups.setdefault(key(owed), []).append(owed)
    yield from map(tuple, groups.values())


def _who(owed: Sequence[OwedDuty]) -> str:
    """Return what a line is about: one thing, the first of several classes, or a month."""
    first, count = owed[0], len(owed)
    if count == 1:
        return first.words
    month = first.kind is DutyKind.CLASS_MONTH
    return f"{count}个班{first.words}" if month else f"{first.words}等{count}个班"


def _place(owed: Sequence[OwedDuty], today: Today, *, several: bool) -> str:
    """Return the class and the school, where they are not plain (17)."""
    told, first = "", owed[0]
    several_classes = today.several_classes or (
        # A month confirmed for a class without a head teacher is the principal's (16).
        first.kind is DutyKind.CLASS_MONTH and not today.one_class
    )
    plain = len(owed) > 1 or first.kind in _NAMES_CLASS or not several_classes
    if not plain and first.cohort and first.number:
        told = f"  {class_name(first.cohort, first.number, today.now.date())}"
    school = first.school_name
    named = school is None or first.words.startswith(school)
    return told if named or not several else f"{told}  {school}"


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
    names = first.class_name
    if len(roll.lines) > 1:
        names = first.combined_name or "、".join(line.class_name for line in roll.lines)
    expected = sum(line.expected for line in roll.lines)
    return HomeRow(
        key=f"roll-{first.class_id}-{first.session.session}",
        head=DutyKind.ROLL.label,
        words=f"{names} {first.session.session.label}  应到{expected}",
        state=RollState.UNTAKEN.label,
        when=_when(roll.due_at, now),
        since=f"{first.opens_at:%m-%d %H:%M}",
        red=first.climbed_at(now),
        roll=roll,
    )


def _late_row(late: LateRolls, now: datetime, *, several: bool) -> HomeRow:
    first = late.lines[0]
    others = f"等{len(late.lines)}个班" if len(late.lines) > 1 else ""
    where = f"  {late.school_name}" if several else ""
    return HomeRow(
        key=f"late-{late.school_id}-{first.session.session}",
        head=DutyKind.UNTAKEN.label,
        words=f"{first.session.session.label} {first.class_name}{others}{where}",
        state=RollState.UNTAKEN.label,
        when=_when(late.due_at, now),
        since=f"{first.opens_at:%m-%d %H:%M}",
        red=True,
        late=late,
    )


def _duty_row(owed: Sequence[OwedDuty], today: Today, *, several: bool) -> HomeRow:
    first, now = owed[0], today.now
    overdue = now >= first.due_at
    state = DutyState.OVERDUE if overdue else DutyState.OPEN
    return HomeRow(
        key=f"duty-{first.id}",
        head=first.kind.label,
        words=words_of(first.kind, _who(owed)) + _place(owed, today, several=several),
        state=state.label,
        when=_when(first.due_at, now),
        since=f"{first.opened_at:%m-%d %H:%M}",
        # What has climbed was missed by the one below: red for whoever it came to.
        red=overdue or any(one.climbed_to is not None for one in owed),
        rank=_URGENT.index(first.kind) if first.kind in _URGENT else len(_URGENT),
        duty=first,
    )
