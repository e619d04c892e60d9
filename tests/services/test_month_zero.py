"""Laws of the zero report: it is a checked statement (37)."""

from uuid import uuid4

import pytest

from core.rules.month import NotZero
from core.services import month
from tests.services.month_acts import BUREAU, DEC, FRIDAY, MONDAY, NOV, texts, zero
from tests.services.month_town import (
    HE,
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


async def filed_versions(town: Town) -> int:
    found: int = await town.pool.fetchval("SELECT count(*) FROM month_version")
    return found


async def test_37_nothing_found_is_a_zero_report_with_its_sentence(town: Town) -> None:
    facts = await zero(town)
    assert facts.is_zero
    view = await month.view(await town.desk("he"), HE, BUREAU, NOV)
    assert view.state.label == "零报告"
    book = await month.workbook(await town.desk("he"), HE, BUREAU, NOV)
    told = texts(book.rendered)
    assert any(
        "经逐班排查，截至2026年11月23日，本校无疑似辍学、辍学学生，特此零报告。" in text
        for text in told
    )
    # The table stays, with zeros and not blanks.
    assert told.count("河湾小学") >= 1
    assert facts.lines[-1].dropout == 0


async def test_37_a_dropout_is_no_zero(town: Town) -> None:
    town.now = at(11, 10)
    await town.gone(YU, "dropout")
    town.now = at(11, 23)
    with pytest.raises(NotZero, match="辍学1人"):
        await zero(town)
    assert await filed_versions(town) == 0


async def test_37_a_dropout_of_an_earlier_month_is_no_zero(town: Town) -> None:
    town.now = at(11, 10)
    await town.gone(YU, "dropout")
    town.now = at(11, 23)
    await month.file(await town.desk("he"), HE, BUREAU, NOV, "", uuid4())
    town.now = at(12, 23)
    with pytest.raises(NotZero, match="辍学1人"):
        await zero(town, when=DEC)


async def test_37_a_suspicion_that_was_settled_in_the_month_is_no_zero(
    town: Town,
) -> None:
    await town.case(YU, at(11, 10), closed=at(11, 12))
    with pytest.raises(NotZero, match=r"^不能作零报告：疑似辍学1人。"):
        await zero(town)


async def test_37_an_open_case_of_an_earlier_month_is_no_zero(town: Town) -> None:
    await town.case(YU, at(10, 20))
    with pytest.raises(NotZero, match=r"^不能作零报告：未销号1人。"):
        await zero(town)


@pytest.mark.parametrize(("minutes", "runs"), [(-1, 0), (0, 1), (1, 1)])
async def test_37_a_run_past_48_hours_is_no_zero(
    town: Town, minutes: int, runs: int
) -> None:
    # No alarm yet: it is due at Monday's roll limit, 30 minutes after the 48 hours.
    await town.open_run(YU, at(11, 21, 8), at(11, 23, 8, 30))
    town.now = at(11, 23, 8, minutes) if minutes >= 0 else at(11, 23, 7, 59)
    if runs:
        with pytest.raises(NotZero, match=r"^不能作零报告：超过48小时未到校1人。"):
            await zero(town)
    else:
        await zero(town)


async def test_37_an_untaken_roll_of_the_last_two_school_days_is_no_zero(
    town: Town,
) -> None:
    await town.write(PLAN, TOWNSHIP, HE)
    await town.rolls(HE, FRIDAY)
    # Monday's roll is due at 08:30; Friday's are taken.
    town.now = at(11, 23, 8, 29)
    assert (await zero(town)).is_zero
    town.now = at(11, 23, 8, 30)
    with pytest.raises(NotZero, match=r"^不能作零报告：近两个上课日未点名2节。"):
        await zero(town)
    await town.rolls(HE, MONDAY)
    assert (await zero(town)).is_zero


async def test_37_an_untaken_roll_of_three_school_days_ago_does_not_hold_a_zero(
    town: Town,
) -> None:
    await town.write(PLAN, TOWNSHIP, HE)
    await town.rolls(HE, FRIDAY, MONDAY)
    assert (await zero(town)).is_zero  # Thursday was not taken
    await town.write("DELETE FROM roll WHERE day = $1", FRIDAY)
    with pytest.raises(NotZero, match="未点名2节"):
        await zero(town)
