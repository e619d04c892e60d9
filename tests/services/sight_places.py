"""Every act of the services on a school, a township or their people."""

from collections.abc import Awaitable
from datetime import date, time
from uuid import uuid4

from core.rules.acting import ActingDraft
from core.rules.calendar import CalendarYear, ClosureKind, SessionCode
from core.rules.calendar_entry import ClosureDraft, PlanDraft
from core.rules.session import Held
from core.rules.staff import Acting, Role
from core.rules.staff_account import GrantPlace, NewAccount
from core.services import (
    acting,
    calendar,
    calendar_closure,
    calendar_plan,
    combined,
    month_intake,
    month_rollup,
    place,
    policy,
    roster,
    staff,
)
from core.services.desk import Desk
from tests.services.sight_acts import BUREAU, NOVEMBER, Acts
from tests.services.sight_town import CODES, TODAY, Key


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


TERM = (date(2027, 2, 22), date(2027, 7, 10))
YEAR = CalendarYear(year=2027, source="国务院办公厅通知")
PLACES: dict[str, Acts] = {
    "roster": lambda d, k: roster.take_in(d, CODES[k.school], b"x", dry_run=True),
    "combine": lambda d, k: combined.combine(d, CODES[k.school], "复式班", ("三1班",)),
    "part": lambda d, k: combined.part(d, CODES[k.school], "复式班"),
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
    "account": lambda d, k: staff.add(
        d,
        NewAccount(signin_name=f"new{k.child}", name="新人"),
        GrantPlace(role=Role.TEACHER, township_id=k.township, school_id=k.school),
    ),
    "school": lambda d, k: place.add_school(d, CODES[k.school], "新学校", k.township),
    "village": lambda d, k: place.add_village(d, f"{k.township}301", "新村"),
    "township": lambda d, k: place.add_township(d, k.township, "新镇"),
    "password": lambda d, _: staff.set_password(d, "liu", "x"),
    "key": lambda d, _: staff.add_key(d, "liu", "ssh-ed25519 x"),
    "shut_out": lambda d, _: staff.disable(d, "liu"),
}
