"""Twelve filed months stay what they were, and are made again, whatever becomes of the rest (P7)."""

import asyncio
from datetime import date, datetime

from core.rules.month_facts import MonthFacts
from core.rules.time import SHANGHAI
from core.services.month_file import render
from tests.services.journal_chain import sealed
from tests.services.month_acts import BUREAU, OFFICE, filed
from tests.services.month_town import DUO, YU, at, build

BUREAU_MONTHS = [date(2026 + (n > 12), n - 12 * (n > 12), 1) for n in range(11, 20)]
OFFICE_MONTHS = [date(2026, 11, 1), date(2026, 12, 1), date(2027, 1, 1)]
VERSIONS = "SELECT content, sha256, bytes FROM month_version ORDER BY filed_at, report_id"
# Every table that a report was reckoned from, and every name that it printed.
CHANGED = """
UPDATE township SET name = '改名镇';
UPDATE school SET name = '改名小学', phone = '0551-1234567';
UPDATE class SET number = number + 40;
UPDATE account SET name = '改名人' WHERE id > 0;
UPDATE student SET name = '改名生', sex = 'female', born_on = '2015-01-01';
UPDATE enrolment SET boarder = NOT boarder;
UPDATE change SET happened_on = happened_on - 1, reason = '改';
UPDATE dropout_case SET opened_at = opened_at - interval '1 day';
DELETE FROM change;
DELETE FROM case_event; DELETE FROM case_step; DELETE FROM duty; DELETE FROM dropout_case;
DELETE FROM class_confirmation;
DELETE FROM enrolment;
"""


async def test_twelve_months_are_made_again_byte_for_byte_after_every_source_was_changed(
    pool,
):
    town = await build(pool)
    town.now = at(11, 20)
    await town.write("UPDATE school SET phone = '0551-7654321'")
    await town.gone(YU)
    await town.case(DUO, at(11, 20, 10))
    await sealed(pool)
    for month in BUREAU_MONTHS:
        town.now = datetime(month.year, month.month, 24, 9, tzinfo=SHANGHAI)
        await filed(town, BUREAU, month)
    for month in OFFICE_MONTHS:
        town.now = datetime(
            month.year + month.month // 12, month.month % 12 + 1, 2, 9, tzinfo=SHANGHAI
        )
        await filed(town, OFFICE, month)
    before = await pool.fetch(VERSIONS)
    assert len(before) == 12
    for statement in filter(str.strip, CHANGED.split(";")):
        await town.write(statement)
    assert await pool.fetch(VERSIONS) == before
    for row in before:
        facts = MonthFacts.model_validate_json(row["content"])
        assert (facts.canonical, facts.sha256) == (row["content"], row["sha256"])
        assert await asyncio.to_thread(render, facts) == row["bytes"]
