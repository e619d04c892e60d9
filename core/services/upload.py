"""上传: files a person sends in over SFTP, kept for a week for that person alone.

What is made of them is the affair of whoever takes one: a roster is imported.
"""

import asyncio
from datetime import datetime
from hashlib import sha256

import db.upload as rows
from core.rules.upload import (
    KEPT_FOR,
    NameTaken,
    NoUpload,
    UploadLine,
    must_end_as,
    must_fit,
    name_of,
)
from core.rules.upload_kind import kind_of
from core.services.desk import Desk
from db.pool import Conn


async def mine(desk: Desk) -> tuple[UploadLine, ...]:
    """Return what this person has sent in within a week, by name."""
    async with desk.reading() as (conn, now):
        return await _held(conn, desk, now)


async def must_have_room(desk: Desk, name: str, size: int = 0) -> None:
    """Refuse a coming file that could not be kept (BadName, TooBig, Full)."""
    must_fit(await mine(desk), name_of(name), size)


async def fetched(desk: Desk, name: str) -> bytes:
    """Return one of this person's uploads (NoUpload)."""
    async with desk.reading() as (conn, now):
        account, since = desk.actor.account_id, now - KEPT_FOR
        data = await rows.fetched(conn, account, since, name)
    if data is None:
        raise NoUpload
    return data


async def keep(desk: Desk, name: str, data: bytes) -> None:
    """Keep a whole file under a name, in place of what was called so before.

    Raises BadName, NotTaken, NotWhole, WrongEnding, TooBig, Full; nothing is kept then.
    """
    name = name_of(name)
    # Up to 20 MB are looked through: not on everybody's event loop.
    kind = await asyncio.to_thread(kind_of, data)
    must_end_as(kind, name)
    digest = (await asyncio.to_thread(sha256, data)).hexdigest()
    async with desk.writing("upload.keep") as (conn, now):
        must_fit(await _held(conn, desk, now), name, len(data))
        await rows.put(conn, desk.actor.account_id, name, kind, data, digest, now)


async def rename(desk: Desk, old: str, new: str) -> None:
    """Give an upload another name (NoUpload, BadName, WrongEnding, NameTaken)."""
    new = name_of(new)
    async with desk.writing("upload.rename") as (conn, now):
        held = {line.file_name: line for line in await _held(conn, desk, now)}
        if old not in held:
            raise NoUpload
        must_end_as(held[old].kind, new)
        if new in held:
            raise NameTaken
        # One that is a week old is there until the next sweep, and nobody's any more.
        await rows.drop(conn, desk.actor.account_id, new)
        await rows.rename(conn, desk.actor.account_id, old, new)


async def drop(desk: Desk, name: str) -> None:
    """Forget an upload (NoUpload)."""
    async with desk.writing("upload.drop") as (conn, _):
        if not await rows.drop(conn, desk.actor.account_id, name):
            raise NoUpload


async def _held(conn: Conn, desk: Desk, now: datetime) -> tuple[UploadLine, ...]:
    return await rows.of_account(conn, desk.actor.account_id, now - KEPT_FOR)
