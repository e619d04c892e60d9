"""A missing child's clock outlives everything that is not the child: no list, no paper ends it."""

import asyncio
from datetime import date
from uuid import uuid4

import pytest

from core.rules.change import ChangeDraft, ChangeKind
from core.rules.contact import ContactDraft, ContactMethod, ContactResult
from core.rules.evidence import EvidenceKind
from core.rules.roll import Mark
from core.services import (
    absence_watch,
    change,
    change_verify,
    contact,
    policy,
    seat,
)
from db.pool import Lock, Pool, lock_key
from tests.services.file_town import FOURTH
from tests.services.school_town import (
    THIRD,
    TOWNSHIP,
    XIAOYU,
    SchoolTown,
    at,
    build,
)


@pytest.fixture
async def town(pool: Pool) -> SchoolTown:
    return await build(pool)


async def enter(town: SchoolTown, kind: ChangeKind, on: str, **more: object) -> int:
    draft = ChangeDraft.model_validate(
        {
            "student_id": XIAOYU,
            "kind": kind,
            "happened_on": date.fromisoformat(f"2026-{on}"),
            "note": "核实",
        }
        | more
    )
    return await change.enter(await town.desk("reg"), draft, uuid4(), tuple(EvidenceKind))


async def verify(town: SchoolTown, change_id: int) -> None:
    desk = await town.desk("office")
    await change_verify.verify(desk, change_id, ok=True, reason="", op_id=uuid4())


async def missed(town: SchoolTown) -> None:
    """赵小雨 is missing since Monday morning."""
    town.clock("11-23 08:10")
    await town.roll("11-23 am", _101=Mark.ABSENT)
    assert await town.run() == "11-23 08:00"


async def test_a_dropped_child_stays_missing_through_the_class_s_rolls(town):
    await missed(town)
    town.clock("11-25 08:30")
    await town.ring()
    town.clock("11-25 09:00")
    await verify(town, await enter(town, ChangeKind.DROPOUT, "11-25"))
    town.clock("11-25 14:05")
    await town.roll("11-25 pm")
    town.clock("11-26 08:10")
    await town.roll("11-26 am", _102=Mark.ABSENT)
    assert await town.endings() == ["open"]


async def test_a_dropped_child_whose_clock_runs_rings_in_time(town):
    await missed(town)
    town.clock("11-24 09:00")
    await verify(town, await enter(town, ChangeKind.DROPOUT, "11-24"))
    town.clock("11-24 14:05")
    await town.roll("11-24 pm", _102=Mark.ABSENT)
    town.clock("11-25 08:30")
    assert await town.ring() == 1


async def test_a_child_said_to_be_back_is_missing_until_its_own_key(town):
    await missed(town)
    town.clock("11-25 08:30")
    await town.ring()
    await verify(town, await enter(town, ChangeKind.DROPOUT, "11-25"))
    for when, clock in (("11-25 pm", "11-25 14:05"), ("11-26 am", "11-26 08:10")):
        town.clock(clock)
        await town.roll(when)
    # Back since yesterday, says the registrar: no roll of those days knew the child.
    town.clock("11-26 09:00")
    await enter(town, ChangeKind.RETURN, "11-26")
    town.clock("11-26 14:05")
    await town.roll("11-26 pm", _102=Mark.ABSENT)
    assert await town.run() == "11-23 08:00"
    town.clock("11-27 08:05")
    await town.roll("11-27 am", _101=Mark.PRESENT)
    assert await town.endings() == ["present"]


async def test_a_roll_of_the_class_it_left_ends_no_run(town):
    town.clock("11-23 08:10")
    await town.roll("11-23 am")
    town.clock("11-23 14:05")
    await town.roll("11-23 pm")
    town.clock("11-24 07:00")
    await enter(town, ChangeKind.CLASS_MOVE, "11-24", to_class_id=FOURTH)
    for when, clock in (("11-24 am", "11-24 08:10"), ("11-24 pm", "11-24 14:10")):
        town.clock(clock)
        await town.roll(when)
        await town.roll(when, FOURTH, "four", _101=Mark.ABSENT)
    assert await town.run() == "11-24 08:00"
    # Monday's roll of the old class is put right: it knows nothing of Tuesday.
    await town.roll("11-23 am", reason="漏记", _102=Mark.LATE)
    assert await town.run() == "11-24 08:00"


async def test_02_a_digit_that_is_put_right_takes_its_leave_back(town):
    town.clock("11-23 08:10")
    await town.roll("11-23 am", _101=Mark.SICK)
    town.clock("11-23 08:20")
    await town.roll("11-23 am", _101=Mark.ABSENT)
    assert await town.run() == "11-23 08:00"
    assert await town.states() == ["refused"]
    town.clock("11-23 14:05")
    await town.roll("11-23 pm")
    assert await town.run() == "11-23 08:00"


async def test_02_who_comes_after_all_is_on_leave_no_more(town):
    town.clock("11-23 08:10")
    await town.roll("11-23 am", _101=Mark.SICK)
    town.clock("11-23 08:40")
    await town.roll("11-23 am", _101=Mark.LATE)
    town.clock("11-23 14:05")
    await town.roll("11-23 pm", _101=Mark.ABSENT)
    assert await town.run() == "11-23 14:00"


async def test_02_the_other_leave_is_booked_in_its_place(town):
    town.clock("11-23 08:10")
    await town.roll("11-23 am", _101=Mark.SICK)
    town.clock("11-23 08:20")
    await town.roll("11-23 am", _101=Mark.PERSONAL)
    rows = await town.pool.fetch("SELECT number, kind, state FROM leave ORDER BY id")
    assert [tuple(row) for row in rows] == [
        ("2026-0001", "sick", "refused"),
        ("2026-0002", "personal", "approved"),
    ]
    assert await town.run() is None


async def test_02_a_leave_on_which_the_afternoon_stands_is_not_taken_back(town):
    for when, clock in (("11-23 am", "11-23 08:10"), ("11-23 pm", "11-23 14:05")):
        town.clock(clock)
        await town.roll(when, _101=Mark.SICK)
    await town.roll("11-23 am", _101=Mark.LATE)
    assert await town.states() == ["approved"]
    assert await town.run() is None


async def test_02_a_paper_somebody_entered_is_not_the_roll_s_to_take_back(town):
    town.clock("11-23 07:50")
    await town.leave("11-23 am", "11-24 pm")
    town.clock("11-23 08:10")
    await town.roll("11-23 am")
    town.clock("11-23 08:20")
    await town.roll("11-23 am", _101=Mark.ABSENT)
    assert await town.states() == ["approved"]
    assert await town.run() is None


async def test_a_clock_keeps_the_policy_of_the_moment_it_began(town):
    await missed(town)
    town.clock("11-23 09:00")
    await policy.change(
        await town.desk("office"),
        TOWNSHIP,
        ("clock_mode", "clock"),
        date(2026, 11, 23),
        uuid4(),
    )
    await town.write("UPDATE township SET calendar_version = calendar_version + 1")
    front = seat.front_desk(town.pool, lambda _: town.now)
    await absence_watch.reckon_again(await seat.system_desk(front, TOWNSHIP), TOWNSHIP)
    row = await town.pool.fetchrow("SELECT clock_mode, due_at FROM absence")
    assert tuple(row) == ("clock_next_roll", at("11-25 08:30"))


async def test_a_clock_of_another_class_is_reckoned_again_once(town):
    await missed(town)
    await town.write(
        "UPDATE enrolment SET class_id = $1 WHERE student_id = $2", FOURTH, XIAOYU
    )
    await town.write("UPDATE township SET calendar_version = calendar_version + 1")
    front = seat.front_desk(town.pool, lambda _: town.now)
    system = await seat.system_desk(front, TOWNSHIP)
    await absence_watch.reckon_again(system, TOWNSHIP)
    acts = await town.pool.fetchval("SELECT count(*) FROM act")
    await absence_watch.reckon_again(system, TOWNSHIP)
    assert await town.pool.fetchval("SELECT count(*) FROM act") == acts


async def test_who_graduates_or_leaves_is_missing_no_more_and_lost_no_more(town):
    await missed(town)
    draft = ContactDraft(
        student_id=XIAOYU,
        contacted_at=town.now,
        method=ContactMethod.PHONE,
        result=ContactResult.NOT_KNOWN,
        police_told=False,
    )
    await contact.record(await town.desk("li"), draft, uuid4())
    town.clock("11-23 10:00")
    more = {"side": "outside", "other_school": "外镇小学"}
    await verify(town, await enter(town, ChangeKind.TRANSFER_OUT, "11-23", **more))
    assert await town.endings() == ["left"]
    assert await town.duties() == []


async def test_who_graduates_ends_its_run(town):
    await missed(town)
    await enter(town, ChangeKind.GRADUATION, "11-23")
    assert await town.endings() == ["left"]


async def test_a_change_waits_for_the_roll_that_is_being_saved(town):
    front = seat.front_desk(town.pool, lambda _: town.now)
    saving = (lock_key(Lock.CLASS, THIRD),)
    async with front.writing("test.roll", locks=saving):
        move = asyncio.create_task(
            enter(town, ChangeKind.CLASS_MOVE, "11-23", to_class_id=FOURTH)
        )
        await waiting(town)
        assert not move.done()
    await move


async def waiting(town: SchoolTown) -> None:
    """Return when somebody waits for a lock of the program."""
    asks = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"
    async with asyncio.timeout(30):
        while not await town.pool.fetchval(asks):
            await asyncio.sleep(0.01)
