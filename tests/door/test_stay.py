"""A terminal that is left: locked, ended, shut with its account; and the next person's tries.

The real application and a real database, with nobody's children in it.
"""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest

from core.rules.staff import Role
from core.rules.staff_account import GrantPlace, NewAccount
from core.services import place, presence_list, seat, staff
from core.services.desk import Desk
from core.services.password import hash_password
from db.pool import Pool
from tests.story.conftest import Standing
from tests.story.terminal import Terminal
from tui.cli.serve import open_door
from tui.house import HouseRules

MINUTE = 60.0
PASSWORD = "Qingshi-2026"
EVERYWHERE = GrantPlace(role=Role.ADMIN, township_id=0)


@dataclass
class Office:
    """An administrator, somebody of the office, a port, and clocks that stand."""

    clock: Standing
    admin: Desk
    port: int

    def sign_in(self, name: str = "li"):
        return Terminal.connect(self.port, name, password=PASSWORD)


@pytest.fixture
async def office(
    pool: Pool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Office]:
    monkeypatch.setattr("core.services.presence.EVERY", 0.1)
    clock = Standing()
    front = seat.front_desk(pool, clock)
    secret = hash_password(PASSWORD)
    new = NewAccount(signin_name="zhou", name="周明", password_hash=secret)
    await staff.add(front, new, EVERYWHERE)
    admin = await seat.seat_by_name(front, "zhou")
    new = NewAccount(signin_name="li", name="李秀英", password_hash=secret)
    await place.add_township(admin, 990101100, "青石镇")
    await staff.add(admin, new, GrantPlace(role=Role.OFFICE, township_id=990101100))
    for name in ("li", "zhou"):
        await staff.pass_first_sign_in(admin, name)
    async with open_door(
        front, "127.0.0.1:0", tmp_path, HouseRules(seconds=lambda: clock.idle)
    ) as door:
        yield Office(clock, admin, door.port)


async def signed_out(t: Terminal) -> None:
    await t.wait_for("今日待办")
    await t.press("f10")
    await t.wait_for("退出当前账号")
    await t.press("enter")
    await t.wait_for("登录名")
    await t.type("zhou")
    await t.press("enter")


async def unlock(t: Terminal, password: str) -> None:
    await t.type(password)
    await t.press("enter")


async def test_ten_minutes_without_a_key_lock_and_blank_the_screen(office: Office) -> None:
    async with office.sign_in() as t:
        await t.wait_for("今日待办")
        office.clock.idle = 10 * MINUTE - 1
        await t.press("down")
        office.clock.idle += 10 * MINUTE
        await t.wait_for("已锁定", "李秀英", "密码")
        assert "今日待办" not in t.text()


async def test_what_was_typed_stays_behind_the_lock(office: Office) -> None:
    async with office.sign_in() as t:
        await t.wait_for("今日待办")
        await t.press("f3")
        await t.wait_for("查找学生")
        await t.type("缪俊")
        await t.wait_for("缪俊")
        office.clock.idle = 10 * MINUTE
        await t.wait_for("已锁定")
        assert "缪俊" not in t.text()
        await unlock(t, "Falsch-2026")
        await t.wait_for("登录名或密码不正确")
        await unlock(t, PASSWORD)
        await t.wait_for("查找学生", "缪俊")


async def test_the_key_that_finds_the_screen_due_to_be_locked_does_nothing(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("core.services.presence.EVERY", 60)
    async with office.sign_in() as t:
        await t.wait_for("今日待办")
        await t.press("f3")
        await t.wait_for("查找学生")
        await t.type("欧阳")
        await t.wait_for("欧阳")
        office.clock.idle = 10 * MINUTE
        await t.type("雨")
        await t.wait_for("已锁定")
        await unlock(t, PASSWORD)
        await t.wait_for("查找学生", "欧阳")
        assert "雨" not in t.text()


async def test_three_wrong_passwords_at_the_lock_end_the_session(office: Office) -> None:
    async with office.sign_in() as t:
        await t.wait_for("今日待办")
        office.clock.idle = 10 * MINUTE
        await t.wait_for("已锁定")
        for _ in range(3):
            await unlock(t, "Falsch-2026")
            await t.quiet()
        assert await t.ended() == 1
        assert "密码不正确" in t.said


async def test_somebody_else_may_take_a_locked_terminal(office: Office) -> None:
    async with office.sign_in() as t:
        await t.wait_for("今日待办")
        office.clock.idle = 10 * MINUTE
        await t.wait_for("已锁定")
        await t.press("f8")
        await t.wait_for("登录名")
        await t.type("zhou")
        await t.press("enter")
        await unlock(t, PASSWORD)
        await t.wait_for("今日待办", "周明")


async def test_thirty_minutes_without_a_key_end_the_session(office: Office) -> None:
    async with office.sign_in() as t:
        await t.wait_for("今日待办")
        office.clock.idle = 30 * MINUTE - 1
        await t.wait_for("已锁定")
        office.clock.idle = 30 * MINUTE
        assert await t.ended() == 1
        assert "长时间没有操作" in t.said


async def test_a_terminal_nobody_signs_in_at_is_ended_after_ten_minutes(
    office: Office,
) -> None:
    async with office.sign_in() as t:
        await signed_out(t)
        office.clock.idle = 10 * MINUTE
        assert await t.ended() == 1


async def test_the_next_person_at_a_terminal_has_three_tries(office: Office) -> None:
    async with office.sign_in() as t:
        await signed_out(t)
        for _ in range(3):
            await unlock(t, "Falsch-2026")
            await t.quiet()
        assert await t.ended() == 1
        assert "密码不正确" in t.said


async def test_the_next_persons_tries_shut_the_name_as_a_strangers_do(
    office: Office,
) -> None:
    checked = []
    for _ in range(2):
        async with office.sign_in() as t:
            await signed_out(t)
            for _ in range(2):
                await t.type("Falsch-2026")
                await t.wait_for("*" * 11)
                # A refused password is taken out of its field.
                await t.press("enter")
                await t.wait_gone("***")
            await unlock(t, "Falsch-2026")
            await t.ended()
            checked.append(t.said.strip())
    assert checked == [
        "登录名或密码不正确，请重新输入。",
        "密码错误次数过多，请15分钟后再试，或改用密钥登录。",
    ]


async def test_a_disabled_account_is_shown_out_with_a_sentence(office: Office) -> None:
    async with office.sign_in() as t:
        await t.wait_for("今日待办")
        await staff.disable(office.admin, "li")
        assert await t.ended() == 1
        assert "账号已停用" in t.said


async def test_a_sign_in_that_is_ended_by_order_is_shown_out_and_may_come_again(
    office: Office,
) -> None:
    async with office.sign_in() as t:
        await t.wait_for("今日待办")
        assert await presence_list.sign_out_all(office.admin, "li") == 1
        assert await t.ended() == 1
        assert "管理人员已结束您在此处的登录" in t.said
    async with office.sign_in() as t:
        await t.wait_for("今日待办")


async def test_whoever_comes_a_fourth_time_leaves_the_terminal_left_longest(
    office: Office,
) -> None:
    async with office.sign_in() as one:
        await one.wait_for("今日待办")
        # Not so long that a sweep in this very moment takes the process for dead.
        office.clock.now += timedelta(seconds=5)
        async with (
            office.sign_in() as two,
            office.sign_in() as three,
            office.sign_in() as four,
        ):
            assert await one.ended() == 1
            assert "您已在别处登录" in one.said
            for t in (two, three, four):
                await t.wait_for("今日待办")


async def test_one_s_own_password_is_changed_by_who_knows_the_old_one(
    office: Office,
) -> None:
    async with office.sign_in() as t:
        await t.wait_for("今日待办")
        await t.press("f4")
        await t.wait_for("登录情况")
        await t.press("d", "l", "enter")
        await t.wait_for("本处")
        await t.press("2")
        await t.wait_for("现密码", "李秀英（li）")
        for old, told in (("Falsch-2026", "登录名或密码不正确"), (PASSWORD, "密码已更换")):
            await t.press("home", *["delete"] * 16)
            await t.type(old)
            for _ in range(2):
                await t.press("enter", "home", *["delete"] * 16)
                await t.type("Hewan7#tkpz2")
            await t.press("f9")
            await t.wait_for(told)
            await t.press("up", "up")
    async with Terminal.connect(office.port, "li", password="Hewan7#tkpz2") as t:
        await t.wait_for("今日待办")


async def test_an_old_password_opens_nothing_but_its_change(office: Office) -> None:
    office.clock.now += timedelta(days=89)
    async with office.sign_in() as t:
        await t.wait_for("今日待办", "到期，请在F4“登录情况”中更换。")
    office.clock.now += timedelta(days=1)
    async with office.sign_in() as t:
        await t.wait_for("密码已到更换期限，请更换", "李秀英（li）")
        await t.type("Hewan7#tkpz2")
        await t.press("enter")
        await t.type("Hewan7#tkpz2")
        await t.press("enter")
        await t.wait_for("今日待办")
