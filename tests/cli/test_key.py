"""Changing the keys while everybody works: a kill in the middle leaves every number readable."""

import os
import signal
from collections.abc import AsyncIterator

import asyncpg
import pytest

from core.rules.errors import NotYours
from core.rules.staff import Role
from core.rules.staff_account import GrantPlace, NewAccount
from core.services import rotate, seat, staff
from db.keys import KeyFile
from db.pool import Pool, open_pool
from tests.cli.program import call, environment, start
from tests.cli.test_sweep import until
from tests.services.export_township import build

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
KEYS_OF_IDENTITIES = "SELECT DISTINCT substring(cipher FROM 2 FOR 4) FROM student_identity"
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
        yield pool


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

    done = call(env, "--as", "keeper", "key", "rotate")
    assert (done.returncode, done.stderr.splitlines()[-1]) == (0, "已重新加密 2/2 项")
    assert done.stdout.startswith("已接着完成上次的密钥更换：重新加密 2 项，余 0 项。\n")
    assert await of_rows(serving, KEYS_OF_PHONES) == [new]
    front = seat.front_desk(serving)
    keeper = await seat.seat_by_name(front, "keeper")
    again = await rotate.rotate(keeper, own_keys, lambda *_: None)
    assert (again.resumed, again.closed, again.left) == (False, 7, 0)
    assert [tuple(row) for row in await serving.fetch(OPENED)] == WHOLE
    assert len(own_keys.ring.keys) == 3
    await gate.close()
    with pytest.raises(NotYours):
        await rotate.rotate(await seat.seat_by_name(front, "li"), own_keys, lambda *_: None)
    assert len(own_keys.ring.keys) == 3
