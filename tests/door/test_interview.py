"""Getting to know a terminal through the real port, while its person already types."""

import asyncio

import pyte
import pytest

from core.rules.terminal import Encoding, Width
from tests.door.emulators import WideScreen
from tests.story.terminal import Terminal
from tui.door import limits

ANSWERED = "\x1b[2;5R\x1b[2;3R"


def terminal_of(house):
    return next(iter(house.door.sessions))._wire.terminal


def connect(house, **how):
    return Terminal.connect(house.port, "li", password="pw-li", **how)


@pytest.mark.parametrize(
    ("screen", "codec", "encoding", "width"),
    [
        (pyte.Screen, "utf-8", Encoding.UTF8, Width.ONE),
        (WideScreen, "utf-8", Encoding.UTF8, Width.TWO),
        (pyte.Screen, "gbk", Encoding.GBK, Width.ONE),
        (WideScreen, "gbk", Encoding.GBK, Width.TWO),
    ],
)
async def test_a_terminal_s_answers_decide_how_it_is_drawn(
    house, screen, codec, encoding, width
):
    async with connect(house, screen=screen, codec=codec) as t:
        await t.wait_for("王小明", "F3查找")
        measured = terminal_of(house).known.measured
        assert (measured.encoding, measured.width) == (encoding, width)
        await t.type("李秀英")
        await t.wait_for("jump 李秀英")
        assert "\ufffd" not in t.text()


async def test_a_character_of_gbk_split_between_packets_is_one_key(house):
    async with connect(house, codec="gbk") as t:
        await t.wait_for("王小明")
        for byte in "张买".encode("gbk"):
            t.send(bytes([byte]))
            await asyncio.sleep(0.02)
        await t.wait_for("jump 张买")


async def test_what_gbk_does_not_have_is_shown_as_missing_and_moves_nothing(house):
    async with connect(house, codec="gbk") as t:
        await t.wait_for("王小明")
        house.apps[0].query_one("Roll").tag = "𠮷ñ|"
        await t.press("f3", "esc")
        house.apps[0].screen.refresh()
        await t.press("pgdn", "home", "pgup")
        await t.wait_for("王小明 〓〓|")
        assert b"?" not in t.received.split(b"\x1b[2J")[-1]


async def test_keys_typed_before_the_answer_are_kept_in_order(house):
    async with connect(house, answers=False) as t:
        t.send(" ")
        t.send("\x1b[B")
        await asyncio.sleep(0.05)
        t.send("\x1b[2;5")
        t.send("R\x1b[2;3R ")
        await t.wait_for("缺 2", "  缺  01", "> 缺  02")
        assert terminal_of(house).known.measured.encoding is Encoding.UTF8
        assert t.text().count("R") == 0


async def test_a_terminal_that_says_nothing_is_painted_all_the_same(house, monkeypatch):
    monkeypatch.setattr(limits, "PERSON_ASKED_AFTER", 60)
    async with connect(house, answers=False) as t:
        t.send(" ")
        await t.wait_for("缺 1", "> 缺  01", timeout=5)
        assert terminal_of(house).known.measured is None
        # Late, as on the worst of lines, an answer still counts, and is no key.
        t.send(ANSWERED)
        await t.press("down")
        await t.wait_for("> 到  02")
        assert terminal_of(house).known.measured.encoding is Encoding.UTF8
        assert "缺 1" in t.text()


async def test_a_person_who_types_is_asked_nothing(house, monkeypatch):
    monkeypatch.setattr(limits, "PERSON_ASKED_AFTER", 0.7)
    async with connect(house, answers=False) as t:
        await t.press("down")
        await t.wait_for("> 到  02")
        await asyncio.sleep(0.5)
        assert "此行汉字清楚" not in t.text()
        assert b"\x1b[5;3H2" not in t.received


@pytest.mark.parametrize(
    ("codec", "number", "encoding"),
    [("utf-8", "1", Encoding.UTF8), ("gbk", "2", Encoding.GBK)],
)
async def test_one_who_cannot_read_chooses_the_line_that_is_readable(
    house, monkeypatch, codec, number, encoding
):
    monkeypatch.setattr(limits, "PERSON_ASKED_AFTER", 0.7)
    async with connect(house, answers=False, codec=codec) as t:
        await t.wait_for(f"{number}  此行汉字清楚，请按  {number}")
        assert t.text().count("此行汉字清楚") == 1
        assert all(line[2:3] in {"", "1", "2"} for line in t.lines())
        t.send(f"{number}\x1b[B")
        await t.wait_for("王小明", "> 到  02", "F3查找")
        assert "此行汉字清楚" not in t.text()
        assert terminal_of(house).display.encoding is encoding


async def test_any_other_key_goes_on_and_is_not_lost(house, monkeypatch):
    monkeypatch.setattr(limits, "PERSON_ASKED_AFTER", 0.7)
    async with connect(house, answers=False) as t:
        await t.wait_for("1  此行汉字清楚")
        await t.press("down")
        await t.wait_for("王小明", "> 到  02")
        assert "此行汉字清楚" not in t.text()


async def test_an_answer_while_the_person_is_asked_is_as_good(house, monkeypatch):
    monkeypatch.setattr(limits, "PERSON_ASKED_AFTER", 0.7)
    async with connect(house, answers=False) as t:
        await t.wait_for("1  此行汉字清楚")
        t.send("\x1b[2;5R")
        t.send("\x1b[2;3R")
        await t.wait_for("王小明", "F3查找")
        assert "此行汉字清楚" not in t.text()
        assert terminal_of(house).known.measured.width is Width.ONE


async def test_what_cannot_answer_is_not_asked_and_not_waited_for(house, monkeypatch):
    monkeypatch.setattr(limits, "ANSWER_AWAITED", 60)
    async with connect(house, answers=False, calls_itself="dumb") as t:
        await t.wait_for("王小明")
        assert b"\x1b[6n" not in t.received


async def test_the_first_frame_waits_for_the_answer_and_is_painted_once(house):
    async with connect(house) as t:
        await t.wait_for("王小明", "F3查找")
        assert t.received.count(b"\x1b[2J") == 1


async def test_a_flood_before_the_answer_is_cut(house):
    async with connect(house, answers=False) as t:
        t.send(b"a" * 10_000)
        await t.wait_for("王小明")
        t.send("\x1b[2;5R\x1b[2;3R\x1b[B")
        await t.wait_for("> 到  02")
