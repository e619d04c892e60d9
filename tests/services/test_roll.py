"""Rolls: the rules that guard a child, two people on one roll, corrections (days.md)."""

from uuid import uuid4

import pytest

from core.rules.errors import BadInput, NotYours, OutOfSight
from core.rules.roll import Mark
from core.rules.roll_merge import NeedsReason
from core.rules.session import TooEarly, TooLate
from core.rules.sheet import (
    NoSession,
)
from core.services import board, roll
from db.pool import Pool
from tests.services.roll_acts import marks, sent, sheet_of
from tests.services.school_town import (
    DASHAN,
    XIAOYU,
    SchoolTown,
    build,
)


@pytest.fixture
async def town(pool: Pool) -> SchoolTown:
    return await build(pool)


# 1. The pupil who was missing yesterday.


async def test_01_a_pupil_missing_at_the_last_roll_opens_as_missing(town):
    town.clock("11-23 08:10")
    await town.roll("11-23 am", _101=Mark.ABSENT)
    town.clock("11-23 14:00")
    (part,) = (await sheet_of(town, "11-23 pm")).parts
    opened = {p.student_id: p.current for p in part.pupils}
    assert opened == {XIAOYU: Mark.ABSENT, DASHAN: Mark.PRESENT}


async def test_01_submitting_without_a_key_keeps_the_child_missing_and_on_the_clock(town):
    town.clock("11-23 08:10")
    await town.roll("11-23 am", _101=Mark.ABSENT)
    town.clock("11-23 14:05")
    await town.roll("11-23 pm")
    assert await town.run() == "11-23 08:00"


async def test_01_only_the_childs_own_key_ends_the_run(town):
    town.clock("11-23 08:10")
    await town.roll("11-23 am", _101=Mark.ABSENT)
    town.clock("11-23 14:05")
    await town.roll("11-23 pm", _101=Mark.PRESENT)
    assert await town.endings() == ["present"]


# 3. Late after submission.


async def test_03_missing_to_late_the_same_day_is_one_mark_without_a_reason(town):
    town.clock("11-23 08:10")
    await town.roll("11-23 am", _101=Mark.ABSENT)
    town.clock("11-23 08:40")
    await town.roll("11-23 am", _101=Mark.LATE)
    assert await marks(town) == {XIAOYU: "late"}
    assert await town.endings() == ["present"]
    assert await town.duties() == []
    row = await town.pool.fetchrow("SELECT was, became, reason FROM roll_correction")
    assert tuple(row) == ("absent", "late", "")
    assert await town.pool.fetchval("SELECT at FROM roll_mark") is not None


async def test_03_from_the_next_day_on_a_correction_needs_a_reason(town):
    town.clock("11-23 08:10")
    await town.roll("11-23 am", _101=Mark.ABSENT)
    town.clock("11-24 08:05")
    sheet = await sheet_of(town, "11-23 am")
    desk = await town.desk("li")
    with pytest.raises(NeedsReason):
        await roll.submit(desk, sent(sheet, _101=Mark.LATE), uuid4())
    await roll.submit(desk, sent(sheet, reason="当日迟到漏记", _101=Mark.LATE), uuid4())
    assert await town.pool.fetchval("SELECT reason FROM roll_correction") == "当日迟到漏记"


# 5. When a roll opens, and when it is filed late.


@pytest.mark.parametrize(
    ("clock", "refusal"),
    [
        ("11-23 07:44:59", TooEarly),
        ("11-23 07:45:00", None),
        ("11-30 23:59:59", None),
        ("12-01 00:00:00", TooLate),
    ],
)
async def test_05_a_roll_opens_15_minutes_before_and_closes_after_7_days(
    town, clock, refusal
):
    town.clock(clock)
    desk = await town.desk("li")
    wanted = sent(await sheet_of(town, "11-23 am"), told_by="值周教师")
    if refusal is None:
        await roll.submit(desk, wanted, uuid4())
    else:
        with pytest.raises(refusal):
            await roll.submit(desk, wanted, uuid4())


async def test_05_after_its_session_a_roll_is_backfilled_and_says_on_whose_word(town):
    town.clock("11-23 11:40:01")
    desk = await town.desk("li")
    sheet = await sheet_of(town, "11-23 am")
    with pytest.raises(BadInput):
        await roll.submit(desk, sent(sheet), uuid4())
    await roll.submit(desk, sent(sheet, told_by="班长"), uuid4())
    row = await town.pool.fetchrow("SELECT backfilled, told_by FROM roll")
    assert tuple(row) == (True, "班长")


# 6. Untaken sessions never shorten a clock.


async def test_06_an_untaken_session_before_the_first_absence_begins_the_run(town):
    town.clock("11-23 08:10")
    await town.roll("11-23 am")
    town.clock("11-24 14:05")
    await town.roll("11-24 pm", _101=Mark.ABSENT)
    assert await town.run() == "11-23 14:00"


async def test_06_a_roll_not_taken_is_neither_present_nor_absent(town):
    town.clock("11-23 09:10")
    lines = (await board.rolls(await town.desk("wang"))).lines
    told = [(line.class_name, line.session.session.value, line.taken) for line in lines]
    assert ("三年级（1）班", "am", None) in told


async def test_15_a_leaders_hand_is_taken_as_on_behalf(town):
    town.clock("11-23 08:10")
    await town.roll("11-23 am", who="wang")
    assert await town.pool.fetchval("SELECT on_behalf FROM roll") is True


async def test_22_a_session_that_is_not_held_has_no_roll(town):
    with pytest.raises(NoSession):
        await sheet_of(town, "11-22 am")


# Two people on one roll.


# Who may.


@pytest.mark.parametrize(("who", "refusal"), [("zhou", OutOfSight), ("office", NotYours)])
async def test_nobody_else_takes_the_roll(town, who, refusal):
    town.clock("11-23 08:10")
    wanted = sent(await sheet_of(town, "11-23 am"))
    with pytest.raises(refusal):
        await roll.submit(await town.desk(who), wanted, uuid4())
    assert await town.pool.fetchval("SELECT count(*) FROM roll") == 0


async def test_another_class_is_not_even_seen(town):
    with pytest.raises(OutOfSight):
        await sheet_of(town, "11-23 am", "four")


async def test_every_mark_is_signed_in_the_journal(town):
    town.clock("11-23 08:10")
    await town.roll("11-23 am", _101=Mark.ABSENT)
    rows = await town.pool.fetch(
        "SELECT DISTINCT relation, account_id, act FROM journal WHERE act = 'roll.submit'"
    )
    told = {(row["relation"], row["account_id"]) for row in rows}
    assert {("roll", 7), ("roll_mark", 7), ("absence", 7), ("duty", 7)} <= told


async def test_a_saved_roll_costs_six_statements_at_most(town):
    # The first save of a connection also asks for its types; that is once.
    town.clock("11-23 08:10")
    await town.roll("11-23 am", _101=Mark.ABSENT)
    town.clock("11-23 14:05")
    sheet, desk = await sheet_of(town, "11-23 pm"), await town.desk("li")
    seen: list[str] = []
    for holder in town.pool._holders:
        if holder._con is not None:
            holder._con.add_query_logger(lambda record: seen.append(record.query))
    await roll.submit(desk, sent(sheet, _102=Mark.ABSENT), uuid4())
    signed = next(n for n, query in enumerate(seen) if "INSERT INTO act" in query)
    # BEGIN, the signature, the class book, the roll, its runs, COMMIT.
    own = [" ".join(query.split())[:30] for query in seen[signed - 1 :]]
    own = own[: own.index("COMMIT;") + 1]  # afterwards the pool resets the connection
    assert len(own) <= 6, own
