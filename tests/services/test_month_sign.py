"""Laws of who confirms, who signs, and when a month may be filed (31, 32, 34)."""

from datetime import date
from uuid import uuid4

import pytest

from core.rules.errors import NotYours, OutOfSight
from core.rules.month_refused import NoZeroHere, OfficeNotYet, RollsFirst
from core.rules.staff import Role
from core.services import month, month_class
from core.services.month_context import FileEarlierFirst, NotBegun, NotOwed
from tests.services.month_acts import (
    BUREAU,
    DEC,
    FRIDAY,
    NOV,
    OCT,
    OFFICE,
    texts,
    zero,
)
from tests.services.month_town import (
    HE,
    HE_3,
    HE_4,
    PLAN,
    TOWNSHIP,
    YU,
    Town,
    at,
    build,
)


@pytest.fixture
async def town(pool) -> Town:
    return await build(pool)


async def test_34_unconfirmed_classes_are_confirmed_by_the_filing_and_say_so(
    town: Town,
) -> None:
    desk = await town.desk("teacher")
    assert await month_class.confirm(desk, HE_3, NOV, uuid4()) is False
    view = await month.view(await town.desk("he"), HE, BUREAU, NOV)
    assert view.unconfirmed == ("四年级（1）班",)
    facts = await zero(town)
    remarks = {line.name: line.remark for line in facts.lines}
    assert remarks["三年级"] == ""
    assert remarks["四年级"] == "（1）班校长代确认"
    states = await month_class.listing(await town.desk("he"), NOV, HE)
    assert [one.state for one in states] == ["已确认", "校长代确认"]


async def test_34_a_class_is_confirmed_by_its_teacher_or_on_their_behalf(
    town: Town,
) -> None:
    with pytest.raises((NotYours, OutOfSight, month_class.NothingThere)):
        await month_class.confirm(await town.desk("teacher"), HE_4, NOV, uuid4())
    with pytest.raises(NotYours):
        await month_class.confirm(await town.desk("reg"), HE_4, NOV, uuid4())
    principal = await town.desk("he")
    assert await month_class.confirm(principal, HE_4, NOV, uuid4()) is True
    await month_class.confirm(await town.desk("teacher"), HE_3, NOV, uuid4())
    # What a teacher has confirmed is not taken over on their behalf.
    with pytest.raises(Exception, match="无需代确认"):
        await month_class.confirm(principal, HE_3, NOV, uuid4())


async def test_a_class_month_is_counted_for_its_teacher(town: Town) -> None:
    await town.rolls(HE, FRIDAY)
    roll = await town.pool.fetchval("SELECT id FROM roll WHERE class_id = $1", HE_3)
    mark = """
    INSERT INTO roll_mark (township_id, school_id, roll_id, student_id, mark, noted_by, noted_at)
    VALUES ($1, $5, $2, $3, 'absent', 0, $4)
    """
    await town.write(mark, TOWNSHIP, roll, YU, town.now, HE)
    seen = await month_class.view(await town.desk("teacher"), HE_3, NOV)
    assert (seen.line.opening, seen.line.closing) == (3, 3)
    assert seen.attendance.printed == "66.67"  # two of three
    assert seen.shown_due_on == date(2026, 11, 25)


async def test_31_only_the_principal_or_a_dated_mandate_signs(town: Town) -> None:
    for other in ("vice", "reg", "teacher"):
        with pytest.raises((NotYours, OutOfSight)):
            await zero(town, by=other)
    with pytest.raises(OutOfSight):
        await zero(town, by="qing")
    await town.write(
        """
        INSERT INTO account_grant (account_id, role, acting, township_id, school_id, from_on,
                                   to_on, given_by, given_at)
        VALUES (8, 'leader', 'signature', $1, $2, '2026-11-20', '2026-11-27', 0,
                '2026-11-20 00:00+08')
        """,
        TOWNSHIP,
        HE,
    )
    facts = await zero(town, by="vice")
    assert facts.filed_as == "刘芳（校长授权）"
    book = await month.workbook(await town.desk("he"), HE, BUREAU, NOV)
    assert any("签发：刘芳（校长授权）" in text for text in texts(book.rendered))
    town.now = at(11, 27)
    with pytest.raises(NotYours):
        await zero(town, by="vice")


async def test_the_bureau_s_months_are_filed_in_order(town: Town) -> None:
    town.now = at(12, 23)
    with pytest.raises(FileEarlierFirst, match="2026年11月尚未报送"):
        await zero(town, when=DEC)
    late = await zero(town)  # 补报
    assert late.window.cutoff_on == date(2026, 11, 25)
    december = await zero(town, when=DEC)
    assert december.window.from_on == date(2026, 11, 26)


async def test_a_month_before_the_school_went_live_is_not_owed(town: Town) -> None:
    desk = await town.desk("he")
    with pytest.raises(NotOwed):
        await month.view(desk, HE, BUREAU, OCT)
    with pytest.raises(NotBegun, match="2026年12月尚未开始，请自当月1日起办理。"):
        await month.view(desk, HE, BUREAU, DEC)
    # It was live for the last days of the office's October.
    assert (await month.view(desk, HE, OFFICE, OCT)).due_on == date(2026, 11, 3)


async def test_32_the_office_s_month_is_filed_from_its_last_school_day(
    town: Town,
) -> None:
    desk = await town.desk("he")
    await town.write(PLAN, TOWNSHIP, HE)
    last = date(2026, 10, 30)  # the 31st is a Saturday
    town.now = at(10, 29, 18)
    with pytest.raises(OfficeNotYet, match="10月30日"):
        await month.file(
            desk=await town.desk("he"),
            school_id=HE,
            kind=OFFICE,
            month=OCT,
            explanation="",
            op_id=uuid4(),
        )
    town.now = at(10, 30, 7)
    with pytest.raises(NoZeroHere):
        await month.file(await town.desk("he"), HE, OFFICE, OCT, "", uuid4(), zero=True)
    with pytest.raises(
        RollsFirst, match="2节未点名：10-30上午三年级（1）班、10-30上午四年级"
    ):
        await month.file(await town.desk("he"), HE, OFFICE, OCT, "", uuid4())
    await town.rolls(HE, last)
    facts = await month.file(await town.desk("he"), HE, OFFICE, OCT, "", uuid4())
    assert facts.window.cutoff_on == date(2026, 10, 31)
    assert desk.actor.holds(Role.LEADER, school_id=HE)


async def test_32_the_due_day_never_moves_later(town: Town) -> None:
    # 25 October 2026 is a Sunday; 3 October is in the 国庆 holiday.
    await town.write("UPDATE school SET live_on = '2026-09-01'")
    town.now = at(10, 20)
    view = await month.view(await town.desk("he"), HE, BUREAU, OCT)
    assert (view.due_on, view.shown_due_on) == (date(2026, 10, 25), date(2026, 10, 23))
    office = await month.view(await town.desk("he"), HE, OFFICE, date(2026, 9, 1))
    assert (office.due_on, office.shown_due_on) == (date(2026, 10, 3), date(2026, 9, 30))
