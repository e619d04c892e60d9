"""Exports on disk: kept for a day for whoever had them made, and every one written down.

What each paper is filled with is in register_*.
"""

from collections.abc import AsyncIterator
from datetime import datetime
from typing import Final, TypeVar

from core.rules.base import Record
from core.rules.cipher import Held, Sealed
from core.rules.export import Exported, ExportLine
from core.rules.staff import Scope
from db.pool import Conn
from db.rows import held, many, one

R = TypeVar("R", bound=Record)

# So many rows are in memory at a time, whatever the length of the paper.
BATCH: Final = 500


class Picked(Record):
    """Of which children a register is asked: a scope, and a school or class within it."""

    scope: Scope
    school_id: int | None = None
    class_id: int | None = None

    @property
    def arguments(self) -> tuple[object, ...]:
        """Return $1 to $6 of every register's query."""
        scope = self.scope
        return (
            scope.reach,
            scope.townships,
            scope.schools,
            scope.classes,
            self.school_id,
            self.class_id,
        )


async def streamed(
    conn: Conn, kind: type[R], query: str, *arguments: object
) -> AsyncIterator[tuple[R, ...]]:
    """Yield the rows of a query in batches, from a cursor on the server.

    The connection must be in a transaction.
    """
    cursor = await conn.cursor(query, *arguments)
    while rows := await cursor.fetch(BATCH):
        yield many(kind, rows)


NEXT_ID = "SELECT nextval(pg_get_serial_sequence('export', 'id'))"
ADD = """
    INSERT INTO export (township_id, id, account_id, file_name, purpose, full_numbers,
                        row_count, cipher, sha256, made_at, size)
    VALUES ($1, $2, $3, $4, $5, $6, $7, ($8::enciphered).body, $9, $10, $11)
"""
LOG = """
    INSERT INTO read_log (township_id, at, account_id, kind, subject, purpose, row_count,
                          sha256)
    VALUES ($1, $2, $3, 'export', $4, $5, $6, $7)
"""


async def next_id(conn: Conn) -> int:
    """Take the number of a coming export: it stands in the paper's footer."""
    found: int = await conn.fetchval(NEXT_ID)
    return found


async def add(conn: Conn, account_id: int, exported: Exported, subject: str) -> None:
    """Keep an export, and write down who read what, for what, how much."""
    line = exported.line
    await conn.execute(
        ADD,
        line.township_id,
        line.id,
        account_id,
        line.file_name,
        line.purpose,
        line.full_numbers,
        line.row_count,
        Sealed(line.township_id, Held.EXPORT, str(line.id), exported.data),
        line.sha256,
        line.made_at,
        len(exported.data),
    )
    await log(conn, account_id, line, subject, line.made_at)


async def log(
    conn: Conn, account_id: int, line: ExportLine, subject: str, at: datetime
) -> None:
    """Write down that a person took an export, and what was in it."""
    await conn.execute(
        LOG,
        line.township_id,
        at,
        account_id,
        subject,
        line.purpose,
        line.row_count,
        line.sha256,
    )


OF_ACCOUNT = """
    SELECT id, township_id, file_name, purpose, full_numbers, row_count,
           coalesce(size, octet_length(bytes)) AS size, sha256, made_at
      FROM export
     WHERE account_id = $1 AND made_at > $2 AND ($3::bigint IS NULL OR id = $3)
     ORDER BY made_at DESC, id DESC
"""
BYTES = """
    SELECT bytes AS in_the_open, whole(township_id, 'export', id::text, cipher) AS closed
      FROM export WHERE account_id = $1 AND made_at > $2 AND id = $3
"""
FORGET = "DELETE FROM export WHERE made_at <= $1"


async def of_account(
    conn: Conn, account_id: int, after: datetime
) -> tuple[ExportLine, ...]:
    """Return what a person had made after a moment, newest first."""
    return many(ExportLine, await conn.fetch(OF_ACCOUNT, account_id, after, None))


async def fetched(
    conn: Conn, account_id: int, after: datetime, export_id: int
) -> Exported | None:
    """Return one export with its bytes, if this person had it made after a moment."""
    line = one(ExportLine, await conn.fetchrow(OF_ACCOUNT, account_id, after, export_id))
    if line is None:
        return None
    data = held(await conn.fetchrow(BYTES, account_id, after, export_id))
    return None if data is None else Exported(line=line, data=data)


async def forget_old(conn: Conn, before: datetime) -> None:
    """Drop what was made at or before a moment; that it was made stays in the read log."""
    await conn.execute(FORGET, before)
