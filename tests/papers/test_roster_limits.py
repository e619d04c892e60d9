"""The limits of a workbook at their edges, and the child that outlives none of them."""

import io
import subprocess
import zipfile
from contextlib import closing
from pathlib import Path

import pytest

from core.papers import roster_in, roster_sheet
from core.papers.roster_in import rows_of
from core.papers.roster_sheet import Unreadable
from core.rules.roster_record import RosterUnreadable
from tests.papers import hostile


def archive(entries: int, size: int = 0) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as book:
        for number in range(entries):
            book.writestr(str(number), b"" if number else b"\0" * size)
    return made.getvalue()


def weighed(data: bytes) -> str:
    try:
        roster_sheet._weigh(data)
    except Unreadable as why:
        return str(why)
    return "taken"


def test_a_workbook_may_have_200_entries() -> None:
    assert weighed(archive(199)) == "taken"
    assert weighed(archive(200)) == "taken"
    assert weighed(archive(201)) == "bomb"


def test_a_workbook_may_unpack_to_100_times_its_size() -> None:
    data = archive(1, 1000)
    whole = len(data) * 100
    assert weighed(hostile.declaring(data, whole - 1)) == "taken"
    assert weighed(hostile.declaring(data, whole)) == "taken"
    assert weighed(hostile.declaring(data, whole + 1)) == "bomb"


def test_a_workbook_may_unpack_to_200_megabytes() -> None:
    data = archive(1, 3 * 2**20)
    whole = 200 * 2**20
    assert weighed(hostile.declaring(data, whole - 1)) == "taken"
    assert weighed(hostile.declaring(data, whole)) == "taken"
    assert weighed(hostile.declaring(data, whole + 1)) == "bomb"


def test_a_file_may_have_10_megabytes() -> None:
    whole = 10 * 2**20
    cells = b"a" * 100 + b"\n"
    for size, sentence in (
        (whole - 1, "25000行"),
        (whole, "25000行"),
        (whole + 1, "10 MB"),
    ):
        data = (cells * (size // len(cells) + 1))[:size]
        with pytest.raises(RosterUnreadable, match=sentence):
            tuple(rows_of(data))


@pytest.mark.parametrize(("rows", "is_taken"), [(24_999, 1), (25_000, 1), (25_001, 0)])
def test_a_roster_may_have_25_000_rows(rows: int, is_taken: int) -> None:
    data = "姓名,班级\n".encode() + b"a,b\n" * (rows - 1)
    if is_taken:
        assert len(tuple(rows_of(data))) == rows
    else:
        with pytest.raises(RosterUnreadable, match="25000行"):
            tuple(rows_of(data))


@pytest.mark.parametrize(("columns", "is_taken"), [(199, 1), (200, 1), (201, 0)])
def test_a_roster_may_have_200_columns(columns: int, is_taken: int) -> None:
    row = ["姓名", *["x"] * (columns - 1)]
    for data in (hostile.workbook([row]), ",".join(row).encode()):
        if is_taken:
            assert [len(cells) for cells in rows_of(data)] == [columns]
        else:
            with pytest.raises(RosterUnreadable, match="200列"):
                tuple(rows_of(data))


def test_a_control_character_in_one_cell_costs_that_row_only() -> None:
    found = tuple(rows_of("姓名,班级\n张\x05三,三(1)班\n".encode()))
    assert found[1] == ("张\x05三", "三(1)班")


def test_a_cell_merged_downwards_says_the_same_in_every_row(tmp_path: Path) -> None:
    import xlsxwriter  # noqa: PLC0415 - only this test merges

    path = tmp_path / "merged.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet()
        sheet.merge_range(0, 1, 0, 3, "学生名册")
        sheet.write_row(1, 1, ["班级", "姓名", "性别"])
        sheet.merge_range(2, 1, 3, 1, "三(1)班")
        sheet.write_row(2, 2, ["张三", "男"])
        sheet.write_row(3, 2, ["李英", "女"])
    assert tuple(rows_of(path.read_bytes())) == (
        ("学生名册",),
        ("班级", "姓名", "性别"),
        ("三(1)班", "张三", "男"),
        ("三(1)班", "李英", "女"),
    )


def played_by(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, program: str) -> None:
    """Let another program play the child."""
    path = tmp_path / "child.py"
    path.write_text(f"import sys; sys.stdin.buffer.read()\n{program}", "utf-8")
    monkeypatch.setattr(roster_sheet, "__file__", str(path))


@pytest.mark.parametrize(
    "program",
    [
        "",
        "raise SystemExit(1)",
        "import os; os.abort()",
        # A child that dies in the middle, or miscounts, has not told everything.
        "print('[1]')",
        "print('[1]'); print('{\"rows\": 2}')",
        # Half a line, and a line that is no row.
        "sys.stdout.write('[1')",
        "print('[')",
        'print(\'{"rows": "many"}\')',
        # One that says all it has to say, and says too much.
        "for _ in range(1000): print('[' + '1,' * 1000 + '1]')\nprint('{\"rows\": 1000}')",
        # One that never stops talking, in lines or in one line.
        "while True: print('[' + '1,' * 1000 + '1]')",
        "while True: sys.stdout.write('[' * 4096)",
    ],
)
def test_a_child_that_does_not_finish_its_answer_is_not_believed(
    program: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    played_by(monkeypatch, tmp_path, program)
    monkeypatch.setattr(roster_in, "ANSWER_BYTES", 1_000_000)
    with pytest.raises(RosterUnreadable, match="不能读取"):
        tuple(rows_of(b"x"))


def test_a_child_that_dies_before_it_has_listened_is_not_believed(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    path = tmp_path / "child.py"
    path.write_text("", "utf-8")
    monkeypatch.setattr(roster_sheet, "__file__", str(path))
    with pytest.raises(RosterUnreadable, match="不能读取"):
        tuple(rows_of(b"x" * 1_000_000))


def test_a_child_that_never_answers_is_ended(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    played_by(monkeypatch, tmp_path, "import time; time.sleep(100)")
    monkeypatch.setattr(roster_in, "WALL_SECONDS", 0.3)
    with pytest.raises(RosterUnreadable, match="不能读取"):
        tuple(rows_of(b"x"))


def test_who_stops_reading_ends_the_child(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    played_by(monkeypatch, tmp_path, "while True: print('[1]')")
    started: list[subprocess.Popen[bytes]] = []
    start = roster_in._start

    def remember(data: bytes) -> "subprocess.Popen[bytes]":
        started.append(start(data))
        return started[-1]

    monkeypatch.setattr(roster_in, "_start", remember)
    with closing(rows_of(b"x")) as rows:
        assert next(rows) == (1,)
    assert started[0].poll() == -9


def test_the_child_learns_nothing_of_the_environment(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("BAOXUE_DSN", "postgresql://somewhere")
    program = "import os; print('{\"rows\": 0}' if 'BAOXUE_DSN' not in os.environ else '')"
    played_by(monkeypatch, tmp_path, program)
    assert tuple(rows_of(b"x")) == ()
