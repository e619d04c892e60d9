"""An upgrade killed at each of its statements, before it is sent and while it runs.

Run as a program that forks: every upgrade is a process of its own, killed by a signal it cannot
hear, and nothing has to be read in for each.  It prints how many were killed, and after how many
of them the database was neither before nor after.
"""

import asyncio
import os
import signal
import sys
from itertools import count
from pathlib import Path

import asyncpg

from db.bench_upgrade import whole
from db.keys import KeyFile
from db.migrate import migrate, pending

SAYS = """
SELECT md5(concat_ws('|',
    (SELECT string_agg(t::text, '|' ORDER BY t::text) FROM paper t),
    (SELECT string_agg(t::text, '|' ORDER BY t::text) FROM paper_original t),
    (SELECT string_agg(t::text, '|' ORDER BY t::text) FROM student t),
    (SELECT string_agg(t::text, '|' ORDER BY t::text) FROM student_identity t),
    (SELECT string_agg(t::text, '|' ORDER BY t::text) FROM student_phone t),
    (SELECT string_agg(t::text, '|' ORDER BY t::text) FROM guardian_phone t),
    (SELECT string_agg(t::text, '|' ORDER BY t::text) FROM journal t)))
"""
OTHERS = """
SELECT count(*) FROM pg_stat_activity
 WHERE datname = current_database() AND pid <> pg_backend_pid()
"""


def die() -> None:
    """End this process as a machine ends it."""
    os.kill(os.getpid(), signal.SIGKILL)


def mortal(last: int, *, sent: bool) -> type[asyncpg.Connection]:
    """Return a connection whose process dies at so many statements, the last one sent or not."""
    done = 0

    async def counted(conn, name, args, kwargs):
        nonlocal done
        done += 1
        if done == last:
            if not sent:
                die()
            asyncio.get_running_loop().call_soon(die)
        return await getattr(asyncpg.Connection, name)(conn, *args, **kwargs)

    class Mortal(asyncpg.Connection):
        """Counts what is asked of it."""

        async def execute(self, *args, **kwargs):
            return await counted(self, "execute", args, kwargs)

        async def fetch(self, *args, **kwargs):
            return await counted(self, "fetch", args, kwargs)

        async def fetchval(self, *args, **kwargs):
            return await counted(self, "fetchval", args, kwargs)

    return Mortal


async def upgrade(dsn, keys, folder, last: int, *, sent: bool) -> None:
    """Run the one migration that is lacking, and die."""
    conn = await asyncpg.connect(dsn, connection_class=mortal(last, sent=sent))
    await migrate(conn, keys, folder)


async def state(dsn: str, folder: Path) -> tuple[str, str, list[str]]:
    """Return what there is, when nobody else is at work any more."""
    conn = await asyncpg.connect(dsn)
    try:
        while await conn.fetchval(OTHERS):
            await asyncio.sleep(0.002)
        return await whole(conn), await conn.fetchval(SAYS), await pending(conn, folder)
    finally:
        await conn.close()


def main(dsn: str, key_file: str, place: str, every: str) -> None:
    """Kill at each so-manyth statement, before it is sent and after it by turns.

    Until one upgrade lives, or dies when it had committed.
    """
    keys, folder = KeyFile(Path(key_file)), Path(place)
    before = asyncio.run(state(dsn, folder))
    kills = halves = 0
    for last in count(1, int(every)):
        pid = os.fork()
        if not pid:
            asyncio.run(upgrade(dsn, keys, folder, last, sent=kills % 2 == 1))
            os._exit(0)
        kills += os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == -signal.SIGKILL
        now = asyncio.run(state(dsn, folder))
        halves += bool(now[2]) and now != before
        if halves or not now[2]:
            break
    sys.stdout.write(f"{kills} {halves}")


if __name__ == "__main__":
    main(*sys.argv[1:])
