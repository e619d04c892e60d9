"""A small township for contacts, visits and files: two schools, six people, three pupils."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from core.rules.time import SHANGHAI
from db.pool import Pool
from tests.hand import hand
from tests.numbers import give_identities, give_phones
from tests.services import town
from tests.services.town import TOWNSHIP, Person, found

MONDAY = datetime(2026, 11, 23, 9, 10, tzinfo=SHANGHAI)
FRIDAY_8AM = datetime(2026, 11, 20, 8, 0, tzinfo=SHANGHAI)

RIVER, CLOUD = 1, 2  # 河湾小学, 云岭小学
THIRD, FOURTH, CLOUDS = 11, 12, 21  # 三年级（1）班, 四年级（1）班; 云岭的三年级（1）班
XIAOYU, DASHAN, HAORAN = 101, 102, 201
MOTHER, FATHER = 301, 302

PEOPLE = {
    "li": Person(7, "李秀英", "class_teacher", None, RIVER, THIRD),
    "wang": Person(8, "王建国", "leader", "principal", RIVER),
    "liu": Person(9, "刘芳", "teacher", None, RIVER),
    "reg": Person(10, "何静", "registrar", None, RIVER),
    "zhou": Person(11, "周明", "class_teacher", None, CLOUD, CLOUDS),
    "office": Person(12, "孙伟", "office"),
    "gov": Person(13, "吴强", "government"),
    "bureau": Person(14, "郑洁", "bureau"),
    "zhang": Person(15, "张明", "village_cadre", village_id=1),
    "four": Person(16, "钱丽", "class_teacher", None, RIVER, FOURTH),
    "audit": Person(17, "吴审计", "auditor"),
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
INSERT INTO enrolment (township_id, student_id, school_id, class_id, seat_no, boarder, status,
                       from_on)
VALUES ({TOWNSHIP}, {XIAOYU}, {RIVER}, {THIRD}, 12, false, 'enrolled', '2024-09-01'),
       ({TOWNSHIP}, {DASHAN}, {RIVER}, {THIRD}, 13, false, 'enrolled', '2024-09-01'),
       ({TOWNSHIP}, {HAORAN}, {CLOUD}, {CLOUDS}, 3, false, 'enrolled', '2024-09-01');
INSERT INTO guardian (township_id, id, student_id, ordinal, name, relation, is_guardian)
VALUES ({TOWNSHIP}, {MOTHER}, {XIAOYU}, 1, '李梅', '52', true),
       ({TOWNSHIP}, {FATHER}, {XIAOYU}, 2, '赵强', '51', true);
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
class Town(town.Town):
    """The township, and quick ways to look at what is owed about a child."""

    PEOPLE = PEOPLE

    now: datetime = field(default=MONDAY)

    async def missing(
        self,
        student_id: int = XIAOYU,
        since: datetime = FRIDAY_8AM,
        due: datetime | None = None,
    ) -> int:
        """Open a run with the duty to contact the family; return its id."""
        due = due or since + timedelta(hours=72, minutes=30)
        run = await self.open_run(student_id, since, due, at=since)
        await self.owe("contact", run, since, student_id)
        return run

    async def owe(
        self, kind: str, subject_id: int, at: datetime, student_id: int = XIAOYU
    ) -> None:
        """Owe the class teacher's duty of a kind about a child."""
        await self.written(OWE, TOWNSHIP, student_id, kind, subject_id, at, at=at)

    async def duties(self, student_id: int = XIAOYU) -> list[str]:
        """Return the open duties about a child as kind:debtor."""
        rows = await self.pool.fetch(OPEN_DUTIES, TOWNSHIP, student_id)
        return [row["what"] for row in rows]


async def give_numbers(pool: Pool) -> None:
    """Write the numbers that are known: the girl's, and her mother's telephone."""
    async with hand(pool, MONDAY).writing("test.numbers") as (conn, _):
        await give_identities(conn, {XIAOYU: "990101201803140212"})
        await give_phones(conn, {MOTHER: "13800000000"})


async def build(pool: Pool) -> Town:
    """Make the township."""
    await found(pool, MONDAY, PEOPLE, PLACES)
    await give_numbers(pool)
    return Town(pool)
