"""Every table, every role, every place, every kind of statement: what passes the wall (P11).

Beside the table of what a role may do at all stands what it may do to the rows of one
school: by a colleague, by another school, by another township, by nobody.  Both tables are
written by hand; a table that is in neither fails.
"""

from collections import defaultdict

import asyncpg
import pytest

from core.services import seat
from db.pool import Badge, DbRole
from tests.hand import hand
from tests.services.export_facts import FACTS
from tests.services.export_township import NOW, build, write

# S select, I insert, U update, D delete; "i" only by way of a column list.
TOWNSHIP, SCHOOL, NATION, OWN, ASKED = "township", "school", "nation", "own", "asked"
PEOPLE = {
    # Everybody of the township.
    "township": (TOWNSHIP, "SIU"),
    "village": (TOWNSHIP, "SI"),
    "school": (TOWNSHIP, "SI"),
    "combined_class": (TOWNSHIP, "SI"),
    "class": (TOWNSHIP, "SIU"),
    "term": (TOWNSHIP, "SIU"),
    "session_plan": (TOWNSHIP, "SIUD"),
    "closure": (TOWNSHIP, "SIUD"),
    "policy": (TOWNSHIP, "SIU"),
    "rung": (TOWNSHIP, "SIU"),
    "number_series": (TOWNSHIP, "SIU"),
    # Township 0 is everybody's to read.
    "calendar_year": (NATION, "SIU"),
    "holiday": (NATION, "SIUD"),
    # The school's own people, and those who see the township whole.
    "enrolment": (SCHOOL, "SIU"),
    "roster_import": (SCHOOL, "SI"),
    "roll": (SCHOOL, "SIUD"),
    "roll_mark": (SCHOOL, "SIUD"),
    "roll_correction": (SCHOOL, "SI"),
    "leave": (SCHOOL, "SIU"),
    "case_step": (SCHOOL, "SIU"),
    "leaving_sign": (SCHOOL, "SIU"),
    "evidence": (SCHOOL, "SIU"),
    "evidence_file": (SCHOOL, "SI"),
    "key_student": (SCHOOL, "SIU"),
    "area_child": (SCHOOL, "SIU"),
    "key_check": (SCHOOL, "SI"),
    "absence": (SCHOOL, "SIUD"),
    "alarm": (SCHOOL, "SI"),
    "dropout_case": (SCHOOL, "SIU"),
    "case_event": (SCHOOL, "SI"),
    "paper": (SCHOOL, "SIU"),
    "paper_original": (SCHOOL, "SI"),
    "receipt": (SCHOOL, "SI"),
    "delivery": (SCHOOL, "SI"),
    "contact": (SCHOOL, "SI"),
    "visit": (SCHOOL, "SI"),
    "visit_member": (SCHOOL, "SI"),
    "change": (SCHOOL, "SIU"),
    "opening_figure": (SCHOOL, "SIU"),
    "class_confirmation": (SCHOOL, "SIU"),
    "month_report": (SCHOOL, "SIU"),
    "month_version": (SCHOOL, "SI"),
    "month_event": (SCHOOL, "SI"),
    "student": (SCHOOL, "SIU"),
    "student_identity": (SCHOOL, "SIU"),
    "student_phone": (SCHOOL, "SIU"),
    "student_group": (SCHOOL, "SIUD"),
    "guardian": (SCHOOL, "SIU"),
    "guardian_phone": (SCHOOL, "SIU"),
    # One school may ask another of its township for something.
    "duty": (ASKED, "SIUD"),
    # The writer's own.
    "draft": (OWN, "SIUD"),
    "export": (OWN, "SIU"),
    "upload": (OWN, "SIUD"),
}
# What is no row of a school: only what each role may do with it at all.
OTHERS = {
    "account": {"people": "SIU", "front": "SIU", "sweep": "SI", "auditor": "S"},
    "credential": {"people": "SIU", "front": "SIU"},
    "account_grant": {"people": "SIU", "front": "SI", "sweep": "S"},
    "signin_session": {"people": "S", "front": "SIU", "sweep": "SU"},
    "sign_out": {"people": "SI", "front": "S"},
    "handover": {"people": "SI"},
    "signin_tally": {"front": "SIU", "sweep": "SD"},
    "door_process": {"people": "S", "front": "SIU", "sweep": "SD"},
    "terminal": {"people": "SIUD", "front": "SIUD"},
    "act": dict.fromkeys(("people", "front", "sweep", "auditor", "door"), "I"),
    "migration": dict.fromkeys(("people", "front", "sweep", "auditor", "door"), "S"),
    "key_proof": {"people": "SI"}
    | dict.fromkeys(("front", "sweep", "auditor", "door"), "S"),
    "outbox": {"people": "I", "front": "S", "sweep": "SID"},
    # Addresses and answers: for who sees a township whole, and written by the sweep alone.
    "dispatch": {"people": "S", "sweep": "SIUD"},
    "read_log": {"people": "I", "auditor": "S"},
    "journal": {"auditor": "S", "sweep": "S"},
    # People see where the chain ends, by its columns: no block's rows.
    "journal_block": {"sweep": "SI"},
    "journal_horizon": {"sweep": "SIU"},
}
LETTERS = {"S": "SELECT", "I": "INSERT", "U": "UPDATE", "D": "DELETE"}
TABLES = """
    SELECT c.relname FROM pg_class c
     WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p')
"""
MAY = "SELECT has_table_privilege('baoxue_' || $1, $2::regclass, $3)"

# A row in every table that FACTS leaves empty, all of the nine-year school (1).
MORE = """
INSERT INTO combined_class (township_id, id, school_id, name) VALUES (990101100, 1, 1, '复式班');
INSERT INTO closure (township_id, school_id, from_on, to_on, kind, reason, declared_by, declared_at)
VALUES (990101100, 1, '2026-11-11', '2026-11-12', 'suspension', '台风', 2, '2026-11-11 07:30+08');
INSERT INTO policy (township_id, name, value, from_on, set_by, set_at)
VALUES (990101100, 'file_late_for', '7', '2026-11-01', 0, '2026-11-01 08:00+08');
INSERT INTO rung (township_id, kind, after, unit, owed_by, climbs_to, from_on, set_by, set_at)
VALUES (990101100, 'visit', 12, 'hours', 'class_teacher', 'principal', '2026-11-01', 0, '2026-11-01 08:00+08');
INSERT INTO number_series VALUES (990101100, 'report-1-2026', 3);
INSERT INTO calendar_year VALUES (990101100, 2027, '本地', '2026-11-01 08:00+08');
INSERT INTO holiday VALUES (990101100, '2026-12-01', 'off', '校庆');
INSERT INTO roster_import (township_id, school_id, sha256, account_id, at, added, changed, missing, refused, warned)
VALUES (990101100, 1, 'x', 1, '2026-11-01 08:00+08', 1, 0, 0, 0, 0);
INSERT INTO roll (township_id, id, school_id, class_id, day, session, starts_at, limit_at,
                  ends_at, expected, taken_by, taken_at, on_behalf, backfilled)
VALUES (990101100, 1, 1, 31, '2026-11-23', 'am', '2026-11-23 08:00+08',
        '2026-11-23 08:30+08', '2026-11-23 11:40+08', 2, 1, '2026-11-23 08:05+08', false, false);
INSERT INTO roll_mark (township_id, school_id, roll_id, student_id, mark, noted_by, noted_at)
VALUES (990101100, 1, 1, 1, 'late', 1, '2026-11-23 08:05+08');
INSERT INTO roll_correction (township_id, roll_id, student_id, was, became, reason, corrected_by, corrected_at)
VALUES (990101100, 1, 1, 'absent', 'late', '', 1, '2026-11-23 08:40+08');
INSERT INTO alarm VALUES (990101100, 1, 'suspected', '2026-11-18 08:30+08');
INSERT INTO case_event (township_id, case_id, kind, to_state, note, account_id, at)
VALUES (990101100, 1, 'opened', 'suspected', '', 1, '2026-11-18 08:30+08');
INSERT INTO case_step (township_id, case_id, school_id, kind, note, asked_by, asked_at)
VALUES (990101100, 1, 1, 'return', '送回', 1, '2026-11-23 08:30+08');
INSERT INTO leaving_sign (township_id, student_id, school_id, kind, note, raised_by, raised_at)
VALUES (990101100, 1, 1, 'mood', '沉默', 1, '2026-11-23 08:30+08');
INSERT INTO evidence (township_id, id, student_id, school_id, case_id, kind, file_kind, size, sha256,
                      brought_by, attached_by, attached_at, state, reason)
VALUES (990101100, 1, 1, 1, 1, 'photo', 'jpeg', 1, 'x', 'principal', 2, '2026-11-23 08:30+08', 'pending', '');
INSERT INTO evidence_file VALUES (990101100, 1, 1, '\\x00');
INSERT INTO key_student (township_id, student_id, source, reasons, measures, entered_by, entered_at)
VALUES (990101100, 1, 'judged', '厌学', '', 1, '2026-11-23 08:30+08');
INSERT INTO area_child (township_id, id, school_id, name, sex, born_on, state, basis, entered_by, entered_at)
VALUES (990101100, 1, 1, '罗小丫', 'female', '2019-03-15', 'not_enrolled', '', 2, '2026-11-23 08:30+08');
INSERT INTO key_check (township_id, school_id, class_id, count, note, checked_by, checked_at)
VALUES (990101100, 1, 31, 1, '记录齐全', 2, '2026-11-23 08:30+08');
INSERT INTO paper_original SELECT township_id, id, 'government', 'x', '\\x00' FROM paper WHERE number IS NOT NULL;
INSERT INTO receipt SELECT township_id, id, 'government', 'system', '赵刚', made_at, 3, made_at FROM paper WHERE number IS NOT NULL;
INSERT INTO delivery SELECT township_id, id, 'hand', '2026-11-26', '王建国', '李梅', NULL, '', 2, made_at FROM paper WHERE number IS NOT NULL;
INSERT INTO opening_figure (township_id, class_id, school_id, school_year, at_year_start, transferred_in,
                            transferred_out, suspended, resumed, dropped, entered_by, entered_at)
VALUES (990101100, 31, 1, 2026, 2, 0, 0, 0, 0, 0, 2, '2026-11-01 08:00+08');
INSERT INTO class_confirmation (township_id, school_id, class_id, month, opened_at)
VALUES (990101100, 1, 31, '2026-11-01', '2026-11-01 08:00+08');
INSERT INTO month_report (township_id, id, school_id, kind, month, due_on, state, exempted, reminded, opened_at)
VALUES (990101100, 1, 1, 'bureau', '2026-10-01', '2026-10-25', 'filed', false, 0, '2026-10-01 08:00+08');
INSERT INTO month_version (township_id, report_id, version, zero, window_from, window_to, content, sha256, bytes,
                           explanation, filed_by, filed_as, filed_at, late, member_class_ids, member_ids)
VALUES (990101100, 1, 1, true, '2026-09-26', '2026-10-25', '{}', 'x', '\\x00', '', 2, '王建国', '2026-10-24 08:00+08', false, '{}', '{}');
INSERT INTO month_event (township_id, report_id, version, kind, note, account_id, at)
VALUES (990101100, 1, 1, 'accepted', '', 4, '2026-10-24 09:00+08');
INSERT INTO student_phone VALUES (990101100, 1, '\\x01', '\\x02');
INSERT INTO duty (township_id, kind, owed_by, school_id, subject_id, words, opened_at, due_at)
VALUES (990101100, 'untaken', 'principal', 1, 31, '三年级（1）班', '2026-11-23 08:00+08', '2026-11-23 18:00+08');
INSERT INTO draft VALUES (2, 'roll', '31', gen_random_uuid(), '{}', '2026-11-23 08:00+08');
INSERT INTO export (township_id, account_id, file_name, purpose, full_numbers, row_count, bytes, sha256, made_at)
VALUES (990101100, 2, '花名册', '', false, 1, '\\x00', 'x', '2026-11-23 08:00+08');
INSERT INTO upload VALUES (2, '家访.jpg', 'jpeg', '\\x00', 'x', '2026-11-23 08:00+08')
"""
# Who looks: the principal of the school, of another school, of another township's.
GRANT = """
    INSERT INTO account_grant (account_id, role, township_id, school_id, from_on, given_by,
                               given_at)
    VALUES ($1, $2, $3, $4, '2026-09-01', 0, $5)
"""
LOOKERS = {
    "own": (2, "leader", 990101100, 1),
    "whole": (3, "office", 990101100, None),
    "other school": (4, "leader", 990101100, 2),
    "other township": (5, "leader", 990101101, 3),
}
# What each of them may do, by how a table is walled: letters, once granted at all.
EXPECTED = {
    TOWNSHIP: {"own": "SIUD", "whole": "SIUD", "other school": "SIUD"},
    NATION: {"own": "SIUD", "whole": "SIUD", "other school": "SIUD"},
    SCHOOL: {"own": "SIUD", "whole": "SIUD"},
    ASKED: {"own": "SIUD", "whole": "SIUD", "other school": "I"},
    OWN: {"own": "SIUD"},
}


async def test_what_each_role_may_do_at_all_is_written_down_here(pool):
    tables = {row["relname"] for row in await pool.fetch(TABLES)}
    assert tables == PEOPLE.keys() | OTHERS.keys()
    wanted = {t: {"people": may, "sweep": may} for t, (_, may) in PEOPLE.items()} | OTHERS
    wanted["draft"] = {"people": "SIUD", "sweep": "SD"}
    wanted["export"] = {"people": "SIU", "sweep": "SIUD"}
    wanted["township"]["front"] = wanted["school"]["front"] = "S"
    found = defaultdict(dict)
    for table in tables:
        for role in ("people", "sweep", "front", "auditor", "door"):
            may = [
                x
                for x, word in LETTERS.items()
                if await pool.fetchval(MAY, role, table, word)
            ]
            if may:
                found[table][role] = "".join(may)
    assert dict(found) == wanted


@pytest.fixture
async def badges(pool) -> dict[str, Badge]:
    await build(pool)
    await write(pool, FACTS.replace("{met}", "neighbour"))
    await write(pool, MORE)
    front = seat.front_desk(pool, lambda _: NOW)
    async with hand(pool, NOW).writing("test.grant") as (conn, _):
        for grant in LOOKERS.values():
            await conn.execute(GRANT, *grant, NOW)
    found = {who: (await seat.seat(front, row[0])).badge for who, row in LOOKERS.items()}
    return found | {"nobody": Badge(DbRole.PEOPLE)}


# One row of the nine-year school in each table; its children come by their own keys.
KEY = "t.township_id = 990101100"
OF_SCHOOL = {
    "student": "t.id = 1", "student_identity": "t.student_id = 1", "guardian": "t.id = 1",
    "guardian_phone": "t.guardian_id = 1", "student_group": "t.student_id = 1",
    "student_phone": "t.student_id = 1", "key_student": "t.student_id = 1", "draft": "true", "upload": "true", "school": "t.id = 1",
}  # fmt: skip
ROW = "SELECT to_jsonb(t)::text FROM {table} t WHERE {where} LIMIT 1"


SIT = """
    SELECT set_config('ledger.op', gen_random_uuid()::text, true),
           set_config('ledger.account', '0', true), set_config('ledger.act', 'test', true),
           set_config('ledger.now', '2026-11-23 10:00:00+08', true),
           set_config('ledger.token', $2, true), set_config('role', $1, true)
"""


async def passes(conn, badge: Badge, sql: str, *values: object) -> bool:
    """Whether a statement reaches a row; what fails behind the wall has passed it."""
    undo = conn.transaction()
    await undo.start()
    try:
        await conn.execute(SIT, *badge.arguments)
        return not (await conn.execute(sql, *values)).endswith(" 0")
    except asyncpg.InsufficientPrivilegeError:
        return False
    except (asyncpg.IntegrityConstraintViolationError, asyncpg.RaiseError):
        return True
    finally:
        await undo.rollback()


async def test_who_reaches_which_rows_by_which_statement(pool, badges):
    wrong = []
    async with pool.acquire() as conn:
        for table, (kind, may) in PEOPLE.items():
            where = OF_SCHOOL.get(table)
            if where is None:
                has = "SELECT count(*) FROM pg_attribute WHERE attrelid = $1::regclass AND attname = 'school_id'"
                where = "t.school_id = 1" if await conn.fetchval(has, table) else "true"
            of_person = table in {"draft", "upload"}
            where += "" if of_person else f" AND {KEY}"
            row = await conn.fetchval(ROW.format(table=table, where=where))
            assert row, table
            statements = {
                "S": (f"SELECT 1 FROM {table} t WHERE {where}",),
                "I": (
                    f"INSERT INTO {table} SELECT * FROM jsonb_populate_record(NULL::{table}, $1::text::jsonb)",
                    row,
                ),
                "U": (
                    f"UPDATE {table} t SET {'account_id = account_id' if of_person else 'township_id = township_id'} WHERE {where}",
                ),
                "D": (f"DELETE FROM {table} t WHERE {where}",),
            }
            for who, badge in badges.items():
                for letter, statement in statements.items():
                    expected = letter in may and letter in EXPECTED[kind].get(who, "")
                    passed = await passes(conn, badge, *statement)
                    if passed != expected:
                        wrong.append(f"{table} {who} {letter}: {passed}")
    assert wrong == []
