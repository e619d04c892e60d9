"""The columns of a school's report on the screen: 25日's and 3日's ask different things.

From a wide terminal's width on, each line holds every term of its balance.
"""

from operator import attrgetter
from typing import Final

from core.rules.balance import MonthLine
from core.rules.change import ChangeKind
from core.rules.month import ReportKind
from tui.screens.month_text import name_of, rate_of
from tui.widgets.listing import WIDE, Column


def _figure(head: str, cells: int, text: str, least: int = 0) -> Column[MonthLine]:
    told = attrgetter(text)
    return Column(
        head, cells, lambda line: str(told(line)), "right", min_screen_width=least
    )


def columns_of(kind: ReportKind) -> tuple[Column[MonthLine], ...]:
    """Return what stands beside a class or grade in a report of a kind."""
    named, remark = (
        Column[MonthLine]("班级/年级", 14, name_of),
        # Narrower, a remark is read with Enter: five cells would hold none.
        Column[MonthLine]("备注", 0, lambda line: line.remark, min_screen_width=WIDE),
    )
    told = _BUREAU if kind is ReportKind.BUREAU else _OFFICE
    return (named, *told, remark)


_BUREAU: Final = (
    _figure("期初", 5, "opening"),
    _figure(ChangeKind.TRANSFER_IN.label, 4, "transfer_in"),
    _figure(ChangeKind.RESUMPTION.label, 4, "resumption", WIDE),
    _figure(ChangeKind.OTHER_IN.label, 6, "all_other_in", WIDE),
    _figure(ChangeKind.TRANSFER_OUT.label, 4, "transfer_out"),
    _figure(ChangeKind.SUSPENSION.label, 4, "suspension"),
    _figure("疑似", 4, "suspected_open"),
    _figure(ChangeKind.DROPOUT.label, 4, "dropout"),
    _figure(ChangeKind.DEATH.label, 4, "death", WIDE),
    _figure(ChangeKind.ABROAD.label, 4, "abroad", WIDE),
    _figure(ChangeKind.OTHER_OUT.label, 6, "all_other_out", WIDE),
    _figure("劝返", 4, "returned"),
    _figure("期末在校", 8, "closing"),
    _figure("在籍", 4, "on_roll", WIDE),
    Column[MonthLine]("巩固率%", 9, rate_of, "right"),
)
_OFFICE: Final = (
    _figure("期初", 5, "opening"),
    _figure(ChangeKind.TRANSFER_IN.label, 4, "transfer_in"),
    _figure(ChangeKind.RESUMPTION.label, 4, "resumption"),
    _figure(ChangeKind.RETURN.label, 4, "returned"),
    _figure(ChangeKind.OTHER_IN.label, 6, "all_other_in"),
    _figure(ChangeKind.TRANSFER_OUT.label, 4, "transfer_out"),
    _figure(ChangeKind.SUSPENSION.label, 4, "suspension"),
    _figure(ChangeKind.DROPOUT.label, 4, "dropout"),
    _figure(ChangeKind.DEATH.label, 4, "death", WIDE),
    _figure(ChangeKind.ABROAD.label, 4, "abroad", WIDE),
    _figure(ChangeKind.OTHER_OUT.label, 6, "all_other_out"),
    _figure("期末在校", 8, "closing"),
    _figure("在籍", 4, "on_roll", WIDE),
)
