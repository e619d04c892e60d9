"""Leaves on disk: entered with their number, decided, closed and proven.

Lists are in `leave_list`; what the sweep looks for is in `leave_watch`.
"""

from datetime import date, datetime

from core.rules.base import Record
from core.rules.leave import Leave
from core.rules.leave_entry import DueRun
from core.rules.time import school_year
from db.pool import Conn
from db.rows import many, one


class NewLeave(Record):
    """A leave about to be entered; `decided` where its enterer may approve it alone."""

    township_id: int
    student_id: int
    school_id: int
    class_id: int
    kind: str
    from_day: date
    from_session: str
    to_day: date
    to_session: str
    from_at: datetime
    to_at: datetime
    asked_by: str
    asked_how: str
    reason: str
    state: str
    decided: bool
    alone_until: datetime
    extends_id: int | None
    evidence: str


class Numbered(Record):
    """The leave as it was written: its id and its number in the register."""

    id: int
    number: str


# One statement: the next number of the school and school year, without gaps, the leave,
# the news, and the end of the draft it came from.
ENTER = """
      WITH series AS (
           INSERT INTO number_series (township_id, series, last)
           VALUES ($1, 'leave-' || $3::bigint || '-' || $22::text, 1)
               ON CONFLICT (township_id, series)
               DO UPDATE SET last = number_series.last + 1
        RETURNING last),
           entered AS (
           INSERT INTO leave (township_id, number, student_id, school_id, class_id, kind,
                              from_day, from_session, to_day, to_session, from_at, to_at,
                              asked_by, asked_how, reason, state, entered_by, entered_at,
                              decided_by, decided_at, alone_until, extends_id, evidence)
           SELECT $1, $22::text || '-' || to_char(last, 'FM99990000'), $2, $3, $4, $5, $6, $7,
                  $8, $9, $10, $11, $12, $13, $14, $15, $16, $17,
                  CASE WHEN $18 THEN $16::bigint END,
                  CASE WHEN $18 THEN $17::timestamptz END, $19, $20, $21
             FROM series
        RETURNING id, number),
           told AS (
           INSERT INTO outbox (township_id, school_id, noun, at)
           VALUES ($1, $3, 'leave', $17)
        RETURNING 1),
           dropped AS (
           DELETE FROM draft WHERE account_id = $16 AND form = 'leave' AND subject = $23
        RETURNING 1)
    SELECT id, number FROM entered
"""


async def enter(
    conn: Conn, new: NewLeave, signed: tuple[int, datetime], draft_subject: str
) -> Numbered:
    """Write a leave with its number (2026-0131); `signed` is (who entered it, when)."""
    account_id, now = signed
    row = await conn.fetchrow(
        ENTER,
        new.township_id,
        new.student_id,
        new.school_id,
        new.class_id,
        new.kind,
        new.from_day,
        new.from_session,
        new.to_day,
        new.to_session,
        new.from_at,
        new.to_at,
        new.asked_by,
        new.asked_how,
        new.reason,
        new.state,
        account_id,
        now,
        new.decided,
        new.alone_until,
        new.extends_id,
        new.evidence,
        str(school_year(new.from_day)),
        draft_subject,
    )
    return Numbered.model_validate(dict(row or {}))


LEAVE = """
    SELECT id, township_id, number, student_id, school_id, class_id, kind, from_day,
           from_session, to_day, to_session, from_at, to_at, asked_by, asked_how, reason,
           state, entered_by, entered_at, decided_by, decided_at, alone_until,
           closed_at, extends_id, evidence
      FROM leave
     WHERE township_id = $1 AND id = $2
"""
OF_STUDENT = """
    SELECT id, township_id, number, student_id, school_id, class_id, kind, from_day,
           from_session, to_day, to_session, from_at, to_at, asked_by, asked_how, reason,
           state, entered_by, entered_at, decided_by, decided_at, alone_until,
           closed_at, extends_id, evidence
      FROM leave
     WHERE township_id = $1 AND student_id = $2 AND to_at >= $3
     ORDER BY from_at, id
"""


async def leave(conn: Conn, township_id: int, leave_id: int) -> Leave | None:
    """Return one leave."""
    return one(Leave, await conn.fetchrow(LEAVE, township_id, leave_id))


async def of_student(
    conn: Conn, township_id: int, student_id: int, since: datetime
) -> tuple[Leave, ...]:
    """Return a child's leaves that reach to `since` or later, in order of time."""
    return many(Leave, await conn.fetch(OF_STUDENT, township_id, student_id, since))


DUE_RUNS = """
    SELECT missed_at, ended_at FROM absence
     WHERE township_id = $1 AND student_id = $2 AND due_at <= $3
       AND (ended_at IS NULL OR ended_at > $4 AND ended_at >= due_at)
"""


async def due_runs(
    conn: Conn, township_id: int, student_id: int, now: datetime, since: datetime
) -> tuple[DueRun, ...]:
    """Return the child's runs that became due by `now` and lasted beyond `since`."""
    rows = await conn.fetch(DUE_RUNS, township_id, student_id, now, since)
    return many(DueRun, rows)


DECIDE = """
    UPDATE leave
       SET state = $3, decided_by = $4, decided_at = $5,
           reason = CASE WHEN $6::text = '' THEN reason
                         ELSE left(concat_ws('；', nullif(reason, ''), $6::text), 4000) END
     WHERE township_id = $1 AND id = $2 AND state = 'waiting'
"""
# A leave that waits counts for its enterer's own days and no longer, closed or not.
CLOSE = """
    UPDATE leave
       SET closed_by = $3, closed_at = CASE WHEN state = 'waiting'
                                            THEN least($4, alone_until) ELSE $4 END,
           state = 'closed'
     WHERE township_id = $1 AND id = $2 AND state IN ('waiting', 'approved', 'overrun')
"""
# 续假 takes the place of what had run over.
CONTINUE = """
    UPDATE leave SET state = 'approved'
     WHERE township_id = $1 AND id = $2 AND state = 'overrun'
"""
PROVE = "UPDATE leave SET evidence = $3 WHERE township_id = $1 AND id = $2"


async def decide(
    conn: Conn, held: Leave, state: str, by: int, now: datetime, note: str
) -> None:
    """Approve or refuse a waiting leave; `note` is added to its reason."""
    await conn.execute(DECIDE, held.township_id, held.id, state, by, now, note)


async def close(conn: Conn, held: Leave, by: int, now: datetime) -> None:
    """Close a leave (销假): from now on the child is expected."""
    await conn.execute(CLOSE, held.township_id, held.id, by, now)


async def go_on(conn: Conn, township_id: int, leave_id: int) -> None:
    """Take a leave that ran over back among the approved ones: another continues it."""
    await conn.execute(CONTINUE, township_id, leave_id)


async def prove(conn: Conn, held: Leave, evidence: str) -> None:
    """Write down the proof shown for a leave."""
    await conn.execute(PROVE, held.township_id, held.id, evidence)


CASE_NOTE = """
    INSERT INTO case_event (township_id, case_id, kind, note, account_id, at)
    SELECT township_id, id, 'leave', $3, $4, $5
      FROM dropout_case
     WHERE township_id = $1 AND student_id = $2 AND closed_at IS NULL
"""


async def note_on_case(
    conn: Conn, held: tuple[int, int], note: str, by: int, now: datetime
) -> None:
    """Note a leave on the open case of a child (续报); `held` is (township, child)."""
    await conn.execute(CASE_NOTE, *held, note, by, now)
