"""The list of holidays, pasted as the State Council publishes it."""

from datetime import date

import pytest

from core.rules.calendar import DayKind
from core.rules.errors import BadInput
from core.rules.holiday_list import BadLine, NoHoliday, OtherYear, TwoSayings, read_list
from core.rules.holidays import HOLIDAYS_2026

# 国办发明电 of 2025-11-04, word for word.
NOTICE_2026 = """一、元旦：1月1日（周四）至3日（周六）放假调休，共3天。1月4日（周日）上班。
二、春节：2月15日（农历腊月二十八、周日）至23日（农历正月初七、周一）放假调休，共9天。2月14日（周六）、2月28日（周六）上班。
三、清明节：4月4日（周六）至6日（周一）放假，共3天。
四、劳动节：5月1日（周五）至5日（周二）放假调休，共5天。5月9日（周六）上班。
五、端午节：6月19日（周五）至21日（周日）放假，共3天。
六、中秋节：9月25日（周五）至27日（周日）放假，共3天。
七、国庆节：10月1日（周四）至7日（周三）放假调休，共7天。9月20日（周日）、10月10日（周六）上班。
"""


def test_the_notice_of_2026_reads_as_the_list_we_ship():
    read = {(h.day, h.kind) for h in read_list(NOTICE_2026, 2026)}
    assert read == {(h.day, h.kind) for h in HOLIDAYS_2026}
    assert len(read) == 39


@pytest.mark.parametrize(
    ("line", "days"),
    [
        ("元旦 1月1日-1月3日", ["01-01", "01-02", "01-03"]),
        ("元旦：1月1日至3日", ["01-01", "01-02", "01-03"]),
        ("元旦　１月１日～１月２日", ["01-01", "01-02"]),
        ("2027-01-01 off 元旦", ["01-01"]),
        ("清明节：4月5日放假1天。", ["04-05"]),
    ],
)
def test_each_way_of_writing_a_break_is_understood(line, days):
    read = read_list(line, 2027)
    assert [f"{h.day:%m-%d}" for h in read] == days
    assert {h.kind for h in read} == {DayKind.OFF}


def test_make_up_days_are_at_work():
    read = read_list("2027-01-01 off 元旦\n2027-01-03 work 元旦调休上班", 2027)
    assert [(h.day, h.kind, h.name) for h in read] == [
        (date(2027, 1, 1), DayKind.OFF, "元旦"),
        (date(2027, 1, 3), DayKind.WORK, "元旦调休上班"),
    ]
    (_, work) = read_list("劳动节 5月1日\n劳动节调休上班 5月9日", 2027)
    assert (work.name, work.kind) == ("劳动节调休上班", DayKind.WORK)
    (off, work) = read_list("元旦：1月1日放假。1月3日上班", 2027)
    assert (off.name, work.name, work.kind) == ("元旦", "元旦调休上班", DayKind.WORK)


def test_a_break_over_the_turn_of_the_year_is_read():
    read = read_list("元旦：2026年12月31日至2027年1月2日放假", 2027)
    assert [h.day.isoformat() for h in read] == ["2026-12-31", "2027-01-01", "2027-01-02"]


@pytest.mark.parametrize(
    ("text", "refusal"),
    [
        ("", NoHoliday),
        ("2027-01-03 work 补班", NoHoliday),
        ("元旦", BadLine),
        ("春节 2月30日-3月2日", BadLine),
        ("春节 2月1日-5月1日", BadLine),
        ("元旦 1月1日-1月3日\n说明：其他", BadLine),
        ("2027-13-01 off 元旦", BadLine),
        ("2027-01-01 off 元旦\n2027-01-01 work 元旦", TwoSayings),
        ("2027-01-01 off 元旦\n2025-01-01 off 元旦", OtherYear),
        ("元旦\x05 1月1日", BadLine),
    ],
)
def test_a_list_that_is_not_understood_changes_nothing(text, refusal):
    with pytest.raises(refusal) as refused:
        read_list(text, 2027)
    assert isinstance(refused.value, BadInput)
