"""A school goes live: from then on its rolls are owed, and none that had begun before (42)."""

from datetime import date, datetime
from uuid import uuid4

import pytest

from core.rules.calendar import SessionCode
from core.rules.roll import Mark, PupilMark
from core.rules.sheet import Submission, SubmittedPart, current_marks
from core.rules.staff import Role
from core.rules.staff_account import GrantPlace, NewAccount
from core.services import board, place, roll, roster, seat, staff
from core.services.desk import Desk
from db.pool import Pool
from tests.services.school_town import at

TOWNSHIP, CODE = 990101100, "2199010005"
HEADS = "姓名,性别,出生日期,班级"
XIN, NAN, YU = (
    "罗欣,女,2018-03-04,三年级（1）班",
    "罗楠,男,2018-03-05,三年级（1）班",
    "罗雨,男,2018-05-04,三年级（1）班",
)
RUN = """
SELECT to_char(missed_at AT TIME ZONE 'Asia/Shanghai', 'MM-DD HH24:MI') FROM absence
 WHERE ended_at IS NULL
"""


class Town:
    """A township without a school, its office, and a clock that the test moves."""

    def __init__(self, pool: Pool) -> None:
        self.pool, self.now = pool, at("11-23 06:00")
        self.front = seat.front_desk(pool, self._clock)

    def _clock(self, real: datetime) -> datetime:
        del real
        return self.now

    def clock(self, text: str) -> None:
        self.now = at(text)

    async def desk(self, name: str) -> Desk:
        return await seat.seat_by_name(self.front, name)


@pytest.fixture
async def town(pool: Pool) -> Town:
    made = Town(pool)
    for name, where in (
        ("guanli", GrantPlace(role=Role.ADMIN, township_id=0)),
        ("office", GrantPlace(role=Role.OFFICE, township_id=TOWNSHIP)),
    ):
        by = made.front if name == "guanli" else await made.desk("guanli")
        await staff.add(by, NewAccount(signin_name=name, name="周敏"), where)
        if name == "guanli":
            await place.add_township(await made.desk("guanli"), TOWNSHIP, "青石镇")
    return made


async def take_in(town: Town, *rows: str) -> None:
    data = "\n".join((HEADS, *rows)).encode("utf-8-sig")
    await roster.take_in(await town.desk("guanli"), CODE, data, dry_run=False)


async def founded(town: Town, made: str, filled: str) -> None:
    """Make a school at one moment, and take in its first roster at another."""
    town.clock(made)
    admin = await town.desk("guanli")
    await place.add_school(admin, CODE, "新开小学", TOWNSHIP)
    there = place.Named(school=CODE)
    where = await place.grant_place(admin, Role.REGISTRAR, None, there)
    await staff.add(admin, NewAccount(signin_name="reg", name="何静"), where)
    town.clock(filled)
    await take_in(town, XIN, NAN)


async def miss(town: Town, name: str, day: date) -> None:
    """Take a morning's roll from which one child is missing."""
    class_id = await town.pool.fetchval("SELECT id FROM class")
    missing = await town.pool.fetchval("SELECT id FROM student WHERE name = $1", name)
    desk, when = await town.desk("reg"), (day, SessionCode.AM)
    (part,) = (await roll.open_sheet(desk, TOWNSHIP, (class_id,), *when)).parts
    base = current_marks(part)
    wanted = tuple(
        PupilMark(
            student_id=one.student_id,
            mark=Mark.ABSENT if one.student_id == missing else one.mark,
        )
        for one in base
    )
    sent = SubmittedPart(class_id=class_id, base=base, wanted=wanted)
    draft = Submission(township_id=TOWNSHIP, day=day, session=when[1], parts=(sent,))
    await roll.submit(desk, draft, uuid4())


async def owed(town: Town, day: str) -> list[str]:
    """Return the sessions the new school owes on a day, seen at its end."""
    town.clock(f"{day} 23:00")
    lines = (await board.rolls(await town.desk("office"))).lines
    return [str(one.session.session) for one in lines]


@pytest.mark.parametrize(
    ("live", "today"),
    [
        ("11-23 07:59", ["am", "pm"]),
        ("11-23 08:00", ["am", "pm"]),
        ("11-23 08:01", ["pm"]),
        ("11-23 13:59", ["pm"]),
        ("11-23 14:01", []),
        ("11-23 19:00", []),
    ],
)
async def test_42_on_its_first_day_a_school_owes_what_begins_after_it_went_live(
    town, live, today
):
    await founded(town, live, live)
    assert await owed(town, "11-23") == today
    assert await owed(town, "11-24") == ["am", "pm"]


async def test_42_a_school_without_pupils_is_not_live_until_its_first_roster(town):
    await founded(town, "11-23 07:00", "11-25 15:00")
    assert await owed(town, "11-25") == []
    town.clock("11-26 08:10")
    await miss(town, "罗欣", date(2026, 11, 26))
    # Nobody could call her on Monday: the clock begins with what she missed.
    assert await town.pool.fetchval(RUN) == "11-26 08:00"


async def test_42_a_later_roster_moves_no_session(town):
    await founded(town, "11-23 07:00", "11-23 07:10")
    town.clock("11-23 19:00")
    await take_in(town, XIN, NAN, YU)
    assert await owed(town, "11-23") == ["am", "pm"]
