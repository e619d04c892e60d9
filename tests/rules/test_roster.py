from datetime import date

import pytest

from core.rules.class_label import ClassKey
from core.rules.identity import Identity, IdKind
from core.rules.roster_cell import Cell
from core.rules.roster_record import RosterUnreadable
from core.rules.student import Sex
from tests.rules.rosters import HEADS, OTHER, USUAL, changed, only, pupil, read, with_column


def test_an_ordinary_row_is_understood() -> None:
    child = pupil(read(USUAL))
    assert child.name == "张三"
    assert child.sex is Sex.MALE
    assert child.born_on == date(2012, 3, 15)
    assert child.identity == Identity(kind=IdKind.RESIDENT, number="990101201203150212")
    assert child.class_key == ClassKey(cohort=2024, number=1)


def test_columns_are_found_by_name_wherever_they_stand() -> None:
    order = (4, 0, 7, 2, 1, 3, 6, 5)
    moved = read(tuple(USUAL[i] for i in order), heads=tuple(HEADS[i] for i in order))
    assert pupil(moved) == pupil(read(USUAL))


@pytest.mark.parametrize("titles", [0, 1, 10])
def test_up_to_ten_title_rows_may_stand_above_the_heads(titles: int) -> None:
    above = [("某校学生名册", None)] * titles
    reading = read(*above[1:], HEADS, USUAL, heads=above[0] if above else HEADS)
    assert reading.rows[0].row_number == (titles + 2 if titles else 3)
    assert pupil(reading).name == "张三"


def test_an_eleventh_title_row_hides_the_heads() -> None:
    above = [("某校学生名册", None)] * 10
    with pytest.raises(RosterUnreadable, match="表头"):
        read(*above, HEADS, USUAL, heads=above[0])


@pytest.mark.parametrize(
    ("head", "alias"),
    [
        ("姓名", "姓名★"),
        ("姓名", "★ 学 生 姓 名"),
        ("姓名", "姓名（必填）"),
        ("身份证件号", "身份证号"),
        ("身份证件号", "证件号码"),
        ("班级", "班号"),
        ("班级", "所在班级"),
        ("班级", "班别"),
        ("出生日期", "出生日期(YYYYMMDD)"),
        ("监护人电话", "家长电话"),
        ("监护人电话", "成员1联系电话"),
        ("监护人关系", "与监护人关系"),
        ("监护人姓名", "成员１姓名"),
    ],
)
def test_heads_go_by_many_names(head: str, alias: str) -> None:
    heads = tuple(alias if one == head else one for one in HEADS)
    assert pupil(read(USUAL, heads=heads)) == pupil(read(USUAL))


def test_a_roster_without_names_or_classes_is_refused_whole() -> None:
    with pytest.raises(RosterUnreadable, match="姓名"):
        read(USUAL, heads=("甲", *HEADS[1:]))
    with pytest.raises(RosterUnreadable, match="班级"):
        read(USUAL, heads=(*HEADS[:4], "备注", *HEADS[5:]))
    with pytest.raises(RosterUnreadable):
        read(heads=())
    # What was found is named: a head that is there is not said to be missing.
    with pytest.raises(RosterUnreadable, match="^表头只认出“姓名、性别”，请补上班级"):
        read(heads=("姓名", "性别"))


def test_of_two_heads_alike_the_first_is_read_and_the_other_named() -> None:
    reading = read((*USUAL, "王五"), heads=(*HEADS, "姓名"))
    assert pupil(reading).name == "张三"
    assert reading.unread == ("姓名",)
    blank = read((*changed("姓名", None), "王五"), heads=(*HEADS, "姓名"))
    assert only(blank.refused).reason == "姓名为空，请补填。"


def test_of_two_rows_with_one_number_the_first_stays() -> None:
    again = changed("身份证件号", USUAL[3], OTHER)
    reading = read(USUAL, again)
    assert [row.row_number for row in reading.rows] == [2]
    fault = only(reading.refused)
    assert (fault.row_number, fault.column) == (3, "身份证件号")
    assert "第2行" in fault.reason


def test_a_refused_row_does_not_claim_its_number() -> None:
    again = changed("身份证件号", USUAL[3], OTHER)
    reading = read(changed("姓名", None), again)
    assert [row.row_number for row in reading.rows] == [3]


def test_two_rows_without_numbers_are_one_child_only_if_all_else_is_the_same() -> None:
    bare = changed("身份证件号", None)
    assert only(read(bare, bare).refused).row_number == 3
    assert len(read(bare, changed("监护人电话", "13800000001", bare)).rows) == 2
    assert len(read(bare, changed("出生日期", "2012-03-16", bare)).rows) == 2


@pytest.mark.parametrize(
    ("cell", "is_ours"),
    [
        ("2199010002", 1),
        (2199010002.0, 1),
        ("２１９９０１０００２", 1),
        ("", 1),
        ("3199010001", 0),
    ],
)
def test_rows_of_another_school_are_refused(cell: Cell, is_ours: int) -> None:
    reading = with_column("学校标识码", cell)
    assert len(reading.rows) == is_ours
    assert len(reading.refused) == 1 - is_ours


def test_a_bad_student_number_refuses_the_row_and_a_bad_local_one_only_warns() -> None:
    assert only(with_column("学籍号", "G123").refused).column == "学籍号"
    assert pupil(with_column("学籍号", "g990101201203150212")).national_no == (
        "G990101201203150212"
    )
    assert only(with_column("学籍辅号", 10**16).warned).column == "学籍辅号"


def test_all_faults_of_a_row_are_named_at_once() -> None:
    reading = read(changed("姓名", "=1+1", changed("班级", "1班", changed("性别", "?"))))
    assert [fault.column for fault in reading.refused] == ["姓名", "班级"]


def test_one_bad_row_never_stops_the_others() -> None:
    reading = read(changed("姓名", None), OTHER)
    assert [row.pupil.name for row in reading.rows] == ["李英"]


def test_blank_rows_and_heads_repeated_on_a_second_page_are_passed_over() -> None:
    reading = read(USUAL, (), (None, " "), HEADS, OTHER)
    assert [row.row_number for row in reading.rows] == [2, 6]
    assert reading.refused == ()
