"""重点生名册: each time a child was on the list, why, who answers, what was done (domain.md 4.12)."""

from collections.abc import Iterable
from typing import BinaryIO, Final

from core.papers.form import Column, Form, Leaf
from core.papers.sheet import write_book
from core.papers.words import day
from core.rules.key_student import KeyRow
from core.rules.paper import PaperHead

FORM: Final[Form[KeyRow]] = Form(
    columns=(
        Column("年级班级", 13, lambda row: row.class_name),
        Column("姓名", 9, lambda row: row.student_name),
        Column("性别", 4.5, lambda row: row.sex, centred=True),
        Column("出生日期", 10.5, lambda row: day(row.born_on), centred=True),
        Column("列入日期", 10.5, lambda row: day(row.entered_on), centred=True),
        Column("列入原因", 19, lambda row: row.reasons),
        Column("帮扶措施", 14, lambda row: row.measures),
        Column("包保教师", 8, lambda row: row.heads),
        Column("姓名", 8, lambda row: row.guardian, "监护人"),
        Column("电话", 12, lambda row: row.phone, "监护人", guarded=True),
        Column("次数", 4.5, lambda row: row.visits, "家访"),
        Column("最近", 10.5, lambda row: day(row.visited_on), "家访", centred=True),
        Column("领导检查", 10.5, lambda row: day(row.checked_on), centred=True),
        Column("退出日期及\n转化情况", 12, lambda row: row.left),
    ),
    notes=("列入原因为列入时所见；家访只计入户家访和异地走访；领导检查为最近一次。",),
)


def write(out: BinaryIO, head: PaperHead, rows: Iterable[KeyRow]) -> None:
    """Write the list in the order of the rows."""
    write_book(out, (Leaf("重点生", FORM, head, rows),))
