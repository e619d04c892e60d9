"""How a terminal is drawn: as chosen, else as measured, else as is safe everywhere."""

import pytest

from core.rules.terminal import (
    Colour,
    Display,
    Encoding,
    Frames,
    Measured,
    Remembered,
    Wanted,
    Width,
    answers,
    client_name,
    display,
)

UTF8, GBK, ONE, TWO = Encoding.UTF8, Encoding.GBK, Width.ONE, Width.TWO
FULL, PLAIN, ON, OFF = Frames.FULL, Frames.PLAIN, Colour.ON, Colour.OFF


def drawn(calls_itself="xterm", measured=None, **wanted) -> tuple[object, ...]:
    answered = (
        None if measured is None else Measured(encoding=measured[0], width=measured[1])
    )
    kept = Remembered(wanted=Wanted(**wanted), measured=answered)
    shown = display(calls_itself, kept)
    assert isinstance(shown, Display)
    return (shown.encoding, shown.width, shown.frames, shown.colour)


@pytest.mark.parametrize(
    ("measured", "expected"),
    [
        (None, (UTF8, ONE, PLAIN, ON)),
        ((UTF8, ONE), (UTF8, ONE, FULL, ON)),
        ((UTF8, TWO), (UTF8, TWO, PLAIN, ON)),
        ((GBK, ONE), (GBK, ONE, PLAIN, ON)),
        ((GBK, TWO), (GBK, TWO, PLAIN, ON)),
    ],
)
def test_lines_are_drawn_only_where_a_line_is_one_cell_and_the_terminal_said_so(
    measured, expected
):
    assert drawn(measured=measured) == expected


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        ({"width": TWO}, (UTF8, TWO, PLAIN, ON)),
        # Nothing would stand in its place.
        ({"width": TWO, "frames": FULL}, (UTF8, TWO, PLAIN, ON)),
        ({"frames": PLAIN}, (UTF8, ONE, PLAIN, ON)),
        ({"colour": OFF}, (UTF8, ONE, FULL, OFF)),
    ],
)
def test_what_a_person_chose_goes_before_what_was_measured(wanted, expected):
    assert drawn(measured=(UTF8, ONE), **wanted) == expected


@pytest.mark.parametrize(
    ("measured", "wanted", "encoding"),
    [
        (None, GBK, GBK),
        ((GBK, TWO), UTF8, UTF8),
        ((GBK, TWO), GBK, GBK),
        # It has shown that it reads UTF-8; nobody could read GBK there to choose again.
        ((UTF8, ONE), GBK, UTF8),
    ],
)
def test_an_encoding_may_be_chosen_unless_utf_8_has_been_proven(measured, wanted, encoding):
    assert drawn(measured=measured, encoding=wanted)[0] is encoding


def test_lines_may_be_chosen_for_gbk_where_one_takes_one_cell():
    assert drawn(measured=(GBK, ONE), frames=FULL) == (GBK, ONE, FULL, ON)


@pytest.mark.parametrize(
    ("calls_itself", "colour"),
    [
        ("xterm", ON),
        ("xterm-256color", ON),
        ("putty", ON),
        ("linux", ON),
        ("screen", ON),
        ("vt100", OFF),
        ("vt220-w", OFF),
        ("xterm-mono", OFF),
        ("dumb", OFF),
    ],
)
def test_a_terminal_that_never_had_a_colour_gets_none(calls_itself, colour):
    assert drawn(calls_itself)[3] is colour
    assert drawn(calls_itself, colour=ON)[3] is ON


@pytest.mark.parametrize(
    ("calls_itself", "asked"),
    [("xterm", True), ("vt100", True), ("dumb", False), ("", False)],
)
def test_only_what_can_answer_is_asked(calls_itself, asked):
    assert answers(calls_itself) is asked


@pytest.mark.parametrize(
    ("version", "calls_itself", "name"),
    [
        ("SSH-2.0-PuTTY_Release_0.78", "xterm", "PuTTY_Release_0.78 xterm"),
        ("", "", "-"),
        ("SSH-2.0-a\x1b[2J\u202e", "x\x05", "a[2J x"),
        ("x" * 98, "yz", "x" * 98 + " y"),
        ("x" * 99, "yz", "x" * 99),
        ("SSH-2.0-\ud800", "xterm", "xterm"),
    ],
)
def test_a_client_is_told_by_its_program_and_its_terminal_without_controls(
    version, calls_itself, name
):
    assert client_name(version, calls_itself) == name
