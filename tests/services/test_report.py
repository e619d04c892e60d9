"""The 48-hour report read: by whom it was is written down, each time."""

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


async def test_what_was_refused_was_not_read(town):
    with pytest.raises(OutOfSight):
        await report_view.view(await town.desk("audit"), TOWNSHIP, PAPER)
    assert await town.pool.fetch(READ) == []
