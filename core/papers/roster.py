"""学生花名册: the pupils of a school as of a day, class by class (R11)."""

from collections.abc import Iterable, Sequence
from typing import BinaryIO, Final

from core.papers.form import Cell, Column, Form, Leaf, cells_of, for_cells
from core.papers.sheet import write_book
from core.papers.words import day
from core.rules.paper import PaperHead
from core.rules.register import RosterLine

FORM: Final[Form[RosterLine]] = Form(
    columns=(
        Column("班级", 13, lambda row: row.class_name),
        Column("班内学号", 4, lambda row: row.seat_no),
        Column("姓名", 8, lambda row: row.student_name),
        Column("性别", 4.5, lambda row: row.sex, centred=True),
        Column("出生日期", 10.5, lambda row: day(row.born_on), centred=True),
        Column("民族", 5, lambda row: row.ethnicity, centred=True),
        Column("身份证件号", 19, lambda row: row.identity_number, guarded=True),
        Column("学籍号", 19, lambda row: row.national_no, guarded=True),
        Column("就读方式", 4, lambda row: row.boarding, centred=True),
        Column("户籍地", 11, lambda row: row.hukou_place),
        Column("现住址", 12, lambda row: row.address),
        Column("姓名", 8, lambda row: row.guardian, "监护人"),
        Column("关系", 5, lambda row: row.relation, "监护人", centred=True),
        Column("电话", 12, lambda row: row.phone, "监护人", guarded=True),
        Column("特殊群体", 8, lambda row: row.groups),
        Column("状态", 6, lambda row: row.state, centred=True),
        Column("备注", 7.5, lambda row: row.note),
    ),
)


# A county's roster is millions of cells: they are worked out where the rows are, and only
# written where the paper is printed.
OF_CELLS: Final = for_cells(FORM)


def cells(row: RosterLine) -> tuple[Cell, ...]:
    """Return what a pupil's line says, cell by cell."""
    return cells_of(FORM, row)


def write(out: BinaryIO, head: PaperHead, rows: Iterable[Sequence[Cell]]) -> None:
    """Write the roster in the order of the rows, each as `cells` gave it."""
    write_book(out, (Leaf("学生花名册", OF_CELLS, head, rows),))
