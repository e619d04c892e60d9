"""去向不明 is told at once, whoever finds it out, and waits for no clock (12)."""

from datetime import timedelta
from uuid import uuid4

import pytest

from core.rules.errors import NotYours
from core.rules.visit_record import PoliceFirst
from core.services import contact
from tests.services.file_acts import call
from tests.services.file_town import (
    MONDAY,
    TOWNSHIP,
    XIAOYU,
    Town,
    build,
)

LOST = {"whom": None, "police_told": False}
ALARMS = "SELECT stage FROM alarm WHERE township_id = $1 ORDER BY 1"


@pytest.fixture
async def town(pool) -> Town:
    return await build(pool)


async def test_12_a_lost_child_is_told_at_once_and_ends_no_duty(town: Town) -> None:
    # Missed ten minutes ago; the 48 hours have hardly begun.
    await town.missing(since=MONDAY - timedelta(minutes=10))
    await contact.record(await town.desk("li"), call("not_known", **LOST), uuid4())
    assert await town.duties() == [
        "contact:class_teacher",
        "not_known:bureau",
        "not_known:government",
        "not_known:principal",
    ]
    assert [r["stage"] for r in await town.pool.fetch(ALARMS, TOWNSHIP)] == ["lost"]
    nouns = await town.pool.fetch("SELECT DISTINCT noun FROM outbox ORDER BY 1")
    assert {"duty", "absence", "contact"} <= {row["noun"] for row in nouns}


async def test_12_a_child_lost_without_a_run_is_told_all_the_same(town: Town) -> None:
    await contact.record(await town.desk("li"), call("not_known", **LOST), uuid4())
    owed = await town.duties()
    assert owed == ["not_known:bureau", "not_known:government", "not_known:principal"]


async def test_12_a_lost_child_told_twice_rings_once(town: Town) -> None:
    await town.missing()
    desk = await town.desk("li")
    for _ in range(2):
        await contact.record(desk, call("not_known", **LOST), uuid4())
    assert len(await town.pool.fetch(ALARMS, TOWNSHIP)) == 1
    assert len(await town.duties()) == 4


async def test_12_each_takes_note_of_a_lost_child_for_themselves(town: Town) -> None:
    teacher = await town.desk("li")
    told = {"police_told": True, "police_told_at": MONDAY, "whom": None}
    await contact.record(teacher, call("not_known", **told), uuid4())
    await contact.take_note(await town.desk("gov"), TOWNSHIP, XIAOYU, uuid4())
    assert await town.duties() == ["not_known:bureau", "not_known:principal"]
    await contact.take_note(await town.desk("bureau"), TOWNSHIP, XIAOYU, uuid4())
    await contact.take_note(await town.desk("wang"), TOWNSHIP, XIAOYU, uuid4())
    assert await town.duties() == []
    with pytest.raises(NotYours, match="校长"):
        await contact.take_note(teacher, TOWNSHIP, XIAOYU, uuid4())


async def test_the_office_takes_note_of_an_alarms_copy(town: Town) -> None:
    run = await town.missing()
    await town.write(
        "INSERT INTO duty (township_id, kind, owed_by, student_id, subject_id, words, opened_at,"
        " due_at) VALUES ($1, 'alarm_office', 'office', $2, $3, '赵小雨', $4, $4),"
        " ($1, 'alarm_bureau', 'bureau', $2, $3, '赵小雨', $4, $4)",
        TOWNSHIP,
        XIAOYU,
        run,
        MONDAY,
    )
    await contact.take_note(await town.desk("office"), TOWNSHIP, XIAOYU, uuid4())
    # The bureau's is cleared by the receipt of the paper, never by a glance.
    await contact.take_note(await town.desk("bureau"), TOWNSHIP, XIAOYU, uuid4())
    assert await town.duties() == ["alarm_bureau:bureau", "contact:class_teacher"]


async def test_12_nobody_takes_note_while_the_police_were_not_told(town: Town) -> None:
    await contact.record(await town.desk("li"), call("not_known", **LOST), uuid4())
    principal = await town.desk("wang")
    with pytest.raises(PoliceFirst, match="：请先登记联系，"):
        await contact.take_note(principal, TOWNSHIP, XIAOYU, uuid4())
    # Who may not write a contact is not told to.
    with pytest.raises(PoliceFirst, match="：请督促学校报警并登记联系，"):
        await contact.take_note(await town.desk("gov"), TOWNSHIP, XIAOYU, uuid4())
    assert "not_known:principal" in await town.duties()
