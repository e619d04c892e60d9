"""Four children of whom everything is known, and fourteen people who may know some of it.

T and F are in two classes of one school, C in another school of the township, B in another
township of the county.  Of each there is a run, an alarm, a case, a report, a contact,
a visit, a leave, a change, a mark and a duty; each school has called something off.
"""

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from core.services import seat
from core.services.desk import Desk
from db.paper import add_originals
from db.pool import Pool
from tests.hand import hand
from tests.numbers import give_identities, give_phones
from tests.services import school_town
from tests.services.file_town import CLOUD, CLOUDS, FOURTH, HAORAN, RIVER
from tests.services.school_town import THIRD, TOWNSHIP, XIAOYU, SchoolTown

BEYOND = 990101101


class Key(NamedTuple):
    """Where a child is."""

    township: int
    school: int
    school_class: int
    child: int


CHILDREN = {
    "T": Key(TOWNSHIP, RIVER, THIRD, XIAOYU),
    "F": Key(TOWNSHIP, RIVER, FOURTH, 103),
    "C": Key(TOWNSHIP, CLOUD, CLOUDS, HAORAN),
    "B": Key(BEYOND, 5, 51, 401),
}
CODES = {RIVER: "2199010001", CLOUD: "2199010003", 5: "2199010009"}
# Beside the people of the file town: account, role, post, acting, township, school, class
PEOPLE = {
    "acting": (31, "class_teacher", None, "class", TOWNSHIP, RIVER, THIRD),
    "teacher": (32, "teacher", None, None, TOWNSHIP, RIVER, THIRD),
    "duty": (33, "duty_teacher", None, None, TOWNSHIP, RIVER, None),
    "super": (34, "supervision", None, None, 990101000, None, None),
    "audit": (35, "auditor", None, None, TOWNSHIP, None, None),
    "admin": (36, "admin", None, None, 0, None, None),
}
OF_TOWN = {"li": 7, "liu": 9, "wang": 8, "reg": 10, "office": 12, "gov": 13, "cadre": 15}
ACCOUNTS = OF_TOWN | {"bureau": 14} | {name: one[0] for name, one in PEOPLE.items()}

PEOPLE_IN_ORDER = (
    "li", "acting", "teacher", "liu", "wang", "reg", "duty", "office", "gov", "cadre",
    "bureau", "super", "audit", "admin",
)  # fmt: skip

ACCOUNT = """
INSERT INTO account (id, signin_name, name, must_change_password, created_at)
VALUES ($1, $2, $3, false, '2026-09-01 00:00+08')
"""
GRANT = """
INSERT INTO account_grant (account_id, role, post, acting, township_id, school_id, class_id,
                           from_on, to_on, given_by, given_at)
VALUES ($1, $2, $3, $4::text, $5, $6, $7, '2026-09-01',
        CASE WHEN $4::text IS NOT NULL THEN date '2026-12-01' END, 0, '2026-09-01 00:00+08')
"""
PLACES = f"""
SELECT setval('village_id_seq', 500, false);
DELETE FROM enrolment WHERE student_id = 102;
UPDATE school SET live_on = '2026-09-01';
INSERT INTO township VALUES ({BEYOND}, '白水镇', 1);
INSERT INTO school (township_id, id, code, name, kind, system, live_on)
VALUES ({BEYOND}, 5, '2199010009', '白水小学', 'primary', '6-3', '2026-09-01');
INSERT INTO class (township_id, id, school_id, cohort, number) VALUES ({BEYOND}, 51, 5, 2024, 1);
INSERT INTO student (township_id, id, name, sex, born_on, pinyin, pinyin_key)
VALUES ({TOWNSHIP}, 103, '罗子涵', 'male', '2017-06-15', '{{lzh}}', 'luo zi han'),
       ({BEYOND}, 401, '白晓', 'male', '2018-01-02', '{{bx}}', 'bai xiao');
INSERT INTO enrolment (township_id, student_id, school_id, class_id, boarder, status, from_on)
VALUES ({TOWNSHIP}, 103, {RIVER}, {FOURTH}, false, 'enrolled', '2024-09-01'),
       ({BEYOND}, 401, 5, 51, false, 'enrolled', '2024-09-01');
INSERT INTO term (township_id, school_year, number, from_on, to_on)
VALUES ({BEYOND}, 2026, 1, '2026-09-01', '2027-01-24');
INSERT INTO session_plan (township_id, school_id, session, starts_at, ends_at, limit_after, held,
                          boarders_only, from_on)
VALUES ({BEYOND}, 5, 'am', '08:00', '11:40', 30, 'school_day', false, '2026-09-01');
INSERT INTO guardian (township_id, id, student_id, ordinal, name, relation, is_guardian)
SELECT township_id, 700 + id, id, 3, '监护人', '51', true FROM student;
"""
UNNUMBERED = (
    "SELECT id FROM student WHERE id NOT IN (SELECT student_id FROM student_identity)"
)
THIRD_KIN = "SELECT id FROM guardian WHERE ordinal = 3"
# What is known of each child; `e` is its enrolment.
FACTS = """
INSERT INTO roll (township_id, id, school_id, class_id, day, session, starts_at, limit_at, ends_at,
                  expected, taken_by, taken_at, on_behalf, backfilled)
SELECT township_id, 900 + student_id, school_id, class_id, '2026-11-20', 'am',
       '2026-11-20 08:00+08', '2026-11-20 08:30+08', '2026-11-20 11:40+08', 1, 0,
       '2026-11-20 08:10+08', false, false FROM enrolment;
INSERT INTO roll_mark (township_id, school_id, roll_id, student_id, mark, noted_by, noted_at)
SELECT township_id, school_id, 900 + student_id, student_id, 'absent', 0, '2026-11-20 08:10+08'
  FROM enrolment;
INSERT INTO absence (township_id, id, student_id, school_id, class_id, missed_day, missed_session,
                     missed_at, noted_at, due_at, raw_due_at, clock_mode, provisional,
                     calendar_version)
SELECT township_id, 900 + student_id, student_id, school_id, class_id, '2026-11-20', 'am',
       '2026-11-20 08:00+08', '2026-11-20 08:10+08', '2026-11-23 08:30+08',
       '2026-11-22 08:00+08', 'clock_next_roll', false, 1 FROM enrolment;
INSERT INTO alarm (township_id, absence_id, stage, rang_at)
SELECT township_id, id, 'due', '2026-11-23 08:30+08' FROM absence;
INSERT INTO dropout_case (township_id, id, number, student_id, school_id, class_id, absence_id,
                          state, opened_at)
SELECT township_id, id, '2026-' || id, student_id, school_id, class_id, id, 'reported',
       '2026-11-23 08:30+08' FROM absence;
INSERT INTO paper (township_id, id, kind, school_id, student_id, case_id, state, title, made_at)
SELECT township_id, id + more, 'report', school_id, student_id, id, 'to_sign', '报告',
       '2026-11-23 08:30+08' FROM dropout_case, unnest(ARRAY[0, 50]) AS more;
INSERT INTO paper (township_id, id, kind, school_id, student_id, case_id, state, title, made_at,
                   number, signed_at)
SELECT township_id, id + 60, 'hukou_letter', school_id, student_id, id, 'signed', '函',
       '2026-11-23 08:30+08', id, '2026-11-23 08:30+08' FROM dropout_case;
INSERT INTO contact (township_id, student_id, school_id, class_id, school_year, number,
                     contacted_at, method, spoken_to, outcome, note, entered_by, entered_at)
SELECT township_id, student_id, school_id, class_id, 2026, 1, '2026-11-20 09:00+08', 'phone',
       '家长', 'reached', '', 0, '2026-11-20 09:00+08' FROM enrolment;
INSERT INTO visit (township_id, id, student_id, school_id, class_id, school_year, number, version,
                   visited_at, method, met, cause, cause_note, whereabouts, whereabouts_note,
                   state_of_mind, guardian_opinion, result, missing_members, correction_reason,
                   entered_by, entered_at)
SELECT township_id, 900 + student_id, student_id, school_id, class_id, 2026, 1, 1,
       '2026-11-20 16:00+08', 'home', 'nobody', '', '', '', '', '', '', 'nobody_home', '', '', 0,
       '2026-11-20 17:00+08' FROM enrolment;
INSERT INTO leave (township_id, id, number, student_id, school_id, class_id, kind, from_day,
                   from_session, to_day, to_session, from_at, to_at, asked_by, asked_how, reason,
                   state, entered_by, entered_at, alone_until, evidence)
SELECT township_id, 900 + student_id, '2026-' || student_id, student_id, school_id, class_id,
       'sick', '2026-11-02', 'am', '2026-11-17', 'pm', '2026-11-02 08:00+08',
       '2026-11-17 17:00+08', '家长', 'phone', '', 'waiting', 0, '2026-11-02 07:30+08',
       '2026-11-02 08:00+08', '' FROM enrolment;
INSERT INTO change (township_id, id, student_id, school_id, class_id, kind, state, happened_on,
                    in_township, reason, proofs, evidence, entered_by, entered_at)
SELECT township_id, 900 + student_id, student_id, school_id, class_id, 'suspension', 'pending',
       '2026-11-20', false, '', '{}', '', 0, '2026-11-20 09:00+08' FROM enrolment;
INSERT INTO closure (township_id, id, school_id, from_on, to_on, kind, reason, declared_by, declared_at)
SELECT township_id, 900 + student_id, school_id, '2026-12-21', '2026-12-22', 'suspension',
       '停水停电', 0, '2026-11-20 09:00+08' FROM enrolment;
INSERT INTO duty (township_id, kind, owed_by, school_id, class_id, student_id, subject_id, words,
                  opened_at, due_at)
SELECT township_id, d.kind, d.owed_by, school_id, class_id, student_id, student_id, '待办',
       '2026-11-20 09:00+08', '2026-11-23 18:00+08'
  FROM enrolment, (VALUES ('contact', 'class_teacher'), ('sign_report', 'principal'),
                          ('leave_decision', 'registrar'), ('boarders_roll', 'duty_teacher'),
                          ('alarm_office', 'office'), ('alarm_government', 'government'),
                          ('alarm_bureau', 'bureau')) AS d (kind, owed_by);
INSERT INTO class_confirmation (township_id, school_id, class_id, month, opened_at)
SELECT township_id, school_id, id, '2026-11-01', '2026-11-15 09:00+08' FROM class;
"""


LETTERS = "SELECT township_id, id FROM paper WHERE kind = 'hukou_letter'"


class SightTown(SchoolTown):
    """The township with desks for all fourteen."""

    async def desk(self, name: str) -> Desk:
        """Return a person's desk."""
        front = seat.front_desk(self.pool, lambda _: self.now)
        return await seat.seat(front, ACCOUNTS[name])


async def build(pool: Pool) -> SightTown:
    """Make it; it is Monday 2026-11-23, 09:10."""
    await school_town.build(pool)
    town = SightTown(pool)
    async with hand(pool, town.now).writing("test.sight") as (conn, _):
        await conn.execute(PLACES)
        bare = [row["id"] for row in await conn.fetch(UNNUMBERED)]
        await give_identities(conn, {i: f"99010120180101{i:04}" for i in bare})
        kin = [row["id"] for row in await conn.fetch(THIRD_KIN)]
        await give_phones(conn, {i: f"1990000{i:04}" for i in kin})
        await conn.execute(FACTS)
        for where, letter in await conn.fetch(LETTERS):
            await add_originals(conn, where, letter - 60, (("government", b"x"),))
            await add_originals(conn, where, letter, (("hukou", b"x"),))
        for name, (account, *grant) in PEOPLE.items():
            await conn.execute(ACCOUNT, account, f"{name}-{account}", name)
            await conn.execute(GRANT, account, *grant)
    return town


TODAY = date(2026, 11, 23)


def oracle(table: str) -> dict[str, dict[str, str]]:
    """Return for each service what each person sees, or may do."""
    people, *rows = (line.split() for line in table.strip().splitlines())
    assert people == list(PEOPLE_IN_ORDER)
    return {
        name: dict(zip(people, (seen.replace("-", "") for seen in told), strict=True))
        for name, *told in rows
    }


def of_children(ids: Iterable[int | None]) -> set[str]:
    """Return the letters of these children."""
    found = set(ids)
    return {letter for letter, one in CHILDREN.items() if one.child in found}


def of_classes(ids: Iterable[int | None]) -> set[str]:
    """Return the letters of the children of these classes."""
    found = set(ids)
    return {letter for letter, one in CHILDREN.items() if one.school_class in found}


def of_schools(ids: Iterable[int | None]) -> set[str]:
    """Return the letters of the children of these schools."""
    found = set(ids)
    return {letter for letter, one in CHILDREN.items() if one.school in found}
