"""Duties on disk: who owes what by when.  Overdue is a query, never a stored state."""

from collections.abc import Sequence
from datetime import date, datetime

from core.rules.base import Record
from core.rules.duty import Owes, climbs_to
from core.rules.owed import OwedDuty
from core.rules.staff import Scope
from db.pool import Conn
from db.rows import many


class NewDuty(Record):
    """A duty about to be owed."""

    kind: str
    owed_by: str
    school_id: int | None = None
    class_id: int | None = None
    student_id: int | None = None
    subject_id: int
    words: str
    due_at: datetime
    climbs_at: datetime | None = None
    # To whom, where that is not the next person of the line.
    climbs_to: str | None = None


# The key is duty_owed_once.  It is not named: who owes may be of another school, and to name
# a key asks for the right to see the row that is written.
OPEN = """
    INSERT INTO duty (township_id, kind, owed_by, school_id, class_id, student_id,
                      subject_id, words, opened_at, due_at, climbs_at, climbs_to)
    SELECT $1, d.kind, d.owed_by, d.school_id, d.class_id, d.student_id, d.subject_id,
           d.words, $2, d.due_at, d.climbs_at, d.climbs_to
      FROM unnest($3::text[], $4::text[], $5::bigint[], $6::bigint[], $7::bigint[],
                  $8::bigint[], $9::text[], $10::timestamptz[], $11::timestamptz[],
                  $12::text[])
        AS d (kind, owed_by, school_id, class_id, student_id, subject_id, words, due_at,
              climbs_at, climbs_to)
        ON CONFLICT DO NOTHING
"""


async def open_all(
    conn: Conn, township_id: int, duties: Sequence[NewDuty], now: datetime
) -> None:
    """Owe these duties; one that is owed already is left as it is."""
    await conn.execute(
        OPEN,
        township_id,
        now,
        [d.kind for d in duties],
        [d.owed_by for d in duties],
        [d.school_id for d in duties],
        [d.class_id for d in duties],
        [d.student_id for d in duties],
        [d.subject_id for d in duties],
        [d.words for d in duties],
        [d.due_at for d in duties],
        [d.climbs_at for d in duties],
        [d.climbs_to for d in duties],
    )


REWORD = """
    UPDATE duty SET words = $4
     WHERE township_id = $1 AND kind = $2 AND subject_id = $3 AND done_at IS NULL
"""


async def reword(conn: Conn, township_id: int, duty: NewDuty) -> None:
    """Let an owed duty say what this one says."""
    await conn.execute(REWORD, township_id, duty.kind, duty.subject_id, duty.words)


FINISH = """
    UPDATE duty SET done_at = $4, done_by = $5
     WHERE township_id = $1 AND kind = $2 AND subject_id = $3 AND done_at IS NULL
"""


async def finish(
    conn: Conn, township_id: int, kind: str, subject_id: int, now: datetime, account_id: int
) -> None:
    """Clear a duty because its act was done."""
    await conn.execute(FINISH, township_id, kind, subject_id, now, account_id)


# $2 the roles this person holds over the townships $3; $4 a class teacher's classes; $5 to
# $7 the schools of a leader, a registrar, a 值班.  A duty that climbed is owed by both; what
# a class without a head teacher, or a school without a registrar, owes today ($8) is its
# principal's (16).
OWED = """
    SELECT d.id, d.township_id, d.kind, d.owed_by, d.school_id, d.class_id, d.student_id,
           d.subject_id, d.opened_at, d.due_at, d.climbed_to,
           CASE WHEN starts_with(d.words, s.name) AND NOT starts_with(d.words, s.name || '（')
                THEN called(s, $3, $5::bigint[] || $6::bigint[] || $7::bigint[], $4)
                     || substr(d.words, length(s.name) + 1)
                ELSE d.words END AS words,
           sc.name AS school_name, c.cohort, c.number
      FROM duty d
      LEFT JOIN school sc ON (sc.township_id, sc.id) = (d.township_id, d.school_id)
      LEFT JOIN class c ON (c.township_id, c.id) = (d.township_id, d.class_id)
      LEFT JOIN student s ON (s.township_id, s.id) = (d.township_id, d.student_id)
     WHERE d.township_id = ANY ($1) AND d.done_at IS NULL
       AND ((d.owed_by = ANY ($2) AND d.township_id = ANY ($3))
            OR (d.climbed_to = ANY ($2) AND d.township_id = ANY ($3))
            OR ('class_teacher' IN (d.owed_by, d.climbed_to) AND d.class_id = ANY ($4))
            OR ('class_teacher' IN (d.owed_by, d.climbed_to) AND d.school_id = ANY ($5)
                AND NOT has_head_teacher(d.township_id, d.school_id, d.class_id, $8))
            OR ('principal' IN (d.owed_by, d.climbed_to) AND d.school_id = ANY ($5))
            OR ('duty_teacher' IN (d.owed_by, d.climbed_to) AND d.school_id = ANY ($7))
            OR ('registrar' IN (d.owed_by, d.climbed_to) AND d.school_id = ANY ($6))
            OR (d.owed_by = 'registrar' AND d.school_id = ANY ($5) AND NOT EXISTS (
                SELECT FROM account_grant g JOIN account a ON a.id = g.account_id
                 WHERE a.disabled_at IS NULL AND g.role = 'registrar' AND g.from_on <= $8
                   AND g.township_id = d.township_id AND (g.to_on > $8) IS NOT false
                   AND g.school_id IN (sc.id, sc.parent_id))))
     ORDER BY d.due_at, d.id
     LIMIT 200
"""


class Debtor(Record):
    """A person as a debtor: roles over whole townships, classes and schools."""

    scope: Scope
    headed_classes: tuple[int, ...]
    township_roles: tuple[str, ...]
    led_schools: tuple[int, ...]
    registered_schools: tuple[int, ...]
    watched_schools: tuple[int, ...]


async def owed(conn: Conn, debtor: Debtor, day: date) -> tuple[OwedDuty, ...]:
    """Return what a person owes on a day, nearest deadline first."""
    rows = await conn.fetch(
        OWED,
        debtor.scope.reach,
        debtor.township_roles,
        debtor.scope.townships,
        debtor.headed_classes,
        debtor.led_schools,
        debtor.registered_schools,
        debtor.watched_schools,
        day,
    )
    return many(OwedDuty, rows)


CLIMB = """
      WITH late AS (
           SELECT township_id, id FROM duty
            WHERE done_at IS NULL AND climbed_to IS NULL AND climbs_at <= $2
              AND township_id = $1
            ORDER BY climbs_at
            LIMIT 500
              FOR UPDATE SKIP LOCKED),
           climbed AS (
           UPDATE duty d
              SET climbed_to = coalesce(d.climbs_to, up.climbs_to)
             FROM late, unnest($3::text[], $4::text[]) AS up (owed_by, climbs_to)
            WHERE (d.township_id, d.id) = (late.township_id, late.id)
              AND up.owed_by = d.owed_by
              AND coalesce(d.climbs_to, up.climbs_to) IS NOT NULL
        RETURNING 1),
           told AS (
           INSERT INTO outbox (township_id, noun, at)
           SELECT $1, 'duty', $2 FROM climbed LIMIT 1
        RETURNING 1)
    SELECT count(*) FROM climbed
"""


async def climb(conn: Conn, township_id: int, now: datetime) -> int:
    """Let what was missed climb to the next person; return how many did."""
    up = [climbs_to(owes) for owes in Owes]
    found: int = await conn.fetchval(CLIMB, township_id, now, list(Owes), up)
    return found


TO_CLIMB = """
    SELECT EXISTS (SELECT FROM duty
                    WHERE township_id = $1 AND done_at IS NULL AND climbed_to IS NULL
                      AND climbs_at <= $2)
"""


async def to_climb(conn: Conn, township_id: int, now: datetime) -> bool:
    """Tell whether anything was missed that has not climbed yet."""
    found: bool = await conn.fetchval(TO_CLIMB, township_id, now)
    return found


OPEN_SUBJECTS = """
    SELECT subject_id FROM duty
     WHERE township_id = $1 AND kind = $2 AND done_at IS NULL
"""


async def open_subjects(conn: Conn, township_id: int, kind: str) -> frozenset[int]:
    """Return what the open duties of a kind are about."""
    rows = await conn.fetch(OPEN_SUBJECTS, township_id, kind)
    return frozenset(row["subject_id"] for row in rows)


TOLD_SINCE = """
    SELECT DISTINCT subject_id FROM duty
     WHERE township_id = $1 AND kind = $2 AND opened_at >= $3
"""


async def told_since(
    conn: Conn, township_id: int, kind: str, since: datetime
) -> frozenset[int]:
    """Return what duties of a kind were about since a moment, done or not."""
    rows = await conn.fetch(TOLD_SINCE, township_id, kind, since)
    return frozenset(row["subject_id"] for row in rows)


OPEN_ABOUT = """
    SELECT subject_id, words FROM duty
     WHERE township_id = $1 AND kind = $2 AND done_at IS NULL
"""
CALL_OFF = """
    UPDATE duty SET done_at = $5, done_by = $6
     WHERE township_id = $1 AND kind = $2 AND done_at IS NULL
       AND (subject_id, words) NOT IN (SELECT * FROM unnest($3::bigint[], $4::text[]))
"""


async def open_about(conn: Conn, township_id: int, kind: str) -> frozenset[tuple[int, str]]:
    """Return what the open duties of a kind are about, in their words."""
    rows = await conn.fetch(OPEN_ABOUT, township_id, kind)
    return frozenset((row["subject_id"], row["words"]) for row in rows)


async def keep(
    conn: Conn,
    township_id: int,
    kind: str,
    duties: Sequence[NewDuty],
    signed: tuple[datetime, int],
) -> None:
    """Let exactly these duties of a kind be owed; `signed` is (now, by whom)."""
    about = [d.subject_id for d in duties], [d.words for d in duties]
    await conn.execute(CALL_OFF, township_id, kind, *about, *signed)
    await open_all(conn, township_id, duties, signed[0])
