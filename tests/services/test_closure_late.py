"""A closure declared while lessons go on, or after them: what it may not take away (12, 23)."""

from datetime import date, time
from uuid import uuid4

import pytest

from core.rules.calendar import SessionCode
from core.rules.calendar_entry import PlanDraft, RollsMissing, SessionOver
from core.rules.roll import Mark
from core.rules.session import Held
from core.services import calendar_plan, contact, visit
from db.pool import Pool
from tests.services.calendar_acts import closure, declare, due, owed
from tests.services.file_acts import call, trip
from tests.services.file_town import FOURTH
from tests.services.school_town import (
    DASHAN,
    RIVER,
    THIRD,
    TOWNSHIP,
    XIAOYU,
    SchoolTown,
    build,
)

OWED = "SELECT count(*) FROM duty WHERE kind = 'not_known' AND done_at IS NULL"


@pytest.fixture
async def town(pool: Pool) -> SchoolTown:
    return await build(pool)


async def lost_by_telephone(town: SchoolTown) -> None:
    """Let the teacher find out that nobody knows where the child is."""
    said = {"whom": None, "police_told": True, "police_told_at": town.now}
    draft = call("not_known", town.now, **said)
    await contact.record(await town.desk("li"), draft, uuid4())


async def lost_and_noted(town: SchoolTown) -> None:
    """Let everybody who is told of it take note."""
    await lost_by_telephone(town)
    await noted(town)


async def noted(town: SchoolTown) -> None:
    for who in ("wang", "gov", "bureau"):
        await contact.take_note(await town.desk(who), TOWNSHIP, XIAOYU, uuid4())


async def lost_on_a_visit(town: SchoolTown) -> None:
    """Let the teacher find it out at the door."""
    found = {"whereabouts": "lost", "result": "not_found", "promised_on": None}
    draft = trip(town.now, police_told=False, **found)
    await visit.submit(await town.desk("li"), draft, uuid4())


async def test_12_no_closure_ends_the_run_of_a_child_nobody_can_find(town):
    await town.live("11-20")
    for session in ("11-20 am", "11-20 pm"):
        town.clock("11-20 15:00")
        await town.roll(session)
    town.clock("11-23 08:10")
    await town.roll("11-23 am", _101=Mark.ABSENT, _102=Mark.ABSENT)
    town.clock("11-23 08:25")
    await lost_by_telephone(town)
    town.clock("11-23 09:00")
    await declare(town, closure("11-23"))
    assert (await town.run(), await due(town)) == ("11-23 08:00", "11-25 08:30")
    assert await town.pool.fetchval(OWED) == 3
    # The other child was missed where nothing was held.
    assert await town.endings(DASHAN) == ["void"]
    town.clock("11-23 12:00")
    await noted(town)
    await contact.record(await town.desk("li"), call("reached", town.now), uuid4())
    town.clock("11-24 08:05")
    await town.roll("11-24 am", _101=Mark.ABSENT)
    # The clock runs from the first morning, not from the second.
    assert (await town.run(), await due(town)) == ("11-23 08:00", "11-25 08:30")
    town.clock("11-25 08:05")
    await town.roll("11-25 am", _101=Mark.PRESENT)
    assert await town.endings() == ["present"]


@pytest.mark.parametrize("told", [lost_and_noted, lost_on_a_visit])
async def test_12_who_was_lost_before_the_roll_stays_missed_through_a_closure(town, told):
    town.clock("11-23 07:40")
    await told(town)
    town.clock("11-23 08:10")
    await town.roll("11-23 am", _101=Mark.ABSENT)
    town.clock("11-23 09:00")
    await declare(town, closure("11-23"))
    assert await town.run() == "11-23 08:00"


LESSONS = "三年级（1）班已下课、没有点名"


@pytest.mark.parametrize(
    ("session", "moment", "refused"),
    [
        (None, "11-23 11:39", False),
        (None, "11-23 11:40", True),  # the morning is over
        (SessionCode.PM, "11-23 11:40", False),
        (SessionCode.PM, "11-23 16:59", False),
        (SessionCode.PM, "11-23 17:00", True),
        (SessionCode.NIGHT, "11-23 17:00", False),
    ],
)
async def test_23_a_school_calls_off_no_session_that_is_over_and_was_not_called(
    town, session, moment, refused
):
    town.clock(moment)
    draft = closure("11-23", class_id=THIRD, session=session)
    if refused:
        with pytest.raises(RollsMissing, match=f"{LESSONS}.*请教管组登记停课"):
            await declare(town, draft)
        # Nothing is hidden: the roll is owed as before.
        assert f"{THIRD} {session or SessionCode.AM}" in await owed(town, "li")
    else:
        await declare(town, draft)


async def test_23_the_office_may_say_that_lessons_nobody_called_were_not_held(town):
    town.clock("11-23 15:00")
    await declare(town, closure("11-23", class_id=THIRD), "office")
    assert await owed(town, "li") == []


async def test_23_the_roll_of_another_class_is_no_reason_against_a_closure(town):
    town.clock("11-23 11:40")
    with pytest.raises(RollsMissing):
        await declare(town, closure("11-23"))
    await declare(town, closure("11-23", class_id=FOURTH))  # it has nobody to call


@pytest.mark.parametrize(
    ("moment", "refused"), [("11-23 16:59", False), ("11-23 17:00", True)]
)
async def test_6_a_session_that_is_over_is_not_planned_away_the_same_day(
    town, moment, refused
):
    town.clock(moment)
    desk = await town.desk("wang")
    held = await town.pool.fetchval(
        "SELECT id FROM session_plan WHERE school_id = $1 AND session = 'pm'", RIVER
    )
    key = (TOWNSHIP, RIVER, held)
    if not refused:
        await calendar_plan.end(desk, key, date(2026, 11, 23), uuid4())
        return
    with pytest.raises(SessionOver):
        await calendar_plan.end(desk, key, date(2026, 11, 23), uuid4())
    later = PlanDraft(
        township_id=TOWNSHIP,
        school_id=RIVER,
        session=SessionCode.PM,
        starts_at=time(18),
        ends_at=time(19),
        limit_after=30,
        held=Held.SCHOOL_DAY,
        boarders_only=False,
        grades=None,
        weekdays=None,
        from_on=date(2026, 11, 23),
    )
    with pytest.raises(SessionOver):
        await calendar_plan.change(desk, later, held, uuid4())
    assert f"{THIRD} pm" in await owed(town, "li")
    await calendar_plan.end(desk, key, date(2026, 11, 24), uuid4())
