import pytest
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


def test_a_date_or_a_number_is_not_torn_where_a_line_has_room_for_it():
    assert wrapped("自2026-11-19 08:00起未到校", 20) == ("自2026-11-19 08:00起", "未到校")
    assert wrapped("起止自2026-11-19起", 12) == ("起止自", "2026-11-19起")
    assert wrapped("起止时间自2026-11-19起", 20) == ("起止时间自2026-11-19", "起")
    assert wrapped("起止时间为自2026-11-19起", 20) == ("起止时间为自", "2026-11-19起")
    assert wrapped("x" * 9, 4) == ("xxxx", "xxxx", "x")


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


@pytest.mark.parametrize(
    ("share", "plain", "full"),
    [
        (-1.0, "[--------]", "░░░░░░░░░░"),
        (0.0, "[--------]", "░░░░░░░░░░"),
        (0.04, "[--------]", "░░░░░░░░░░"),
        (0.05, "[--------]", "▌░░░░░░░░░"),
        (0.1, "[--------]", "█░░░░░░░░░"),
        (0.5, "[####----]", "█████░░░░░"),
        (0.99, "[#######-]", "█████████▌"),
        (1.0, "[########]", "██████████"),
        (7.5, "[########]", "██████████"),
    ],
)
def test_a_bar_is_as_wide_as_asked_and_never_full_too_soon(share, plain, full):
    assert PLAIN.bar(share, 10) == plain
    assert FULL.bar(share, 10) == full


def luminance(colour: tuple[int, int, int]) -> float:
    """Relative luminance, as WCAG 2 defines it."""
    parts = [c / 255 for c in colour]
    parts = [c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]


def contrast(one: tuple[int, int, int], other: tuple[int, int, int]) -> float:
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


# PuTTY's own palette.
PALETTE = {
    "black": (0, 0, 0),
    "red": (187, 0, 0),
    "green": (0, 187, 0),
    "yellow": (187, 187, 0),
    "blue": (0, 0, 187),
    "magenta": (187, 0, 187),
    "cyan": (0, 187, 187),
    "white": (187, 187, 187),
}


def test_letters_are_readable_on_a_black_and_on_a_white_background():
    for tone in Tone:
        style = FULL.style(tone)
        if style.color is None or style.color.name == "default":
            continue
        letters = PALETTE[style.color.name]
        grounds = [(0, 0, 0), (255, 255, 255)]
        if style.bgcolor is not None and style.bgcolor.name != "default":
            grounds = [PALETTE[style.bgcolor.name]]
        for ground in grounds:
            assert contrast(letters, ground) >= 2.5, tone
