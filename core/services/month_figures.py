"""The figures of month reports: for one school or all of a township, in a few statements.

What a report is made of; filing it is in month.
"""

from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime
from itertools import groupby

import db.balance as figures_of
import db.balance_pupil as pupils_of
import db.balance_year as years_of
import db.month_leave as rolls_of
from core.rules.balance import LineScope, MonthLine, must_balance, total
from core.rules.base import Record
from core.rules.calendar import last_school_day_before
from core.rules.filed import MonthSchool
from core.rules.leave_chain import term_leave
from core.rules.month import LOOK_BACK_DAYS, ReportKind, ZeroFacts
from core.rules.month_lines import class_line, school_lines
from core.rules.month_span import Span
from core.rules.place import SchoolClass, class_name
from core.rules.policy import Policy
from core.rules.roll_board import RollLine, Timetable, lines_of
from core.rules.sheet import EXPECTED
from core.rules.staff import Scope
from core.rules.stray import PupilFlow
from core.rules.time import day_of
from db.balance_pupil import PupilGap
from db.board import classes_today
from db.pool import Conn

LAST_SCHOOL_DAYS = 2


class Counted(Record):
    """One school's figures: a line for each of its classes, and whom they cannot explain.

    `policy` is that of the last day covered: it sets the targets.
    """

    school: MonthSchool
    span: Span
    policy: Policy
    classes: tuple[MonthLine, ...]
    gaps: tuple[PupilGap, ...]

    @property
    def total(self) -> MonthLine:
        """Return the school's own line."""
        return total(LineScope.TOTAL, self.school.name, self.classes)

    @property
    def flows(self) -> tuple[PupilFlow, ...]:
        """Return the pupils who do not balance, as the rule names them."""
        return tuple(
            PupilFlow(
                student_id=gap.student_id,
                student_name=gap.student_name,
                class_name=class_name(gap.cohort, gap.number, self.span.closing_on),
                at_opening=gap.opened > 0,
                at_closing=gap.closed > 0,
                flow=gap.flow,
            )
            for gap in self.gaps
        )

    def lines(self, kind: ReportKind) -> tuple[MonthLine, ...]:
        """Return the lines as that kind of report prints them, the school's own last."""
        school = self.school
        return school_lines(kind, school.name, school.system, self.classes, self.policy)

    def must_balance(self) -> None:
        """Refuse figures that do not balance, naming the pupils (Unbalanced)."""
        must_balance(self.classes, self.flows)


async def count(
    conn: Conn,
    wanted: Sequence[tuple[MonthSchool, Span]],
    timetable: Timetable,
    month: date,
) -> tuple[Counted, ...]:
    """Count the classes of schools of one township, each over its own span."""
    township_id = timetable.township_id
    spans = [span for _, span in wanted]
    found = await figures_of.figures(conn, township_id, spans, month)
    years = {year.class_id: year for year in await years_of.years(conn, township_id, spans)}
    gaps = await pupils_of.gaps(conn, township_id, spans)
    held = tuple(
        SchoolClass(
            township_id=township_id,
            id=one.class_id,
            school_id=one.school_id,
            cohort=one.cohort,
            number=one.number,
        )
        for one in found
    )
    away = await _long_leaves(conn, timetable, spans, held)
    by_school = {
        school_id: tuple(ones)
        for school_id, ones in groupby(found, key=lambda one: one.school_id)
    }
    return tuple(
        Counted(
            school=school,
            span=span,
            policy=timetable.policy(span.closing_on),
            classes=tuple(
                class_line(one, years[one.class_id], span, long_leave=away[one.class_id])
                for one in by_school.get(school.id, ())
                if not one.is_empty
            ),
            gaps=tuple(gap for gap in gaps if gap.school_id == school.id),
        )
        for school, span in wanted
    )


async def _long_leaves(
    conn: Conn,
    timetable: Timetable,
    spans: Sequence[Span],
    classes: Sequence[SchoolClass],
) -> Counter[int]:
    """Count by class the pupils on 长期请假, enrolled so or by their leaves together (11)."""
    township_id, calendar = timetable.township_id, timetable.calendar
    enrolled = await rolls_of.on_long_leave(conn, township_id, spans)
    away = Counter({one.class_id: one.pupils for one in enrolled})
    closing = max(span.closing_on for span in spans)
    term = calendar.term_of(closing)
    if term is None:
        return away
    policy = timetable.policy(closing)
    least = min(policy.long_leave_consecutive, policy.long_leave_term)
    leaves = await rolls_of.leaves(conn, township_id, spans, term.from_on, least)
    held = {one.id: one for one in classes}
    ordered = sorted(leaves, key=lambda leave: (leave.class_id, leave.student_id))
    for (class_id, _), taken in groupby(
        ordered, key=lambda leave: (leave.class_id, leave.student_id)
    ):
        if term_leave(taken, calendar, held[class_id], term).long(policy) is not None:
            away[class_id] += 1
    return away


async def zero_facts(
    conn: Conn, counted: Counted, untaken: int, now: datetime
) -> ZeroFacts:
    """Return what stands against a zero report of a school at 数据截至 (days.md 37)."""
    span, whole = counted.span, counted.total
    school = counted.school
    at = min(now, span.to_at)
    past = await rolls_of.runs_past_48h(conn, school.township_id, school.id, at)
    return ZeroFacts(
        dropouts=max(whole.dropout, whole.dropped),
        suspected=whole.suspected_new,
        open_cases=whole.suspected_open,
        runs_past_48h=past,
        untaken_rolls=untaken,
    )


async def lately_untaken(
    conn: Conn, counted: Counted, timetable: Timetable, now: datetime
) -> tuple[RollLine, ...]:
    """Return the rolls not taken in the last two school days up to 数据截至."""
    found: list[RollLine] = []
    for day in last_school_days(timetable, min(day_of(now), counted.span.closing_on)):
        found += await untaken_rolls(conn, counted.school, timetable, day, now)
    return tuple(sorted(found, key=lambda line: line.session.starts_at))


def last_school_days(timetable: Timetable, upto: date) -> tuple[date, ...]:
    """Return the last two school days up to a day; none in the depth of a vacation."""
    calendar = timetable.calendar
    found: list[date] = []
    if calendar.is_school_day(upto):
        found.append(upto)
    day = upto
    while len(found) < LAST_SCHOOL_DAYS:
        earlier = last_school_day_before(calendar, day, LOOK_BACK_DAYS)
        if earlier is None:
            break
        found.append(earlier)
        day = earlier
    return tuple(found)


async def untaken_rolls(
    conn: Conn,
    school: MonthSchool,
    timetable: Timetable,
    day: date,
    now: datetime,
    *,
    all_day: bool = False,
) -> tuple[RollLine, ...]:
    """Return a school's rolls of a day that were not taken by their limit.

    `all_day` adds those whose limit is still to come.
    """
    scope = Scope(reach=(school.township_id,), schools=(school.id,))
    classes = await classes_today(conn, scope, day, sorted(EXPECTED))
    lines = lines_of(classes, (timetable,), day)
    return tuple(
        line for line in lines if line.taken is None and (all_day or line.overdue_at(now))
    )
