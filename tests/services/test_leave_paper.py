"""Leave as a paper: numbers, who may give it, the form and the register."""

from uuid import uuid4

import pytest

from core.rules.errors import AlreadyDone, NotYours, OutOfSight
from core.rules.leave import LeaveKind, LeaveState
from core.rules.leave_entry import (
    Covered,
    NothingToCover,
    TooFarBack,
)
from core.rules.roll import Mark
from core.services import leave, leave_book
from db.pool import Pool
from tests.services.school_town import THIRD, TOWNSHIP, XIAOYU, SchoolTown, at, build, draft


@pytest.fixture
async def town(pool: Pool) -> SchoolTown:
    return await build(pool)


async def newest(town: SchoolTown) -> int:
    return await town.pool.fetchval("SELECT max(id) FROM leave")


# What a paper is.


async def test_numbers_have_no_gap_and_are_shared_with_the_roll(town):
    town.clock("11-23 08:10")
    await town.roll("11-23 am", _102=Mark.SICK)
    entered = await town.leave("11-24 am", "11-24 pm")
    with pytest.raises(Covered):
        await town.leave("11-24 am", "11-24 am")
    third = await town.leave("11-25 am", "11-25 am")
    assert (entered.number, third.number) == ("2026-0002", "2026-0003")


async def test_the_same_paper_twice_is_one_leave(town):
    desk, op_id = await town.desk("li"), uuid4()
    await leave.enter(desk, draft("11-24 am", "11-24 pm"), op_id)
    with pytest.raises(AlreadyDone):
        await leave.enter(desk, draft("11-24 am", "11-24 pm"), op_id)
    assert await town.states() == ["approved"]


async def test_leave_covers_school_days_whatever_ends_were_typed(town):
    entered = await town.leave("11-27 pm", "11-29 pm")  # Friday afternoon to Sunday
    assert entered.from_at == at("11-27 14:00")
    to_day = await town.pool.fetchval("SELECT to_day::text || to_session FROM leave")
    assert to_day == "2026-11-27pm"
    with pytest.raises(NothingToCover):
        await town.leave("11-28 am", "11-29 pm")


@pytest.mark.parametrize(("first", "refused"), [("11-16 am", False), ("11-15 am", True)])
async def test_leave_reaches_no_further_back_than_a_roll_may_be_filed(town, first, refused):
    if refused:
        with pytest.raises(TooFarBack):
            await town.leave(first, "11-23 pm", "wang")
    else:
        await town.leave(first, "11-23 pm", "wang")


async def test_only_the_child_s_own_school_gives_leave(town):
    with pytest.raises(OutOfSight):
        await town.leave("11-24 am", "11-24 am", "zhou")
    with pytest.raises(NotYours):
        await town.leave("11-24 am", "11-24 am", "gov")
    await town.leave("11-24 am", "11-27 pm")
    for who, refusal in (("zhou", OutOfSight), ("office", NotYours), ("four", OutOfSight)):
        with pytest.raises(refusal):
            await leave.approve(await town.desk(who), TOWNSHIP, await newest(town), uuid4())


async def test_public_leave_uses_up_no_day_of_the_family(town):
    await town.leave("11-23 pm", "11-25 pm", kind=LeaveKind.OFFICIAL)
    entered = await town.leave("11-26 am", "11-27 pm")
    assert entered.state is LeaveState.APPROVED


# Lists and forms.


async def test_the_form_begins_at_the_missed_session_while_the_clock_runs(town):
    town.clock("11-23 08:10")
    await town.roll("11-23 am", _101=Mark.ABSENT)
    town.clock("11-24 10:00")
    form = await leave_book.form(await town.desk("li"), TOWNSHIP, XIAOYU)
    assert (f"{form.from_day}", form.from_session, form.to_session) == (
        "2026-11-23",
        "am",
        "pm",
    )
    assert form.guardians[0].called == "母亲 李梅"
    assert "13800000000" not in form.model_dump_json()
    town.clock("11-25 08:30")
    form = await leave_book.form(await town.desk("li"), TOWNSHIP, XIAOYU)
    assert (f"{form.from_day}", form.from_session) == ("2026-11-25", "am")


async def test_the_register_shows_what_waits_first_and_counts_school_days(town):
    await town.leave("11-23 pm", "11-23 pm")
    await town.leave("11-26 pm", "12-01 am")
    register = await leave_book.register(await town.desk("li"))
    assert [(x.leave.state, x.school_days, x.leave.span) for x in register.lines] == [
        ("waiting", 4, "11-26下午至12-01上午"),
        ("approved", 1, "11-23下午"),
    ]
    assert (await leave_book.register(await town.desk("four"))).lines == ()
    assert register.lines[0].leave.class_id == THIRD
