"""Uploads on disk: each is its sender's own, for a week."""

from datetime import datetime

from core.rules.cipher import Held, Sealed
from core.rules.upload import UploadLine
from core.rules.upload_kind import FileKind
from db.pool import Conn
from db.rows import held, many

OF_ACCOUNT = """
    SELECT file_name, kind, coalesce(size, octet_length(bytes)) AS size, uploaded_at
      FROM upload
     WHERE account_id = $1 AND uploaded_at > $2
     ORDER BY file_name
"""
# Its cipher knows it by its content: a file may be given another name.
BYTES = """
    SELECT bytes AS in_the_open, whole(0, 'upload', account_id || '/' || sha256, cipher) AS closed
      FROM upload WHERE account_id = $1 AND uploaded_at > $2 AND file_name = $3
"""
PUT = """
    INSERT INTO upload (account_id, file_name, kind, cipher, sha256, uploaded_at, size)
    VALUES ($1, $2, $3, ($4::enciphered).body, $5, $6, $7)
        ON CONFLICT (account_id, file_name) DO UPDATE
       SET kind = excluded.kind, bytes = NULL, cipher = excluded.cipher,
           size = excluded.size, sha256 = excluded.sha256,
           uploaded_at = excluded.uploaded_at
"""
RENAME = "UPDATE upload SET file_name = $3 WHERE account_id = $1 AND file_name = $2"
DROP = "DELETE FROM upload WHERE account_id = $1 AND file_name = $2"
FORGET = "DELETE FROM upload WHERE uploaded_at <= $1"


async def of_account(
    conn: Conn, account_id: int, after: datetime
) -> tuple[UploadLine, ...]:
    """Return what a person has sent in after a moment, by name."""
    return many(UploadLine, await conn.fetch(OF_ACCOUNT, account_id, after))


async def fetched(conn: Conn, account_id: int, after: datetime, name: str) -> bytes | None:
    """Return the bytes of one upload."""
    return held(await conn.fetchrow(BYTES, account_id, after, name))


async def put(
    conn: Conn,
    account_id: int,
    name: str,
    kind: FileKind,
    data: bytes,
    sha256: str,
    at: datetime,
) -> None:
    """Keep an upload in place of what was called so before."""
    closed = Sealed(0, Held.UPLOAD, f"{account_id}/{sha256}", data)
    await conn.execute(PUT, account_id, name, kind.value, closed, sha256, at, len(data))


async def rename(conn: Conn, account_id: int, old: str, new: str) -> None:
    """Give an upload another name, which must be free."""
    await conn.execute(RENAME, account_id, old, new)


async def drop(conn: Conn, account_id: int, name: str) -> bool:
    """Forget an upload; tell whether it was there."""
    return await conn.execute(DROP, account_id, name) != "DELETE 0"


async def forget_old(conn: Conn, before: datetime) -> None:
    """Drop what was sent in at or before a moment."""
    await conn.execute(FORGET, before)
