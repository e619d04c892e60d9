"""A roster understood by a process of its own: the same children, and nothing left behind."""

import asyncio
from datetime import date
from pathlib import Path

import pytest

from core.papers import roster_reading
from core.papers.roster_reading import Order, ReadingFailed, Understood, understand
from core.rules.class_label import Grades, grades_of
from core.rules.place import SchoolKind
from core.rules.roster_record import RosterUnreadable
from tests.papers import hostile

DATA = Path(__file__).parents[1] / "data"
DAY = date(2026, 11, 23)
RIVER = Order(
    school_code="2199010002", grades=grades_of(SchoolKind.PRIMARY, "6-3"), day=DAY
)
NINE_YEAR = Order(school_code="3199010001", grades=Grades(first=1, last=9), day=DAY)
HEADS = "姓名,性别,出生日期,班级\n"


async def read(data: bytes, order: Order = RIVER) -> Understood:
    return await understand(data, order, lambda _: None)


async def test_the_process_says_every_child_and_every_fault() -> None:
    told: list[int] = []
    data = (DATA / "roster-messy.xlsx").read_bytes()
    found = await understand(data, RIVER, told.append)
    reading = found.reading
    assert (len(reading.rows), len(reading.refused), len(reading.warned)) == (135, 6, 1)
    assert [fault.row_number for fault in reading.refused] == [11, 23, 35, 47, 75, 87]
    assert len(reading.refused_pupils) == 3
    assert told == sorted(told)
    assert told[-1] == 135
    typed = {
        row.pupil.name: pinyin.initials
        for row, pinyin in zip(reading.rows, found.pinyin, strict=True)
    }
    # Surnames are read as surnames are: xiè, zēng; other readings can be typed as well.
    assert typed["曾然艳"] == ("zry",)
    assert typed["解芳诺"] == ("xfn", "jfn")


async def test_a_roster_of_many_pieces_is_whole_and_in_its_order() -> None:
    data = (DATA / "roster-national.xlsx").read_bytes()
    rows = (await read(data, NINE_YEAR)).reading.rows
    assert [row.row_number for row in rows] == list(range(2, 674))


async def test_a_number_is_taken_once_however_far_apart_its_rows_stand() -> None:
    child = "张三,男,2018-03-04,三(1)班,G990101201803040012\n"
    others = "".join(f"李{n:03},女,2018-03-04,三(1)班,\n" for n in range(250))
    data = f"{HEADS.strip()},学籍号\n{child}{others}{child}".encode()
    reading = (await read(data)).reading
    assert len(reading.rows) == 251
    assert [(fault.row_number, fault.reason) for fault in reading.refused] == [
        (253, "与第2行的学籍号相同，只收第2行，请核对。")
    ]


async def test_a_head_that_stands_twice_is_told_once() -> None:
    line = "张三,男,2018-03-04,三(1)班,甲\n"
    found = await read(f"{HEADS.strip()},姓名\n{line}{line}".encode())
    assert found.reading.unread == ("姓名",)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "空"),
        (hostile.xls([["姓名"]], locked=True), "密码"),
        (b"x" * (10 * 2**20 + 1), "10 MB"),
        ("甲,乙\n1,2\n".encode(), "没有找到含“姓名”的表头"),
        ("姓名,性别,出生日期\n张三,男,2018-03-04\n".encode(), "班级"),
        # What is wrong with the whole file goes before what is wrong with its heads.
        ("甲,乙\n".encode() * 25_001, "25000行"),
        (HEADS.encode() + b"a,b,c,d\n" * 25_001, "25000行"),
    ],
)
async def test_what_cannot_be_taken_gets_one_sentence(data: bytes, words: str) -> None:
    with pytest.raises(RosterUnreadable, match=words):
        await read(data)


def played_by(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, program: str) -> None:
    """Let another program play the process."""
    folder = tmp_path / "core" / "papers"
    folder.mkdir(parents=True)
    (folder / "roster_reading.py").write_text(
        f"import os, signal, subprocess, sys, time\n{program}", "utf-8"
    )
    monkeypatch.setattr(roster_reading, "_ROOT", tmp_path)


@pytest.mark.parametrize(
    ("program", "refusal"),
    [
        # A fault of ours is loud; a limit that ends it is about the file.
        ("sys.exit(1)", ReadingFailed),
        ("", ReadingFailed),
        ("sys.stdin.read(); sys.exit(1)", ReadingFailed),
        ("print('{\"pieces\": 1}')", ReadingFailed),
        ("os.kill(os.getpid(), signal.SIGXCPU)", RosterUnreadable),
        ("sys.stdin.read(); os.abort()", RosterUnreadable),
    ],
)
async def test_a_process_that_does_not_finish_its_answer_is_not_believed(
    program: str,
    refusal: type[Exception],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    played_by(monkeypatch, tmp_path, program)
    with pytest.raises(refusal):
        await read(b"x" * 1_000_000)


async def test_a_process_that_never_answers_is_ended(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    played_by(monkeypatch, tmp_path, "time.sleep(100)")
    monkeypatch.setattr(roster_reading, "WALL_SECONDS", 0.3)
    with pytest.raises(RosterUnreadable, match="不能读取"):
        await read(b"x")


async def test_who_stops_waiting_ends_the_process_and_its_child(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    noted = tmp_path / "pids"
    program = f"""
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(100)"])
with open({str(noted)!r}, "w") as out:
    out.write(f"{{os.getpid()}} {{child.pid}} .")
time.sleep(100)
"""
    played_by(monkeypatch, tmp_path, program)
    reading = asyncio.create_task(read(b"x"))
    while not (noted.exists() and noted.read_text().endswith(".")):
        await asyncio.sleep(0.01)
    reading.cancel()
    with pytest.raises(asyncio.CancelledError):
        await reading
    for pid in noted.read_text().split()[:2]:
        # A child whose parent is gone is reaped by somebody else, a moment later.
        while Path(f"/proc/{pid}/status").exists() and not is_dead(pid):
            await asyncio.sleep(0.01)


def is_dead(pid: str) -> bool:
    try:
        return "State:\tZ" in Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return True


async def test_the_process_learns_nothing_of_the_environment(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("BAOXUE_DSN", "postgresql://somewhere")
    program = "print('{\"pieces\": 0}' if 'BAOXUE_DSN' not in os.environ else '')"
    played_by(monkeypatch, tmp_path, program)
    assert (await read(b"x")).reading.rows == ()
