"""A child's file (一人一案): who the child is, the open clock, and everything that happened.

Numbers in these records are masked already.  How an event is worded is in file_event;
what a contact or a visit is stands in contact and visit.
"""

from datetime import date, timedelta
from typing import Final

from core.rules.base import Coded, Record
from core.rules.calendar import SessionCode
from core.rules.case import CaseState, CaseStep, Settlement
from core.rules.duty import DutyKind, Owes, words_of
from core.rules.errors import BadInput
from core.rules.namesake import told_apart
from core.rules.paper import PaperKind
from core.rules.place import class_name
from core.rules.staff import Actor, Role
from core.rules.student import EnrolmentStatus, Sex, relation_label
from core.rules.time import Moment

# Who writes into a child's file; 乡镇 and 基教科 read it.
WRITERS: Final = (Role.CLASS_TEACHER, Role.LEADER, Role.REGISTRAR)
_ROLE_OF: Final = (
    (Owes.CLASS_TEACHER, Role.CLASS_TEACHER),
    (Owes.DUTY_TEACHER, Role.DUTY_TEACHER),
    (Owes.REGISTRAR, Role.REGISTRAR),
    (Owes.PRINCIPAL, Role.LEADER),
    (Owes.OFFICE, Role.OFFICE),
    (Owes.GOVERNMENT, Role.GOVERNMENT),
    (Owes.VILLAGE_CADRE, Role.VILLAGE_CADRE),
    (Owes.BUREAU, Role.BUREAU),
)


class EventKind(Coded):
    """What sort of thing happened; the word a list shows before it."""

    ROLL = "roll", "点名"
    CORRECTION = "correction", "更正点名"
    ENDED = "ended", "缺勤结束"
    ALARM = "alarm", "预警"
    CONTACT = "contact", "联系"
    VISIT = "visit", "家访"
    LEAVE = "leave", "请假"
    CASE = "case", "个案"
    PAPER = "paper", "文书"
    RECEIPT = "receipt", "签收"
    CHANGE = "change", "异动"
    SIGN = "sign", "迹象"
    EVIDENCE = "evidence", "佐证"
    KEY = "key", "重点生"


class PurposeMissing(BadInput):
    """A number is not shown without a reason."""

    def __init__(self) -> None:
        super().__init__("查看完整号码须注明用途，请填写后再看。")


class NoPhone(BadInput):
    """Nobody has entered a number for this guardian."""

    def __init__(self) -> None:
        super().__init__("未登记该监护人电话，请由学籍管理员补录。")


class NoIdentity(BadInput):
    """Nobody has entered an identity number for this child."""

    def __init__(self) -> None:
        super().__init__("未登记该生身份证件号，请由学籍管理员补录。")


class Child(Record):
    """Who the child is, and the class it is in on the day asked for."""

    township_id: int
    township_name: str
    student_id: int
    name: str
    sex: Sex
    born_on: date
    address: str | None
    school_id: int
    school_name: str
    class_id: int
    cohort: int
    number: int
    seat_no: int | None
    boarder: bool
    status: EnrolmentStatus
    # The first day it was in that class no longer.
    left_on: date | None

    def class_on(self, day: date) -> str:
        """Return 三年级（1）班 as of `day`; of who has left, as it was called at last."""
        if self.status is EnrolmentStatus.NEVER_ENROLLED:
            return f"（{self.status.label}）"
        last = day if self.left_on is None else self.left_on - timedelta(days=1)
        return class_name(self.cohort, self.number, min(day, last))

    def age_on(self, day: date) -> int:
        """Return the age in whole years."""
        birthday_to_come = (day.month, day.day) < (self.born_on.month, self.born_on.day)
        return day.year - self.born_on.year - birthday_to_come

    @property
    def told_apart(self) -> str:
        """Return 12号 03-14生: what tells two children of one name apart (28)."""
        return told_apart(self.seat_no, self.born_on)


class GuardianLine(Record):
    """One who answers for the child; the telephone number is masked or absent."""

    guardian_id: int
    name: str
    relation: str
    phone: str | None

    @property
    def called(self) -> str:
        """Return 母亲 李梅: whom a contact reached, in one word."""
        return f"{relation_label(self.relation)} {self.name}"


class OpenClock(Record):
    """The child's open run: since when, and until when somebody must have acted."""

    absence_id: int
    missed_day: date
    missed_session: SessionCode
    missed_at: Moment
    due_at: Moment
    raw_due_at: Moment


class CaseLine(Record):
    """The child's open case."""

    case_id: int
    number: str
    state: CaseState
    opened_at: Moment
    # A step that somebody has asked for and nobody has confirmed yet.
    step: CaseStep | None
    step_by: str | None
    step_note: str | None
    step_as: Settlement | None

    @property
    def shown(self) -> CaseState:
        """Return the state people read: 待核实 while a claim waits to be verified."""
        claimed = self.step is CaseStep.SETTLE
        return CaseState.RESETTLED if claimed else self.state


class OpenDuty(Record):
    """The child's duty that the reader owes next; another's, where the reader owes none."""

    kind: DutyKind
    who: str
    due_at: Moment
    owed_by: Owes
    mine: bool

    @property
    def sentence(self) -> str:
        """Return 联系：赵小雨未到校，请联系监护人."""
        return f"{self.kind.label}：{words_of(self.kind, self.who)}"

    @property
    def told(self) -> str:
        """Return the sentence, and in brackets who owes it where the reader does not."""
        return self.sentence if self.mine else f"{self.sentence}（{self.owed_by.label}）"


class Event(Record):
    """One thing that happened, in one line; `subject_id` is the row it is about."""

    at: Moment
    kind: EventKind
    words: str
    by: str
    subject_id: int
    # A visit that has not been corrected since may be corrected.
    newest: bool = True
    # What a paper is; None of everything else.
    paper: PaperKind | None = None


class ChildFile(Record):
    """A child's file as of `now`, newest event last."""

    now: Moment
    child: Child
    identity: str | None
    guardians: tuple[GuardianLine, ...]
    clock: OpenClock | None
    case: CaseLine | None
    next_duty: OpenDuty | None
    events: tuple[Event, ...]
    may_write: bool
    # Whether something urgent was raised to this person that they have not taken note of.
    owes_note: bool


def owes_as(actor: Actor, child: Child) -> tuple[Owes, ...]:
    """Return in whose name this person owes the duties about a child."""
    return tuple(
        owes
        for owes, role in _ROLE_OF
        if actor.holds(
            role,
            township_id=child.township_id,
            school_id=child.school_id,
            class_id=child.class_id,
        )
    )


def may_write(actor: Actor, child: Child) -> bool:
    """Tell whether a person may record contacts and visits of this child."""
    return actor.holds(
        *WRITERS,
        township_id=child.township_id,
        school_id=child.school_id,
        class_id=child.class_id,
    )


def must_write(actor: Actor, child: Child) -> None:
    """Refuse who may only read the file (NotYours)."""
    actor.must_hold(
        *WRITERS,
        township_id=child.township_id,
        school_id=child.school_id,
        class_id=child.class_id,
    )


def must_have_purpose(purpose: str) -> None:
    """Refuse to show a full number without a reason (PurposeMissing)."""
    if not purpose.strip():
        raise PurposeMissing
