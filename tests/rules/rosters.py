"""A primary school's roster for the tests, one cell changed at a time."""

from collections.abc import Sequence
from datetime import date

from core.rules.class_label import Grades
from core.rules.roster import read_rows
from core.rules.roster_cell import Cell
from core.rules.roster_record import Fault, Pupil, RosterReading

SCHOOL = "2199010002"
DAY = date(2026, 11, 23)
GRADES = Grades(first=1, last=6)

HEADS = (
    "姓名",
    "性别",
    "出生日期",
    "身份证件号",
    "班级",
    "监护人姓名",
    "监护人关系",
    "监护人电话",
)
USUAL = (
    "张三",
    "男",
    "2012-03-15",
    "990101201203150212",
    "三年级（1）班",
    "张四",
    "父亲",
    "13800000000",
)
OTHER = (
    "李英",
    "女",
    "2012-06-15",
    "99010120120615004X",
    "三(1)班",
    "李五",
    "母亲",
    "13900000000",
)


def read(
    *rows: Sequence[Cell], heads: Sequence[Cell] = HEADS, school: str = SCHOOL
) -> RosterReading:
    return read_rows((heads, *rows), school_code=school, grades=GRADES, day=DAY)


def changed(head: str, cell: Cell, row: Sequence[Cell] = USUAL) -> tuple[Cell, ...]:
    """Return the usual row with one cell changed."""
    return tuple(cell if at == head else was for at, was in zip(HEADS, row, strict=True))


def with_column(head: str, cell: Cell) -> RosterReading:
    """Read the usual row with one column more."""
    return read((*USUAL, cell), heads=(*HEADS, head))


def pupil(reading: RosterReading) -> Pupil:
    """Return the only child of a roster that has no faults."""
    assert reading.refused == ()
    assert len(reading.rows) == 1
    return reading.rows[0].pupil


def only(faults: Sequence[Fault]) -> Fault:
    assert len(faults) == 1
    return faults[0]
