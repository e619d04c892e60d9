"""Enrolment intervals on disk: where a child stands, and the writes a change makes.

Importing a roster is in roster; the class list as of a day is read where it is used.
"""

from datetime import date, datetime

from core.rules.base import Record
from core.rules.changed import Enrolled
from core.rules.cipher import Held, Whole, whole
from core.rules.student import EnrolmentStatus
from db.pool import Conn
from db.roster import new_ids
from db.rows import one

# A child enrolled nowhere on the day keeps the place it stood in last.
ENROLLED = """
    SELECT st.township_id, st.id AS student_id, st.name AS student_name,
           coalesce(e.school_id, l.school_id) AS school_id, sc.name AS school_name,
           sc.parent_id, coalesce(e.class_id, l.class_id) AS class_id,
           e.id AS enrolment_id, coalesce(e.seat_no, l.seat_no) AS seat_no,
           coalesce(e.boarder, l.boarder, false) AS boarder, e.status, e.from_on,
           l.to_on AS last_on,
           EXISTS (SELECT FROM enrolment x
                    WHERE (x.township_id, x.student_id) = (st.township_id, st.id)
                      AND x.from_on > $3) AS has_later,
           (SELECT c.id FROM change c
             WHERE (c.township_id, c.student_id) = (st.township_id, st.id)
               AND c.state = 'pending' AND c.effective_on IS NULL
             ORDER BY c.id DESC LIMIT 1) AS pending_id,
           a.id AS absence_id,
           coalesce(a.due_at <= $4
                    AND NOT EXISTS (SELECT FROM alarm k
                                     WHERE (k.township_id, k.absence_id, k.stage)
                                         = (a.township_id, a.id, 'due')), false)
             AS alarm_waits
      FROM student st
      LEFT JOIN enrolment e
        ON (e.township_id, e.student_id) = (st.township_id, st.id)
       AND e.from_on <= $3 AND (e.to_on IS NULL OR e.to_on > $3)
      LEFT JOIN LATERAL (SELECT x.school_id, x.class_id, x.seat_no, x.boarder, x.to_on
                           FROM enrolment x
                          WHERE (x.township_id, x.student_id) = (st.township_id, st.id)
                            AND x.to_on <= $3
                          ORDER BY x.to_on DESC LIMIT 1) l ON true
      LEFT JOIN school sc
        ON (sc.township_id, sc.id) = (st.township_id, coalesce(e.school_id, l.school_id))
      LEFT JOIN absence a
        ON (a.township_id, a.student_id) = (st.township_id, st.id) AND a.ended_at IS NULL
     WHERE st.township_id = $1 AND st.id = $2
"""
OF_NUMBER = """
    SELECT student_id FROM student_identity
     WHERE township_id = $1 AND mark = ($2::enciphered).mark
"""


async def enrolled(
    conn: Conn, township_id: int, student_id: int, day: date, now: datetime
) -> Enrolled | None:
    """Return where a child stands on `day`; None for no such child in the township."""
    return one(Enrolled, await conn.fetchrow(ENROLLED, township_id, student_id, day, now))


async def of_number(conn: Conn, township_id: int, number: str) -> int | None:
    """Return the child of the township who bears an identity number."""
    found: int | None = await conn.fetchval(
        OF_NUMBER, township_id, Whole(township_id, Held.IDENTITY, None, number)
    )
    return found


SCHOOL_OF_CLASS = "SELECT school_id FROM class WHERE township_id = $1 AND id = $2"


async def school_of_class(conn: Conn, township_id: int, class_id: int) -> int | None:
    """Return the school a class belongs to."""
    found: int | None = await conn.fetchval(SCHOOL_OF_CLASS, township_id, class_id)
    return found


END = "UPDATE enrolment SET to_on = $3 WHERE township_id = $1 AND id = $2"
BEGIN = """
    INSERT INTO enrolment (township_id, student_id, school_id, class_id, seat_no, boarder,
                           status, from_on)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
"""


class Place(Record):
    """An interval about to begin."""

    student_id: int
    school_id: int
    class_id: int
    seat_no: int | None = None
    boarder: bool = False
    status: EnrolmentStatus = EnrolmentStatus.ENROLLED
    from_on: date


async def end(conn: Conn, township_id: int, enrolment_id: int, to_on: date) -> None:
    """End an interval: `to_on` is the first day the child is no longer there."""
    await conn.execute(END, township_id, enrolment_id, to_on)


async def begin(conn: Conn, township_id: int, place: Place) -> None:
    """Begin an interval that lasts until a change ends it."""
    await conn.execute(
        BEGIN,
        township_id,
        place.student_id,
        place.school_id,
        place.class_id,
        place.seat_no,
        place.boarder,
        place.status,
        place.from_on,
    )


# A child who is verifiedly elsewhere is no longer missing here, nor lost; its alarms stay.
END_RUN = """
      WITH ended AS (
           UPDATE absence SET ended_at = $4, ended_how = $5
            WHERE township_id = $1 AND student_id = $2 AND id = $3 AND ended_at IS NULL
        RETURNING id, student_id),
           cleared AS (
           UPDATE duty d SET done_at = $4, done_by = $6
             FROM ended
            WHERE d.township_id = $1 AND d.done_at IS NULL
              AND ((d.subject_id = ended.id AND d.kind IN ('contact', 'visit',
                                                         'joint_visit', 'mark_register'))
                   OR (d.subject_id = ended.student_id AND d.kind = 'not_known'))
        RETURNING 1),
           told AS (
           INSERT INTO outbox (township_id, noun, at)
           SELECT $1, n.noun, $4 FROM ended, unnest(ARRAY['absence', 'duty']) AS n (noun)
        RETURNING 1)
    SELECT count(*) FROM ended
"""


async def end_run(
    conn: Conn, run: tuple[int, int, int], how: str, account_id: int, now: datetime
) -> None:
    """End an open run, (township, child, its id): the child is known to be elsewhere."""
    await conn.execute(END_RUN, *run, now, how, account_id)


# The child's id is part of its number's cipher, and so is taken before.
NEW_STUDENT = """
      WITH made AS (
           INSERT INTO student (township_id, id, name, sex, born_on, pinyin, pinyin_key,
                                address)
           VALUES ($1, $2, $3, $4, $5, $6, $7, $10)
        RETURNING township_id, id)
    INSERT INTO student_identity (township_id, student_id, kind, cipher, mark, county_mark)
    SELECT made.township_id, made.id, $8, ($9::enciphered).body, ($9::enciphered).mark,
           ($9::enciphered).county
      FROM made WHERE ($9::enciphered).body IS NOT NULL
"""
NEW_GUARDIAN = """
      WITH made AS (
           INSERT INTO guardian (township_id, student_id, ordinal, name, relation,
                                 is_guardian)
           VALUES ($1, $2, 1, $3, $4, true)
        RETURNING township_id, id)
    INSERT INTO guardian_phone (township_id, guardian_id, cipher, mark)
    SELECT township_id, id, ($5::enciphered).body, ($5::enciphered).mark
      FROM made WHERE ($5::enciphered).body IS NOT NULL
"""


class NewStudent(Record):
    """A child the township has never had on record."""

    name: str
    sex: str
    born_on: date
    pinyin: tuple[str, ...]
    pinyin_key: str
    identity_kind: str
    identity_number: str | None
    address: str | None = None


async def add_student(conn: Conn, township_id: int, child: NewStudent) -> int:
    """Write a child, and its identity number where it has one; return the child's id."""
    (student_id,) = await new_ids(conn, 1)
    number = whole(township_id, Held.IDENTITY, str(student_id), child.identity_number)
    await conn.execute(
        NEW_STUDENT,
        township_id,
        student_id,
        child.name,
        child.sex,
        child.born_on,
        list(child.pinyin),
        child.pinyin_key,
        child.identity_kind,
        number,
        child.address,
    )
    return student_id


async def add_guardian(
    conn: Conn,
    township_id: int,
    student_id: int,
    guardian: tuple[str, str],
    phone: str | None,
) -> None:
    """Write a child's first guardian: (name, relation code)."""
    number = whole(township_id, Held.GUARDIAN_PHONE, f"{student_id}/1", phone)
    await conn.execute(NEW_GUARDIAN, township_id, student_id, *guardian, number)
