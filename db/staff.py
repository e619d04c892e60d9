"""Accounts, credentials and grants on disk."""

from collections.abc import Iterable
from datetime import date, datetime

import asyncpg

from core.rules.base import Record
from core.rules.staff import Acting, Actor, Grant
from core.rules.staff_account import GrantPlace, NewAccount, StaffLine, TwoPowers
from db.pool import Conn
from db.rows import many


class Credential(Record):
    """What a sign-in is checked against; never leaves the services."""

    account_id: int
    secret: str


CHECKED_BY = """
    SELECT a.id AS account_id, c.secret
      FROM account a
      JOIN credential c ON c.account_id = a.id
     WHERE a.signin_name = $1 AND a.disabled_at IS NULL
       AND c.kind = 'password' AND c.revoked_at IS NULL
"""


async def password_of(conn: Conn, signin_name: str) -> Credential | None:
    """Return the password hash in force for a sign-in name, unless it is disabled."""
    row = await conn.fetchrow(CHECKED_BY, signin_name)
    return None if row is None else Credential.model_validate(dict(row))


ACCOUNT_ID = """
    SELECT id FROM account
     WHERE signin_name = $1 AND (NOT $2 OR system_of IS NULL AND id <> 0)
"""
ACCOUNT_OF_OS_USER = "SELECT id FROM account WHERE os_user = $1 AND disabled_at IS NULL"
SYSTEM_OF = "SELECT id FROM account WHERE system_of = $1"


async def account_id(
    conn: Conn, signin_name: str, *, of_person: bool = False
) -> int | None:
    """Return the id behind a sign-in name; the system's own accounts are no person's."""
    found: int | None = await conn.fetchval(ACCOUNT_ID, signin_name, of_person)
    return found


async def account_of_os_user(conn: Conn, os_user: str) -> int | None:
    """Return the account bound to an operating-system user."""
    found: int | None = await conn.fetchval(ACCOUNT_OF_OS_USER, os_user)
    return found


async def system_of(conn: Conn, township_id: int) -> int | None:
    """Return the account that signs what the system does in a township."""
    found: int | None = await conn.fetchval(SYSTEM_OF, township_id)
    return found


ACTOR = """
    SELECT a.id AS account_id, a.signin_name, a.name, a.must_change_password,
           (SELECT added_at FROM credential c
             WHERE c.account_id = a.id AND c.kind = 'password'
               AND c.revoked_at IS NULL) AS password_set_at
      FROM account a
     WHERE a.id = $1 AND a.disabled_at IS NULL
"""
# Who leads a school, or keeps its 学籍, does so for the 教学点 that belong to it (19).
GRANTS = """
    SELECT g.id, g.role, g.post, g.acting, g.township_id, g.school_id, g.class_id,
           g.village_id, g.from_on, g.to_on, coalesce(s.name, t.name, '') AS place_name
      FROM account_grant g
      LEFT JOIN township t USING (township_id)
      LEFT JOIN school s ON (s.township_id, s.id) = (g.township_id, g.school_id)
     WHERE g.account_id = $1 AND g.from_on <= $2 AND (g.to_on IS NULL OR g.to_on > $2)
     UNION ALL
    SELECT g.id, g.role, g.post, g.acting, g.township_id, s.id, NULL, NULL, g.from_on,
           g.to_on, s.name
      FROM account_grant g
      JOIN school s ON (s.township_id, s.parent_id) = (g.township_id, g.school_id)
     WHERE g.account_id = $1 AND g.role IN ('leader', 'registrar')
       AND g.from_on <= $2 AND (g.to_on IS NULL OR g.to_on > $2)
     ORDER BY id, school_id
"""
COUNTY_TOWNSHIPS = """
    SELECT DISTINCT t.township_id
      FROM township t
      JOIN account_grant g ON g.township_id > 0 AND g.township_id % 1000 = 0
       AND g.township_id / 1000 = t.township_id / 1000
     WHERE g.account_id = $1 AND g.from_on <= $2 AND (g.to_on IS NULL OR g.to_on > $2)
     ORDER BY t.township_id
"""


async def actor(conn: Conn, account: int, day: date) -> Actor | None:
    """Return the person with the grants in force on `day`, or None if disabled."""
    row = await conn.fetchrow(ACTOR, account)
    if row is None:
        return None
    counties = await conn.fetch(COUNTY_TOWNSHIPS, account, day)
    return Actor(
        **dict(row),
        grants=many(Grant, await conn.fetch(GRANTS, account, day)),
        county_townships=tuple(r["township_id"] for r in counties),
    )


ADMIN_EXISTS = "SELECT EXISTS (SELECT FROM account_grant WHERE role = 'admin')"


async def admin_exists(conn: Conn) -> bool:
    """Tell whether this server has a 系统管理员 yet."""
    found: bool = await conn.fetchval(ADMIN_EXISTS)
    return found


ADD_ACCOUNT = """
    INSERT INTO account (signin_name, name, os_user, system_of, must_change_password,
                         created_at)
    VALUES ($1, $2, $3, $4, $5, $6)
        ON CONFLICT DO NOTHING
 RETURNING id
"""


async def add_account(
    conn: Conn, new: NewAccount, now: datetime, *, must_change: bool, system_of: int | None
) -> int | None:
    """Make an account; return its id, or None when a name is taken."""
    found: int | None = await conn.fetchval(
        ADD_ACCOUNT, new.signin_name, new.name, new.os_user, system_of, must_change, now
    )
    return found


REVOKE_CURRENT = """
    UPDATE credential SET revoked_at = $2
     WHERE account_id = $1 AND kind = 'password' AND revoked_at IS NULL
"""
ADD_CREDENTIAL = """
    INSERT INTO credential (account_id, kind, secret, added_at) VALUES ($1, $2, $3, $4)
"""
MUST_CHANGE = "UPDATE account SET must_change_password = $2 WHERE id = $1"


async def set_password(
    conn: Conn, account: int, secret: str, now: datetime, *, must_change: bool
) -> None:
    """Replace the password; the old hash stays, revoked."""
    await conn.execute(REVOKE_CURRENT, account, now)
    await conn.execute(ADD_CREDENTIAL, account, "password", secret, now)
    await conn.execute(MUST_CHANGE, account, must_change)


async def must_change(conn: Conn, account: int, *, must_change: bool) -> None:
    """Say whether the next sign-in asks for a new password first."""
    await conn.execute(MUST_CHANGE, account, must_change)


async def add_key(conn: Conn, account: int, public_key: str, now: datetime) -> None:
    """Add an SSH public key (one authorized_keys line)."""
    await conn.execute(ADD_CREDENTIAL, account, "ssh_key", public_key, now)


ADD_GRANT = """
    INSERT INTO account_grant (account_id, role, post, acting, township_id, school_id,
                               class_id, village_id, from_on, to_on, given_by, given_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
"""


async def add_grant(
    conn: Conn,
    account: int,
    place: GrantPlace,
    acting: Acting | None,
    days: tuple[date, date | None],
    given_by: int,
    now: datetime,
) -> None:
    """Give an account a role at a place from `days[0]` until before `days[1]`.

    Raises TwoPowers when it holds another power on any of these days.
    """
    try:
        await conn.execute(
            ADD_GRANT,
            account,
            place.role,
            place.post,
            acting,
            place.township_id,
            place.school_id,
            place.class_id,
            place.village_id,
            days[0],
            days[1],
            given_by,
            now,
        )
    except asyncpg.ExclusionViolationError as error:
        raise TwoPowers from error


DISABLE = "UPDATE account SET disabled_at = $2 WHERE id = $1 AND disabled_at IS NULL"


async def disable(conn: Conn, account: int, now: datetime) -> None:
    """Shut an account out; its past stays."""
    await conn.execute(DISABLE, account, now)


LISTING = """
    SELECT a.id, a.signin_name, a.name, g.role, g.post, a.disabled_at,
           concat_ws(' ', CASE WHEN g.township_id % 1000 = 0 AND g.township_id > 0
                               THEN (g.township_id / 1000)::text ELSE t.name END,
                     s.name, v.name) AS place, c.cohort, c.number
      FROM account a
      LEFT JOIN account_grant g
        ON g.account_id = a.id AND g.from_on <= $2 AND (g.to_on IS NULL OR g.to_on > $2)
      LEFT JOIN township t USING (township_id)
      LEFT JOIN school s ON (s.township_id, s.id) = (g.township_id, g.school_id)
      LEFT JOIN class c ON (c.township_id, c.id) = (g.township_id, g.class_id)
      LEFT JOIN village v ON (v.township_id, v.id) = (g.township_id, g.village_id)
     WHERE a.system_of IS NULL AND a.id <> 0
       AND ($1::integer[] IS NULL OR g.township_id = ANY ($1))
     ORDER BY a.signin_name, g.id
"""


async def listing(
    conn: Conn, townships: Iterable[int] | None, day: date
) -> tuple[StaffLine, ...]:
    """Return the accounts with a grant in `townships` (all accounts when None)."""
    only = None if townships is None else list(townships)
    return many(StaffLine, await conn.fetch(LISTING, only, day))
