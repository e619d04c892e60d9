"""Announcements on disk: each duty's copy for each address, tried until it is taken.

At least once: a copy is taken for one try, and marked when it was accepted.  Who dies in
between leaves it to the next, under the same key.
"""

from collections.abc import Sequence
from datetime import datetime

from core.rules.announcement import (
    ANNOUNCED,
    MOST_TRIES,
    TOLD_FOR,
    WAITS,
    Announcement,
    Channel,
    Occasion,
)
from core.rules.base import Record
from core.rules.time import Moment
from db.pool import Conn
from db.rows import one

# $2 to $4: channels, their addresses, and the codes their townships begin with.
PLAN = """
    INSERT INTO dispatch (township_id, duty_id, occasion, channel, target, next_at)
    SELECT DISTINCT d.township_id, d.id, o.occasion, c.channel, c.target, $1::timestamptz
      FROM duty d
     CROSS JOIN unnest(ARRAY['owed', 'climbed']) AS o (occasion)
     CROSS JOIN unnest($2::text[], $3::text[], $4::text[]) AS c (channel, target, prefix)
     WHERE d.done_at IS NULL AND d.opened_at > $5 AND d.kind = ANY ($6)
       AND (o.occasion = 'owed' OR d.climbed_to IS NOT NULL)
       AND starts_with(d.township_id::text, c.prefix)
       AND NOT EXISTS (SELECT FROM dispatch x
                        WHERE (x.township_id, x.duty_id, x.occasion, x.channel, x.target)
                            = (d.township_id, d.id, o.occasion, c.channel, c.target))
        ON CONFLICT DO NOTHING
"""


async def plan(
    conn: Conn, targets: Sequence[tuple[Channel, str, str]], now: datetime
) -> None:
    """Let every announced duty wait for each of its targets: channel, address, prefix."""
    channels, addresses, prefixes = zip(*targets, strict=True)
    told = (now, list(channels), list(addresses), list(prefixes))
    await conn.execute(PLAN, *told, now - TOLD_FOR, sorted(ANNOUNCED))


# What is done needs no announcement any more; what died in its last try is given up.
CALL_OFF = """
    DELETE FROM dispatch x USING duty d
     WHERE (d.township_id, d.id) = (x.township_id, x.duty_id) AND d.done_at IS NOT NULL
       AND x.sent_at IS NULL
"""
GIVE_UP = """
    UPDATE dispatch SET dead_at = $1, failure = coalesce(failure, 'killed')
     WHERE sent_at IS NULL AND dead_at IS NULL AND tries >= $2 AND next_at <= $1
"""


async def tidy(conn: Conn, now: datetime) -> None:
    """Drop what need not be told any more, and give up what was tried often enough."""
    await conn.execute(CALL_OFF)
    await conn.execute(GIVE_UP, now, MOST_TRIES)


CLAIM = """
      WITH due AS (
           SELECT township_id, duty_id, occasion, channel, target FROM dispatch
            WHERE sent_at IS NULL AND dead_at IS NULL AND next_at <= $1
              AND (channel, target) = ($2, $3) AND tries < $5
            ORDER BY next_at, township_id, duty_id
            LIMIT 1
              FOR UPDATE SKIP LOCKED),
           claimed AS (
           UPDATE dispatch x
              SET tries = x.tries + 1, next_at = $1 + ($4::interval[])[x.tries + 1]
             FROM due
            WHERE (x.township_id, x.duty_id, x.occasion, x.channel, x.target)
                = (due.township_id, due.duty_id, due.occasion, due.channel, due.target)
        RETURNING x.township_id, x.duty_id, x.occasion)
    SELECT c.township_id, c.duty_id, c.occasion, d.kind, d.owed_by, d.climbed_to, d.due_at,
           (SELECT k.number FROM dropout_case k
             WHERE (k.township_id, k.student_id) = (d.township_id, d.student_id)
             ORDER BY k.opened_at DESC, k.id DESC LIMIT 1) AS case_number
      FROM claimed c
      JOIN duty d ON (d.township_id, d.id) = (c.township_id, c.duty_id)
"""


async def claim(
    conn: Conn, channel: Channel, target: str, now: datetime
) -> Announcement | None:
    """Take the next message for an address, for one try; until its wait is over, alone."""
    row = await conn.fetchrow(CLAIM, now, channel, target, list(WAITS), MOST_TRIES)
    return one(Announcement, row)


SENT = """
    UPDATE dispatch SET sent_at = $6, dead_at = NULL, failure = NULL
     WHERE (township_id, duty_id, occasion, channel, target) = ($1, $2, $3, $4, $5)
"""
FAILED = """
    UPDATE dispatch
       SET failure = $6, dead_at = CASE WHEN tries >= $7 THEN $8::timestamptz END
     WHERE (township_id, duty_id, occasion, channel, target) = ($1, $2, $3, $4, $5)
       AND sent_at IS NULL
"""


class Copy(Record):
    """One address's copy of an announcement."""

    township_id: int
    duty_id: int
    occasion: Occasion
    channel: Channel
    target: str

    @property
    def key(self) -> tuple[object, ...]:
        """Return its primary key."""
        whose = (self.township_id, self.duty_id, self.occasion)
        return (*whose, self.channel, self.target)


async def sent(conn: Conn, copy: Copy, now: datetime) -> None:
    """Write down that a copy was accepted."""
    await conn.execute(SENT, *copy.key, now)


async def failed(conn: Conn, copy: Copy, failure: str, now: datetime) -> None:
    """Write down why a copy was not accepted; after the last try it is given up."""
    await conn.execute(FAILED, *copy.key, failure, MOST_TRIES, now)


class Undelivered(Record):
    """How many copies were given up, how many wait after a failure, and why the newest."""

    dead: int
    failing: int
    failure: str | None
    since: Moment | None


UNDELIVERED = """
    SELECT count(*) FILTER (WHERE x.dead_at IS NOT NULL) AS dead,
           count(*) FILTER (WHERE x.dead_at IS NULL) AS failing,
           (array_agg(x.failure ORDER BY x.next_at DESC))[1] AS failure,
           min(d.opened_at) AS since
      FROM dispatch x
      JOIN duty d ON (d.township_id, d.id) = (x.township_id, x.duty_id)
     WHERE x.sent_at IS NULL AND x.failure IS NOT NULL AND d.done_at IS NULL
"""


async def undelivered(conn: Conn) -> Undelivered:
    """Return what could not be delivered, in this role's sight."""
    row = await conn.fetchrow(UNDELIVERED)
    return Undelivered.model_validate(dict(row or {}))


REVIVE = """
      WITH again AS (
           UPDATE dispatch SET dead_at = NULL, failure = NULL, tries = 0, next_at = $1
            WHERE dead_at IS NOT NULL
        RETURNING 1)
    SELECT count(*) FROM again
"""


async def revive(conn: Conn, now: datetime) -> int:
    """Let what was given up be tried from the beginning; return how many."""
    found: int = await conn.fetchval(REVIVE, now)
    return found
