"""What scripts and monitors ask: who is missing, what was not taken, what is due."""

from typing import Final

import db.dispatch
import db.place
import db.status as rows
from core.rules.base import Record
from core.rules.duty import DutyKind
from core.rules.errors import NotYours
from core.rules.missing import Missing
from core.rules.roll_board import RollLine, lines_of
from core.rules.sheet import EXPECTED
from core.rules.staff import Role, Scope
from core.rules.time import Moment, day_of
from core.services.desk import Desk
from db.board import classes_today, timetables
from db.missing import MOST, in_sight
from db.status import ReportDue

_REPORTS: Final = (
    DutyKind.BUREAU_MONTH,
    DutyKind.OFFICE_MONTH,
    DutyKind.RETURNED_MONTH,
    DutyKind.SUPPLEMENT,
)


class Status(Record):
    """The state of a township, or of the whole server for its 系统管理员.

    `named` is False for the 系统管理员, who administers and sees no child's name, and who
    alone is told of the backups.
    """

    now: Moment
    named: bool
    missing: tuple[Missing, ...]
    untaken: tuple[RollLine, ...]
    reports: tuple[ReportDue, ...]
    # Announcements that reached nobody yet, of townships seen whole.
    undelivered: int
    upkeep: str


async def status(desk: Desk) -> Status:
    """Return who is missing now, which rolls are past their limit, which reports are due.

    Raises NotYours for a post that has nothing to do with pupils.
    """
    named = not desk.actor.has(Role.ADMIN)
    if named and not desk.actor.has_pupils:
        # Nobody missing, none untaken: to an auditor that would be a comfort and no fact.
        raise NotYours(f"学校、{Role.OFFICE.label}和{Role.ADMIN.label}")
    scope = desk.actor.roll_scope
    async with desk.reading() as (conn, now):
        if not named:
            ids = tuple(t.township_id for t in await db.place.townships(conn, None))
            scope = Scope(reach=ids, townships=ids)
        day = day_of(now)
        classes = await classes_today(conn, scope, day, sorted(EXPECTED))
        known = await timetables(conn, scope.reach, day)
        missing = await in_sight(conn, scope, MOST, day)
        reports = await rows.reports_due(conn, scope.townships, _REPORTS)
        left = await db.dispatch.undelivered(conn)
    if not named:
        missing = tuple(
            child.model_copy(update={"student_name": "", "pinyin": ()}) for child in missing
        )
    lines = lines_of(classes, known, day)
    return Status(
        now=now,
        named=named,
        missing=missing,
        untaken=tuple(line for line in lines if line.overdue_at(now)),
        reports=reports,
        undelivered=left.dead + left.failing,
        upkeep="" if named else desk.upkeep.warning,
    )
