"""The 48-hour report read: by whom it was is written down, each time."""

from uuid import uuid4

import pytest

from core.rules.errors import OutOfSight
from core.rules.paper import Addressee
from core.services import report, report_view
from db.pool import Pool
from tests.services.sight_town import TOWNSHIP, XIAOYU, SightTown, build

PAPER = 900 + XIAOYU
READ = "SELECT account_id, kind, subject FROM read_log ORDER BY id"


@pytest.fixture
async def town(pool: Pool) -> SightTown:
    return await build(pool)


async def test_reading_a_report_is_written_down(town):
    desk = await town.desk("gov")
    await report_view.view(desk, TOWNSHIP, PAPER)
    await report_view.view(desk, TOWNSHIP, PAPER, again=True)
    await report.original(desk, TOWNSHIP, PAPER, Addressee.GOVERNMENT)
    read = [tuple(row) for row in await town.pool.fetch(READ)]
    assert read == [(13, "report", f"paper:{PAPER}")] * 2


@pytest.mark.parametrize(
    ("stood", "step"),
    [("suspected", ("suspected", "reported")), ("reported", (None, None))],
)
async def test_signing_moves_the_case_from_where_it_stood(town, stood, step):
    await town.write("UPDATE dropout_case SET state = $1 WHERE id = $2", stood, PAPER)
    await report.sign(await town.desk("wang"), TOWNSHIP, PAPER + 50, uuid4())
    event = "SELECT from_state, to_state FROM case_event WHERE kind = 'signed'"
    assert [tuple(row) for row in await town.pool.fetch(event)] == [step]


async def test_what_was_refused_was_not_read(town):
    with pytest.raises(OutOfSight):
        await report_view.view(await town.desk("audit"), TOWNSHIP, PAPER)
    assert await town.pool.fetch(READ) == []
