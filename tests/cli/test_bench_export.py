"""bench export: every figure is there, with its unit, and nothing is stored."""

import json
from argparse import Namespace
from io import BytesIO

from core.services import seat
from tui.cli import bench_export

FIGURES = {
    "export.ratio": "x",
    "export.peak_mb": "MB",
    "export.server_growth_mb": "MB",
    "export.seconds": "s",
    "export.bare_seconds": "s",
    "export.file_mb": "MB",
}


async def nothing(limit: int) -> bytes:
    return b""


async def told(pool, *, as_json: bool) -> list[str]:
    out = BytesIO()
    args = Namespace(pupils=2100, runs=1, json=as_json)
    assert await bench_export.run(seat.front_desk(pool), args, nothing, out, BytesIO()) == 0
    return out.getvalue().decode().splitlines()


async def test_each_figure_is_one_json_object_a_line(pool):
    found = [json.loads(line) for line in await told(pool, as_json=True)]
    assert {one["figure"]: one["unit"] for one in found} == FIGURES
    assert all(set(one) == {"figure", "value", "unit"} for one in found)
    assert all(one["value"] >= 0 for one in found)
    # The process that prints was seen at work.
    assert next(one["value"] for one in found if one["figure"] == "export.peak_mb") > 0
    async with pool.acquire() as conn:
        for table in ("export", "read_log", "student"):
            assert await conn.fetchval(f"SELECT count(*) FROM {table}") == 0


async def test_the_table_says_on_how_many_it_ran(pool):
    lines = await told(pool, as_json=False)
    assert lines[0] == "导出：学生 2100 人，点名 0 次，标记 0 条"
    assert [line.split()[0] for line in lines[1:]] == list(FIGURES)
