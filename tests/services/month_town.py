"""A township for changes and months: three schools, nine people, eleven pupils, one clock.

All three went live on 2026-10-26, so November is the first month the bureau is owed.
"""

from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import uuid4

from core.rules.change import ChangeDraft
from core.rules.evidence import EvidenceKind
from core.rules.opening import OpeningFigure
from core.rules.time import SHANGHAI
from core.services import change, change_verify, opening
from db.pool import Pool
from tests.hand import hand
from tests.numbers import give_identities
from tests.services import town
from tests.services.town import TOWNSHIP, Person, found

QING, HE, YUN = 1, 2, 3  # 青石镇九年一贯制学校, 河湾小学, 云岭教学点 (隶属河湾小学)
QING_3, QING_7 = 11, 12
HE_3, HE_4 = 21, 22
YUN_1 = 31
YU, DUO, LI, MING, YANG = 101, 102, 103, 104, 105  # 河湾小学
HAN, SHI, WU = 201, 202, 203  # 青石镇九年一贯制学校
YAN, ZHI = 301, 302  # 云岭教学点
PROOF = (EvidenceKind.RECEIVING_CERTIFICATE,)
YU_NUMBER = "990101201803150021"

PEOPLE = {
    "he": Person(7, "王建国", "leader", "principal", HE),
    "vice": Person(8, "刘芳", "leader", "vice", HE),
    "reg": Person(9, "何静", "registrar", None, HE),
    "teacher": Person(10, "李秀英", "class_teacher", None, HE, HE_3),
    "qing": Person(11, "周明", "leader", "principal", QING),
    "qreg": Person(12, "钱丽", "registrar", None, QING),
    "office": Person(13, "孙伟", "office"),
    "office2": Person(14, "吴强", "office"),
    "bureau": Person(15, "郑洁", "bureau"),
    "yun": Person(16, "张明", "registrar", None, YUN),
    "system": Person(17, "系统", "system"),
}

PLACES = f"""
INSERT INTO township VALUES ({TOWNSHIP}, '青石镇', 1);
INSERT INTO school (township_id, id, code, name, kind, system, live_on, parent_id)
VALUES ({TOWNSHIP}, {QING}, '3199010001', '青石镇九年一贯制学校', 'nine_year', '6-3',
        '2026-10-26', NULL),
       ({TOWNSHIP}, {HE}, '2199010002', '河湾小学', 'primary', '6-3', '2026-10-26', NULL),
       ({TOWNSHIP}, {YUN}, '2199010003', '云岭教学点', 'teaching_point', '6-3',
        '2026-10-26', {HE});
INSERT INTO class (township_id, id, school_id, cohort, number)
VALUES ({TOWNSHIP}, {QING_3}, {QING}, 2024, 1), ({TOWNSHIP}, {QING_7}, {QING}, 2020, 1),
       ({TOWNSHIP}, {HE_3}, {HE}, 2024, 1), ({TOWNSHIP}, {HE_4}, {HE}, 2023, 1),
       ({TOWNSHIP}, {YUN_1}, {YUN}, 2026, 1);
INSERT INTO student (township_id, id, name, sex, born_on, pinyin, pinyin_key)
SELECT {TOWNSHIP}, p.id, p.name, 'female', '2018-03-15', '{{}}', p.id::text
  FROM (VALUES ({YU}, '赵小雨'), ({DUO}, '钱多'), ({LI}, '孙立'), ({MING}, '李明'),
               ({YANG}, '周洋'), ({HAN}, '冯晗'), ({SHI}, '陈石'), ({WU}, '吴武'),
               ({YAN}, '马燕'), ({ZHI}, '马志')) AS p (id, name);
INSERT INTO enrolment (township_id, student_id, school_id, class_id, boarder, status, from_on)
SELECT {TOWNSHIP}, p.student_id, p.school_id, p.class_id, false, 'enrolled', '2026-09-01'
  FROM (VALUES ({YU}, {HE}, {HE_3}), ({DUO}, {HE}, {HE_3}), ({LI}, {HE}, {HE_3}),
               ({MING}, {HE}, {HE_4}), ({YANG}, {HE}, {HE_4}), ({HAN}, {QING}, {QING_3}),
               ({SHI}, {QING}, {QING_3}), ({WU}, {QING}, {QING_7}),
               ({YAN}, {YUN}, {YUN_1}), ({ZHI}, {YUN}, {YUN_1}))
       AS p (student_id, school_id, class_id);
INSERT INTO term (township_id, school_year, number, from_on, to_on)
VALUES ({TOWNSHIP}, 2026, 1, '2026-09-01', '2027-01-24'),
       ({TOWNSHIP}, 2026, 2, '2027-02-22', '2027-07-11');
"""
PLAN = """
INSERT INTO session_plan (township_id, school_id, session, starts_at, ends_at, limit_after,
                          held, boarders_only, from_on)
VALUES ($1, $2, 'am', '08:00', '11:40', 30, 'school_day', false, '2026-10-26')
"""
ROLL = """
INSERT INTO roll (township_id, school_id, class_id, day, session, starts_at, limit_at,
                  ends_at, expected, taken_by, taken_at, on_behalf, backfilled)
SELECT $1, c.school_id, c.id, d.day, 'am', d.day + time '08:00', d.day + time '08:30',
       d.day + time '11:40', 3, 0, d.day + time '08:10', false, false
  FROM class c, unnest($3::date[]) AS d (day)
 WHERE c.township_id = $1 AND c.id = $2
"""
CASE = """
INSERT INTO dropout_case (township_id, number, student_id, school_id, class_id, state,
                          opened_at, closed_at, close_reason)
SELECT $1, '2026-' || $2::bigint, $2::bigint, e.school_id, e.class_id, 'suspected', $3, $4, 'test'
  FROM enrolment e WHERE e.student_id = $2::bigint AND e.to_on IS NULL
"""
DUTIES = """
SELECT kind || ':' || owed_by AS what FROM duty
 WHERE township_id = $1 AND done_at IS NULL AND ($2::bigint IS NULL OR school_id = $2)
 ORDER BY 1
"""
CLASS_LIST = """
SELECT student_id FROM enrolment
 WHERE class_id = $1 AND from_on <= $2 AND (to_on IS NULL OR to_on > $2)
   AND status = 'enrolled'
 ORDER BY student_id
"""


def at(month: int, day: int, hour: int = 9, minute: int = 0, second: float = 0) -> datetime:
    whole = int(second)
    micro = round((second - whole) * 1_000_000)
    return datetime(2026, month, day, hour, minute, whole, micro, tzinfo=SHANGHAI)


@dataclass
class Town(town.Town):
    """The township, and the acts of changes and months, each in one line."""

    PEOPLE = PEOPLE

    now: datetime = field(default_factory=lambda: at(11, 23))

    async def rolls(self, school: int, *days: date) -> None:
        """Take every roll of a school's classes on these days."""
        for row in await self.pool.fetch(
            "SELECT id FROM class WHERE school_id = $1", school
        ):
            await self.write(ROLL, TOWNSHIP, row["id"], list(days))

    async def case(
        self, student: int, opened: datetime, closed: datetime | None = None
    ) -> None:
        await self.write(CASE, TOWNSHIP, student, opened, closed)

    async def enter(
        self,
        kind: str,
        student: int = YU,
        on: date | None = None,
        *,
        by: str = "reg",
        proofs: tuple[EvidenceKind, ...] = PROOF,
        **more: object,
    ) -> int:
        usual: dict[str, object] = {
            "student_id": student,
            "kind": kind,
            "happened_on": on or self.now.date(),
        }
        if kind.startswith("transfer"):
            usual |= {"side": "outside", "other_school": "外镇中心小学"}
        draft = ChangeDraft.model_validate(usual | more)
        return await change.enter(await self.desk(by), draft, uuid4(), proofs)

    async def verify(self, change_id: int, by: str = "office", *, ok: bool = True) -> None:
        desk = await self.desk(by)
        await change_verify.verify(desk, change_id, ok=ok, reason="材料不实", op_id=uuid4())

    async def gone(
        self, student: int = YU, kind: str = "transfer_out", **more: object
    ) -> int:
        """Enter and verify a departure, all in one day."""
        proofs = tuple(EvidenceKind)
        change_id = await self.enter(kind, student, proofs=proofs, **more)
        await self.verify(change_id)
        return change_id

    async def year_begun(self) -> None:
        """Confirm 期初数 of 河湾小学.

        It began with 7; one came, two went with proof, one dropped out: 5 of 6 = 83.33 %.
        """
        third = OpeningFigure(
            class_id=HE_3, at_year_start=5, transferred_in=1, transferred_out=2, dropped=1
        )
        fourth = OpeningFigure(class_id=HE_4, at_year_start=2)
        await opening.enter(await self.desk("reg"), HE, (third, fourth), uuid4())
        await opening.confirm(await self.desk("office"), HE, uuid4())

    async def class_list(self, class_id: int, day: date) -> list[int]:
        rows = await self.pool.fetch(CLASS_LIST, class_id, day)
        return [row["student_id"] for row in rows]

    async def duties(self, school: int | None = None) -> list[str]:
        rows = await self.pool.fetch(DUTIES, TOWNSHIP, school)
        return [row["what"] for row in rows]


async def build(pool: Pool) -> Town:
    await found(pool, at(10, 26), PEOPLE, PLACES)
    async with hand(pool, at(10, 26)).writing("test.numbers") as (conn, _):
        await give_identities(conn, {YU: YU_NUMBER})
    return Town(pool)
