"""bench: which figures it prints and how; never how fast this machine happens to be."""

import asyncio
import json
from argparse import Namespace
from datetime import date, datetime
from io import BytesIO
from uuid import UUID

import asyncpg
import pytest
from asyncpg.connection import LoggedQuery

from core.rules.time import SHANGHAI
from db.bench_recorder import Recorder, Repeat, Statement
from db.bench_town import Counted
from db.local import dsn_of
from tui.cli import (
    bench,
    bench_cases,
    bench_export,
    bench_import,
    bench_journal,
    bench_month,
    bench_rls,
    bench_roll,
)
from tui.cli.bench_figure import Figure, Measured, Target, p95
from tui.cli.bench_place import Place

ROLL = bench_roll.Size(
    schools=1, classes=2, pupils=4, days=2, times=2, opens=4, rounds=2, saves=2
)
EXPORT = {
    "export.ratio": "x",
    "export.cpu_ratio": "x",
    "export.peak_mb": "MB",
    "export.server_growth_mb": "MB",
    "export.seconds": "s",
    "export.cpu_s": "s",
    "export.server_cpu_s": "s",
    "export.bare_seconds": "s",
    "export.bare_cpu_s": "s",
    "export.file_mb": "MB",
}
MONTH = bench_month.Size(schools=2, classes=6, pupils=2, days=2, times=1)


def json_of(measured: Measured) -> list[dict[str, object]]:
    out = BytesIO()
    bench.tell(measured, out, as_json=True)
    return [json.loads(line) for line in out.getvalue().decode().splitlines()]


def names(measured: Measured) -> set[str]:
    return {str(one["figure"]) for one in json_of(measured)}


async def test_roll_measures_what_it_names_in_six_statements_a_save(place: Place):
    measured = await bench_roll.measure(place, ROLL)
    assert names(measured) >= {
        "roll.open_p95_ms",
        "roll.save_p95_ms",
        "roll.save_statements",
        "roll.pgbench_ratio",
        "roll.growth_ratio",
    }
    # Twice the small township: 2 schools of 2 classes of 4; 2 days of 2 rolls of 3 marks.
    assert measured.counted == Counted(pupils=16, rolls=16, marks=48)

    # The law of serving.md, BEGIN and COMMIT among them: three runs are opened in it.
    found = {one.name: one.value for one in measured.figures}
    assert found["roll.save_statements"] == 6


async def test_import_takes_every_row_in(place: Place):
    measured = await bench_import.measure(place, bench_import.Size(pupils=120, runs=1))
    assert names(measured) >= {"import.rows_per_s", "import.cpu_s"}
    assert measured.counted.pupils == 120


async def test_export_names_each_figure_and_keeps_nothing(place: Place):
    measured = await bench_export.measure(place, bench_export.Size(pupils=2_100, runs=1))
    found = json_of(measured)
    assert {one["figure"]: one["unit"] for one in found} == EXPORT
    assert all(set(one) == {"figure", "value", "unit"} for one in found)
    assert all(one.value is not None and one.value >= 0 for one in measured.figures)
    # The process that prints was seen at work, and it alone: the server was there before it.
    peak = next(one.value for one in measured.figures if one.name == "export.peak_mb")
    assert peak > 20
    assert next(measured.lines()) == "导出花名册：学生 2100 人，点名 0 次，标记 0 条"
    conn = await asyncpg.connect(dsn_of(place.dsn, "export"))
    for table in ("export", "read_log", "student"):
        assert await conn.fetchval(f"SELECT count(*) FROM {table}") == 0
    await conn.close()


async def test_month_counts_and_rolls_up_the_township(place: Place):
    measured = await bench_month.measure(place, MONTH)
    assert names(measured) >= {"month.township_s"}
    assert measured.counted == Counted(pupils=24, rolls=48, marks=96)


async def test_rls_asks_both_sides_the_same(place: Place):
    size = bench_rls.Size(schools=2, classes=2, pupils=4, days=2, opens=2, boards=2)
    measured = await bench_rls.measure(place, size)
    assert names(measured) >= {"rls.roll_ratio", "rls.board_ratio"}
    assert measured.counted.pupils == 16


async def test_journal_counts_acts_and_checks_every_row(place: Place):
    size = bench_journal.Size(acts=16, rows=100)
    measured = await bench_journal.measure(place, size)
    assert names(measured) == {"journal.acts_per_s", "journal.verify_s"}


async def test_cases_sweeps_a_county_and_looks_at_its_board(place: Place):
    size = bench_cases.Size(
        townships=2, schools=1, classes=10, pupils=30, days=2, sweeps=1, boards=1
    )
    measured = await bench_cases.measure(place, size)
    # Of 600 pupils one in thirty is missing, and one in ten of those for 48 hours.
    assert measured.counted == Counted(pupils=600, rolls=80, marks=240)
    assert measured.title == "个案（2 个乡镇，未到校 20 人，在办 2 件）"
    assert names(measured) == {
        "cases.sweep_s",
        "cases.ring_s",
        "cases.board_ms",
        "cases.missing_ms",
    }


def test_json_is_one_object_a_line_and_the_table_says_what_it_ran_on():
    measured = Measured(
        title="点名",
        counted=Counted(pupils=600, rolls=1440, marks=4320),
        figures=(
            Figure("roll.growth_ratio", 1.2, "x", Target(1.2)),
            Figure("roll.pgbench_ratio", None, "x", Target(0.6, at_least=True)),
        ),
        note="找不到 pgbench。",
        load=(0.5, 1.25),
    )
    assert json_of(measured) == [
        {"figure": "roll.growth_ratio", "value": 1.2, "unit": "x"},
        {"figure": "roll.pgbench_ratio", "value": None, "unit": "x"},
        {"figure": "load.before", "value": 0.5, "unit": "load"},
        {"figure": "load.after", "value": 1.25, "unit": "load"},
    ]
    out = BytesIO()
    bench.tell(measured, out, as_json=False)
    head, growth, ratio, note, load = out.getvalue().decode().splitlines()
    assert head == "点名：学生 600 人，点名 1440 次，标记 4320 条"
    assert growth.split() == ["roll.growth_ratio", "1.2", "x", "<=", "1.2", "达标"]
    assert ratio.split() == ["roll.pgbench_ratio", "-", "x", ">=", "0.6"]
    assert note.strip() == "找不到 pgbench。"
    assert load.strip().startswith("机器负载 0.5→1.25，")


@pytest.mark.parametrize(
    ("target", "values", "met"),
    [
        (Target(1.2), (1.19, 1.2, 1.21), [True, True, False]),
        (Target(0.6, at_least=True), (0.59, 0.6, 0.61), [False, True, True]),
    ],
)
def test_a_target_is_met_at_its_limit(target, values, met):
    assert [target.met_by(value) for value in values] == met


@pytest.mark.parametrize(("count", "found"), [(1, 1.0), (19, 19.0), (20, 19.0), (21, 20.0)])
def test_p95_leaves_one_in_twenty_out(count: int, found: float):
    assert p95([n / 1000 for n in range(count, 0, -1)]) == found


def test_growth_is_of_most_turns_and_one_pause_decides_nothing():
    calm, paused = [0.001] * 60, [0.001] * 50 + [0.5] * 10
    assert bench_roll.growth(calm * 3, [*[0.0011] * 60, *paused, *[0.0011] * 60]) == 1.1
    assert bench_roll.growth([*calm, *paused, *calm], [0.0011] * 180) == 1.1


def said(query: str, *args: object) -> LoggedQuery:
    return LoggedQuery(query, args, None, 0.0, None, None, None)


def test_the_recorder_keeps_the_last_transaction_that_was_committed():
    recorder = Recorder()
    for query in (
        "BEGIN;",
        "first",
        "COMMIT;",
        "SELECT reset",
        "BEGIN;",
        "second",
        "COMMIT;",
    ):
        recorder.hear(said(query))
    recorder.hear(said("SELECT reset"))
    found = [statement.query for statement in recorder.last_transaction()]
    assert found == ["BEGIN", "second", "COMMIT"]


def test_pgbench_is_given_the_same_statement_with_its_values_beside_it():
    at = datetime(2026, 11, 23, 8, 30, tzinfo=SHANGHAI)
    act = Statement("act $1, $2::text", (UUID(int=1), "li"))
    marks = Statement(
        "mark $1::bigint[], $2, $3::date[], $4", ((1, None), at, [date(2026, 11, 23)], None)
    )
    repeat = Repeat((act, marks), (990101100, 1, at.date()))
    lines = repeat.script.splitlines()
    assert lines[:3] == [
        "SELECT gen_random_uuid() AS op \\gset",
        "act :op, :s0_2::text;",
        "mark :s1_1::bigint[], :s1_2, :s1_3::date[], :s1_4;",
    ]
    # What is not defined is NULL to pgbench: no value for the fourth.
    assert repeat.values[:8] == (
        *("-D", "s0_2=li"),
        *("-D", 's1_1={"1",NULL}'),
        *("-D", "s1_2=2026-11-23T08:30:00+08:00"),
        *("-D", 's1_3={"2026-11-23"}'),
    )


def test_bench_runs_what_is_asked_in_its_order(monkeypatch: pytest.MonkeyPatch):
    ran = []

    nothing = Counted(pupils=0, rolls=0, marks=0)

    async def export(*args: object) -> Measured:
        ran.append("export")
        return Measured("导出", nothing, ())

    async def month(*args: object) -> Measured:
        ran.append("month")
        return Measured("月报", nothing, ())

    monkeypatch.setattr(bench_export, "measure", export)
    monkeypatch.setattr(bench_month, "measure", month)
    out = BytesIO()
    asked = Namespace(what=["export", "month"], json=False, n=None, seconds=None)
    assert asyncio.run(asyncio.to_thread(bench.run, None, asked, out)) == 0
    assert ran == ["month", "export"]
    # Each tells how busy the machine was.
    assert out.getvalue().decode().count("机器负载") == 2
