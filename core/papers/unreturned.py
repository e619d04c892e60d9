"""未返校学生名单: who did not come back over a term's edge, and leavers nobody received (29, 30)."""

from collections.abc import Iterable
from typing import BinaryIO, Final

from core.papers.form import Column, Form, Leaf
from core.papers.sheet import write_book
from core.papers.words import day
from core.rules.paper import PaperHead
from core.rules.register import UnreturnedRow

FORM: Final[Form[UnreturnedRow]] = Form(
    columns=(
        Column("学校", 13, lambda row: row.school_name),
        Column("年级班级", 11, lambda row: row.class_name),
        Column("姓名", 9, lambda row: row.student_name),
        Column("性别", 4.5, lambda row: row.sex, centred=True),
        Column("出生日期", 10.5, lambda row: day(row.born_on), centred=True),
        Column("身份证件号", 19, lambda row: row.identity_number, guarded=True),
        Column("情况", 8, lambda row: row.why, centred=True),
        Column("首次未到校", 12, lambda row: row.missed),
        Column("姓名", 8, lambda row: row.guardian, "监护人"),
        Column("关系", 5, lambda row: row.relation, "监护人", centred=True),
        Column("电话", 12, lambda row: row.phone, "监护人", guarded=True),
        Column("现住址", 14, lambda row: row.address),
        Column("联系", 4.5, lambda row: row.contacts, "次数"),
        Column("家访", 4.5, lambda row: row.visits, "次数"),
        Column("去向", 9, lambda row: row.whereabouts),
    ),
    notes=(
        "期末未返：学期结束时仍未到校；未报到：开学首次点名起未到校。",
        "六升七未到：上学年小学毕业年级学生，尚未在本乡镇其他学校在册。",
    ),
)


def write(out: BinaryIO, head: PaperHead, rows: Iterable[UnreturnedRow]) -> None:
    """Write the list in the order of the rows."""
    write_book(out, (Leaf("未返校名单", FORM, head, rows),))
