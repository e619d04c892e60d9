"""What an import would do, on a primary school of two children."""

from collections.abc import Sequence

from core.rules.roster_cell import Cell
from core.rules.roster_plan import RosterPlan, plan
from core.rules.roster_record import KnownPupil, RosterReading
from core.rules.student import GroupKind, Guardian, GuardianRelation, SpecialGroup
from tests.rules.rosters import HEADS, OTHER, SCHOOL, USUAL, changed, only, read


def known(reading: RosterReading, school: str | None = SCHOOL) -> list[KnownPupil]:
    """Return a roster's children as they stand once it has been imported."""
    return [
        KnownPupil(student_id=number, school_code=school, pupil=row.pupil)
        for number, row in enumerate(reading.rows, start=1)
    ]


def planned(
    *rows: Sequence[Cell], existing: Sequence[KnownPupil], heads: Sequence[Cell] = HEADS
) -> RosterPlan:
    return plan(existing, read(*rows, heads=heads), school_code=SCHOOL)


BOTH = known(read(USUAL, OTHER))


def test_the_first_import_is_all_new() -> None:
    found = planned(USUAL, OTHER, existing=[])
    assert found.summary == "新增 2  变更 0  缺失 0  拒绝 0  提醒 0"


def test_the_second_import_of_the_same_file_changes_nothing() -> None:
    found = planned(USUAL, OTHER, existing=BOTH)
    assert found.summary == "新增 0  变更 0  缺失 0  拒绝 0  提醒 0"
    assert [one.student_id for one in found.unchanged] == [1, 2]


def test_a_child_without_number_and_telephone_is_found_again_too() -> None:
    bare = changed("身份证件号", None, changed("监护人电话", None))
    existing = known(read(bare))
    assert planned(bare, existing=existing).summary.startswith("新增 0  变更 0  缺失 0")


def test_the_order_of_stored_groups_is_no_change() -> None:
    heads = (*HEADS, "是否孤儿", "是否低保")
    row = (*USUAL, "是", "是")
    one = known(read(row, heads=heads))[0]
    turned = one.pupil.model_copy(update={"groups": one.pupil.groups[::-1]})
    existing = [one.model_copy(update={"pupil": turned})]
    assert planned(row, existing=existing, heads=heads).changed == ()


def test_a_missing_child_is_named_and_nothing_else_happens_to_it() -> None:
    found = planned(USUAL, existing=BOTH)
    assert [one.pupil.name for one in found.missing] == ["李英"]
    assert found.summary == "新增 0  变更 0  缺失 1  拒绝 0  提醒 0"


def test_a_child_whose_row_was_refused_is_not_missing() -> None:
    wrong = changed("身份证件号", "990101201206150041", OTHER)
    found = planned(USUAL, wrong, existing=BOTH)
    assert found.summary == "新增 0  变更 0  缺失 0  拒绝 1  提醒 0"
    # Another child of the same name is: the row tells of a different birth.
    other = changed("出生日期", "2013-06-15", wrong)
    assert planned(USUAL, other, existing=BOTH).summary.startswith("新增 0  变更 0  缺失 1")


def test_a_child_of_another_school_is_never_missing_here() -> None:
    away = known(read(OTHER), "3199010001")
    assert planned(USUAL, existing=away).missing == ()


def test_a_change_is_told_field_by_field_and_numbers_are_masked() -> None:
    row = changed("班级", "四(1)班", changed("监护人电话", "13800001111"))
    change = only_change(planned(row, OTHER, existing=BOTH))
    assert change == [
        ("班级", "2024级1班", "2023级1班"),
        ("监护人", "张四（父亲） 138****0000", "张四（父亲） 138****1111"),
    ]


def test_a_changed_number_is_found_by_name_birth_and_telephone() -> None:
    row = changed("身份证件号", "990101201203150239")
    change = only_change(planned(row, OTHER, existing=BOTH))
    assert change == [("身份证件号", "990101********0212", "990101********0239")]


def test_the_student_number_goes_before_the_identity_number() -> None:
    heads = (*HEADS, "学籍号")
    existing = known(
        read((*USUAL, "G990101201203150212"), (*OTHER, "G99010120120615004X"), heads=heads)
    )
    # The two rows have exchanged their identity numbers: the 学籍号 says who is who.
    first = (*changed("身份证件号", OTHER[3]), "G990101201203150212")
    second = (*changed("身份证件号", USUAL[3], OTHER), "G99010120120615004X")
    found = planned(first, second, existing=existing, heads=heads)
    assert [(one.student_id, one.after.name) for one in found.changed] == [
        (1, "张三"),
        (2, "李英"),
    ]


def test_a_number_that_another_child_keeps_refuses_its_row_only() -> None:
    heads = (*HEADS, "学籍号")
    first, second = (*USUAL, "G990101201203150212"), (*OTHER, "G99010120120615004X")
    existing = known(read(first, second, heads=heads))
    # 李英's row bears 张三's number, and 张三 keeps it: unnamed in the file, or unchanged.
    wrong = (*changed("身份证件号", USUAL[3], OTHER), second[-1])
    for rows in ([wrong], [("张三", *first[1:3], None, *first[4:]), wrong]):
        found = planned(*rows, existing=existing, heads=heads)
        fault = only(found.refused)
        assert (fault.row_number, fault.column) == (len(rows) + 1, "身份证件号")
        assert fault.value_masked == "990101********0212"
        assert "张三" not in fault.reason
        assert (found.new, found.changed) == ((), ())
    # A new child cannot take it either.
    stranger = (*changed("姓名", "王五", wrong[:-1]), "G990101201206150058")
    found = planned(first, stranger, existing=existing[:1], heads=heads)
    assert only(found.refused).row_number == 3
    assert found.summary == "新增 0  变更 0  缺失 0  拒绝 1  提醒 0"


def test_who_waits_for_a_number_that_is_not_given_up_waits_on() -> None:
    heads = (*HEADS, "学籍号")
    third = (
        *changed("姓名", "王五", changed("身份证件号", "990101201203150239")),
        "G1" + "0" * 17,
    )
    rows = [(*USUAL, "G990101201203150212"), (*OTHER, "G99010120120615004X"), third]
    existing = known(read(*rows, heads=heads))
    # 李英 would take 张三's, who would take 王五's, who keeps it.
    taking = [
        (*changed("身份证件号", third[3], rows[0][:-1]), rows[0][-1]),
        (*changed("身份证件号", USUAL[3], OTHER), rows[1][-1]),
    ]
    found = planned(*taking, existing=existing, heads=heads)
    assert sorted(fault.row_number for fault in found.refused) == [2, 3]
    # Once the third gives it up as well, in a round, all three are changed.
    last = (*changed("身份证件号", OTHER[3], third[:-1]), third[-1])
    found = planned(*taking, last, existing=existing, heads=heads)
    assert [one.student_id for one in found.changed] == [1, 2, 3]


def test_the_identity_number_goes_before_name_birth_and_telephone() -> None:
    # A namesake born the same day stands first in the file; the number is the second's.
    namesake = changed("身份证件号", None)
    found = planned(namesake, USUAL, existing=known(read(USUAL)))
    assert [row.row_number for row in found.new] == [2]
    assert [one.student_id for one in found.unchanged] == [1]


def test_no_child_is_claimed_by_two_rows() -> None:
    phone = changed("监护人电话", "13800000000/1")
    again = changed("身份证件号", "990101201203150239", phone)
    found = planned(USUAL, again, existing=known(read(USUAL)))
    assert [row.row_number for row in found.new] == [3]


def test_of_two_rows_alike_only_one_is_the_known_child() -> None:
    again = changed("身份证件号", "990101201203150239")
    found = planned(USUAL, again, existing=known(read(changed("身份证件号", None))))
    assert [row.row_number for row in found.new] == [3]
    assert [one.row_number for one in found.changed] == [2]


def test_a_claimed_child_does_not_hide_another_of_the_same_name() -> None:
    twin = known(read(changed("身份证件号", None)))[0].model_copy(update={"student_id": 9})
    existing = [twin, *known(read(USUAL))]
    again = changed("身份证件号", "990101201203150239")
    found = planned(USUAL, again, existing=existing)
    assert found.new == ()
    assert [one.student_id for one in found.changed] == [9]


def test_a_child_on_another_school_s_roll_is_not_taken_from_it() -> None:
    found = planned(USUAL, existing=known(read(USUAL), "3199010001"))
    assert found.new == ()
    assert "转学接收" in only(found.refused).reason
    assert found.summary == "新增 0  变更 0  缺失 0  拒绝 1  提醒 0"


def test_a_refused_row_leaves_no_warning() -> None:
    row = changed("性别", "女")
    found = planned(row, existing=known(read(row), "3199010001"))
    assert found.warned == ()
    assert planned(row, existing=[]).summary.endswith("拒绝 0  提醒 1")


def test_a_child_enrolled_nowhere_returns_and_counts_as_new() -> None:
    found = planned(USUAL, existing=known(read(USUAL), None))
    assert [one.student_id for one in found.returning] == [1]
    assert found.summary == "新增 1  变更 0  缺失 0  拒绝 0  提醒 0"


def test_a_row_with_two_faults_is_one_refusal() -> None:
    row = changed("姓名", "=1", changed("班级", "1班"))
    assert planned(row, existing=[]).summary == "新增 0  变更 0  缺失 0  拒绝 1  提醒 0"


def test_a_blank_cell_and_a_missing_column_erase_nothing() -> None:
    heads = (*HEADS, "现住址", "是否孤儿", "就读方式", "民族")
    existing = known(read((*USUAL, "青石镇", "是", "2-住校", "苗"), heads=heads))
    assert planned(USUAL, existing=existing).changed == ()
    blank = (*USUAL, None, None, None, None)
    assert planned(blank, existing=existing, heads=heads).changed == ()


def test_a_group_ends_only_where_the_roster_answers_no() -> None:
    heads = (*HEADS, "是否孤儿", "残疾类型", "健康状况")
    existing = known(read((*USUAL, "是", "5-智力残疾", "50-残疾"), heads=heads))
    found = planned((*USUAL, "否", None, "50-残疾"), existing=existing, heads=heads)
    assert only_groups(found) == (SpecialGroup(kind=GroupKind.DISABLED, detail="智力残疾"),)


def test_guardians_of_another_roster_are_added_not_exchanged() -> None:
    mother = changed("监护人姓名", "李五", changed("监护人关系", "母亲"))
    guardians = only_guardians(planned(mother, OTHER, existing=BOTH))
    # They share a telephone, and are two people all the same.
    assert [(one.ordinal, one.name) for one in guardians] == [(1, "张四"), (2, "李五")]


def test_a_guardian_respelt_is_the_same_guardian() -> None:
    respelt = changed("监护人姓名", "张肆")
    guardians = only_guardians(planned(respelt, OTHER, existing=BOTH))
    assert [(one.ordinal, one.name) for one in guardians] == [(1, "张肆")]


def test_what_a_roster_does_not_say_of_a_guardian_stays() -> None:
    silent = changed("监护人关系", None, changed("监护人电话", None))
    assert planned(silent, OTHER, existing=BOTH).changed == ()
    told = changed("监护人电话", "13800001111", silent)
    found = only_guardians(planned(told, OTHER, existing=BOTH))
    assert (found[0].relation, found[0].phone) == (GuardianRelation.FATHER, "13800001111")


def only_change(found: RosterPlan) -> list[tuple[str, str, str]]:
    assert len(found.changed) == 1
    return [(one.field, one.was, one.becomes) for one in found.changed[0].fields]


def only_groups(found: RosterPlan) -> tuple[SpecialGroup, ...]:
    assert len(found.changed) == 1
    return found.changed[0].after.groups


def only_guardians(found: RosterPlan) -> tuple[Guardian, ...]:
    assert len(found.changed) == 1
    return found.changed[0].after.guardians
