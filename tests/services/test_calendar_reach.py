"""How far the calendar reaches: lists, terms, session plans, and its end."""

from datetime import date, time
from uuid import uuid4

import pytest

from core.rules.calendar import SessionCode
from core.rules.calendar_entry import (
    LastSession,
    PlanDraft,
    RollTaken,
    TermsOverlap,
)
from core.rules.errors import NotYours, OutOfSight
from core.rules.holiday_list import BadLine
from core.rules.roll import Mark
from core.rules.session import Held
from core.services import calendar, calendar_closure, calendar_plan, seat
from db.pool import Pool
from tests.services.calendar_acts import (
    LIST_2027,
    YEAR_2027,
    closure,
    declare,
    due,
    open_duties,
    owed,
)
from tests.services.file_town import CLOUD
from tests.services.school_town import RIVER, THIRD, TOWNSHIP, SchoolTown, build


@pytest.fixture
async def town(pool: Pool) -> SchoolTown:
    return await build(pool)


# A calendar that ends.


async def watch(town: SchoolTown) -> bool:
    front = seat.front_desk(town.pool, lambda _: town.now)
    return await calendar.watch(await seat.system_desk(front, TOWNSHIP), TOWNSHIP)


@pytest.mark.parametrize(("day", "told"), [("10-02", False), ("10-03", True)])
async def test_the_end_of_the_calendar_is_told_ninety_days_ahead(town, day, told):
    # The list of 2026 ends on 31 December: 90 days after 2 October.
    town.clock(f"{day} 08:00")
    assert await watch(town) == told
    assert await watch(town) is False
    assert await open_duties(town) == (["calendar_ends:office 2026-12-31"] if told else [])


async def test_a_year_without_a_list_is_said_loudly_until_it_is_entered(town):
    seen = await calendar.board(await town.desk("wang"))
    assert seen.coverage.unknown_years == (2027,)
    assert seen.coverage.sentence == (
        "2027年放假安排未录入：此后48小时按钟点计，请粘贴国务院办公厅通知。"
    )
    await watch(town)
    desk = await town.desk("office")
    assert await calendar.enter_list(desk, TOWNSHIP, YEAR_2027, LIST_2027, uuid4()) == 3
    (after,) = await calendar.coverage(desk)
    # The term ends on 23 January, within 90 days.
    assert (after.unknown_years, f"{after.until}", after.warns) == ((), "2027-01-23", True)
    assert await open_duties(town) == []
    assert await watch(town)
    assert await open_duties(town) == ["calendar_ends:office 2027-01-23"]


async def test_a_clock_that_ran_by_the_hour_is_reckoned_again_when_the_list_comes(town):
    await town.live("12-30")
    town.clock("12-30 08:10")
    await town.roll("12-30 am", _101=Mark.ABSENT)
    # The first roll in 2027 is not known: 48 hours by the clock.
    row = await town.pool.fetchrow(
        "SELECT due_at, provisional FROM absence WHERE ended_at IS NULL"
    )
    assert row["provisional"]
    assert await due(town) == "01-01 08:00"
    town.clock("12-30 09:00")
    await calendar.enter_list(
        await town.desk("office"), TOWNSHIP, YEAR_2027, LIST_2027, uuid4()
    )
    # Monday 4 January, the first roll after the holiday, 72.5 h after the 48 hours.
    assert await due(town) == "01-04 08:30"
    row = await town.pool.fetchrow("SELECT provisional FROM absence WHERE ended_at IS NULL")
    assert not row["provisional"]


async def test_only_the_office_and_the_bureau_keep_the_calendar(town):
    for who in ("wang", "li", "gov"):
        with pytest.raises(NotYours):
            await calendar.enter_list(
                await town.desk(who), TOWNSHIP, YEAR_2027, LIST_2027, uuid4()
            )
        days = (date(2027, 2, 22), date(2027, 7, 10))
        with pytest.raises(NotYours):
            await calendar.set_term(
                await town.desk(who), TOWNSHIP, (2026, 2), days, uuid4()
            )
    with pytest.raises(BadLine):
        await calendar.enter_list(
            await town.desk("office"), TOWNSHIP, YEAR_2027, "元旦", uuid4()
        )
    assert await town.pool.fetchval("SELECT count(*) FROM calendar_year") == 1


async def test_terms_do_not_overlap_and_may_be_moved(town):
    desk = await town.desk("bureau")
    for first, refused in ((date(2027, 1, 23), True), (date(2027, 1, 24), False)):
        days = (first, date(2027, 7, 10))
        if refused:
            with pytest.raises(TermsOverlap):
                await calendar.set_term(desk, TOWNSHIP, (2026, 2), days, uuid4())
        else:
            await calendar.set_term(desk, TOWNSHIP, (2026, 2), days, uuid4())
    moved = (date(2026, 9, 1), date(2027, 1, 22))
    await calendar.set_term(desk, TOWNSHIP, (2026, 1), moved, uuid4())
    seen = await calendar.board(desk)
    assert [(t.key, f"{t.from_on}", f"{t.to_on}") for t in seen.terms] == [
        ("2026-2027-1", "2026-09-01", "2027-01-23"),
        ("2026-2027-2", "2027-01-24", "2027-07-11"),
    ]


async def test_every_entry_counts_a_version(town):
    async def version() -> int:
        return await town.pool.fetchval("SELECT calendar_version FROM township")

    assert await version() == 1
    made = await declare(town, closure("11-24"))
    assert await version() == 2
    await calendar_closure.end(await town.desk("wang"), TOWNSHIP, made, uuid4())
    assert await version() == 3


# Session plans.


def plan(day: str, **more: object) -> PlanDraft:
    usual = {
        "township_id": TOWNSHIP,
        "school_id": RIVER,
        "session": SessionCode.AM,
        "starts_at": time(9),
        "ends_at": time(12),
        "limit_after": 20,
        "held": Held.SCHOOL_DAY,
        "boarders_only": False,
        "grades": None,
        "weekdays": None,
        "from_on": date.fromisoformat(f"2026-{day}"),
    }
    return PlanDraft.model_validate(usual | more)


async def plan_id(town: SchoolTown, session: str = "am") -> int:
    return await town.pool.fetchval(
        "SELECT id FROM session_plan WHERE school_id = 1 AND session = $1 AND to_on IS NULL",
        session,
    )


async def test_new_times_hold_from_a_day_on_and_the_past_keeps_its_own(town):
    town.clock("11-23 08:10")
    await town.roll("11-23 am", _101=Mark.ABSENT)
    desk = await town.desk("wang")
    with pytest.raises(RollTaken):
        await calendar_plan.change(desk, plan("11-23"), await plan_id(town), uuid4())
    await calendar_plan.change(desk, plan("11-24"), await plan_id(town), uuid4())
    assert await town.run() == "11-23 08:00"
    # Wednesday's limit is 09:20 now: a change of times never puts a running alarm off.
    assert await due(town) == "11-25 08:00"
    seen = await calendar.board(desk)
    times = [f"{p.from_on} {p.starts_at:%H:%M}" for p in seen.plans if p.session == "am"]
    assert "2026-11-24 09:00" in times


async def test_a_school_keeps_a_session_of_lessons(town):
    desk = await town.desk("wang")
    key = (TOWNSHIP, RIVER, await plan_id(town, "pm"))
    await calendar_plan.end(desk, key, date(2026, 11, 24), uuid4())
    last = (TOWNSHIP, RIVER, await plan_id(town))
    with pytest.raises(LastSession):
        await calendar_plan.end(desk, last, date(2026, 11, 24), uuid4())
    evening = plan("11-24", held=Held.EVE, session=SessionCode.NIGHT)
    with pytest.raises(LastSession):
        await calendar_plan.change(desk, evening, await plan_id(town), uuid4())


@pytest.mark.parametrize(
    ("again", "to_on"),
    [("12-01", "2026-12-01"), ("12-07", "2026-12-07"), ("12-10", "2026-12-07")],
)
@pytest.mark.parametrize("replaced", [False, True])
async def test_a_session_that_ends_is_not_held_again_by_ending_it_later(
    town, again, to_on, replaced
):
    desk, held = await town.desk("wang"), await plan_id(town, "pm")
    key = (TOWNSHIP, RIVER, held)
    await calendar_plan.end(desk, key, date(2026, 12, 7), uuid4())
    if replaced:
        draft = plan(again, session=SessionCode.PM, starts_at=time(14), ends_at=time(16))
        await calendar_plan.change(desk, draft, held, uuid4())
    else:
        await calendar_plan.end(desk, key, date.fromisoformat(f"2026-{again}"), uuid4())
    ends = "SELECT to_on FROM session_plan WHERE id = $1"
    assert f"{await town.pool.fetchval(ends, held)}" == to_on


async def test_a_session_for_some_grades_is_owed_by_those(town):
    desk = await town.desk("wang")
    await calendar_plan.change(
        desk, plan("11-24", grades=(4,)), await plan_id(town), uuid4()
    )
    town.clock("11-24 09:05")
    assert await owed(town, "li") == [f"{THIRD} pm"]
    with pytest.raises(OutOfSight):
        await calendar_plan.change(desk, plan("11-24", school_id=CLOUD), None, uuid4())
