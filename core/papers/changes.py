"""异动花名册: the changes of a term, grouped by kind with the count of each (R23, R26)."""

from collections.abc import Iterable
from typing import BinaryIO, Final

from core.papers.form import Column, Form, Leaf
from core.papers.sheet import write_book
from core.papers.words import day
from core.rules.paper import PaperHead
from core.rules.register import ChangeRow

FORM: Final[Form[ChangeRow]] = Form(
    columns=(
        Column("学校", 10, lambda row: row.school_name),
        Column("年级班级", 9, lambda row: row.class_name),
        Column("姓名", 8, lambda row: row.student_name),
        Column("性别", 4.5, lambda row: row.sex, centred=True),
        Column("身份证件号", 19, lambda row: row.identity_number, guarded=True),
        Column("学籍号", 20, lambda row: row.national_no, guarded=True),
        Column("异动类别", 6, lambda row: row.kind.label, centred=True),
        Column("异动日期", 10.5, lambda row: day(row.happened_on), centred=True),
        Column("转入（转出）学校", 13, lambda row: row.other_school),
        Column("异动原因", 9, lambda row: row.reason),
        Column("证明材料", 9, lambda row: row.proofs),
        Column("核验", 5.5, lambda row: row.state.label, centred=True),
        Column("姓名", 8, lambda row: row.guardian, "监护人"),
        Column("电话", 12, lambda row: row.phone, "监护人", guarded=True),
        Column("镇内/\n镇外", 5.2, lambda row: row.side.label if row.side else ""),
        Column("备注", 7, lambda row: row.note),
    ),
    section=lambda row: row.kind.label,
)


def write(out: BinaryIO, head: PaperHead, rows: Iterable[ChangeRow]) -> None:
    """Write the register; rows come sorted by kind, each kind ends with its count."""
    write_book(out, (Leaf("异动花名册", FORM, head, rows),))
