"""Every act of the services, done to one child, class, school or township."""

from collections.abc import Awaitable, Callable
from datetime import date, time
from uuid import uuid4

from core.rules.acting import ActingDraft
from core.rules.calendar import CalendarYear, ClosureKind, SessionCode
from core.rules.calendar_entry import ClosureDraft, PlanDraft
from core.rules.change import ChangeDraft, ChangeKind
from core.rules.contact import ContactDraft, ContactMethod, ContactResult
from core.rules.leave import AskedHow, LeaveKind
from core.rules.leave_entry import LeaveDraft
from core.rules.month import ReportKind
from core.rules.paper import Addressee
from core.rules.session import Held
from core.rules.sheet import Submission, SubmittedPart
from core.rules.staff import Acting, Role
from core.rules.staff_account import GrantPlace
from core.rules.visit import Member, MemberRole, Met, VisitDraft, VisitMethod, VisitResult
from core.services import (
    acting,
    calendar,
    calendar_closure,
    calendar_plan,
    change,
    change_explain,
    change_verify,
    change_whereabouts,
    combined,
    contact,
    leave,
    month,
    month_behalf,
    month_class,
    month_intake,
    month_rollup,
    opening,
    policy,
    report,
    roll,
    roster,
    roster_doubt,
    staff,
    visit,
)
from core.services.desk import Desk
from tests.services.file_town import MONDAY
from tests.services.sight_town import CODES, TODAY, Key

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


def closed(key: Key) -> ClosureDraft:
    day = date(2026, 12, 23)
    return ClosureDraft(
        township_id=key.township,
        school_id=key.school,
        from_on=day,
        last_on=day,
        kind=ClosureKind.ARRANGED,
        reason="运动会",
    )


def evening(key: Key) -> PlanDraft:
    return PlanDraft(
        township_id=key.township,
        school_id=key.school,
        session=SessionCode.NIGHT,
        starts_at=time(20),
        ends_at=time(21),
        limit_after=30,
        held=Held.EVE,
        boarders_only=True,
        grades=None,
        weekdays=None,
        from_on=TODAY,
    )


async def plan_end(d: Desk, k: Key) -> None:
    """Hold the school's first session no more."""
    plan = await d.pool.fetchval(
        "SELECT min(id) FROM session_plan WHERE school_id = $1 AND to_on IS NULL", k.school
    )
    await calendar_plan.end(d, (k.township, k.school, plan), TODAY, uuid4())


def stand_in(key: Key) -> ActingDraft:
    return ActingDraft(
        township_id=key.township,
        school_id=key.school,
        acting=Acting.CLASS,
        class_id=key.school_class,
        signin_name="liu",
        from_on=TODAY,
        last_on=TODAY,
    )


def given(role: Role, acting_: Acting | None = None) -> Acts:
    def acts(d: Desk, k: Key) -> Awaitable[object]:
        where = GrantPlace(role=role, township_id=k.township, school_id=k.school)
        return staff.grant(d, "liu", where, acting_, (TODAY, date(2026, 11, 24)))

    return acts


TOLD = month_behalf.Told(source="电话", reporter="校长", told_at=MONDAY)
TERM = (date(2027, 2, 22), date(2027, 7, 10))
YEAR = CalendarYear(year=2027, source="国务院办公厅通知")
ACTS: dict[str, Acts] = {
    "contact": lambda d, k: contact.record(d, call(k), uuid4()),
    "visit": lambda d, k: visit.submit(d, home(k), uuid4()),
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
    "change": lambda d, k: change.enter(d, suspension(k), uuid4()),
    "change_prove": lambda d, k: change_verify.prove(d, 900 + k.child, (), "", uuid4()),
    "change_verify": lambda d, k: change_verify.verify(
        d, 900 + k.child, ok=True, reason="", op_id=uuid4()
    ),
    "confirm": lambda d, k: change_verify.confirm(
        d, 900 + k.child, ok=True, reason="", op_id=uuid4()
    ),
    "explain": lambda d, k: change_explain.explain(
        d, k.school, (BUREAU, NOVEMBER), k.child, "说明", uuid4()
    ),
    "whereabouts": lambda d, k: change_whereabouts.whereabouts(
        d, k.school, "99010120180702003X"
    ),
    "roster": lambda d, k: roster.take_in(d, CODES[k.school], b"x", dry_run=True),
    "combine": lambda d, k: combined.combine(d, CODES[k.school], "复式班", ("三1班",)),
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
    "take_in": lambda d, k: month_intake.take_in(d, k.school, BUREAU, NOVEMBER, uuid4()),
    "send_back": lambda d, k: month_intake.send_back(
        d, k.school, BUREAU, NOVEMBER, "不实", uuid4()
    ),
    "remind": lambda d, k: month_intake.remind(d, k.school, BUREAU, NOVEMBER, uuid4()),
    "exempt": lambda d, k: month_intake.exempt(
        d, k.school, BUREAU, NOVEMBER, "假期", uuid4()
    ),
    "roll_up": lambda d, k: month_rollup.roll_up(d, k.township, NOVEMBER, BUREAU, uuid4()),
    "closure": lambda d, k: calendar_closure.declare(d, closed(k), uuid4()),
    "acknowledge": lambda d, k: calendar_closure.acknowledge(
        d, k.township, 900 + k.child, uuid4()
    ),
    "closure_all": lambda d, k: calendar_closure.declare(
        d, closed(k).model_copy(update={"school_id": None}), uuid4()
    ),
    "plan_end": plan_end,
    "closure_end": lambda d, k: calendar_closure.end(d, k.township, 900 + k.child, uuid4()),
    "plan": lambda d, k: calendar_plan.change(d, evening(k), None, uuid4()),
    "term": lambda d, k: calendar.set_term(d, k.township, (2026, 2), TERM, uuid4()),
    "holidays": lambda d, k: calendar.enter_list(
        d, k.township, YEAR, "元旦 1月1日-1月3日", uuid4()
    ),
    "policy": lambda d, k: policy.change(
        d, k.township, ("untaken_days", "3"), TODAY, uuid4()
    ),
    "stand_in": lambda d, k: acting.give(d, stand_in(k), uuid4()),
    "give_class": given(Role.TEACHER),
    "give_signature": given(Role.LEADER, Acting.SIGNATURE),
    "give_office": given(Role.OFFICE),
}
