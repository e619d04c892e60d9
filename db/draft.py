"""What people have typed and not submitted."""

from datetime import datetime

from core.rules.draft import Draft
from db.pool import Conn
from db.rows import one

SAVE = """
    INSERT INTO draft (account_id, form, subject, op_id, body, saved_at)
    VALUES ($1, $2, $3, $4, $5, $6)
        ON CONFLICT (account_id, form, subject)
        DO UPDATE SET op_id = excluded.op_id, body = excluded.body,
                      saved_at = excluded.saved_at
"""
LOAD = """
    SELECT form, subject, op_id, body, saved_at
      FROM draft WHERE account_id = $1 AND form = $2 AND subject = $3
"""
DROP = "DELETE FROM draft WHERE account_id = $1 AND form = $2 AND subject = $3"
FORGET = "DELETE FROM draft WHERE saved_at < $1"


async def save(conn: Conn, account_id: int, draft: Draft) -> None:
    """Keep the latest text of a form."""
    await conn.execute(
        SAVE,
        account_id,
        draft.form,
        draft.subject,
        draft.op_id,
        draft.body,
        draft.saved_at,
    )


async def load(conn: Conn, account_id: int, form: str, subject: str) -> Draft | None:
    """Return what this person left in a form."""
    return one(Draft, await conn.fetchrow(LOAD, account_id, form, subject))


async def drop(conn: Conn, account_id: int, form: str, subject: str) -> None:
    """Forget a draft: its form was submitted, or given up."""
    await conn.execute(DROP, account_id, form, subject)


async def forget(conn: Conn, before: datetime) -> None:
    """Forget drafts nobody came back to."""
    await conn.execute(FORGET, before)
