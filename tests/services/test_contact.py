"""Laws of contacts: numbered without a gap, final, and 去向不明 is told at once (R2, 12)."""

import asyncio
from datetime import datetime, timedelta
from uuid import UUID, uuid4

import asyncpg
import pytest

from core.rules.errors import AlreadyDone, Changed, NotYours, OutOfSight
from core.rules.time import SHANGHAI
from core.rules.visit_record import NotYetContacted
from core.services import contact, draft
from tests.services.file_acts import call
from tests.services.file_town import (
    DASHAN,
    FOURTH,
    HAORAN,
    MONDAY,
    RIVER,
    TOWNSHIP,
    XIAOYU,
    Town,
    build,
)


@pytest.fixture
async def town(pool) -> Town:
    return await build(pool)


NUMBERS = "SELECT number FROM contact WHERE student_id = $1 ORDER BY number"


async def numbers(town: Town, student_id: int = XIAOYU) -> list[int]:
    return [row["number"] for row in await town.pool.fetch(NUMBERS, student_id)]


async def test_contacts_are_numbered_per_child_and_school_year(town: Town) -> None:
    desk = await town.desk("li")
    assert await contact.record(desk, call(), uuid4()) == 1
    assert await contact.record(desk, call(), uuid4()) == 2
    other = call(student_id=DASHAN)
    assert await contact.record(desk, other, uuid4()) == 1
    # 31 August belongs to the school year that ends, 1 September begins the next.
    august = datetime(2026, 8, 31, 23, 59, tzinfo=SHANGHAI)
    assert await contact.record(desk, call(at=august), uuid4()) == 1
    september = datetime(2026, 9, 1, 0, 0, tzinfo=SHANGHAI)
    assert await contact.record(desk, call(at=september), uuid4()) == 3


async def test_contacts_recorded_at_once_never_take_one_number(town: Town) -> None:
    teacher, leader = await town.desk("li"), await town.desk("wang")
    got = await asyncio.gather(
        *(contact.record(desk, call(), uuid4()) for desk in (teacher, leader) * 4)
    )
    assert sorted(got) == [1, 2, 3, 4, 5, 6, 7, 8]
    assert await numbers(town) == [1, 2, 3, 4, 5, 6, 7, 8]


async def test_the_same_contact_sent_twice_is_recorded_once(town: Town) -> None:
    desk, op_id = await town.desk("li"), uuid4()
    await contact.record(desk, call(), op_id)
    with pytest.raises(AlreadyDone):
        await contact.record(desk, call(), op_id)
    assert await numbers(town) == [1]


async def test_a_recorded_contact_never_changes(town: Town) -> None:
    await contact.record(await town.desk("li"), call(), uuid4())
    for statement in ("UPDATE contact SET note = '改'", "DELETE FROM contact"):
        with pytest.raises(asyncpg.RaiseError, match="only grows"):
            await town.write(statement)


async def test_a_contact_that_reached_somebody_ends_the_duty(town: Town) -> None:
    await town.missing()
    assert await town.duties() == ["contact:class_teacher"]
    await contact.record(await town.desk("li"), call(), uuid4())
    assert await town.duties() == []


async def test_a_contact_that_reached_nobody_ends_no_duty(town: Town) -> None:
    await town.missing()
    await contact.record(await town.desk("li"), call("not_reached", whom=None), uuid4())
    assert await town.duties() == ["contact:class_teacher"]


async def test_a_contact_made_before_the_run_ends_no_duty_of_it(town: Town) -> None:
    await town.missing(since=MONDAY - timedelta(minutes=10))
    desk = await town.desk("li")
    await contact.record(desk, call(at=MONDAY - timedelta(minutes=11)), uuid4())
    assert await town.duties() == ["contact:class_teacher"]
    await contact.record(desk, call(at=MONDAY - timedelta(minutes=10)), uuid4())
    assert await town.duties() == []


async def test_a_contact_to_come_is_refused(town: Town) -> None:
    desk = await town.desk("li")
    with pytest.raises(NotYetContacted, match="晚于现在"):
        await contact.record(desk, call(at=MONDAY + timedelta(minutes=1)), uuid4())
    await contact.record(desk, call(at=MONDAY), uuid4())


@pytest.mark.parametrize("who", ["zhou", "zhang", "four", "liu"])
async def test_another_schools_child_is_out_of_sight(town: Town, who: str) -> None:
    desk = await town.desk(who)
    with pytest.raises(OutOfSight) as hidden:
        await contact.record(desk, call(), uuid4())
    with pytest.raises(OutOfSight) as absent:
        await contact.record(desk, call(student_id=999_999), uuid4())
    assert str(hidden.value) == str(absent.value)
    with pytest.raises(OutOfSight):
        await contact.form(desk, TOWNSHIP, XIAOYU)
    assert await numbers(town) == []


@pytest.mark.parametrize("who", ["office", "gov", "bureau"])
async def test_township_and_bureau_read_and_do_not_record(town: Town, who: str) -> None:
    with pytest.raises(NotYours, match="班主任"):
        await contact.record(await town.desk(who), call(), uuid4())
    assert await numbers(town) == []


@pytest.mark.parametrize("who", ["li", "wang", "reg"])
async def test_class_teacher_leader_and_registrar_record(town: Town, who: str) -> None:
    assert await contact.record(await town.desk(who), call(), uuid4()) == 1


async def test_a_child_moved_meanwhile_is_looked_at_again(town: Town, monkeypatch) -> None:
    desk, seen = await town.desk("wang"), contact.seen
    moved = False

    async def seen_then_moved(desk, conn, student_id, now, township_id=None):
        nonlocal moved
        child = await seen(desk, conn, student_id, now, township_id)
        if not moved:
            moved = True
            await town.write(
                "UPDATE enrolment SET class_id = $1 WHERE student_id = $2", FOURTH, XIAOYU
            )
        return child

    monkeypatch.setattr(contact, "seen", seen_then_moved)
    with pytest.raises(Changed):
        await contact.record(desk, call(), uuid4())
    assert await contact.record(desk, call(), uuid4()) == 1


async def test_the_form_knows_everything_and_shows_no_whole_number(town: Town) -> None:
    run = await town.missing()
    desk = await town.desk("li")
    await contact.record(desk, call("not_reached", whom=None, note="无人接听"), uuid4())
    form = await contact.form(desk, TOWNSHIP, XIAOYU)
    assert (form.child.name, form.child.told_apart) == ("赵小雨", "12号 03-14生")
    assert form.child.class_on(MONDAY.date()) == "三年级（1）班"
    assert [(g.called, g.phone) for g in form.guardians] == [
        ("母亲 李梅", "138****0000"),
        ("父亲 赵强", None),
    ]
    assert form.clock is not None
    assert form.clock.absence_id == run
    assert form.next_number == 2
    assert [(line.number, line.note) for line in form.previous] == [(1, "无人接听")]
    assert "13800000000" not in form.model_dump_json()


async def test_recording_clears_the_draft_it_came_from(town: Town) -> None:
    desk, op_id = await town.desk("li"), UUID(int=5)
    await draft.save(desk, "contact", str(XIAOYU), op_id, '{"note": "称随父外出"}')
    await draft.save(desk, "contact", str(DASHAN), uuid4(), "{}")
    await contact.record(desk, call(), op_id)
    assert await draft.load(desk, "contact", str(XIAOYU)) is None
    assert await draft.load(desk, "contact", str(DASHAN)) is not None


async def test_a_contact_of_another_school_is_recorded_there(town: Town) -> None:
    desk = await town.desk("zhou")
    assert await contact.record(desk, call(student_id=HAORAN), uuid4()) == 1
    row = await town.pool.fetchrow("SELECT school_id FROM contact")
    assert row["school_id"] != RIVER
