"""The sheets of 迎检材料 that no other export has: their columns.

The workbook they stand in is inspection's; registers keep their own columns.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, TypeVar

from core.papers import month_bureau, month_office
from core.papers.form import Cell, Column, Form, Page
from core.papers.month_line import Row
from core.papers.words import day, minute
from core.rules.inspection import (
    BureauLine,
    DeedRow,
    EarlyRow,
    FiledRow,
    IssuedRow,
    OfficeLine,
    VersionLine,
)

V = TypeVar("V", bound=VersionLine)

FILINGS: Final = "月报报送登记"
_HOUR: Final = timedelta(hours=1)
# So much of a version's fingerprint is printed; the whole of it is on the report's screen.
_FINGERPRINT: Final = 12


@dataclass(frozen=True)
class Entry:
    """One line of the index: a sheet, what it is, how many lines it has."""

    sheet: str
    told: str
    rows: int


FILED: Final[Form[FiledRow]] = Form(
    columns=(
        Column("单位", 14, lambda row: row.school_name),
        Column("月份", 8, lambda row: f"{row.month:%Y-%m}", centred=True),
        Column("报表", 16, lambda row: row.kind.label),
        Column("版次", 4.5, lambda row: row.version or None, centred=True),
        Column("状态", 11, lambda row: row.state, centred=True),
        Column("应报日期", 10.5, lambda row: day(row.due_on), "报送", centred=True),
        Column("报送时间", 11, lambda row: minute(row.filed_at), "报送", centred=True),
        Column("时限", 5, lambda row: row.timeliness, "报送", centred=True),
        Column("报送人", 12, lambda row: row.filed_as, "报送"),
        Column("数据截至", 10.5, lambda row: day(row.cutoff_on), centred=True),
        Column("说明或更正原因", 22, lambda row: row.explanation),
        Column("接收、退回等", 30, lambda row: row.events),
        Column("校验码", 13, lambda row: row.sha256[:_FINGERPRINT], centred=True),
    ),
    page=Page.A3,
    notes=("一行为一版；更正前的各版均保留；未报送的月份单列一行，不作零报告。",),
)


def _versions(form: Form[Row]) -> Form[V]:
    """Return a month report's form, each line with the report and version it is of."""
    lead: tuple[Column[V], ...] = (
        Column("单位", 13, lambda row: row.school_name),
        Column("月份", 7.5, lambda row: f"{row.month:%Y-%m}", centred=True),
        Column("版次", 4.5, lambda row: row.version or None, centred=True),
    )
    strong = form.strong
    return Form(
        columns=(*lead, *map(_within, form.columns)),
        page=Page.A3,
        measure=form.measure,
        notes=form.notes,
        numbered=False,
        strong=None if strong is None else lambda row: strong(row.line),
    )


def _within(column: Column[Row]) -> Column[V]:
    read = column.cell
    return Column(
        column.head,
        column.width,
        lambda row: read(row.line),
        column.group,
        centred=column.centred,
    )


BUREAU: Final[Form[BureauLine]] = _versions(month_bureau.FORM)
OFFICE: Final[Form[OfficeLine]] = _versions(month_office.FORM)
ISSUED: Final[Form[IssuedRow]] = Form(
    columns=(
        Column("学校", 14, lambda row: row.school_name),
        Column("学生", 10, lambda row: row.student_name),
        Column("文种", 9, lambda row: row.kind, centred=True),
        Column("文号", 18, lambda row: row.number),
        Column("生成时间", 11, lambda row: minute(row.made_at), centred=True),
        Column("时间", 11, lambda row: minute(row.signed_at), "签发", centred=True),
        Column("签发人", 10, lambda row: row.signed_as, "签发"),
        Column("主送", 11, lambda row: row.addressee),
        Column("签收人", 12, lambda row: row.received_by, "签收或寄送"),
        Column("时间", 11, lambda row: minute(row.received_at), "签收或寄送", centred=True),
        Column("方式", 9, lambda row: row.how, "签收或寄送", centred=True),
        Column("登记人", 8, lambda row: row.recorded_by, "签收或寄送"),
    ),
)


def _lead(read: Callable[[EarlyRow], datetime | None]) -> Callable[[EarlyRow], Cell]:
    """Return a cell: when it was done, and how many hours after the child was missed."""

    def told(row: EarlyRow) -> Cell:
        at = read(row)
        if at is None:
            return None
        return f"{minute(at)}（{(at - row.missed_at) // _HOUR}时）"

    return told


def _visited(row: EarlyRow) -> Cell:
    return _lead(lambda one: one.visited_at)(row) or "未家访"


EARLY: Final[Form[EarlyRow]] = Form(
    columns=(
        Column("班级", 14, lambda row: row.class_name),
        Column("学生", 10, lambda row: row.student_name),
        Column("未到校起", 11, lambda row: minute(row.missed_at), centred=True),
        Column("满48小时", 11, lambda row: minute(row.due_at), centred=True),
        Column("早清查", 12, _lead(lambda row: row.found_at), "四早", centred=True),
        Column("早汇报", 12, _lead(lambda row: row.told_at), "四早", centred=True),
        Column("早家访", 12, _visited, "四早", centred=True),
        Column("早劝学", 12, _lead(lambda row: row.talked_at), "四早", centred=True),
        Column("文号", 16, lambda row: row.report, "书面报告"),
        Column("签发时间", 11, lambda row: minute(row.signed_at), "书面报告", centred=True),
        Column("签收份数", 4.2, lambda row: row.receipts, "书面报告", centred=True),
        Column("到校时间", 11, lambda row: minute(row.ended_at), "结果", centred=True),
        Column("情况", 18, lambda row: row.outcome, "结果"),
        Column("备注", 12, lambda row: row.note),
    ),
    page=Page.A3,
    notes=(
        "早清查：点名录入未到校；早汇报：系统报告乡镇人民政府和市教育局。",
        "早家访：首次入户家访或异地走访；早劝学：首次与家人谈到。",
        "括号内为自首次未到校起的小时数。",
    ),
)
DEEDS: Final[Form[DeedRow]] = Form(
    columns=(
        Column("时间", 11, lambda row: minute(row.at), centred=True),
        Column("类别", 11, lambda row: row.kind.label, centred=True),
        Column("班级", 14, lambda row: row.class_name),
        Column("节次或日期", 14, lambda row: row.of, centred=True),
        Column("学生", 10, lambda row: row.student_name),
        Column("原记录", 8, lambda row: row.was, centred=True),
        Column("更正为", 8, lambda row: row.became, centred=True),
        Column("原因或来源", 26, lambda row: row.reason),
        Column("经手人", 9, lambda row: row.by),
    ),
    notes=(f"原记录均保留；月报的更正见“{FILINGS}”。",),
)
CONTENTS: Final[Form[Entry]] = Form(
    columns=(
        Column("工作表", 46, lambda entry: entry.sheet, opens=True),
        Column("内容", 36, lambda entry: entry.told),
        Column("行数", 8, lambda entry: entry.rows, centred=True),
    ),
    notes=("点击工作表名可转到该表；考勤月表按整月、每班一张。",),
)
