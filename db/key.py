"""SSH keys in force: whose a name's keys are, and whom a key opens the door for."""

from db.pool import Conn

KEYS_OF = """
    SELECT a.id, c.secret
      FROM account a
      JOIN credential c ON c.account_id = a.id
     WHERE a.signin_name = $1 AND a.disabled_at IS NULL
       AND c.kind = 'ssh_key' AND c.revoked_at IS NULL
"""


async def keys_of(conn: Conn, signin_name: str) -> tuple[tuple[int, str], ...]:
    """Return the SSH public keys in force for a sign-in name, each with its account."""
    rows = await conn.fetch(KEYS_OF, signin_name)
    return tuple((row["id"], row["secret"]) for row in rows)


OWNERS_OF_KEY = r"""
    SELECT DISTINCT a.id
      FROM account a
      JOIN credential c ON c.account_id = a.id
     WHERE (regexp_split_to_array(btrim(c.secret), '\s+'))[1:2] = ARRAY[$1, $2]::text[]
       AND a.disabled_at IS NULL AND c.kind = 'ssh_key' AND c.revoked_at IS NULL
"""


async def owners_of_key(conn: Conn, kind: str, key: str) -> tuple[int, ...]:
    """Return the accounts that a key opens, given as its kind and its base64."""
    return tuple(row["id"] for row in await conn.fetch(OWNERS_OF_KEY, kind, key))
