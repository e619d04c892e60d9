"""Townships, villages, schools and classes on disk."""

from collections.abc import Iterable, Sequence
from datetime import date

from core.rules.place import School, SchoolClass, Township, Village
from core.rules.staff import Scope
from core.rules.usual import PlannedSession
from db.pool import Conn
from db.rows import many, one

ADD_TOWNSHIP = """
    INSERT INTO township (township_id, name, calendar_version) VALUES ($1, $2, 1)
        ON CONFLICT (township_id) DO NOTHING
 RETURNING township_id
"""
ADD_VILLAGE = """
    INSERT INTO village (township_id, code, name) VALUES ($1, $2, $3)
        ON CONFLICT (township_id, code) DO NOTHING
 RETURNING id
"""
ADD_SCHOOL = """
    INSERT INTO school (township_id, code, name, kind, system, parent_id, live_on)
    VALUES ($1, $2, $3, $4, $5, $6, $7)
        ON CONFLICT (code) DO NOTHING
 RETURNING id
"""


async def add_township(conn: Conn, township_id: int, name: str) -> bool:
    """Make a township; False when its code is taken."""
    return await conn.fetchval(ADD_TOWNSHIP, township_id, name) is not None


async def add_village(conn: Conn, township_id: int, code: str, name: str) -> int | None:
    """Make a village; None when its code is taken."""
    found: int | None = await conn.fetchval(ADD_VILLAGE, township_id, code, name)
    return found


async def add_school(conn: Conn, school: School) -> int | None:
    """Make a school (its `id` is not looked at); None when its code is taken."""
    found: int | None = await conn.fetchval(
        ADD_SCHOOL,
        school.township_id,
        school.code,
        school.name,
        school.kind,
        school.system,
        school.parent_id,
        school.live_on,
    )
    return found


TOWNSHIPS = """
    SELECT township_id, name FROM township
     WHERE $1::integer[] IS NULL OR township_id = ANY ($1)
     ORDER BY township_id
"""
TOWNSHIP = "SELECT township_id, name FROM township WHERE township_id = $1"
VILLAGES = """
    SELECT township_id, id, code, name FROM village WHERE township_id = $1 ORDER BY code
"""
SCHOOL_BY_CODE = """
    SELECT township_id, id, code, name, kind, system, parent_id, live_on
      FROM school WHERE code = $1
"""
SCHOOLS = """
    SELECT township_id, id, code, name, kind, system, parent_id, live_on
      FROM school
     WHERE township_id = ANY ($1)
       AND (township_id = ANY ($2) OR id = ANY ($3)
            OR id IN (SELECT school_id FROM class
                       WHERE township_id = ANY ($1) AND id = ANY ($4)))
     ORDER BY township_id, code
"""
SCHOOL_BY_ID = """
    SELECT township_id, id, code, name, kind, system, parent_id, live_on
      FROM school WHERE township_id = $1 AND id = $2
"""


async def townships(conn: Conn, only: Iterable[int] | None) -> tuple[Township, ...]:
    """Return the townships named, or all of them."""
    ids = None if only is None else list(only)
    return many(Township, await conn.fetch(TOWNSHIPS, ids))


async def township(conn: Conn, township_id: int) -> Township | None:
    """Return one township."""
    return one(Township, await conn.fetchrow(TOWNSHIP, township_id))


async def villages(conn: Conn, township_id: int) -> tuple[Village, ...]:
    """Return the villages of a township by code."""
    return many(Village, await conn.fetch(VILLAGES, township_id))


async def school_by_code(conn: Conn, code: str) -> School | None:
    """Return the school with a 学校标识码."""
    return one(School, await conn.fetchrow(SCHOOL_BY_CODE, code))


async def school(conn: Conn, township_id: int, school_id: int) -> School | None:
    """Return one school."""
    return one(School, await conn.fetchrow(SCHOOL_BY_ID, township_id, school_id))


async def schools(conn: Conn, scope: Scope) -> tuple[School, ...]:
    """Return the schools in scope, by township and code."""
    rows = await conn.fetch(
        SCHOOLS, scope.reach, scope.townships, scope.schools, scope.classes
    )
    return many(School, rows)


CLASSES = """
    SELECT c.township_id, c.id, c.school_id, c.cohort, c.number, c.combined_id
      FROM class c
     WHERE c.township_id = ANY ($1)
       AND (c.township_id = ANY ($2) OR c.school_id = ANY ($3) OR c.id = ANY ($4))
     ORDER BY c.township_id, c.school_id, c.cohort DESC, c.number
"""
CLASSES_OF_SCHOOL = """
    SELECT township_id, id, school_id, cohort, number, combined_id
      FROM class WHERE township_id = $1 AND school_id = $2
     ORDER BY cohort DESC, number
"""


async def classes(conn: Conn, scope: Scope) -> tuple[SchoolClass, ...]:
    """Return the classes in scope, lowest grade first."""
    rows = await conn.fetch(
        CLASSES, scope.reach, scope.townships, scope.schools, scope.classes
    )
    return many(SchoolClass, rows)


async def classes_of_school(
    conn: Conn, township_id: int, school_id: int
) -> tuple[SchoolClass, ...]:
    """Return every class of a school, lowest grade first."""
    return many(SchoolClass, await conn.fetch(CLASSES_OF_SCHOOL, township_id, school_id))


ADD_CLASSES = """
    INSERT INTO class (township_id, school_id, cohort, number)
    SELECT $1, $2, k.cohort, k.number
      FROM unnest($3::smallint[], $4::smallint[]) AS k (cohort, number)
        ON CONFLICT (township_id, school_id, cohort, number) DO NOTHING
"""


async def add_classes(conn: Conn, school: School, keys: Iterable[tuple[int, int]]) -> None:
    """Make the classes (cohort, number) a school does not have yet."""
    cohorts, numbers = zip(*keys, strict=True) if (keys := list(keys)) else ((), ())
    await conn.execute(ADD_CLASSES, school.township_id, school.id, cohorts, numbers)


ADD_PLAN = """
    INSERT INTO session_plan (township_id, school_id, session, starts_at, ends_at,
                              limit_after, held, boarders_only, from_on)
    SELECT $1, $2, p.session, p.starts_at, p.ends_at, p.limit_after, p.held,
           p.boarders_only, $3
      FROM unnest($4::text[], $5::time[], $6::time[], $7::smallint[], $8::text[],
                  $9::boolean[])
        AS p (session, starts_at, ends_at, limit_after, held, boarders_only)
"""
BUMP = """
    UPDATE township SET calendar_version = calendar_version + 1 WHERE township_id = $1
"""


async def add_plans(conn: Conn, school: School, plans: Sequence[PlannedSession]) -> None:
    """Plan a school's sessions from its first day here."""
    await conn.execute(
        ADD_PLAN,
        school.township_id,
        school.id,
        school.live_on,
        [p.session for p in plans],
        [p.starts_at for p in plans],
        [p.ends_at for p in plans],
        [p.limit_after for p in plans],
        [p.held for p in plans],
        [p.boarders_only for p in plans],
    )


ADD_TERM = """
    INSERT INTO term (township_id, school_year, number, from_on, to_on)
    VALUES ($1, $2, $3, $4, $5)
        ON CONFLICT DO NOTHING
"""


async def add_term(
    conn: Conn, township_id: int, key: tuple[int, int], days: tuple[date, date]
) -> None:
    """Enter a term: `key` is (school year, 1 or 2), `days` first and day after last."""
    await conn.execute(ADD_TERM, township_id, *key, *days)


async def bump_calendar(conn: Conn, township_id: int) -> None:
    """Note that the township's calendar changed: provisional clocks look again."""
    await conn.execute(BUMP, township_id)
