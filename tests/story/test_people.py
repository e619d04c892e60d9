"""Who comes in, how, and what they see: passwords, keys, scope, one PC for several people."""

from uuid import uuid4

import asyncssh
import pytest

from core.rules.acting import ActingDraft
from core.rules.roll import RollState
from core.rules.staff import Acting, Post, Role
from core.rules.staff_account import NewAccount
from core.services import acting, place, roster, seat, staff, sweep
from core.services.password import hash_password
from tests.hand import hand
from tests.story.conftest import DATA, MONDAY, PASSWORD, SCHOOL, Town, at
from tests.story.terminal import Terminal

OTHER = "2199010002"  # another school of the township, with a roster of its own
FIRST = "缪俊杰"  # seat 1 of 三年级（1）班
WEAK = "密码须为10至128位"
CLOCK_OVER = """
INSERT INTO absence (township_id, student_id, school_id, class_id, missed_day,
                     missed_session, missed_at, noted_at, due_at, raw_due_at, clock_mode,
                     provisional, calendar_version)
SELECT township_id, student_id, school_id, class_id, '2026-11-20', 'am',
       '2026-11-20 08:00+08', '2026-11-20 08:00+08', '2026-11-23 08:30+08',
       '2026-11-22 08:00+08', 'clock_next_roll', false, 1
  FROM enrolment WHERE student_id = $1
"""
TAKEN = """
SELECT a.name, r.on_behalf, m.mark
  FROM roll r
  JOIN account a ON a.id = r.taken_by
  JOIN roll_mark m ON m.roll_id = r.id
"""
OF_SCHOOL = """
SELECT e.student_id, s.name
  FROM enrolment e
  JOIN student s ON (s.township_id, s.id) = (e.township_id, e.student_id)
  JOIN school k ON (k.township_id, k.id) = (e.township_id, e.school_id)
 WHERE k.code = $1 AND length(s.name) = 3
   AND s.name NOT IN (SELECT o.name FROM student o WHERE o.id <> s.id)
 ORDER BY s.id
"""


async def new_account(town: Town, name: str = "xinlaoshi") -> None:
    """Give somebody an account as the administrator does: the first password is not theirs."""
    made = NewAccount(
        signin_name=name, name="新老师", password_hash=hash_password(PASSWORD)
    )
    named = place.Named(school=SCHOOL, class_name="四年级（1）班")
    where = await place.grant_place(town.admin, Role.CLASS_TEACHER, None, named)
    await staff.add(town.admin, made, where)


async def fill_in(t: Terminal, first: str, second: str) -> None:
    """Fill the two fields of a form anew, the cursor in the first, and submit."""
    for words in (first, second):
        await t.press("end", *["backspace"] * 16)
        await t.type(words)
        await t.press("down")
    await t.press("f9")


async def test_the_first_sign_in_asks_for_a_password_of_ones_own(town: Town) -> None:
    await new_account(town)
    async with town.sign_in("xinlaoshi") as t:
        await t.wait_for("首次登录，请更换密码", "新老师（xinlaoshi）")
        for first, second, sentence in (
            ("short", "short", WEAK),
            ("onlylowercase", "onlylowercase", WEAK),
            ("Xinlaoshi-26", "Xinlaoshi-26", WEAK),  # holds the sign-in name
            ("Hewan@2026", "Hewan@2026", "容易被猜到"),
            ("Hewan7#tkpz2", "Hewan7#tkpz3", "两次输入的密码不一致"),
            (PASSWORD, PASSWORD, "新密码与原密码相同"),
        ):
            await fill_in(t, first, second)
            await t.wait_for(sentence)
            assert "今日待办" not in t.text()
            await t.press("up", "up", "up")
        # No key leads past it.
        await t.press("f4", "f3", "1", "backspace")
        await t.quiet(0.3)
        assert "首次登录" in t.text()
        await fill_in(t, "Hewan7#tkpz2", "Hewan7#tkpz2")
        await t.wait_for("今日待办", "四年级（1）班 上午")
        assert "Hewan7#tkpz2" not in t.received.decode()
    async with Terminal.connect(town.port, "xinlaoshi", password="Hewan7#tkpz2") as t:
        await t.wait_for("今日待办", "四年级（1）班 上午")
    with pytest.raises(asyncssh.PermissionDenied):
        async with town.sign_in("xinlaoshi"):
            pass


async def test_a_wrong_password_an_unknown_name_and_a_disabled_account_are_refused(
    town: Town,
) -> None:
    key = asyncssh.generate_private_key("ssh-ed25519")
    await staff.add_key(town.admin, "lixiuying", key.export_public_key().decode())
    async with Terminal.connect(town.port, "lixiuying", key=key) as t:
        await t.wait_for("李秀英", "今日待办")
    strangers = asyncssh.generate_private_key("ssh-ed25519")
    for name, how in (
        ("lixiuying", {"password": "Qingshi-2027"}),
        ("lixiuying", {"key": strangers}),
        ("wangjianguo", {"key": key}),
        ("nobody", {"password": PASSWORD}),
        ("system-990101100", {"password": PASSWORD}),
    ):
        with pytest.raises(asyncssh.PermissionDenied):
            async with Terminal.connect(town.port, name, **how):
                pass
    await staff.disable(town.admin, "lixiuying")
    for how in ({"password": PASSWORD}, {"key": key}):
        with pytest.raises(asyncssh.PermissionDenied):
            async with Terminal.connect(town.port, "lixiuying", **how):
                pass


async def test_signing_out_seats_the_next_person_on_the_same_connection(town: Town) -> None:
    async with town.sign_in("lixiuying") as t:
        await t.wait_for("李秀英", "三年级（1）班 上午")
        await t.press("f10")
        await t.wait_for("退出当前账号")
        await t.press("2")
        await t.wait_for("李秀英", "今日待办")
        await t.press("f10")
        await t.wait_for("退出当前账号")
        await t.press("enter")
        await t.wait_for("登录名", "密码")
        await fill_in(t, "zhouming", "Qingshi-2027")
        await t.wait_for("登录名或密码不正确")
        await t.press("up", "up")
        await fill_in(t, "zhouming", PASSWORD)
        await t.wait_for("周明 教务/学籍管理员", "今日待办")
        assert "李秀英" not in t.text()
        assert PASSWORD not in t.received.decode()


async def test_47_six_teachers_take_turns_on_one_pc_by_one_key_each(town: Town) -> None:
    people = ("lixiuying", "zhouming", "wangjianguo")
    # Old passwords: nobody is asked for a new one, and nobody is turned away for it.
    async with town.front.writing("test.old_passwords") as (conn, _):
        await conn.execute(
            "UPDATE credential SET added_at = added_at - interval '400 days'"
        )
    async with town.sign_in("lixiuying") as t:
        await t.wait_for("李秀英", "今日待办")
        for name in (*people[1:], *people):
            await t.press("f8")
            await t.wait_for("登录名", "密码")
            assert "今日待办" not in t.text()
            await fill_in(t, name, PASSWORD)
            await t.wait_for("今日待办")
    sessions = "SELECT count(*) FROM signin_session"
    assert await town.front.pool.fetchval(sessions) == 6


async def test_a_first_screen_tells_of_nobody_outside_its_scope(town: Town) -> None:
    await place.add_school(town.admin, OTHER, "河湾小学", 990101100)
    data = (DATA / "roster-messy.xlsx").read_bytes()
    await roster.take_in(town.admin, OTHER, data, dry_run=False)
    await town.hire("sunli", "孙丽", Role.LEADER, Post.PRINCIPAL, school=OTHER)
    pool = town.front.pool
    away = (await pool.fetch(OF_SCHOOL, OTHER))[0]
    here = next(r for r in await pool.fetch(OF_SCHOOL, SCHOOL) if r["name"] == FIRST)
    async with hand(pool, town.clock.now).writing("test.missing") as (conn, _):
        await conn.execute(CLOCK_OVER, away["student_id"])
        await conn.execute(CLOCK_OVER, here["student_id"])
    town.clock.now = at("11-23", "08:31")
    front = seat.front_desk(pool, town.clock)
    assert await sweep.everything(front) == 2
    sees = {
        "lixiuying": FIRST,  # she is to visit the family
        "zhouming": FIRST,
        "wangjianguo": FIRST,
        "sunli": away["name"],
        "jiaoguan": f"{FIRST} {away['name']}",
        "zhengfu": f"{FIRST} {away['name']}",
        "jijiao": f"{FIRST} {away['name']}",
    }
    for who, seen in sees.items():
        async with town.sign_in(who) as t:
            await t.wait_for("今日待办", *seen.split())
            await t.quiet(0.3)
            received = t.received.decode()
            for name in (FIRST, away["name"]):
                assert (name in received) == (name in seen), (who, name)


async def test_a_substitute_takes_the_roll_and_the_roll_says_so(town: Town) -> None:
    await town.hire("chenfang", "陈芳", Role.TEACHER, None, school=SCHOOL)
    async with town.sign_in("chenfang") as t:
        await t.wait_for("陈芳", "今日待办")
        await t.quiet(0.3)
        assert "三年级（1）班" not in t.text()
    desk = await town.desk("wangjianguo")
    given = await acting.board(desk)
    (klass,) = (c for c in given.classes if (c.cohort, c.number) == (2024, 1))
    draft = ActingDraft(
        township_id=given.township_id,
        school_id=given.school_id,
        acting=Acting.CLASS,
        class_id=klass.class_id,
        signin_name="chenfang",
        from_on=MONDAY,
        last_on=MONDAY,
    )
    await acting.give(desk, draft, uuid4())
    town.clock.now = at("11-23", "08:05")
    async with town.sign_in("chenfang") as t:
        await t.wait_for("陈芳", "三年级（1）班 上午", "应到44")
        await t.press("1")
        await t.wait_for("空格 到/缺", FIRST)
        await t.press("2", "f9")
        await t.wait_for("今日待办")
    row = await town.front.pool.fetchrow(TAKEN)
    assert (row["name"], row["on_behalf"], row["mark"]) == ("陈芳", True, "late")
    async with town.sign_in("wangjianguo") as t:
        await t.wait_for("今日待办", "已点1")
        await t.press("f4")
        await t.wait_for("点名情况", "查找学生")
        await t.press("1")
        await t.wait_for("点名人", "三年级（1）班")
        await t.press("end")
        await t.wait_for(RollState.ON_BEHALF.label, "08:05 陈芳")
    # The next day the grant is over.
    town.clock.now = at("11-24", "07:50")
    async with town.sign_in("chenfang") as t:
        await t.wait_for("陈芳", "今日待办")
        await t.quiet(0.3)
        assert "三年级（1）班" not in t.text()
