"""Keeping what a person has typed until it is submitted (P1)."""

from datetime import datetime
from uuid import UUID

import db.draft as rows
from core.rules.draft import Draft
from core.services.desk import Desk


async def save(desk: Desk, form: str, subject: str, op_id: UUID, body: str) -> datetime:
    """Keep the text of a form (`body` is JSON); return the moment it was saved."""
    async with desk.jotting() as (conn, now):
        draft = Draft(form=form, subject=subject, op_id=op_id, body=body, saved_at=now)
        await rows.save(conn, desk.actor.account_id, draft)
        return now


async def load(desk: Desk, form: str, subject: str) -> Draft | None:
    """Return what this person left in a form, on whatever terminal."""
    async with desk.reading() as (conn, _):
        return await rows.load(conn, desk.actor.account_id, form, subject)


async def drop(desk: Desk, form: str, subject: str) -> None:
    """Give a draft up."""
    async with desk.jotting() as (conn, _):
        await rows.drop(conn, desk.actor.account_id, form, subject)
