"""What the clients of `bench load` look at, and that they miss a key that is lost."""

import random

import pyte

from tui.cli import bench_teacher
from tui.cli.bench_picture import Picture
from tui.cli.bench_teacher import Teacher
from tui.door.canvas import CLEAR, Canvas
from tui.door.driver import ENTER
from tui.door.probe import FIRST

WORDS = ("点名 一年级1班 应到50", "> 1缺 张三", "F9提交", "  ", "阿卜杜拉·买买提", "x")


def frames(canvas: Canvas, dice: random.Random) -> str:
    """What the door sends for twenty changes of two rows each."""
    sent = ""
    for _ in range(20):
        rows = {}
        for y in dice.sample(range(canvas.height), 2):
            rows[y] = canvas.row(y)
            text = dice.choice(WORDS) + dice.choice(WORDS)
            start = dice.randrange(20)
            rows[y].lay([(text, None, None)], start, canvas.width)
        sent += canvas.change(rows)
    return sent


def shown_in(screen: pyte.Screen, y: int) -> str:
    """The texts of an emulator's row; the right half of a wide character has none."""
    return "".join(screen.buffer[y][x].data for x in range(screen.columns))


def test_a_client_sees_what_an_emulator_shows_however_the_bytes_are_cut():
    dice = random.Random(7)  # noqa: S311 -- the same cuts every time
    picture, screen = Picture(80, 24), pyte.Screen(80, 24)
    stream = pyte.ByteStream(screen)
    sent = ENTER + FIRST.decode() + CLEAR + frames(Canvas(80, 24), dice)
    data = sent.encode()
    while data:
        size = dice.randrange(1, 9)
        picture.take(data[:size])
        stream.feed(data[:size])
        data = data[size:]
        assert picture.rows[:2] == [shown_in(screen, y) for y in (0, 1)]
    assert picture.rows == [shown_in(screen, y) for y in range(24)]
    assert sum(bool(row.strip()) for row in picture.rows) > 12


class Deaf:
    """A channel at whose other end nobody is."""

    def write(self, data: bytes) -> None:
        del data


async def test_a_key_that_changes_nothing_on_the_screen_is_unanswered(monkeypatch):
    monkeypatch.setattr(bench_teacher, "_PATIENCE", 0.01)
    teacher = Teacher()
    teacher.connection_made(Deaf())
    (answer,) = await teacher.opens()
    assert answer.seconds is None
    # What comes of something else is no answer either.
    monkeypatch.setattr(Deaf, "write", lambda *_: teacher.data_received(b"\x1b[24Hx", None))
    (answer,) = await teacher.opens()
    assert answer.seconds is None


async def test_a_roll_that_is_told_why_it_was_not_taken_is_submitted_again(monkeypatch):
    monkeypatch.setattr(bench_teacher, "_READS", 0)
    teacher = Teacher()
    answers = ["\x1b[H 点名 一年级1班 应到50\x1b[23H 数据库正忙，请再按F9。", CLEAR + HOME]

    class Door:
        def write(self, data: bytes) -> None:
            assert data == b"\x1b[20~"
            teacher.data_received(answers.pop(0).encode(), None)

    teacher.connection_made(Door())
    (answer,) = await teacher.submits()
    assert (answer.seconds is not None, teacher.again, answers) == (True, 1, [])


HOME = "\x1b[H 保学  李秀英 班主任\x1b[22H 今日点名 已点1 逾时未点0"
