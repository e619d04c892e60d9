"""What is entered into the calendar: closures, terms and session plans, and what is refused.

A closure speaks from today on: what has passed is never rewritten, and no entry puts an
alarm off (clock.recomputed).
"""

from collections.abc import Iterable
from datetime import date, time, timedelta
from typing import Annotated, Final, Self

from pydantic import Field, model_validator

from core.rules.base import Coded, Record, Words
from core.rules.calendar import ClosureKind, SessionCode, Term
from core.rules.errors import BadInput
from core.rules.place import LAST_GRADE, SchoolClass, grade_of
from core.rules.session import Held, SessionPlan

LONGEST_CLOSURE: Final = timedelta(days=60)
LONGEST_TERM: Final = timedelta(days=200)


class ClosureReason(Coded):
    """Why a school called its lessons off, in one digit."""

    STORM = "storm", "台风暴雨"
    SNOW = "snow", "冰雪寒潮"
    POWER = "power", "停水停电"
    DISEASE = "disease", "传染病防控"
    EXAM = "exam", "考点占用"
    OTHER = "other", "其他"


class ClosureDraft(Record):
    """Days called off, or held exceptionally; None is "every".  `last_on` is included."""

    township_id: int
    school_id: int | None = None
    grade: Annotated[int, Field(ge=1, le=LAST_GRADE)] | None = None
    class_id: int | None = None
    session: SessionCode | None = None
    from_on: date
    last_on: date
    kind: ClosureKind
    reason: Words

    @property
    def to_on(self) -> date:
        """Return the day after the last."""
        return self.last_on + timedelta(days=1)

    def touches(self, schoolclass: SchoolClass) -> bool:
        """Tell whether it speaks of a class, by the grade of its first day."""
        return (
            self.school_id in {None, schoolclass.school_id}
            and self.class_id in {None, schoolclass.id}
            and self.grade in {None, grade_of(schoolclass.cohort, self.from_on)}
        )


class PlanDraft(Record):
    """A planned session as typed; it holds from `from_on` on."""

    township_id: int
    school_id: int
    session: SessionCode
    starts_at: time
    ends_at: time
    limit_after: Annotated[int, Field(ge=1, le=240)]
    held: Held
    boarders_only: bool
    grades: tuple[int, ...] | None
    weekdays: tuple[int, ...] | None
    from_on: date

    @model_validator(mode="after")
    def ends_after_it_starts(self) -> Self:
        """Refuse a session that would end before, or at, its start."""
        if self.ends_at <= self.starts_at:
            raise BadTimes
        return self


class BadTimes(BadInput):
    """A session ends before it starts."""

    def __init__(self) -> None:
        super().__init__("时段的结束时间须晚于开始时间，请核对。")


class AlreadyPast(BadInput):
    """A closure of days that have passed."""

    def __init__(self) -> None:
        super().__init__("停课、补课从今天起登记；已过去的日子不能改，请在月报说明中写明。")


class LessonsOver(BadInput):
    """A closure of a session of today that was called and is over."""

    def __init__(self) -> None:
        super().__init__("今天已点名、已下课的时段不能再停课，请选还没有结束的时段。")


class RollsMissing(BadInput):
    """A school's own closure of a session of today that nobody called and that is over."""

    def __init__(self, rolls: str) -> None:
        super().__init__(
            f"{rolls}已下课、没有点名，学校不能补登停课：请先补点名，或只选还没有结束的时段；"
            "确未上课的，请教管组登记停课。"
        )


class BadDays(BadInput):
    """The last day lies before the first, or too far behind it."""

    def __init__(self, days: int) -> None:
        super().__init__(f"结束日期不能早于开始日期，且不超过{days}日，请核对。")


class TermsOverlap(BadInput):
    """Two terms share a day."""

    def __init__(self, term: Term) -> None:
        last = term.to_on - timedelta(days=1)
        super().__init__(
            f"与{term.key}学期（{term.from_on:%Y-%m-%d}至{last:%Y-%m-%d}）重叠，请核对日期。"
        )


class LastSession(BadInput):
    """A school keeps at least one session of lessons, else nobody is ever called."""

    def __init__(self) -> None:
        super().__init__("学校至少保留一个上课日的点名时段，不能全部取消。")


class RollTaken(BadInput):
    """A session that was called already today keeps its times today."""

    def __init__(self) -> None:
        super().__init__("今天该时段已点过名，时间请从明天起修改。")


class SessionOver(BadInput):
    """A session that is over today keeps its times today, called or not."""

    def __init__(self) -> None:
        super().__init__("今天该时段已结束，时间请从明天起修改。")


class BadNumbers(BadInput):
    """Grades or weekdays are not numbers, or out of their range."""

    def __init__(self, most: int) -> None:
        super().__init__(f"请写数字，如 1-{most} 或 1,3；全部留空。")


def must_lie_ahead(draft: ClosureDraft, today: date) -> None:
    """Refuse a closure of the past, or of too many days (AlreadyPast, BadDays)."""
    if draft.from_on < today:
        raise AlreadyPast
    if not draft.from_on <= draft.last_on < draft.from_on + LONGEST_CLOSURE:
        raise BadDays(LONGEST_CLOSURE.days)


def must_fit(key: tuple[int, int], days: tuple[date, date], terms: Iterable[Term]) -> None:
    """Refuse a term `days` = (first, day after last) that is no term, or meets another.

    `key` is (school year, 1 or 2).  Raises BadDays, TermsOverlap.
    """
    first, to_on = days
    if not first < to_on <= first + LONGEST_TERM:
        raise BadDays(LONGEST_TERM.days)
    for term in terms:
        same = (term.school_year, term.number) == key
        if not same and first < term.to_on and term.from_on < to_on:
            raise TermsOverlap(term)


def must_keep_lessons(
    plans: Iterable[SessionPlan], ended: SessionPlan | None, day: date
) -> None:
    """Refuse to leave a school without a session of lessons (LastSession)."""
    left = [
        plan
        for plan in plans
        if (ended is None or plan.id != ended.id)
        and plan.held is Held.SCHOOL_DAY
        and not plan.boarders_only
        and (plan.to_on is None or plan.to_on > day)
    ]
    if not left:
        raise LastSession


def read_numbers(text: str, most: int) -> tuple[int, ...] | None:
    """Read 1-6 or 1,3 as numbers from 1 to `most`; None for nothing.  Raises BadNumbers."""
    if not text.strip():
        return None
    found: set[int] = set()
    for part in text.replace("，", ",").replace("、", ",").split(","):
        first, _, last = part.strip().partition("-")
        if not first.isdigit() or not (last or first).isdigit():
            raise BadNumbers(most)
        found |= set(range(int(first), int(last or first) + 1))
    if not found or min(found) < 1 or max(found) > most:
        raise BadNumbers(most)
    return tuple(sorted(found))


def numbers_text(numbers: Iterable[int] | None) -> str:
    """Write numbers as they are typed: 1,3,4, or nothing for all."""
    return "" if numbers is None else ",".join(map(str, numbers))
