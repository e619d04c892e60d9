"""What people have typed and not submitted."""

from datetime import datetime

import asyncpg

from core.rules.cipher import Held, Whole
from core.rules.draft import Draft
from db.pool import Conn

SAVE = """
    INSERT INTO draft (account_id, form, subject, op_id, cipher, saved_at)
    VALUES ($1, $2, $3, $4, ($5::enciphered).body, $6)
        ON CONFLICT (account_id, form, subject)
        DO UPDATE SET op_id = excluded.op_id, body = NULL, cipher = excluded.cipher,
                      saved_at = excluded.saved_at
"""
LOAD = """
    SELECT form, subject, op_id, saved_at, body AS in_the_open,
           whole(0, 'draft', account_id || '/' || form || '/' || subject, cipher) AS closed
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
        Whole(0, Held.DRAFT, f"{account_id}/{draft.form}/{draft.subject}", draft.body),
        draft.saved_at,
    )


async def load(conn: Conn, account_id: int, form: str, subject: str) -> Draft | None:
    """Return what this person left in a form."""
    row = await conn.fetchrow(LOAD, account_id, form, subject)
    return None if row is None else kept(row)


def kept(row: asyncpg.Record) -> Draft:
    """Return the draft of a row whose text may still stand in the open (ADR 16)."""
    return Draft(
        form=row["form"],
        subject=row["subject"],
        op_id=row["op_id"],
        body=row["closed"] or row["in_the_open"],
        saved_at=row["saved_at"],
    )


async def drop(conn: Conn, account_id: int, form: str, subject: str) -> None:
    """Forget a draft: its form was submitted, or given up."""
    await conn.execute(DROP, account_id, form, subject)


async def forget(conn: Conn, before: datetime) -> None:
    """Forget drafts nobody came back to."""
    await conn.execute(FORGET, before)
