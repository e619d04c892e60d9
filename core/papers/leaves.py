"""请假登记册: every leave of a school or a class, who approved it, and its 销假 (R4)."""

from collections.abc import Iterable
from typing import BinaryIO, Final

from core.papers.form import Column, Form, Leaf
from core.papers.sheet import write_book
from core.papers.words import minute
from core.rules.paper import PaperHead
from core.rules.register import LeaveRow

FORM: Final[Form[LeaveRow]] = Form(
    columns=(
        Column("学校", 9, lambda row: row.school_name),
        Column("班级", 12.5, lambda row: row.class_name),
        Column("姓名", 9, lambda row: row.student_name),
        Column("假条号", 6, lambda row: row.leave_no),
        Column("类别", 5.5, lambda row: row.kind, centred=True),
        Column("开始", 14, lambda row: row.from_text, "请假时间", centred=True),
        Column("结束", 14, lambda row: row.to_text, "请假时间", centred=True),
        Column("上学日数", 5.5, lambda row: row.school_days, "请假时间"),
        Column("事由", 10, lambda row: row.reason),
        Column("申请人", 9, lambda row: row.asked_by, "申请"),
        Column("方式", 5.5, lambda row: row.asked_how, "申请", centred=True),
        Column("批准人", 9, lambda row: row.approved_by, "审批"),
        Column("时间", 11, lambda row: minute(row.approved_at), "审批", centred=True),
        Column("证明材料", 8, lambda row: row.evidence),
        Column("销假时间", 11, lambda row: minute(row.closed_at), centred=True),
        Column("状态", 7, lambda row: row.state, centred=True),
        Column("备注", 7, lambda row: row.note),
    ),
)


def write(out: BinaryIO, head: PaperHead, rows: Iterable[LeaveRow]) -> None:
    """Write the register in the order of the rows."""
    write_book(out, (Leaf("请假登记册", FORM, head, rows),))
