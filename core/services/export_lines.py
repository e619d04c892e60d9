"""The rows of a chosen export, batch by batch, ready to print."""

from collections.abc import AsyncIterator, Sequence
from datetime import time, timedelta
from typing import Final

import db.register_changes as change_rows
import db.register_key as key_rows
import db.register_leaves as leave_rows
import db.register_ledger as case_rows
import db.register_roster as roster_rows
import db.register_unreturned as unreturned_rows
import db.register_visits as visit_rows
from core.rules.base import Record
from core.rules.calendar import Calendar, school_days_between
from core.rules.export import Ledger, Listing
from core.rules.place import SchoolClass
from core.rules.time import moment
from core.services.export_attendance import attendance
from core.services.export_batch import each
from core.services.export_choice import Chosen
from core.services.export_rows import Printer
from core.services.export_school_age import school_age
from db.board import timetables
from db.pool import Conn
from db.register_leaves import LeaveLine

_MIDNIGHT: Final = time()


def lines(conn: Conn, chosen: Chosen) -> AsyncIterator[Sequence[Record]]:
    """Yield what is printed, in its order; the connection must be in a transaction."""
    printer = printer_of(chosen)
    picked, days = chosen.picked, (chosen.from_on, chosen.to_on)
    span = (moment(chosen.from_on, _MIDNIGHT), moment(chosen.to_on, _MIDNIGHT))
    found: AsyncIterator[Sequence[Record]]
    match chosen.asked.listing:
        case Listing.ROSTER:
            found = _pupils(conn, chosen, printer)
        case Listing.ATTENDANCE:
            found = attendance(conn, picked, days, printer, chosen.now, set())
        case Listing.LEAVE:
            found = _leaves(conn, chosen, printer)
        case Listing.ABSENCES:
            ledger = chosen.asked.ledger
            found_left = None if ledger is None else ledger is Ledger.DROPPED
            cases = case_rows.ledger(conn, picked, span, chosen.day, left=found_left)
            found = each(cases, printer.case)
        case Listing.VISITS:
            found = each(visit_rows.visits(conn, picked, *span), printer.visit)
        case Listing.CHANGES:
            changed = (
                change_rows.changes_between(conn, picked, *days)
                if chosen.term is None
                else change_rows.changes(conn, picked, *chosen.term)
            )
            found = each(changed, printer.change)
        case Listing.UNRETURNED:
            left = unreturned_rows.unreturned(conn, picked, chosen.day)
            found = each(left, printer.unreturned)
        case Listing.KEY_STUDENTS:
            listed = key_rows.key_students(conn, picked, chosen.day, span[0])
            found = each(listed, printer.key_student)
        case Listing.MONTH | Listing.INSPECTION:
            raise AssertionError  # see export_month and export_inspection
    return found


def printer_of(chosen: Chosen) -> Printer:
    """Return how an export prints its rows."""
    return Printer(
        edition=chosen.asked.edition, day=chosen.day, many_schools=chosen.many_schools
    )


def _pupils(
    conn: Conn, chosen: Chosen, printer: Printer
) -> AsyncIterator[Sequence[Record]]:
    if chosen.asked.ledger is not None:
        return school_age(conn, chosen, printer)
    return each(roster_rows.roster(conn, chosen.picked, chosen.day), printer.roster)


async def _leaves(
    conn: Conn, chosen: Chosen, printer: Printer
) -> AsyncIterator[Sequence[Record]]:
    counter = _DayCounter(conn, chosen)
    days = chosen.from_on, chosen.to_on
    async for batch in leave_rows.leaves(conn, chosen.picked, *days):
        await counter.know(batch)
        yield [printer.leave(row, counter.days_of(row)) for row in batch]


class _DayCounter:
    """Counts the school days of leaves by each township's own calendar."""

    def __init__(self, conn: Conn, chosen: Chosen) -> None:
        self._conn = conn
        # A leave that reaches into the stretch may have begun long before it.
        self._since = chosen.from_on - timedelta(days=400)
        self._calendars: dict[int, Calendar] = {}

    async def know(self, rows: Sequence[LeaveLine]) -> None:
        """Read the calendars of the townships in these rows that are not known yet."""
        new = sorted({row.township_id for row in rows} - set(self._calendars))
        if new:
            for table in await timetables(self._conn, new, self._since):
                self._calendars[table.township_id] = table.calendar

    def days_of(self, row: LeaveLine) -> int:
        """Return how many school days a leave touches; a half day counts whole."""
        held = SchoolClass(
            township_id=row.township_id,
            id=row.class_id,
            school_id=row.school_id,
            cohort=row.cohort,
            number=row.number,
        )
        after = row.to_day + timedelta(days=1)
        calendar = self._calendars[row.township_id]
        return len(school_days_between(calendar, row.from_day, after, held))
