"""Visits on disk: numbered per child and school year, each correction a new version."""

from datetime import date

from core.rules.base import Record
from core.rules.file import Child
from core.rules.ladder import JOINED_BY
from core.rules.time import Moment
from core.rules.visit import Member, VisitDraft
from core.rules.visit_record import (
    Candidate,
    Standing,
    VisitLine,
    met_text,
    police_text,
)
from db.pool import Conn
from db.rows import many


class Series(Record):
    """Where a visit stands in the child's numbering; number 0 takes the next one."""

    school_year: int
    number: int = 0
    version: int = 1
    reason: str = ""


class Signed(Record):
    """Who enters a visit, when, and from which draft."""

    account_id: int
    now: Moment
    draft_subject: str


# The caller holds the class's lock, so that two visits never take one number.
SUBMIT = """
      WITH made AS (
           INSERT INTO visit (township_id, student_id, school_id, class_id, absence_id,
                              case_id, school_year, number, version, visited_at, method, met,
                              cause, cause_note, whereabouts, whereabouts_note,
                              state_of_mind, guardian_opinion, result, promised_on,
                              missing_members, correction_reason, entered_by, entered_at)
           SELECT $1, $2, $3, $4, $5, $6, $7,
                  CASE WHEN $8 > 0 THEN $8
                       ELSE coalesce((SELECT max(number) FROM visit
                                       WHERE (township_id, student_id, school_year)
                                             = ($1, $2, $7)), 0) + 1 END,
                  $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23,
                  $24
        RETURNING id, number),
           went AS (
           INSERT INTO visit_member (township_id, visit_id, ordinal, name, role, account_id)
           SELECT $1, made.id, m.ordinal, m.name, m.role, m.account_id
             FROM made,
                  unnest($25::text[], $26::text[], $27::bigint[]) WITH ORDINALITY
                  AS m (name, role, account_id, ordinal)
        RETURNING 1),
           dropped AS (
           DELETE FROM draft WHERE account_id = $23 AND form = 'visit' AND subject = $28
        RETURNING 1),
           told AS (
           INSERT INTO outbox (township_id, noun, at)
           SELECT $1, n.noun, $24 FROM unnest(ARRAY['visit', 'absence', 'duty']) AS n (noun)
        RETURNING 1)
    SELECT number FROM made
"""


async def submit(
    conn: Conn,
    child: Child,
    standing: Standing,
    draft: VisitDraft,
    series: Series,
    signed: Signed,
) -> int:
    """Write a visit, or its next version, and forget its draft; return its number."""
    told = police_text(draft.police_told_at, told=draft.police_told)
    found: int = await conn.fetchval(
        SUBMIT,
        child.township_id,
        child.student_id,
        child.school_id,
        child.class_id,
        standing.absence_id,
        standing.case_id,
        series.school_year,
        series.number,
        series.version,
        draft.visited_at,
        draft.method,
        met_text(draft.met, draft.met_names),
        draft.cause or "",
        draft.note,
        draft.whereabouts or "",
        told,
        draft.mood,
        draft.guardian_opinion,
        draft.result,
        draft.promised_on,
        draft.absent_reason,
        series.reason,
        signed.account_id,
        signed.now,
        [member.name for member in draft.members],
        [member.role for member in draft.members],
        [member.account_id for member in draft.members],
        signed.draft_subject,
    )
    return found


NEXT_NUMBER = """
    SELECT coalesce(max(number), 0) + 1 FROM visit
     WHERE (township_id, student_id, school_year) = ($1, $2, $3)
"""
OF_STUDENT = """
    SELECT v.id, v.student_id, v.absence_id, v.case_id, v.school_year, v.number, v.version,
           v.version = max(v.version) OVER (PARTITION BY v.school_year, v.number) AS newest,
           v.visited_at, v.method, v.met, nullif(v.cause, '') AS cause,
           v.cause_note AS note, nullif(v.whereabouts, '') AS whereabouts,
           v.whereabouts_note AS police, v.state_of_mind AS mood, v.guardian_opinion,
           v.result, v.promised_on, v.missing_members AS absent_reason,
           v.correction_reason AS reason, a.name AS entered_by, v.entered_at
      FROM visit v
      JOIN account a ON a.id = v.entered_by
     WHERE v.township_id = $1 AND v.student_id = $2
     ORDER BY v.visited_at, v.id
"""
MEMBERS = """
    SELECT m.visit_id, m.name, m.role, m.account_id
      FROM visit_member m
      JOIN visit v ON (v.township_id, v.id) = (m.township_id, m.visit_id)
     WHERE v.township_id = $1 AND v.student_id = $2
     ORDER BY m.visit_id, m.ordinal
"""
STUDENT_OF = "SELECT student_id FROM visit WHERE township_id = ANY ($1) AND id = $2"


async def next_number(conn: Conn, child: Child, school_year: int) -> int:
    """Return the number the child's next visit of a school year will have."""
    found: int = await conn.fetchval(
        NEXT_NUMBER, child.township_id, child.student_id, school_year
    )
    return found


async def of_student(conn: Conn, child: Child) -> tuple[VisitLine, ...]:
    """Return every version of every visit of a child with its members, oldest first."""
    key = (child.township_id, child.student_id)
    went: dict[int, list[Member]] = {}
    for row in await conn.fetch(MEMBERS, *key):
        member = Member(name=row["name"], role=row["role"], account_id=row["account_id"])
        went.setdefault(row["visit_id"], []).append(member)
    return tuple(
        line.model_copy(update={"members": tuple(went.get(line.id, ()))})
        for line in many(VisitLine, await conn.fetch(OF_STUDENT, *key))
    )


async def student_of(conn: Conn, reach: tuple[int, ...], visit_id: int) -> int | None:
    """Return the child a visit was made to, in any township of `reach`."""
    found: int | None = await conn.fetchval(STUDENT_OF, reach, visit_id)
    return found


CANDIDATES = """
    SELECT a.id AS account_id, a.name, g.role,
           bool_or(coalesce(g.class_id = $3, false)) AS of_class
      FROM account_grant g
      JOIN account a ON a.id = g.account_id
     WHERE g.township_id = $1 AND a.disabled_at IS NULL
       AND g.from_on <= $4 AND (g.to_on IS NULL OR g.to_on > $4)
       AND ((g.school_id = $2
             AND g.role IN ('leader', 'class_teacher', 'teacher', 'registrar', 'duty_teacher'))
            OR g.role IN ('village_cadre', 'government'))
     GROUP BY a.id, a.name, g.role
     ORDER BY of_class DESC, a.name, a.id
"""
COMPANIONS = """
    SELECT m.name, m.role
      FROM visit_member m
      JOIN visit v ON (v.township_id, v.id) = (m.township_id, m.visit_id)
     WHERE v.township_id = $1 AND v.school_id = $2 AND m.account_id IS NULL
     GROUP BY m.name, m.role
     ORDER BY max(v.visited_at) FILTER (WHERE v.student_id = $3) DESC NULLS LAST,
              max(v.visited_at) DESC, m.name
     LIMIT 6
"""


async def candidates(conn: Conn, child: Child, day: date) -> tuple[Candidate, ...]:
    """Return who may go along by the grants of `day`, those of the child's class first."""
    rows = await conn.fetch(
        CANDIDATES, child.township_id, child.school_id, child.class_id, day
    )
    return many(Candidate, rows)


async def companions(conn: Conn, child: Child) -> tuple[Member, ...]:
    """Return who without an account went along before, this child's first."""
    rows = await conn.fetch(
        COMPANIONS, child.township_id, child.school_id, child.student_id
    )
    return many(Member, rows)


# A visit clears what had asked for it by then; and the duty to visit of its own run,
# however late that run became known.
CLEAR = """
    UPDATE duty SET done_at = $5, done_by = $6
     WHERE township_id = $1 AND student_id = $2 AND done_at IS NULL
       AND kind = ANY ($7)
       AND (opened_at <= $3 OR (kind IN ('visit', 'joint_visit') AND subject_id = $4))
"""


async def clear_duties(
    conn: Conn, child: Child, draft: VisitDraft, absence_id: int | None, signed: Signed
) -> None:
    """Clear the duties to visit a child that a home visit fulfils; a 劝返 wants others along."""
    kinds = ["visit", "repeated", "sign_visit"]
    if any(member.role in JOINED_BY for member in draft.members):
        kinds.append("joint_visit")
    await conn.execute(
        CLEAR,
        child.township_id,
        child.student_id,
        draft.visited_at,
        absence_id,
        signed.now,
        signed.account_id,
        kinds,
    )
