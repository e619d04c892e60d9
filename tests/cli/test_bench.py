"""bench: which figures it prints and how; never how fast this machine happens to be."""

import asyncio
import json
from argparse import Namespace
from datetime import date, datetime
from io import BytesIO
from uuid import UUID

import pytest
from asyncpg.connection import LoggedQuery

from core.rules.time import SHANGHAI
from db.bench_recorder import Recorder, Repeat, Statement
from db.bench_town import Counted
from tui.cli import (
    bench,
    bench_export,
    bench_import,
    bench_journal,
    bench_month,
    bench_rls,
    bench_roll,
)
from tui.cli.bench_figure import Figure, Measured, Target, p95
from tui.cli.bench_place import Place, throw_away

ROLL = bench_roll.Size(schools=1, classes=2, pupils=4, days=2, times=2, rounds=2, saves=2)
MONTH = bench_month.Size(schools=2, classes=6, pupils=2, days=2, times=1)


@pytest.fixture(scope="module")
def place(request: pytest.FixtureRequest):
    with throw_away(request.config.getoption("--pg-bindir"), durable=False) as found:
        yield found


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
    measured = await bench_import.measure(place, 120)
    assert names(measured) >= {"import.rows_per_s"}
    assert measured.counted.pupils == 120


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


def test_json_is_one_object_a_line_and_the_table_says_what_it_ran_on():
    measured = Measured(
        title="点名",
        counted=Counted(pupils=600, rolls=1440, marks=4320),
        figures=(
            Figure("roll.growth_ratio", 1.2, "x", Target(1.2)),
            Figure("roll.pgbench_ratio", None, "x", Target(0.6, at_least=True)),
        ),
        note="找不到 pgbench。",
    )
    assert json_of(measured) == [
        {"figure": "roll.growth_ratio", "value": 1.2, "unit": "x"},
        {"figure": "roll.pgbench_ratio", "value": None, "unit": "x"},
    ]
    out = BytesIO()
    bench.tell(measured, out, as_json=False)
    head, growth, ratio, note = out.getvalue().decode().splitlines()
    assert head == "点名：学生 600 人，点名 1440 次，标记 4320 条"
    assert growth.split() == ["roll.growth_ratio", "1.2", "x", "<=", "1.2", "达标"]
    assert ratio.split() == ["roll.pgbench_ratio", "-", "x", ">=", "0.6"]
    assert note.strip() == "找不到 pgbench。"


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

    async def export(*args: object) -> int:
        ran.append("export")
        return 0

    async def month(*args: object) -> Measured:
        ran.append("month")
        return Measured("月报", Counted(pupils=0, rolls=0, marks=0), ())

    monkeypatch.setattr(bench_export, "run", export)
    monkeypatch.setattr(bench_month, "measure", month)
    out = BytesIO()
    asked = Namespace(what=["export", "month"], json=False)
    assert asyncio.run(asyncio.to_thread(bench.run, None, asked, out)) == 0
    assert ran == ["month", "export"]
