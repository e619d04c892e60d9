"""青石镇 with a year to inspect: reports in two versions, alarms, papers, corrections."""

from core.rules.visit import Met
from core.rules.visit_record import met_text
from db.pool import Pool
from tests.hand import hand
from tests.services import export_township
from tests.services.export_facts import FACTS
from tests.services.export_township import NOW, write
from tests.services.test_export_month import REPORTS, VERSION, facts

# 赵小雨's roll was corrected; one was taken late on somebody's word, one for another, one
# called off.  陈雨桐 of 河湾小学 could not be found: told before the 48 hours were over.
YEAR = """
INSERT INTO roll (township_id, id, school_id, class_id, day, session, starts_at, limit_at,
                  ends_at, expected, taken_by, taken_at, on_behalf, backfilled, told_by,
                  voided_at)
SELECT 990101100, r.id, 1, 31, r.day, r.session, r.at, r.at, r.at + interval '3 hours', 2, 1,
       r.at + interval '20 minutes', r.id = 3, r.id = 2,
       CASE r.id WHEN 2 THEN '班长点名表' END,
       CASE r.id WHEN 4 THEN timestamptz '2026-11-13 07:30+08' END
  FROM (VALUES (1, date '2026-11-10', 'am', timestamptz '2026-11-10 08:00+08'),
               (2, '2026-11-11', 'am', '2026-11-11 08:00+08'),
               (3, '2026-11-12', 'am', '2026-11-12 08:00+08'),
               (4, '2026-11-13', 'am', '2026-11-13 08:00+08'),
               (5, '2026-09-08', 'am', '2026-09-08 08:00+08')) AS r (id, day, session, at);
INSERT INTO closure (township_id, school_id, session, from_on, to_on, kind, reason,
                     declared_by, declared_at) VALUES
 (990101100, 1, 'am', '2026-11-13', '2026-11-14', 'suspension', '台风', 2, '2026-11-13 07:30+08');
INSERT INTO roll_correction (township_id, roll_id, student_id, was, became,
                             reason, corrected_by, corrected_at) VALUES
 (990101100, 1, 1, 'absent', 'late', '家长送到门口', 1, '2026-11-10 09:00+08');
INSERT INTO absence (township_id, id, student_id, school_id, class_id, missed_day,
                     missed_session, missed_at, noted_at, due_at, raw_due_at, clock_mode,
                     provisional, calendar_version) VALUES
 (990101100, 2, 4, 2, 32, '2026-11-20', 'am', '2026-11-20 08:00+08', '2026-11-20 08:15+08',
  '2026-11-24 08:00+08', '2026-11-22 08:00+08', 'clock_next_roll', false, 1);
-- For her: a home visit that was none (corrected to a talk at school), a call nobody took.
INSERT INTO visit (township_id, id, student_id, school_id, class_id, absence_id, school_year,
                   number, version, visited_at, method, met, cause, cause_note, whereabouts,
                   whereabouts_note, state_of_mind, guardian_opinion, result,
                   missing_members, correction_reason, entered_by, entered_at)
SELECT 990101100, 10 + v.version, 4, 2, 32, 2, 2026, 1, v.version, '2026-11-20 17:00+08', v.method, v.met, '',
       '', '', '', '', '', 'nobody_home', '', v.reason, 1, v.at
  FROM (VALUES (1, 'home', 'mother', '', timestamptz '2026-11-20 18:00+08'),
               (2, 'interview', 'neighbour', '未入户', '2026-11-20 19:00+08'))
       AS v (version, method, met, reason, at);
INSERT INTO contact (township_id, student_id, school_id, class_id, absence_id, school_year,
                     number, contacted_at, method, spoken_to, outcome, note, entered_by,
                     entered_at) VALUES
 (990101100, 4, 2, 32, 2, 2026, 1, '2026-11-20 09:00+08', 'phone', '—', 'not_reached', '', 1,
  '2026-11-20 09:05+08');
INSERT INTO alarm (township_id, absence_id, stage, rang_at) VALUES
 (990101100, 1, 'due', '2026-11-18 08:30+08'), (990101100, 2, 'lost', '2026-11-20 11:00+08');
INSERT INTO paper_original (township_id, paper_id, addressee, cipher, sha256)
SELECT 990101100, p.id, a.who, 'x', 'x'
  FROM paper p, (VALUES ('government'), ('bureau')) AS a (who)
 WHERE p.kind = 'report';
INSERT INTO receipt (township_id, paper_id, addressee, how, received_by, received_at,
                     recorded_by, recorded_at)
SELECT 990101100, p.id, 'government', 'paper', '党政办刘芳', '2026-11-18 15:00+08', 2,
       '2026-11-18 16:00+08'
  FROM paper p WHERE p.kind = 'report';
INSERT INTO month_event (township_id, report_id, version, kind, note, account_id, at)
VALUES (990101100, 1, 1, 'taken', '', 4, '2026-11-23 09:10+08'),
       (990101100, 1, 2, 'returned', '数字不符', 4, '2026-11-23 09:30+08'),
       (990101100, 2, NULL, 'reminded', '', 4, '2026-11-22 09:00+08');
"""


async def build(pool: Pool) -> None:
    await export_township.build(pool)
    await write(pool, FACTS.replace("{met}", met_text((Met.GRANDPARENT,), "冯老根")))
    await write(pool, REPORTS)
    await write(pool, YEAR)
    async with hand(pool, NOW).writing("test.file") as (conn, _):
        await conn.execute(VERSION, 1, True, facts(1, 3), b"PK first", NOW)
        await conn.execute(VERSION, 2, False, facts(2, 2), b"PK second", NOW)
