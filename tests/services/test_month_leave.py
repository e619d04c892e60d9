"""长期请假 of the month report: who is on leave at its end, and for how long (11)."""

from datetime import date, datetime
from uuid import uuid4

import pytest

from core.services import month, policy
from tests.services.month_acts import BUREAU, NOV, filed
from tests.services.month_town import (
    HE,
    HE_3,
    QING,
    QING_3,
    TOWNSHIP,
    YU,
    Town,
    at,
    build,
)

LEAVE = """
INSERT INTO leave (township_id, number, student_id, school_id, class_id, kind, from_day,
                   from_session, to_day, to_session, from_at, to_at, asked_by, asked_how, reason,
                   state, entered_by, entered_at, alone_until, closed_at, evidence)
VALUES ($1, '1', $2, $3, $4, $5, $6::date, 'am', $7::date, 'pm', $6::date + time '08:00',
        $7::date + time '17:00', '母亲', 'phone', '', 'approved', 10, '2026-11-09 07:30+08',
        $7::date + time '17:00', $8, '')
"""
GONE = "UPDATE enrolment SET to_on = '2026-11-16' WHERE student_id = $1"
CAME = """
INSERT INTO enrolment (township_id, student_id, school_id, class_id, boarder, status, from_on)
VALUES ($2, $1, $3, $4, false, 'enrolled', '2026-11-16')
"""


@pytest.fixture
async def town(pool) -> Town:
    return await build(pool)


async def leave(
    town: Town,
    first: int,
    last: date,
    *,
    kind: str = "sick",
    closed_at: datetime | None = None,
) -> None:
    first_on = date(2026, 11, first)
    await town.write(LEAVE, TOWNSHIP, YU, HE, HE_3, kind, first_on, last, closed_at)


async def on_long_leave(town: Town) -> int:
    return (await filed(town)).lines[-1].long_leave


# The report is made on Monday 23 November; 9 to 23 November holds eleven school days.


@pytest.mark.parametrize(
    ("closed_at", "long"),
    [
        (None, 1),
        (at(11, 20, 8), 0),
        (at(11, 23, 7, 50), 0),  # back on the day of the report
    ],
)
async def test_11_who_is_back_is_on_no_leave(town, closed_at, long) -> None:
    await leave(town, 2, date(2026, 12, 4), closed_at=closed_at)
    assert await on_long_leave(town) == long


@pytest.mark.parametrize(("first", "long"), [(17, 0), (16, 1)])
async def test_11_how_long_is_long_is_the_township_s_to_say(town, first, long) -> None:
    office, five = await town.desk("office"), ("long_leave_consecutive", "5")
    await policy.change(office, TOWNSHIP, five, date(2026, 11, 23), uuid4())
    await leave(town, first, date(2026, 11, 23))
    assert await on_long_leave(town) == long


async def test_11_who_is_sent_by_the_school_is_on_no_long_leave(town) -> None:
    await leave(town, 2, date(2026, 12, 4), kind="official")
    assert await on_long_leave(town) == 0


async def test_11_a_leave_of_the_school_a_child_has_left_counts_for_nobody(town) -> None:
    await leave(town, 2, date(2026, 12, 4))
    await town.write(GONE, YU)
    await town.write(CAME, YU, TOWNSHIP, QING, QING_3)
    told = []
    for who, school in (("he", HE), ("qing", QING), ("office", HE), ("office", QING)):
        seen = await month.view(await town.desk(who), school, BUREAU, NOV)
        told.append(sum(line.long_leave for line in seen.lines))
    assert told == [0, 0, 0, 0]
