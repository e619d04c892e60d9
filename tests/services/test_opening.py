"""Situation 42: a school that goes live in mid-year enters its 期初数 once."""

from datetime import date
from uuid import uuid4

import pytest

from core.rules.errors import NotYours
from core.rules.month import ReportKind
from core.rules.opening import OpeningFigure, OpeningImpossible
from core.rules.rate import retention
from core.services import month, opening
from tests.services.month_town import HE, HE_3, HE_4, YU, Town, at, build

NOV = date(2026, 11, 1)


@pytest.fixture
async def town(pool) -> Town:
    return await build(pool)


THIRD = OpeningFigure(
    class_id=HE_3, at_year_start=5, transferred_in=1, transferred_out=2, dropped=1
)
FOURTH = OpeningFigure(class_id=HE_4, at_year_start=2)


async def lines(town: Town) -> month.MonthView:
    return await month.view(await town.desk("he"), HE, ReportKind.BUREAU, NOV)


async def test_42_without_opening_figures_the_rate_is_not_known(town: Town) -> None:
    assert (await lines(town)).lines[-1].year is None


async def test_42_figures_count_only_when_the_office_has_confirmed_them(
    town: Town,
) -> None:
    await opening.enter(await town.desk("reg"), HE, (THIRD, FOURTH), uuid4())
    assert (await lines(town)).lines[-1].year is None
    assert await town.duties(HE) == ["opening_figures:office"]
    with pytest.raises(NotYours):
        await opening.confirm(await town.desk("he"), HE, uuid4())
    assert await opening.confirm(await town.desk("office"), HE, uuid4()) == 2
    assert await town.duties(HE) == []
    view = await lines(town)
    year = view.lines[-1].year
    assert year is not None
    assert (year.opening, year.transfer_in, year.transfer_out_verified, year.dropout) == (
        7,
        1,
        2,
        1,
    )
    # 净口径: 5 / (7 + 1 - 2) = 83.33.
    assert retention(year).printed == "83.33"
    assert all("含启用前人工录入" in line.remark for line in view.lines[:-1])


async def test_42_confirmed_figures_are_final(town: Town) -> None:
    desk = await town.desk("reg")
    await opening.enter(desk, HE, (THIRD,), uuid4())
    changed = THIRD.model_copy(update={"at_year_start": 6})
    await opening.enter(desk, HE, (changed,), uuid4())  # not confirmed yet
    await opening.confirm(await town.desk("office"), HE, uuid4())
    with pytest.raises(opening.AlreadyConfirmed):
        await opening.enter(desk, HE, (THIRD,), uuid4())
    held = await opening.listing(desk, HE)
    assert [one.at_year_start for one in held] == [6, None]
    with pytest.raises(opening.NothingEntered):
        await opening.confirm(await town.desk("office"), HE, uuid4())


async def test_42_figures_are_held_against_who_was_there_when_the_school_went_live(
    town: Town,
) -> None:
    """河湾小学 went live on 26 October with 3 and 2 pupils; later changes do not count."""
    desk = await town.desk("reg")
    await opening.enter(desk, HE, (THIRD, FOURTH), uuid4())
    await town.gone()
    held = await opening.listing(desk, HE)
    assert [(one.enrolled, one.off_by) for one in held] == [(3, 0), (2, 0)]
    more = FOURTH.model_copy(update={"at_year_start": 4, "transferred_out": 1})
    await opening.enter(desk, HE, (more,), uuid4())
    fewer = THIRD.model_copy(update={"dropped": 2})
    await opening.enter(desk, HE, (fewer,), uuid4())
    held = await opening.listing(desk, HE)
    assert [(one.enrolled, one.off_by) for one in held] == [(3, -1), (2, 1)]


def test_figures_that_leave_fewer_than_no_pupils_are_refused() -> None:
    OpeningFigure(class_id=1, at_year_start=3, transferred_out=3)
    with pytest.raises(OpeningImpossible):
        OpeningFigure(class_id=1, at_year_start=3, transferred_out=4)


async def test_who_dropped_out_before_going_live_and_returned_is_lost_no_more(
    town: Town,
) -> None:
    await town.write("UPDATE enrolment SET status = 'dropped' WHERE student_id = $1", YU)
    figures = OpeningFigure(class_id=HE_3, at_year_start=3, dropped=1)
    await opening.enter(await town.desk("reg"), HE, (figures, FOURTH), uuid4())
    await opening.confirm(await town.desk("office"), HE, uuid4())
    year = (await lines(town)).lines[-1].year
    assert year is not None
    assert retention(year).printed == "80.00"  # 4 of 5
    town.now = at(11, 24)
    await town.enter("return")
    year = (await lines(town)).lines[-1].year
    assert year is not None
    assert (year.dropout, year.returned) == (0, 0)
    assert retention(year).printed == "100.00"
