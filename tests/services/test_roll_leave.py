"""Situations 2 and 14: a digit of the roll books a leave, to the pupil's own last session."""

import pytest

from core.rules.roll import Mark
from core.services import leave_book
from db.pool import Pool
from tests.services.school_town import DASHAN, XIAOYU, SchoolTown, at, build

# 赵大山 boards; his class has boarders' rolls on the evenings before school.
BOARDERS = (
    """
    INSERT INTO session_plan (township_id, school_id, session, starts_at, ends_at,
                              limit_after, held, boarders_only, from_on)
    VALUES (990101100, 1, 'night', '20:30', '21:30', 30, 'eve', true, '2026-09-01'),
           (990101100, 1, 'sunday_return', '18:00', '20:00', 30, 'return_day', true,
            '2026-09-01')
    """,
    "UPDATE enrolment SET boarder = true WHERE student_id = 102",
)


@pytest.fixture
async def town(pool: Pool) -> SchoolTown:
    town = await build(pool)
    for sql in BOARDERS:
        await town.write(sql)
    return town


async def ends(town: SchoolTown) -> dict[int, str]:
    """Until when the leaves go that digits have booked, as 11-23 pm 17:00."""
    rows = await town.pool.fetch(
        "SELECT student_id, to_day, to_session, to_at, alone_until FROM leave ORDER BY id"
    )
    assert all(row["alone_until"] == row["to_at"] for row in rows)
    return {
        row["student_id"]: f"{row['to_day']:%m-%d} {row['to_session']} "
        f"{row['to_at'].astimezone(at('11-23 00:00').tzinfo):%H:%M}"
        for row in rows
    }


async def test_02_sick_on_the_roll_books_todays_leave_and_starts_no_clock(town):
    town.clock("11-23 08:10")
    await town.roll("11-23 am", _101=Mark.SICK)
    leave = await town.pool.fetchrow("SELECT * FROM leave")
    assert (leave["number"], leave["kind"], leave["asked_by"], leave["asked_how"]) == (
        "2026-0001",
        "sick",
        "李梅",
        "phone",
    )
    assert (str(leave["from_day"]), str(leave["to_day"]), leave["state"]) == (
        "2026-11-23",
        "2026-11-23",
        "approved",
    )
    mark = await town.pool.fetchrow("SELECT mark, leave_id FROM roll_mark")
    assert (mark["mark"], mark["leave_id"]) == ("sick", leave["id"])
    assert await town.run() is None


@pytest.mark.parametrize(
    ("minute", "run"), [(29, None), (30, "11-23 08:00"), (31, "11-23 08:00")]
)
async def test_08_a_digit_pressed_when_the_clock_is_over_erases_nothing(town, minute, run):
    town.clock("11-23 08:10")
    await town.roll("11-23 am", _101=Mark.ABSENT)
    town.clock(f"11-25 08:{minute}")
    await town.roll("11-25 am", _101=Mark.SICK)
    assert await town.run() == run
    # What is left of the day is leave all the same, and ends the run at its first roll.
    town.clock("11-25 14:05")
    await town.roll("11-25 pm")
    assert await town.run() is None


async def test_02_a_mark_whose_leave_is_gone_stops_no_clock(town):
    town.clock("11-23 08:10")
    await town.roll("11-23 am", _101=Mark.SICK)
    await town.write("UPDATE leave SET state = 'refused'")
    town.clock("11-23 14:05")
    await town.roll("11-23 pm", _101=Mark.ABSENT)
    assert await town.run() == "11-23 08:00"


@pytest.mark.parametrize("mark", [Mark.SICK, Mark.PERSONAL])
@pytest.mark.parametrize(("clock", "when"), [("08:10", "am"), ("14:05", "pm")])
async def test_14_a_day_pupil_s_leave_ends_with_lessons_and_a_boarder_s_with_the_night(
    town, mark, clock, when
):
    town.clock(f"11-23 {clock}")
    await town.roll(f"11-23 {when}", _101=mark, _102=mark)
    assert await ends(town) == {XIAOYU: "11-23 pm 17:00", DASHAN: "11-23 night 21:30"}


async def test_14_on_friday_there_is_no_night_and_both_end_with_lessons(town):
    town.clock("11-27 08:10")
    await town.roll("11-27 am", _101=Mark.SICK, _102=Mark.SICK)
    assert await ends(town) == {XIAOYU: "11-27 pm 17:00", DASHAN: "11-27 pm 17:00"}


async def test_13_leave_on_sunday_evening_is_for_that_evening(town):
    town.clock("11-22 18:05")
    await town.roll("11-22 sunday_return", _102=Mark.PERSONAL)
    assert await ends(town) == {DASHAN: "11-22 night 21:30"}


async def test_02_a_later_correction_books_no_session_the_pupil_has_not(town):
    town.clock("11-23 08:10")
    await town.roll("11-23 am", _101=Mark.ABSENT)
    town.clock("11-23 08:40")
    await town.roll("11-23 am", _101=Mark.SICK)
    assert await ends(town) == {XIAOYU: "11-23 pm 17:00"}


async def test_02_the_register_says_it_in_the_pupil_s_own_sessions(town):
    town.clock("11-23 08:10")
    await town.roll("11-23 am", _101=Mark.SICK, _102=Mark.SICK)
    lines = (await leave_book.register(await town.desk("li"))).lines
    assert {line.leave.student_name: line.leave.span for line in lines} == {
        "赵小雨": "11-23上午至下午",
        "赵大山": "11-23上午至晚点名",
    }


async def test_02_the_night_roll_opens_the_boarder_with_the_leave_of_the_morning(town):
    town.clock("11-23 08:10")
    await town.roll("11-23 am", _101=Mark.SICK, _102=Mark.SICK)
    town.clock("11-23 20:35")
    await town.roll("11-23 night")
    marked = await town.pool.fetch(
        "SELECT m.student_id, m.mark, m.leave_id FROM roll_mark m JOIN roll r ON r.id = m.roll_id"
        " WHERE r.session = 'night'"
    )
    booked = await town.pool.fetchval("SELECT id FROM leave WHERE student_id = 102")
    assert [tuple(row) for row in marked] == [(DASHAN, "sick", booked)]
    assert await town.pool.fetchval("SELECT count(*) FROM leave") == 2


async def test_10_the_day_after_leave_the_clock_begins_in_the_morning(town):
    town.clock("11-23 08:10")
    await town.roll("11-23 am", _101=Mark.SICK)
    town.clock("11-24 08:10")
    await town.roll("11-24 am", _101=Mark.ABSENT)
    assert await town.run() == "11-24 08:00"
