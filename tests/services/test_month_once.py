"""Laws of the windows: every event is in exactly one report, however late it is told."""

from datetime import date

import pytest

from core.rules.month import ReportKind
from tests.services.month_acts import BUREAU, DEC, NOV, OFFICE, filed, seen
from tests.services.month_town import (
    DUO,
    LI,
    MING,
    TOWNSHIP,
    YANG,
    YU,
    Town,
    at,
    build,
)


@pytest.fixture
async def town(pool) -> Town:
    return await build(pool)


async def transfers_out(town: Town, *reports: tuple[ReportKind, date]) -> list[int]:
    """Return 转出 of the newest version of each report, as it was filed."""
    found = []
    for kind, when in reports:
        view = await seen(town, kind, when)
        found.append(view.filed.lines[-1].transfer_out if view.filed else -1)
    return found


async def test_an_event_of_the_25th_23_59_59_is_in_one_report(town: Town) -> None:
    town.now = at(11, 25, 23, 59, 59.999)
    await town.gone(YU)
    town.now = at(11, 26, 0, 0, 0)
    await town.gone(DUO)
    town.now = at(11, 27)
    await filed(town)
    assert await transfers_out(town, (BUREAU, NOV)) == [1]
    town.now = at(12, 24)
    facts = await filed(town, when=DEC)
    assert facts.window.from_on == date(2026, 11, 26)
    assert await transfers_out(town, (BUREAU, NOV), (BUREAU, DEC)) == [1, 1]


async def test_a_case_at_the_25th_24_00_is_the_next_month_s(town: Town) -> None:
    town.now = at(11, 27)
    await town.case(YU, at(11, 25, 23, 59, 59.999))
    await town.case(DUO, at(11, 26, 0, 0, 0))
    first = (await filed(town)).lines[-1]
    assert (first.suspected_new, first.suspected_open) == (1, 1)
    town.now = at(12, 24)
    second = (await filed(town, when=DEC)).lines[-1]
    assert (second.suspected_new, second.suspected_open) == (1, 2)


async def test_what_happens_after_filing_on_that_day_is_in_the_next_report(
    town: Town,
) -> None:
    town.now = at(11, 23, 10)
    await filed(town)
    town.now = at(11, 23, 15)
    await town.gone(YU)
    await town.case(DUO, town.now)
    view = await seen(town)
    assert view.source_changed
    town.now = at(12, 24)
    facts = await filed(town, when=DEC)
    whole = facts.lines[-1]
    assert (whole.opening, whole.transfer_out, whole.closing) == (5, 1, 4)
    assert whole.suspected_new == 1
    assert await transfers_out(town, (BUREAU, NOV), (BUREAU, DEC)) == [0, 1]


async def test_what_happens_after_filing_may_be_corrected_into_it_instead(
    town: Town,
) -> None:
    town.now = at(11, 23, 10)
    await filed(town)
    town.now = at(11, 23, 15)
    await town.gone(YU)
    await filed(town)  # 更正
    town.now = at(12, 24)
    await filed(town, when=DEC)
    assert await transfers_out(town, (BUREAU, NOV), (BUREAU, DEC)) == [1, 0]


async def test_an_arrival_told_late_is_in_exactly_one_report(town: Town) -> None:
    town.now = at(11, 10)
    await town.gone(YU, "suspension")
    town.now = at(11, 21)
    first = await filed(town)
    # Came back on the 20th, entered on the 24th.
    town.now = at(11, 24)
    await town.enter("resumption", on=date(2026, 11, 20))
    town.now = at(12, 24)
    second = await filed(town, when=DEC)
    assert (first.lines[-1].closing, first.lines[-1].resumption) == (4, 0)
    whole = second.lines[-1]
    assert (whole.opening, whole.resumption, whole.closing) == (4, 1, 5)


async def test_a_correction_after_the_next_report_takes_nothing_from_it(
    town: Town,
) -> None:
    town.now = at(11, 10)
    await town.gone(YU, "suspension")
    town.now = at(11, 21)
    await filed(town)
    town.now = at(11, 24)
    await town.enter("resumption", on=date(2026, 11, 20))
    town.now = at(12, 22)
    await filed(town, when=DEC)
    assert not (await seen(town)).source_changed
    # November is corrected in December: it stays what was known in November.
    again = await filed(town)
    assert again.version == 2
    assert again.window.cutoff_on == date(2026, 11, 21)
    assert (again.lines[-1].resumption, again.lines[-1].closing) == (0, 4)
    town.now = at(12, 23)
    december = await filed(town, when=DEC)
    assert (december.lines[-1].opening, december.lines[-1].resumption) == (4, 1)


async def test_an_office_report_told_late_counts_in_the_next(town: Town) -> None:
    town.now = at(11, 10)
    await town.gone(YU, "suspension")
    town.now = at(12, 1)
    await filed(town, OFFICE)
    town.now = at(12, 7)
    await town.enter("resumption", on=date(2026, 11, 27))
    assert (await seen(town, OFFICE)).source_changed
    town.now = at(1, 4).replace(year=2027)
    facts = await filed(town, OFFICE, DEC)
    whole = facts.lines[-1]
    assert (whole.opening, whole.resumption, whole.closing) == (4, 1, 5)


async def test_departures_around_a_filing_are_each_in_one_report(town: Town) -> None:
    """Five pupils leave on five days around two filings; each is in one report."""
    days = [at(11, 20), at(11, 21, 8), at(11, 21, 20), at(11, 25, 23), at(11, 26, 1)]
    pupils = [YU, DUO, LI, MING, YANG]
    for moment, pupil in zip(days, pupils, strict=True):
        if moment == at(11, 21, 20):
            town.now = at(11, 21, 12)
            await filed(town)
        town.now = moment
        await town.gone(pupil)
    town.now = at(12, 25)
    await filed(town, when=DEC)
    counts = await transfers_out(town, (BUREAU, NOV), (BUREAU, DEC))
    assert counts == [2, 3]


async def test_visits_and_persuasions_are_counted_once(town: Town) -> None:
    visit = """
    INSERT INTO visit (township_id, student_id, school_id, class_id, case_id, school_year,
                       number, version, visited_at, method, met, cause, cause_note,
                       whereabouts, whereabouts_note, state_of_mind, guardian_opinion,
                       result, missing_members, correction_reason, entered_by, entered_at)
    VALUES ($1, $2, 2, 21, $3, 2026, $4, $5, $6, 'home', '母亲', 'work', '', 'at_home', '',
            '', '', 'promised', '', '', 10, $7)
    """
    case_id = await town.written(
        "INSERT INTO dropout_case (township_id, number, student_id, school_id, class_id,"
        " state, opened_at) VALUES ($1, 'c', $2, 2, 21, 'suspected', $3) RETURNING id",
        TOWNSHIP,
        YU,
        at(11, 3),
    )
    told = at(11, 12)
    await town.write(visit, TOWNSHIP, DUO, None, 1, 1, at(11, 11), told)
    # Its correction is no second visit.
    await town.write(visit, TOWNSHIP, DUO, None, 1, 2, at(11, 11), at(11, 13))
    await town.write(visit, TOWNSHIP, YU, case_id, 1, 1, at(11, 11), told)
    # Made before the filing, told after it.
    await town.write(visit, TOWNSHIP, DUO, None, 2, 1, at(11, 19), at(11, 24))
    town.now = at(11, 21)
    first = (await filed(town)).lines[-1]
    assert (first.visits, first.persuasions) == (1, 1)
    town.now = at(12, 24)
    second = (await filed(town, when=DEC)).lines[-1]
    assert (second.visits, second.persuasions) == (1, 0)


async def test_25_a_pending_transfer_is_in_school_and_shown_as_pending(town: Town) -> None:
    await town.enter("transfer_out")
    whole = (await filed(town)).lines[-1]
    assert (whole.closing, whole.transfer_out, whole.transfer_pending) == (5, 0, 1)
