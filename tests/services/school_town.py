"""The file town with a calendar: terms, sessions, rolls and leaves, each in one line."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import uuid4

from core.rules.calendar import SessionCode
from core.rules.leave import AskedHow, LeaveKind
from core.rules.leave_entry import LeaveDraft
from core.rules.roll import Mark, PupilMark
from core.rules.sheet import Submission, SubmittedPart, current_marks
from core.rules.time import SHANGHAI
from core.services import alarm, leave, leave_watch, roll, seat
from core.services.leave_judge import Entered
from db.pool import Pool
from tests.services.file_town import (
    DASHAN,
    MONDAY,
    PEOPLE,
    PLACES,
    RIVER,
    THIRD,
    TOWNSHIP,
    XIAOYU,
    Town,
    give_numbers,
)
from tests.services.town import found

__all__ = ["DASHAN", "RIVER", "THIRD", "TOWNSHIP", "XIAOYU", "SchoolTown", "at", "build"]

# Lessons 08:00 (limit 08:30) and 14:00 (14:30) in both schools.
PLANS = f"""
INSERT INTO term (township_id, school_year, number, from_on, to_on)
VALUES ({TOWNSHIP}, 2026, 1, '2026-09-01', '2027-01-24');
INSERT INTO session_plan (township_id, school_id, session, starts_at, ends_at, limit_after, held,
                          boarders_only, from_on)
SELECT {TOWNSHIP}, s.id, p.session, p.starts_at::time, p.ends_at::time, 30, 'school_day', false,
       '2026-09-01'
  FROM school s, (VALUES ('am', '08:00', '11:40'), ('pm', '14:00', '17:00'))
    AS p (session, starts_at, ends_at)
"""
# No rolls are owed before this Monday: untaken ones would lengthen every run (6).
LIVE = "UPDATE school SET live_on = '2026-11-23'"
SYSTEM = f"""
INSERT INTO account (id, signin_name, name, system_of, must_change_password, created_at)
VALUES (90, 'system-{TOWNSHIP}', '系统（青石镇）', {TOWNSHIP}, false, '2026-09-01 00:00+08');
INSERT INTO account_grant (account_id, role, township_id, from_on, given_by, given_at)
VALUES (90, 'system', {TOWNSHIP}, '2026-09-01', 0, '2026-09-01 00:00+08')
"""


def at(text: str) -> datetime:
    """Read 11-23 08:30 as Beijing time of 2026."""
    return datetime.fromisoformat(f"2026-{text}").replace(tzinfo=SHANGHAI)


def session(text: str) -> tuple[date, SessionCode]:
    """Read "11-23 am"."""
    day, code = text.split()
    return date.fromisoformat(f"2026-{day}"), SessionCode(code)


@dataclass
class SchoolTown(Town):
    """Adds rolls, leaves and the sweep to the file town."""

    def clock(self, text: str) -> None:
        """Make it 11-23 08:30."""
        self.now = at(text)

    async def live(self, day: str) -> None:
        """Let the schools begin to use the system on 11-28: earlier days owe no roll (6)."""
        await self.write(
            "UPDATE school SET live_on = $1", date.fromisoformat(f"2026-{day}")
        )

    async def roll(
        self,
        when: str,
        class_id: int = THIRD,
        who: str = "li",
        reason: str = "",
        **marks: Mark,
    ) -> None:
        """Take a roll now, or put it right; marks as _101=Mark.ABSENT, the others as it stands."""
        await self.roll_on(*session(when), class_id, who, reason, **marks)

    async def roll_on(
        self,
        day: date,
        code: SessionCode,
        class_id: int = THIRD,
        who: str = "li",
        reason: str = "",
        **marks: Mark,
    ) -> None:
        """Take a roll of any day now, as `roll` does."""
        desk = await self.desk(who)
        sheet = await roll.open_sheet(desk, TOWNSHIP, (class_id,), day, code)
        (part,) = sheet.parts
        base = current_marks(part)
        told = {int(key[1:]): mark for key, mark in marks.items()}
        wanted = tuple(
            PupilMark(student_id=m.student_id, mark=told.get(m.student_id, m.mark))
            for m in base
        )
        sent = SubmittedPart(class_id=class_id, base=base, wanted=wanted)
        await roll.submit(
            desk,
            Submission(
                township_id=TOWNSHIP,
                day=day,
                session=code,
                parts=(sent,),
                told_by="值周教师" if sheet.needs_teller else None,
                reason=reason,
            ),
            uuid4(),
        )

    async def leave(
        self, first: str, last: str, who: str = "li", **more: object
    ) -> Entered:
        """Enter a leave from "11-23 am" to "11-25 pm"."""
        return await leave.enter(await self.desk(who), draft(first, last, **more), uuid4())

    async def ring(self) -> int:
        """Ring what is due."""
        front = seat.front_desk(self.pool, lambda _: self.now)
        return await alarm.ring(front, TOWNSHIP)

    async def watch(self) -> int:
        """Let time do to leaves what it does."""
        front = seat.front_desk(self.pool, lambda _: self.now)
        return await leave_watch.watch(await seat.system_desk(front, TOWNSHIP), TOWNSHIP)

    async def run(self, student_id: int = XIAOYU) -> str | None:
        """Return where the open run began, as 11-23 08:00."""
        found = await self.pool.fetchval(
            "SELECT missed_at FROM absence WHERE student_id = $1 AND ended_at IS NULL",
            student_id,
        )
        return None if found is None else f"{found.astimezone(SHANGHAI):%m-%d %H:%M}"

    async def endings(self, student_id: int = XIAOYU) -> list[str]:
        """Return how the child's runs ended, in their order."""
        rows = await self.pool.fetch(
            "SELECT coalesce(ended_how, 'open') AS how FROM absence WHERE student_id = $1"
            " ORDER BY missed_at, id",
            student_id,
        )
        return [row["how"] for row in rows]

    async def states(self, student_id: int = XIAOYU) -> list[str]:
        """Return the states of the child's leaves, in the order of their entry."""
        rows = await self.pool.fetch(
            "SELECT state FROM leave WHERE student_id = $1 ORDER BY id", student_id
        )
        return [row["state"] for row in rows]


def draft(first: str, last: str, **more: object) -> LeaveDraft:
    """Ask for a leave of 赵小雨 from "11-23 am" to "11-25 pm"."""
    from_day, from_session = session(first)
    to_day, to_session = session(last)
    usual = {
        "township_id": TOWNSHIP,
        "student_id": XIAOYU,
        "kind": LeaveKind.SICK,
        "from_day": from_day,
        "from_session": from_session,
        "to_day": to_day,
        "to_session": to_session,
        "asked_by": "母亲 李梅",
        "asked_how": AskedHow.PHONE,
        "reason": "发热",
    }
    return LeaveDraft.model_validate(usual | more)


async def build(pool: Pool) -> SchoolTown:
    """Make the township; it is Monday 2026-11-23, 09:10."""
    await found(pool, MONDAY, PEOPLE, PLACES, LIVE, PLANS, SYSTEM)
    await give_numbers(pool)
    return SchoolTown(pool)
