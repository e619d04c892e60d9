"""Leave: days.md 8, 9, 10, 11 and the third rule that guards a child."""

from uuid import uuid4

import pytest

from core.rules.errors import NotYours, OutOfSight
from core.rules.leave import Approver, LeaveKind, LeaveState
from core.rules.leave_entry import (
    AlreadyRang,
    Covered,
    NothingToCover,
    NotStanding,
    NotWaiting,
    ReasonMissing,
    TooFarBack,
)
from core.rules.roll import Mark
from core.services import leave, leave_book
from db.pool import AlreadyDone, Pool
from tests.services.school_town import THIRD, TOWNSHIP, XIAOYU, SchoolTown, at, build, draft


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


# 10. Leave overruns.


async def test_10_the_class_is_reminded_on_the_school_day_before_the_last(town):
    await town.leave("11-23 pm", "11-25 am")
    await town.watch()
    assert await town.duties() == []
    town.clock("11-24 00:01")
    await town.watch()
    await town.watch()
    assert await town.duties() == ["leave_ending:class_teacher"]


async def test_10_the_first_session_after_leave_without_the_child_opens_a_run(town):
    await town.leave("11-23 pm", "11-24 pm")
    town.now = at("11-25 08:29:59")
    assert await town.watch() == 0
    assert await town.run() is None
    town.clock("11-25 08:30")  # nobody took the roll, and nobody has seen the child
    assert await town.watch() == 1
    assert await town.run() == "11-25 08:00"
    assert await town.states() == ["overrun"]
    assert "leave_overrun:class_teacher" in await town.duties()
    assert await town.watch() == 0


async def test_10_an_overrun_leave_is_continued_by_another(town):
    await town.leave("11-23 pm", "11-24 pm")
    town.clock("11-25 08:10")
    await town.roll("11-25 am", _101=Mark.ABSENT)
    town.clock("11-25 08:30")
    await town.watch()
    first = await newest(town)
    entered = await town.leave("11-24 pm", "11-25 pm", extends_id=first)
    assert entered.from_at == at("11-25 08:00")
    assert await town.endings() == ["leave"]
    assert await town.states() == ["approved", "approved"]
    assert await town.duties() == []


async def test_10_a_child_who_is_back_closes_the_leave(town):
    await town.leave("11-23 pm", "11-24 pm")
    town.clock("11-25 08:10")
    await town.roll("11-25 am", _101=Mark.PRESENT)
    await town.watch()
    row = await town.pool.fetchrow("SELECT state, closed_at, closed_by FROM leave")
    assert (row["state"], row["closed_at"], row["closed_by"]) == (
        "closed",
        at("11-25 08:00"),
        90,
    )
    assert await town.run() is None


async def test_10_a_session_called_off_is_not_the_first_after_the_leave(town):
    await town.leave("11-23 pm", "11-24 pm")
    await town.write(
        "INSERT INTO closure (township_id, school_id, from_on, to_on, kind, reason, declared_by,"
        " declared_at) VALUES ($1, 1, '2026-11-25', '2026-11-26', 'suspension', '暴雪', 8, $2)",
        TOWNSHIP,
        at("11-25 07:00"),
    )
    town.clock("11-25 18:00")
    assert await town.watch() == 0
    town.clock("11-26 08:30")
    assert await town.watch() == 1
    assert await town.run() == "11-26 08:00"


async def test_10_after_a_closed_leave_the_child_is_expected_again(town):
    await town.leave("11-23 pm", "11-25 pm")
    town.clock("11-24 10:00")
    await leave.close(await town.desk("li"), TOWNSHIP, await newest(town), uuid4())
    town.clock("11-24 14:05")
    await town.roll("11-24 pm", _101=Mark.ABSENT)
    assert await town.run() == "11-24 14:00"
    with pytest.raises(NotStanding):
        await leave.close(await town.desk("li"), TOWNSHIP, await newest(town), uuid4())


# 11. Chain of short leaves.


@pytest.mark.parametrize(("last", "long"), [("12-04 pm", False), ("12-07 am", True)])
async def test_11_more_than_ten_school_days_in_a_row_owe_a_proof(town, last, long):
    # 11-23 to 12-04 are ten school days.
    await town.leave("11-23 pm", "11-27 pm", "wang")
    town.clock("11-30 07:00")
    await town.leave("11-30 am", last, "wang")
    await town.watch()
    board = await leave_book.long_board(await town.desk("office"))
    assert ("leave_proof:class_teacher" in await town.duties()) == long
    assert [line.longest for line in board.lines] == ([11] if long else [])


async def test_11_a_proof_once_shown_is_not_asked_again(town):
    await town.leave("11-23 pm", "12-07 pm", "wang")
    await town.watch()
    assert "leave_proof:class_teacher" in await town.duties()
    given = (TOWNSHIP, await newest(town), "县医院诊断证明 11-20")
    await leave.prove(await town.desk("li"), *given, uuid4())
    await town.watch()
    assert await town.duties() == []
    board = await leave_book.long_board(await town.desk("gov"))
    assert [line.evidence for line in board.lines] == ["县医院诊断证明 11-20"]


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
