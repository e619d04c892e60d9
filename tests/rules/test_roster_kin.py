import pytest

from core.rules.roster_cell import Cell
from core.rules.student import GroupKind, Guardian, GuardianRelation, SpecialGroup
from tests.rules.rosters import HEADS, USUAL, changed, only, pupil, read, with_column


def test_guardians_are_read_from_every_block() -> None:
    heads = (
        *HEADS[:5],
        "成员1姓名",
        "成员1关系",
        "成员1联系电话",
        "成员1是否监护人",
        "成员2姓名",
        "成员2关系",
        "成员2联系电话",
        "成员2现住址",
    )
    row = (
        *USUAL[:5],
        "张四",
        "61-祖父",
        "13800000000",
        "1-是",
        "李五",
        "52-母亲",
        13900000000.0,
        "广东省",
    )
    assert pupil(read(row, heads=heads)).guardians == (
        Guardian(
            ordinal=1,
            name="张四",
            relation=GuardianRelation.GRANDFATHER,
            is_guardian=True,
            phone="13800000000",
        ),
        Guardian(
            ordinal=2,
            name="李五",
            relation=GuardianRelation.MOTHER,
            is_guardian=True,
            phone="13900000000",
            address="广东省",
        ),
    )


def test_fathers_and_mothers_may_have_columns_of_their_own() -> None:
    heads = (*HEADS[:5], "母亲姓名", "母亲电话", "父亲姓名", "父亲联系电话")
    row = (*USUAL[:5], "李五", "13900000000", "张四", "13800000000")
    found = pupil(read(row, heads=heads)).guardians
    assert [(one.ordinal, one.name, one.relation) for one in found] == [
        (1, "张四", GuardianRelation.FATHER),
        (2, "李五", GuardianRelation.MOTHER),
    ]


def test_a_person_named_twice_is_one_guardian() -> None:
    reading = read((*USUAL, "张四"), heads=(*HEADS, "父亲姓名"))
    assert [one.name for one in pupil(reading).guardians] == ["张四"]


@pytest.mark.parametrize(
    ("cell", "relation"),
    [
        ("51-父亲", GuardianRelation.FATHER),
        ("51", GuardianRelation.FATHER),
        ("爸爸", GuardianRelation.FATHER),
        ("奶奶", GuardianRelation.GRANDMOTHER),
        ("外公", GuardianRelation.MATERNAL_GRANDFATHER),
        ("邻居", GuardianRelation.UNKNOWN),
        (None, GuardianRelation.UNKNOWN),
    ],
)
def test_relations_are_read_as_people_write_them(
    cell: Cell, relation: GuardianRelation
) -> None:
    found = pupil(read(changed("监护人关系", cell))).guardians
    assert found[0].relation is relation


def test_a_telephone_that_cannot_be_read_is_left_out_with_a_warning() -> None:
    reading = read(changed("监护人电话", "问班主任"))
    assert pupil(reading).guardians[0].phone is None
    assert only(reading.warned).column == "监护人电话"
    assert pupil(read(changed("监护人电话", "无"))).guardians[0].phone is None
    two = read(changed("监护人电话", "13800000000/13900000000"))
    assert pupil(two).guardians[0].phone == "13800000000"


def test_a_telephone_without_a_name_is_nobody_s() -> None:
    reading = read(changed("监护人姓名", None))
    assert pupil(reading).guardians == ()
    assert only(reading.warned).value_masked == "138****0000"


@pytest.mark.parametrize(
    ("head", "cell", "groups"),
    [
        ("是否留守儿童", "0-非留守儿童", []),
        ("是否留守儿童", "1-单亲留守儿童", [(GroupKind.LEFT_BEHIND, "单亲留守")]),
        ("是否留守儿童", "2-双亲留守儿童", [(GroupKind.LEFT_BEHIND, "双亲留守")]),
        ("是否留守儿童", "是", [(GroupKind.LEFT_BEHIND, None)]),
        ("是否留守儿童", "否", []),
        ("是否孤儿", "1-是", [(GroupKind.ORPHAN, None)]),
        ("是否孤儿", "0-否", []),
        ("孤儿", "√", [(GroupKind.ORPHAN, None)]),
        ("是否烈士或优抚子女", "1", [(GroupKind.MARTYR, None)]),
        ("残疾类型", "5-智力残疾", [(GroupKind.DISABLED, "智力残疾")]),
        ("残疾类型", "肢体残疾", [(GroupKind.DISABLED, "肢体残疾")]),
        ("健康状况", "50-残疾", [(GroupKind.DISABLED, None)]),
        ("健康状况", "10-健康或良好", []),
        ("随班就读", "1-是", [(GroupKind.INCLUSIVE, None)]),
        ("是否低保", "是", [(GroupKind.DIBAO, None)]),
        ("是否建档立卡", "是", [(GroupKind.LIFTED, None)]),
        ("是否进城务工人员随迁子女", "是", [(GroupKind.MIGRANT, None)]),
    ],
)
def test_flags_put_a_child_in_its_groups(
    head: str, cell: Cell, groups: list[tuple[GroupKind, str | None]]
) -> None:
    expected = tuple(SpecialGroup(kind=kind, detail=detail) for kind, detail in groups)
    reading = with_column(head, cell)
    assert pupil(reading).groups == expected
    assert len(reading.rows[0].asked) == 1


def test_a_blank_flag_answers_nothing() -> None:
    assert with_column("是否孤儿", None).rows[0].asked == ()
    assert with_column("健康状况", "").rows[0].asked == ()


def test_a_number_and_a_truth_of_one_file_keep_their_own_meanings() -> None:
    """1 is the register's code for one parent away, true is a bare yes, 2 is both away."""
    cells = (1, True, 1.0, 2, True, "1", False, 0)
    heads = (*HEADS, "是否留守儿童")
    rows = [
        (*changed("身份证件号", None)[:-1], f"1380000000{n}", cell)
        for n, cell in enumerate(cells)
    ]
    found = [row.pupil.groups for row in read(*rows, heads=heads).rows]
    one, both = "单亲留守", "双亲留守"
    assert [[group.detail for group in groups] for groups in found] == [
        *([one], [None], [one], [both], [None], [one], [], []),
    ]
