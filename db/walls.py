"""Whether the walls between schools stand: row-level security, owners, and who signs in.

The walls themselves are in the migrations; what a person's token shows is in `seat`.
"""

from core.rules.base import Record
from db.pool import Conn
from db.rows import one

# Every table with a township in it is walled, against its owner too; nothing of ours belongs
# to a login; a view asks with the rights of whoever looks; what runs with its owner's rights
# names where it looks things up.
GAPS = """
      WITH ours AS (
           SELECT c.oid, c.relname, c.relkind, c.relrowsecurity, c.relforcerowsecurity,
                  c.reloptions, o.rolname AS owner, o.rolcanlogin
             FROM pg_class c
             JOIN pg_roles o ON o.oid = c.relowner
            WHERE c.relnamespace IN ('public'::regnamespace, 'seat'::regnamespace)
              AND c.relkind IN ('r', 'p', 'v', 'm'))
    SELECT relname || '（未设行级权限）' AS gap
      FROM ours
     WHERE relkind IN ('r', 'p') AND NOT (relrowsecurity AND relforcerowsecurity)
       AND EXISTS (SELECT FROM pg_attribute a
                    WHERE a.attrelid = oid AND a.attname = 'township_id' AND NOT attisdropped)
     UNION ALL
    SELECT relname || '（属主可登录）' FROM ours WHERE rolcanlogin
     UNION ALL
    SELECT relname || '（视图越权）' FROM ours
     WHERE relkind = 'm'
        OR (relkind = 'v' AND NOT coalesce('security_invoker=true' = ANY (reloptions), false))
     UNION ALL
    SELECT p.proname || '（函数未限定搜索路径）' FROM pg_proc p
     WHERE p.pronamespace IN ('public'::regnamespace, 'seat'::regnamespace)
       AND p.prosecdef
       AND NOT EXISTS (SELECT FROM unnest(p.proconfig) x WHERE x LIKE 'search_path=%')
     ORDER BY gap
"""
LOGIN = """
    SELECT session_user AS name,
           r.rolsuper OR r.rolbypassrls
           OR pg_has_role(session_user, 'baoxue_owner', 'MEMBER') AS above_walls
      FROM pg_roles r WHERE r.rolname = session_user
"""


async def gaps(conn: Conn) -> tuple[str, ...]:
    """Return what stands open, in words; nothing where all is walled."""
    return tuple(row["gap"] for row in await conn.fetch(GAPS))


class Login(Record):
    """As whom the program is connected, and whether no wall holds that login."""

    name: str
    above_walls: bool


async def login(conn: Conn) -> Login:
    """Return as whom this connection signed in."""
    found = one(Login, await conn.fetchrow(LOGIN))
    if found is None:
        raise AssertionError
    return found
