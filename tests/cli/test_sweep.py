"""Four sweeps at once, two of them killed: each child's alarm rings once, and no less."""

import asyncio
import subprocess
from uuid import uuid4

import asyncpg
import pytest

from core.rules.staff import Role
from core.rules.staff_account import GrantPlace, NewAccount
from core.services import place, seat, staff
from tests.cli.program import call, environment, start
from tui.__main__ import main

TOWNSHIPS = (990101100, 990101101, 990101102, 990101103)
GATE = 4711
# A class of fifteen in every township's only school, each missing for three days.
MISSING = """
WITH made AS (
     INSERT INTO class (township_id, school_id, cohort, number)
     SELECT township_id, id, 2024, 1 FROM school
  RETURNING township_id, school_id, id),
     pupils AS (
     INSERT INTO student (township_id, name, sex, born_on, pinyin, pinyin_key)
     SELECT township_id, '学生' || n, 'female', '2018-03-14', '{xs}', 'xuesheng'
       FROM made, generate_series(1, 15) n
  RETURNING township_id, id),
     seated AS (
     INSERT INTO enrolment (township_id, student_id, school_id, class_id, boarder, status,
                            from_on)
     SELECT p.township_id, p.id, m.school_id, m.id, false, 'enrolled', '2024-09-01'
       FROM pupils p JOIN made m USING (township_id))
INSERT INTO absence (township_id, student_id, school_id, class_id, missed_day,
                     missed_session, missed_at, noted_at, due_at, raw_due_at, clock_mode,
                     provisional, calendar_version)
SELECT p.township_id, p.id, m.school_id, m.id, (now() - interval '3 days')::date, 'am',
       now() - interval '3 days', now() - interval '3 days', now() - interval '1 day',
       now() - interval '1 day', 'clock_next_roll', false, 1
  FROM pupils p JOIN made m USING (township_id)
"""
# Whoever rings must stop at the last thing written, the duties, until the test lets go.
STOP_IN_THE_MIDDLE = f"""
CREATE FUNCTION stop_in_the_middle() RETURNS trigger LANGUAGE plpgsql
SET lock_timeout = 0 AS $$
BEGIN
    PERFORM pg_advisory_xact_lock_shared({GATE});
    RETURN NULL;
END $$;
CREATE TRIGGER stop_in_the_middle AFTER INSERT ON duty FOR EACH ROW
EXECUTE FUNCTION stop_in_the_middle()
"""
STOPPED = f"""
SELECT count(*) FROM pg_locks
 WHERE locktype = 'advisory' AND objid = {GATE} AND NOT granted
"""
RINGING = """
SELECT count(*) FROM pg_stat_activity
 WHERE datname = current_database() AND application_name = 'baoxue'
"""
# Each absence with how many alarms, cases, reports and duties it has led to.
LED_TO = """
SELECT (SELECT count(*) FROM alarm k WHERE k.absence_id = a.id AND k.stage = 'due'
           AND k.township_id = a.township_id) AS alarms,
       (SELECT count(*) FROM dropout_case c WHERE c.student_id = a.student_id
           AND c.township_id = a.township_id) AS cases,
       (SELECT count(*) FROM paper p WHERE p.student_id = a.student_id
           AND p.township_id = a.township_id) AS papers,
       (SELECT count(*) FROM duty d WHERE d.student_id = a.student_id
           AND d.township_id = a.township_id AND d.kind = 'sign_report') AS to_sign,
       (SELECT count(*) FROM duty d WHERE d.student_id = a.student_id
           AND d.township_id = a.township_id AND d.kind = 'alarm_government') AS told
  FROM absence a
"""
NUMBERS = "SELECT count(DISTINCT number) FROM dropout_case GROUP BY township_id"


SHUT = "UPDATE account SET disabled_at = now() WHERE system_of = $1"
# Every class here is without a head teacher, which a later step of the sweep tells.
HEADLESS = """
SELECT count(DISTINCT township_id) FROM duty WHERE kind = 'head_teacher'
"""


async def led_to(conn: asyncpg.Connection) -> list[tuple[int, ...]]:
    return [tuple(row) for row in await conn.fetch(LED_TO)]


@pytest.fixture
async def conn(pool, dsn):
    """Sixty children whose clock has run out, in four townships; a connection to look."""
    front = seat.front_desk(pool)
    new = NewAccount(signin_name="guanli", name="管理员")
    await staff.add(front, new, GrantPlace(role=Role.ADMIN, township_id=0))
    admin = await seat.seat_by_name(front, "guanli")
    for number, township in enumerate(TOWNSHIPS):
        await place.add_township(admin, township, f"第{number}镇")
        await place.add_school(admin, f"219901000{number}", "小学", township)
    async with admin.writing("test.missing", uuid4()) as (writing, _):
        await writing.execute(MISSING)
    looking = await asyncpg.connect(dsn)
    yield looking
    await looking.close()


async def until(conn: asyncpg.Connection, sql: str, wanted: int) -> None:
    async with asyncio.timeout(60):
        while await conn.fetchval(sql) != wanted:
            await asyncio.sleep(0.02)


async def ends(process: "subprocess.Popen[bytes]") -> tuple[int, str]:
    out, _ = await asyncio.to_thread(process.communicate)
    return process.returncode, out.decode()


async def test_every_due_child_rings_once_though_two_of_four_sweeps_are_killed(
    conn, dsn, keys, tmp_path
):
    env = environment(tmp_path, BAOXUE_DSN=dsn, BAOXUE_KEY_FILE=str(keys.path))
    await conn.execute(STOP_IN_THE_MIDDLE)
    await conn.execute("SELECT pg_advisory_lock($1)", GATE)
    sweeps = [start(env, "sweep") for _ in range(4)]
    # Each has rung a township and not committed: all four stand in the middle of it.
    await until(conn, STOPPED, 4)
    for killed in sweeps[:2]:
        killed.kill()
        await ends(killed)
    assert await led_to(conn) == [(0, 0, 0, 0, 0)] * 60
    await conn.execute("SELECT pg_advisory_unlock($1)", GATE)
    ended = [await ends(survivor) for survivor in sweeps[2:]]
    assert [(status, "巡查完成" in said) for status, said in ended] == [(0, True)] * 2
    # What the killed ones were at was rolled back as a whole: half an alarm is none.
    assert set(await led_to(conn)) <= {(1, 1, 1, 1, 1), (0, 0, 0, 0, 0)}
    # The dead ones' connections are gone (one is the test's own); the next sweep does
    # what they had not done.
    await until(conn, RINGING, 1)
    rung = sum(row[0] for row in await led_to(conn))
    assert rung >= 30
    done = await asyncio.to_thread(call, env, "sweep")
    assert done.stdout == f"巡查完成：满48小时报警 {60 - rung} 人。\n"
    assert await led_to(conn) == [(1, 1, 1, 1, 1)] * 60
    assert [row[0] for row in await conn.fetch(NUMBERS)] == [15] * 4
    again = await asyncio.to_thread(call, env, "sweep")
    assert (again.returncode, again.stdout) == (0, "巡查完成：满48小时报警 0 人。\n")
    assert await led_to(conn) == [(1, 1, 1, 1, 1)] * 60


async def test_a_township_that_cannot_be_swept_holds_no_other_up(
    pool, conn, dsn, keys, monkeypatch, capsys
):
    admin = await seat.seat_by_name(seat.front_desk(pool), "guanli")
    async with admin.writing("test.shut", uuid4()) as (writing, _):
        # Its system account signs nothing any more; the others have children due as well.
        await writing.execute(SHUT, TOWNSHIPS[0])
    monkeypatch.setenv("BAOXUE_DSN", dsn)
    monkeypatch.setenv("BAOXUE_KEY_FILE", str(keys.path))
    status = await asyncio.to_thread(main, ["sweep"])
    said = capsys.readouterr()
    assert (status, said.out) == (1, "巡查完成：满48小时报警 45 人。\n")
    assert (
        said.err
        == "未能巡查：990101100；其余已完成。原因见以上日志，处理后请再执行一次 sweep。\n"
    )
    assert sorted(await led_to(conn)) == [(0, 0, 0, 0, 0)] * 15 + [(1, 1, 1, 1, 1)] * 45
    # What is not a child's alarm is done in the others as well.
    assert await conn.fetchval(HEADLESS) == 3
