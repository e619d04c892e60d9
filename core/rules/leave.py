"""Leave: who may approve how much, and when it stops a clock (R4).

Four rules guard a child; this is the third.  Leave entered before the alarm may begin at
the missed session; entered after it, it erases nothing.  Waiting leave counts only for
the days its enterer may approve alone.  After leave, only 到 or 续假 keeps a run from
opening.
"""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from typing import Final, Self

from pydantic import model_validator

from core.rules.base import Coded, Note, Record, Words
from core.rules.calendar import Calendar, SessionCode, school_days_between
from core.rules.place import SchoolClass
from core.rules.policy import Policy
from core.rules.session import Session
from core.rules.staff import Role
from core.rules.time import Moment, moment


class LeaveKind(Coded):
    """What the leave is for."""

    SICK = "sick", "病假"
    PERSONAL = "personal", "事假"
    OFFICIAL = "official", "公假"


class LeaveState(Coded):
    """What has become of a leave."""

    WAITING = "waiting", "待批"
    APPROVED = "approved", "已批"
    REFUSED = "refused", "未批"
    CLOSED = "closed", "已销假"
    OVERRUN = "overrun", "逾期未销假"


class AskedHow(Coded):
    """How the guardian asked for it (方式)."""

    PHONE = "phone", "电话"
    MESSAGE = "message", "微信或短信"
    IN_PERSON = "in_person", "当面"
    WRITTEN = "written", "书面"


class BookLeave(Record):
    """A leave as far as it decides what becomes of a child in a session.

    `alone_until` is kept from its entry: until then it counts even while it waits.
    """

    id: int
    number: Words
    student_id: int
    kind: LeaveKind
    from_at: Moment
    to_at: Moment
    state: LeaveState
    entered_at: Moment
    alone_until: Moment
    closed_at: Moment | None = None
    # The roll whose digit booked it; None where somebody entered a paper.
    roll_id: int | None = None

    def covers(self, session: Session) -> bool:
        """Tell whether the session lies within the leave."""
        return self.from_at <= session.starts_at < self.to_at


class Leave(BookLeave):
    """A leave from one session to another, both included; the moments are theirs."""

    township_id: int
    school_id: int
    class_id: int
    from_day: date
    from_session: SessionCode
    to_day: date
    to_session: SessionCode
    asked_by: Words
    asked_how: AskedHow
    reason: Note = ""
    entered_by: int
    decided_by: int | None = None
    decided_at: Moment | None = None
    extends_id: int | None = None
    evidence: Note = ""

    @model_validator(mode="after")
    def ends_after_it_begins(self) -> Self:
        """Refuse a leave that ends before it begins."""
        if self.to_at <= self.from_at:
            raise ValueError("请假的结束时段不能早于开始时段。")
        return self


class Approver(Coded):
    """Who may approve a leave of a given length."""

    CLASS_TEACHER = "class_teacher", "班主任"
    DEAN = "dean", "教务（年级）"
    LEADER = "leader", "校领导"


_ROLES_OF: Final = {
    Approver.CLASS_TEACHER: (Role.CLASS_TEACHER, Role.REGISTRAR, Role.LEADER),
    Approver.DEAN: (Role.REGISTRAR, Role.LEADER),
    Approver.LEADER: (Role.LEADER,),
}


def roles_that_approve(approver: Approver) -> tuple[Role, ...]:
    """Return the roles that may approve at this level: the level itself and those above."""
    return _ROLES_OF[approver]


def approver_for(school_days: int, policy: Policy) -> Approver:
    """Return who approves a leave of so many school days: ≤3 班主任, ≤7 教务, else 校领导."""
    if school_days <= policy.leave_class_teacher_days:
        return Approver.CLASS_TEACHER
    if school_days <= policy.leave_dean_days:
        return Approver.DEAN
    return Approver.LEADER


def may_approve_alone(roles: Iterable[Role], policy: Policy) -> int | None:
    """Return how many school days a person approves alone; None: any number."""
    held = set(roles)
    if Role.LEADER in held:
        return None
    if Role.REGISTRAR in held:
        return policy.leave_dean_days
    return policy.leave_class_teacher_days if Role.CLASS_TEACHER in held else 0


def alone_until(
    from_at: datetime, to_at: datetime, alone_days: int | None, days: Iterable[date]
) -> datetime:
    """Return until when a leave counts while it waits, for its enterer's own days.

    `days` are the school days it touches, in order; `alone_days` None means all of them.
    """
    touched = tuple(days)
    if alone_days is None or len(touched) <= alone_days:
        return to_at
    if not alone_days:
        return from_at
    # It counts up to the first school day that is not the enterer's to give.
    return moment(touched[alone_days], time())


def school_days_of(
    leave: Leave, calendar: Calendar, schoolclass: SchoolClass
) -> tuple[date, ...]:
    """Return the school days a leave touches; a half day counts whole."""
    after = leave.to_day + timedelta(days=1)
    return school_days_between(calendar, leave.from_day, after, schoolclass)


def needs_proof(kind: LeaveKind, school_days: int, policy: Policy) -> bool:
    """Tell whether a 证明 must be shown: 病假 of more than 3 school days."""
    return kind is LeaveKind.SICK and school_days > policy.sick_proof_after


def excuses(leave: BookLeave, session: Session) -> bool:
    """Tell whether the leave counts for a session.

    Refused leave never does; waiting leave for the days its enterer may approve alone (9);
    closed leave until it was closed: after 销假 the child is expected again.
    """
    if not leave.covers(session) or leave.state is LeaveState.REFUSED:
        return False
    if leave.state is LeaveState.WAITING:
        return session.starts_at < leave.alone_until
    return leave.closed_at is None or session.starts_at < leave.closed_at


def reminder_on(leave: Leave, calendar: Calendar, schoolclass: SchoolClass) -> date | None:
    """Return the day of 到期提醒: the school day before the leave's last; None for one day."""
    days = school_days_of(leave, calendar, schoolclass)
    return days[-2] if days[1:] else None
