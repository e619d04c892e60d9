"""The press: short and long papers are the same bytes, and half a paper is none."""

import asyncio
import os
import time
from contextlib import suppress
from datetime import date
from io import BytesIO, TextIOWrapper
from pathlib import Path

import pytest
from openpyxl import load_workbook

import core.rules.export as rules
import core.services.export as service
from core.rules.export import LARGE, Asked, Listing, TooLarge, TooSlow
from core.rules.paper import Edition
from core.services import export_press
from core.services.export_press import END, Press, PressFailed, encoded, print_paper
from tests.papers.samples import EVIL, head, roster_line
from tests.services.export_township import WANG, build, desk, write

ROWS = tuple(roster_line(seat_no=n, student_name=f"学生{n}") for n in range(1, 101))


def children() -> set[str]:
    """Return the processes this one has started, by their number."""
    found: set[str] = set()
    for task in Path("/proc/self/task").iterdir():
        with suppress(OSError):  # a thread that has just ended
            found |= set((task / "children").read_text().split())
    return found


def folders(under: Path) -> list[str]:
    return [name for name in os.listdir(under) if name.startswith("baoxue-export-")]


@pytest.fixture
def temporary(tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    return tmp_path


async def made(count: int) -> tuple[bytes, bool]:
    """Return a roster of `count` rows, and whether it took a process to make it."""
    async with Press(Listing.ROSTER, head()) as press:
        before = children()
        for start in range(0, count, 100):
            await press.feed(ROWS[: min(100, count - start)])
        apart = children() > before
        return await press.finish(), apart


@pytest.mark.parametrize(("count", "apart"), [(LARGE, False), (LARGE + 1, True)])
async def test_above_2000_rows_a_process_of_its_own_prints(count, apart):
    data, went_apart = await made(count)
    assert went_apart is apart
    sheet = load_workbook(BytesIO(data), read_only=True).active
    assert sum(isinstance(row[0].value, int) for row in sheet.iter_rows()) == count


async def test_a_process_prints_the_same_bytes_as_a_thread(monkeypatch):
    here, _ = await made(150)
    monkeypatch.setattr(export_press, "LARGE", 100)
    there, apart = await made(150)
    assert apart
    assert there == here


async def test_a_formula_stays_text_through_the_process(monkeypatch):
    monkeypatch.setattr(export_press, "LARGE", 0)
    async with Press(Listing.ROSTER, head()) as press:
        await press.feed([roster_line(student_name=EVIL)])
        data = await press.finish()
    cells = [c for row in load_workbook(BytesIO(data)).active.iter_rows() for c in row]
    assert [c.data_type for c in cells if c.value == EVIL] == ["s"]


async def test_half_a_paper_is_never_handed_over(monkeypatch):
    monkeypatch.setattr(export_press, "LARGE", 0)
    monkeypatch.setattr(export_press, "END", b"")
    async with Press(Listing.ROSTER, head()) as press:
        await press.feed(ROWS)
        with pytest.raises(PressFailed):
            await press.finish()
    half = export_press._until_end([b"[]\n"])
    with pytest.raises(PressFailed):
        await asyncio.to_thread(print_paper, BytesIO(), Listing.ROSTER, head(), half)
    assert END == b"end\n"


async def test_a_whole_number_never_slips_into_an_internal_paper(monkeypatch):
    monkeypatch.setattr(export_press, "LARGE", 0)
    async with Press(Listing.ROSTER, head(edition=Edition.INTERNAL)) as press:
        await press.feed(ROWS)
        with pytest.raises(PressFailed):
            await press.finish()


async def test_more_than_20_mb_is_refused_by_the_thread(monkeypatch):
    assert rules.MAX_BYTES == 20 * 1024 * 1024
    data, _ = await made(1)
    for limit in (len(data), len(data) - 1):
        monkeypatch.setattr(export_press, "MAX_BYTES", limit)
        if limit == len(data):
            assert (await made(1))[0] == data
        else:
            with pytest.raises(TooLarge):
                await made(1)


async def test_more_than_20_mb_is_refused_by_the_process(monkeypatch):
    monkeypatch.setattr(export_press, "LARGE", 0)
    async with Press(Listing.ROSTER, head()) as press:
        await press.feed(ROWS)
        assert press._child is not None

        async def wait() -> int:
            return export_press.TOO_LARGE

        monkeypatch.setattr(press._child, "wait", wait)
        with pytest.raises(TooLarge):
            await press.finish()


def test_a_process_says_too_large_and_writes_nothing(monkeypatch, capfdbinary):
    monkeypatch.setattr(export_press, "MAX_BYTES", 100)
    (row,) = encoded(Listing.ROSTER, ROWS[:1])
    lines = f"roster\n{head().model_dump_json()}\n".encode() + row + END
    monkeypatch.setattr("sys.stdin", TextIOWrapper(BytesIO(lines)))
    assert export_press.main() == export_press.TOO_LARGE
    assert capfdbinary.readouterr().out == b""


async def test_a_cancelled_export_leaves_no_process_and_no_file(temporary):
    before = children()
    started = asyncio.Event()

    async def work() -> None:
        async with Press(Listing.ROSTER, head()) as press:
            for _ in range(LARGE // 100 + 2):
                await press.feed(ROWS)
            started.set()
            await asyncio.sleep(60)

    task = asyncio.create_task(work())
    await started.wait()
    assert children() > before
    assert len(folders(temporary)) == 1
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert children() == before
    assert folders(temporary) == []


async def test_a_killed_process_is_a_fault_and_never_a_short_paper(temporary):
    async with Press(Listing.ROSTER, head()) as press:
        for _ in range(LARGE // 100 + 2):
            await press.feed(ROWS)
        assert press._child is not None
        press._child.kill()
        with pytest.raises(PressFailed):
            await press.finish()
    assert folders(temporary) == []


PUPILS = """
INSERT INTO student (township_id, id, name, sex, born_on, pinyin, pinyin_key)
SELECT 990101100, 1000 + n, '学生' || n, 'male', '2017-01-01', '{}', '~'
  FROM generate_series(1, 2500) n;
INSERT INTO enrolment (township_id, student_id, school_id, class_id, boarder, status, from_on)
SELECT 990101100, 1000 + n, 1, 71, false, 'enrolled', '2026-09-01'
  FROM generate_series(1, 2500) n
"""
ROSTER = Asked(listing=Listing.ROSTER, purpose="核对名单")


async def test_a_long_roster_comes_whole_and_tells_how_far_it_is(pool, planned_anew):
    await build(pool)
    await write(pool, PUPILS)
    told: list[int] = []
    done = await service.make(desk(pool, WANG), ROSTER, progress=told.append)
    assert done.line.row_count == 2503
    assert told == [500, 1000, 1500, 2000, 2500, 2503]
    sheet = load_workbook(BytesIO(done.data), read_only=True).active
    names = [row[3] for row in sheet.iter_rows(values_only=True) if isinstance(row[0], int)]
    assert len(set(names)) == 2503


async def test_the_loop_goes_on_while_a_long_paper_is_made(pool, planned_anew):
    await build(pool)
    await write(pool, PUPILS)
    beats, longest, last = 0, 0.0, time.monotonic()

    async def beat() -> None:
        nonlocal beats, longest, last
        while True:
            await asyncio.sleep(0.005)
            now = time.monotonic()
            beats, longest, last = beats + 1, max(longest, now - last), now

    heart = asyncio.create_task(beat())
    await service.make(desk(pool, WANG), ROSTER)
    heart.cancel()
    # A paper of 2,503 rows takes far longer than ten beats: they came in between.
    assert beats > 10


async def test_an_export_that_takes_too_long_is_given_up(pool, monkeypatch):
    await build(pool)
    monkeypatch.setattr(service, "PATIENCE", 0.0)
    with pytest.raises(TooSlow):
        await service.make(desk(pool, WANG), ROSTER)
    assert await service.mine(desk(pool, WANG)) == ()
    assert (
        date(2026, 11, 23)
        == (await service.choices(desk(pool, WANG), Listing.ROSTER)).today
    )
