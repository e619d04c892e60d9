"""返校通知书 and 责令通知书: from where, by whom, with what term; and how one is served.

Both are issued by the township's government, the school as 经办 (R44, R45; domain.md 5.3: 7, 8).
The term runs from the service.  No visit and no roll waits for one.
"""

from datetime import date, timedelta
from typing import Annotated, Final

from pydantic import Field

from core.rules.base import Coded, Note, Record, Words
from core.rules.calendar import Calendar, school_days_between
from core.rules.case import CaseState
from core.rules.case_guard import CaseFacts
from core.rules.case_refused import BackAlready
from core.rules.errors import BadInput, Refusal
from core.rules.paper import PaperKind
from core.rules.policy import Policy
from core.rules.staff import Role
from core.rules.time import Moment

# To whom the one original goes.
GUARDIAN: Final = "guardian"
# What is told in the order of 批评教育 and of the 司法所; it has to fit on the sheet.
LONGEST_GROUNDS: Final = 120
# The longest a break of school can push a term's end.
_FAR: Final = timedelta(days=120)


class ServedBy(Coded):
    """How a paper reached the guardian."""

    HAND = "hand", "直接送达"
    LEFT = "left", "留置送达"
    MAIL = "mail", "邮寄送达"
    ENTRUSTED = "entrusted", "委托送达"


class NoticeRule(Record):
    """From where a paper may be drafted, by whom, and where its service leads."""

    begins: frozenset[CaseState]
    # Where the service leads from the one, and leaves every other state as it is.
    moves: tuple[CaseState, CaseState]
    drafted_by: tuple[Role, ...]
    title: Words


# Who signs for the township, and who may write down how a paper was served.
SIGNED_BY: Final = Role.GOVERNMENT
SERVED_BY: Final = (Role.LEADER, Role.REGISTRAR, Role.OFFICE, Role.GOVERNMENT)
RULES: Final = (
    (
        PaperKind.RETURN_NOTICE,
        NoticeRule(
            begins=frozenset({CaseState.REPORTED, CaseState.CONFIRMED}),
            moves=(CaseState.REPORTED, CaseState.NOTICED),
            drafted_by=(Role.LEADER, Role.REGISTRAR, Role.OFFICE),
            title="辍学生返校通知书",
        ),
    ),
    (
        PaperKind.ORDER,
        NoticeRule(
            begins=frozenset({CaseState.NOTICED, CaseState.CONFIRMED}),
            moves=(CaseState.NOTICED, CaseState.ORDERED),
            drafted_by=(Role.OFFICE, Role.GOVERNMENT),
            title="责令送被监护人接受义务教育通知书",
        ),
    ),
)


class Notice(Record):
    """What a notice or an order says, frozen as it was signed."""

    kind: PaperKind
    number: Words
    government_name: Words
    school_name: Words
    school_phone: str
    case_number: Words
    student_name: Words
    sex: str
    born_on: date
    class_name: Words
    # Of a child that was in no school: there is no lesson that it missed.
    never_enrolled: bool = False
    guardian: str
    relation: str
    address: str
    missed_at: Moment
    # Of an order: the notice before it, 批评教育 and 司法所, and what may be done against it.
    earlier: str = ""
    grounds: Note = ""
    remedy: str = ""
    days: Annotated[int, Field(ge=1)]
    signed_on: date | None
    signed_by: str = ""
    drafted_by: Words

    @property
    def title(self) -> str:
        """Return its title."""
        return title_of(self.kind, never_enrolled=self.never_enrolled)

    @property
    def whom(self) -> str:
        """Return who is addressed: the guardian, by name where one is registered."""
        return self.guardian or f"{self.student_name}的监护人"


class Delivery(Record):
    """送达: the way, the day, who brought it, who took it in, who saw it, why it was refused."""

    way: ServedBy
    served_on: date
    served_by: Words
    received_by: str
    witness: str
    refusal: str


class NoticeNotNow(Refusal):
    """The paper does not lead on from where the case stands."""

    def __init__(self, state: CaseState, kind: PaperKind) -> None:
        super().__init__(f"个案现为{state.label}，不能拟制{kind.label}，请按F5刷新后核对。")


class NoticeWaits(Refusal):
    """A paper of the case is on its way already."""

    def __init__(self, kind: PaperKind) -> None:
        super().__init__(f"{kind.label}已拟制，尚未送达，请先签发、送达。")


class TermRuns(Refusal):
    """The term of the notice is not over."""

    def __init__(self, until: date) -> None:
        super().__init__(f"返校期限至{until.month}月{until.day}日，期满未返校的方可责令。")


class NoticeServed(Refusal):
    """A guardian is asked once; what follows is an order."""

    def __init__(self) -> None:
        super().__init__("返校通知书已送达，期满未返校的请拟制责令通知书。")


class NoNoticeYet(Refusal):
    """Nobody is ordered who was not asked before."""

    def __init__(self) -> None:
        super().__init__("尚未送达返校通知书，请先送达返校通知书。")


class GroundsMissing(BadInput):
    """An order says what was done before it."""

    def __init__(self) -> None:
        super().__init__(
            f"请写明批评教育情况和司法所审核意见（{LONGEST_GROUNDS}字以内），再提交。"
        )


class DeliveryIncomplete(BadInput):
    """A service that proves nothing starts no term."""


class CorrectionReason(BadInput):
    """A record that proves a service is not put right without a reason."""


def must_say_why(reason: str) -> None:
    """Refuse a correction without its reason (CorrectionReason)."""
    if not reason.strip():
        raise CorrectionReason("更正送达记录须写明原因，原记录保留，请填写后再提交。")


def must_follow_term(case: CaseFacts, kind: PaperKind, served_on: date) -> None:
    """Refuse an order served while the notice's term ran: it may have moved since (TermRuns)."""
    runs = case.return_under is PaperKind.RETURN_NOTICE and case.return_by is not None
    if kind is PaperKind.ORDER and runs and served_on <= (case.return_by or served_on):
        raise TermRuns(case.return_by or served_on)


def notice_rule(kind: PaperKind) -> NoticeRule:
    """Return the rule of a notice or an order."""
    return dict(RULES)[kind]


def title_of(kind: PaperKind, *, never_enrolled: bool) -> str:
    """Return the title as printed; who was in no school cannot come back to one."""
    asks = kind is PaperKind.RETURN_NOTICE and never_enrolled
    return "督促入学通知书" if asks else notice_rule(kind).title


def must_allow_notice(case: CaseFacts, kind: PaperKind, grounds: str, day: date) -> None:
    """Refuse a paper that may not be drafted or signed now.

    Raises BackAlready, NoticeNotNow, NoticeServed, NoNoticeYet, TermRuns or GroundsMissing.
    """
    if case.seems_back:
        raise BackAlready
    if case.state not in notice_rule(kind).begins:
        raise NoticeNotNow(case.state, kind)
    if kind is PaperKind.RETURN_NOTICE and case.return_by is not None:
        raise NoticeServed
    if kind is PaperKind.ORDER:
        if case.return_by is None:
            raise NoNoticeYet
        if day <= case.return_by:
            raise TermRuns(case.return_by)
        if not 0 < len(grounds) <= LONGEST_GROUNDS:
            raise GroundsMissing


def days_given(kind: PaperKind, policy: Policy) -> int:
    """Return how many days a paper gives the guardian, counted from its service."""
    return policy.order_days if kind is PaperKind.ORDER else policy.notice_days


def returns_by(served_on: date, days: int, calendar: Calendar) -> date:
    """Return the last day of a term of so many days after the day of service.

    A term that would end on a day without school ends on the next school day.
    """
    last = served_on + timedelta(days=days)
    return next(iter(school_days_between(calendar, last, last + _FAR)), last)


def must_prove(delivery: Delivery, signed_on: date, today: date) -> None:
    """Refuse a service that cannot have been, or that nobody could prove.

    Raises DeliveryIncomplete.
    """
    if not signed_on <= delivery.served_on <= today:
        raise DeliveryIncomplete("送达日期不能早于签发，也不能晚于今天，请核对。")
    if delivery.way is ServedBy.LEFT:
        if not (delivery.refusal.strip() and delivery.witness.strip()):
            raise DeliveryIncomplete("留置送达须写明拒收情形和见证人，请补填。")
    elif not delivery.received_by.strip():
        raise DeliveryIncomplete("请填写签收人；拒收的，送达方式选留置送达。")
    elif delivery.refusal.strip():
        raise DeliveryIncomplete("有拒收情形的，送达方式应为留置送达，请核对。")
