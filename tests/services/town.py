"""What the made-up townships of these tests have in common: people, desks, writing by hand.

Each township names its own places and people; `found` writes them in one act of two
statements, for every test begins with it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar, NamedTuple

from core.services import seat
from core.services.desk import Desk
from db.pool import Pool
from tests.hand import hand

TOWNSHIP, COUNTY = 990101100, 990101000

FOUND = """
  WITH told AS (SELECT * FROM unnest($1::bigint[], $2::text[], $3::text[], $4::text[], $5::text[],
                                     $6::bigint[], $7::bigint[], $8::bigint[], $9::integer[])
                    AS t (id, signin, name, role, post, school_id, class_id, village_id, township_id)),
       hired AS (INSERT INTO account (id, signin_name, name, must_change_password, created_at)
                 SELECT id, signin, name, false, '2026-09-01 00:00+08' FROM told)
INSERT INTO account_grant (account_id, role, post, township_id, school_id, class_id, village_id,
                           from_on, given_by, given_at)
SELECT id, role, post, township_id, school_id, class_id, village_id, '2026-09-01', 0,
       '2026-09-01 00:00+08'
  FROM told
"""
MISSING = """
INSERT INTO absence (township_id, student_id, school_id, class_id, missed_day, missed_session,
                     missed_at, noted_at, due_at, raw_due_at, clock_mode, provisional,
                     calendar_version)
SELECT $1, $2, e.school_id, e.class_id, ($3::timestamptz AT TIME ZONE 'Asia/Shanghai')::date,
       'am', $3, $3, $4, $3 + interval '48 hours', 'clock_next_roll', false, 1
  FROM enrolment e WHERE e.student_id = $2 AND e.to_on IS NULL
RETURNING id
"""


class Person(NamedTuple):
    """Somebody with one grant; the bureau's is the county's."""

    account_id: int
    name: str
    role: str
    post: str | None = None
    school_id: int | None = None
    class_id: int | None = None
    village_id: int | None = None

    @property
    def township_id(self) -> int:
        return COUNTY if self.role == "bureau" else TOWNSHIP


@dataclass
class Town:
    """A township at a moment that the test moves."""

    PEOPLE: ClassVar[Mapping[str, Person]]

    pool: Pool
    now: datetime

    async def desk(self, name: str) -> Desk:
        """Return a person's desk, at the town's time."""
        front = seat.front_desk(self.pool, lambda _: self.now)
        return await seat.seat(front, self.PEOPLE[name].account_id)

    async def write(self, sql: str, *values: object) -> None:
        """Run statements by hand: what no service would do."""
        async with hand(self.pool, self.now).writing("test.write") as (conn, _):
            await conn.execute(sql, *values)

    async def written(
        self, sql: str, *values: object, at: datetime | None = None
    ) -> object:
        """Run one statement by hand; return what it returns."""
        async with hand(self.pool, at or self.now).writing("test.write") as (conn, _):
            return await conn.fetchval(sql, *values)

    async def open_run(
        self, student_id: int, since: datetime, due: datetime, *, at: datetime | None = None
    ) -> int:
        """Let a child be missing since a moment; return the run's id."""
        run = await self.written(MISSING, TOWNSHIP, student_id, since, due, at=at)
        assert isinstance(run, int)
        return run


async def found(
    pool: Pool, at: datetime, people: Mapping[str, Person], *scripts: str
) -> None:
    """Write a township: its places by scripts, then its people."""
    async with hand(pool, at).writing("test.town") as (conn, _):
        await conn.execute(";".join(scripts))
        columns = zip(
            *(
                (p.account_id, signin, *p[1:], p.township_id)
                for signin, p in people.items()
            ),
            strict=True,
        )
        await conn.execute(FOUND, *map(list, columns))
