"""The keyboard: every key arrives, and nothing else does."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from textual.events import Key

from tests.door.keyboard import characters, typed
from tests.story.terminal import KEYS
from tui.door.keys import Keyboard, Position


@pytest.mark.parametrize("name", KEYS)
def test_each_named_key_arrives(name):
    expected = {
        "esc": "escape",
        "pgup": "pageup",
        "pgdn": "pagedown",
        "backtab": "shift+tab",
    }
    assert typed(KEYS[name]) == [expected.get(name, name)]


@pytest.mark.parametrize("name", KEYS)
def test_each_key_survives_every_split_inside_its_sequence(name):
    for at in range(2, len(KEYS[name])):
        assert typed(KEYS[name][:at], KEYS[name][at:]) == typed(KEYS[name])


# F1 to F10 as each terminal really sends them, written down from its own documentation.
FUNCTION_KEYS = {
    "xterm": "OP OQ OR OS [15~ [17~ [18~ [19~ [20~ [21~",
    "xterm, old function keys": "[11~ [12~ [13~ [14~ [15~ [17~ [18~ [19~ [20~ [21~",
    "xterm, sun": "[224z [225z [226z [227z [228z [229z [230z [231z [232z [233z",
    "PuTTY ESC[n~": "[11~ [12~ [13~ [14~ [15~ [17~ [18~ [19~ [20~ [21~",
    "PuTTY Linux": "[[A [[B [[C [[D [[E [17~ [18~ [19~ [20~ [21~",
    "PuTTY Xterm R6": "OP OQ OR OS [15~ [17~ [18~ [19~ [20~ [21~",
    "PuTTY VT400": "[11~ [12~ [13~ [14~ [15~ [17~ [18~ [19~ [20~ [21~",
    "PuTTY VT100+": "OP OQ OR OS OT OU OV OW OX OY",
    "PuTTY SCO": "[M [N [O [P [Q [R [S [T [U [V",
    "tmux": "OP OQ OR OS [15~ [17~ [18~ [19~ [20~ [21~",
    "screen": "OP OQ OR OS [15~ [17~ [18~ [19~ [20~ [21~",
    "rxvt": "[11~ [12~ [13~ [14~ [15~ [17~ [18~ [19~ [20~ [21~",
}
# Up, Down, Right, Left, Home, End, Ins, Del, PgUp, PgDn.
EDITING_KEYS = {
    "xterm": "[A [B [C [D [H [F [2~ [3~ [5~ [6~",
    "xterm, application cursor": "OA OB OC OD OH OF [2~ [3~ [5~ [6~",
    "PuTTY, tmux, screen, Linux": "[A [B [C [D [1~ [4~ [2~ [3~ [5~ [6~",
    "PuTTY rxvt": "[A [B [C [D [H Ow [2~ [3~ [5~ [6~",
    "rxvt": "[A [B [C [D [7~ [8~ [2~ [3~ [5~ [6~",
    # PuTTY's SCO Del is a plain DEL: it deletes as Backspace does.
    "PuTTY SCO": "[A [B [C [D [H [F [L [3~ [I [G",
}


@pytest.mark.parametrize("terminal", FUNCTION_KEYS)
def test_every_terminal_s_function_keys_arrive(terminal):
    expected = ["f1", "f2", "f3", "f4", "f5", "f6", "f7", "f8", "f9", "f10"]
    sequences = FUNCTION_KEYS[terminal].split()
    assert [typed(f"\x1b{rest}") for rest in sequences] == [[key] for key in expected]
    assert typed(*(f"\x1b{rest}" for rest in sequences)) == expected
    assert typed("".join(f"\x1b{rest}" for rest in sequences)) == expected


@pytest.mark.parametrize("terminal", EDITING_KEYS)
def test_every_terminal_s_arrows_and_editing_keys_arrive(terminal):
    expected = ["up", "down", "right", "left", "home", "end"]
    expected += ["insert", "delete", "pageup", "pagedown"]
    sequences = EDITING_KEYS[terminal].split()
    assert typed("".join(f"\x1b{rest}" for rest in sequences)) == expected


def test_both_backspaces_and_the_keypad_s_enter_arrive():
    assert typed("\x08", "\x7f", "\x1bOM") == ["backspace", "backspace", "enter"]


@pytest.mark.parametrize("letter", "pqrstuvxyjklmno")
def test_a_keypad_in_application_mode_marks_no_child(letter):
    # Some terminals send these for F5 to F10.
    assert typed(f"\x1bO{letter}") == []


@pytest.mark.parametrize(
    "sequence",
    [
        "[1;2P",  # Shift+F1, xterm
        "[23~",  # F11, and PuTTY's Shift+F1
        "[24~",
        "O[",  # F12, PuTTY VT100+
        "[W",  # F11, PuTTY SCO
        "[1;5A",  # Ctrl+Up
        "Oa",  # Ctrl+Up, rxvt
        "[3;2~",  # Shift+Del
        "[27;5;9~",  # Ctrl+Tab, modifyOtherKeys
    ],
)
def test_a_key_that_no_screen_may_use_does_nothing(sequence):
    assert typed(f"\x1b{sequence}") == []
    assert typed(f"\x1b{sequence}a") == ["a"]


@pytest.mark.parametrize(
    "noise",
    [
        "\x1b[48;9999;9999;0;0t",
        "\x1b[9999999999;1u",
        "\x1b[<0;10;10M",
        "\x1b[?2026;2$y",
        "\x1b[?1;2c",
        "\x1b[24;80R",
        "\x1b]11;rgb:0000/0000/0000\x07",
        "\x1bP>|xterm(370)\x1b\\",
        "\x1b[" + "9;" * 40 + "u",
        "\x1bf",
        "\x9b",
        "\x11",  # Ctrl+Q
        "\x03",
        "\n",
    ],
)
def test_what_terminals_say_by_themselves_is_not_typed(noise):
    assert typed(noise + "a") == ["a"] or typed(noise, "a") == ["a"]


def test_where_the_cursor_is_is_an_answer_and_no_key():
    keyboard = Keyboard()
    assert list(keyboard.feed("\x1b[2;5R\x1b[24")) == [Position(2, 5)]
    assert list(keyboard.feed(";80R")) == [Position(24, 80)]


def test_a_character_ends_the_sequence_it_broke():
    assert typed("\x1b[1\u674e") == ["李"]


def test_a_lone_escape_waits_for_the_rest_and_then_is_a_key():
    keyboard = Keyboard()
    assert list(keyboard.feed("\x1b")) == []
    assert keyboard.patience == 0.3
    assert [e.key for e in keyboard.lapse() if isinstance(e, Key)] == ["escape"]
    assert keyboard.patience is None


def test_escape_and_the_next_key_in_packets_of_their_own_are_two_keys():
    assert typed("\x1b", "1") == ["escape", "1"]


def test_escape_twice_and_an_arrow_in_one_packet():
    assert typed("\x1b\x1b[B") == ["escape", "down"]


def test_a_committed_name_arrives_a_character_at_a_time():
    assert typed("李秀英") == ["李", "秀", "英"]
    assert characters("李秀英", verbatim=True) == "李秀英"


def test_full_width_digits_and_letters_are_plain_keys():
    assert typed("１ａＺ\u3000") == ["1", "a", "Z", "space"]
    assert characters("１ａＺ", verbatim=False) == "1aZ"


def test_a_text_field_gets_the_full_width_character_as_typed():
    assert characters("Ａ１", verbatim=True) == "Ａ１"


def test_chinese_punctuation_and_compatibility_ideographs_are_never_folded():
    assert characters("，（豈", verbatim=False) == "，（豈"


@settings(max_examples=300, deadline=None)
@given(st.lists(st.text(st.sampled_from("\x1b[]O0129;~PABu\x07\\\x9cM李a\r"), min_size=1)))
def test_no_packets_at_all_break_it_and_it_always_comes_back(packets):
    keyboard = Keyboard()
    for packet in packets:
        list(keyboard.feed(packet))
    list(keyboard.lapse())
    assert [e.key for e in keyboard.feed("z") if isinstance(e, Key)] == ["z"]
    assert keyboard.patience is None
