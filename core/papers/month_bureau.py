"""表一 控辍保学情况月报表: what a school reports to 基教科 by the 25th (R49, R50).

Columns are chosen from domain.md 4.1 so that they can be read on one A4 sheet; special
groups and single children stand in the ledger that goes with it.
"""

from collections.abc import Iterable
from typing import BinaryIO, Final

from core.papers.form import Column, Form, Leaf
from core.papers.month_line import Row, figure, is_sum, remark
from core.papers.sheet import write_book
from core.rules.balance import LineScope, MonthLine, NotFiled
from core.rules.paper import PaperHead
from core.rules.standing import Reach, standing_sentence

AWAY: Final = "在籍不在校"
SUSPECTED: Final = "疑似辍学"
DROPPED: Final = "辍学"


def _remark(row: Row) -> str:
    below = not isinstance(row, NotFiled) and row.reach is Reach.BELOW
    told = (f"巩固率{Reach.BELOW.label}" if below else "", remark(row))
    return "；".join(part for part in told if part)


FORM: Final[Form[Row]] = Form(
    columns=(
        Column("学校/年级", 15, lambda line: line.name),
        figure("班级数", 5, lambda line: line.class_count),
        figure("期初在校", 7, lambda line: line.opening),
        figure("本期增加", 6, lambda line: line.increase),
        figure("本期减少", 6, lambda line: line.decrease),
        figure("期末在校", 7, lambda line: line.closing),
        figure("期末在籍", 7, lambda line: line.on_roll),
        figure("休学", 5, lambda line: line.suspended, AWAY),
        figure("长期请假", 3.9, lambda line: line.long_leave, AWAY),
        figure("送教上门", 3.9, lambda line: line.home_teaching, AWAY),
        figure("外地就读", 3.9, lambda line: line.studying_elsewhere, AWAY),
        figure("转出待核", 3.9, lambda line: line.transfer_pending, AWAY),
        figure("本期新增", 3.9, lambda line: line.suspected_new, SUSPECTED),
        figure("未销号", 6.5, lambda line: line.suspected_open, SUSPECTED),
        figure("本期新增", 3.9, lambda line: line.dropout, DROPPED),
        figure("本期返校", 3.9, lambda line: line.returned, DROPPED),
        figure("累计未返校", 5.5, lambda line: line.dropped, DROPPED),
        figure("家访劝返人次", 7, lambda line: line.visits + line.persuasions),
        figure("年巩固率(%)", 8, lambda line: line.rate),
        Column("备注", 16, _remark),
    ),
    measure="单位：人",
    numbered=False,
    strong=lambda line: is_sum(line, LineScope.STAGE, LineScope.TOTAL),
    notes=(
        "期末在校＝期初在校＋本期增加－本期减少；期末在籍＝期末在校＋休学＋累计未返校辍学。",
        "长期请假、送教上门、外地就读、转出待核和疑似辍学学生均计入期末在校。",
        "年巩固率按净口径计算；“—”表示缺少期初数或未报送，不表示为零。",
    ),
)


def title(unit: str, year: int, month: int, *, zero: bool) -> str:
    """Return the title of a school's or a township's table."""
    zeroed = "（零报告）" if zero else ""
    return f"{unit}{year}年{month}月控辍保学情况月报表{zeroed}"


def write(out: BinaryIO, head: PaperHead, lines: Iterable[Row]) -> None:
    """Write the table: grades, stages and the school; or the schools and the township.

    The last line is the sum; how its stages stand against their targets is noted below.
    """
    rows = tuple(lines)
    whole = rows[-1] if rows else None
    if isinstance(whole, MonthLine) and (told := standing_sentence(whole.standings)):
        head = head.model_copy(update={"notes": (told, *head.notes)})
    write_book(out, (Leaf("控辍保学情况月报表", FORM, head, rows),))
