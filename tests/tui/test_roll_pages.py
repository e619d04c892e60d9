"""A large class on the roll's screen: 54 at 80x24, the rest by PgDn (days.md 46, 28)."""

import re
from collections.abc import Iterator
from datetime import date

import pytest
from rich.cells import cell_len
from textual.screen import Screen
from textual.widget import Widget

from core.rules.calendar import SessionCode
from core.rules.roll import Mark
from tests.services.school_town import RIVER, THIRD, TOWNSHIP, SchoolTown, build
from tests.tui.kit import ToyApp, seen
from tests.tui.school_walk import walking
from tui.screens.roll import RollScreen
from tui.widgets.roll_grid import GridPupil, RollGrid

CLASS_OF_66 = f"""
WITH made AS (
INSERT INTO student (township_id, id, name, sex, born_on, pinyin, pinyin_key)
SELECT {TOWNSHIP}, 1000 + n, '学生' || chr(19968 + n), 'male', '2018-01-01', '{{xs}}', 'xs'
  FROM generate_series(1, 64) n RETURNING id)
INSERT INTO enrolment (township_id, student_id, school_id, class_id, seat_no, boarder, status,
                       from_on)
SELECT {TOWNSHIP}, id, {RIVER}, {THIRD}, id - 1000 + 20, false, 'enrolled', '2026-09-01'
  FROM made
"""


@pytest.fixture
async def town(pool) -> SchoolTown:
    made = await build(pool)
    await made.write(CLASS_OF_66)
    made.clock("11-23 08:05")
    return made


async def screen_of(town: SchoolTown) -> RollScreen:
    desk = await town.desk("li")
    return RollScreen(desk, TOWNSHIP, (THIRD,), date(2026, 11, 23), SessionCode.AM)


class Held(Screen[None]):
    """A screen of one widget."""

    def __init__(self, widget: Widget) -> None:
        super().__init__()
        self.widget = widget

    def compose(self) -> Iterator[Widget]:
        yield self.widget


def seats(lines: list[str]) -> list[int]:
    """The seats on the screen."""
    return [int(seat) for line in lines for seat in re.findall(r"(\d+) [到缺] ", line)]


async def test_46_fifty_four_stand_on_a_screen_and_page_down_shows_the_rest(town):
    async with walking(await screen_of(town), "应到66") as walk:
        first = seats(walk.lines)
        assert len(first) >= 54
        await walk.press("pagedown")
        await walk.until("84 到")
        # Nobody is lost between the pages, and nobody stands on both.
        assert sorted(first + seats(walk.lines)) == [12, 13, *range(21, 85)]
        # The counters stay, and count all of them, seen or not.
        assert "应到66 到66 未到0" in walk.lines[0]
        await walk.press("5")
        await walk.until("应到66 到65 未到1")
        await walk.press("pageup")
        await walk.until("12 到")
        assert "应到66 到65 未到1" in walk.lines[0]


async def test_46_moving_on_from_the_last_of_a_page_turns_it(town):
    async with walking(await screen_of(town), "应到66") as walk:
        await walk.press("end")
        await walk.until("> 84 到")
        assert 12 not in seats(walk.lines)
        await walk.press("home")
        await walk.until("> 12 到")


async def test_the_counts_and_the_draft_stand_whole_on_the_title_line(town):
    await town.write("DELETE FROM enrolment WHERE student_id > 1030")
    async with walking(await screen_of(town), "应到32 到32 未到0 请假0 迟到0") as walk:
        assert "11-23 周一上午" in walk.lines[0]
        await walk.press("6", "down", "3", "down", "2", "down", "7")
        await walk.until("已存草稿08:05")
        told = "11-23上午 应到32 到30 未到0 请假1 公假1 迟到1"
        assert told in walk.lines[0]
        assert walk.lines[0].endswith("已存草稿08:05")


async def test_the_marks_of_a_hand_that_never_rests_are_kept_meanwhile(town, monkeypatch):
    monkeypatch.setattr("tui.screens.unsaved._AFTER", 3600)
    monkeypatch.setattr("tui.screens.unsaved._AT_LATEST", 0.05)
    async with walking(await screen_of(town), "应到66") as walk:
        for mark in ("2", "3"):
            await walk.press(mark, "down")
            await walk.until(lambda: not walk.pilot.app.screen.is_unsaved)
        assert walk.lines[0].endswith("已存草稿08:05")


async def test_28_the_same_initials_cycle(town):
    await town.write("UPDATE student SET pinyin = '{zxy}' WHERE id = 1003")
    async with walking(await screen_of(town), "应到66") as walk:
        for seat in ("12", "23", "12"):  # 赵小雨, another zxy, and round again
            await walk.press("z", "x", "y")
            await walk.until(f"> {seat} 到")
            await walk.press("right", "left")


@pytest.mark.parametrize(
    ("pupils", "name", "shown"),
    [
        (54, "吾买尔江·艾合买提", "吾买尔江·艾合买提"),
        (
            42,
            "一 吾买尔江·艾合买提",
            "一 吾买尔江·艾合买提",
        ),  # 42 stand in two columns of 21
        (43, "一 吾买尔江·艾合买提", "一 吾买尔江·艾合.."),
        (21, "吾买尔江·艾合买提 03-14", "吾买尔江·艾合买提 03-14"),
    ],
)
async def test_a_small_class_has_room_for_a_long_name_and_a_large_one_stays_whole(
    pupils, name, shown
):
    grid = RollGrid()
    marks = dict.fromkeys(range(pupils), Mark.PRESENT)
    names = [name, *("李秀英",) * (pupils - 1)]
    async with ToyApp(Held(grid)).run_test(size=(80, 21)):
        grid.show(
            [GridPupil(n, str(n + 1), names[n], ("x",)) for n in range(pupils)], marks
        )
        lines = seen(grid)
    assert lines[0].startswith(f">  1 到 {shown}  ")
    assert len(seats(lines)) == pupils
    assert all(cell_len(line) <= 80 for line in lines)
