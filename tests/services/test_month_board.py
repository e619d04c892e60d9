"""Laws of the matrix and the 汇总: missing is never zero, transfers within cancel (39)."""

from datetime import date
from io import BytesIO
from uuid import uuid4

import pytest
from openpyxl import load_workbook

from core.rules.arrival import Arrival
from core.rules.errors import NotYours, OutOfSight
from core.rules.month import ReportState
from core.services import (
    change_receive,
    month,
    month_board,
    month_check,
    month_intake,
    month_rollup,
    policy,
)
from tests.services.month_acts import BUREAU, NOV
from tests.services.month_town import (
    HE,
    QING,
    QING_3,
    TOWNSHIP,
    YU_NUMBER,
    YUN,
    Town,
    at,
    build,
)

RENDERED = """
SELECT v.bytes FROM month_version v JOIN month_report r ON r.id = v.report_id
 WHERE r.school_id IS NULL ORDER BY v.version DESC LIMIT 1
"""


@pytest.fixture
async def town(pool) -> Town:
    return await build(pool)


async def file(town: Town, school: int, by: str, *, zero: bool = False) -> None:
    desk = await town.desk(by)
    await month.file(desk, school, BUREAU, NOV, "", uuid4(), zero=zero)


async def board(town: Town, by: str = "office") -> month_board.MonthBoard:
    return await month_board.board(await town.desk(by), NOV, BUREAU)


async def test_39_filed_zero_and_not_filed_are_three_states(town: Town) -> None:
    await file(town, HE, "he")
    await file(town, QING, "qing", zero=True)
    await month_intake.remind(await town.desk("office"), YUN, BUREAU, NOV, uuid4())
    seen = await board(town)
    assert [(row.school.name, row.state) for row in seen.rows] == [
        ("河湾小学", ReportState.FILED),
        ("云岭教学点", ReportState.NOT_FILED),
        ("青石镇九年一贯制学校", ReportState.ZERO),
    ]
    assert seen.rows[1].total is None
    assert seen.rows[1].report is not None
    assert seen.rows[1].report.reminded == 1
    assert (seen.filed_count, seen.balanced) == (2, True)
    assert seen.total is not None
    assert (seen.total.opening, seen.total.closing) == (8, 8)
    owing = month_board.owing_rows(seen)
    assert [(row.filed, row.note) for row in owing] == [
        (True, ""),
        (False, "已催报1次"),
        (True, ""),
    ]


async def test_a_school_does_not_see_the_matrix(town: Town) -> None:
    with pytest.raises(OutOfSight):
        await board(town, "he")
    assert len((await board(town, "bureau")).rows) == 3


async def test_a_school_that_has_not_filed_by_the_25th_is_overdue(town: Town) -> None:
    town.now = at(11, 25, 23, 59)
    assert {row.state for row in (await board(town)).rows} == {ReportState.NOT_FILED}
    town.now = at(11, 26, 0, 0)
    assert {row.state for row in (await board(town)).rows} == {ReportState.OVERDUE}


async def test_each_township_of_a_county_has_its_own_due_day(town: Town) -> None:
    await town.write(
        """
        WITH t AS (INSERT INTO township VALUES (990101101, '白水镇', 1) RETURNING township_id)
        INSERT INTO school (township_id, id, code, name, kind, system, live_on)
        SELECT t.township_id, 4, '2199010004', '白水小学', 'primary', '6-3', '2026-10-26'
          FROM t
        """
    )
    desk, setting = await town.desk("bureau"), ("bureau_due_day", "24")
    await policy.change(desk, 990101101, setting, town.now.date(), uuid4())
    for day, overdue in ((24, []), (25, ["白水小学"])):
        town.now = at(11, day)
        seen = await board(town, "bureau")
        assert seen.due_on == date(2026, 11, 24)
        late = [row for row in seen.rows if row.state is ReportState.OVERDUE]
        assert [row.school.name for row in late] == overdue


async def test_26_a_transfer_between_two_schools_cancels_in_the_township(
    town: Town,
) -> None:
    arrival = Arrival(
        school_id=QING,
        class_id=QING_3,
        name="赵小雨",
        identity_number=YU_NUMBER,
        happened_on=date(2026, 11, 23),
        other_school="河湾小学",
    )
    desk = await town.desk("qreg")
    await change_receive.receive(desk, arrival, uuid4(), from_school=True)
    await file(town, HE, "he")
    half = (await board(town)).total
    assert half is not None
    # The other half is not filed yet: it still balances, and nothing cancels.
    assert (half.transfer_out, half.opening, half.closing) == (1, 5, 4)
    await file(town, QING, "qing")
    seen = await board(town)
    assert seen.total is not None
    assert (seen.total.transfer_in, seen.total.transfer_out) == (0, 0)
    assert (seen.total.opening, seen.total.closing) == (8, 8)
    assert seen.balanced
    shown = {row.school.name: row.total for row in seen.rows}
    here, there = shown["青石镇九年一贯制学校"], shown["河湾小学"]
    assert here is not None
    assert there is not None
    assert (here.transfer_in, there.transfer_out) == (1, 1)
    assert there.transfer_out_outside == 0


async def test_39_a_rollup_names_who_is_missing_and_prints_no_zero_for_them(
    town: Town,
) -> None:
    office = await town.desk("office")
    with pytest.raises(month_rollup.NothingToRollUp):
        await month_rollup.roll_up(office, TOWNSHIP, NOV, BUREAU, uuid4())
    await file(town, HE, "he")
    await file(town, QING, "qing", zero=True)
    with pytest.raises((NotYours, OutOfSight)):
        await month_rollup.roll_up(await town.desk("he"), TOWNSHIP, NOV, BUREAU, uuid4())
    facts = await month_rollup.roll_up(office, TOWNSHIP, NOV, BUREAU, uuid4())
    assert facts.notes == ("应报3所，实报2所，未报1所（云岭教学点）。",)
    rendered = await town.pool.fetchval(RENDERED)
    page = load_workbook(BytesIO(rendered)).worksheets[0]
    rows = {row[0]: row for row in page.iter_rows(values_only=True) if row[0]}
    assert set(rows["云岭教学点"][2:18]) == {"—"}
    assert rows["云岭教学点"][19] == "未报"
    assert rows["合计"][2] == 8
    # A late school: a new version, the first one stays.
    await file(town, YUN, "he")
    again = await month_rollup.roll_up(office, TOWNSHIP, NOV, BUREAU, uuid4())
    assert (again.version, again.notes) == (2, ("应报3所，实报3所，未报0所。",))
    assert await town.pool.fetchval("SELECT count(*) FROM month_version") == 5


async def test_the_matrix_shows_what_was_filed_not_what_is_true_by_now(
    town: Town,
) -> None:
    await file(town, HE, "he")
    town.now = at(11, 23, 15)
    await town.gone()
    seen = await board(town)
    assert seen.rows[0].total is not None
    assert seen.rows[0].total.closing == 5


async def test_53_what_was_filed_is_laid_beside_what_is_counted(town: Town) -> None:
    await file(town, HE, "he")
    town.now = at(11, 23, 15)
    await town.gone()
    plant = """
    INSERT INTO enrolment (township_id, student_id, school_id, class_id, boarder, status,
                           from_on)
    VALUES ($1, 301, $2, $3, false, 'enrolled', '2026-11-10')
    """
    end = "UPDATE enrolment SET to_on = '2026-11-10' WHERE student_id = 301"
    await town.write(end)
    await town.write(plant, TOWNSHIP, QING, QING_3)
    found = await month_check.check(await town.desk("office"), TOWNSHIP, NOV, BUREAU)
    assert [(one.school_name, one.filed, one.counted, one.astray) for one in found] == [
        ("河湾小学", 5, 4, 0),
        ("云岭教学点", None, 1, 1),
        ("青石镇九年一贯制学校", None, 4, 1),
    ]
    assert all(one.differs for one in found)
    with pytest.raises(OutOfSight):
        await month_check.check(await town.desk("he"), TOWNSHIP, NOV, BUREAU)
