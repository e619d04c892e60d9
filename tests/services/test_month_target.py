"""Laws of the targets (R56): a report says 达标 by the target of its last day, and keeps it.

河湾小学 keeps 83.33 % (`Town.year_begun`).
"""

from datetime import date
from io import BytesIO
from uuid import uuid4

import pytest
from openpyxl import load_workbook

from core.rules.month_facts import MonthFacts
from core.rules.standing import Reach
from core.services import month, month_board, month_rollup, policy
from tests.services.month_acts import BUREAU, NOV, filed
from tests.services.month_town import HE, QING, TOWNSHIP, Town, at, build

BELOW = "年巩固率：小学83.33%（目标99%，未达标）。"


@pytest.fixture
async def town(pool) -> Town:
    town = await build(pool)
    await town.year_begun()
    return town


async def aim(town: Town, target: str, day: int) -> None:
    """Set the primary schools' target from a day of November on."""
    desk = await town.desk("office")
    setting = ("target_primary", target)
    await policy.change(desk, TOWNSHIP, setting, date(2026, 11, day), uuid4())


async def reach(town: Town) -> Reach | None:
    view = await month.view(await town.desk("he"), HE, BUREAU, NOV)
    return view.lines[-1].reach


@pytest.mark.parametrize(
    ("target", "expected"),
    [("83.32", Reach.KEPT), ("83.33", Reach.KEPT), ("83.34", Reach.BELOW)],
)
async def test_a_target_counts_from_its_day_on_and_not_before(town, target, expected):
    await aim(town, target, 24)
    town.now = at(11, 23, 23, 59)
    assert await reach(town) is Reach.BELOW  # of 99 still
    town.now = at(11, 24, 0, 0)
    assert await reach(town) is expected


async def test_what_was_filed_keeps_the_target_it_was_filed_under(town):
    report = await filed(town)
    await aim(town, "80", 23)  # the very day, an hour after
    town.now = at(11, 23, 10)
    view = await month.view(await town.desk("he"), HE, BUREAU, NOV)
    assert view.lines[-1].reach is Reach.KEPT
    assert view.filed == report
    assert report.lines[-1].reach is Reach.BELOW
    assert MonthFacts.model_validate_json(report.canonical) == report
    # A target is no source: nobody is asked to correct a report for it.
    assert not view.source_changed
    rows = (await month_board.board(await town.desk("office"), NOV, BUREAU)).rows
    assert [row.total and row.total.reach for row in rows] == [Reach.BELOW, None, None]


async def test_the_school_s_paper_and_the_township_s_say_it(town):
    await filed(town)
    desk = await town.desk("qing")
    await month.file(desk, QING, BUREAU, NOV, "", uuid4(), zero=True)
    await month_rollup.roll_up(await town.desk("office"), TOWNSHIP, NOV, BUREAU, uuid4())
    books = await town.pool.fetch("SELECT bytes FROM month_version ORDER BY report_id")
    school, _, township = (load_workbook(BytesIO(one["bytes"])).active for one in books)
    rows = {row[0]: row for row in school.iter_rows(values_only=True)}
    assert rows["河湾小学"][18:20] == ("83.33", "巩固率未达标")
    told = " ".join(str(c) for row in school.iter_rows(values_only=True) for c in row if c)
    assert BELOW in told
    rows = {row[0]: row for row in township.iter_rows(values_only=True)}
    assert rows["河湾小学"][18:20] == ("83.33", "巩固率未达标")
    assert rows["青石镇九年一贯制学校"][18:20] == ("—", "")
    told = " ".join(
        str(c) for row in township.iter_rows(values_only=True) for c in row if c
    )
    # 青石镇九年一贯制学校 has no 期初数: of the whole stage nothing is known.
    assert "年巩固率：小学—（目标99%）；初中—（目标98%）。" in told
