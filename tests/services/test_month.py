"""Laws of the month's figures: they balance or are not filed, and each event counts once."""

from datetime import date
from uuid import uuid4

import pytest

from core.rules.balance import LineScope, MonthLine, Unbalanced
from core.rules.change import ChangeKind, ChangeState
from core.rules.month import MonthFacts, ReportKind, ReportState
from core.services import change_explain, month
from db.change import NewChange, add_all
from tests.services.month_town import (
    DUO,
    HE,
    HE_3,
    HE_4,
    LI,
    MING,
    QING,
    TOWNSHIP,
    YANG,
    YU,
    YUN,
    Town,
    at,
    build,
)

BUREAU, OFFICE = ReportKind.BUREAU, ReportKind.OFFICE
NOV, DEC, OCT = date(2026, 11, 1), date(2026, 12, 1), date(2026, 10, 1)
PLANT = """
INSERT INTO enrolment (township_id, student_id, school_id, class_id, boarder, status, from_on)
VALUES ($1, $2, $3, $4, false, 'enrolled', $5)
"""


@pytest.fixture
async def town(pool) -> Town:
    return await build(pool)


async def filed(
    town: Town,
    kind: ReportKind = BUREAU,
    when: date = NOV,
    by: str = "he",
    school: int = HE,
) -> MonthFacts:
    desk = await town.desk(by)
    return await month.file(desk, school, kind, when, "", uuid4())


async def seen(town: Town, kind: ReportKind = BUREAU, when: date = NOV) -> month.MonthView:
    return await month.view(await town.desk("he"), HE, kind, when)


def figures(line: MonthLine) -> tuple[int, ...]:
    """期初, 转入, 转出, 其他增, 其他减 (调班在内), 期末, 在籍."""
    return (
        line.opening,
        line.transfer_in,
        line.transfer_out,
        line.all_other_in,
        line.all_other_out,
        line.closing,
        line.on_roll,
    )


def named(lines: tuple[MonthLine, ...], name: str) -> MonthLine:
    return next(line for line in lines if line.name == name)


async def test_a_month_by_hand(town: Town) -> None:
    town.now = at(11, 5)
    await town.gone(YU)  # 转出
    town.now = at(11, 9)
    await town.gone(MING, "suspension")
    await town.enter("class_move", DUO, to_class_id=HE_4)
    town.now = at(11, 23)
    facts = await filed(town)
    # 三年级 3 -1 转出 -1 调出 = 1; 四年级 2 -1 休学 +1 调入 = 2, 在籍 3.
    assert figures(named(facts.lines, "三年级")) == (3, 0, 1, 0, 1, 1, 1)
    assert figures(named(facts.lines, "四年级")) == (2, 0, 0, 1, 0, 2, 3)
    whole = facts.lines[-1]
    assert whole.scope is LineScope.TOTAL
    # The move cancels within the school.
    assert figures(whole) == (5, 0, 1, 0, 0, 3, 4)
    assert (whole.suspension, whole.suspended, whole.transfer_out_outside) == (1, 1, 1)


async def test_the_office_reads_classes_of_the_calendar_month(town: Town) -> None:
    town.now = at(11, 5)
    await town.gone(YU)
    town.now = at(12, 2)
    await town.gone(DUO)
    facts = await filed(town, OFFICE)
    assert [line.name for line in facts.lines] == [
        "三年级（1）班",
        "四年级（1）班",
        "河湾小学",
    ]
    # December's departure is not November's.
    assert figures(facts.lines[0]) == (3, 0, 1, 0, 0, 2, 2)
    assert (facts.window.from_on, facts.window.cutoff_on) == (NOV, date(2026, 11, 30))


async def test_20_a_nine_year_school_has_a_sum_of_each_stage(town: Town) -> None:
    facts = await filed(town, by="qing", school=QING)
    assert [line.name for line in facts.lines] == [
        "三年级",
        "小学小计",
        "七年级",
        "初中小计",
        "青石镇九年一贯制学校",
    ]


async def test_35_a_planted_enrolment_is_refused_by_name(town: Town) -> None:
    await town.write("UPDATE enrolment SET to_on = '2026-11-10' WHERE student_id = 201")
    await town.write(PLANT, TOWNSHIP, 201, HE, HE_4, date(2026, 11, 10))
    with pytest.raises(Unbalanced, match="四年级（1）班冯晗（在册而无增加异动）"):
        await filed(town)
    with pytest.raises(Unbalanced, match="三年级（1）班冯晗（不在册而无减少异动）"):
        await filed(town, by="qing", school=QING)
    assert await town.pool.fetchval("SELECT count(*) FROM month_version") == 0
    view = await seen(town)
    assert [(one.student_name, one.kind.value) for one in view.strays] == [
        ("冯晗", "arrived")
    ]


async def test_35_two_plants_that_cancel_are_refused_all_the_same(town: Town) -> None:
    await town.write("UPDATE enrolment SET to_on = '2026-11-10' WHERE student_id = 201")
    await town.write(PLANT, TOWNSHIP, 201, HE, HE_3, date(2026, 11, 10))
    await town.write("UPDATE enrolment SET to_on = '2026-11-10' WHERE student_id = $1", YU)
    with pytest.raises(Unbalanced, match=r"赵小雨.*冯晗|冯晗.*赵小雨"):
        await filed(town)


async def test_35_a_plant_behind_a_filed_report_is_found_by_the_next(town: Town) -> None:
    await filed(town)
    # After the report, an enrolment is slipped in before its end.
    await town.write("UPDATE enrolment SET to_on = '2026-11-10' WHERE student_id = 201")
    await town.write(PLANT, TOWNSHIP, 201, HE, HE_4, date(2026, 11, 10))
    town.now = at(12, 21)
    with pytest.raises(Unbalanced, match="冯晗（在册而无增加异动）"):
        await filed(town, when=DEC)


async def test_35_a_stray_is_explained_and_the_month_is_filed(town: Town) -> None:
    await town.write("UPDATE enrolment SET to_on = '2026-11-10' WHERE student_id = 201")
    await town.write(PLANT, TOWNSHIP, 201, HE, HE_4, date(2026, 11, 10))
    desk = await town.desk("reg")
    await change_explain.explain(desk, HE, (BUREAU, NOV), 201, "导入时漏登转入", uuid4())
    facts = await filed(town)
    assert figures(facts.lines[-1]) == (5, 0, 0, 1, 0, 6, 6)
    assert "verify_change:office" in await town.duties(HE)
    with pytest.raises(change_explain.Balanced):
        await change_explain.explain(desk, HE, (BUREAU, NOV), 201, "再登", uuid4())


async def test_35_a_planted_class_switch_is_explained_as_a_move(town: Town) -> None:
    await town.write("UPDATE enrolment SET to_on = '2026-11-10' WHERE student_id = $1", YU)
    await town.write(PLANT, TOWNSHIP, YU, HE, HE_4, date(2026, 11, 10))
    with pytest.raises(Unbalanced, match="赵小雨"):
        await filed(town)
    desk = await town.desk("reg")
    await change_explain.explain(desk, HE, (BUREAU, NOV), YU, "调班漏登", uuid4())
    facts = await filed(town)
    assert figures(named(facts.lines, "四年级")) == (2, 0, 0, 1, 0, 3, 3)
    assert figures(facts.lines[-1]) == (5, 0, 0, 0, 0, 5, 5)


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


async def test_a_pending_transfer_is_in_school_and_shown_as_pending(town: Town) -> None:
    await town.enter("transfer_out")
    whole = (await filed(town)).lines[-1]
    assert (whole.closing, whole.transfer_out, whole.transfer_pending) == (5, 0, 1)


async def test_19_a_teaching_point_is_filed_by_its_parent_s_principal(town: Town) -> None:
    facts = await filed(town, school=YUN)
    assert facts.filed_as == "校长 王建国"
    assert figures(facts.lines[-1]) == (2, 0, 0, 0, 0, 2, 2)


async def test_visits_and_persuasions_are_counted_once(town: Town) -> None:
    visit = """
    INSERT INTO visit (township_id, student_id, school_id, class_id, case_id, school_year,
                       number, version, visited_at, method, met, cause, cause_note,
                       whereabouts, whereabouts_note, state_of_mind, guardian_opinion,
                       result, missing_members, correction_reason, entered_by, entered_at)
    VALUES ($1, $2, 2, 21, $3, 2026, $4, $5, $6, 'home', '母亲', 'work', '', 'at_home', '',
            '', '', 'promised', '', '', 10, $7)
    """
    case_id = await town.write(
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


async def test_11_a_chain_of_short_leaves_is_a_long_one(town: Town) -> None:
    leave = """
    INSERT INTO leave (township_id, number, student_id, school_id, class_id, kind, from_day,
                       from_session, to_day, to_session, from_at, to_at, asked_by, asked_how,
                       reason, state, entered_by, entered_at, alone_until, evidence)
    VALUES ($1, $2, $3, 2, 21, 'sick', $4::date, 'am', $5::date, 'pm', $4::date + time '08:00',
            $5::date + time '17:00', '母亲', 'phone', '', 'approved', 10, $6,
            $5::date + time '17:00', '')
    """
    # 9 to 23 November holds eleven school days; ten of them are no long leave.
    for number, (pupil, first) in enumerate(((YU, 9), (DUO, 10))):
        days = ((first, 13), (16, 20), (23, 23))
        for place, (begin, end) in enumerate(days):
            await town.write(
                leave,
                TOWNSHIP,
                f"{number}{place}",
                pupil,
                date(2026, 11, begin),
                date(2026, 11, end),
                at(11, 9),
            )
    whole = (await filed(town)).lines[-1]
    assert (whole.long_leave, whole.closing) == (1, 5)


async def test_a_filed_version_is_kept_byte_for_byte(town: Town) -> None:
    facts = await filed(town)
    row = await town.pool.fetchrow("SELECT * FROM month_version")
    assert row is not None
    assert row["content"] == facts.canonical
    assert row["sha256"] == facts.sha256
    book = await month.workbook(await town.desk("he"), HE, BUREAU, NOV)
    assert book.rendered == row["bytes"]
    assert book.rendered.startswith(b"PK")
    assert row["member_ids"] == [YU, DUO, LI, MING, YANG]
    with pytest.raises(Exception, match="only grows"):
        await town.write("UPDATE month_version SET zero = true")


async def test_the_state_is_late_after_the_25th(town: Town) -> None:
    town.now = at(11, 25, 23, 59)
    assert (await seen(town)).state is ReportState.NOT_FILED
    town.now = at(11, 26, 0, 0)
    assert (await seen(town)).state is ReportState.OVERDUE
    await filed(town)
    assert (await seen(town)).state is ReportState.FILED_LATE


async def test_35_a_class_move_that_an_import_found_balances(town: Town) -> None:
    town.now = at(11, 10)
    await town.write("UPDATE enrolment SET to_on = '2026-11-10' WHERE student_id = $1", YU)
    await town.write(PLANT, TOWNSHIP, YU, HE, HE_4, date(2026, 11, 10))
    like = NewChange(
        student_id=0,
        school_id=HE,
        class_id=0,
        kind=ChangeKind.CLASS_MOVE,
        state=ChangeState.VERIFIED,
        happened_on=date(2026, 11, 10),
        effective_on=date(2026, 11, 10),
    )
    desk = await town.desk("reg")
    async with desk.writing("roster.import") as (conn, now):
        await add_all(conn, TOWNSHIP, like, [(YU, HE_4)], 9, now)
    town.now = at(11, 23)
    facts = await filed(town)
    assert figures(named(facts.lines, "三年级")) == (3, 0, 0, 0, 1, 2, 2)
    assert figures(named(facts.lines, "四年级")) == (2, 0, 0, 1, 0, 3, 3)
