"""The questions to a terminal: every make of it is known by its answers."""

import codecs

import pyte
import pytest

from core.rules.terminal import Encoding, Measured, Width
from tests.door.emulators import WideScreen
from tui.door.keys import Position
from tui.door.probe import FIRST, GBK_LINE, Probe

UTF8, GBK, ONE, TWO = Encoding.UTF8, Encoding.GBK, Width.ONE, Width.TWO


def asked(screen: pyte.Screen, codec: str, *, spoilt: bool = False) -> Probe:
    """Put the questions to an emulator until it is asked nothing more."""
    probe = Probe()
    said: list[str] = []
    screen.write_process_input = said.append
    stream, decoder = pyte.Stream(screen), codecs.getincrementaldecoder(codec)("replace")
    question = FIRST
    while question:
        stream.feed(decoder.decode(question))
        answers, said[:] = [*said], []
        question = b""
        for answer in answers:
            row, column = answer.removeprefix("\x1b[").removesuffix("R").split(";")
            question += probe.answer(Position(int(row), int(column)))
    return probe


@pytest.mark.parametrize(
    ("screen", "codec", "measured"),
    [
        (pyte.Screen, "utf-8", (UTF8, ONE)),
        (WideScreen, "utf-8", (UTF8, TWO)),
        (pyte.Screen, "gbk", (GBK, ONE)),
        (WideScreen, "gbk", (GBK, TWO)),
        (pyte.Screen, "gb18030", (GBK, ONE)),
    ],
)
def test_each_make_of_terminal_is_known_by_where_its_cursor_stands(screen, codec, measured):
    probe = asked(screen(80, 24), codec)
    assert probe.measured == Measured(encoding=measured[0], width=measured[1])


@pytest.mark.parametrize("codec", ["utf-8", "gbk"])
def test_nothing_of_the_first_questions_stays_on_the_screen(codec):
    screen = pyte.Screen(80, 24)
    asked(screen, codec)
    rows = [0, 2, *range(3, 24)] + ([1] if codec == "utf-8" else [])
    assert all(not screen.display[row].strip() for row in rows)


@pytest.mark.parametrize("question", [FIRST, GBK_LINE])
def test_a_question_holds_nothing_but_text_and_its_own_sequences(question):
    text = question.decode("gbk")
    for own in ("\x1b[2H", "\x1b[6n", "\x1b[2K"):
        text = text.replace(own, "")
    assert text.isprintable()
    # Read as GBK nothing of a sequence is swallowed by half a character before it.
    assert "\ufffd" not in question.decode("gbk", "replace")


@pytest.mark.parametrize(
    "answers",
    [
        [(2, 3), (2, 3)],  # a terminal that gives 张 one cell
        [(2, 5), (2, 4)],
        [(1, 5), (1, 3)],  # Shift+F3 of xterm is such a report
        [(2, 5)],
    ],
)
def test_answers_that_make_no_sense_measure_nothing(answers):
    probe = Probe()
    assert [probe.answer(Position(*each)) for each in answers] == [b""] * len(answers)
    assert probe.measured is None


def test_what_was_measured_once_stays():
    probe = Probe()
    for column in (5, 3, 7, 7, 3):
        assert probe.answer(Position(2, column)) == b""
    assert probe.measured == Measured(encoding=UTF8, width=ONE)
