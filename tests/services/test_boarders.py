"""Situations 13 and 14: boarders' evenings, who takes their rolls and who is missed."""

from uuid import uuid4

import pytest

from core.rules.duty import DutyKind
from core.rules.leave_entry import LeaveDraft
from core.rules.roll import Mark
from core.services import board, leave, roll
from tests.services.duty_acts import owed
from tests.services.file_town import PEOPLE
from tests.services.school_town import (
    DASHAN,
    RIVER,
    THIRD,
    TOWNSHIP,
    XIAOYU,
    SchoolTown,
    at,
    build,
    draft,
    session,
)
from tests.services.town import Person

EVENINGS = f"""
INSERT INTO session_plan (township_id, school_id, session, starts_at, ends_at, limit_after, held,
                          boarders_only, from_on)
VALUES ({TOWNSHIP}, {RIVER}, 'sunday_return', '17:00', '18:30', 90, 'return_day', true,
        '2026-09-01'),
       ({TOWNSHIP}, {RIVER}, 'night', '20:30', '21:30', 30, 'eve', true, '2026-09-01')
"""

KEEPER = f"""
INSERT INTO account (id, signin_name, name, must_change_password, created_at)
VALUES (20, 'su', '宿管吴', false, '2026-09-01 00:00+08');
INSERT INTO account_grant (account_id, role, township_id, school_id, from_on, given_by, given_at)
VALUES (20, 'duty_teacher', {TOWNSHIP}, {RIVER}, '2026-09-01', 0, '2026-09-01 00:00+08')
"""


@pytest.fixture
async def town(pool) -> SchoolTown:
    return await build(pool)


@pytest.fixture
async def boarding(town: SchoolTown, monkeypatch) -> SchoolTown:
    """赵小雨 boards, 赵大山 goes home every day; 宿管吴 keeps the house."""
    await town.write(EVENINGS)
    await town.write(KEEPER)
    await town.write("UPDATE enrolment SET boarder = true WHERE student_id = $1", XIAOYU)
    await town.live("11-29")
    keeper = Person(20, "宿管吴", "duty_teacher", None, RIVER)
    monkeypatch.setitem(PEOPLE, "su", keeper)
    return town


async def pupils_of(town: SchoolTown, when: str, who: str) -> list[int]:
    day, code = session(when)
    sheet = await roll.open_sheet(await town.desk(who), TOWNSHIP, (THIRD,), day, code)
    return [pupil.student_id for part in sheet.parts for pupil in part.pupils]


@pytest.mark.parametrize("who", ["su", "wang"])
async def test_13_sunday_s_return_is_taken_by_the_house_and_expects_boarders_only(
    boarding, who
):
    boarding.clock("11-29 17:05")
    assert await pupils_of(boarding, "11-29 sunday_return", who) == [XIAOYU]
    lines = (await board.rolls(await boarding.desk(who))).lines
    told = [(line.session.session.value, line.expected) for line in lines]
    assert told == [("sunday_return", 1), ("night", 1)]
    await boarding.roll("11-29 sunday_return", who=who, _101=Mark.ABSENT)
    assert await boarding.run(XIAOYU) == "11-29 17:00"
    assert await boarding.run(DASHAN) is None
    assert await boarding.pool.fetchval("SELECT on_behalf FROM roll") is False


async def test_13_the_family_is_telephoned_the_same_evening_or_the_principal_hears_of_it(
    boarding,
):
    boarding.clock("11-29 18:20")
    await boarding.roll("11-29 sunday_return", who="su", _101=Mark.ABSENT)
    row = await boarding.pool.fetchrow("SELECT due_at, climbs_at FROM duty")
    # The roll is to be taken by 18:30; half an hour later the call is to be made.
    assert tuple(row) == (at("11-29 19:00"), at("11-29 19:00"))
    boarding.clock("11-29 18:59:59")
    assert await owed(boarding, "li", DutyKind.CONTACT) == ["赵小雨"]
    assert await owed(boarding, "wang", DutyKind.CONTACT) == []
    boarding.clock("11-29 19:00")
    assert await owed(boarding, "wang", DutyKind.CONTACT) == ["赵小雨"]


async def test_13_who_is_on_leave_on_sunday_evening_is_not_missed(boarding):
    boarding.clock("11-29 16:00")
    await boarding.leave("11-29 sunday_return", "11-30 pm")
    boarding.clock("11-29 17:05")
    await boarding.roll("11-29 sunday_return", who="su")
    assert await boarding.run(XIAOYU) is None
    boarding.clock("11-30 08:10")
    await boarding.roll("11-30 am")
    assert await boarding.run(XIAOYU) is None


async def test_14_a_boarder_gone_home_for_a_night_is_on_an_ordinary_leave(boarding):
    await boarding.live("12-02")
    boarding.clock("12-02 16:00")
    given = draft("12-02 night", "12-02 night", reason="回家取衣物")
    await leave.enter(await boarding.desk("li"), LeaveDraft.model_validate(given), uuid4())
    boarding.clock("12-02 20:35")
    await boarding.roll("12-02 night", who="su")
    assert await boarding.run(XIAOYU) is None
    mark = await boarding.pool.fetchval("SELECT mark FROM roll_mark")
    assert mark == "sick"
    # Back in the morning: nothing is left of it.  Not back: the run begins at the lesson.
    boarding.clock("12-03 08:10")
    await boarding.roll("12-03 am", _101=Mark.ABSENT)
    assert await boarding.run(XIAOYU) == "12-03 08:00"


async def test_14_without_that_leave_the_night_is_missed(boarding):
    await boarding.live("12-02")
    for when, clock in (("12-02 am", "12-02 08:10"), ("12-02 pm", "12-02 14:10")):
        boarding.clock(clock)
        await boarding.roll(when)
    boarding.clock("12-02 20:35")
    await boarding.roll("12-02 night", who="su", _101=Mark.ABSENT)
    assert await boarding.run(XIAOYU) == "12-02 20:30"
