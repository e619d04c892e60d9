"""Somebody's posts and drafts on their way to a successor, in one act."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

import asyncpg

from core.rules.base import Record
from core.rules.cipher import Held, Whole
from core.rules.draft import Draft
from core.rules.leaver import HeldPost, Holder
from core.rules.staff_account import TwoPowers
from core.rules.time import Moment
from db.draft import kept
from db.pool import Conn
from db.presence_list import Reach
from db.rows import many

HOLDERS = """
    SELECT a.id AS account_id, a.signin_name, a.name,
           string_agg(DISTINCT coalesce(g.post, g.role), ' ') AS posts,
           coalesce(string_agg(DISTINCT coalesce(s.name, t.name), '、'), '') AS places
      FROM account a
      JOIN account_grant g ON g.account_id = a.id
      LEFT JOIN township t USING (township_id)
      LEFT JOIN school s ON (s.township_id, s.id) = (g.township_id, g.school_id)
     WHERE a.disabled_at IS NULL AND a.system_of IS NULL AND a.id <> 0
       AND g.acting IS NULL AND (g.to_on IS NULL OR g.to_on > $4)
       AND ($1 OR g.school_id = ANY ($3)
            OR (g.school_id IS NOT NULL AND g.township_id = ANY ($2)))
     GROUP BY a.id
     ORDER BY a.name, a.id
"""


async def holders(conn: Conn, reach: Reach, day: date) -> tuple[Holder, ...]:
    """Return who has a post that a person gives."""
    where = reach.everywhere, reach.townships, reach.schools
    return many(Holder, await conn.fetch(HOLDERS, *where, day))


class Party(Record):
    """The leaver, or the successor."""

    id: int
    name: str
    disabled_at: Moment | None


PARTY = """
    SELECT id, name, disabled_at FROM account
     WHERE signin_name = $1 AND system_of IS NULL AND id <> 0
       FOR NO KEY UPDATE
"""
ANSWERS_FOR = """
    SELECT (SELECT seat.everywhere()) OR $1 = ANY ((SELECT seat.answers_for())::bigint[])
"""


async def party(conn: Conn, signin_name: str) -> Party | None:
    """Return an account, and let nobody give or shut it meanwhile."""
    row = await conn.fetchrow(PARTY, signin_name)
    return None if row is None else Party.model_validate(dict(row))


async def answers_for(conn: Conn, account: int) -> bool:
    """Tell whether all posts of an account are within what this person sees."""
    found: bool = await conn.fetchval(ANSWERS_FOR, account)
    return found


HELD = """
    SELECT g.id, g.role, g.post, g.acting, g.township_id, g.school_id, g.class_id,
           g.village_id, coalesce(v.name, s.name, t.name, '') AS place, c.cohort, c.number
      FROM account_grant g
      LEFT JOIN township t USING (township_id)
      LEFT JOIN school s ON (s.township_id, s.id) = (g.township_id, g.school_id)
      LEFT JOIN class c ON (c.township_id, c.id) = (g.township_id, g.class_id)
      LEFT JOIN village v ON (v.township_id, v.id) = (g.township_id, g.village_id)
     WHERE g.account_id = $1 AND (g.to_on IS NULL OR g.to_on > greatest($2, g.from_on))
     ORDER BY g.id
"""


async def held(conn: Conn, account: int, day: date) -> tuple[HeldPost, ...]:
    """Return what an account holds on a day or will hold later."""
    return many(HeldPost, await conn.fetch(HELD, account, day))


# What the successor holds already, and as long, is not given twice.
HAND_ON = """
    INSERT INTO account_grant (account_id, role, post, acting, township_id, school_id,
                               class_id, village_id, from_on, to_on, given_by, given_at)
    SELECT $2, g.role, g.post, g.acting, g.township_id, g.school_id, g.class_id,
           g.village_id, greatest(g.from_on, $3), g.to_on, $4, $5
      FROM account_grant g
     WHERE g.id = ANY ($1)
       AND NOT EXISTS (
           SELECT FROM account_grant h
            WHERE h.account_id = $2 AND h.role = g.role AND h.township_id = g.township_id
              AND (h.post, h.acting, h.school_id, h.class_id, h.village_id)
                  IS NOT DISTINCT FROM (g.post, g.acting, g.school_id, g.class_id, g.village_id)
              AND h.from_on <= greatest(g.from_on, $3)
              AND (h.to_on IS NULL OR h.to_on >= g.to_on))
"""
END_ALL = """
    UPDATE account_grant SET to_on = greatest($2, from_on)
     WHERE account_id = $1 AND (to_on IS NULL OR to_on > greatest($2, from_on))
"""


async def hand_on(
    conn: Conn,
    grants: Sequence[int],
    successor: int,
    day: date,
    signed: tuple[int, datetime],
) -> None:
    """Give grants to the successor from `day` on; `signed` is by whom, and when.

    Raises TwoPowers.
    """
    try:
        await conn.execute(HAND_ON, list(grants), successor, day, *signed)
    except asyncpg.ExclusionViolationError as error:
        raise TwoPowers from error


async def end_all(conn: Conn, account: int, day: date) -> None:
    """Let an account hold nothing on `day` any more."""
    await conn.execute(END_ALL, account, day)


WRITE_DOWN = """
    INSERT INTO handover (op_id, account_id, successor_id, handed_by, handed_at)
    VALUES ($1, $2, $3, $4, $5)
"""
DRAFTS = """
    SELECT form, subject, op_id, saved_at, body AS in_the_open,
           whole(0, 'draft', account_id || '/' || form || '/' || subject, cipher) AS closed
      FROM draft WHERE account_id = $1
"""
TAKE = """
    INSERT INTO draft (account_id, form, subject, op_id, cipher, saved_at)
    SELECT $1, form, subject, op_id, cipher, saved_at
      FROM unnest($2::text[], $3::text[], $4::uuid[], $5::timestamptz[], $6::enciphered[])
        AS d (form, subject, op_id, saved_at, place, cipher, mark, county)
        ON CONFLICT (account_id, form, subject) DO NOTHING
 RETURNING form, subject
"""
GIVE_UP = """
    DELETE FROM draft WHERE account_id = $1
       AND (form, subject) IN (SELECT * FROM unnest($2::text[], $3::text[]))
"""


async def write_down(
    conn: Conn, op_id: UUID, parties: tuple[int, int], by: int, now: datetime
) -> None:
    """Write the handover down; from here on the act may move the drafts."""
    await conn.execute(WRITE_DOWN, op_id, *parties, by, now)


async def move_drafts(conn: Conn, leaver: int, successor: int) -> tuple[int, int]:
    """Move the drafts, closed anew for their new row; return how many went and stayed."""
    found: list[Draft] = [kept(row) for row in await conn.fetch(DRAFTS, leaver)]
    taken = await conn.fetch(
        TAKE,
        successor,
        [d.form for d in found],
        [d.subject for d in found],
        [d.op_id for d in found],
        [d.saved_at for d in found],
        [Whole(0, Held.DRAFT, f"{successor}/{d.form}/{d.subject}", d.body) for d in found],
    )
    forms, subjects = [r["form"] for r in taken], [r["subject"] for r in taken]
    await conn.execute(GIVE_UP, leaver, forms, subjects)
    return len(taken), len(found) - len(taken)
