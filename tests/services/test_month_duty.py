"""Laws of the month's duties: opened once by the sweep, cleared by the acts alone."""

from datetime import date
from uuid import uuid4

import pytest

from core.rules.errors import NotYours
from core.rules.month import StepRefused
from core.services import duty, month, month_class, month_duty, month_intake
from tests.services.month_acts import BUREAU, NOV
from tests.services.month_town import (
    HE,
    HE_3,
    HE_4,
    QING,
    TOWNSHIP,
    YU,
    YUN,
    YUN_1,
    Town,
    at,
    build,
)

RING = "INSERT INTO alarm SELECT township_id, id, 'due', $1 FROM absence"


@pytest.fixture
async def town(pool) -> Town:
    return await build(pool)


async def sweep(town: Town) -> bool:
    return await month_duty.open_duties(await town.desk("system"), TOWNSHIP)


async def test_the_bureau_s_month_is_owed_ten_days_before_the_25th(town: Town) -> None:
    town.now = at(11, 14, 23, 59)
    await sweep(town)
    kept = [duty for duty in await town.duties(HE) if "office" not in duty]
    assert kept == []
    town.now = at(11, 15, 0, 0)
    assert await sweep(town)
    # 四年级, and the 教学点's class, have no head teacher: the principal's to confirm (16).
    assert [d for d in await town.duties(HE) if "office" not in d] == [
        "bureau_month:principal",
        "class_month:class_teacher",
        "class_month:class_teacher",
    ]
    owed = await duty.today(await town.desk("he"))
    assert [d.class_id for d in owed.duties if d.kind == "class_month"] == [HE_4, YUN_1]
    # 云岭教学点's are its 隶属学校's principal's to do (19).
    assert {d.school_name for d in owed.duties if d.kind == "bureau_month"} == {
        "河湾小学",
        "云岭教学点",
    }
    due = "SELECT DISTINCT due_at FROM duty WHERE kind = 'bureau_month'"
    assert await town.pool.fetchval(due) == at(11, 26, 0, 0)


async def test_a_second_sweep_opens_nothing_and_writes_nothing(town: Town) -> None:
    await sweep(town)
    before = await town.duties()
    acts = await town.pool.fetchval("SELECT count(*) FROM act")
    assert not await sweep(town)
    assert await town.duties() == before
    assert await town.pool.fetchval("SELECT count(*) FROM act") == acts


async def test_32_the_office_s_month_is_owed_from_its_last_school_day(
    town: Town,
) -> None:
    town.now = at(10, 29)
    await sweep(town)
    assert "office_month:principal" not in await town.duties(HE)
    town.now = at(10, 30)
    await sweep(town)
    assert "office_month:principal" in await town.duties(HE)
    due = "SELECT due_at FROM duty WHERE kind = 'office_month' LIMIT 1"
    assert await town.pool.fetchval(due) == at(11, 4, 0, 0)


async def test_only_the_system_opens_duties(town: Town) -> None:
    with pytest.raises(NotYours):
        await month_duty.open_duties(await town.desk("office"), TOWNSHIP)


async def test_the_acts_clear_their_duties(town: Town) -> None:
    town.now = at(11, 16)
    await sweep(town)
    await month_class.confirm(await town.desk("teacher"), HE_3, NOV, uuid4())
    assert (await town.duties(HE)).count("class_month:class_teacher") == 1
    await month.file(await town.desk("he"), HE, BUREAU, NOV, "", uuid4())
    left = [d for d in await town.duties(HE) if "office" not in d]
    assert left == ["take_month:bureau"]
    assert not await sweep(town)


async def test_36_an_alarm_after_the_filing_owes_a_supplement_the_same_day(
    town: Town,
) -> None:
    town.now = at(11, 21)
    await month.file(await town.desk("he"), HE, BUREAU, NOV, "", uuid4(), zero=True)
    await sweep(town)
    assert "supplement:principal" not in await town.duties(HE)
    town.now = at(11, 23, 8, 30)
    await town.open_run(YU, at(11, 20, 8), town.now)
    await town.write(RING, town.now)
    assert await sweep(town)
    assert "supplement:principal" in await town.duties(HE)
    due = "SELECT due_at FROM duty WHERE kind = 'supplement'"
    assert await town.pool.fetchval(due) == at(11, 24, 0, 0)
    assert not await sweep(town)
    await month.file(await town.desk("he"), HE, BUREAU, NOV, "", uuid4())
    assert "supplement:principal" not in await town.duties(HE)
    assert not await sweep(town)


async def test_36_a_supplement_needs_no_return_of_what_was_taken_in(town: Town) -> None:
    town.now = at(11, 21)
    principal, bureau = await town.desk("he"), await town.desk("bureau")
    await month.file(principal, HE, BUREAU, NOV, "", uuid4(), zero=True)
    await month_intake.take_in(bureau, HE, BUREAU, NOV, uuid4())
    with pytest.raises(StepRefused, match="请先由接收单位退回，再更正。"):
        await month.file(principal, HE, BUREAU, NOV, "", uuid4())
    town.now = at(11, 23, 8, 30)
    await town.open_run(YU, at(11, 20, 8), town.now)
    await town.write(RING, town.now)
    await sweep(town)
    assert (await month.view(principal, HE, BUREAU, NOV)).overtaken
    facts = await month.file(principal, HE, BUREAU, NOV, "", uuid4())
    assert (facts.version, facts.is_zero) == (2, False)
    left = [d for d in await town.duties(HE) if "office" not in d]
    assert left == ["take_month:bureau"]
    # Both stay to be seen with their figures; and the next one does wait for a return.
    seen = await month.view(principal, HE, BUREAU, NOV)
    assert not seen.overtaken
    assert [(v.version, v.zero, v.content.zero.runs_past_48h) for v in seen.versions] == [
        (2, False, 1),
        (1, True, 0),
    ]
    await month_intake.take_in(bureau, HE, BUREAU, NOV, uuid4())
    with pytest.raises(StepRefused, match="请先由接收单位退回，再更正。"):
        await month.file(principal, HE, BUREAU, NOV, "", uuid4())
    with pytest.raises(StepRefused, match=r"^月报已接收，无需再办。$"):
        await month_intake.take_in(bureau, HE, BUREAU, NOV, uuid4())


@pytest.mark.parametrize(("day", "owed"), [(25, 1), (26, 0)])
async def test_36_an_alarm_after_the_due_day_is_the_next_month_s(
    town: Town, day: int, owed: int
) -> None:
    town.now = at(11, 21)
    await month.file(await town.desk("he"), HE, BUREAU, NOV, "", uuid4(), zero=True)
    town.now = at(11, day, 8, 30)
    await town.open_run(YU, at(11, day - 2, 8), town.now)
    await town.write(RING, town.now)
    await sweep(town)
    assert (await town.duties(HE)).count("supplement:principal") == owed


@pytest.mark.parametrize(("setting", "owed"), [("true", True), ("false", False)])
async def test_41_a_vacation_month_owes_a_zero_report_unless_policy_frees_it(
    town: Town, setting: str, owed: object
) -> None:
    policy = """
    INSERT INTO policy (township_id, name, value, from_on, set_by, set_at)
    VALUES ($1, 'vacation_zero_report', $2, '2026-09-01', 0, $3)
    """
    await town.write(policy, TOWNSHIP, setting, town.now)
    town.now = at(8, 16).replace(year=2027)
    await sweep(town)
    months = "SELECT count(*) FROM month_report WHERE kind = 'bureau' AND month = $1"
    found = await town.pool.fetchval(months, date(2027, 8, 1))
    assert (found == 3) is owed
    # No class confirms a month without school.
    held = "SELECT count(*) FROM class_confirmation WHERE month = $1"
    assert await town.pool.fetchval(held, date(2027, 8, 1)) == 0


async def test_a_school_that_was_not_live_owes_nothing(town: Town) -> None:
    await town.write("UPDATE school SET live_on = '2026-11-26' WHERE id = $1", QING)
    town.now = at(11, 24)
    await sweep(town)
    reports = "SELECT school_id FROM month_report WHERE kind = 'bureau' ORDER BY 1"
    assert [r["school_id"] for r in await town.pool.fetch(reports)] == [HE, YUN]
