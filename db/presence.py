"""Who is signed in where: the places of every process, and the processes that live."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from core.rules.base import Record
from core.rules.presence import Cause, Newcomer, Place
from db.pool import Conn
from db.rows import many


class Ending(Record):
    """A place that must end, and why."""

    id: UUID
    cause: Cause


HOLD_ACCOUNT = """
    SELECT id FROM account WHERE id = $1 AND disabled_at IS NULL FOR NO KEY UPDATE
"""


async def hold_account(conn: Conn, account: int) -> bool:
    """Let nobody else take a place for an account meanwhile; False where it is disabled."""
    return await conn.fetchval(HOLD_ACCOUNT, account) is not None


PLACES = """
    SELECT s.id, s.kind, s.touched_at
      FROM signin_session s
      JOIN door_process p ON p.id = s.process_id
     WHERE s.account_id = $1 AND s.ended_at IS NULL AND p.seen_at > $2
"""


async def places(conn: Conn, account: int, alive: datetime) -> tuple[Place, ...]:
    """Return a person's places in the processes heard of since `alive`."""
    return many(Place, await conn.fetch(PLACES, account, alive))


TAKE_PLACE = """
    INSERT INTO signin_session (id, account_id, address, origin, by, kind, process_id,
                                started_at, touched_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $8)
"""


async def take_place(
    conn: Conn, place: UUID, who: Newcomer, process: UUID, now: datetime
) -> None:
    """Write down that a person is here."""
    await conn.execute(
        TAKE_PLACE,
        place,
        who.account_id,
        who.address,
        who.origin,
        who.by,
        who.kind,
        process,
        now,
    )


PUSH_OUT = """
    UPDATE signin_session SET ended_at = $2, pushed_out = true
     WHERE id = ANY ($1) AND ended_at IS NULL
"""
END_PLACE = """
    UPDATE signin_session SET ended_at = $2 WHERE id = $1 AND NOT pushed_out
"""


async def push_out(conn: Conn, ids: Sequence[UUID], now: datetime) -> None:
    """End places for a newcomer's sake; their processes find them at the next look."""
    await conn.execute(PUSH_OUT, list(ids), now)


async def end_place(conn: Conn, place: UUID, now: datetime) -> None:
    """Write down that somebody has left."""
    await conn.execute(END_PLACE, place, now)


BEAT = """
    INSERT INTO door_process (id, seen_at) VALUES ($1, $2)
        ON CONFLICT (id) DO UPDATE SET seen_at = excluded.seen_at
"""
TOUCH = "UPDATE signin_session SET touched_at = $2 WHERE id = ANY ($1)"
# One statement a look, however many are here.
LOOK = """
      WITH alive AS (
           INSERT INTO door_process (id, seen_at) VALUES ($1, $3)
               ON CONFLICT (id) DO UPDATE SET seen_at = excluded.seen_at),
           left_unwritten AS (
           UPDATE signin_session SET ended_at = $3
            WHERE id = ANY ($4) AND ended_at IS NULL)
    SELECT s.id, CASE WHEN a.disabled_at IS NOT NULL THEN 'disabled'
                      WHEN o.ordered_by = s.account_id THEN 'by oneself'
                      WHEN o.ordered_by IS NOT NULL THEN 'ordered'
                      ELSE 'pushed out' END AS cause
      FROM signin_session s
      JOIN account a ON a.id = s.account_id
      LEFT JOIN sign_out o ON o.place_id = s.id
     WHERE s.id = ANY ($2)
       AND (s.pushed_out OR a.disabled_at IS NOT NULL OR o.place_id IS NOT NULL)
"""


async def beat(conn: Conn, process: UUID, now: datetime) -> None:
    """Say that a process lives."""
    await conn.execute(BEAT, process, now)


async def touch(conn: Conn, ids: Sequence[UUID], now: datetime) -> None:
    """Remember that keys were pressed there."""
    await conn.execute(TOUCH, list(ids), now)


async def look(
    conn: Conn, process: UUID, here: Sequence[UUID], left: Sequence[UUID], now: datetime
) -> tuple[Ending, ...]:
    """Say that a process lives, who is there and who has left; return who must go."""
    return many(Ending, await conn.fetch(LOOK, process, list(here), now, list(left)))


# The process first and its people after it, as LOOK does: in the other order the two
# could wait for one another.
CLEAR = """
      WITH dead AS (DELETE FROM door_process WHERE seen_at < $1 RETURNING id, seen_at)
    UPDATE signin_session s
       SET ended_at = dead.seen_at
      FROM dead
     WHERE dead.id = s.process_id AND s.ended_at IS NULL
"""


async def clear(conn: Conn, before: datetime) -> None:
    """Drop the processes not heard of since then; their people left with them."""
    await conn.execute(CLEAR, before)
