"""文号: one after another, without a gap, whoever signs at once and whatever fails."""

from asyncio import Barrier, gather
from datetime import datetime
from uuid import uuid4

import pytest

from core.rules.errors import Changed
from core.rules.paper import PaperKind
from core.rules.paper_number import PaperNumber, Series
from core.rules.roll import Mark
from core.rules.time import SHANGHAI
from core.services import report
from db.paper_number import give
from db.pool import Pool
from tests.services.school_town import RIVER, TOWNSHIP, SchoolTown, build

SIX = Series(kind=PaperKind.RETURN_NOTICE, school_id=None, year=2026, mark="青政返")


class PowerCut(Exception):
    """Something fails after the number was given."""


@pytest.fixture
async def town(pool: Pool) -> SchoolTown:
    return await build(pool)


async def numbered(town: SchoolTown, series: Series = SIX) -> PaperNumber:
    desk = await town.desk("gov")
    async with desk.writing("test.number") as (conn, _):
        return await give(conn, TOWNSHIP, series)


async def test_numbers_given_at_once_are_different_and_without_a_gap(town):
    desk, begun, kept = await town.desk("gov"), Barrier(8), []

    async def sign(*, fails: bool) -> None:
        async with desk.writing("test.number") as (conn, _):
            await begun.wait()  # eight transactions stand open
            number = await give(conn, TOWNSHIP, SIX)
            if fails:
                raise PowerCut
            await conn.fetchval("SELECT pg_sleep(0.01)")
        kept.append(number.serial)

    fates = (False, True, False, False, True, False, True, False)
    done = await gather(*(sign(fails=one) for one in fates), return_exceptions=True)
    assert [type(one) for one in done if one is not None] == [PowerCut] * 3
    assert sorted(kept) == [1, 2, 3, 4, 5]
    assert (await numbered(town)).text == "青政返〔2026〕6号"


async def test_each_organ_each_kind_and_each_year_counts_by_itself(town):
    for other in (
        SIX,
        SIX.model_copy(update={"kind": PaperKind.ORDER}),
        SIX.model_copy(update={"school_id": RIVER}),
        SIX.model_copy(update={"year": 2027}),
    ):
        assert (await numbered(town, other)).serial == 1
    # Another 代字 within the year goes on counting.
    assert (await numbered(town, SIX.model_copy(update={"mark": "青府返"}))).serial == 2


SIGNED = "SELECT number, series, serial FROM paper WHERE number IS NOT NULL ORDER BY serial"


async def test_two_reports_signed_at_once_and_one_of_them_twice(town):
    town.clock("11-23 08:10")
    await town.roll("11-23 am", _101=Mark.ABSENT, _102=Mark.ABSENT)
    town.clock("11-25 08:30")
    assert await town.ring() == 2
    wang = await town.desk("wang")
    first, second = [r["id"] for r in await town.pool.fetch("SELECT id FROM paper")]
    done = await gather(
        *(report.sign(wang, TOWNSHIP, p, uuid4()) for p in (first, first, second)),
        return_exceptions=True,
    )
    assert [type(one) for one in done if one is not None] == [Changed]
    assert [tuple(row) for row in await town.pool.fetch(SIGNED)] == [
        ("河湾小学报〔2026〕1号", "report-1-2026", 1),
        ("河湾小学报〔2026〕2号", "report-1-2026", 2),
    ]


@pytest.mark.parametrize(
    ("at", "number"),
    [
        ("2026-12-31 23:59:59", "河湾小学报〔2026〕1号"),
        ("2027-01-01 00:00:00", "河湾小学报〔2027〕1号"),
    ],
)
async def test_a_year_ends_at_midnight_in_beijing(town, at, number):
    town.clock("12-29 08:10")
    await town.roll("12-29 am", _101=Mark.ABSENT)
    town.clock("12-31 08:30")
    assert await town.ring() == 1
    town.now = datetime.fromisoformat(at).replace(tzinfo=SHANGHAI)
    paper = await town.pool.fetchval("SELECT id FROM paper")
    await report.sign(await town.desk("wang"), TOWNSHIP, paper, uuid4())
    assert await town.pool.fetchval("SELECT number FROM paper") == number
