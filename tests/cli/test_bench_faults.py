"""bench faults: a short run of each fault, and that it would see what is lost or doubled."""

from datetime import date

from db.bench_town import Filling
from tui.cli import bench_faults
from tui.cli.bench_fault_acts import Ledger
from tui.cli.bench_place import Place, filled

SHORT = bench_faults.Size(
    kills=1,
    writers=2,
    cuts=12,
    due=50,
    sweepers=2,
    sweep_kills=2,
    sweeper_lives=0.2,
    drafts=1,
    orders=6,
    boundaries=1,
    clocks=8,
    steps=5,
    months=1,
)
# Orders of two people's steps, by hand: of two pupils nobody is asked, of one pupil whoever
# submits second without having seen the first.


async def test_nothing_is_lost_or_doubled_whatever_is_killed_or_cut(place: Place):
    found: dict[str, float | None] = {}
    # A full disk needs a mount, and so root: it is not in the short form.
    for part in (part for part in bench_faults.PARTS if part != "disk"):
        measured = await bench_faults.measure(place, SHORT, part)
        found |= {one.name: one.value for one in measured.figures}
    assert found["faults.kill.kills"] == 1
    assert found["faults.kill.acts"] >= 1
    assert found["faults.cut.cuts"] == 12
    assert found["faults.sweep.due"] == 50
    assert found["faults.sweep.kills"] == 2
    assert found["faults.drafts.cuts"] == 1
    assert found["faults.drafts.marks"] >= 1
    assert found["faults.drafts.last_keys_lost"] == 0
    assert (found["faults.roll.orders"], found["faults.roll.lost_updates"]) == (12, 0)
    assert found["faults.roll.asked"] == 5
    assert (found["faults.upgrade.kills"], found["faults.upgrade.half_done"]) == (1, 0)
    assert (found["faults.clock.due"], found["faults.clock.steps"]) == (8, 5)
    assert found["faults.clock.back"] >= 1
    assert (found["faults.clock.early"], found["faults.clock.moved"]) == (0, 0)
    assert (found["faults.months.versions"], found["faults.months.differ"]) == (1, 0)
    assert found["faults.months.rows_changed"] >= 40
    left = {name: n for name, n in found.items() if name.endswith((".lost", ".missed"))}
    twice = {name: n for name, n in found.items() if name.endswith(".doubled")}
    assert (len(left), {*left.values()}) == (5, {0})
    assert (len(twice), {*twice.values()}) == (4, {0})


async def test_a_call_that_is_lost_and_one_that_stands_twice_are_counted(place: Place):
    ledger = Ledger()
    day = date(2026, 9, 1)
    filling = Filling(schools=1, classes=1, pupils=2, live_on=day, days=(), until=day)
    async with filled(place, "ledger", filling) as town:
        await ledger.act(town.desk, 1)
        ledger.acknowledged.add("第9次")
        ledger.begun.clear()
        await ledger.act(town.desk, 2)
        figures = await ledger.figures(town.pool, "x")
    assert {one.name: one.value for one in figures} == {
        "faults.x.acts": 2,
        "faults.x.sent_again": 0,
        "faults.x.lost": 1,
        "faults.x.doubled": 1,
    }
