"""Where a child is enrolled: once on any day, whatever a service may get wrong."""

from datetime import date

import asyncpg
import pytest

from db.transaction import signed_transaction
from tests.db.children import CHILDREN, SCHOOL, SIGNATURE, TOWN, TOWNSHIP

ENROL = f"""
INSERT INTO enrolment (township_id, student_id, school_id, class_id, boarder, status,
                       from_on, to_on)
VALUES ({TOWNSHIP}, $1, 1, 1, false, 'enrolled', $2, $3)
"""
SEPTEMBER, OCTOBER = date(2026, 9, 1), date(2026, 10, 1)


@pytest.mark.parametrize(
    ("from_on", "to_on", "is_taken"),
    [
        # Ends the day before the first one begins, as it begins, and the day after.
        (date(2026, 8, 1), date(2026, 8, 31), True),
        (date(2026, 8, 1), date(2026, 9, 1), True),
        (date(2026, 8, 1), date(2026, 9, 2), False),
        # Begins on its last day, as it ends, and the day after; one goes on for ever.
        (date(2026, 9, 30), None, False),
        (date(2026, 10, 1), None, True),
        (date(2026, 10, 2), date(2026, 10, 3), True),
        # Within it, and around it.
        (date(2026, 9, 10), date(2026, 9, 11), False),
        (date(2026, 8, 1), None, False),
    ],
)
async def test_a_child_is_enrolled_once_on_any_day(pool, from_on, to_on, is_taken):
    async with signed_transaction(pool, SIGNATURE) as (conn, _):
        await conn.execute(TOWN)
        await conn.execute(SCHOOL)
        await conn.execute(CHILDREN, 2)
        await conn.execute(ENROL, 1, SEPTEMBER, OCTOBER)
        # Another child's days are its own.
        await conn.execute(ENROL, 2, from_on, to_on)
        if is_taken:
            await conn.execute(ENROL, 1, from_on, to_on)
        else:
            with pytest.raises(asyncpg.ExclusionViolationError):
                async with conn.transaction():
                    await conn.execute(ENROL, 1, from_on, to_on)


async def test_an_open_enrolment_lasts_for_ever(pool):
    async with signed_transaction(pool, SIGNATURE) as (conn, _):
        await conn.execute(TOWN)
        await conn.execute(SCHOOL)
        await conn.execute(CHILDREN, 1)
        await conn.execute(ENROL, 1, SEPTEMBER, None)
        with pytest.raises(asyncpg.ExclusionViolationError):
            await conn.execute(ENROL, 1, date(2999, 1, 1), None)
