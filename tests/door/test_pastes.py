"""Bytes in, pastes out: what was pasted presses no key, however it comes."""

import pytest
from textual.events import Key, Paste

from tests.door.keyboard import typed
from tui.door.keys import Keyboard


def test_a_paste_is_one_event_without_control_characters():
    assert typed("\x1b[200~王\x1b[2J\x00\x05小\r\n明\x1b[201~b") == [
        "paste:王[2J小\n明",
        "b",
    ]


@pytest.mark.parametrize("at", range(1, 6))
def test_a_paste_marker_may_be_split_anywhere(at):
    end = "\x1b[201~"
    assert typed("\x1b[200~王小明" + end[:at], end[at:] + "b") == ["paste:王小明", "b"]


@pytest.mark.parametrize(("length", "kept"), [(4095, 4095), (4096, 4096), (4097, 4096)])
def test_a_paste_is_cut_at_four_kilobytes(length, kept):
    assert typed("\x1b[200~" + "a" * length + "\x1b[201~") == ["paste:" + "a" * kept]


def test_a_paste_of_megabytes_is_never_kept():
    keyboard = Keyboard()
    list(keyboard.feed("\x1b[200~"))
    for _ in range(10):
        list(keyboard.feed("a" * 1_000_000))
    assert sum(map(len, keyboard._pasted)) == 4096


def test_chinese_counts_three_bytes_a_character_in_a_paste():
    assert typed("\x1b[200~" + "明" * 2000 + "\x1b[201~") == ["paste:" + "明" * 1365]


def test_a_paste_without_an_end_ends_in_silence_and_keys_work_again():
    keyboard = Keyboard()
    assert list(keyboard.feed("\x1b[200~abc")) == []
    assert keyboard.patience == 1.0
    assert [e.text for e in keyboard.lapse() if isinstance(e, Paste)] == ["abc"]
    assert [e.key for e in keyboard.feed("d") if isinstance(e, Key)] == ["d"]


@pytest.mark.parametrize(("length", "events"), [(29, 29), (30, 30), (31, 1)])
def test_more_than_an_input_method_commits_was_pasted(length, events):
    assert len(typed("明" * length)) == events


def events(keyboard, *packets):
    return [e for p in packets for e in keyboard.feed(p)]


def test_a_paste_that_nobody_marked_goes_on_until_a_pause_and_presses_no_key():
    keyboard = Keyboard()
    packets = ("第一行" * 11 + "\r", "\r第二行\r", "\x1b[21~\x1b\r")
    assert events(keyboard, *packets) == []
    assert keyboard.patience == 0.05
    (paste,) = keyboard.lapse()
    assert isinstance(paste, Paste)
    assert paste.text == "第一行" * 11 + "\n\n第二行\n\n"
    assert typed("a" * 31, "\r") == ["paste:" + "a" * 31 + "\n"]
    assert [e.key for e in keyboard.feed("\r")] == ["enter"]
    assert keyboard.patience is None


def test_a_paste_that_nobody_marked_is_cut_at_four_kilobytes_too():
    keyboard = Keyboard()
    assert events(keyboard, *["a" * 3000] * 3000) == []
    assert sum(map(len, keyboard._pasted)) == 4096
    (paste,) = keyboard.lapse()
    assert isinstance(paste, Paste)
    assert paste.text == "a" * 4096


@pytest.mark.parametrize("key", ["\x1b[B", "\x1bOB", " "])
def test_keys_held_down_on_a_slow_line_are_no_paste(key):
    assert len(typed(key * 30)) == 30
