"""学生考勤月表: a class's pupils by its school days, one sheet for each class.

A day's cell holds a sign for each daytime session; boarders' evenings are a sheet of
their own.  A roll that was not taken is printed as such.
"""

from collections.abc import Callable, Iterable
from datetime import date
from typing import BinaryIO, Final

from core.papers.form import Cell, Column, Form, Leaf
from core.papers.sheet import write_book
from core.rules.paper import PaperHead
from core.rules.register import AttendanceRow, ClassAttendance, DaySymbol
from core.rules.time import weekday_label

NOTES: Final = (
    "√到，迟＝迟到，早＝早退，病＝病假，事＝事假，公＝公假，缺＝未到校，未＝未点名，停＝停课，／＝不在本班。",
    "每格依次为上午、下午；合计按节次。",
    "未点名、停课的节次不计入应到和实到。",
)
SUMS: Final = (
    ("缺", (DaySymbol.ABSENT,)),
    ("病假", (DaySymbol.SICK,)),
    ("事假", (DaySymbol.PERSONAL,)),
    ("公假", (DaySymbol.OFFICIAL,)),
    ("迟到早退", (DaySymbol.LATE, DaySymbol.EARLY)),
)

# Two full-width signs stand on one line at the body's size; less makes every row two high.
_DAY: Final = 3.9


def form(days: tuple[date, ...]) -> Form[AttendanceRow]:
    """Return the form for a class whose school days these are."""
    named: Column[AttendanceRow] = Column("姓名", 9, lambda row: row.student_name)
    of_days = (
        Column(str(day.day), _DAY, _of_day(at), weekday_label(day)[1:], centred=True)
        for at, day in enumerate(days)
    )
    sums = (Column(head, 4, _counted(symbols), "合计") for head, symbols in SUMS)
    return Form(columns=(named, *of_days, *sums), font=10, notes=NOTES)


def _of_day(at: int) -> Callable[[AttendanceRow], Cell]:
    return lambda row: "".join(row.days[at])


def _counted(symbols: tuple[DaySymbol, ...]) -> Callable[[AttendanceRow], Cell]:
    return lambda row: row.count(*symbols)


def leaf(head: PaperHead, one: ClassAttendance) -> Leaf[AttendanceRow]:
    """Return a class's sheet; `head.title` is what follows the class's name."""
    told = f"应到{one.expected}人次，实到{one.present}人次，出勤率{one.rate.printed}%。"
    mine = head.model_copy(
        update={"title": f"{one.class_name}{head.title}", "sentence": told}
    )
    return Leaf(one.class_name, form(one.days), mine, one.rows)


def write(out: BinaryIO, head: PaperHead, classes: Iterable[ClassAttendance]) -> None:
    """Write a sheet for each class; `head.title` is what follows the class's name."""
    write_book(out, (leaf(head, one) for one in classes))
