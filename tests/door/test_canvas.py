"""The canvas and its cells: what a terminal emulator shows is what was meant."""

import pyte
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.segment import Segment
from rich.style import Style

from tests.door.emulators import seen
from tui.door.canvas import CLEAR, Canvas
from tui.door.cells import Row, pen_of
from tui.ruler import NARROW

WIDTH, HEIGHT = 24, 4
STYLES = [
    None,
    Style.parse("red"),
    Style.parse("bold bright_white on blue"),
    Style.parse("reverse"),
    Style.parse("underline green"),
    Style.parse("bold"),
    Style.parse("italic magenta"),
    Style.parse("strike"),
    Style.parse("#ff0000 on #00ff00"),
]
texts = st.text(st.sampled_from("ab   C李秀英·，─é"), min_size=1, max_size=12)
pieces = st.lists(
    st.tuples(
        st.integers(0, HEIGHT - 1),
        st.integers(0, WIDTH - 1),
        st.lists(st.tuples(texts, st.sampled_from(STYLES)), min_size=1, max_size=3),
        st.integers(1, WIDTH),
    ),
    min_size=1,
    max_size=4,
)


@settings(max_examples=150, deadline=None)
@given(st.lists(pieces, min_size=1, max_size=6))
def test_any_run_of_changes_leaves_what_a_full_repaint_would(frames):
    screen = pyte.Screen(WIDTH, HEIGHT)
    stream = pyte.Stream(screen)
    canvas = Canvas(WIDTH, HEIGHT)
    for frame in frames:
        rows: dict[int, Row] = {}
        for y, x, words, length in frame:
            row = rows.setdefault(y, canvas.row(y))
            row.lay([Segment(t, s) for t, s in words], x, x + length)
        stream.feed(canvas.change(rows))
        whole = pyte.Screen(WIDTH, HEIGHT)
        full = pyte.Stream(whole)
        full.feed(CLEAR)
        for y in range(HEIGHT):
            row = canvas.row(y)
            for x, (text, pen) in enumerate(zip(row.texts, row.pens, strict=True)):
                if text:
                    full.feed(f"\x1b[{y + 1};{x + 1}H\x1b[0;{pen or 0}m{text}\x1b[m")
        assert [seen(screen, y) for y in range(HEIGHT)] == [
            seen(whole, y) for y in range(HEIGHT)
        ]


def test_the_same_frame_again_sends_nothing():
    canvas = Canvas(WIDTH, HEIGHT)
    row = canvas.row(1)
    row.lay([Segment("李秀英", Style.parse("red"))], 0, WIDTH)
    assert canvas.change({1: row.copy()}) != ""
    assert canvas.change({1: row.copy()}) == ""


def test_one_cell_that_changes_sends_one_jump_and_one_character():
    canvas = Canvas(WIDTH, HEIGHT)
    row = canvas.row(2)
    row.lay([Segment(">")], 0, 1)
    assert canvas.change({2: row}) == "\x1b[3H>"


@pytest.mark.parametrize(
    ("laid", "expected"),
    [
        ("\x05", "?"),  # ENQ: PuTTY would type its answerback
        ("\x1b[2J", "?[2J"),
        ("\x9b2J", "?2J"),
        ("\x07\x08\r\n\t", "?????"),
        ("\u202e", "?"),
        ("\u2066\u2069", "??"),
        ("\u200b\u200d\ufeff\u00ad", "????"),
        ("\u2028\u2029", "??"),
        ("\ud800", "?"),
        ("\U000e0041", "?"),
        ("a\u00a0b", "a b"),
        ("葛\U000e0100", "葛"),
        ("e\u0301", "e\u0301"),
        ("e" + "\u0301" * 50, "e\u0301\u0301"),
        ("\u0301a", "a"),
        ("𠮷", "𠮷"),
        ("[/]", "[/]"),
    ],
)
def test_what_could_act_on_a_terminal_never_leaves(laid, expected):
    row = Row.blank(20)
    row.lay([Segment(laid)], 0, 20)
    assert "".join(row.texts).rstrip() == expected


def test_a_link_and_its_address_are_not_sent():
    row = Row.blank(4)
    row.lay([Segment("张三", Style(link="http://x/\x1b]52;c;"))], 0, 4)
    assert (row.texts, set(row.pens)) == (["张", "", "三", ""], {""})


@pytest.mark.parametrize(
    ("style", "pen"),
    [
        ("default on default", ""),
        ("red", "31"),
        ("bright_red", "91"),
        ("white on blue", "37;44"),
        ("on bright_black", "100"),
        ("bold dim italic underline reverse strike", "1;2;3;4;7;9"),
        ("blink", ""),
        ("#ff0000", "31"),
        ("not bold", ""),
    ],
)
def test_a_style_travels_in_sixteen_colours(style, pen):
    assert pen_of(Style.parse(style)) == pen


@pytest.mark.parametrize(
    ("start", "stop", "expected"),
    [
        (0, 1, ["x", " ", "秀", ""]),  # the right half of 李 is blanked
        (1, 2, [" ", "x", "秀", ""]),  # and its left half
        (1, 3, [" ", "x", " ", " "]),  # both neighbours are cut
    ],
)
def test_a_wide_character_cut_in_two_is_blanked(start, stop, expected):
    row = Row.blank(4)
    row.lay([Segment("李秀")], 0, 4)
    row.lay([Segment("x")], start, stop)
    assert row.texts == expected


def test_a_wide_character_without_room_is_a_blank():
    row = Row.blank(4)
    row.lay([Segment("ab李")], 0, 3)
    assert row.texts == ["a", "b", " ", " "]


def test_widths_are_those_textual_lays_out_by():
    assert [NARROW.shown(c)[1] for c in "a李，·─"] == [1, 2, 2, 1, 1]


def test_blanks_are_sent_with_whatever_pen_is_in_hand_unless_it_would_show():
    canvas = Canvas(WIDTH, HEIGHT)
    row = canvas.row(0)
    row.lay([Segment("ab cd  ", Style.parse("bold red"))], 0, WIDTH)
    assert canvas.change({0: row}) == "\x1b[H\x1b[1;31mab cd\x1b[m"
    row = canvas.row(1)
    row.lay([Segment("ab c ", Style.parse("on blue"))], 0, WIDTH)
    assert canvas.change({1: row}) == "\x1b[2H\x1b[44mab c \x1b[m"


def test_after_a_character_that_terminals_disagree_about_the_cursor_is_placed():
    canvas = Canvas(WIDTH, HEIGHT)
    row = canvas.row(0)
    row.lay([Segment("买·买é|─│|")], 0, WIDTH)
    assert canvas.change({0: row}) == "\x1b[H买·\x1b[4G买é\x1b[7G|─│|"


def test_a_row_is_shown_again_whatever_was_printed_over_it():
    canvas = Canvas(WIDTH, HEIGHT)
    screen = pyte.Screen(WIDTH, HEIGHT)
    stream = pyte.Stream(screen)
    row = canvas.row(1)
    row.lay([Segment("李秀英", Style.parse("red"))], 3, WIDTH)
    stream.feed(canvas.change({1: row}))
    before = seen(screen, 1)
    stream.feed("\x1b[2H││garbage to the very end of it all")
    assert seen(screen, 1) != before
    stream.feed(canvas.again(1))
    assert seen(screen, 1) == before
    assert canvas.change({1: canvas.row(1)}) == ""
