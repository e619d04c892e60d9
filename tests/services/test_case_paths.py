"""Whole paths of a case with standing time, each step by who takes it; shorter ones elsewhere.

Returned in time, after a notice and an order, and back next term: over SSH (tests/story).  Moved
away and proven, claimed moved and refused, came of age: there too, and in test_case_end.
"""

from datetime import date, datetime, time, timedelta
from uuid import uuid4

import pytest

from core.rules.calendar import SessionCode
from core.rules.case import CaseStep
from core.rules.roll import Mark
from core.rules.time import SHANGHAI
from core.services import case, case_duty, contact, report, seat
from core.services.case import Claim
from db.pool import Pool
from tests.services.evidence_acts import determined, photographed
from tests.services.file_acts import call
from tests.services.school_town import TOWNSHIP, XIAOYU, SchoolTown, build
from tests.services.test_notice import ordered

CASES = "SELECT number, state, relapses, close_reason FROM dropout_case"
SPRING = f"""
INSERT INTO term (township_id, school_year, number, from_on, to_on)
VALUES ({TOWNSHIP}, 2026, 2, '2027-02-22', '2027-07-10')
"""


@pytest.fixture
async def town(pool: Pool) -> SchoolTown:
    """赵小雨 is missing since Monday the 23rd; on Wednesday the report is signed."""
    made = await build(pool)
    made.clock("11-23 08:10")
    await made.roll("11-23 am", _101=Mark.ABSENT)
    made.clock("11-25 08:30")
    await made.ring()
    paper = await made.pool.fetchval("SELECT id FROM paper")
    await report.sign(await made.desk("wang"), TOWNSHIP, paper, uuid4())
    return made


async def by_two(town: SchoolTown, step: CaseStep, asks: str, decides: str) -> None:
    claim = Claim(step=step, note="见佐证")
    await case.ask(await town.desk(asks), TOWNSHIP, XIAOYU, claim, uuid4())
    if step is CaseStep.RETURN:
        await photographed(town)
    if step is CaseStep.CONFIRM:
        await determined(town)
    desk = await town.desk(decides)
    await case.decide(desk, TOWNSHIP, XIAOYU, "", uuid4(), accept=True)


async def watch(town: SchoolTown) -> list[str]:
    front = seat.front_desk(town.pool, lambda _: town.now)
    await case_duty.watch(await seat.system_desk(front, TOWNSHIP), TOWNSHIP)
    return await town.duties()


async def closes_after_its_observation(town: SchoolTown) -> None:
    until = await town.pool.fetchval("SELECT observe_until FROM dropout_case")
    after = until + timedelta(days=1)
    town.now = datetime.combine(after, time(9), SHANGHAI)
    await contact.record(await town.desk("li"), call(at=town.now), uuid4())
    assert "observed:principal" in await watch(town)
    await by_two(town, CaseStep.CLOSE, "wang", "office")


async def stands(town: SchoolTown) -> tuple[object, ...]:
    (row,) = await town.pool.fetch(CASES)
    return tuple(row)


async def test_ordered_back_relapsed_back_and_closed_is_one_case(town: SchoolTown) -> None:
    await ordered(town)
    assert await stands(town) == ("2026-001", "ordered", 0, None)
    town.clock("12-03 08:10")
    await town.roll("12-03 am", _101=Mark.PRESENT)
    await by_two(town, CaseStep.RETURN, "li", "reg")
    assert await stands(town) == ("2026-001", "returned", 0, None)

    town.clock("12-07 08:10")
    await town.roll("12-07 am", _101=Mark.ABSENT)
    town.clock("12-09 08:30")
    assert await town.ring() == 1
    assert await stands(town) == ("2026-001", "suspected", 1, None)
    # A report of its own is owed; the old order is no term any more.
    assert {"sign_report:principal", "alarm_bureau:bureau"} <= set(await watch(town))
    term = "SELECT return_by, return_under FROM dropout_case"
    assert tuple(await town.pool.fetchrow(term)) == (None, None)

    town.clock("12-10 08:10")
    await town.roll("12-10 am", _101=Mark.PRESENT)
    await by_two(town, CaseStep.RETURN, "li", "reg")
    await closes_after_its_observation(town)
    assert await stands(town) == ("2026-001", "closed", 1, "返校稳定")


async def test_found_to_have_left_and_back_next_term_is_watched_and_closed(
    town: SchoolTown,
) -> None:
    await town.write(SPRING)
    town.clock("12-21 09:00")
    await watch(town)
    await by_two(town, CaseStep.CONFIRM, "office", "bureau")
    assert await stands(town) == ("2026-001", "confirmed", 0, None)
    assert "track:class_teacher" in await watch(town)

    # Nobody knows the holidays of 2027 yet: the roll is taken all the same, and the child
    # stands as missing in it until its own key makes it present.
    town.now = datetime(2027, 3, 1, 8, 10, tzinfo=SHANGHAI)
    await town.roll_on(date(2027, 3, 1), SessionCode.AM, _101=Mark.PRESENT)
    assert "register_return:class_teacher" in await watch(town)
    await by_two(town, CaseStep.RETURN, "li", "reg")
    assert await stands(town) == ("2026-001", "returned", 0, None)
    assert "track:class_teacher" not in await watch(town)
    await closes_after_its_observation(town)
    assert await stands(town) == ("2026-001", "closed", 0, "返校稳定")
