"""表一 and 表二, read back against a month added up by hand."""

from datetime import date
from io import BytesIO

from openpyxl.worksheet.worksheet import Worksheet

from core.papers import month_bureau, month_office
from core.papers.month_line import Row
from core.rules.balance import LineScope, MonthLine, NotFiled, total
from core.rules.month import zero_sentence
from core.rules.rate import RateFacts
from tests.papers.samples import find, head, heads, read, words

ONE = MonthLine(
    scope=LineScope.CLASS,
    name="三年级（1）班",
    grade=3,
    opening=45,
    transfer_in=2,
    new_pupils=1,
    transfer_out=1,
    transfer_out_outside=1,
    dropout=1,
    closing=46,
    on_roll=47,
    dropped=1,
    transfer_pending=1,
    suspected_new=1,
    suspected_open=2,
    visits=5,
    persuasions=4,
    year=RateFacts(
        opening=46, transfer_in=2, transfer_out_verified=1, dropout=1, closing=46
    ),
    remark="校长代确认",
)
NONE = MonthLine(
    scope=LineScope.CLASS, name="三年级（2）班", grade=3, opening=40, closing=40, on_roll=40
)
GRADE = total(LineScope.GRADE, "三年级", [ONE, NONE])


def page_of(module: object, *rows: Row, **more: object) -> Worksheet:
    write = {"bureau": month_bureau.write, "office": month_office.write}[str(module)]
    return read(lambda out: write(out, head(**more), rows)).worksheets[0]


def line_of(page: Worksheet, name: str) -> list[object]:
    row = find(page, name)[0]
    return [page.cell(row, at).value for at in range(1, 21)]


def test_every_head_of_the_bureau_s_table() -> None:
    page = page_of("bureau", GRADE)
    assert heads(page) == (
        "学校/年级 班级数 期初在校 本期增加 本期减少 期末在校 期末在籍 在籍不在校 疑似辍学 "
        "辍学 家访劝返人次 年巩固率(%) 备注 休学 长期请假 送教上门 外地就读 转出待核 "
        "本期新增 未销号 本期新增 本期返校 累计未返校"
    )
    assert "单位：人" in words(page)


def test_every_head_of_the_office_s_table() -> None:
    page = page_of("office", ONE)
    assert heads(page) == (
        "学校/班级 上月末在校 本月增加 本月减少 净增加 本月末在校 备注 转入 复学 辍学返校 新生 "
        "其他 小计 转出 其中：镇外 休学 辍学 毕业 死亡 出国(境) 其他 小计"
    )
    assert "单位：人" in words(page)


def test_a_line_of_the_bureau_s_table_by_hand() -> None:
    # 在校 45 + 3 - 2 = 46; 在籍 47; 净口径 46 / (46 + 2 - 1) = 97.87; 5 + 4 = 9 次.
    assert line_of(page_of("bureau", ONE), "三年级（1）班") == [
        *("三年级（1）班", 1, 45, 3, 2, 46, 47),
        *(0, 0, 0, 0, 1),
        *(1, 2),
        *(1, 0, 1),
        *(9, "97.87", "校长代确认"),
    ]


def test_a_line_of_the_office_s_table_by_hand() -> None:
    assert line_of(page_of("office", ONE), "三年级（1）班") == [
        *("三年级（1）班", 45),
        *(2, 0, 0, 1, 0, 3),
        *(1, 1, 0, 1, 0, 0, 0, 0, 2),
        *(1, 46, "转出待核1人；校长代确认"),
    ]


def test_a_class_without_changes_prints_noughts_and_no_opening_figures_a_dash() -> None:
    page = page_of("bureau", NONE)
    assert line_of(page, "三年级（2）班")[3:5] == [0, 0]
    assert line_of(page, "三年级（2）班")[18] == "—"


def test_sums_are_printed_bold_and_classes_are_not() -> None:
    page = page_of("office", ONE, NONE, GRADE)
    assert page.cell(*find(page, "三年级")).font.bold
    assert not page.cell(*find(page, "三年级（1）班")).font.bold
    assert line_of(page, "三年级")[1] == 85


def test_a_school_that_has_not_filed_prints_dashes_and_never_a_nought() -> None:
    missing = NotFiled(school_id=2, name="河西教学点")
    for kind in ("bureau", "office"):
        page = page_of(kind, ONE, missing)
        assert line_of(page, "河西教学点") == ["河西教学点", *(["—"] * 18), "未报"]


def test_a_zero_report_keeps_its_table_and_states_itself() -> None:
    title = month_bureau.title("青石镇九年一贯制学校", 2026, 11, zero=True)
    assert title == "青石镇九年一贯制学校2026年11月控辍保学情况月报表（零报告）"
    sentence = zero_sentence(date(2026, 11, 25))
    page = page_of("bureau", NONE, title=title, sentence=sentence)
    told = words(page)
    assert told[0] == title
    assert "经逐班排查，截至2026年11月25日，本校无疑似辍学、辍学学生，特此零报告。" in told
    assert line_of(page, "三年级（2）班")[7:18] == [0] * 11


def test_two_row_heads_are_merged_and_repeated() -> None:
    page = page_of("bureau", ONE)
    merged = {str(one) for one in page.merged_cells.ranges}
    assert {"A1:T1", "H4:L4", "M4:N4", "O4:Q4", "A4:A5", "T4:T5"} <= merged
    assert page.print_title_rows == "$4:$5"
    assert page.page_setup.orientation == "landscape"
    office = page_of("office", ONE)
    assert {"C4:H4", "I4:Q4", "R4:R5"} <= {str(one) for one in office.merged_cells.ranges}


def test_the_same_month_gives_the_same_bytes() -> None:
    first, second = BytesIO(), BytesIO()
    for out in (first, second):
        month_bureau.write(out, head(), [ONE, NONE, GRADE])
    assert first.getvalue() == second.getvalue()
