"""表二 学生变动情况月报表: changes by class, from the school to 教管组 (R51, R52)."""

from collections.abc import Iterable
from typing import BinaryIO, Final

from core.papers.form import Column, Form, Leaf
from core.papers.month_line import Row, figure, is_sum, remark
from core.papers.sheet import write_book
from core.rules.balance import LineScope, NotFiled
from core.rules.change import ChangeKind
from core.rules.paper import PaperHead

MORE: Final = "本月增加"
LESS: Final = "本月减少"


def _remark(line: Row) -> str:
    pending = 0 if isinstance(line, NotFiled) else line.transfer_pending
    told = (f"转出待核{pending}人" if pending else "", remark(line))
    return "；".join(part for part in told if part)


FORM: Final[Form[Row]] = Form(
    columns=(
        Column("学校/班级", 16, lambda line: line.name),
        figure("上月末在校", 5.5, lambda line: line.opening),
        figure(ChangeKind.TRANSFER_IN.label, 5, lambda line: line.transfer_in, MORE),
        figure(ChangeKind.RESUMPTION.label, 5, lambda line: line.resumption, MORE),
        figure("辍学返校", 3.9, lambda line: line.returned, MORE),
        figure(ChangeKind.NEW.label, 5, lambda line: line.new_pupils, MORE),
        figure("其他", 5, lambda line: line.other_in + line.moved_in, MORE),
        figure("小计", 5.5, lambda line: line.increase, MORE),
        figure(ChangeKind.TRANSFER_OUT.label, 5, lambda line: line.transfer_out, LESS),
        figure("其中：镇外", 5.5, lambda line: line.transfer_out_outside, LESS),
        figure(ChangeKind.SUSPENSION.label, 5, lambda line: line.suspension, LESS),
        figure(ChangeKind.DROPOUT.label, 5, lambda line: line.dropout, LESS),
        figure(ChangeKind.GRADUATION.label, 5, lambda line: line.graduated, LESS),
        figure(ChangeKind.DEATH.label, 5, lambda line: line.death, LESS),
        figure("出国(境)", 6, lambda line: line.abroad, LESS),
        figure("其他", 5, lambda line: line.other_out + line.moved_out, LESS),
        figure("小计", 5.5, lambda line: line.decrease, LESS),
        figure("净增加", 6, lambda line: line.increase - line.decrease),
        figure("本月末在校", 5.5, lambda line: line.closing),
        Column("备注", 18, _remark),
    ),
    measure="单位：人",
    numbered=False,
    strong=lambda line: is_sum(line, LineScope.GRADE, LineScope.STAGE, LineScope.TOTAL),
    notes=(
        "本月末在校＝上月末在校＋增加小计－减少小计；“其中：镇外”已含在转出内。",
        "班级间调整计入其他，年级、学校合计时相互抵消；转出待核学生仍计入在校。",
    ),
)


def title(unit: str, year: int, month: int) -> str:
    """Return the title of the table of one school and month."""
    return f"{unit}{year}年{month}月学生变动情况月报表"


def write(out: BinaryIO, head: PaperHead, lines: Iterable[Row]) -> None:
    """Write the table: classes with the sums of grades, stages and the school."""
    write_book(out, (Leaf("学生变动情况月报表", FORM, head, lines),))
