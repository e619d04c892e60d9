"""在办个案: every open case with its 四早 and its next duty; and the same school by school (R8, R9).

四早 are counted in hours from the first missed session, as 48小时报告登记簿 prints them.
"""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import Final

from core.rules.base import Coded, Record, Words
from core.rules.case import CaseState, CaseStep
from core.rules.change import DECREASES, ChangeKind
from core.rules.duty import DutyKind
from core.rules.time import Moment, day_of

_HOUR: Final = timedelta(hours=1)
_LEFT: Final = frozenset({CaseState.CONFIRMED, CaseState.LEGAL})


class Early(Coded):
    """四早: found missing, told upward, visited at home, talked to."""

    FOUND = "found", "早清查"
    TOLD = "told", "早汇报"
    VISITED = "visited", "早家访"
    TALKED = "talked", "早劝学"


class BoardCase(Record):
    """One case: where it stands, what was done how soon, and what is owed next."""

    township_id: int
    case_id: int
    number: Words
    student_id: int
    student_name: Words
    pinyin: tuple[str, ...]
    school_id: int
    school_name: Words
    class_id: int
    cohort: int
    class_number: int
    state: CaseState
    step: CaseStep | None
    opened_at: Moment
    returned_at: Moment | None
    closed_at: Moment | None
    missed_at: Moment
    found_at: Moment | None
    told_at: Moment | None
    visited_at: Moment | None
    talked_at: Moment | None
    duty: DutyKind | None
    due_at: Moment | None

    @property
    def shown(self) -> CaseState:
        """Return the state people read: 待核实 while a claim waits to be verified."""
        return CaseState.RESETTLED if self.step is CaseStep.SETTLE else self.state

    def lead(self, early: Early) -> timedelta | None:
        """Return how long after the first missed session a thing was done; None while not."""
        at = {
            Early.FOUND: self.found_at,
            Early.TOLD: self.told_at,
            Early.VISITED: self.visited_at,
            Early.TALKED: self.talked_at,
        }[early]
        return None if at is None else at - self.missed_at

    def open_for(self, now: datetime) -> int:
        """Return for how many days the case has been open."""
        return (day_of(now) - day_of(self.opened_at)).days


class SchoolCases(Record):
    """A school's cases: those of this school year counted as a funnel, and 四早 in between."""

    township_id: int
    school_id: int
    school_name: Words
    # Unexcused absences since the school year began (缺勤), whatever became of them.
    absent: int
    # Opened since then; of them, back in school.
    opened: int
    returned: int
    # Open now, whenever opened; of them, found to have left; of them, with something overdue.
    standing: int
    left: int
    overdue: int
    # The medians, in the order of Early; None where nobody has done it.
    leads: tuple[timedelta | None, ...]
    # Of this school year's claims, how many a checked file proves (佐证率).
    claims: int = 0
    proven: int = 0

    @property
    def proof(self) -> str:
        """Return 佐证率 in whole per cent; — where nothing was claimed, never rounded up."""
        return f"{100 * self.proven // self.claims}%" if self.claims else "—"


def hours(lead: timedelta | None) -> str:
    """Return whole hours; — where it was not done."""
    return "—" if lead is None else f"{lead // _HOUR}"


# What a change claims that a file is to prove: who left says nothing by the leaving.
CLAIMS: Final = DECREASES - {ChangeKind.GRADUATION, ChangeKind.DROPOUT}


def by_school(
    cases: Iterable[BoardCase],
    since: date,
    now: datetime,
    absent: Mapping[tuple[int, int], int],
) -> tuple[SchoolCases, ...]:
    """Return each school's cases, in the order in which its first one comes.

    `absent`: the unexcused runs of a school (township, school) since then.
    """
    found: dict[tuple[int, int], list[BoardCase]] = {}
    for case in cases:
        found.setdefault((case.township_id, case.school_id), []).append(case)
    return tuple(
        _school(held, since, now, absent.get(place, 0)) for place, held in found.items()
    )


def _school(held: list[BoardCase], since: date, now: datetime, absent: int) -> SchoolCases:
    opened = [case for case in held if day_of(case.opened_at) >= since]
    standing = [case for case in held if case.closed_at is None]
    return SchoolCases(
        township_id=held[0].township_id,
        school_id=held[0].school_id,
        school_name=held[0].school_name,
        absent=absent,
        opened=len(opened),
        returned=sum(case.returned_at is not None for case in opened),
        standing=len(standing),
        left=sum(case.state in _LEFT for case in standing),
        overdue=sum(case.due_at is not None and case.due_at <= now for case in standing),
        leads=tuple(_median(held, early) for early in Early),
    )


def _median(held: Iterable[BoardCase], early: Early) -> timedelta | None:
    leads = sorted(lead for case in held if (lead := case.lead(early)) is not None)
    if not leads:
        return None
    return (leads[(len(leads) - 1) // 2] + leads[len(leads) // 2]) / 2
