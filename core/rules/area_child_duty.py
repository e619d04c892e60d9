"""What the register of children in no school owes next, by when: never nothing (R14, R48).

Of a child of age: while nothing is claimed of it, that it be enrolled or have a case; of a
claim, that another verify it; of a proof that runs out, that it be looked at again.
"""

from datetime import date, timedelta
from typing import Final

from core.rules.area_child import APPROVED, OPEN, AreaState
from core.rules.base import Record
from core.rules.duty import DutyKind, Owes
from core.rules.school_age import ages_of
from core.rules.time import Moment, day_of, school_year

# No document of the county names these terms: they are ours (docs/policy.md).
ENROL_WITHIN: Final = timedelta(days=7)
VERIFY_WITHIN: Final = timedelta(days=14)
# As of a case's certificates: long enough to ask the other school.
WARN_BEFORE: Final = timedelta(days=14)


class AreaFacts(Record):
    """How a child of the register stands."""

    id: int
    school_id: int | None
    name: str
    born_on: date
    state: AreaState
    until_on: date | None
    # Since when nothing is claimed, and when that or a claim was said last.
    open_since: Moment
    entered_at: Moment
    verified: bool
    has_case: bool


class AreaOwed(Record):
    """A duty about a child of the register."""

    kind: DutyKind
    owes: Owes
    due_on: date


def owed(child: AreaFacts, day: date) -> AreaOwed | None:
    """Return what is owed about a child on a day; None of who has a case or is not of age."""
    ages = ages_of(school_year(day))
    if child.has_case or not ages.oldest < child.born_on <= ages.youngest:
        return None
    if child.state in OPEN:
        begun = max(day_of(child.open_since), date(school_year(day), 9, 1))
        who = Owes.OFFICE if child.school_id is None else DutyKind.ENROL.owes
        return AreaOwed(kind=DutyKind.ENROL, owes=who, due_on=begun + ENROL_WITHIN)
    if not child.verified:
        who = Owes.GOVERNMENT if child.state in APPROVED else DutyKind.VERIFY_AREA.owes
        due_on = day_of(child.entered_at) + VERIFY_WITHIN
        return AreaOwed(kind=DutyKind.VERIFY_AREA, owes=who, due_on=due_on)
    if child.until_on is None or day < child.until_on - WARN_BEFORE:
        return None
    kind = DutyKind.RENEW_AREA
    return AreaOwed(kind=kind, owes=kind.owes, due_on=child.until_on)
