"""家访劝返记录: every visit with its members, findings and promise (R39-R41)."""

from collections.abc import Iterable
from typing import BinaryIO, Final

from core.papers.form import Column, Form, Leaf
from core.papers.sheet import write_book
from core.papers.words import day, minute
from core.rules.paper import PaperHead
from core.rules.register import VisitRow

FOUND: Final = "了解情况"


def _remark(row: VisitRow) -> str:
    corrected = f"更正{row.version - 1}次" if row.version > 1 else ""
    return "；".join(part for part in (corrected, row.note) if part)


FORM: Final[Form[VisitRow]] = Form(
    columns=(
        Column("学校", 9, lambda row: row.school_name),
        Column("班级", 12.5, lambda row: row.class_name),
        Column("姓名", 8, lambda row: row.student_name),
        Column("第几次", 4.5, lambda row: row.number),
        Column("家访时间", 10.5, lambda row: minute(row.visited_at), centred=True),
        Column("方式", 5.5, lambda row: row.method, centred=True),
        Column("家访人员", 15, lambda row: row.members),
        Column("受访人", 8, lambda row: row.met),
        Column("原因", 8, lambda row: row.cause, FOUND),
        Column("去向", 8, lambda row: row.whereabouts, FOUND),
        Column("思想状况", 12, lambda row: row.mood, FOUND),
        Column("监护人意见", 12, lambda row: row.guardian_opinion, FOUND),
        Column("结果", 8, lambda row: row.result),
        Column("约定返校日期", 10.5, lambda row: day(row.promised_on), centred=True),
        Column("未参加原因", 8, lambda row: row.absent_reason),
        Column("记录人", 7.5, lambda row: row.entered_by),
        Column("备注", 8, _remark),
    ),
)


def write(out: BinaryIO, head: PaperHead, rows: Iterable[VisitRow]) -> None:
    """Write the record in the order of the rows."""
    write_book(out, (Leaf("家访劝返记录", FORM, head, rows),))
