from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from tui.widgets.cells import fit, shown, wrapped
from tui.widgets.jump import Seeker, suits
from tui.widgets.style import FULL, PLAIN, Look, Tone
from tui.widgets.window import Window

names = st.text(st.characters(codec="utf-8"), max_size=12)


@given(names, st.integers(0, 30), st.booleans())
def test_a_fitted_text_is_exactly_as_wide_as_asked_and_harmless(text, cells, right):
    fitted = fit(text, cells, right=right)
    assert cell_len(fitted) == cells
    assert "\x1b" not in shown(text)
    assert "\n" not in fitted


@given(names, st.integers(2, 12))
def test_wrapped_text_loses_nothing_and_overflows_nowhere(text, cells):
    lines = wrapped(text, cells)
    assert "".join(lines) == shown(text.replace("\n", ""))
    assert all(sum(map(cell_len, line)) <= cells for line in lines)


def test_no_line_begins_with_a_closing_mark():
    assert wrapped("自11月19日起，未请假。", 10) == ("自11月19日", "起，未请", "假。")
    assert wrapped("自起未到校。", 10) == ("自起未到", "校。")
    # A run of marks longer than a line has nothing to take along.
    assert wrapped("）））", 4) == ("））", "）")


@given(st.integers(0, 60), st.integers(1, 25), st.lists(st.integers(-5, 70)))
def test_the_cursor_is_always_in_sight(rows, page, moves):
    window = Window()
    window.resize(rows, page)
    for row in moves:
        window.go(row)
        assert 0 <= window.at < max(1, rows)
        assert window.top <= window.at < window.top + page
        assert window.top <= max(0, rows - page)


def test_a_search_that_fits_nothing_leaves_the_cursor_and_begins_anew():
    seeker = Seeker()
    rows = ("cyt", "zds")

    def fits(row, typed):
        return suits(typed, (rows[row],), "")

    assert seeker.seek("q", 0, 2, fits) is None
    assert seeker.seek("z", 0, 2, fits) == 1
    assert seeker.seek("q", 1, 2, fits) is None
    assert seeker.seek("c", 1, 2, fits) == 0
    assert seeker.seek("c", 0, 0, fits) is None


def test_the_plain_look_has_no_colour_and_only_the_caret_is_reversed():
    for tone in Tone:
        style = PLAIN.style(tone)
        assert style.color is None
        assert style.bgcolor is None
        assert bool(style.reverse) is (tone is Tone.CARET)


def test_the_full_look_has_sixteen_colours_at_most():
    for tone in Tone:
        for colour in (FULL.style(tone).color, FULL.style(tone).bgcolor):
            assert colour is None or (colour.number or 0) < 16
    assert Look(frames=True).edge(9, "待办") == "┌─ 待办 ┐"
    assert Look().edge(8, "今日待办", top=True) == "+- 今日+"
    assert Look().edge(8, top=False) == "+------+"
