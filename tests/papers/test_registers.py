"""Each register's heads, and how small it gets on its paper."""

from datetime import date
from functools import partial

import pytest

from core.papers import (
    attendance,
    changes,
    inspection_forms,
    key_students,
    leaves,
    ledger,
    month_bureau,
    month_office,
    owing,
    roster,
    unreturned,
    visits,
)
from core.papers.form import MARGIN_MM, MM_PER_INCH, Column, Form, Page
from core.rules.month import ReportState
from tests.papers.samples import (
    class_month,
    find,
    head,
    heads,
    leave_row,
    ledger_row,
    owing_row,
    read,
    visit_row,
    words,
)

ON_A4 = {
    "表一": month_bureau.FORM,
    "表二": month_office.FORM,
    "请假": leaves.FORM,
    "花名册": roster.FORM,
    "家访": visits.FORM,
    "异动": changes.FORM,
    "应报": owing.FORM,
    "未返校": unreturned.FORM,
    "重点生": key_students.FORM,
    "迎检目录": inspection_forms.CONTENTS,
    "迎检文书": inspection_forms.ISSUED,
    "迎检更正": inspection_forms.DEEDS,
    "考勤23日": attendance.form(class_month(23).days),
    "考勤27日": attendance.form(class_month(27).days),
}


def printed_size(form: Form) -> float:
    """The size in points at which the body is printed, one page wide."""
    # A column is 7 pixels a character and 5 of padding, 96 pixels an inch; the
    # program that prints rounds the scale down to a whole percent.
    pixels = sum(int(column.width * 7 + 5) for column in form.all_columns)
    room = (form.page.value[1] - 2 * MARGIN_MM) / MM_PER_INCH * 96
    return form.font * min(100, int(room / pixels * 100)) / 100


@pytest.mark.parametrize("name", list(ON_A4))
def test_nothing_on_a4_is_printed_below_nine_points(name: str) -> None:
    form: Form = ON_A4[name]
    assert form.page is Page.A4
    assert printed_size(form) >= 9
    assert max(len(column.head) / column.width for column in form.all_columns) < 2


@pytest.mark.parametrize("name", ["FILED", "BUREAU", "OFFICE", "EARLY"])
def test_40_what_an_inspection_reads_on_a3_is_printed_at_nine_points(name: str) -> None:
    form: Form = getattr(inspection_forms, name)
    assert form.page is Page.A3
    assert printed_size(form) >= 9
    assert max(len(column.head) / column.width for column in form.all_columns) < 2


@pytest.mark.parametrize("form", [month_bureau.FORM, month_office.FORM])
def test_a_month_report_has_at_most_twenty_leaf_columns(form: Form) -> None:
    assert len(form.all_columns) == 20


def test_the_ledger_has_26_columns_on_a3_at_eight_points_or_more() -> None:
    assert ledger.FORM.page is Page.A3
    assert len(ledger.FORM.all_columns) == 26
    assert printed_size(ledger.FORM) >= 8


def test_the_printed_size_is_reckoned_from_the_widths_by_hand() -> None:
    # 277 mm are 1046.9 pixels.  Columns of 13.6 characters are 100 pixels wide.
    ten: Form[str] = Form(columns=[Column("列", 13.6, str)] * 10, font=10, numbered=False)
    assert printed_size(ten) == 10
    twenty: Form[str] = Form(columns=[*ten.columns] * 2, font=10, numbered=False)
    # 1046.9 / 2000 = 52.3 %, and the printing program takes whole percents.
    assert printed_size(twenty) == 5.2


def test_the_leave_register_heads() -> None:
    page = read(lambda out: leaves.write(out, head(), [leave_row()])).worksheets[0]
    told = words(page)
    assert heads(page) == (
        "序号 学校 班级 姓名 假条号 类别 请假时间 事由 申请 审批 证明材料 销假时间 状态 备注 "
        "开始 结束 上学日数 申请人 方式 批准人 时间"
    )
    assert "2026-11-25 16:05" in told
    assert page.cell(find(page, "赵小雨")[0], find(page, "假条号")[1]).value == 12


def test_the_register_of_changes_heads() -> None:
    page = read(lambda out: changes.write(out, head(), [])).worksheets[0]
    assert heads(page) == (
        "序号 学校 年级班级 姓名 性别 身份证件号 学籍号 异动类别 异动日期 转入（转出）学校 "
        "异动原因 证明材料 核验 监护人 镇内/镇外 备注 姓名 电话"
    )


def test_the_roster_heads() -> None:
    page = read(lambda out: roster.write(out, head(), [])).worksheets[0]
    assert heads(page) == (
        "序号 班级 班内学号 姓名 性别 出生日期 民族 身份证件号 学籍号 就读方式 户籍地 现住址 "
        "监护人 特殊群体 状态 备注 姓名 关系 电话"
    )


def test_the_ledger_heads() -> None:
    page = read(lambda out: ledger.write(out, head(), [ledger_row()])).worksheets[0]
    told = words(page)
    assert heads(page) == (
        "序号 姓名 性别 民族 身份证件号 学籍号 就读学校 年级班级 户籍地址 现住址 监护人 "
        "特殊群体 日期 原因 去向 劝返 文书送达 包保责任人（学校、乡村） 当前状态 返校日期 "
        "销号日期及依据 备注 姓名 关系 电话 首次缺勤 认定 次数 最近日期及责任人"
    )
    assert "张敏、钱大河" in told


def test_the_visit_record_heads_and_its_corrections() -> None:
    page = read(lambda out: visits.write(out, head(), [visit_row()])).worksheets[0]
    told = words(page)
    assert heads(page) == (
        "序号 学校 班级 姓名 第几次 家访时间 方式 家访人员 受访人 了解情况 结果 约定返校日期 "
        "未参加原因 记录人 备注 原因 去向 思想状况 监护人意见"
    )
    assert "更正1次" in told


def test_a_month_of_attendance_by_class_and_day() -> None:
    one = class_month(21)
    book = read(
        lambda out: attendance.write(out, head(title="2026年11月学生考勤月表"), [one])
    )
    page = book["三年级（1）班"]
    told = words(page)
    assert told[0] == "三年级（1）班2026年11月学生考勤月表"
    row, first = find(page, "2")
    # 2 November 2026 is a Monday; the weekday stands above the day.
    assert (row, page.cell(row - 1, first).value) == (5, "一")
    pupil = find(page, "钱小山")[0]
    assert [page.cell(pupil, first + at).value for at in range(5)] == [
        "缺√",
        "未√",
        "病病",
        "停／",
        "√√",
    ]
    # Two signs a day stand on one line: no row is higher than Excel makes it by itself.
    assert page.row_dimensions[pupil].height in {None, 15}
    sums = [page.cell(pupil, first + 21 + at).value for at in range(5)]
    assert sums == [1, 2, 0, 0, 0]  # 缺 病假 事假 公假 迟到早退
    # By hand: 42 sessions of 赵小雨; of 钱小山's 42 one 未, one 停, one ／ are not counted.
    # 实到 = 42 + (39 - 1 缺 - 2 病) = 78 of 81: 96.296...
    assert (one.expected, one.present) == (81, 78)
    assert "应到81人次，实到78人次，出勤率96.30%。" in told


def test_every_class_has_its_own_sheet() -> None:
    second = class_month().model_copy(update={"class_name": "三年级（2）班"})
    book = read(
        lambda out: attendance.write(
            out, head(title="考勤月表"), iter([class_month(), second])
        )
    )
    assert book.sheetnames == ["三年级（1）班", "三年级（2）班"]
    assert words(book.worksheets[1])[0] == "三年级（2）班考勤月表"


def test_a_school_that_owes_its_report_is_named_and_never_a_zero() -> None:
    """days.md 39."""
    rows = [
        owing_row("青石镇中心小学"),
        owing_row("青石镇第二小学", times_returned=1, is_zero=False, stamped=True),
        owing_row(
            "河西教学点",
            state=ReportState.OVERDUE,
            first_filed_at=None,
            is_zero=False,
            version=0,
            cutoff_on=None,
        ),
    ]
    page = read(partial(owing.write, head=head(), rows=rows)).worksheets[0]
    told = words(page)
    assert "应报3所，实报2所，未报1所（河西教学点）。" in told
    row = find(page, "河西教学点")[0]
    cells = [page.cell(row, at).value for at in range(1, 14)]
    assert cells[1:9] == [
        "河西教学点",
        "2026-11-25",
        "逾期未报",
        "—",
        "—",
        "—",
        "—",
        "—",
    ]
    assert heads(page) == (
        "序号 学校 报送时限 状态 报送情况 盖章件 代报情况 备注 首次报送时间 是否按时 "
        "是否零报告 数据截至 版本 退回次数"
    )


def test_timeliness_is_the_first_submission_s() -> None:
    row = owing_row("青石镇中心小学", due_on=date(2026, 11, 24))
    assert row.timeliness == "逾期"
    assert owing_row("青石镇中心小学").timeliness == "按时"
    assert owing_row("青石镇中心小学", first_filed_at=None).timeliness == ""
