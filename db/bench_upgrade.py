"""What bench faults asks of a database that is being upgraded: its statements, and what is there.

Only for throw-away databases.
"""

import re
from typing import Final

from db.pool import Migrator

# What may hold a semicolon that ends nothing, and the semicolon that does.
_TOKEN: Final = re.compile(
    r"--[^\n]*|/\*.*?\*/|'(?:[^']|'')*'|\"[^\"]*\"|\$(\w*)\$.*?\$\1\$|(;)", re.DOTALL
)
# Where an upgrade is to stop until it is killed.
STOP: Final = "\nSELECT pg_sleep(600);\n"
# Everything a migration could have left half done: what there is, who may, what it holds.
WHOLE: Final = """
    SELECT md5(string_agg(told, E'\\n' ORDER BY told)) FROM (
        SELECT format('%s %s %s %s', c.oid, c.relname, c.relacl, c.relrowsecurity) FROM pg_class c
         WHERE c.relnamespace NOT IN (SELECT oid FROM pg_namespace WHERE nspname LIKE 'pg\\_%')
        UNION ALL SELECT format('%s %s %s', attrelid, attname, atttypid) FROM pg_attribute
        UNION ALL SELECT format('%s %s', oid, prosrc) FROM pg_proc
        UNION ALL SELECT format('%s %s', oid, polname) FROM pg_policy
        UNION ALL SELECT format('%s %s', oid, tgname) FROM pg_trigger
        UNION ALL SELECT format('%s %s', oid, conname) FROM pg_constraint
        UNION ALL SELECT rolname FROM pg_roles) AS every (told)
"""
STOPPED: Final = """
    SELECT pid FROM pg_stat_activity
     WHERE wait_event = 'PgSleep' AND datname = current_database()
"""
# The server finds out that its client is dead when it next writes to it: hasten that.
END: Final = "SELECT pg_terminate_backend($1, 60000)"


def stopping(sql: str) -> tuple[str, ...]:
    """Return a migration once for each boundary of its statements, stopping there."""
    ends = [found.end() for found in _TOKEN.finditer(sql) if found[2]]
    return tuple(f"{sql[:end]}{STOP}{sql[end:]}" for end in (0, *ends))


async def whole(conn: Migrator) -> str:
    """Return the fingerprint of everything there is."""
    found: str = await conn.fetchval(WHOLE)
    return found


async def stopped(conn: Migrator) -> int | None:
    """Return the server process of the upgrade that has come to its stop; None while none has."""
    found: int | None = await conn.fetchval(STOPPED)
    return found


async def end(conn: Migrator, pid: int) -> None:
    """End a server process whose client is dead, and wait until it has."""
    await conn.execute(END, pid)
