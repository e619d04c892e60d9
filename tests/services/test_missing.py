"""The list of missing children: whom of the class to ask."""

from datetime import date

import pytest

from core.rules.roll import Mark
from core.services import missing
from db.pool import Pool
from tests.services.school_town import SchoolTown, build

HELD = "UPDATE account_grant SET from_on = $1, to_on = $2 WHERE account_id = 7"
SEPTEMBER, TODAY = date(2026, 9, 1), date(2026, 11, 23)


@pytest.fixture
async def town(pool: Pool) -> SchoolTown:
    town = await build(pool)
    town.clock("11-23 08:10")
    await town.roll("11-23 am", _101=Mark.ABSENT)
    return town


@pytest.mark.parametrize(
    ("from_on", "to_on", "keeper"),
    [
        (SEPTEMBER, None, "李秀英"),
        (SEPTEMBER, date(2027, 8, 1), "李秀英"),  # given for the school year
        (TODAY, date(2026, 11, 24), "李秀英"),
        (SEPTEMBER, TODAY, None),  # it ended with yesterday
        (date(2026, 11, 24), None, None),
    ],
)
async def test_the_list_names_who_leads_the_class_today(town, from_on, to_on, keeper):
    await town.write(HELD, from_on, to_on)
    (child,) = (await missing.listing(await town.desk("wang"))).children
    assert child.keeper == keeper
