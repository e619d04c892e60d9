"""The demonstration: whoever one chooses to be finds something to do."""

from datetime import date, time, timedelta

from core.rules.calendar import SessionCode
from core.rules.demo_people import PEOPLE
from core.rules.roll import RollState
from core.rules.roll_board import RollLine
from core.rules.time import moment
from core.services import board, demo, duty, seat
from core.services.desk import Desk
from db.pool import Pool

FRIDAY, MONDAY = date(2026, 10, 30), date(2026, 11, 2)


async def lines(desk: Desk, day: date) -> dict[tuple[str, str, SessionCode], RollLine]:
    seen = await board.rolls(desk, day)
    return {(x.school_name, x.class_name, x.session.session): x for x in seen.lines}


async def test_the_latest_roll_is_left_to_those_one_may_be_and_every_other_is_taken(
    pool: Pool,
) -> None:
    until = moment(MONDAY, time(14, 20))
    await demo.build(pool, until, lambda _: None)
    front = seat.front_desk(pool, lambda _: until)
    today = {}
    for who in ("lixiuying", "wangjianguo", "chenfang", "zhouming"):
        seen = await duty.today(await seat.seat_by_name(front, who))
        today[who] = [(len(r.lines), r.lines[0].session.session) for r in seen.rolls]
    assert today["lixiuying"] == today["wangjianguo"] == [(1, SessionCode.PM)]
    assert today["chenfang"] == [(3, SessionCode.PM)]  # 复式班: three classes, one roll
    assert today["zhouming"] == []
    # Each post that signs in has somebody one may be.
    seats = [await seat.seat_by_name(front, person.signin) for person in PEOPLE]
    posts = {
        (grant.post or grant.role).label for desk in seats for grant in desk.actor.grants
    }
    assert posts == {
        "班主任", "任课/包人教师", "教务/学籍管理员", "值班/宿管", "校长", "分管副校长",
        "教管组", "乡镇政府", "教育局基教科", "督导室", "审计", "系统管理员",
    }  # fmt: skip
    assert not any(desk.actor.must_change_password for desk in seats)
    office = await seat.seat_by_name(front, "jiaoguan")
    friday = await lines(office, FRIDAY)
    taken = friday["河湾小学", "三年级（1）班", SessionCode.AM]
    assert taken.states == (RollState.TAKEN,)
    assert taken.taken is not None
    assert taken.taken.taken_by_name == "李秀英"
    headless = friday["河湾小学", "二年级（1）班", SessionCode.AM]
    assert headless.taken is not None
    assert headless.taken.taken_by_name == "陈校长"
    sunday = await lines(office, MONDAY - timedelta(days=1))
    back = sunday["青石中学", "七年级（1）班", SessionCode.SUNDAY_RETURN]
    assert back.taken is not None
    assert back.taken.taken_by_name == "孙宿管"
    assert await pool.fetchval("SELECT count(*) FROM student WHERE name LIKE '%·%'") > 9
