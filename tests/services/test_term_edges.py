"""The edges of a term: who did not come back, and whose time is over (days.md 29, 30)."""

from datetime import date, datetime
from io import BytesIO
from uuid import uuid4

import pytest
from openpyxl import load_workbook

from core.rules.calendar import SessionCode
from core.rules.duty import DutyKind
from core.rules.errors import NotYours, OutOfSight
from core.rules.export import Asked, Listing, PurposeNeeded
from core.rules.month import ReportKind
from core.rules.roll import Mark
from core.rules.sheet import NoSession
from core.rules.time import SHANGHAI
from core.rules.unreturned import Why
from core.services import (
    board,
    duty,
    export,
    graduation,
    leave_book,
    month,
    roll,
    seat,
    sweep,
    unreturned,
)
from db.pool import Pool
from tests.services.school_town import (
    RIVER,
    THIRD,
    TOWNSHIP,
    XIAOYU,
    SchoolTown,
    build,
)

# 2026-11-23 is a Monday of the first term, which ends with 2027-01-23; the second begins
# on Monday 2027-03-01.  In September 2026 the town's schools were not live: the beginnings
# below are of 2027.
CALENDAR = """
INSERT INTO term (township_id, school_year, number, from_on, to_on)
VALUES ($1, 2026, 2, '2027-03-01', '2027-07-11'), ($1, 2027, 1, '2027-09-01', '2028-01-22')
"""
YEAR = (
    "INSERT INTO calendar_year VALUES (0, 2027, '国务院办公厅通知', '2026-11-04 00:00+08')"
)
FIRST_DAY = """
INSERT INTO session_plan (township_id, school_id, session, starts_at, ends_at, limit_after, held,
                          boarders_only, from_on)
SELECT $1, id, 'registration', '08:00', '11:40', 180, 'first_day', false, '2026-09-01'
  FROM school WHERE township_id = $1
"""
SIXTH, LEAVERS = 61, (601, 602)
SIX = f"""
INSERT INTO class (township_id, id, school_id, cohort, number)
VALUES ({TOWNSHIP}, {SIXTH}, {RIVER}, 2021, 1)
"""
LEAVER = """
WITH made AS (
INSERT INTO student (township_id, id, name, sex, born_on, pinyin, pinyin_key)
VALUES ($1, $2, $3, 'male', '2015-01-01', '{ly}', 'liyi') RETURNING id)
INSERT INTO enrolment (township_id, student_id, school_id, class_id, seat_no, boarder, status,
                       from_on)
SELECT $1, id, $4, $5, 1, false, 'enrolled', '2021-09-01' FROM made
"""
JUNIOR = f"""
INSERT INTO school (township_id, id, code, name, kind, system, live_on)
VALUES ({TOWNSHIP}, 7, '3199010007', '青石中学', 'junior', '6-3', '2026-09-01');
INSERT INTO class (township_id, id, school_id, cohort, number)
VALUES ({TOWNSHIP}, 71, 7, 2021, 1)
"""


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


@pytest.fixture
async def town(pool: Pool) -> SchoolTown:
    made = await build(pool)
    await made.write(CALENDAR, TOWNSHIP)
    await made.write(YEAR)
    await made.write(FIRST_DAY, TOWNSHIP)
    return made


async def sweep_all(town: SchoolTown) -> None:
    await sweep.everything(seat.front_desk(town.pool, lambda _: town.now))


async def told(town: SchoolTown, kind: DutyKind, who: str = "office") -> list[str]:
    await sweep_all(town)
    return [
        d.words for d in (await duty.today(await town.desk(who))).duties if d.kind is kind
    ]


async def listed(town: SchoolTown, who: str = "office") -> list[tuple[str, str]]:
    found = await unreturned.listing(await town.desk(who))
    return [(one.why.label, one.student_name) for one in found.children]


async def called(town: SchoolTown, when: str, *codes: str, **marks: Mark) -> None:
    """Take the rolls of 三年级（1）班 on a day, each five minutes into its session."""
    day = date.fromisoformat(when)
    for line in (await board.rolls(await town.desk("li"), day)).lines:
        if line.class_id == THIRD and line.session.session in codes:
            town.now = line.session.starts_at.replace(minute=5)
            await town.roll_on(day, line.session.session, **marks)


# 29. A term ends with a clock running.


async def last_days(town: SchoolTown) -> None:
    """The last two days of the first term: 赵小雨 is missing on the last, Friday 01-22."""
    await town.write("UPDATE school SET live_on = '2027-01-21'")
    await called(town, "2027-01-21", "am", "pm")
    await called(town, "2027-01-22", "am", "pm", _101=Mark.ABSENT)


async def test_29_the_clock_outlives_the_term_and_rings_by_the_hour(town):
    await last_days(town)
    due = await town.pool.fetchval("SELECT due_at FROM absence WHERE ended_at IS NULL")
    assert due == at("2027-01-24 08:00")
    town.now = at("2027-01-24 07:59:59")
    assert await town.ring() == 0
    town.now = at("2027-01-24 08:00")
    assert await town.ring() == 1


async def test_41_the_vacation_holds_no_duty_of_a_case(town):
    await last_days(town)
    town.now = at("2027-01-24 08:00")
    assert await told(town, DutyKind.SIGN_REPORT, "wang") == ["赵小雨"]
    for who, kind in (
        ("gov", DutyKind.ALARM_GOVERNMENT),
        ("bureau", DutyKind.ALARM_BUREAU),
        ("li", DutyKind.VISIT),
    ):
        assert await told(town, kind, who) == ["赵小雨"]
    # No lesson comes within days: the two hours are the clock's.
    town.now = at("2027-01-24 09:59:59")
    assert await told(town, DutyKind.SIGN_REPORT) == []
    town.now = at("2027-01-24 10:00")
    assert await told(town, DutyKind.SIGN_REPORT) == ["赵小雨"]


async def test_29_who_is_missing_as_the_term_ends_is_listed_to_the_office_once(town):
    await last_days(town)
    town.now = at("2027-01-23 23:59")
    assert await told(town, DutyKind.TERM_END) == []
    town.now = at("2027-01-24 00:00")
    assert await told(town, DutyKind.TERM_END) == ["河湾小学：1人未到"]
    assert await listed(town) == [("期末未返", "赵小雨")]
    assert await listed(town, "li") == [("期末未返", "赵小雨")]
    assert await listed(town, "zhou") == []
    for who in ("li", "wang", "gov", "bureau"):
        with pytest.raises((NotYours, OutOfSight)):
            await unreturned.take_note(await town.desk(who), TOWNSHIP, uuid4())
    await unreturned.take_note(await town.desk("office"), TOWNSHIP, uuid4())
    town.now = at("2027-01-28 08:00")
    assert await told(town, DutyKind.TERM_END) == []
    # Looked over is not come back: the child stays on the list, and on its clock.
    assert await listed(town) == [("期末未返", "赵小雨")]
    assert await town.endings() == ["open"]


async def test_29_who_was_back_by_the_last_day_is_on_no_list(town):
    await town.write("UPDATE school SET live_on = '2027-01-21'")
    await called(town, "2027-01-21", "am", "pm", _101=Mark.ABSENT)
    await called(town, "2027-01-22", "am", "pm", _101=Mark.PRESENT)
    town.now = at("2027-01-24 00:00")
    assert await told(town, DutyKind.TERM_END) == []
    assert await listed(town) == []


# 30. A term begins, and five do not return.


async def test_30_the_first_day_has_one_roll_and_the_clock_runs_from_it(town):
    await town.write("UPDATE school SET live_on = '2027-03-01'")
    town.now = at("2027-03-01 08:05")
    (due,) = (await duty.today(await town.desk("li"))).rolls
    assert [line.session.session.label for line in due.lines] == ["开学报到"]
    await called(town, "2027-03-01", "registration", _101=Mark.ABSENT)
    row = await town.pool.fetchrow("SELECT missed_at, due_at FROM absence")
    assert tuple(row) == (at("2027-03-01 08:00"), at("2027-03-03 08:30"))


async def test_30_who_did_not_register_is_listed_to_the_office_the_same_day(town):
    await town.write("UPDATE school SET live_on = '2027-03-01'")
    await called(town, "2027-03-01", "registration", _101=Mark.ABSENT)
    town.now = at("2027-03-01 10:59:59")
    assert await told(town, DutyKind.NOT_REGISTERED) == []
    town.now = at("2027-03-01 11:00")
    # 云岭小学 has not called its class at all: that is told as well, and is no zero.
    assert sorted(await told(town, DutyKind.NOT_REGISTERED)) == [
        "云岭小学：1个班未点名",
        "河湾小学：1人未到",
    ]
    (one, _) = [
        d
        for d in (await duty.today(await town.desk("office"))).duties
        if d.kind is DutyKind.NOT_REGISTERED
    ]
    assert one.due_at.date() == date(2027, 3, 1)
    assert await listed(town) == [("未报到", "赵小雨")]
    # Told once: that the second child is seen later changes the list, not the duty.
    town.now = at("2027-03-01 12:00")
    assert len(await told(town, DutyKind.NOT_REGISTERED)) == 2


async def test_30_who_comes_later_leaves_the_list(town):
    await town.write("UPDATE school SET live_on = '2027-03-01'")
    await called(town, "2027-03-01", "registration", _101=Mark.ABSENT, _102=Mark.ABSENT)
    town.now = at("2027-03-01 11:00")
    assert "河湾小学：2人未到" in await told(town, DutyKind.NOT_REGISTERED)
    await called(town, "2027-03-01", "pm", _101=Mark.PRESENT)
    assert await listed(town) == [("未报到", "赵大山")]
    # Missing from the second day on is no 未报到.
    await called(town, "2027-03-02", "am", _101=Mark.ABSENT)
    assert await listed(town) == [("未报到", "赵大山")]


async def test_30_who_was_missing_before_the_holidays_has_not_registered_either(town):
    await last_days(town)
    town.now = at("2027-03-01 07:00")
    assert await listed(town) == [("未报到", "赵小雨")]


# 六升七, and the classes whose time is over.


async def leavers(town: SchoolTown) -> None:
    """河湾小学 has a 六年级; the year turns."""
    await town.write(SIX)
    await town.write(JUNIOR)
    for student_id, name in zip(LEAVERS, ("李一", "李二"), strict=True):
        await town.write(LEAVER, TOWNSHIP, student_id, name, RIVER, SIXTH)
    await town.write("UPDATE school SET live_on = '2027-08-31'")


async def test_30_a_class_beyond_the_last_grade_is_called_at_no_roll(town):
    await leavers(town)
    for clock, classes in (("2027-07-09 08:00", 3), ("2027-09-02 08:00", 2)):
        await town.write("UPDATE school SET live_on = '2027-07-01'")
        town.now = at(clock)
        lines = (await board.rolls(await town.desk("office"))).lines
        am = {line.class_name for line in lines if line.session.session == "am"}
        assert len({line.class_id for line in lines}) == classes, am
    town.now = at("2027-09-02 08:05")
    wang, first = await town.desk("wang"), date(2027, 9, 2)
    with pytest.raises(NoSession):
        await roll.open_sheet(wang, TOWNSHIP, (SIXTH,), first, SessionCode.AM)
    # A server that stands still over the holidays makes no missing child of a leaver.
    town.now = at("2027-09-08 08:00")
    await sweep_all(town)
    assert await town.pool.fetchval("SELECT count(*) FROM absence") == 0


async def test_30_leavers_are_listed_until_another_school_has_received_them(town):
    await leavers(town)
    town.now = at("2027-09-01 11:00")
    words = await told(town, DutyKind.NOT_REGISTERED)
    assert "河湾小学：1个班未点名，六升七2人未到" in words
    found = await unreturned.listing(await town.desk("office"))
    gone = [one for one in found.children if one.why is Why.LEAVER]
    assert [(one.student_name, one.class_on(date(2027, 9, 1))) for one in gone] == [
        ("李一", "六年级（1）班"),
        ("李二", "六年级（1）班"),
    ]
    # One is received by the junior school; graduated or not, the other stays on the list.
    await town.write("UPDATE enrolment SET to_on = '2027-09-01' WHERE student_id = 601")
    await town.write(
        "INSERT INTO enrolment (township_id, student_id, school_id, class_id, boarder, status,"
        " from_on) VALUES ($1, 601, 7, 71, false, 'enrolled', '2027-09-01')",
        TOWNSHIP,
    )
    assert await listed(town) == [("六升七未到", "李二")]
    await graduation.graduate(await town.desk("reg"), TOWNSHIP, RIVER, uuid4())
    assert await listed(town) == [("六升七未到", "李二")]
    # In the second term nobody waits for them any more on this list.
    town.now = at("2028-02-01 08:00")
    assert await listed(town) == []


async def test_a_nine_year_school_keeps_its_grade_six(town):
    await leavers(town)
    await town.write("UPDATE school SET kind = 'nine_year' WHERE id = $1", RIVER)
    town.now = at("2027-09-02 09:00")
    assert await listed(town) == []
    lines = (await board.rolls(await town.desk("office"))).lines
    assert "七年级（1）班" in {line.class_name for line in lines}
    assert await told(town, DutyKind.GRADUATES, "reg") == []


async def test_who_is_beyond_the_last_grade_leaves_by_one_act_of_the_school(town):
    await leavers(town)
    town.now = at("2027-08-31 23:59")
    assert await told(town, DutyKind.GRADUATES, "reg") == []
    town.now = at("2027-09-01 00:00")
    assert await told(town, DutyKind.GRADUATES, "reg") == ["六年级（1）班2人"]
    for who in ("li", "office", "gov"):
        with pytest.raises(NotYours):
            await graduation.graduate(await town.desk(who), TOWNSHIP, RIVER, uuid4())
    town.now = at("2027-09-03 09:00")
    assert await graduation.graduate(await town.desk("reg"), TOWNSHIP, RIVER, uuid4()) == 2
    assert await told(town, DutyKind.GRADUATES, "reg") == []
    rows = await town.pool.fetch(
        "SELECT kind, state, effective_on FROM change ORDER BY student_id"
    )
    assert [tuple(row) for row in rows] == [
        ("graduation", "verified", date(2027, 9, 1))
    ] * 2
    # The month counts them, and balances.
    town.now = at("2027-09-24 18:00")
    seen = await month.view(
        await town.desk("wang"), RIVER, ReportKind.OFFICE, date(2027, 9, 1)
    )
    whole = seen.lines[-1]
    assert (whole.graduated, whole.closing, seen.strays) == (2, 2, ())


async def test_a_missing_child_does_not_leave_with_its_class(town):
    await leavers(town)
    await town.missing(601, at("2027-07-08 08:00"))
    town.now = at("2027-09-03 09:00")
    assert await graduation.graduate(await town.desk("reg"), TOWNSHIP, RIVER, uuid4()) == 1
    assert await town.endings(601) == ["open"]
    assert ("未报到", "李一") in await listed(town)
    stays = "SELECT to_on FROM enrolment WHERE student_id = 601"
    assert await town.pool.fetchval(stays) is None


# The list as a paper.


async def test_the_list_is_exported_with_whole_numbers_for_a_purpose(town):
    await last_days(town)
    town.now = at("2027-01-25 09:00")
    office = await town.desk("office")
    made = await export.make(office, Asked(listing=Listing.UNRETURNED))
    sheet = load_workbook(BytesIO(made.data)).active
    assert sheet["A1"].value == "青石镇2026—2027学年第一学期未返校学生名单"
    text = [[cell.value for cell in row] for row in sheet.iter_rows()]
    (row,) = [row for row in text if "赵小雨" in row]
    assert row[1:4] == ["河湾小学", "三年级（1）班", "赵小雨"]
    assert row[6:9] == ["990101********0212", "期末未返", "2027-01-22上午"]
    assert row[11] == "138****0000"
    with pytest.raises(PurposeNeeded):
        await export.make(office, Asked(listing=Listing.UNRETURNED, edition="submitted"))


async def test_no_number_is_in_what_the_screen_receives(town):
    await last_days(town)
    town.now = at("2027-01-25 09:00")
    found = await unreturned.listing(await town.desk("office"))
    assert "990101201803140212" not in found.model_dump_json()
    assert "13800000000" not in found.model_dump_json()


@pytest.mark.parametrize(
    ("day", "offered"),
    [
        ("2027-02-14", False),
        ("2027-02-15", True),
        ("2027-03-01", True),
        ("2027-03-02", False),
    ],
)
async def test_30_a_leave_may_begin_at_the_first_roll_of_a_term_only_while_one_comes(
    town: SchoolTown, day: str, *, offered: bool
) -> None:
    town.now = at(f"{day} 09:00")
    form = await leave_book.form(await town.desk("li"), TOWNSHIP, XIAOYU)
    assert (SessionCode.REGISTRATION in form.sessions) is offered
