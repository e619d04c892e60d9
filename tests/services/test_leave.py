"""Leave: days.md 8 and 9, and the third rule that guards a child."""

from uuid import uuid4

import pytest

from core.rules.errors import NotYours
from core.rules.leave import Approver, LeaveState
from core.rules.leave_entry import (
    AlreadyRang,
    NotWaiting,
    ReasonMissing,
)
from core.rules.roll import Mark
from core.services import leave
from db.pool import Pool
from tests.services.school_town import TOWNSHIP, SchoolTown, at, build


@pytest.fixture
async def town(pool: Pool) -> SchoolTown:
    return await build(pool)


async def newest(town: SchoolTown) -> int:
    return await town.pool.fetchval("SELECT max(id) FROM leave")


# 8. Parent phones at 10:00.


async def test_08_leave_entered_before_the_alarm_ends_the_run_and_keeps_the_mark(town):
    town.clock("11-23 08:10")
    await town.roll("11-23 am", _101=Mark.ABSENT)
    assert await town.run() == "11-23 08:00"
    town.clock("11-23 10:00")
    entered = await town.leave("11-23 am", "11-23 pm")
    assert (entered.number, entered.state, entered.cut) == (
        "2026-0001",
        LeaveState.APPROVED,
        False,
    )
    assert await town.endings() == ["leave"]
    assert await town.pool.fetchval("SELECT mark FROM roll_mark") == "absent"
    assert await town.duties() == []


async def test_08_until_the_last_moment_before_due_leave_may_begin_at_the_missed_session(
    town,
):
    town.clock("11-23 08:10")
    await town.roll("11-23 am", _101=Mark.ABSENT)
    town.now = at("11-25 08:29:59")
    await town.leave("11-23 am", "11-25 pm")
    assert await town.endings() == ["leave"]


async def test_08_from_the_due_moment_on_leave_erases_nothing(town):
    town.clock("11-23 08:10")
    await town.roll("11-23 am", _101=Mark.ABSENT)
    town.clock("11-25 08:30")
    assert await town.ring() == 1
    entered = await town.leave("11-23 am", "11-25 pm")
    # Monday 08:00 to Wednesday 08:00 stay missed; the leave begins on Wednesday afternoon.
    assert entered.cut
    assert entered.from_at == at("11-25 14:00")
    assert await town.run() == "11-23 08:00"
    assert await town.pool.fetchval("SELECT count(*) FROM alarm") == 1
    assert await town.pool.fetchval("SELECT state FROM dropout_case") == "suspected"
    notes = await town.pool.fetch("SELECT note FROM case_event ORDER BY id")
    assert notes[-1]["note"] == "续报：登记请假 2026-0001（病假），已到期的时段不变"


async def test_08_a_leave_wholly_within_what_is_due_is_refused(town):
    town.clock("11-23 08:10")
    await town.roll("11-23 am", _101=Mark.ABSENT)
    town.clock("11-25 08:30")
    with pytest.raises(AlreadyRang):
        await town.leave("11-23 am", "11-25 am")
    # Nor does the end of the run open it to be erased afterwards.
    await town.roll("11-25 am", _101=Mark.LATE)
    assert await town.endings() == ["present"]
    with pytest.raises(AlreadyRang):
        await town.leave("11-23 am", "11-24 pm")


@pytest.mark.parametrize(
    ("back_at", "may"), [("11-25 08:29:59", True), ("11-25 08:30:00", False)]
)
async def test_08_a_late_note_excuses_what_ended_before_it_was_due(town, back_at, may):
    town.clock("11-23 08:10")
    await town.roll("11-23 am", _101=Mark.ABSENT)
    town.now = at(back_at)
    await town.roll("11-25 am", _101=Mark.PRESENT)
    assert await town.endings() == ["present"]
    town.clock("11-26 09:00")
    if may:
        entered = await town.leave("11-23 am", "11-24 pm")
        assert (entered.cut, entered.from_at) == (False, at("11-23 08:00"))
    else:
        with pytest.raises(AlreadyRang):
            await town.leave("11-23 am", "11-24 pm")


async def test_08_what_the_leave_covers_from_now_on_ends_the_run_but_not_the_case(town):
    town.clock("11-23 08:10")
    await town.roll("11-23 am", _101=Mark.ABSENT)
    town.clock("11-25 08:30")
    await town.ring()
    await town.leave("11-23 am", "11-26 pm")
    town.clock("11-25 14:05")
    await town.roll("11-25 pm")
    assert await town.endings() == ["leave"]
    assert await town.pool.fetchval("SELECT closed_at FROM dropout_case") is None
    assert await town.pool.fetchval("SELECT count(*) FROM alarm") == 1


# 9. Leave waiting for approval.


@pytest.mark.parametrize(
    ("last", "who", "state", "approver", "duty"),
    [
        ("11-25 pm", "li", "approved", Approver.CLASS_TEACHER, []),
        ("11-26 am", "li", "waiting", Approver.DEAN, ["leave_decision:registrar"]),
        ("12-01 pm", "li", "waiting", Approver.DEAN, ["leave_decision:registrar"]),
        ("12-02 am", "li", "waiting", Approver.LEADER, ["leave_long:principal"]),
        ("12-01 pm", "reg", "approved", Approver.DEAN, []),
        ("12-02 am", "reg", "waiting", Approver.LEADER, ["leave_long:principal"]),
        ("12-02 am", "wang", "approved", Approver.LEADER, []),
    ],
)
async def test_09_the_longer_the_leave_the_higher_who_decides(
    town, last, who, state, approver, duty
):
    entered = await town.leave("11-23 pm", last, who)
    assert (entered.state, entered.approver) == (state, approver)
    assert await town.duties() == duty


async def test_09_while_it_waits_leave_counts_only_for_the_days_its_enterer_may_give(town):
    town.clock("11-23 07:50")
    entered = await town.leave("11-23 am", "11-27 pm")
    assert entered.alone_until == at("11-26 00:00")
    town.clock("11-25 14:05")
    await town.roll("11-25 pm")
    assert await town.run() is None
    town.clock("11-26 08:05")
    await town.roll("11-26 am")  # the fourth day: opens as 缺, and nobody changed it
    assert await town.run() == "11-26 08:00"


async def test_09_approval_ends_the_run_that_waiting_let_begin(town):
    town.clock("11-23 07:50")
    await town.leave("11-23 am", "11-27 pm")
    town.clock("11-26 08:05")
    await town.roll("11-26 am", _101=Mark.ABSENT)
    with pytest.raises(NotYours):
        await leave.approve(await town.desk("li"), TOWNSHIP, await newest(town), uuid4())
    await leave.approve(await town.desk("reg"), TOWNSHIP, await newest(town), uuid4())
    assert await town.endings() == ["leave"]
    assert await town.duties() == []
    with pytest.raises(NotWaiting):
        await leave.approve(await town.desk("reg"), TOWNSHIP, await newest(town), uuid4())


async def test_09_a_refused_leave_never_counted(town):
    town.clock("11-23 07:50")
    await town.leave("11-23 am", "11-27 pm")
    town.clock("11-23 08:05")
    await town.roll("11-23 am")
    assert await town.run() is None
    with pytest.raises(ReasonMissing):
        await leave.refuse(
            await town.desk("reg"), TOWNSHIP, await newest(town), " ", uuid4()
        )
    await leave.refuse(
        await town.desk("reg"), TOWNSHIP, await newest(town), "并未生病", uuid4()
    )
    assert await town.run() == "11-23 08:00"
    assert await town.states() == ["refused"]
    assert await town.pool.fetchval("SELECT reason FROM leave") == "发热；未批：并未生病"


async def test_09_withdrawing_a_waiting_leave_gives_no_day_its_enterer_could_not(town):
    town.clock("11-23 07:50")
    await town.leave("11-23 am", "11-27 pm")
    town.clock("11-27 08:05")
    await town.roll("11-27 am", _101=Mark.ABSENT)
    assert await town.run() == "11-26 08:00"
    await leave.close(await town.desk("li"), TOWNSHIP, await newest(town), uuid4())
    assert await town.run() == "11-26 08:00"


async def test_09_a_chain_of_short_papers_is_judged_as_one_leave(town):
    await town.leave("11-23 pm", "11-25 pm")
    second = await town.leave("11-26 am", "11-27 pm")
    assert (second.state, second.approver) == (LeaveState.WAITING, Approver.DEAN)
    assert second.alone_until == at("11-26 08:00")  # nothing of it is the teacher's to give
    # A day at school between two papers parts them.
    other = await town.leave("12-01 am", "12-03 pm")
    assert other.state is LeaveState.APPROVED


async def test_09_the_sweep_opens_the_run_where_no_roll_was_taken_after_the_waiting_days(
    town,
):
    town.clock("11-23 07:50")
    await town.leave("11-23 am", "11-27 pm")
    town.now = at("11-26 08:29:59")
    await town.watch()
    assert await town.run() is None
    town.clock("11-26 08:30")
    await town.watch()
    assert await town.run() == "11-26 08:00"
    assert await town.states() == ["waiting"]  # never "overrun": that would count again
