"""学生考勤月表: from rolls and their exceptions to a sign for every pupil and session.

Present is not stored: a roll without a mark prints √, no roll prints 未.  Daytime and the
boarders' evenings are sheets of their own.
"""

from collections.abc import AsyncIterator, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby
from types import MappingProxyType
from typing import Final

from core.rules.calendar import ClosureKind, SessionCode
from core.rules.leave import LeaveKind
from core.rules.register import AttendanceRow, ClassAttendance, DaySymbol
from core.rules.roll import Mark
from core.rules.roll_board import Timetable
from core.rules.session import Session, sessions_on
from core.rules.sheet import EXPECTED
from core.services.export_rows import Printer
from db.board import timetables
from db.export import Picked
from db.pool import Conn
from db.register_attendance import (
    MonthBook,
    MonthClass,
    MonthMark,
    Stay,
    classes_of_month,
    month_book,
)

# So many classes are in memory at a time.
CLASSES_AT_ONCE: Final = 40
_ORDER: Final = tuple(SessionCode)
# A workbook's tab holds so many characters, and no two of them are the same.
_TAB: Final = 31
_TAB_HEAD: Final = 7
# A holiday list is looked up from here on: a school year begins at most so early before.
_BEFORE: Final = timedelta(days=370)

_SIGNS: Final = MappingProxyType(
    {
        Mark.PRESENT: DaySymbol.PRESENT,
        Mark.LATE: DaySymbol.LATE,
        Mark.EARLY: DaySymbol.EARLY,
        Mark.SICK: DaySymbol.SICK,
        Mark.PERSONAL: DaySymbol.PERSONAL,
        Mark.OFFICIAL: DaySymbol.OFFICIAL,
        Mark.ABSENT: DaySymbol.ABSENT,
    }
)
_EXCUSED: Final = MappingProxyType(
    {
        LeaveKind.SICK: DaySymbol.SICK,
        LeaveKind.PERSONAL: DaySymbol.PERSONAL,
        LeaveKind.OFFICIAL: DaySymbol.OFFICIAL,
    }
)


@dataclass(frozen=True)
class Cell:
    """One session of one class: held and taken (`roll_id`), not taken, or called off."""

    day: date
    session: SessionCode
    boarders_only: bool
    roll_id: int | None
    closed: bool


async def attendance(
    conn: Conn,
    picked: Picked,
    month: tuple[date, date],
    printer: Printer,
    now: datetime,
    taken: set[str],
) -> AsyncIterator[tuple[ClassAttendance, ...]]:
    """Yield the sheets of a month (`month` is its first day and the first after it).

    Their names are unlike those in `taken`, to which they are added.
    """
    classes = await classes_of_month(conn, picked, *month)
    ids = sorted({one.township_id for one in classes})
    known = {t.township_id: t for t in await timetables(conn, ids, month[0] - _BEFORE)}
    for township_id, grouped in groupby(classes, key=lambda one: one.township_id):
        mine = tuple(grouped)
        for at in range(0, len(mine), CLASSES_AT_ONCE):
            some = mine[at : at + CLASSES_AT_ONCE]
            class_ids = [one.class_id for one in some]
            book = await month_book(conn, township_id, class_ids, *month)
            reader = MonthReader(book, known[township_id], month, now)
            for one in some:
                name = printer.class_of(one.school_name, one.cohort, one.number, month[0])
                yield tuple(
                    sheet.model_copy(update={"class_name": _tab(sheet.class_name, taken)})
                    for sheet in reader.sheets(one, name)
                )


def _tab(name: str, taken: set[str]) -> str:
    """Return a sheet's name as a tab can hold it, told apart from those `taken`."""
    number, shown = 1, name
    while len(shown) > _TAB or shown in taken:
        end = f"（{number}）" if number > 1 else ""
        room = _TAB - len(end)
        tail = name[-(room - _TAB_HEAD - 1) :]
        short = name if len(name) <= room else f"{name[:_TAB_HEAD]}…{tail}"
        shown, number = f"{short}{end}", number + 1
    taken.add(shown)
    return shown


class MonthReader:
    """Reads the month of some classes of one township, class by class."""

    def __init__(
        self,
        book: MonthBook,
        timetable: Timetable,
        month: tuple[date, date],
        now: datetime,
    ) -> None:
        self._timetable, self._month, self._now = timetable, month, now
        self._calendar = timetable.calendar
        # 临时停课 is printed 停; what the school calendar left out is no column at all.
        kept = (c for c in self._calendar.closures if c.kind is not ClosureKind.SUSPENSION)
        self._planned = self._calendar.model_copy(update={"closures": tuple(kept)})
        self._rolls = {(r.class_id, r.day, r.session): r for r in book.rolls}
        self._marks = {(m.roll_id, m.student_id): m for m in book.marks}
        self._stays: dict[int, dict[int, list[Stay]]] = {}
        for stay in book.stays:
            of_class = self._stays.setdefault(stay.class_id, {})
            of_class.setdefault(stay.student_id, []).append(stay)

    def sheets(self, one: MonthClass, name: str) -> Iterator[ClassAttendance]:
        """Yield the class's daytime sheet, then that of its boarders' evenings."""
        cells = tuple(self._cells(one))
        pupils = tuple(self._stays.get(one.class_id, {}).values())
        for evening in (False, True):
            held = [cell for cell in cells if cell.boarders_only is evening]
            days = tuple(sorted({cell.day for cell in held}))
            columns = tuple(tuple(c for c in held if c.day == day) for day in days)
            rows = tuple(
                _row(stays, columns, self._marks)
                for stays in pupils
                if not evening or any(stay.boarder for stay in stays)
            )
            if days and rows:
                shown = f"{name}住校生晚点名" if evening else name
                yield ClassAttendance(class_name=shown, days=days, rows=rows)

    def _cells(self, one: MonthClass) -> Iterator[Cell]:
        """Yield the class's sessions up to now: those planned, and those with a roll."""
        schoolclass = one.schoolclass
        plans = [p for p in self._timetable.plans if p.school_id == one.school_id]
        evenings = {plan.session for plan in plans if plan.boarders_only}
        day, after = max(self._month[0], one.live_on), self._month[1]
        while day < after:
            held = sessions_on(plans, self._calendar, day, schoolclass)
            planned = sessions_on(plans, self._planned, day, schoolclass)
            begun = _begun(planned, self._now)
            teaching = {session.session for session in held}
            for code in _ORDER:
                if code not in begun and (one.class_id, day, code) not in self._rolls:
                    continue
                roll = self._rolls.get((one.class_id, day, code))
                yield Cell(
                    day=day,
                    session=code,
                    boarders_only=code in evenings,
                    roll_id=None if roll is None else roll.id,
                    closed=roll.voided if roll is not None else code not in teaching,
                )
            day += timedelta(days=1)


def _begun(sessions: Iterable[Session], now: datetime) -> frozenset[SessionCode]:
    return frozenset(s.session for s in sessions if s.certain and s.starts_at <= now)


def _row(
    stays: list[Stay],
    columns: tuple[tuple[Cell, ...], ...],
    marks: dict[tuple[int, int], MonthMark],
) -> AttendanceRow:
    return AttendanceRow(
        seat_no=stays[-1].seat_no,
        student_name=stays[-1].student_name,
        days=tuple(tuple(_sign(stays, cell, marks) for cell in day) for day in columns),
    )


def _sign(
    stays: list[Stay], cell: Cell, marks: dict[tuple[int, int], MonthMark]
) -> DaySymbol:
    here = any(
        stay.from_on <= cell.day
        and (stay.to_on is None or cell.day < stay.to_on)
        and stay.status in EXPECTED
        and (stay.boarder or not cell.boarders_only)
        for stay in stays
    )
    if not here:
        return DaySymbol.NOT_HERE
    if cell.closed:
        return DaySymbol.CLOSED
    if cell.roll_id is None:
        return DaySymbol.NOT_TAKEN
    mark = marks.get((cell.roll_id, stays[-1].student_id))
    if mark is None:
        return DaySymbol.PRESENT
    if mark.excused is not None:
        return _EXCUSED[mark.excused]
    return _SIGNS[mark.mark]
