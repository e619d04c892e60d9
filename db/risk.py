"""What is known of every child that may leave: one statement for a class or a township."""

from datetime import date

from pydantic import Json

from core.rules.base import Record, Words
from core.rules.enrolment_step import IN_SCHOOL
from core.rules.key_student import KeySource
from core.rules.risk import RiskFacts
from core.rules.sign import SignKind
from core.rules.staff import Scope
from core.rules.student import EnrolmentStatus, SpecialGroup
from core.rules.time import Moment, day_of
from db.pool import Conn
from db.rows import many


class RiskRow(Record):
    """A child with anything that is known of it, and how it stands on its class's list."""

    township_id: int
    student_id: int
    student_name: Words
    pinyin: tuple[str, ...]
    school_id: int
    school_name: Words
    class_id: int
    cohort: int
    number: int
    missed_on: tuple[date, ...] | None
    not_back_since: date | None
    case_on: Moment | None
    case_open: bool
    guardian_changed_on: date | None
    sign: SignKind | None
    sign_at: Moment | None
    groups: Json[tuple[SpecialGroup, ...]] | None
    # Of a 重点生: what led to it, why, and by when it is to be visited.
    source: KeySource | None
    entry: str | None
    visit_due_at: Moment | None

    @property
    def facts(self) -> RiskFacts:
        """Return what the rules look at."""
        return RiskFacts(
            cohort=self.cohort,
            missed_on=self.missed_on or (),
            not_back_since=self.not_back_since,
            case_on=None if self.case_on is None else day_of(self.case_on),
            case_open=self.case_open,
            guardian_changed_on=self.guardian_changed_on,
            sign=self.sign,
            sign_on=None if self.sign_at is None else day_of(self.sign_at),
            groups=self.groups or (),
        )


# $1 the township, $5 today, $6 since when missed days count, $7 the first day of the term
# that runs, $8 who is in school, $9 one child.  A 重点生 is shown where its visits are owed.
AT_RISK = """
      WITH stay AS (
           SELECT DISTINCT ON (e.student_id) e.*
             FROM enrolment e
            WHERE e.township_id = $1 AND ($9::bigint IS NULL OR e.student_id = $9)
            ORDER BY e.student_id, e.from_on <= $5 DESC, abs(e.from_on - $5)),
           missed AS (
           SELECT m.student_id, array_agg(DISTINCT r.day) AS days
             FROM roll r
             JOIN roll_mark m ON (m.township_id, m.roll_id) = (r.township_id, r.id)
                             AND m.mark = 'absent'
            WHERE r.township_id = $1 AND r.day >= $6 AND r.day <= $5
              AND r.voided_at IS NULL AND ($9::bigint IS NULL OR m.student_id = $9)
              AND NOT EXISTS (SELECT FROM leave l
                               WHERE (l.township_id, l.student_id)
                                     = (m.township_id, m.student_id)
                                 AND l.from_at <= r.starts_at AND l.to_at > r.starts_at
                                 AND (l.closed_at IS NULL OR l.closed_at > r.starts_at)
                                 AND l.state NOT IN ('waiting', 'refused'))
            GROUP BY m.student_id),
           away AS (
           SELECT student_id, missed_day FROM absence
            WHERE township_id = $1 AND ended_at IS NULL AND missed_day <= $7),
           past AS (
           SELECT student_id, max(opened_at) AS opened_at, bool_or(closed_at IS NULL) AS open
             FROM dropout_case
            WHERE township_id = $1 AND state <> 'excluded'
            GROUP BY student_id),
           kin AS (
           SELECT student_id, max(changed_on) AS changed_on FROM guardian
            WHERE township_id = $1 AND changed_on IS NOT NULL
            GROUP BY student_id),
           word AS (
           SELECT DISTINCT ON (student_id) student_id, kind, raised_at FROM leaving_sign
            WHERE township_id = $1
            ORDER BY student_id, raised_at DESC),
           held AS (
           SELECT student_id, jsonb_agg(jsonb_build_object('kind', kind, 'detail', detail)
                                        ORDER BY kind) AS groups
             FROM student_group
            WHERE township_id = $1
            GROUP BY student_id)
    SELECT e.township_id, e.student_id,
           called(s, $2, $3, $4) AS student_name, s.pinyin, e.school_id,
           sc.name AS school_name, e.class_id, c.cohort, c.number, missed.days AS missed_on,
           away.missed_day AS not_back_since, past.opened_at AS case_on,
           coalesce(past.open, false) AS case_open, kin.changed_on AS guardian_changed_on,
           word.kind AS sign, word.raised_at AS sign_at, held.groups, k.source,
           k.reasons AS entry, d.due_at AS visit_due_at
      FROM stay e
      JOIN student s ON (s.township_id, s.id) = (e.township_id, e.student_id)
      JOIN school sc ON (sc.township_id, sc.id) = (e.township_id, e.school_id)
      JOIN class c ON (c.township_id, c.id) = (e.township_id, e.class_id)
      LEFT JOIN missed USING (student_id)
      LEFT JOIN away USING (student_id)
      LEFT JOIN past USING (student_id)
      LEFT JOIN kin USING (student_id)
      LEFT JOIN word USING (student_id)
      LEFT JOIN held USING (student_id)
      LEFT JOIN key_student k ON (k.township_id, k.student_id) = (e.township_id, e.student_id)
                             AND k.exited_at IS NULL
      LEFT JOIN duty d ON (d.township_id, d.kind, d.subject_id)
                          = (k.township_id, 'key_visit', k.id) AND d.done_at IS NULL
     WHERE (e.township_id = ANY ($2) OR e.school_id = ANY ($3) OR e.class_id = ANY ($4))
       AND ($9::bigint IS NOT NULL OR d.id IS NOT NULL
            OR e.from_on <= $5 AND (e.to_on IS NULL OR e.to_on > $5) AND e.status = ANY ($8)
               AND num_nonnulls(missed.days, away.missed_day, past.opened_at, kin.changed_on,
                                word.kind, held.groups) > 0)
     ORDER BY sc.code, c.cohort DESC, c.number, k.id IS NULL, s.pinyin_key, s.id
"""
_STATUSES = sorted(IN_SCHOOL | {EnrolmentStatus.SUSPENDED, EnrolmentStatus.DROPPED})


async def at_risk(
    conn: Conn,
    township_id: int,
    scope: Scope,
    days: tuple[date, date, date | None],
    student_id: int | None = None,
) -> tuple[RiskRow, ...]:
    """Return every 重点生, and every child of whom something is known, or one child.

    `days` are today, since when missed days count, and when the term that runs began.
    """
    today, since, began = days
    rows = await conn.fetch(
        AT_RISK,
        township_id,
        scope.townships,
        scope.schools,
        scope.classes,
        today,
        since,
        began,
        _STATUSES,
        student_id,
    )
    return many(RiskRow, rows)
