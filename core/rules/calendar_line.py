"""The calendar as its screen shows it: terms, years, closures, and how far it reaches."""

from collections.abc import Iterable
from datetime import date, timedelta

from core.rules.base import Record
from core.rules.calendar import (
    Calendar,
    CalendarYear,
    Closure,
    ClosureKind,
    Term,
    covered_until,
)
from core.rules.place import School, SchoolClass, class_name, grade_name
from core.rules.session import SessionPlan
from core.rules.time import Moment


class Coverage(Record):
    """How far a township's calendar reaches."""

    township_id: int
    township_name: str
    until: date | None
    # Years that are needed soon and have no list of holidays.
    unknown_years: tuple[int, ...]
    warns: bool

    @property
    def sentence(self) -> str:
        """Return what is missing and what to do, loudly; "" where nothing is."""
        if self.unknown_years:
            years = "、".join(f"{year}年" for year in self.unknown_years)
            return f"{years}放假安排未录入：此后48小时按钟点计，请粘贴国务院办公厅通知。"
        if self.until is None:
            return "本学年学期未编排：48小时按钟点计，请编排学期。"
        if self.warns:
            return f"校历只排到{self.until:%Y-%m-%d}，请续排下一学期。"
        return ""


class ClosureLine(Closure):
    """A closure with the names and the class beside its ids."""

    school_name: str | None
    cohort: int | None
    number: int | None
    declared_by_name: str
    acknowledged_by_name: str | None

    @property
    def whom(self) -> str:
        """Return 全镇, 河湾小学, 河湾小学 三年级 or 河湾小学 三年级（1）班."""
        if self.school_name is None:
            return "全镇"
        if self.cohort is not None and self.number is not None:
            return (
                f"{self.school_name} {class_name(self.cohort, self.number, self.from_on)}"
            )
        grade = "" if self.grade is None else f" {grade_name(self.grade)}"
        return f"{self.school_name}{grade}"

    @property
    def days(self) -> str:
        """Return 11-25, 11-25至11-27, with the session where it is only one."""
        last = self.to_on - timedelta(days=1)
        told = f"{self.from_on:%m-%d}"
        if last > self.from_on:
            told += f"至{last:%m-%d}"
        return told if self.session is None else f"{told} {self.session.label}"


class CalendarBoard(Record):
    """One township's calendar, as far as a person may see it."""

    now: Moment
    coverage: Coverage
    terms: tuple[Term, ...]
    years: tuple[CalendarYear, ...]
    closures: tuple[ClosureLine, ...]
    schools: tuple[School, ...]
    classes: tuple[SchoolClass, ...]
    plans: tuple[SessionPlan, ...]
    # 点名时限 of a new session, in minutes.
    limit_after: int
    # Schools with more 临时停课 in the term than the policy allows without a look (23).
    red_schools: frozenset[int]


def coverage_of(
    calendar: Calendar, township: tuple[int, str], today: date, warn_before: int
) -> Coverage:
    """Return how far a calendar reaches, warning `warn_before` days ahead."""
    until = covered_until(calendar)
    known = {year.year for year in calendar.years}
    needed = {today.year, (today + timedelta(days=warn_before)).year}
    warns = until is None or until < today + timedelta(days=warn_before)
    return Coverage(
        township_id=township[0],
        township_name=township[1],
        until=until,
        unknown_years=tuple(sorted(needed - known)),
        warns=warns,
    )


def red_schools(
    closures: Iterable[Closure], term: Term | None, most: int
) -> frozenset[int]:
    """Return the schools that declared 临时停课 more than `most` times in the term (23)."""
    if term is None:
        return frozenset()
    counted: dict[int, int] = {}
    for closure in closures:
        if closure.kind is ClosureKind.SUSPENSION and closure.school_id is not None:
            declared = term.holds(closure.from_on)
            counted[closure.school_id] = counted.get(closure.school_id, 0) + declared
    return frozenset(school for school, times in counted.items() if times > most)
