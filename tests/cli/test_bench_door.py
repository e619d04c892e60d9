"""bench of the door: a short run of each, on the real server, and that they would see it."""

from contextlib import asynccontextmanager

import pytest

from tui.cli import bench_bytes, bench_churn, bench_fuzz, bench_load, bench_privacy
from tui.cli.bench_crowd import crowded
from tui.cli.bench_figure import Measured
from tui.cli.bench_place import Place
from tui.cli.bench_served import served

DOOR = (bench_bytes, bench_churn, bench_fuzz, bench_load, bench_privacy)


@pytest.fixture(scope="module")
async def place(place: Place):
    """One township of 41 heads and one running server for all benches of this file."""
    patch = pytest.MonkeyPatch()
    async with (
        crowded(place, "door", 41, 50) as crowd,
        served(crowd.town, place.folder / "home") as server,
    ):

        @asynccontextmanager
        async def the_crowd(*_: object):
            yield crowd

        @asynccontextmanager
        async def the_server(*_: object):
            yield server

        for bench in DOOR:
            patch.setattr(bench, "crowded", the_crowd)
        for bench in (bench_fuzz, bench_load):
            patch.setattr(bench, "served", the_server)
        yield place
        patch.undo()


def found(measured: Measured) -> dict[str, float | None]:
    return {one.name: one.value for one in measured.figures}


async def test_a_morning_of_three_is_signed_in_typed_and_saved(place: Place):
    size = bench_load.Size(people=3, pupils=8, seconds=1.0, rate=4.0)
    figures = found(await bench_load.measure(place, size))
    for name in ("turned_away", "unanswered", "faults", "deaths"):
        assert figures[f"load.{name}"] == 0
    assert figures["load.p50_ms"] <= figures["load.p99_ms"] <= figures["load.max_ms"]
    assert figures["load.rolls"] == 3
    assert figures["load.cpu_ms_per_key"] > 0
    # Two workers and the parent's books: less than this is no worker that serves people.
    assert figures["load.worker_mb"] > 40


async def test_a_move_a_mark_and_a_roll_send_what_they_may(place: Place):
    size = bench_bytes.Size(people=(), idle=0.5)
    figures = found(await bench_bytes.measure(place, size))
    assert 0 < figures["bytes.move"] <= 20
    assert 0 < figures["bytes.toggle"] <= 60
    assert 0 < figures["bytes.first_roll"] <= 3000
    assert figures["bytes.idle_0.5s"] == 0


async def test_who_is_cut_at_any_point_leaves_no_application(place: Place):
    figures = found(await bench_churn.measure(place, bench_churn.Size(cuts=10)))
    assert figures["churn.live_apps"] == 0


async def test_no_worker_dies_of_noise(place: Place):
    figures = found(await bench_fuzz.measure(place, bench_fuzz.Size(sessions=24)))
    assert figures["fuzz.sessions"] == 24
    assert figures["fuzz.signed_in"] >= 12
    assert (figures["fuzz.deaths"], figures["fuzz.faults"]) == (0, 0)


async def test_two_in_one_process_see_none_of_each_other_s_pupils(place: Place):
    size = bench_privacy.Size(keys=300, pupils=20)
    figures = found(await bench_privacy.measure(place, size))
    assert figures["privacy.keys"] == 300
    # The names of their own classes, most of them, came to both.
    assert figures["privacy.own"] >= 20
    assert figures["privacy.leaks"] == 0
