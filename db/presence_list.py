"""The places that are taken now, for the eyes of whom they concern, and the order to end one."""

from collections.abc import Sequence
from datetime import date, datetime

from core.rules.base import Record
from core.rules.presence import Seated
from db.pool import Conn
from db.rows import many


class Reach(Record):
    """Whose places a person may know of: everybody's, or those of these schools' people."""

    everywhere: bool = False
    townships: tuple[int, ...] = ()
    schools: tuple[int, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Tell whether it holds nobody but the person."""
        return not (self.everywhere or self.townships or self.schools)


# What a person's other posts are, the database knows better than this statement, which sees
# only what they may: its wall (seat.answers_for) leaves out who has a post elsewhere.
SEATED = """
    SELECT s.id, s.account_id, a.signin_name, a.name, s.kind, s.by, s.address, s.started_at,
           s.touched_at
      FROM signin_session s
      JOIN door_process p ON p.id = s.process_id
      JOIN account a ON a.id = s.account_id
     WHERE s.ended_at IS NULL AND p.seen_at > $1
       AND NOT EXISTS (SELECT FROM sign_out o WHERE o.place_id = s.id)
       AND (s.account_id = $2 OR $3
            OR s.account_id IN (
               SELECT g.account_id FROM account_grant g
                WHERE (g.to_on IS NULL OR g.to_on > $6)
                  AND (g.school_id = ANY ($5)
                       OR (g.school_id IS NOT NULL AND g.township_id = ANY ($4)))))
     ORDER BY s.account_id <> $2, a.name, a.id, s.started_at, s.id
"""


async def seated(
    conn: Conn, account: int, reach: Reach, alive: datetime, day: date
) -> tuple[Seated, ...]:
    """Return the places of a person and of whom they answer for, their own first."""
    rows = await conn.fetch(
        SEATED, alive, account, reach.everywhere, reach.townships, reach.schools, day
    )
    return many(Seated, rows)


ORDER = """
    INSERT INTO sign_out (place_id, account_id, ordered_by, ordered_at)
    SELECT p.id, p.account_id, $3, $4
      FROM unnest($1::uuid[], $2::bigint[]) AS p (id, account_id)
        ON CONFLICT DO NOTHING
"""


async def order(conn: Conn, places: Sequence[Seated], by: int, now: datetime) -> None:
    """Have places ended; one that is ordered already stays as it was."""
    ids = [place.id for place in places]
    await conn.execute(ORDER, ids, [place.account_id for place in places], by, now)
