"""Reading the logs: 审计 alone, who changes nothing here, and whose reading is logged too."""

from core.rules.errors import NotYours
from core.rules.journal_line import JournalLine, Log, ReadLine, Sought
from core.rules.staff import Role
from core.services.desk import Desk
from db import journal_line as rows
from db.student import log_read


async def show(desk: Desk, sought: Sought) -> tuple[JournalLine, ...]:
    """Return the journal's newest rows first; raises NotYours."""
    _must_audit(desk)
    sought = sought.model_copy(update={"log": Log.CHANGES})
    async with desk.auditing() as (conn, _):
        found = await rows.show(conn, sought)
    await _note(desk, sought, len(found))
    return found


async def reads(desk: Desk, sought: Sought) -> tuple[ReadLine, ...]:
    """Return the read log's newest rows first; raises NotYours."""
    _must_audit(desk)
    sought = sought.model_copy(update={"log": Log.READS})
    async with desk.auditing() as (conn, _):
        found = await rows.reads(conn, sought)
    await _note(desk, sought, len(found))
    return found


def _must_audit(desk: Desk) -> None:
    if not desk.actor.has(Role.AUDITOR):
        raise NotYours(Role.AUDITOR.label)


async def _note(desk: Desk, sought: Sought, count: int) -> None:
    """Write down that the logs were read: what was looked for, and how many rows there were."""
    held = next(g.township_id for g in desk.actor.grants if g.role is Role.AUDITOR)
    where = held if sought.township_id is None else sought.township_id
    async with desk.jotting() as (conn, now):
        reader = (desk.actor.account_id, now)
        await log_read(conn, where, reader, "journal", sought.told, count)
