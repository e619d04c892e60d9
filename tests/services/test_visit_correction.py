"""A submitted visit never changes: a correction is a version beside it."""

import asyncio
from uuid import uuid4

import asyncpg
import pytest

from core.rules.errors import Changed
from core.rules.visit import (
    MembersMissing,
    ReasonMissing,
)
from core.services import visit
from tests.services.file_acts import ALL_THREE, trip
from tests.services.file_town import (
    DASHAN,
    TOWNSHIP,
    XIAOYU,
    Town,
    build,
)


@pytest.fixture
async def town(pool) -> Town:
    return await build(pool)


async def test_a_submitted_visit_never_changes(town: Town) -> None:
    await visit.submit(await town.desk("li"), trip(), uuid4())
    for statement in ("UPDATE visit SET result = 'refused'", "DELETE FROM visit_member"):
        with pytest.raises(asyncpg.RaiseError, match="only grows"):
            await town.write(statement)


async def test_a_correction_is_a_version_and_the_old_one_stays(town: Town) -> None:
    await town.missing()
    desk = await town.desk("li")
    await visit.submit(desk, trip(members=ALL_THREE), uuid4())
    (first,) = (await visit.form(desk, TOWNSHIP, XIAOYU)).previous
    mended = trip(members=ALL_THREE, result="refused", promised_on=None)
    assert await visit.correct(desk, first.id, mended, "结果选错", uuid4()) == 2
    old, new = (await visit.form(desk, TOWNSHIP, XIAOYU)).previous
    assert (old.id, old.newest, old.result) == (first.id, False, first.result)
    assert (new.number, new.version, new.newest) == (1, 2, True)
    reason = "SELECT correction_reason FROM visit WHERE id = $1"
    assert (new.result.value, await town.pool.fetchval(reason, new.id)) == (
        "refused",
        "结果选错",
    )
    assert new.absence_id == first.absence_id is not None
    assert (await visit.form(desk, TOWNSHIP, XIAOYU)).next_number == 2


async def test_a_correction_says_why_and_is_made_to_the_newest_version(town: Town) -> None:
    desk = await town.desk("li")
    await visit.submit(desk, trip(), uuid4())
    (first,) = (await visit.form(desk, TOWNSHIP, XIAOYU)).previous
    with pytest.raises(ReasonMissing):
        await visit.correct(desk, first.id, trip(), "  ", uuid4())
    await visit.correct(desk, first.id, trip(), "漏写", uuid4())
    with pytest.raises(Changed):
        await visit.correct(desk, first.id, trip(), "又漏写", uuid4())
    with pytest.raises(visit.NotThisChild):
        await visit.correct(desk, first.id, trip(student_id=DASHAN), "错人", uuid4())


async def test_two_corrections_at_once_leave_one_and_tell_the_other(town: Town) -> None:
    desk = await town.desk("li")
    await visit.submit(desk, trip(), uuid4())
    (first,) = (await visit.form(desk, TOWNSHIP, XIAOYU)).previous
    got = await asyncio.gather(
        *(visit.correct(desk, first.id, trip(), why, uuid4()) for why in ("甲", "乙")),
        return_exceptions=True,
    )
    assert sorted(type(one).__name__ for one in got) == ["Changed", "int"]


async def test_a_correction_asks_for_the_three_as_the_visit_did(town: Town) -> None:
    await town.missing()
    desk = await town.desk("li")
    await visit.submit(desk, trip(members=ALL_THREE), uuid4())
    (first,) = (await visit.form(desk, TOWNSHIP, XIAOYU)).previous
    with pytest.raises(MembersMissing):
        await visit.correct(desk, first.id, trip(), "改人员", uuid4())
