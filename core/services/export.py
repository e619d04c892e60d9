"""导出: papers made from the database, kept for a day, every one of them written down.

What is on each paper is decided in export_choice, export_lines, export_inspection and
export_month.
"""

import hashlib
from asyncio import timeout
from collections.abc import Callable
from datetime import date, datetime
from typing import Final, TypeAlias
from uuid import UUID

import db.export as rows
import db.place as places
import db.register_changes as terms
from core.rules.base import Record
from core.rules.export import (
    KEPT_FOR,
    MAX_BYTES,
    Asked,
    Exported,
    ExportLine,
    Gone,
    Listing,
    NothingThere,
    TooLarge,
    TooSlow,
    must_tell_purpose,
    scope_for,
)
from core.rules.paper import Edition, file_name
from core.rules.place import School, SchoolClass
from core.rules.time import day_of
from core.services.desk import Desk
from core.services.export_choice import Chosen, choose
from core.services.export_inspection import inspection
from core.services.export_lines import lines
from core.services.export_month import Printed, month_paper
from core.services.export_press import Press

PATIENCE: Final = 60.0  # seconds an export may take

# Told how many rows have been read so far.
Progress: TypeAlias = Callable[[int], None]


def _silent(rows_read: int) -> None:
    del rows_read


class Choices(Record):
    """What a person may choose from when asking for an export."""

    today: date
    schools: tuple[School, ...]
    classes: tuple[SchoolClass, ...]
    term: tuple[int, int] | None


async def choices(desk: Desk, listing: Listing) -> Choices:
    """Return the schools and classes of which this person may export a paper (NotYours)."""
    scope = scope_for(desk.actor, listing, Edition.INTERNAL)
    async with desk.reading() as (conn, now):
        return Choices(
            today=day_of(now),
            schools=await places.schools(conn, scope),
            classes=await places.classes(conn, scope),
            term=await terms.term_of_day(conn, scope.reach, day_of(now)),
        )


async def make(
    desk: Desk, asked: Asked, op_id: UUID | None = None, progress: Progress = _silent
) -> Exported:
    """Make a paper and keep it for 24 hours.

    Raises NotYours, NoSuchSchool, PurposeNeeded, BadInput, NothingThere, TooLarge,
    TooSlow.  Cancelled on the way, it leaves nothing behind.
    """
    scope = scope_for(desk.actor, asked.listing, asked.edition)
    must_tell_purpose(asked)
    async with desk.jotting() as (conn, _):
        export_id = await rows.next_id(conn)
    try:
        async with timeout(PATIENCE):
            async with desk.reading() as (conn, now):
                chosen = await choose(conn, desk.actor, scope, asked, now)
                if asked.listing is Listing.MONTH:
                    paper = await month_paper(conn, chosen, desk.actor, export_id)
                    must_tell_purpose(asked, paper.rows)
            if asked.listing is not Listing.MONTH:
                paper = await _printed(desk, chosen, export_id, progress)
    except TimeoutError as error:
        raise TooSlow from error
    if len(paper.data) > MAX_BYTES:
        raise TooLarge
    return await _kept(desk, chosen, paper, export_id, op_id)


async def _printed(
    desk: Desk, chosen: Chosen, export_id: int, progress: Progress
) -> Printed:
    head = chosen.head(desk.actor, export_id)
    async with Press(chosen.asked.listing, head) as press:
        # Across the walls of schools: a leaver that another one received is not missing.
        across = chosen.asked.listing is Listing.UNRETURNED
        async with desk.reading(across=across) as (conn, _):
            packed = chosen.asked.listing is Listing.INSPECTION
            async for batch in (inspection if packed else lines)(conn, chosen):
                await press.feed(batch)
                must_tell_purpose(chosen.asked, press.rows)
                progress(press.rows)
        if chosen.asked.listing is Listing.ATTENDANCE and not press.rows:
            raise NothingThere(f"{head.title}没有内容：当月没有上课日，或没有在册学生。")
        data = await press.finish()
    return Printed(file_name=file_name(head, "xlsx"), data=data, rows=press.rows)


async def _kept(
    desk: Desk, chosen: Chosen, paper: Printed, export_id: int, op_id: UUID | None
) -> Exported:
    asked = chosen.asked
    exported = Exported(
        line=ExportLine(
            id=export_id,
            township_id=chosen.township_id,
            file_name=paper.file_name,
            purpose=asked.purpose,
            full_numbers=asked.full_numbers,
            row_count=paper.rows,
            size=len(paper.data),
            sha256=hashlib.sha256(paper.data).hexdigest(),
            made_at=chosen.now,
        ),
        data=paper.data,
    )
    subject = f"{asked.listing}:E{export_id}"
    async with desk.writing("export.make", op_id) as (conn, _):
        await rows.add(conn, desk.actor.account_id, exported, subject)
    return exported


def _still_kept(now: datetime) -> datetime:
    return now - KEPT_FOR


async def mine(desk: Desk) -> tuple[ExportLine, ...]:
    """Return what this person had made in the last 24 hours, newest first."""
    async with desk.reading() as (conn, now):
        return await rows.of_account(conn, desk.actor.account_id, _still_kept(now))


async def fetched(desk: Desk, export_id: int) -> Exported:
    """Return one of this person's exports of the last 24 hours with its bytes (Gone).

    That it was taken once more is written down.
    """
    async with desk.jotting() as (conn, now):
        account, since = desk.actor.account_id, _still_kept(now)
        found = await rows.fetched(conn, account, since, export_id)
        if found is None:
            raise Gone
        await rows.log(conn, account, found.line, f"fetch:E{export_id}", now)
    return found
