"""Remembering what each person's terminal shows, by the client it says it is."""

from typing import Final

import db.terminal as rows
from core.rules.terminal import Remembered
from core.services.desk import Desk

_MOST: Final = 20


async def recall(desk: Desk, client: str) -> Remembered | None:
    """Return what is known of this person's terminal, if they used it before."""
    async with desk.reading() as (conn, _):
        return await rows.recall(conn, desk.actor.account_id, client)


async def keep(desk: Desk, client: str, known: Remembered) -> None:
    """Remember what a terminal answered, and what the person chose for it."""
    async with desk.jotting() as (conn, now):
        await rows.keep(conn, desk.actor.account_id, client, known, now)
        await rows.forget(conn, desk.actor.account_id, _MOST)
