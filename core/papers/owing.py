"""应报未报情况表: which school filed, when, and how; a missing school is never a zero."""

from collections.abc import Sequence
from typing import BinaryIO, Final

from core.papers.form import Column, Form, Leaf
from core.papers.sheet import write_book
from core.papers.words import day, minute
from core.rules.paper import PaperHead
from core.rules.register import OwingRow


def _stamped(row: OwingRow) -> str | None:
    if not row.version:
        return None
    return "已附" if row.stamped else "未附"


FORM: Final[Form[OwingRow]] = Form(
    columns=(
        Column("学校", 30, lambda row: row.school_name),
        Column("报送时限", 11, lambda row: day(row.due_on), centred=True),
        Column("状态", 9, lambda row: row.state.label, centred=True),
        Column(
            "首次报送时间",
            16,
            lambda row: minute(row.first_filed_at) or None,
            "报送情况",
            centred=True,
        ),
        Column("是否按时", 8, lambda row: row.timeliness or None, "报送情况", centred=True),
        Column(
            "是否零报告",
            8,
            lambda row: ("是" if row.is_zero else "否") if row.filed else None,
            "报送情况",
            centred=True,
        ),
        Column(
            "数据截至", 11, lambda row: day(row.cutoff_on) or None, "报送情况", centred=True
        ),
        Column("版本", 6, lambda row: row.version if row.filed else None, "报送情况"),
        Column(
            "退回次数",
            7,
            lambda row: row.times_returned if row.version else None,
            "报送情况",
        ),
        Column("盖章件", 8, _stamped, centred=True),
        Column("代报情况", 12, lambda row: row.entered_for),
        Column("备注", 12, lambda row: row.note),
    ),
    notes=("“—”表示未报送，不表示为零；是否按时以首次报送时间为准。",),
)


def summary(rows: Sequence[OwingRow]) -> str:
    """Return 应报/实报/未报 with the names of those who owe (days.md 39)."""
    owing = [row.school_name for row in rows if not row.filed]
    names = f"（{'、'.join(owing)}）" if owing else ""
    filed = len(rows) - len(owing)
    return f"应报{len(rows)}所，实报{filed}所，未报{len(owing)}所{names}。"


def write(out: BinaryIO, head: PaperHead, rows: Sequence[OwingRow]) -> None:
    """Write the table of one kind of report and one month."""
    head = head.model_copy(update={"sentence": summary(rows)})
    write_book(out, (Leaf("应报未报情况表", FORM, head, rows),))
