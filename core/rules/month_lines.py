"""From what the database counts of each class to the lines of a month report.

The database counts; here classes become grades, stages and the school.  The balance of
the lines is in balance, the days they cover in month.
"""

from collections.abc import Sequence
from datetime import date
from itertools import groupby

from core.rules.balance import LineScope, MonthLine, total
from core.rules.base import Record
from core.rules.month import ReportKind
from core.rules.month_span import Span
from core.rules.place import System, class_name, grade_name, grade_of, stage_of
from core.rules.policy import Policy
from core.rules.rate import RateFacts
from core.rules.standing import Standing


class ClassFigures(Record):
    """What the database counts of one class over a span, in pupils."""

    school_id: int
    class_id: int
    cohort: int
    number: int
    opening: int
    transfer_in: int
    transfer_in_inside: int
    resumption: int
    returned: int
    new_pupils: int
    other_in: int
    moved_in: int
    transfer_out: int
    transfer_out_outside: int
    suspension: int
    dropout: int
    death: int
    abroad: int
    graduated: int
    other_out: int
    moved_out: int
    closing: int
    on_roll: int
    suspended: int
    dropped: int
    home_teaching: int
    studying_elsewhere: int
    transfer_pending: int
    pending_beyond: int
    suspected_new: int
    suspected_open: int
    visits: int
    persuasions: int
    confirmed_on_behalf: bool

    @property
    def is_empty(self) -> bool:
        """Tell whether nothing at all is to be said of the class."""
        moved = self.transfer_in + self.new_pupils + self.moved_in + self.other_in
        return not (self.opening or self.closing or self.on_roll or moved)


class ClassYear(Record):
    """One class's school year so far; no `opening` until its 期初数 are confirmed."""

    class_id: int
    by_figures: bool
    opening: int | None
    transfer_in: int
    resumption: int
    returned: int
    other_in: int
    neutral_in: int
    transfer_out: int
    transfer_out_beyond: int
    suspension: int
    death: int
    abroad: int
    other_out: int
    neutral_out: int
    dropout: int


SHARED = frozenset(MonthLine.model_fields) & frozenset(ClassFigures.model_fields)


def named_on(one: ClassFigures, span: Span) -> date:
    """Return the day a class is named by: one that has left keeps its last grade."""
    return span.closing_on if one.closing or one.on_roll else span.opening_on


def class_line(
    one: ClassFigures, year: ClassYear, span: Span, *, long_leave: int = 0
) -> MonthLine:
    """Return the line of one class over its span."""
    day = named_on(one, span)
    told = (
        "校长代确认" if one.confirmed_on_behalf else "",
        "含启用前人工录入" if year.by_figures and year.opening is not None else "",
    )
    return MonthLine.model_validate(
        one.model_dump(include=set(SHARED))
        | {
            "scope": LineScope.CLASS,
            "name": class_name(one.cohort, one.number, day),
            "place_id": one.class_id,
            "class_count": int(day == span.closing_on),
            "grade": grade_of(one.cohort, day),
            "long_leave": long_leave,
            "year": _rate_facts(one, year),
            "remark": "；".join(part for part in told if part),
        }
    )


def _rate_facts(one: ClassFigures, year: ClassYear) -> RateFacts | None:
    if year.opening is None:
        return None
    # Who dropped out before the school went live and has returned since is lost no more.
    back = min(year.dropout, year.returned) if year.by_figures else 0
    return RateFacts(
        opening=year.opening,
        transfer_in=year.transfer_in,
        resumption=year.resumption,
        returned=year.returned - back,
        other_in=year.other_in,
        neutral_in=year.neutral_in,
        transfer_out_verified=year.transfer_out,
        transfer_out_unverified=one.transfer_pending,
        transfer_out_beyond=year.transfer_out_beyond + one.pending_beyond,
        suspension=year.suspension,
        death=year.death,
        abroad=year.abroad,
        other_out=year.other_out,
        neutral_out=year.neutral_out,
        dropout=year.dropout - back,
        closing=one.closing - one.transfer_pending,
    )


def school_lines(
    kind: ReportKind,
    name: str,
    system: System,
    classes: Sequence[MonthLine],
    policy: Policy,
) -> tuple[MonthLine, ...]:
    """Return the lines of a school's report, the school's own last.

    The bureau reads grades, the office classes with the sums of their grades; a school of
    two stages has a sum of each (20), and each has its own target (R56).
    """
    lines: list[MonthLine] = []
    standings: list[Standing] = []
    ordered = sorted(classes, key=lambda line: line.grade or 0)
    grades = [
        (grade, tuple(ones)) for grade, ones in groupby(ordered, key=lambda one: one.grade)
    ]
    stages = [
        (stage, tuple(ones))
        for stage, ones in groupby(grades, key=lambda one: stage_of(one[0] or 0, system))
    ]
    for stage, held in stages:
        for grade, ones in held:
            if kind is ReportKind.OFFICE:
                lines.extend(ones)
            if kind is ReportKind.BUREAU or len(ones) > 1:
                lines.append(_grade_line(grade or 0, ones))
        within = [line for _, ones in held for line in ones]
        whole = _sum(LineScope.STAGE, f"{stage.label}小计", within)
        target = policy.target_of(stage)
        standing = Standing(stage=stage, year=whole.year, target=target)
        standings.append(standing)
        if len(stages) > 1:
            lines.append(whole.model_copy(update={"standings": (standing,)}))
    total_ = _sum(LineScope.TOTAL, name, classes)
    lines.append(total_.model_copy(update={"standings": tuple(standings)}))
    return tuple(lines)


def _grade_line(grade: int, ones: Sequence[MonthLine]) -> MonthLine:
    line = _sum(LineScope.GRADE, _grade_name(grade), ones)
    told = dict.fromkeys(
        f"{one.name.removeprefix(line.name)}{one.remark}" for one in ones if one.remark
    )
    return line.model_copy(update={"grade": grade, "remark": "；".join(told)})


def _grade_name(grade: int) -> str:
    return grade_name(grade) if 1 <= grade <= 9 else "已毕业年级"  # noqa: PLR2004


def _sum(scope: LineScope, name: str, lines: Sequence[MonthLine]) -> MonthLine:
    """Return the sum of classes; the years of classes without pupils are not waited for."""
    held = [line for line in lines if line.opening or line.closing or line.year]
    sum_ = total(scope, name, lines)
    return sum_.model_copy(update={"year": total(scope, name, held or lines).year})
