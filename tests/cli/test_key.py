"""Changing the keys while everybody works: a kill in the middle leaves every number readable."""

import os
import signal
from collections.abc import AsyncIterator
from hashlib import sha256
from uuid import uuid4

import asyncpg
import pytest

import db.paper as papers
import db.receipt as receipts
from core.rules.cipher import Held, Sealed, Unreadable, Whole
from core.rules.errors import NotYours
from core.rules.staff import Role
from core.rules.staff_account import GrantPlace, NewAccount
from core.services import draft, rotate, seat, staff
from db import evidence
from db.keys import KeyFile
from db.paper import add_originals
from db.pool import Pool, open_pool
from tests.cli.program import call, environment, start
from tests.cli.test_sweep import until
from tests.hand import hand
from tests.services.export_township import NOW, WANG, build, desk, write

GATE = 4712
# Whoever closes telephones anew stops there, until the test lets go.
STOP = f"""
CREATE FUNCTION stop_at_phones() RETURNS trigger LANGUAGE plpgsql
SET lock_timeout = 0 AS $$
BEGIN
    PERFORM pg_advisory_xact_lock_shared({GATE});
    RETURN NULL;
END $$;
CREATE TRIGGER stop_at_phones AFTER UPDATE ON guardian_phone FOR EACH ROW
EXECUTE FUNCTION stop_at_phones()
"""
STOPPED = f"""
SELECT count(*) FROM pg_locks
 WHERE locktype = 'advisory' AND objid = {GATE} AND NOT granted
"""
OPENED = """
SELECT s.id, whole(s.township_id, 'identity', s.id::text, i.cipher) AS identity,
       whole(s.township_id, 'national_no', s.id::text, s.national_cipher) AS national_no,
       whole(s.township_id, 'guardian_phone', s.id || '/' || g.ordinal, p.cipher) AS phone
  FROM student s
  JOIN student_identity i ON i.student_id = s.id
  LEFT JOIN guardian g ON g.student_id = s.id AND g.ordinal = 1
  LEFT JOIN guardian_phone p ON p.guardian_id = g.id
 ORDER BY s.id
"""
WHOLE = [
    (1, "990101201703150212", "G990101201703150212", "19900000001"),
    (2, "99010120170615004X", None, None),
    (3, "990101201305050037", "G990101201305050037", "19900000003"),
]
SAID, JPEG = '{"phone": "19900000001"}', b"JFIF-and-so-on"
CASE = """
INSERT INTO paper (township_id, id, kind, school_id, student_id, state, number, title, made_at,
                   signed_at)
VALUES (990101100, 5, 'report', 1, 1, 'signed', '青九校报〔2026〕3号', '报告', '2026-11-20 08:30+08',
        '2026-11-20 10:00+08');
INSERT INTO visit (township_id, id, student_id, school_id, class_id, school_year, number, version,
                   visited_at, method, met, cause, cause_note, whereabouts, whereabouts_note,
                   state_of_mind, guardian_opinion, result, missing_members, correction_reason,
                   entered_by, entered_at)
VALUES (990101100, 9, 1, 1, 31, 2026, 1, 1, '2026-11-20 16:00+08', 'home', 'nobody', '', '', '',
        '', '', '', 'nobody_home', '', '', 0, '2026-11-20 17:00+08')
"""
EVIDENCE = """
      WITH brought AS (
           INSERT INTO evidence (township_id, id, student_id, school_id, visit_id, kind,
                                 file_kind, size, sha256, brought_by, attached_by, attached_at,
                                 state, reason)
           VALUES (990101100, 7, 1, 1, 9, 'photo', 'jpeg', 1, $1, 'principal', 2,
                   '2026-11-23 08:30+08', 'pending', ''))
    INSERT INTO evidence_file VALUES (990101100, 7, 1, ($2::enciphered).body)
"""
FILES = """
SELECT substring(cipher FROM 2 FOR 4) FROM evidence_file
 UNION SELECT substring(cipher FROM 2 FOR 4) FROM paper_original
 UNION SELECT substring(said FROM 2 FOR 4) FROM paper
"""
TYPED = '{"told": "19900000101"}'
KEYS_OF_IDENTITIES = "SELECT DISTINCT substring(cipher FROM 2 FOR 4) FROM student_identity"
KEYS_OF_DRAFTS = "SELECT substring(cipher FROM 2 FOR 4) FROM draft"
KEYS_OF_PHONES = "SELECT DISTINCT substring(cipher FROM 2 FOR 4) FROM guardian_phone"


@pytest.fixture
def own_keys(keys, tmp_path) -> KeyFile:
    """A copy of the run's keys, for this test alone to change."""
    path = tmp_path / "own" / "keys.json"
    path.parent.mkdir()
    path.write_bytes(keys.path.read_bytes())
    path.chmod(0o600)
    return KeyFile(path)


@pytest.fixture
async def serving(dsn, own_keys) -> AsyncIterator[Pool]:
    """A program at work on the township meanwhile."""
    async with open_pool(dsn, own_keys) as pool:
        await build(pool)
        await pool.execute("ALTER TABLE account ALTER id RESTART 100")
        everywhere = GrantPlace(role=Role.ADMIN, township_id=0)
        new = NewAccount(signin_name="keeper", name="张保管")
        await staff.add(seat.front_desk(pool), new, everywhere)
        await keep_files(pool)
        await draft.save(desk(pool, WANG), "contact", "101", uuid4(), TYPED)
        yield pool


async def keep_files(pool: Pool) -> None:
    """A signed report with two originals, and a 佐证 of its case."""
    await write(pool, CASE)
    async with hand(pool, NOW).writing("test.files") as (conn, _):
        said = Whole(990101100, Held.PAPER, "5", SAID)
        await conn.execute("UPDATE paper SET said = ($1::enciphered).body", said)
        originals = ("government", b"PK-one"), ("bureau", b"PK-two")
        await add_originals(conn, 990101100, 5, originals)
        proof = Sealed(990101100, Held.EVIDENCE, "7", JPEG)
        await conn.execute(EVIDENCE, sha256(JPEG).hexdigest(), proof)


async def typed(pool: Pool) -> tuple[str | None, bytes]:
    """Return what wang has typed, and under which key it stands."""
    kept = await draft.load(desk(pool, WANG), "contact", "101")
    (key,) = await of_rows(pool, KEYS_OF_DRAFTS)
    return None if kept is None else kept.body, key


async def of_rows(pool: Pool, sql: str) -> list[bytes]:
    return [row[0] for row in await pool.fetch(sql)]


async def test_a_change_of_keys_that_is_killed_loses_nothing_and_is_gone_on_with(
    serving, dsn, own_keys, tmp_path
):
    env = environment(tmp_path, BAOXUE_DSN=dsn, BAOXUE_KEY_FILE=str(own_keys.path))
    old = own_keys.ring.current.id
    gate = await asyncpg.connect(dsn)
    await gate.execute(STOP)
    await gate.execute("SELECT pg_advisory_lock($1)", GATE)
    rotating = start(env, "--as", "keeper", "key", "rotate")
    await until(gate, STOPPED, 1)
    os.kill(rotating.pid, signal.SIGKILL)
    rotating.communicate()
    await gate.execute("SELECT pg_advisory_unlock($1)", GATE)
    await gate.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_locks"
        " WHERE locktype = 'advisory' AND objid = $1 AND pid <> pg_backend_pid()",
        GATE,
    )
    assert [tuple(row) for row in await serving.fetch(OPENED)] == WHOLE
    new = own_keys.ring.current.id
    assert new != old
    assert await of_rows(serving, KEYS_OF_IDENTITIES) == [new]
    assert await of_rows(serving, KEYS_OF_PHONES) == [old]
    assert await typed(serving) == (TYPED, old)

    done = call(env, "--as", "keeper", "key", "rotate")
    assert (done.returncode, done.stderr.splitlines()[-1]) == (0, "已重新加密 7/7 项")
    assert done.stdout.startswith("已接着完成上次的密钥更换：重新加密 7 项，余 0 项。\n")
    assert await of_rows(serving, KEYS_OF_PHONES) == [new]
    assert await of_rows(serving, FILES) == [new]
    assert await typed(serving) == (TYPED, new)
    async with hand(serving, NOW).reading() as (conn, _):
        assert await papers.content(conn, 990101100, 5) == SAID
        assert await receipts.original(conn, 990101100, 5, "bureau") == b"PK-two"
        assert await receipts.original(conn, 990101100, 5, "government") == b"PK-one"
        assert await evidence.data(conn, 990101100, 7) == JPEG
    front = seat.front_desk(serving)
    keeper = await seat.seat_by_name(front, "keeper")
    again = await rotate.rotate(keeper, own_keys, lambda *_: None)
    assert (again.resumed, again.closed, again.left) == (False, 12, 0)
    assert [tuple(row) for row in await serving.fetch(OPENED)] == WHOLE
    assert len(own_keys.ring.keys) == 3
    await gate.close()
    with pytest.raises(NotYours):
        await rotate.rotate(await seat.seat_by_name(front, "li"), own_keys, lambda *_: None)
    assert len(own_keys.ring.keys) == 3


async def test_only_who_changes_keys_touches_a_kept_file_and_another_one_is_noticed(
    serving,
):
    exchange = "UPDATE evidence_file SET cipher = ($1::enciphered).body"
    other = Sealed(990101100, Held.EVIDENCE, "7", b"another picture")
    front = seat.front_desk(serving)
    async with desk(serving, WANG).writing("test.exchange") as (conn, _):
        assert await evidence.data(conn, 990101100, 7) == JPEG
        assert await conn.execute(exchange, other) == "UPDATE 0"
    keeper = await seat.seat_by_name(front, "keeper")
    async with keeper.writing("test.exchange") as (conn, _):
        assert await conn.execute(exchange, other) == "UPDATE 1"
        with pytest.raises(Unreadable):
            await evidence.data(conn, 990101100, 7)
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await conn.execute("UPDATE paper_original SET sha256 = 'x'")
