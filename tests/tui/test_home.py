"""What stands on the first screen, and that it stands there whole."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from rich.cells import cell_len

from core.rules.calendar import SessionCode
from core.rules.duty import DutyKind, Owes
from core.rules.owed import OwedDuty
from core.rules.roll import RollState
from core.rules.roll_board import RollLine
from core.rules.session import Session
from core.rules.staff import Acting, Actor, Grant, Post, Role
from core.services.duty import LateRolls, Today
from tui.screens.home import called
from tui.screens.home_rows import rows_of
from tui.widgets.cells import as_many

NOW = datetime(2026, 11, 23, 8, 31, tzinfo=ZoneInfo("Asia/Shanghai"))
SCHOOL = "青石镇九年一贯制学校"


def owed(number: int, kind: DutyKind, words: str) -> OwedDuty:
    return OwedDuty(
        id=number,
        township_id=990101100,
        kind=kind,
        owed_by=Owes.PRINCIPAL,
        school_id=1,
        class_id=number,
        student_id=None,
        subject_id=number,
        words=words,
        opened_at=NOW,
        due_at=datetime(2026, 11, 26, tzinfo=NOW.tzinfo),
        climbed_to=None,
        school_name=SCHOOL,
        cohort=2024,
        number=number,
    )


def today(
    *duties: OwedDuty,
    several_classes: bool = False,
    one_class: bool = True,
    late: tuple[LateRolls, ...] = (),
) -> Today:
    return Today(
        now=NOW,
        several_classes=several_classes,
        one_class=one_class,
        rolls=(),
        late=late,
        duties=duties,
        rolls_taken=0,
        rolls_untaken=0,
        untaken=(),
    )


def lines(*duties: OwedDuty) -> list[str]:
    return [row.words for row in rows_of(today(*duties))]


def test_what_is_owed_for_many_classes_is_one_line_and_every_other_duty_its_own():
    months = [owed(n, DutyKind.CLASS_MONTH, "11月") for n in range(1, 14)]
    untaken = [owed(n, DutyKind.UNTAKEN, f"一年级（{n}）班") for n in range(14, 17)]
    calls = [owed(n, DutyKind.CONTACT, "赵小雨") for n in (21, 22)]
    assert lines(*months, *untaken, *calls) == [
        "13个班11月班级月报待确认",
        "一年级（14）班等3个班连续未点名",
        "赵小雨未到校，请联系监护人",
        "赵小雨未到校，请联系监护人",
    ]
    assert lines(months[0], untaken[0]) == [
        "11月班级月报待确认",
        "一年级（14）班连续未点名",
    ]


def test_17_who_has_several_classes_reads_the_class_in_the_row():
    calls = [owed(n, DutyKind.CONTACT, "赵小雨") for n in (1, 2)]
    rows = rows_of(today(*calls, several_classes=True))
    assert [row.words for row in rows] == [
        "赵小雨未到校，请联系监护人  三年级（1）班",
        "赵小雨未到校，请联系监护人  三年级（2）班",
    ]


def test_16_a_principal_reads_whose_month_is_to_be_confirmed():
    month = owed(1, DutyKind.CLASS_MONTH, "11月")
    (row,) = rows_of(today(month, one_class=False))
    assert row.words == "11月班级月报待确认  三年级（1）班"
    (own,) = rows_of(today(month))
    assert own.words == "11月班级月报待确认"


def late(school_id: int, school_name: str) -> LateRolls:
    start = NOW.replace(hour=8, minute=0)
    line = RollLine(
        township_id=990101100,
        school_id=school_id,
        class_id=school_id,
        combined_id=None,
        combined_name=None,
        school_name=school_name,
        class_name="一年级（1）班",
        session=Session(
            day=NOW.date(),
            session=SessionCode.AM,
            starts_at=start,
            limit_at=start.replace(minute=30),
            ends_at=start.replace(hour=11),
        ),
        expected=7,
        headed=True,
        states=(RollState.UNTAKEN,),
        taken=None,
        opens_at=start,
        red_at=start,
    )
    return LateRolls(school_id=school_id, school_name=school_name, lines=(line,))


def test_19_late_rolls_of_two_schools_are_told_apart_by_the_school():
    here, there = late(1, "河湾小学"), late(2, "云岭教学点")
    assert [row.words for row in rows_of(today(late=(here,)))] == ["上午 一年级（1）班"]
    assert [row.words for row in rows_of(today(late=(here, there)))] == [
        "上午 一年级（1）班  河湾小学",
        "上午 一年级（1）班  云岭教学点",
    ]


def test_what_has_climbed_is_red_before_it_is_due():
    call = owed(1, DutyKind.CONTACT, "赵小雨")
    climbed = call.model_copy(update={"climbed_to": Owes.PRINCIPAL})
    assert [row.red for row in rows_of(today(call))] == [False]
    assert [row.red for row in rows_of(today(climbed))] == [True]


@pytest.mark.parametrize(
    ("cells", "told"),
    [
        (53, "：一年级（1）班上午、一年级（2）班上午、四年级（1）班"),
        (52, "：一年级（1）班上午、一年级（2）班上午等"),
        (40, "：一年级（1）班上午、一年级（2）班上午等"),
        (39, "：一年级（1）班上午等"),
        (21, "：一年级（1）班上午等"),
        (20, ""),
    ],
)
def test_names_that_do_not_fit_a_line_are_left_out_whole(cells, told):
    names = ["一年级（1）班上午", "一年级（2）班上午", "四年级（1）班"]
    assert as_many("：", names, cells) == told
    assert cell_len(told) <= cells


def grant(role: Role, post: Post | None = None, acting: Acting | None = None) -> Grant:
    return Grant(
        id=1,
        role=role,
        post=post,
        acting=acting,
        township_id=990101100,
        school_id=1,
        from_on=NOW.date(),
        place_name=SCHOOL,
    )


def test_the_title_names_every_post_once_and_the_place():
    grants = (
        grant(Role.TEACHER),
        grant(Role.CLASS_TEACHER, acting=Acting.CLASS),
        grant(Role.CLASS_TEACHER, acting=Acting.CLASS),
    )
    actor = Actor(account_id=7, signin_name="chenfang", name="陈芳", grants=grants)
    assert called(actor) == "陈芳 任课/包人教师、代班·班主任  青石镇九年一贯制学校"
    nobody = Actor(account_id=8, signin_name="zhaoyi", name="赵一", grants=())
    assert called(nobody) == "赵一 （无有效授权）"
