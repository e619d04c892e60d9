"""Leave that runs over, and chains of leave: days.md 10 and 11."""

from uuid import uuid4

import pytest

from core.rules.leave import LeaveKind
from core.rules.leave_entry import (
    NotStanding,
)
from core.rules.roll import Mark
from core.services import leave, leave_book, roll
from db.pool import Pool
from tests.services.school_town import (
    THIRD,
    TOWNSHIP,
    XIAOYU,
    SchoolTown,
    at,
    build,
    session,
)


@pytest.fixture
async def town(pool: Pool) -> SchoolTown:
    return await build(pool)


async def newest(town: SchoolTown) -> int:
    return await town.pool.fetchval("SELECT max(id) FROM leave")


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


@pytest.mark.parametrize(
    ("kind", "opens"),
    [
        (LeaveKind.SICK, Mark.ABSENT),
        (LeaveKind.PERSONAL, Mark.ABSENT),
        (LeaveKind.OFFICIAL, Mark.PRESENT),
    ],
)
async def test_10_a_leave_during_which_no_roll_was_taken_is_over_all_the_same(
    town, kind, opens
):
    """Nobody is 到 unseen, only because nobody took the rolls of those days (ADR 8)."""
    await town.leave("11-23 pm", "11-24 pm", kind=kind)
    town.clock("11-25 07:50")
    await town.watch()
    assert await opening(town, "11-25 am") is opens
    # Who was seen since, or is said to be back, is an ordinary pupil again.
    town.clock("11-25 08:10")
    await town.roll("11-25 am", _101=Mark.PRESENT)
    assert await opening(town, "11-25 pm") is Mark.PRESENT


async def test_10_a_leave_that_somebody_closed_opens_nobody_missing(town):
    await town.leave("11-23 pm", "11-24 pm")
    await leave.close(await town.desk("li"), TOWNSHIP, await newest(town), uuid4())
    town.clock("11-25 07:50")
    assert await opening(town, "11-25 am") is Mark.PRESENT


async def opening(town: SchoolTown, when: str) -> Mark:
    """Return how 赵小雨 opens on a roll."""
    day, code = session(when)
    desk = await town.desk("li")
    sheet = await roll.open_sheet(desk, TOWNSHIP, (THIRD,), day, code)
    return next(p.opening.mark for p in sheet.parts[0].pupils if p.student_id == XIAOYU)


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


async def test_10_who_no_roll_calls_was_seen_by_none(town):
    await town.leave("11-23 pm", "11-24 pm")
    await town.write("UPDATE enrolment SET status = 'suspended' WHERE student_id = 101")
    town.clock("11-25 08:10")
    await town.roll("11-25 am")
    await town.watch()
    assert await town.states() == ["approved"]


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
