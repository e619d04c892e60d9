"""The register of children in no school of the township, on disk (area_child)."""

from collections.abc import AsyncIterator
from datetime import date, datetime
from typing import Final

import asyncpg

from core.rules.area_child import (
    AlreadyListed,
    AreaChild,
    AreaEntry,
    Strike,
)
from core.rules.cipher import Held, Whole, whole
from core.rules.staff import Scope
from core.rules.student import Sex
from db.export import Picked, streamed
from db.pool import Conn
from db.rows import many, one

# The child's id is part of its numbers' ciphers, and so is taken before.
NEXT_ID: Final = "SELECT nextval(pg_get_serial_sequence('area_child', 'id'))"
ENTER: Final = """
    INSERT INTO area_child (township_id, id, school_id, village_id, name, sex, born_on, cipher,
                            mark, address, guardian, phone_cipher, state, elsewhere, basis,
                            until_on, entered_by, entered_at, open_since)
    VALUES ($1, $2, $3, $4, $5, $6, $7, ($8::enciphered).body, ($8::enciphered).mark, $9, $10,
            ($11::enciphered).body, $12, $13, $14, $15, $16, $17,
            CASE WHEN $12 IN ('not_enrolled', 'unknown') THEN $17::timestamptz END)
"""
# What is said anew has to be verified anew.  A number that is not typed again stays.
UPDATE: Final = """
    UPDATE area_child
       SET school_id = $3, village_id = $4, name = $5, sex = $6, born_on = $7,
           cipher = coalesce(($8::enciphered).body, cipher),
           mark = coalesce(($8::enciphered).mark, mark), address = $9, guardian = $10,
           phone_cipher = coalesce(($11::enciphered).body, phone_cipher), state = $12,
           elsewhere = $13, basis = $14, until_on = $15, entered_by = $16, entered_at = $17,
           open_since = CASE WHEN $12 NOT IN ('not_enrolled', 'unknown') THEN NULL
                             WHEN state IN ('not_enrolled', 'unknown')
                             THEN coalesce(open_since, entered_at)
                             ELSE $17 END,
           verified_by = NULL, verified_at = NULL
     WHERE township_id = $1 AND id = $2 AND struck_at IS NULL
 RETURNING id
"""
VERIFY: Final = """
    UPDATE area_child SET verified_by = $4, verified_at = $5
     WHERE township_id = $1 AND id = $2 AND entered_at = $3 AND struck_at IS NULL
 RETURNING id
"""
STRIKE: Final = """
    UPDATE area_child SET struck_as = $3, strike_note = $4, struck_by = $5, struck_at = $6
     WHERE township_id = $1 AND id = $2 AND struck_at IS NULL
 RETURNING id
"""
# A school's roster, or another's arrival, has the child now.
FOUND: Final = """
    SELECT a.id FROM area_child a
     WHERE a.township_id = $1 AND a.struck_at IS NULL
       AND EXISTS (SELECT FROM student_identity i
                     JOIN enrolment e
                       ON (e.township_id, e.student_id) = (i.township_id, i.student_id)
                    WHERE (i.township_id, i.mark) = (a.township_id, a.mark)
                      AND e.from_on <= $2 AND (e.to_on IS NULL OR e.to_on > $2)
                      AND e.status NOT IN ('transferred_out', 'graduated', 'abroad',
                                           'deceased', 'never_enrolled'))
"""
IN_SCHOOL: Final = """
    SELECT EXISTS (SELECT FROM student_identity i
                     JOIN enrolment e
                       ON (e.township_id, e.student_id) = (i.township_id, i.student_id)
                    WHERE i.township_id = $1 AND i.mark = ($2::enciphered).mark
                      AND e.from_on <= $3 AND (e.to_on IS NULL OR e.to_on > $3)
                      AND e.status NOT IN ('transferred_out', 'graduated', 'abroad',
                                           'deceased', 'never_enrolled'))
"""
LISTED: Final = """
    SELECT a.township_id, a.id, a.school_id, sc.name AS school_name, a.village_id,
           v.name AS village, a.name, a.sex, a.born_on,
           whole(a.township_id, 'identity', 'area/' || a.id, a.cipher) AS identity_number,
           a.address, a.guardian,
           whole(a.township_id, 'phone', 'area/' || a.id, a.phone_cipher) AS phone, a.state,
           a.elsewhere, a.basis, a.until_on, x.name AS entered_by,
           a.entered_by AS entered_by_id, a.entered_at, y.name AS verified_by, a.verified_at,
           a.student_id, k.number AS case_number
      FROM area_child a
      JOIN account x ON x.id = a.entered_by
      LEFT JOIN account y ON y.id = a.verified_by
      LEFT JOIN dropout_case k ON (k.township_id, k.student_id)
                                  = (a.township_id, a.student_id) AND k.closed_at IS NULL
      LEFT JOIN school sc ON (sc.township_id, sc.id) = (a.township_id, a.school_id)
      LEFT JOIN village v ON (v.township_id, v.id) = (a.township_id, a.village_id)
     WHERE a.township_id = ANY ($1) AND a.struck_at IS NULL
       AND (a.township_id = ANY ($2) OR a.school_id = ANY ($3))
       AND ($4::bigint IS NULL OR a.school_id = $4) AND ($5::bigint IS NULL OR a.id = $5)
     ORDER BY a.state NOT IN ('not_enrolled', 'unknown'), a.verified_at IS NOT NULL, a.state,
              v.code, a.born_on, a.id
"""


def _numbers(child_id: int, entry: AreaEntry) -> tuple[Whole | None, Whole | None]:
    place = f"area/{child_id}"
    return (
        whole(entry.township_id, Held.IDENTITY, place, entry.identity_number),
        whole(entry.township_id, Held.PHONE, place, entry.phone),
    )


def _arguments(
    child_id: int,
    entry: AreaEntry,
    told: tuple[date, Sex],
    signed: tuple[datetime, int],
) -> tuple[object, ...]:
    """Return $1 to $17 of ENTER and UPDATE; `signed` is (now, by whom)."""
    identity, phone = _numbers(child_id, entry)
    return (
        *(entry.township_id, child_id, entry.school_id, entry.village_id, entry.name),
        *(told[1], told[0], identity, entry.address, entry.guardian, phone, entry.state),
        *(entry.elsewhere, entry.basis, entry.until_on, signed[1], signed[0]),
    )


async def enter(
    conn: Conn, entry: AreaEntry, told: tuple[date, Sex], signed: tuple[datetime, int]
) -> int:
    """Enter a child born on, and of the sex, told; return its id.  Raises AlreadyListed."""
    child_id: int = await conn.fetchval(NEXT_ID)
    try:
        await conn.execute(ENTER, *_arguments(child_id, entry, told, signed))
    except asyncpg.UniqueViolationError as error:
        raise AlreadyListed from error
    return child_id


async def update(
    conn: Conn,
    child_id: int,
    entry: AreaEntry,
    told: tuple[date, Sex],
    signed: tuple[datetime, int],
) -> bool:
    """Write what is now known of a child; False where it is on the register no more.

    Raises AlreadyListed.
    """
    try:
        done = await conn.fetchval(UPDATE, *_arguments(child_id, entry, told, signed))
    except asyncpg.UniqueViolationError as error:
        raise AlreadyListed from error
    return done is not None


async def verify(conn: Conn, child: AreaChild, signed: tuple[datetime, int]) -> bool:
    """Write down that (now, by whom) verified what was read; False if it was changed since."""
    place = child.township_id, child.id
    done = await conn.fetchval(VERIFY, *place, child.entered_at, signed[1], signed[0])
    return done is not None


async def strike(
    conn: Conn,
    child: tuple[int, int],
    why: tuple[Strike, str],
    signed: tuple[datetime, int],
) -> bool:
    """Strike (township, child) off for (reason, in words); False if it was before."""
    done = await conn.fetchval(STRIKE, *child, *why, signed[1], signed[0])
    return done is not None


async def found(conn: Conn, township_id: int, day: date) -> tuple[int, ...]:
    """Return the children of the register who are on a roster of the township."""
    rows = await conn.fetch(FOUND, township_id, day)
    return tuple(row["id"] for row in rows)


async def in_school(conn: Conn, township_id: int, number: str, day: date) -> bool:
    """Tell whether a number is that of a pupil in sight."""
    sought = Whole(township_id, Held.IDENTITY, None, number)
    there: bool = await conn.fetchval(IN_SCHOOL, township_id, sought, day)
    return there


def _place(scope: Scope) -> tuple[object, ...]:
    return scope.reach, scope.townships, scope.schools


async def listed(conn: Conn, scope: Scope) -> tuple[AreaChild, ...]:
    """Return the children in sight, those of whom nothing is proved first; numbers whole."""
    return many(AreaChild, await conn.fetch(LISTED, *_place(scope), None, None))


async def child(conn: Conn, scope: Scope, child_id: int) -> AreaChild | None:
    """Return one child in sight; None where there is none such."""
    row = await conn.fetchrow(LISTED, *_place(scope), None, child_id)
    return one(AreaChild, row)


def printed(conn: Conn, picked: Picked) -> AsyncIterator[tuple[AreaChild, ...]]:
    """Yield the children of a school's zone, or of all in scope."""
    place = _place(picked.scope)
    return streamed(conn, AreaChild, LISTED, *place, picked.school_id, None)
