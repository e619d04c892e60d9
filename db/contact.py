"""Contacts on disk: numbered 1..n per child and school year, and never changed."""

from core.rules.contact import ContactDraft
from core.rules.file import Child
from core.rules.time import Moment
from core.rules.visit_record import NOBODY, ContactLine, Standing
from db.pool import Conn
from db.rows import many

# The caller holds the class's lock, so that two contacts never take one number.
RECORD = """
      WITH made AS (
           INSERT INTO contact (township_id, student_id, school_id, class_id, absence_id,
                                case_id, school_year, number, contacted_at, method,
                                spoken_to, outcome, police_told_at, note, entered_by,
                                entered_at)
           SELECT $1, $2, $3, $4, $5, $6, $7,
                  coalesce((SELECT max(number) FROM contact
                             WHERE (township_id, student_id, school_year) = ($1, $2, $7)),
                           0) + 1,
                  $8, $9, $10, $11, $12, $13, $14, $15
        RETURNING number),
           dropped AS (
           DELETE FROM draft WHERE account_id = $14 AND form = 'contact' AND subject = $16
        RETURNING 1),
           told AS (
           INSERT INTO outbox (township_id, school_id, noun, at)
           SELECT $1, $3, n.noun, $15
             FROM unnest(ARRAY['contact', 'absence', 'duty']) AS n (noun)
        RETURNING 1)
    SELECT number FROM made
"""


async def record(
    conn: Conn,
    child: Child,
    standing: Standing,
    draft: ContactDraft,
    school_year: int,
    signed: tuple[int, Moment],
) -> int:
    """Write a contact and forget its draft; return its number.

    `signed` is (who entered it, when).
    """
    account_id, now = signed
    found: int = await conn.fetchval(
        RECORD,
        child.township_id,
        child.student_id,
        child.school_id,
        child.class_id,
        standing.absence_id,
        standing.case_id,
        school_year,
        draft.contacted_at,
        draft.method,
        draft.whom or NOBODY,
        draft.result,
        draft.police_told_at,
        draft.note,
        account_id,
        now,
        str(child.student_id),
    )
    return found


NEXT_NUMBER = """
    SELECT coalesce(max(number), 0) + 1 FROM contact
     WHERE (township_id, student_id, school_year) = ($1, $2, $3)
"""
LATEST = """
    SELECT c.id, c.school_year, c.number, c.contacted_at, c.method, c.spoken_to,
           c.outcome AS result, c.police_told_at, c.note, a.name AS entered_by
      FROM contact c
      JOIN account a ON a.id = c.entered_by
     WHERE c.township_id = $1 AND c.student_id = $2
     ORDER BY c.contacted_at DESC, c.id DESC
     LIMIT $3
"""


async def next_number(conn: Conn, child: Child, school_year: int) -> int:
    """Return the number the child's next contact of a school year will have."""
    found: int = await conn.fetchval(
        NEXT_NUMBER, child.township_id, child.student_id, school_year
    )
    return found


async def latest(conn: Conn, child: Child, most: int) -> tuple[ContactLine, ...]:
    """Return a child's last contacts, the newest first."""
    rows = await conn.fetch(LATEST, child.township_id, child.student_id, most)
    return many(ContactLine, rows)
