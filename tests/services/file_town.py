"""A small township for contacts, visits and files: two schools, six people, three pupils."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from core.rules.time import SHANGHAI
from core.services import seat
from core.services.desk import Desk
from db.pool import Pool
from tests.hand import hand

TOWNSHIP = 990101100
MONDAY = datetime(2026, 11, 23, 9, 10, tzinfo=SHANGHAI)
FRIDAY_8AM = datetime(2026, 11, 20, 8, 0, tzinfo=SHANGHAI)

RIVER, CLOUD = 1, 2  # 河湾小学, 云岭小学
THIRD, FOURTH, CLOUDS = 11, 12, 21  # 三年级（1）班, 四年级（1）班; 云岭的三年级（1）班
XIAOYU, DASHAN, HAORAN = 101, 102, 201
MOTHER, FATHER = 301, 302

PEOPLE = {
    # name: (account, role, post, school, class)
    "li": (7, "李秀英", "class_teacher", None, RIVER, THIRD),
    "wang": (8, "王建国", "leader", "principal", RIVER, None),
    "liu": (9, "刘芳", "teacher", None, RIVER, None),
    "reg": (10, "何静", "registrar", None, RIVER, None),
    "zhou": (11, "周明", "class_teacher", None, CLOUD, CLOUDS),
    "office": (12, "孙伟", "office", None, None, None),
    "gov": (13, "吴强", "government", None, None, None),
    "bureau": (14, "郑洁", "bureau", None, None, None),
    "zhang": (15, "张明", "village_cadre", None, None, None),
    "four": (16, "钱丽", "class_teacher", None, RIVER, FOURTH),
}

PLACES = f"""
INSERT INTO township VALUES ({TOWNSHIP}, '青石镇', 1);
INSERT INTO village (township_id, id, code, name)
VALUES ({TOWNSHIP}, 1, '990101100201', '河湾村');
INSERT INTO school (township_id, id, code, name, kind, system, live_on)
VALUES ({TOWNSHIP}, {RIVER}, '2199010001', '河湾小学', 'primary', '6-3', '2026-09-01'),
       ({TOWNSHIP}, {CLOUD}, '2199010003', '云岭小学', 'primary', '6-3', '2026-09-01');
INSERT INTO class (township_id, id, school_id, cohort, number)
VALUES ({TOWNSHIP}, {THIRD}, {RIVER}, 2024, 1), ({TOWNSHIP}, {FOURTH}, {RIVER}, 2023, 1),
       ({TOWNSHIP}, {CLOUDS}, {CLOUD}, 2024, 1);
INSERT INTO student (township_id, id, name, sex, born_on, pinyin, pinyin_key, address)
VALUES ({TOWNSHIP}, {XIAOYU}, '赵小雨', 'female', '2018-03-14', '{{zxy}}', 'zhaoxiaoyu',
        '河湾村3组'),
       ({TOWNSHIP}, {DASHAN}, '赵大山', 'male', '2018-06-01', '{{zds}}', 'zhaodashan', NULL),
       ({TOWNSHIP}, {HAORAN}, '冯浩然', 'male', '2018-07-02', '{{fhr}}', 'fenghaoran', NULL);
INSERT INTO student_identity VALUES ({TOWNSHIP}, {XIAOYU}, '1', '990101201803140212');
INSERT INTO enrolment (township_id, student_id, school_id, class_id, seat_no, boarder, status,
                       from_on)
VALUES ({TOWNSHIP}, {XIAOYU}, {RIVER}, {THIRD}, 12, false, 'enrolled', '2024-09-01'),
       ({TOWNSHIP}, {DASHAN}, {RIVER}, {THIRD}, 13, false, 'enrolled', '2024-09-01'),
       ({TOWNSHIP}, {HAORAN}, {CLOUD}, {CLOUDS}, 3, false, 'enrolled', '2024-09-01');
INSERT INTO guardian (township_id, id, student_id, ordinal, name, relation, is_guardian)
VALUES ({TOWNSHIP}, {MOTHER}, {XIAOYU}, 1, '李梅', '52', true),
       ({TOWNSHIP}, {FATHER}, {XIAOYU}, 2, '赵强', '51', true);
INSERT INTO guardian_phone VALUES ({TOWNSHIP}, {MOTHER}, '13800000000');
"""

ACCOUNT = """
INSERT INTO account (id, signin_name, name, must_change_password, created_at)
VALUES ($1, $2, $3, false, '2026-09-01 00:00+08')
"""
GRANT = """
INSERT INTO account_grant (account_id, role, post, township_id, school_id, class_id, village_id,
                           from_on, given_by, given_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, '2026-09-01', 0, '2026-09-01 00:00+08')
"""
MISSING = """
INSERT INTO absence (township_id, student_id, school_id, class_id, missed_day, missed_session,
                     missed_at, noted_at, due_at, raw_due_at, clock_mode, provisional,
                     calendar_version)
SELECT $1, $2, e.school_id, e.class_id, ($3::timestamptz AT TIME ZONE 'Asia/Shanghai')::date,
       'am', $3, $3, $4, $3 + interval '48 hours', 'clock_next_roll', false, 1
  FROM enrolment e WHERE e.student_id = $2
RETURNING id
"""
OWE = """
INSERT INTO duty (township_id, kind, owed_by, school_id, class_id, student_id, subject_id, words,
                  opened_at, due_at)
SELECT $1, $3, 'class_teacher', e.school_id, e.class_id, $2, $4, s.name, $5,
       $5::timestamptz + interval '1 hour'
  FROM enrolment e JOIN student s ON s.id = e.student_id WHERE s.id = $2
"""
OPEN_DUTIES = """
SELECT kind || ':' || owed_by AS what FROM duty
 WHERE township_id = $1 AND student_id = $2 AND done_at IS NULL ORDER BY 1
"""


@dataclass
class Town:
    """The township, its people's desks, and quick ways to look."""

    pool: Pool
    now: datetime = field(default=MONDAY)

    async def desk(self, name: str) -> Desk:
        """Return a person's desk, at the town's time."""
        front = seat.front_desk(self.pool, lambda _: self.now)
        return await seat.seat(front, PEOPLE[name][0])

    async def missing(
        self,
        student_id: int = XIAOYU,
        since: datetime = FRIDAY_8AM,
        due: datetime | None = None,
    ) -> int:
        """Open a run with the duty to contact the family; return its id."""
        due = due or since + timedelta(hours=72, minutes=30)
        async with hand(self.pool, since).writing("test.missing") as (conn, _):
            run = await conn.fetchval(MISSING, TOWNSHIP, student_id, since, due)
            await conn.execute(OWE, TOWNSHIP, student_id, "contact", run, since)
        return run

    async def owe(
        self, kind: str, subject_id: int, at: datetime, student_id: int = XIAOYU
    ) -> None:
        """Owe the class teacher's duty of a kind about a child."""
        async with hand(self.pool, at).writing("test.owe") as (conn, _):
            await conn.execute(OWE, TOWNSHIP, student_id, kind, subject_id, at)

    async def duties(self, student_id: int = XIAOYU) -> list[str]:
        """Return the open duties about a child as kind:debtor."""
        rows = await self.pool.fetch(OPEN_DUTIES, TOWNSHIP, student_id)
        return [row["what"] for row in rows]

    async def write(self, sql: str, *values: object) -> None:
        """Run one statement as the program, signed."""
        async with hand(self.pool, self.now).writing("test.write") as (conn, _):
            await conn.execute(sql, *values)


async def build(pool: Pool) -> Town:
    """Make the township."""
    town = Town(pool)
    async with hand(pool, MONDAY).writing("test.town") as (conn, _):
        await conn.execute(PLACES)
        for name, (account, person, role, post, school, klass) in PEOPLE.items():
            await conn.execute(ACCOUNT, account, name, person)
            township = 990101000 if role == "bureau" else TOWNSHIP
            village = 1 if role == "village_cadre" else None
            await conn.execute(GRANT, account, role, post, township, school, klass, village)
    return town
