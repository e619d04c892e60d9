"""What bench faults does to the rows that filed months were reckoned from.

Only for throw-away databases: nothing here is signed or journalled.
"""

from typing import Final

from core.rules.base import Record
from db.bench_town import QUIET
from db.pool import Pool
from db.rows import many

VERSIONS = """
    SELECT content, sha256, bytes AS rendered FROM month_version ORDER BY filed_at, report_id
"""
# Each row of each table that a report is reckoned from, and every name that it prints.
CHANGES: Final = (
    "UPDATE township SET name = '改名镇'",
    "UPDATE school SET name = '改名小学', phone = '0551-1234567'",
    "UPDATE class SET number = number + 40",
    "UPDATE account SET name = '改名人'",
    "UPDATE student SET name = '改名生', sex = 'female', born_on = '2015-01-01'",
    "UPDATE roll SET expected = expected + 1",
    "UPDATE roll_mark SET mark = 'sick'",
    "DELETE FROM change",
    "DELETE FROM leave",
    "DELETE FROM class_confirmation",
    "DELETE FROM enrolment",
    "DELETE FROM session_plan",
    "DELETE FROM term",
)


class Version(Record):
    """A filed version: its canonical text, that text's fingerprint, and its bytes."""

    content: str
    sha256: str
    rendered: bytes


async def versions(pool: Pool) -> tuple[Version, ...]:
    """Return every filed version, oldest first."""
    async with pool.acquire() as conn:
        return many(Version, await conn.fetch(VERSIONS))


async def change_sources(pool: Pool) -> int:
    """Change or delete every row that months are reckoned from; return how many those were."""
    changed = 0
    async with pool.acquire() as conn, conn.transaction():
        await conn.execute(QUIET)
        for statement in CHANGES:
            changed += int((await conn.execute(statement)).rpartition(" ")[2])
    return changed
