"""Rolls: the marks, how a roll opens, what it counts, and whom F9 names.

A roll stores exceptions only: a roll without a mark is 到, no roll is *not taken*, a third
state.  How two people's rolls come together, and corrections, are in roll_merge.
"""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Final, Self

from core.rules.base import Coded, Record, Words
from core.rules.calendar import SessionCode
from core.rules.leave import LeaveKind
from core.rules.session import Session, is_late


class Mark(Coded):
    """What the roll says of one pupil; the digit is its key, `short` its one character."""

    digit: str
    short: str

    def __new__(cls, code: str, label: str, digit: str, short: str) -> Self:
        """Keep the key and the short form beside the code and its label."""
        member = str.__new__(cls, code)
        member._value_ = code
        member.label = label
        member.digit = digit
        member.short = short
        return member

    PRESENT = "present", "到", "1", "到"
    LATE = "late", "迟到", "2", "迟"
    SICK = "sick", "病假", "3", "病"
    PERSONAL = "personal", "事假", "4", "事"
    ABSENT = "absent", "缺", "5", "缺"
    OFFICIAL = "official", "公假", "6", "公"
    EARLY = "early", "早退", "7", "退"

    @property
    def proves_presence(self) -> bool:
        """Tell whether somebody saw the child in this session."""
        return self in {Mark.PRESENT, Mark.LATE, Mark.EARLY}

    @property
    def books(self) -> LeaveKind | None:
        """Return the leave the digit books in the same act: 病假 and 事假 always do (2)."""
        return {Mark.SICK: LeaveKind.SICK, Mark.PERSONAL: LeaveKind.PERSONAL}.get(self)


MARK_OF_LEAVE: Final = (
    (LeaveKind.SICK, Mark.SICK),
    (LeaveKind.PERSONAL, Mark.PERSONAL),
    (LeaveKind.OFFICIAL, Mark.OFFICIAL),
)


class RollState(Coded):
    """What has become of a roll."""

    UNTAKEN = "untaken", "未点名"
    TAKEN = "taken", "已点名"
    BACKFILLED = "backfilled", "补点名"
    ON_BEHALF = "on_behalf", "代点名"
    CLOSED = "closed", "停课"


def needs_teller(session: Session, now: datetime) -> bool:
    """Tell whether the roll must say on whose word it is taken: a 补点名 does (5)."""
    return is_late(session, now)


class RollPupil(Record):
    """A pupil expected at a session, with what the last days tell."""

    student_id: int
    name: Words
    seat: int | None = None
    # The mark of the last roll that was taken, or of a leave since; None: there was none.
    last_mark: Mark | None = None
    # An open case, or an open run.
    open_case: bool = False
    # First missed session of the open run, to be named beside the child.
    missed_day: date | None = None
    missed_session: SessionCode | None = None
    # The leave that counts for this session.
    leave_id: int | None = None
    leave_kind: LeaveKind | None = None


class Watch(Coded):
    """Why a pupil opens as 缺 and becomes 到 only by its own key."""

    MISSED = "missed", "上次点名已缺"
    # A run that began at this very roll, or at one that nobody took.
    RUN = "run", "本次起缺"
    CASE = "case", "个案未销号"
    LEAVE_OVER = "leave_over", "请假已满"


class Opening(Record):
    """How one pupil stands when the roll opens."""

    student_id: int
    mark: Mark
    watch: Watch | None = None
    leave_id: int | None = None


class PupilMark(Record):
    """One pupil's mark on a sheet that names every pupil."""

    student_id: int
    mark: Mark


def opening_marks(pupils: Iterable[RollPupil]) -> tuple[Opening, ...]:
    """Return how the roll opens: the first rule that guards a child.

    Leave is filled in.  A pupil whose last taken session was 缺, who has an open run or
    case, or whose leave is over opens as 缺; everybody else as 到.
    """
    return tuple(_opening(pupil) for pupil in pupils)


def _opening(pupil: RollPupil) -> Opening:
    watch = _watch(pupil)
    if pupil.leave_kind is not None:
        mark = dict(MARK_OF_LEAVE)[pupil.leave_kind]
        return Opening(student_id=pupil.student_id, mark=mark, leave_id=pupil.leave_id)
    mark = Mark.ABSENT if watch else Mark.PRESENT
    return Opening(student_id=pupil.student_id, mark=mark, watch=watch)


def _watch(pupil: RollPupil) -> Watch | None:
    if pupil.last_mark is Mark.ABSENT:
        return Watch.MISSED
    # 到 is proven by somebody's key, and no roll since the leave has seen the child.
    over = Watch.LEAVE_OVER if pupil.last_mark in {Mark.SICK, Mark.PERSONAL} else None
    if pupil.missed_day:
        return over or Watch.RUN
    return Watch.CASE if pupil.open_case else over


def still_missing(
    pupils: Iterable[RollPupil], sheet: Iterable[PupilMark]
) -> tuple[RollPupil, ...]:
    """Return the watched pupils who are still 缺: F9 names them before it submits."""
    absent = {m.student_id for m in sheet if m.mark is Mark.ABSENT}
    return tuple(p for p in pupils if p.student_id in absent and _watch(p) is not None)


def still_missing_count(missing: tuple[RollPupil, ...]) -> str:
    """Return 仍未到 1人."""
    return f"仍未到 {len(missing)}人"


def still_missing_words(missing: tuple[RollPupil, ...]) -> str:
    """Return 仍未到 1人：冯浩然（上次点名已缺，首次未到校 周五上午）, "" for nobody."""
    names = "、".join(f"{pupil.name}{_why(pupil)}" for pupil in missing)
    return f"{still_missing_count(missing)}：{names}" if missing else ""


def _why(pupil: RollPupil) -> str:
    watch = _watch(pupil)
    if watch is None:
        return ""
    if pupil.missed_day is None or pupil.missed_session is None:
        return f"（{watch.label}）"
    first = f"首次未到校 {pupil.missed_session.on(pupil.missed_day)}"
    return f"（{first}）" if watch is Watch.RUN else f"（{watch.label}，{first}）"


class Counters(Record):
    """What the head of the roll counts: expected = present + absent + leave + official."""

    expected: int
    present: int
    absent: int
    leave: int
    official: int
    late: int
    early: int


def counters(sheet: Iterable[PupilMark]) -> Counters:
    """Count a sheet; 迟到 and 早退 are among the present."""
    marks = [pupil.mark for pupil in sheet]
    return Counters(
        expected=len(marks),
        present=sum(mark.proves_presence for mark in marks),
        absent=marks.count(Mark.ABSENT),
        leave=marks.count(Mark.SICK) + marks.count(Mark.PERSONAL),
        official=marks.count(Mark.OFFICIAL),
        late=marks.count(Mark.LATE),
        early=marks.count(Mark.EARLY),
    )
