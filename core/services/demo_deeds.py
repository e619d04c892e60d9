"""What people of the demonstration do about the missing: calls, visits, signatures."""

from datetime import date, datetime, time, timedelta
from typing import Final
from uuid import uuid4

from core.rules import demo
from core.rules.contact import ContactDraft, ContactMethod, ContactResult
from core.rules.demo_children import CHILDREN
from core.rules.demo_people import keeper
from core.rules.missing import Missing
from core.rules.month import ReportKind
from core.rules.paper import Addressee, PaperState
from core.rules.place import class_name
from core.rules.time import moment
from core.rules.visit import (
    Cause,
    Member,
    MemberRole,
    Met,
    VisitDraft,
    VisitMethod,
    VisitResult,
    Whereabouts,
)
from core.services import (
    area_child,
    contact,
    missing,
    month,
    month_intake,
    report,
    seat,
    visit,
)
from core.services.demo_clock import Hands
from core.services.desk import Desk

_OCTOBER: Final = date(2026, 10, 1)
REPORTED_ON: Final = date(2026, 11, 3)
FILED_ON: Final = date(2026, 11, 20)
_CALL_AFTER: Final = timedelta(minutes=50)
# By class and seat: the day of the first call after the first missed session.
CALLED: Final = frozenset({"八年级（1）班", "七年级（1）班", "三年级（1）班"})
VISITED_ON: Final = {
    "八年级（1）班": date(2026, 11, 17),
    "七年级（1）班": date(2026, 11, 20),
}


async def follow_up(front: Desk, hands: Hands, day: date, until: datetime) -> None:
    """Do what was done on a day about the children missing on it."""
    for signin in ("zhaoxiaozhang", "chenxiaozhang"):
        desk = await seat.seat_by_name(front, signin)
        hands.now = min(until, moment(day, time(17, 20)))
        for child in (await missing.listing(desk)).children:
            name = class_name(child.cohort, child.number, day)
            teacher = await _teacher_of(front, child, name, desk)
            with_them = await seat.seat_by_name(front, "liufang")
            if name in CALLED and child.missed_day == day:
                await _call(teacher, child, hands, until)
            if VISITED_ON.get(name) == day:
                await _visit((desk, teacher, with_them), child, hands, until)
            if child.paper_state is PaperState.TO_SIGN and day < demo.BUILT_ON:
                await _sign(front, desk, child)


async def _teacher_of(front: Desk, child: Missing, name: str, leader: Desk) -> Desk:
    """Return who follows a child up: the head teacher, else the principal."""
    signin = keeper(child.school_name, name)
    return leader if signin is None else await seat.seat_by_name(front, signin)


async def _call(desk: Desk, child: Missing, hands: Hands, until: datetime) -> None:
    hands.now = min(until, child.missed_at + _CALL_AFTER)
    draft = ContactDraft(
        student_id=child.student_id,
        contacted_at=hands.now,
        method=ContactMethod.PHONE,
        result=ContactResult.REACHED,
        whom="母亲",
        note="称孩子随父亲外出，近日返校。",
    )
    await contact.record(desk, draft, uuid4())


async def _visit(
    who: tuple[Desk, Desk, Desk], child: Missing, hands: Hands, until: datetime
) -> None:
    """Let 报班领导, 班主任 and 报班教师 go to the child's home; the teacher writes it down."""
    hands.now = min(until, moment(hands.now.date(), time(16, 40)))
    draft = VisitDraft(
        student_id=child.student_id,
        visited_at=hands.now - timedelta(minutes=30),
        method=VisitMethod.HOME,
        members=(
            _member(who[0], MemberRole.CLASS_LEADER),
            _member(who[1], MemberRole.CLASS_TEACHER),
            _member(who[2], MemberRole.ASSIGNED_TEACHER),
        ),
        met=(Met.NEIGHBOUR,),
        cause=Cause.MIGRATION,
        whereabouts=Whereabouts.WITH_PARENTS,
        mood="未见到学生",
        guardian_opinion="电话中表示下周送返",
        result=VisitResult.NOBODY_HOME,
        note="邻居称已随父母外出。",
    )
    await visit.submit(who[1], draft, uuid4())


def _member(desk: Desk, role: MemberRole) -> Member:
    actor = desk.actor
    return Member(name=actor.name, role=role, account_id=actor.account_id)


async def _sign(front: Desk, desk: Desk, child: Missing) -> None:
    """Sign the report the same day, and have both addressees receipt it."""
    paper = child.paper_id
    if paper is None:
        return
    await report.sign(desk, child.township_id, paper, uuid4())
    for signin, addressee in (
        ("zhengfu", Addressee.GOVERNMENT),
        ("jijiao", Addressee.BUREAU),
    ):
        reader = await seat.seat_by_name(front, signin)
        await report.receive(reader, child.township_id, paper, addressee, None, uuid4())


async def file_october(front: Desk, hands: Hands) -> None:
    """File last month's 变动月报 by the 3rd, and have 教管组 take them in."""
    hands.now = moment(REPORTED_ON, time(9, 30))
    office = await seat.seat_by_name(front, "jiaoguan")
    for signin in ("zhaoxiaozhang", "chenxiaozhang"):
        desk = await seat.seat_by_name(front, signin)
        for school_id in desk.actor.scope.schools:
            report = (school_id, ReportKind.OFFICE, _OCTOBER)
            await month.file(desk, *report, "", uuid4())
            await month_intake.take_in(office, *report, uuid4())


async def register_children(front: Desk, hands: Hands) -> None:
    """Enter the township's children who are in none of its schools, as 教管组 found them."""
    hands.now = moment(REPORTED_ON, time(10, 30))
    office = await seat.seat_by_name(front, "jiaoguan")
    government = await seat.seat_by_name(front, "zhengfu")
    for child, proved in CHILDREN:
        child_id = await area_child.enter(office, child, uuid4())
        if proved:
            read, _ = await area_child.one_child(government, child_id)
            await area_child.verify(government, read, uuid4())


async def file_november(front: Desk, hands: Hands) -> None:
    """File the month's 表一 of one principal's schools before its day; the bureau takes it in."""
    hands.now = moment(FILED_ON, time(17, 40))
    bureau = await seat.seat_by_name(front, "jijiao")
    desk = await seat.seat_by_name(front, "chenxiaozhang")
    for school_id in desk.actor.scope.schools:
        report = (school_id, ReportKind.BUREAU, FILED_ON.replace(day=1))
        told = "未到校学生已逐人联系、家访，详见台账。"
        await month.file(desk, *report, told, uuid4())
        await month_intake.take_in(bureau, *report, uuid4())
