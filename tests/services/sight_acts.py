"""Every act of the services on one child or class, or on a school's month."""

from collections.abc import Awaitable, Callable
from datetime import date
from uuid import uuid4

from core.rules.arrival import Arrival
from core.rules.calendar import SessionCode
from core.rules.change import ChangeDraft, ChangeKind
from core.rules.contact import ContactDraft, ContactMethod, ContactResult
from core.rules.hukou_letter import SentBy
from core.rules.leave import AskedHow, LeaveKind
from core.rules.leave_entry import LeaveDraft
from core.rules.month import ReportKind
from core.rules.paper import Addressee
from core.rules.sheet import Submission, SubmittedPart
from core.rules.visit import Member, MemberRole, Met, VisitDraft, VisitMethod, VisitResult
from core.services import (
    change,
    change_explain,
    change_receive,
    change_verify,
    change_whereabouts,
    contact,
    export_paper,
    hukou_letter,
    leave,
    month,
    month_behalf,
    month_class,
    opening,
    report,
    roll,
    roster_doubt,
    visit,
)
from core.services.desk import Desk
from core.services.receipt import PaperReceipt
from tests.services.file_town import MONDAY
from tests.services.sight_town import TODAY, Key

NOVEMBER, BUREAU = date(2026, 11, 1), ReportKind.BUREAU
Acts = Callable[[Desk, Key], Awaitable[object]]


def call(key: Key) -> ContactDraft:
    return ContactDraft(
        student_id=key.child,
        contacted_at=MONDAY,
        method=ContactMethod.PHONE,
        result=ContactResult.REACHED,
        whom="家长",
    )


def home(key: Key) -> VisitDraft:
    roles = (MemberRole.CLASS_LEADER, MemberRole.CLASS_TEACHER, MemberRole.ASSIGNED_TEACHER)
    return VisitDraft(
        student_id=key.child,
        visited_at=MONDAY,
        method=VisitMethod.HOME,
        members=tuple(Member(name="某人", role=role) for role in roles),
        met=(Met.NOBODY,),
        result=VisitResult.NOBODY_HOME,
    )


def sick(key: Key) -> LeaveDraft:
    return LeaveDraft(
        township_id=key.township,
        student_id=key.child,
        kind=LeaveKind.SICK,
        from_day=date(2026, 11, 24),
        from_session=SessionCode.AM,
        to_day=date(2026, 11, 24),
        to_session=SessionCode.AM,
        asked_by="家长",
        asked_how=AskedHow.PHONE,
    )


def sheet(key: Key) -> Submission:
    part = SubmittedPart(class_id=key.school_class, base=(), wanted=())
    return Submission(
        township_id=key.township, day=TODAY, session=SessionCode.AM, parts=(part,)
    )


def suspension(key: Key) -> ChangeDraft:
    return ChangeDraft(
        student_id=key.child, kind=ChangeKind.SUSPENSION, happened_on=TODAY, note="病"
    )


def came(key: Key) -> Arrival:
    return Arrival(
        school_id=key.school,
        class_id=key.school_class,
        name="新来",
        identity_number="99010120180702003X",
        happened_on=TODAY,
        other_school="镇外",
    )


STAMPED = PaperReceipt(received_by="收发室", received_at=MONDAY)
POSTED = hukou_letter.Dispatch(by=SentBy.MAIL, to="EMS 1", on=TODAY)
TOLD = month_behalf.Told(source="电话", reporter="校长", told_at=MONDAY)
ACTS: dict[str, Acts] = {
    "contact": lambda d, k: contact.record(d, call(k), uuid4()),
    "visit": lambda d, k: visit.submit(d, home(k), uuid4()),
    "visit_correct": lambda d, k: visit.correct(d, 900 + k.child, home(k), "记错", uuid4()),
    "leave": lambda d, k: leave.enter(d, sick(k), uuid4()),
    "leave_prove": lambda d, k: leave.prove(d, k.township, 900 + k.child, "证明", uuid4()),
    "leave_approve": lambda d, k: leave.approve(d, k.township, 900 + k.child, uuid4()),
    "leave_close": lambda d, k: leave.close(d, k.township, 900 + k.child, uuid4()),
    "roll": lambda d, k: roll.submit(d, sheet(k), uuid4()),
    "class_month": lambda d, k: month_class.confirm(d, k.school_class, NOVEMBER, uuid4()),
    "settle_doubt": lambda d, k: roster_doubt.settle_doubt(d, k.township, k.child),
    "take_note": lambda d, k: contact.take_note(d, k.township, k.child, uuid4()),
    "sign": lambda d, k: report.sign(d, k.township, 950 + k.child, uuid4()),
    "receive": lambda d, k: report.receive(
        d, k.township, 900 + k.child, Addressee.GOVERNMENT, None, uuid4()
    ),
    "receive_paper": lambda d, k: report.receive(
        d, k.township, 900 + k.child, Addressee.BUREAU, STAMPED, uuid4()
    ),
    "letter": lambda d, k: hukou_letter.send(d, k.township, 960 + k.child, POSTED, uuid4()),
    "print": lambda d, k: export_paper.take(
        d, k.township, 900 + k.child, "bureau", uuid4()
    ),
    "change": lambda d, k: change.enter(d, suspension(k), uuid4()),
    "change_prove": lambda d, k: change_verify.prove(d, 900 + k.child, (), "", uuid4()),
    "change_verify": lambda d, k: change_verify.verify(
        d, 900 + k.child, ok=True, reason="", op_id=uuid4()
    ),
    "confirm": lambda d, k: change_verify.confirm(
        d, 900 + k.child, ok=True, reason="", op_id=uuid4()
    ),
    "child_receive": lambda d, k: change_receive.receive(d, came(k), uuid4()),
    "explain": lambda d, k: change_explain.explain(
        d, k.school, (BUREAU, NOVEMBER), k.child, "说明", uuid4()
    ),
    "whereabouts": lambda d, k: change_whereabouts.whereabouts(
        d, k.school, "99010120180702003X"
    ),
    "opening": lambda d, k: opening.enter(d, k.school, (), uuid4()),
    "opening_confirm": lambda d, k: opening.confirm(d, k.school, uuid4()),
    "month": lambda d, k: month.file(d, k.school, BUREAU, NOVEMBER, "", uuid4()),
    "month_for": lambda d, k: month_behalf.file_for(
        d, k.school, BUREAU, NOVEMBER, TOLD, "", uuid4()
    ),
    "countersign": lambda d, k: month_behalf.countersign(
        d, k.school, BUREAU, NOVEMBER, uuid4()
    ),
    "stamped": lambda d, k: month_behalf.note_stamped(
        d, k.school, BUREAU, NOVEMBER, "档案", uuid4()
    ),
}
