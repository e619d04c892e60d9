from datetime import date, datetime

import pytest

from core.rules.identity import Identity, IdKind
from core.rules.roster_cell import Cell
from core.rules.student import Sex
from tests.rules.rosters import HEADS, OTHER, USUAL, changed, only, pupil, read, with_column


@pytest.mark.parametrize(
    ("cell", "name"),
    [
        (" 张三\u3000", "张三"),
        ("张 三", "张三"),
        ("张\u3000三", "张三"),
        ("买买提·艾力", "买买提·艾力"),
        ("买买提•艾力", "买买提·艾力"),
        ("买买提．艾力", "买买提·艾力"),
        ("买买提.艾力", "买买提·艾力"),
        ("Anna  Lee", "Anna Lee"),
        # A compatibility ideograph is another character, not another spelling.
        ("\uf900三", "\uf900三"),
        ("\U00030edd三", "\U00030edd三"),
    ],
)
def test_a_name_keeps_its_rare_characters_and_loses_its_padding(
    cell: str, name: str
) -> None:
    assert pupil(read(changed("姓名", cell))).name == name


@pytest.mark.parametrize(
    ("cell", "reason", "shown"),
    [
        (None, "为空", ""),
        ("  ", "为空", ""),
        ("\u3000", "为空", ""),
        ("张\x05三", "控制字符", "张?三"),
        ("张三\n", "控制字符", "张三?"),
        ("曾\x85宇", "控制字符", "曾?宇"),
        ("\x1b[2J张三", "控制字符", "?[2J张三"),
        ("张\u202e三", "控制字符", "张?三"),
        ("=1+1", "公式", "=1+1"),
        ("＝张三", "公式", "＝张三"),
        ("+张三", "公式", "+张三"),
        ("-张三", "公式", "-张三"),
        ("@张三", "公式", "@张三"),
        ("123", "不是姓名", "123"),
        (12.0, "不是姓名", "12"),
        ("张" * 51, "超过50字", "张" * 20),
    ],
)
def test_a_name_that_is_none_is_refused(cell: Cell, reason: str, shown: str) -> None:
    fault = only(read(changed("姓名", cell)).refused)
    assert reason in fault.reason
    assert fault.value_masked == shown


def test_a_name_of_fifty_characters_is_taken() -> None:
    assert len(pupil(read(changed("姓名", "张" * 50))).name) == 50


def test_a_private_character_is_taken_with_a_warning() -> None:
    reading = read(changed("姓名", "张\ue000"))
    assert pupil(reading).name == "张\ue000"
    assert only(reading.warned).column == "姓名"


def test_a_control_character_anywhere_refuses_the_row_and_a_line_break_does_not() -> None:
    assert only(with_column("现住址", "青石镇\x07").refused).column == "现住址"
    assert only(read(changed("监护人姓名", "张\x07四")).refused).column == "监护人姓名"
    assert pupil(with_column("现住址", "青石镇\n第2村")).address == "青石镇 第2村"


@pytest.mark.parametrize("cell", ["汉\x05族", "汉\n族", "汉\u202e族", "族" * 101])
def test_a_bad_ethnic_group_refuses_its_row_and_never_stops_the_others(cell: str) -> None:
    heads = (*HEADS, "民族")
    reading = read((*USUAL, cell), (*OTHER, "01-汉族"), heads=heads)
    fault = only(reading.refused)
    assert (fault.row_number, fault.column) == (2, "民族")
    assert [row.pupil.ethnicity for row in reading.rows] == ["汉族"]


def test_a_cell_of_another_script_s_spaces_is_blank() -> None:
    heads = (*HEADS, "现住址", "户籍地址", "民族")
    child = pupil(read((*USUAL, "\u2003", "\u2003", "\u2003"), heads=heads))
    assert (child.address, child.hukou_code, child.hukou_place) == (None, None, None)
    assert child.ethnicity is None


@pytest.mark.parametrize(
    ("head", "cell", "boards"),
    [
        ("就读方式", "1-走读", False),
        ("就读方式", "2-住校", True),
        ("就读方式", "住校", True),
        ("就读方式", None, None),
        ("是否住校", "是", True),
        ("是否寄宿生", "否", False),
    ],
)
def test_boarding_is_read(head: str, cell: Cell, boards: object) -> None:
    assert pupil(with_column(head, cell)).boarder is boards


@pytest.mark.parametrize(
    ("cell", "code", "place"),
    [
        ("990101100201", "990101100201", None),
        (990101100201.0, "990101100201", None),
        ("青石镇第2村", None, "青石镇第2村"),
        ("12345", None, "12345"),
        ("1234567890123", None, "1234567890123"),
        (None, None, None),
    ],
)
def test_a_hukou_is_a_code_or_a_place(
    cell: Cell, code: str | None, place: str | None
) -> None:
    child = pupil(with_column("户籍地址", cell))
    assert (child.hukou_code, child.hukou_place) == (code, place)


def test_where_the_child_lives_now_goes_before_the_family_s_address() -> None:
    heads = (*HEADS, "通信地址", "家庭住址", "现住址")
    assert pupil(read((*USUAL, "甲", "乙", "丙"), heads=heads)).address == "丙"
    assert pupil(read((*USUAL, "甲", "乙", None), heads=heads)).address == "乙"
    assert pupil(read((*USUAL, "甲", "/", None), heads=heads)).address == "甲"
    # 家庭住址 is not the hukou.
    assert pupil(read((*USUAL, "甲", "乙", "丙"), heads=heads)).hukou_place is None


def test_a_grade_column_completes_a_bare_class_number() -> None:
    heads = (*HEADS, "年级")
    for label in ("1班", "（1）班", "1", 1.0, "三(1)班", "2024级1班", "301"):
        child = pupil(read((*changed("班级", label), "三年级"), heads=heads))
        assert (child.class_key.cohort, child.class_key.number) == (2024, 1)
    fault = only(read((*changed("班级", "三(1)班"), "四年级"), heads=heads).refused)
    assert "不一致" in fault.reason


def test_a_class_that_excel_made_a_date_is_explained() -> None:
    fault = only(read(changed("班级", "2026-03-01")).refused)
    assert "日期" in fault.reason


@pytest.mark.parametrize(
    "cell",
    [
        "20120315",
        20120315,
        20120315.0,
        "2012-3-15",
        "2012/3/15",
        "2012.3.15",
        "2012.03.15",
        "2012年3月15日",
        "2012 年 3 月 15 日",
        "２０１２－０３－１５",
        "2012-03-15 00:00:00",
        "2012/3/15 0:00",
        # Excel counts days from 1899-12-30: 2012-03-15 is day 40983.
        40983,
        40983.0,
        "40983",
        40983.5,
        date(2012, 3, 15),
        datetime(2012, 3, 15, 0, 0),  # noqa: DTZ001 - as a workbook has it
    ],
)
def test_a_birth_date_may_be_written_in_any_way(cell: Cell) -> None:
    assert pupil(read(changed("出生日期", cell))).born_on == date(2012, 3, 15)


def test_the_hour_after_a_day_is_not_taken_for_the_day() -> None:
    heads = tuple("备注" if head == "身份证件号" else head for head in HEADS)
    reading = read(changed("出生日期", "2012-3-1 6:00"), heads=heads)
    assert pupil(reading).born_on == date(2012, 3, 1)


@pytest.mark.parametrize(
    ("cell", "reason"),
    [
        ("2012-02-30", "没有这一天"),
        ("20121301", "没有这一天"),
        ("12/03/15", "无法识别"),
        ("3月15日", "无法识别"),
        (19999, "无法识别"),
        (80000, "无法识别"),
        ("2026-11-24", "晚于今天"),
    ],
)
def test_a_birth_date_that_cannot_be_read_refuses_the_row(cell: Cell, reason: str) -> None:
    fault = only(read(changed("出生日期", cell)).refused)
    assert (fault.row_number, fault.column) == (2, "出生日期")
    assert reason in fault.reason


def test_sex_and_birth_are_taken_from_the_number_where_the_row_is_silent() -> None:
    child = pupil(read(changed("性别", None, changed("出生日期", " "))))
    assert (child.sex, child.born_on) == (Sex.MALE, date(2012, 3, 15))


def test_without_a_number_sex_and_birth_must_be_told() -> None:
    silent = changed("身份证件号", None, changed("性别", "不详", changed("出生日期", None)))
    assert [fault.column for fault in read(silent).refused] == ["性别", "出生日期"]


@pytest.mark.parametrize("cell", ["男", "1-男", "1", 1.0, "１－男", " 男 "])
def test_sex_may_be_a_code_or_a_label(cell: Cell) -> None:
    assert pupil(read(changed("性别", cell))).sex is Sex.MALE


def test_birth_and_sex_unlike_the_number_are_accepted_with_a_warning() -> None:
    reading = read(changed("出生日期", "2012-03-16"))
    assert reading.rows[0].pupil.born_on == date(2012, 3, 16)
    assert only(reading.warned).column == "出生日期"
    reading = read(changed("性别", "女"))
    assert reading.rows[0].pupil.sex is Sex.FEMALE
    assert only(reading.warned).column == "性别"


@pytest.mark.parametrize(
    "cell",
    [
        "990101201203150212",
        "９９０１０１２０１２０３１５０２１２",
        " 990101201203150212\u3000",
        "'990101201203150212",
    ],
)
def test_a_number_is_folded(cell: str) -> None:
    child = pupil(read(changed("身份证件号", cell)))
    assert child.identity is not None
    assert child.identity.number == "990101201203150212"


@pytest.mark.parametrize(
    "cell", [9.90101201203150e17, 990101201203150212, "9.90101E+17", 10**15]
)
def test_a_number_kept_as_a_number_has_lost_digits(cell: Cell) -> None:
    fault = only(read(changed("身份证件号", cell)).refused)
    assert "末几位已丢失" in fault.reason


def test_noughts_at_the_end_of_a_wrong_number_are_explained() -> None:
    fault = only(read(changed("身份证件号", "990101201203150000")).refused)
    assert fault.reason.startswith("身份证号校验码不符")
    assert "末三位为000" in fault.reason
    assert fault.value_masked == "990101********0000"


def test_a_child_without_a_document_is_taken_in() -> None:
    told = read((*changed("身份证件号", None), "Z-其他"), heads=(*HEADS, "身份证件类型"))
    assert pupil(told).identity is None
    assert told.warned == ()
    untold = read(changed("身份证件号", "无"))
    assert pupil(untold).identity is None
    assert only(untold.warned).column == "身份证件号"


def test_a_foreign_document_is_not_held_to_the_resident_s_check() -> None:
    row = (*changed("身份证件号", "h1234567(8)"), "6-香港特区护照/身份证明")
    child = pupil(read(row, heads=(*HEADS, "身份证件类型")))
    assert child.identity == Identity(kind=IdKind.HONG_KONG, number="H1234567(8)")
