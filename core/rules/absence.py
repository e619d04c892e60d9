"""Absences: a run of missed sessions without leave, from its first to the proof of its end.

Where a run begins is read from the history of sessions; when it is due is clock's.  A
roll that was not taken proves nothing: it never shortens a clock and never ends a run.
"""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Final

from core.rules.base import Coded, Record
from core.rules.change import DECREASES, ChangeKind, ChangeState, Side, takes_effect
from core.rules.policy import Policy
from core.rules.roll import Mark
from core.rules.session import Session

HOUR: Final = timedelta(hours=1)
DAY_TEXT_FROM: Final = timedelta(hours=100)


class Ending(Coded):
    """How a run ended.  `PRESENT` and `LEAVE` are the usual ones."""

    PRESENT = "present", "已到校"
    LEAVE = "leave", "已补假"
    TRANSFER = "transfer", "镇内转学"
    # Left by a verified change: 转出、休学、外地就读 ... (a claimed one stops nothing).
    LEFT = "left", "离校已核实"
    # Every missed session of it was voided by 停课, before any alarm rang.
    VOID = "void", "停课作废"


class Progress(Coded):
    """How far an absence has been followed up, in the words officials use."""

    TO_CONTACT = "to_contact", "待联系"
    CONTACTED = "contacted", "已联系"
    NOT_REACHED = "not_reached", "未联系上"
    NOT_KNOWN = "not_known", "去向不明"
    RANG = "rang", "已满48小时"


class Outcome(Coded):
    """What became of one child in one session."""

    PRESENT = "present", "到"
    LATE = "late", "迟到"
    ABSENT = "absent", "缺"
    # A leave that counts for this session (leave.excuses), whatever the roll says.
    LEAVE = "leave", "请假"
    UNTAKEN = "untaken", "未点名"
    CLOSED = "closed", "停课"


class Attended(Record):
    """A past session of one child and what became of the child in it."""

    session: Session
    outcome: Outcome


def outcome_of(mark: Mark | None, *, excused: bool, closed: bool = False) -> Outcome:
    """Return what became of a child in a session; `mark` None: no roll says anything.

    `excused`: a leave counts for the session.  病假 and 事假 without one are absence (2).
    """
    if closed:
        return Outcome.CLOSED
    if mark is Mark.LATE:
        return Outcome.LATE
    if mark is not None and (mark.proves_presence or mark is Mark.OFFICIAL):
        return Outcome.PRESENT
    if excused:
        return Outcome.LEAVE
    return Outcome.UNTAKEN if mark is None else Outcome.ABSENT


def missed_since(history: Iterable[Attended]) -> Session | None:
    """Return the session at which the open run begins; None when no run is open.

    `history` in order of time, from the last proven presence or earlier.  The run begins
    at the first untaken or missed session after the last proven presence; untaken ones
    alone are no run.  After a leave the first session without 到 or 续假 opens one, even
    an untaken one.  A cancelled session is no session.
    """
    begun: Session | None = None
    proven = after_leave = False
    for past in history:
        match past.outcome:
            case Outcome.CLOSED:
                continue
            case Outcome.ABSENT | Outcome.UNTAKEN:
                begun = begun or past.session
                proven = proven or after_leave or past.outcome is Outcome.ABSENT
            case Outcome.PRESENT | Outcome.LATE | Outcome.LEAVE:
                begun, proven = None, False
        after_leave = past.outcome is Outcome.LEAVE
    return begun if proven else None


def ending_by_change(
    kind: ChangeKind, state: ChangeState, side: Side | None
) -> Ending | None:
    """Return how a change ends an open run; None: it stops nothing (25, 26).

    A claimed transfer stops nothing until a second person has verified it, and a 辍学 is
    no end: the child is still missing.
    """
    if kind not in DECREASES - {ChangeKind.DROPOUT} or not takes_effect(kind, state):
        return None
    if kind is ChangeKind.TRANSFER_OUT and side is Side.INSIDE:
        return Ending.TRANSFER
    return Ending.LEFT


def remaining(due_at: datetime, now: datetime) -> str:
    """Return 剩31时, 剩45分, 超2时 or 超5天.  The due moment itself is over."""
    if now < due_at:
        return f"剩{_length(due_at - now)}"
    return f"超{_length(now - due_at)}"


def _length(time: timedelta) -> str:
    if time < HOUR:
        return f"{time // timedelta(minutes=1)}分"
    if time < DAY_TEXT_FROM:
        return f"{time // HOUR}时"
    return f"{time.days}天"


def is_repeated(
    missed_days: Sequence[date], last_school_days: Sequence[date], policy: Policy
) -> bool:
    """Tell whether a child's unexcused runs call for 预警 with a visit (7).

    `missed_days`: first days of the runs that no leave excused.  `last_school_days`: in
    order, today last.  By default 3 runs in 10 school days.
    """
    looked_at = last_school_days[-policy.warning_within :]
    if not looked_at:
        return False
    return (
        sum(looked_at[0] <= day <= looked_at[-1] for day in missed_days)
        >= policy.warning_runs
    )


class ClassDay(Record):
    """A school day of a class: how many rolls were owed, and how many taken."""

    day: date
    owed: int
    taken: int


def untaken_in_a_row(days: Sequence[ClassDay]) -> int:
    """Return on how many school days up to the last no roll of the class was taken.

    A day that owed no roll (停课) is no day.
    """
    row = 0
    for day in reversed([day for day in days if day.owed]):
        if day.taken:
            break
        row += 1
    return row


def principal_owes(days: Sequence[ClassDay], policy: Policy) -> bool:
    """Tell whether the missing rolls are the principal's duty by now (6)."""
    return untaken_in_a_row(days) >= policy.untaken_days
