"""The calendar: days.md 22, 23, 24."""

from datetime import date
from uuid import uuid4

import pytest

from core.rules.calendar import ClosureKind, SessionCode
from core.rules.calendar_entry import (
    AlreadyPast,
    BadDays,
    LessonsOver,
)
from core.rules.errors import AlreadyDone, NotYours, OutOfSight
from core.rules.roll import Mark
from core.rules.sheet import NoSession
from core.services import calendar, calendar_closure
from db.pool import Pool
from tests.services.calendar_acts import closure, declare, due, open_duties, owed
from tests.services.file_town import CLOUD, FOURTH
from tests.services.school_town import RIVER, THIRD, TOWNSHIP, SchoolTown, at, build


@pytest.fixture
async def town(pool: Pool) -> SchoolTown:
    return await build(pool)


# 22. A cancelled session owes nothing.


@pytest.mark.parametrize(
    ("scope", "left"),
    [
        ({}, []),
        ({"grade": 3}, [f"{FOURTH} am", f"{FOURTH} pm"]),
        ({"class_id": FOURTH}, [f"{THIRD} am", f"{THIRD} pm"]),
        ({"session": SessionCode.PM}, [f"{THIRD} am", f"{FOURTH} am"]),
    ],
)
async def test_22_what_is_called_off_owes_no_roll(town, scope, left):
    await town.write("UPDATE enrolment SET class_id = $1 WHERE student_id = 102", FOURTH)
    town.clock("11-23 07:30")
    await declare(town, closure("11-23", **scope))
    assert sorted(await owed(town, "wang")) == left


async def test_22_no_roll_can_be_taken_of_what_is_called_off(town):
    town.clock("11-23 07:50")
    await declare(town, closure("11-23", class_id=THIRD))
    with pytest.raises(NoSession):
        await town.roll("11-23 am")


# 23. Typhoon, 07:30.


async def test_23_a_roll_taken_before_stays_and_counts_for_nothing(town):
    town.clock("11-23 08:10")
    await town.roll("11-23 am", _101=Mark.ABSENT)
    town.clock("11-23 09:00")
    await declare(town, closure("11-23"))
    voided = await town.pool.fetchval("SELECT voided_at FROM roll")
    assert voided == at("11-23 09:00")
    assert await town.pool.fetchval("SELECT count(*) FROM roll_mark") == 1
    assert await town.run() is None  # nobody was missed where nothing was held


async def test_23_running_clocks_keep_clock_hours(town):
    town.clock("11-23 08:10")
    await town.roll("11-23 am", _101=Mark.ABSENT)
    assert await due(town) == "11-25 08:30"
    town.clock("11-25 07:30")
    await declare(town, closure("11-25", "11-26"))
    # Wednesday's roll is gone; Friday's would put the alarm off by two days.
    assert await due(town) == "11-25 08:00"
    assert await town.run() == "11-23 08:00"


async def test_23_an_alarm_that_rang_stays(town):
    town.clock("11-23 08:10")
    await town.roll("11-23 am", _101=Mark.ABSENT)
    town.clock("11-25 08:30")
    assert await town.ring() == 1
    town.clock("11-25 09:00")
    await declare(town, closure("11-25", "11-27"))
    assert await due(town) == "11-25 08:30"
    assert await town.run() == "11-23 08:00"
    assert await town.pool.fetchval("SELECT count(*) FROM alarm") == 1
    assert await town.pool.fetchval("SELECT closed_at FROM dropout_case") is None


async def test_23_lessons_that_were_held_are_not_called_off_afterwards(town):
    town.clock("11-23 08:10")
    await town.roll("11-23 am", _101=Mark.ABSENT)
    ends = await town.pool.fetchval("SELECT ends_at FROM roll")
    town.now = ends
    with pytest.raises(LessonsOver):
        await declare(town, closure("11-23"))
    assert await town.run() == "11-23 08:00"
    await declare(town, closure("11-23", session=SessionCode.PM))
    assert await town.run() == "11-23 08:00"


async def test_23_no_day_that_has_passed_is_called_off(town):
    town.clock("11-24 00:01")
    with pytest.raises(AlreadyPast):
        await declare(town, closure("11-23"))
    with pytest.raises(AlreadyPast):
        await declare(town, closure("11-23"), "office")
    await declare(town, closure("11-24"))


async def test_23_the_office_takes_note_afterwards(town):
    town.clock("11-23 07:30")
    made = await declare(town, closure("11-23", grade=3))
    assert await open_duties(town) == ["acknowledge:office 河湾小学三年级 11-23"]
    for who in ("wang", "li"):
        with pytest.raises(NotYours):
            await calendar_closure.acknowledge(
                await town.desk(who), TOWNSHIP, made, uuid4()
            )
    await calendar_closure.acknowledge(await town.desk("office"), TOWNSHIP, made, uuid4())
    assert await open_duties(town) == []
    seen = await calendar.board(await town.desk("wang"))
    (line,) = seen.closures
    assert (line.whom, line.acknowledged_by_name) == ("河湾小学 三年级", "孙伟")


async def test_23_who_may_call_off_what(town):
    for who, draft, refusal in (
        ("wang", closure("11-24", school_id=CLOUD), OutOfSight),
        ("wang", closure("11-24", school_id=None), NotYours),
        ("li", closure("11-24", class_id=THIRD), NotYours),
        ("gov", closure("11-24"), NotYours),
        ("wang", closure("11-24", class_id=21), OutOfSight),
    ):
        with pytest.raises(refusal):
            await declare(town, draft, who)
    await declare(town, closure("11-24", school_id=None), "office")
    assert await open_duties(town) == []  # what the office declares is on its own record


@pytest.mark.parametrize(("last", "refused"), [("01-21", False), ("01-22", True)])
async def test_23_no_more_than_sixty_days_at_once(town, last, refused):
    draft = closure("11-23").model_copy(
        update={"last_on": date.fromisoformat(f"2027-{last}")}
    )
    if refused:
        with pytest.raises(BadDays):
            await declare(town, draft)
    else:
        await declare(town, draft)


@pytest.mark.parametrize(("times", "red"), [(3, frozenset()), (4, frozenset({RIVER}))])
async def test_23_more_than_three_declarations_a_term_are_red(town, times, red):
    for day in range(times):
        await declare(town, closure(f"11-{24 + day}"))
    await declare(town, closure("12-01", kind=ClosureKind.ARRANGED))
    assert (await calendar.board(await town.desk("office"))).red_schools == red


async def test_23_ending_it_early_brings_the_rolls_back_from_tomorrow_on(town):
    town.clock("11-23 08:10")
    await town.roll("11-23 am", _101=Mark.ABSENT)
    town.clock("11-24 07:30")
    made = await declare(town, closure("11-24", "11-26"))
    assert await due(town) == "11-25 08:00"
    town.clock("11-24 16:00")
    await calendar_closure.end(await town.desk("wang"), TOWNSHIP, made, uuid4())
    # Wednesday's roll is back: it proves the alarm, half an hour after the 48 hours.
    # A closure never puts an alarm off, and neither does its end.
    assert await due(town) == "11-25 08:00"
    town.clock("11-25 08:05")
    await town.roll("11-25 am", _101=Mark.PRESENT)
    assert await town.endings() == ["present"]


@pytest.mark.parametrize(
    ("ended_at", "refused", "to_on"),
    [
        ("11-24 16:00", False, "2026-11-25"),
        ("11-25 07:00", False, "2026-11-26"),
        ("11-26 07:00", False, "2026-11-27"),  # its last day: it ends with today anyway
        ("11-27 07:00", True, "2026-11-27"),
        ("12-03 07:00", True, "2026-11-27"),
    ],
)
async def test_23_what_is_over_is_not_made_longer_by_ending_it(
    town, ended_at, refused, to_on
):
    town.clock("11-23 09:00")
    made = await declare(town, closure("11-24", "11-26"))
    town.clock(ended_at)
    ending = calendar_closure.end(await town.desk("wang"), TOWNSHIP, made, uuid4())
    if refused:
        with pytest.raises(AlreadyPast):
            await ending
    else:
        await ending
    assert f"{await town.pool.fetchval('SELECT to_on FROM closure')}" == to_on


async def test_23_the_same_declaration_twice_is_one(town):
    desk, op_id = await town.desk("wang"), uuid4()
    await calendar_closure.declare(desk, closure("11-24"), op_id)
    with pytest.raises(AlreadyDone):
        await calendar_closure.declare(desk, closure("11-24"), op_id)
    assert await town.pool.fetchval("SELECT count(*) FROM closure") == 1


# 24. Make-up days.


async def test_24_a_make_up_saturday_is_a_school_day_like_any_other(town):
    await town.live("11-28")
    town.clock("11-27 16:00")
    await declare(town, closure("11-28", kind=ClosureKind.TEACHING, reason="补周三停课"))
    assert await open_duties(town) == []
    town.clock("11-28 08:05")
    assert sorted(await owed(town, "li")) == [f"{THIRD} am", f"{THIRD} pm"]
    await town.roll("11-28 am", _101=Mark.ABSENT)
    assert await town.run() == "11-28 08:00"
