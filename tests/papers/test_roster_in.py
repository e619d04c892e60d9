"""Strangers' workbooks: the two rosters, what schools really send, and what enemies send."""

import json
import subprocess
import sys
from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from core.papers.roster_in import rows_of
from core.rules.class_label import Grades, grades_of
from core.rules.place import SchoolKind
from core.rules.roster import read_rows
from core.rules.roster_record import RosterUnreadable
from tests.papers import hostile

DATA = Path(__file__).parents[1] / "data"
DAY = date(2026, 11, 23)
TABLE = [["姓名", "班级"], ["张三", "三年级（1）班"]]
READ = (("姓名", "班级"), ("张三", "三年级（1）班"))
CSV = "姓名,班级\r\n张三,三年级（1）班\r\n"


def test_the_national_roster_is_taken_whole() -> None:
    cells = tuple(rows_of((DATA / "roster-national.xlsx").read_bytes()))
    found = read_rows(
        cells, school_code="3199010001", grades=Grades(first=1, last=9), day=DAY
    )
    assert (len(found.rows), found.refused, found.warned) == (672, (), ())
    assert Counter(row.pupil.class_key.label for row in found.rows) == {
        "2026级1班": 41,
        "2026级2班": 40,
        "2025级1班": 43,
        "2025级2班": 42,
        "2024级1班": 44,
        "2024级2班": 45,
        "2023级1班": 46,
        "2023级2班": 44,
        "2022级1班": 45,
        "2022级2班": 43,
        "2021级1班": 47,
        "2021级2班": 46,
        "2020级1班": 50,
        "2019级1班": 49,
        "2018级1班": 47,
    }
    pupils = [row.pupil for row in found.rows]
    assert sum(len(pupil.guardians) for pupil in pupils) == 672 + 301
    assert sum(pupil.boarder is True for pupil in pupils) == 209
    assert sum(pupil.identity is None for pupil in pupils) == 3
    kinds = Counter(group.kind.label for pupil in pupils for group in pupil.groups)
    assert kinds == {"留守": 149, "残疾": 12, "随班就读": 12, "孤儿": 7}


def test_the_messy_roster_names_its_seven_faults() -> None:
    cells = tuple(rows_of((DATA / "roster-messy.xlsx").read_bytes()))
    found = read_rows(
        cells,
        school_code="2199010002",
        grades=grades_of(SchoolKind.PRIMARY, "6-3"),
        day=DAY,
    )
    assert len(found.rows) == 135
    # The file of faults counts children; the heads stand in row 3.
    planted = (DATA / "roster-messy.faults.tsv").read_text("utf-8").splitlines()[1:]
    rows = [int(line.split("\t")[0]) + 3 for line in planted]
    assert rows == [11, 23, 35, 47, 61, 75, 87]
    assert [(fault.row_number, fault.column, fault.reason) for fault in found.refused] == [
        (11, "身份证号", "身份证号校验码不符，请核对。"),
        (23, "身份证号", "号码被存成数字，末几位已丢失，请将该列设为文本格式后重新填写。"),
        (35, "姓名", "姓名为空，请补填。"),
        (47, "身份证号", "与第4行的身份证件号相同，只收第4行，请核对。"),
        (75, "姓名", "含有不可见的控制字符，请删去后重填。"),
        (87, "姓名", "疑为公式，请填写姓名。"),
    ]
    assert [(fault.row_number, fault.column) for fault in found.warned] == [
        (61, "出生日期")
    ]
    labels = [key.label for key in found.classes]
    assert labels == [
        "2021级1班",
        "2022级1班",
        "2022级2班",
        "2023级1班",
        "2024级1班",
        "2025级1班",
        "2026级1班",
    ]


@pytest.mark.parametrize(
    "data",
    [
        hostile.workbook(TABLE),
        hostile.xls(TABLE),
        CSV.encode("utf-8-sig"),
        CSV.encode(),
        CSV.encode("gb18030"),
        CSV.replace(",", "\t").encode("utf-16"),
        '="姓名",="班级"\r\n="张三",="三年级（1）班"\r\n'.encode(),
        # The sheet of explanations before the roster, and one hidden behind it.
        hostile.workbook([["填表说明"]], TABLE),
        hostile.workbook(TABLE, TABLE, hidden=1),
    ],
    ids=[
        "xlsx",
        "xls",
        "utf-8-bom",
        "utf-8",
        "gb18030",
        "utf-16",
        "quoted",
        "second",
        "hidden",
    ],
)
def test_a_roster_is_read_in_whatever_form_it_comes(data: bytes) -> None:
    assert tuple(rows_of(data)) == READ


HOSTILE = {
    "empty": (b"", "空"),
    "blank": (b" \r\n", "空"),
    "random": (bytes(range(256)) * 40, "不是Excel工作簿"),
    "picture": (b"\x89PNG\r\n\x1a\n" + b"\0" * 100, "不是Excel工作簿"),
    "html": ("\ufeff <html><table><tr><td>姓名".encode(), "网页"),
    "zip of something else": (hostile.with_sheet(b"x")[:200], "不是Excel工作簿"),
    "broken sheet": (hostile.with_sheet(b"<worksheet><sheetData><row>"), "已损坏"),
    "ole of something else": (hostile.ole("WordDocument", b"x"), "不是Excel工作簿"),
    "password": (hostile.ole("EncryptedPackage", b"x"), "密码"),
    "xls password": (hostile.xls(TABLE, locked=True), "密码"),
    "zip bomb": (hostile.with_sheet(b" " * 8_000_000), "解压后过大"),
    "lying bomb": (hostile.lying_bomb(900), "已损坏"),
    # A reader that keeps every cell between them needs 400 GB, or 2 GB: over the limit.
    "two cells far apart": (hostile.corner_to_corner("XFD"), "不能读取"),
    "two cells less far apart": (hostile.corner_to_corner("CB"), "不能读取"),
    "10,000 columns": (hostile.workbook([["姓名"] * 10_000]), "200列"),
    "two rosters": (hostile.workbook(TABLE, TABLE), "合并到一张"),
    "no cells": (hostile.workbook([]), "空"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_gets_one_sentence(name: str) -> None:
    data, words = HOSTILE[name]
    with pytest.raises(RosterUnreadable, match=words) as refused:
        tuple(rows_of(data))
    assert "\n" not in str(refused.value)
    assert str(refused.value).endswith("。")


def test_no_hostile_file_swells_its_reader_or_the_child(tmp_path: Path) -> None:
    for number, (data, _) in enumerate(HOSTILE.values()):
        (tmp_path / f"{number}.bin").write_bytes(data)
    # VmHWM is this process's own peak; ru_maxrss would count what it was forked from.
    watching = """
import json, resource, sys
from pathlib import Path
from core.papers.roster_in import rows_of
from core.rules.roster_record import RosterUnreadable

def peak():
    lines = Path("/proc/self/status").read_text().splitlines()
    return int(next(line for line in lines if line.startswith("VmHWM")).split()[1])

before, refused = peak(), 0
for path in Path(sys.argv[1]).iterdir():
    try:
        tuple(rows_of(path.read_bytes()))
    except RosterUnreadable:
        refused += 1
child = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
print(json.dumps([refused, peak() - before, child]))
"""
    told = subprocess.run(
        [sys.executable, "-c", watching, str(tmp_path)],
        cwd=Path(__file__).parents[2],
        capture_output=True,
        check=True,
    )
    refused, grown, child = json.loads(told.stdout)
    assert refused == len(HOSTILE)
    assert grown < 16 * 1024
    assert child < 512 * 1024
