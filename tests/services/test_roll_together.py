"""Two people on one roll, and one who sends it twice: nothing is lost or doubled."""

from uuid import uuid4

import pytest

from core.rules.errors import AlreadyDone
from core.rules.roll import Mark
from core.rules.sheet import (
    RollConflict,
)
from core.services import roll
from tests.services.roll_acts import marks, sent, sheet_of
from tests.services.school_town import (
    DASHAN,
    XIAOYU,
    SchoolTown,
    build,
)


@pytest.fixture
async def town(pool) -> SchoolTown:
    return await build(pool)


async def test_different_pupils_merge_whoever_comes_first(town):
    town.clock("11-23 08:10")
    li, wang = await town.desk("li"), await town.desk("wang")
    one, other = await sheet_of(town, "11-23 am"), await sheet_of(town, "11-23 am", "wang")
    await roll.submit(li, sent(one, _101=Mark.LATE), uuid4())
    await roll.submit(wang, sent(other, _102=Mark.EARLY), uuid4())
    assert await marks(town) == {XIAOYU: "late", DASHAN: "early"}


async def test_the_same_pupil_asks_and_nothing_of_the_second_is_written(town):
    town.clock("11-23 08:10")
    li, wang = await town.desk("li"), await town.desk("wang")
    one, other = await sheet_of(town, "11-23 am"), await sheet_of(town, "11-23 am", "wang")
    await roll.submit(li, sent(one, _101=Mark.LATE), uuid4())
    with pytest.raises(RollConflict, match="赵小雨"):
        await roll.submit(wang, sent(other, _101=Mark.ABSENT, _102=Mark.EARLY), uuid4())
    assert await marks(town) == {XIAOYU: "late"}
    assert await town.run() is None


async def test_an_untouched_default_never_undoes_what_somebody_marked(town):
    town.clock("11-23 08:10")
    li, wang = await town.desk("li"), await town.desk("wang")
    one, other = await sheet_of(town, "11-23 am"), await sheet_of(town, "11-23 am", "wang")
    await roll.submit(li, sent(one, _101=Mark.ABSENT), uuid4())
    await roll.submit(wang, sent(other), uuid4())
    assert await marks(town) == {XIAOYU: "absent"}
    assert await town.run() == "11-23 08:00"


async def test_the_same_act_twice_is_done_once(town):
    town.clock("11-23 08:10")
    li, op_id = await town.desk("li"), uuid4()
    wanted = sent(await sheet_of(town, "11-23 am"), _101=Mark.SICK)
    await roll.submit(li, wanted, op_id)
    with pytest.raises(AlreadyDone):
        await roll.submit(li, wanted, op_id)
    assert await town.pool.fetchval("SELECT count(*) FROM leave") == 1
