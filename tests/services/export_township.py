"""A small township with a week of everything, for the tests of exports.

青石镇: a nine-year school (classes 3.1 and 7.1) and 河湾小学 (class 3.1); beside it 白水镇 of
the same county with one school, and a township of another county.  It is Monday
2026-11-23, 10:00.  Every person and number here is invented (region 99).
"""

from datetime import date, datetime
from uuid import NAMESPACE_OID, uuid5

from core.rules.staff import Actor, Grant, Post, Role
from core.rules.time import SHANGHAI
from core.services.desk import Desk
from db.pool import Badge, DbRole, Pool
from tests.hand import hand
from tests.numbers import give_identities, give_nationals, give_phones

NOW = datetime(2026, 11, 23, 10, tzinfo=SHANGHAI)
QINGSHI, BAISHUI, FAR = 990101100, 990101101, 990202100
NINE_YEAR, RIVER, WHITE, DISTANT = "3199010001", "2199010002", "2199010003", "2199020001"
# The children's identity numbers: whoever may not see them must not find these digits.
ZHAO, LUO, FENG = "990101201703150212", "99010120170615004X", "990101201305050037"

SEED = """
INSERT INTO account (id, signin_name, name, must_change_password, created_at) VALUES
 (1, 'li', '李秀英', false, '2026-09-01 00:00+08'), (2, 'wang', '王建国', false, '2026-09-01 00:00+08'),
 (3, 'office', '周敏', false, '2026-09-01 00:00+08'), (4, 'bureau', '陈卫', false, '2026-09-01 00:00+08'),
 (5, 'duty', '孙强', false, '2026-09-01 00:00+08'), (6, 'cadre', '张明', false, '2026-09-01 00:00+08');
INSERT INTO township VALUES (990101100, '青石镇', 1), (990101101, '白水镇', 1), (990202100, '远山镇', 1);
INSERT INTO village (township_id, id, code, name) VALUES (990101100, 1, '990101100201', '河东村');
INSERT INTO term (township_id, school_year, number, from_on, to_on)
SELECT t.township_id, x.* FROM township t, (VALUES
 (2025, 2, date '2026-03-02', date '2026-07-11'), (2026, 1, '2026-09-01', '2027-01-23')) x;
INSERT INTO school (township_id, id, code, name, kind, system, parent_id, live_on) VALUES
 (990101100, 1, '3199010001', '青石镇九年一贯制学校', 'nine_year', '6-3', NULL, '2026-09-01'),
 (990101100, 2, '2199010002', '河湾小学', 'primary', '6-3', NULL, '2026-09-01'),
 (990101100, 5, 'YL0001', '云岭教学点', 'teaching_point', '6-3', 1, '2026-09-01'),
 (990101101, 3, '2199010003', '白水小学', 'primary', '6-3', NULL, '2026-09-01'),
 (990202100, 4, '2199020001', '远山小学', 'primary', '6-3', NULL, '2026-09-01');
INSERT INTO class (township_id, id, school_id, cohort, number) VALUES
 (990101100, 31, 1, 2024, 1), (990101100, 71, 1, 2020, 1), (990101100, 32, 2, 2024, 1),
 (990101101, 33, 3, 2024, 1), (990202100, 34, 4, 2024, 1);
INSERT INTO session_plan (township_id, school_id, session, starts_at, ends_at, limit_after, held, boarders_only, from_on)
SELECT s.township_id, s.id, p.* FROM school s, (VALUES
 ('am', time '08:00', time '11:40', 30::smallint, 'school_day', false, date '2026-09-01'),
 ('pm', '14:00', '17:00', 30, 'school_day', false, '2026-09-01'),
 ('night', '20:30', '21:30', 30, 'eve', true, '2026-09-01')) p;
INSERT INTO student (township_id, id, name, sex, born_on, ethnicity, pinyin, pinyin_key, hukou_code, hukou_place, address) VALUES
 (990101100, 1, '赵小雨', 'female', '2017-03-15', '汉族', '{zxy}', 'zhao xiao yu', '990101100201', '青石镇河东村', '河东村二组'),
 (990101100, 2, '罗子涵', 'male', '2017-06-15', NULL, '{lzh}', 'luo zi han', NULL, NULL, NULL),
 (990101100, 3, '冯浩然', 'male', '2013-05-05', '汉族', '{fhr}', 'feng hao ran', NULL, '青石镇', '河东村'),
 (990101100, 4, '陈雨桐', 'female', '2017-01-01', '汉族', '{cyt}', 'chen yu tong', NULL, NULL, NULL),
 (990101101, 5, '白晓', 'male', '2017-01-02', '汉族', '{bx}', 'bai xiao', NULL, NULL, NULL),
 (990202100, 6, '远航', 'male', '2017-01-03', '汉族', '{yh}', 'yuan hang', NULL, NULL, NULL);
INSERT INTO guardian (township_id, id, student_id, ordinal, name, relation, is_guardian) VALUES
 (990101100, 1, 1, 1, '赵大山', '51', true), (990101100, 2, 1, 2, '李梅', '52', true), (990101100, 3, 3, 1, '冯老根', '61', true);
INSERT INTO student_group VALUES (990101100, 1, 'disabled', '肢体残疾'), (990101100, 1, 'left_behind', NULL);
-- 罗子涵 came on 10 November, 冯浩然 moved away from 3.1 never; 赵小雨 boards.
INSERT INTO enrolment (township_id, student_id, school_id, class_id, seat_no, boarder, status, from_on, to_on) VALUES
 (990101100, 1, 1, 31, 1, true, 'enrolled', '2026-09-01', NULL),
 (990101100, 2, 1, 31, 2, false, 'enrolled', '2026-11-10', NULL),
 (990101100, 3, 1, 71, 1, false, 'suspected', '2026-09-01', NULL),
 (990101100, 4, 2, 32, 1, false, 'enrolled', '2026-09-01', NULL),
 (990101101, 5, 3, 33, 1, false, 'enrolled', '2026-09-01', NULL),
 (990202100, 6, 4, 34, 1, false, 'enrolled', '2026-09-01', NULL);
INSERT INTO account_grant (account_id, role, township_id, school_id, class_id, village_id, from_on, given_by, given_at) VALUES
 (1, 'class_teacher', 990101100, 1, 71, NULL, '2026-09-01', 0, '2026-09-01 00:00+08'),
 (6, 'village_cadre', 990101100, NULL, NULL, 1, '2026-09-01', 0, '2026-09-01 00:00+08');
"""


def _actor(account_id: int, name: str, role: Role, **place: object) -> Actor:
    grant = Grant.model_validate(
        {
            "id": account_id,
            "role": role,
            "from_on": date(2026, 9, 1),
            "township_id": QINGSHI,
        }
        | place
    )
    return Actor(
        account_id=account_id,
        signin_name=f"a{account_id}",
        name=name,
        grants=(grant,),
        county_townships=(QINGSHI, BAISHUI),
    )


LI = _actor(1, "李秀英", Role.CLASS_TEACHER, school_id=1, class_id=31)
WANG = _actor(2, "王建国", Role.LEADER, school_id=1, post=Post.PRINCIPAL)
OFFICE = _actor(3, "周敏", Role.OFFICE)
GOVERNMENT = _actor(3, "周敏", Role.GOVERNMENT)
BUREAU = _actor(4, "陈卫", Role.BUREAU, township_id=990101000)
SUPERVISION = _actor(4, "陈卫", Role.SUPERVISION, township_id=990101000)
DUTY = _actor(5, "孙强", Role.DUTY_TEACHER, school_id=1)
CADRE = _actor(6, "张明", Role.VILLAGE_CADRE, village_id=1)
ADMIN = _actor(6, "张明", Role.ADMIN, township_id=0)


def still(now: datetime = NOW):
    """A clock that stands."""
    return lambda _: now


PEOPLE = (LI, WANG, OFFICE, GOVERNMENT, BUREAU, SUPERVISION, DUTY, CADRE, ADMIN)
SIT = """
    INSERT INTO seat.sitting (token, account_id, day, opened_at, everywhere, reach, whole,
                              schools)
    VALUES ($1, $2, '2026-11-23', $3, $4, $5, $6, $7)
        ON CONFLICT DO NOTHING
"""


def badge(actor: Actor) -> Badge:
    """The sitting of one of PEOPLE."""
    return Badge(DbRole.PEOPLE, uuid5(NAMESPACE_OID, repr(actor.grants)))


def desk(pool: Pool, actor: Actor, now: datetime = NOW) -> Desk:
    return Desk(actor, pool, still(now), badge(actor))


async def seated(pool: Pool, actor: Actor, now: datetime = NOW) -> Desk:
    """The desk of anybody at all: the database is told what their grants would tell it."""
    sight = (actor.has(Role.ADMIN), actor.scope.reach, actor.scope.townships)
    schools = [g.school_id for g in actor.grants if g.school_id]
    await pool.execute(SIT, badge(actor).token, actor.account_id, NOW, *sight, schools)
    return desk(pool, actor, now)


IDENTITIES = {
    1: "990101201703150212",
    2: "99010120170615004X",
    3: "990101201305050037",
}


async def write(pool: Pool, sql: str) -> None:
    """Run SQL as a signed act, as every write to these tables must be."""
    async with hand(pool, NOW).writing("test.seed") as (conn, _):
        await conn.execute(sql)


async def build(pool: Pool) -> None:
    await write(pool, SEED)
    async with hand(pool, NOW).writing("test.numbers") as (conn, _):
        await give_nationals(conn, {1: "G990101201703150212", 3: "G990101201305050037"})
        await give_identities(conn, IDENTITIES)
        await give_phones(conn, {1: "19900000001", 3: "19900000003"})
    for one in PEOPLE:
        await seated(pool, one)
