"""A line of either month report, or the line of a school that has not filed."""

from collections.abc import Callable
from typing import TypeAlias

from core.papers.form import Cell, Column
from core.rules.balance import LineScope, MonthLine, NotFiled
from core.rules.month import ReportState

Row: TypeAlias = MonthLine | NotFiled


def figure(
    head: str, width: float, read: Callable[[MonthLine], Cell], group: str = ""
) -> Column[Row]:
    """Return a column that prints — for a school that has not filed, never 0."""
    return Column(
        head,
        width,
        lambda row: None if isinstance(row, NotFiled) else read(row),
        group,
        centred=True,
    )


def remark(row: Row) -> str:
    """Return 备注 of a line."""
    return ReportState.NOT_FILED.label if isinstance(row, NotFiled) else row.remark


def is_sum(row: Row, *scopes: LineScope) -> bool:
    """Tell whether a row is a sum of one of `scopes`, and so printed bold."""
    return isinstance(row, MonthLine) and row.scope in scopes
