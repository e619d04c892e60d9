"""Laws of the month's figures: they balance or are not filed."""

from datetime import date
from uuid import uuid4

import pytest

from core.rules.balance import LineScope, Unbalanced
from core.rules.change import ChangeKind, ChangeState
from core.rules.month import ReportState
from core.services import change_explain, month
from db.change import NewChange, add_all
from tests.services.month_acts import (
    BUREAU,
    DEC,
    NOV,
    OFFICE,
    PLANT,
    figures,
    filed,
    named,
    seen,
)
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


@pytest.fixture
async def town(pool) -> Town:
    return await build(pool)


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


async def test_19_a_teaching_point_is_filed_by_its_parent_s_principal(town: Town) -> None:
    facts = await filed(town, school=YUN)
    assert facts.filed_as == "校长 王建国"
    assert figures(facts.lines[-1]) == (2, 0, 0, 0, 0, 2, 2)


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
