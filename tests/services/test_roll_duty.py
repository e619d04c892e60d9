"""Rolls nobody takes and classes nobody heads (days.md 4, 6, 16, 17), boarders (13, 14)."""

import pytest

from core.rules.duty import DutyKind
from core.rules.roll import Mark
from db.pool import Pool
from tests.services.duty_acts import owed, sweep_all, today
from tests.services.file_town import FOURTH
from tests.services.school_town import (
    RIVER,
    THIRD,
    TOWNSHIP,
    SchoolTown,
    at,
    build,
)

HANMEI = 103  # a pupil of 四年级（1）班
FOURTH_HAS_A_PUPIL = f"""
WITH made AS (
INSERT INTO student (township_id, id, name, sex, born_on, pinyin, pinyin_key)
VALUES ({TOWNSHIP}, {HANMEI}, '韩梅', 'female', '2017-05-04', '{{hm}}', 'hanmei')
RETURNING id)
INSERT INTO enrolment (township_id, student_id, school_id, class_id, seat_no, boarder, status,
                       from_on)
SELECT {TOWNSHIP}, id, {RIVER}, {FOURTH}, 1, false, 'enrolled', '2026-09-01' FROM made
"""


@pytest.fixture
async def town(pool: Pool) -> SchoolTown:
    return await build(pool)


# 4. The roll at 08:30, when the teacher stands in lesson 1.


@pytest.mark.parametrize(
    ("clock", "overdue", "red"),
    [
        ("11-23 08:29:59", False, False),
        ("11-23 08:30:00", True, False),
        ("11-23 08:59:59", True, False),
        ("11-23 09:00:00", True, True),
    ],
)
async def test_04_a_roll_is_late_after_30_minutes_and_red_and_the_principal_s_after_60(
    town, clock, overdue, red
):
    town.clock(clock)
    mine = (await today(town, "li")).rolls
    (line,) = mine[0].lines
    assert line.overdue_at(town.now) is overdue
    assert line.climbed_at(town.now) is red
    assert line.said_at(town.now) == ("未点名·逾时" if overdue else "未点名")
    late = (await today(town, "wang")).late
    names = [one.class_name for group in late for one in group.lines]
    assert names == (["三年级（1）班"] if red else [])
    # It never leaves the one who is to take it, and is nobody else's.
    assert (await today(town, "four")).late == ()


async def test_04_the_limit_is_the_school_s_own_and_red_never_comes_before_it(town):
    await town.write("UPDATE session_plan SET limit_after = 90 WHERE school_id = 1")
    for clock, red in (("11-23 09:29:59", False), ("11-23 09:30", True)):
        town.clock(clock)
        late = (await today(town, "wang")).late
        assert bool(late) is red
    # The other school keeps the usual half hour.
    (line,) = (await today(town, "zhou")).rolls[0].lines
    assert line.session.limit_at == at("11-23 08:30")
    assert line.red_at == at("11-23 09:00")


async def test_04_a_taken_roll_is_nobody_s_worry(town):
    town.clock("11-23 08:40")
    await town.roll("11-23 am")
    town.clock("11-23 09:00")
    assert (await today(town, "wang")).late == ()


# 6. Nobody takes rolls for two days.


async def test_06_two_school_days_without_a_roll_are_the_principal_s_and_red_at_the_office(
    town,
):
    town.clock("11-23 08:10")
    await town.roll("11-23 am")
    for clock, words in (
        ("11-24 20:00", []),  # one whole day without
        ("11-25 20:00", []),  # the second is not over
        ("11-26 00:00", ["三年级（1）班"]),
    ):
        town.clock(clock)
        assert await owed(town, "wang", DutyKind.UNTAKEN) == words
    await sweep_all(town)
    seen = [d for d in (await today(town, "office")).duties if d.kind == "untaken"]
    told = [(d.words, d.climbed_to) for d in seen if d.school_id == RIVER]
    assert told == [("三年级（1）班", "office")]
    town.clock("11-26 08:10")
    await town.roll("11-26 am")
    assert await owed(town, "wang", DutyKind.UNTAKEN) == []


async def test_06_days_called_off_are_no_days_without_a_roll(town):
    town.clock("11-24 08:10")
    await town.roll("11-24 am")
    await town.write(
        "INSERT INTO closure (township_id, class_id, school_id, from_on, to_on, kind, reason,"
        " declared_by, declared_at) VALUES ($1, $2, 1, '2026-11-25', '2026-11-27',"
        " 'suspension', '流感', 8, $3)",
        TOWNSHIP,
        THIRD,
        town.now,
    )
    town.clock("11-27 23:59")
    assert await owed(town, "wang", DutyKind.UNTAKEN) == []
    town.clock("12-01 00:00")  # Friday and Monday were school days without a roll
    assert await owed(town, "wang", DutyKind.UNTAKEN) == ["三年级（1）班"]


# 16. A class without a head teacher.


async def headless(town: SchoolTown) -> None:
    await town.write("UPDATE account_grant SET to_on = '2026-11-23' WHERE account_id = 7")


async def test_16_what_a_class_without_a_head_teacher_owes_is_the_principal_s(town):
    town.clock("11-23 08:10")
    await town.roll("11-23 am", _101=Mark.ABSENT)
    town.clock("11-23 14:00")
    assert await owed(town, "wang", DutyKind.CONTACT) == []
    assert (await today(town, "wang")).rolls == ()
    await headless(town)
    assert await owed(town, "wang", DutyKind.CONTACT) == ["赵小雨"]
    assert await owed(town, "reg", DutyKind.CONTACT) == []
    (due,) = (await today(town, "wang")).rolls
    assert [line.class_id for line in due.lines] == [THIRD]


async def test_16_a_disabled_account_heads_nothing(town):
    town.clock("11-23 08:10")
    await town.roll("11-23 am", _101=Mark.ABSENT)
    await town.write("UPDATE account SET disabled_at = $1 WHERE id = 7", town.now)
    assert await owed(town, "wang", DutyKind.CONTACT) == ["赵小雨"]


async def test_16_the_township_sees_which_class_lacks_one_until_it_has_one(town):
    assert await owed(town, "office", DutyKind.HEAD_TEACHER) == []
    await headless(town)
    await sweep_all(town)
    assert await owed(town, "wang", DutyKind.HEAD_TEACHER) == ["三年级（1）班"]
    assert await owed(town, "office", DutyKind.HEAD_TEACHER) == ["三年级（1）班"]
    await town.write(FOURTH_HAS_A_PUPIL)
    await town.write("UPDATE account_grant SET to_on = '2026-11-23' WHERE account_id = 16")
    await sweep_all(town)
    assert await owed(town, "office", DutyKind.HEAD_TEACHER) == ["三年级（1）班等2个班"]
    await town.write("UPDATE account_grant SET to_on = NULL WHERE account_id IN (7, 16)")
    await sweep_all(town)
    assert await owed(town, "office", DutyKind.HEAD_TEACHER) == []


async def test_16_who_stands_in_heads_the_class(town):
    await headless(town)
    await town.write(
        "INSERT INTO account_grant (account_id, role, acting, township_id, school_id,"
        " class_id, from_on, to_on, given_by, given_at) VALUES (9, 'class_teacher', 'class',"
        " $1, $2, $3, '2026-11-23', '2026-11-30', 8, $4)",
        TOWNSHIP,
        RIVER,
        THIRD,
        town.now,
    )
    assert await owed(town, "office", DutyKind.HEAD_TEACHER) == []
    town.clock("11-23 08:00")
    assert (await today(town, "wang")).rolls == ()
    assert len((await today(town, "liu")).rolls) == 1


LETS_GO = "UPDATE account_grant SET to_on = '2026-11-23' WHERE account_id = 10"


async def test_16_what_a_school_without_a_registrar_owes_is_the_principal_s(town):
    await town.write(
        "INSERT INTO duty (township_id, kind, owed_by, school_id, subject_id, words, opened_at,"
        " due_at) VALUES ($1, 'leave_decision', 'registrar', $2, 1, '赵小雨', $3, $3)",
        TOWNSHIP,
        RIVER,
        town.now,
    )
    kind = DutyKind.LEAVE_DECISION
    assert await owed(town, "reg", kind) == ["赵小雨"]
    assert await owed(town, "wang", kind) == []
    await town.write(LETS_GO)
    assert await owed(town, "wang", kind) == ["赵小雨"]
    assert await owed(town, "li", kind) == []
    await town.write("UPDATE account_grant SET to_on = NULL WHERE account_id = 10")
    assert await owed(town, "wang", kind) == []
    await town.write("UPDATE account SET disabled_at = $1 WHERE id = 10", town.now)
    assert await owed(town, "wang", kind) == ["赵小雨"]


# 17. Two classes, one teacher.


async def test_17_who_has_two_classes_is_told_of_which_and_takes_each_roll(town):
    await town.write(FOURTH_HAS_A_PUPIL)
    town.clock("11-23 08:10")
    assert (await today(town, "li")).several_classes is False
    await town.write(
        "INSERT INTO account_grant (account_id, role, township_id, school_id, class_id,"
        " from_on, given_by, given_at)"
        " VALUES (7, 'class_teacher', $1, $2, $3, '2026-09-01', 0, $4)",
        TOWNSHIP,
        RIVER,
        FOURTH,
        town.now,
    )
    seen = await today(town, "li")
    assert seen.several_classes is True
    names = sorted(line.class_name for due in seen.rolls for line in due.lines)
    assert names == ["三年级（1）班", "四年级（1）班"]
    # Each roll is its own: taking one leaves the other owed.
    await town.roll("11-23 am")
    (left,) = (await today(town, "li")).rolls
    assert [line.class_name for line in left.lines] == ["四年级（1）班"]


# 13, 14. Boarders.
