"""Whole numbers between Python and their columns: a connection that closes and opens them.

SQL names a number `whole(township, held, row, cipher)` and gets its text; a `Whole` goes in
as `enciphered` and arrives as its place, cipher and marks.  No statement holds a number.
A whole file goes the same way: a `Sealed` in, bytes out.
"""

import os
from contextlib import suppress
from typing import Final, TypeAlias

import asyncpg
from asyncpg.pool import PoolConnectionProxy

from core.rules.cipher import (
    NONCE,
    Sealed,
    Whole,
    close,
    close_bytes,
    county_mark,
    is_file,
    key_id,
    mark,
    open_,
    open_bytes,
)
from db.keys import KeyFile

TYPE: Final = "enciphered"

Speaker: TypeAlias = (
    "asyncpg.Connection[asyncpg.Record] | PoolConnectionProxy[asyncpg.Record]"
)
# (place, where it is read; cipher; mark in the township; mark in the county)
Enciphered: TypeAlias = tuple[str | None, bytes | None, bytes | None, bytes | None]


async def speak(conn: Speaker, keys: KeyFile) -> None:
    """Teach a connection to close and open numbers; nothing before the type is there."""

    def encode(whole: Whole | Sealed) -> Enciphered:
        ring, body = keys.ring, None
        if isinstance(whole, Sealed):
            body = close_bytes(ring, whole.place, whole.data, os.urandom(NONCE))
            return None, body, None, None
        if whole.row is not None:
            body = close(ring, whole.place, whole.text, os.urandom(NONCE))
        return None, body, mark(ring, whole), county_mark(ring, whole)

    def decode(found: Enciphered) -> str | bytes:
        place, body = found[0] or "", found[1] or b""
        ring = keys.ring
        if ring.key(key_id(body)) is None:
            ring = keys.look()
        return open_bytes(ring, place, body) if is_file(place) else open_(ring, place, body)

    with suppress(ValueError):
        await conn.set_type_codec(
            TYPE, schema="public", encoder=encode, decoder=decode, format="tuple"
        )
