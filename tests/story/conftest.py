"""A township on the national roster, behind a real SSH port, at a time that we move."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

import pytest

from core.rules.staff import Post, Role
from core.rules.staff_account import GrantPlace, NewAccount
from core.rules.time import SHANGHAI
from core.services import place, roster, seat, staff
from core.services.desk import Desk
from core.services.password import hash_password
from db.pool import Pool
from tests.story.terminal import Terminal
from tui.cli.serve import open_door

DATA = Path(__file__).parents[1] / "data"
PASSWORD = "Qingshi-2026"
SCHOOL = "3199010001"


def at(day: str, time: str) -> datetime:
    """A moment in Beijing: at("11-23", "08:05")."""
    return datetime.fromisoformat(f"2026-{day}T{time}:00").replace(tzinfo=SHANGHAI)


class Standing:
    """A clock that stands where the story puts it."""

    def __init__(self) -> None:
        self.now = at("11-23", "07:00")

    def __call__(self, real: datetime) -> datetime:
        del real
        return self.now


@dataclass
class Town:
    """The township, its clock, its port, and who works there."""

    clock: Standing
    front: Desk
    admin: Desk
    port: int

    def sign_in(self, name: str, size: tuple[int, int] = (80, 24)):
        return Terminal.connect(self.port, name, password=PASSWORD, size=size)

    async def desk(self, name: str) -> Desk:
        return await seat.seat_by_name(self.front, name)

    async def hire(
        self, signin: str, name: str, role: Role, post: Post | None, **where: str
    ):
        """Give somebody an account whose first sign-in is behind them."""
        made = NewAccount(
            signin_name=signin, name=name, password_hash=hash_password(PASSWORD)
        )
        named = place.Named.model_validate(where)
        await staff.add(
            self.admin, made, await place.grant_place(self.admin, role, post, named)
        )
        async with self.admin.writing("test.first_sign_in") as (conn, _):
            await conn.execute(
                "UPDATE account SET must_change_password = false WHERE signin_name = $1",
                signin,
            )


@pytest.fixture
async def town(pool: Pool, tmp_path: Path) -> AsyncIterator[Town]:
    clock = Standing()
    clock.now = at("11-23", "07:00")
    front = seat.front_desk(pool, clock)
    await staff.add(
        front,
        NewAccount(signin_name="guanli", name="管理员"),
        GrantPlace(role=Role.ADMIN, township_id=0),
    )
    admin = await seat.seat_by_name(front, "guanli")
    await place.add_township(admin, 990101100, "青石镇")
    await place.add_school(admin, SCHOOL, "青石镇九年一贯制学校", 990101100)
    data = (DATA / "roster-national.xlsx").read_bytes()
    await roster.take_in(admin, SCHOOL, data, dry_run=False)
    async with open_door(front, "127.0.0.1:0", tmp_path) as door:
        found = Town(clock, front, admin, door.port)
        three = {"school": SCHOOL, "class_name": "三年级（1）班"}
        await found.hire("lixiuying", "李秀英", Role.CLASS_TEACHER, None, **three)
        await found.hire(
            "wangjianguo", "王建国", Role.LEADER, Post.PRINCIPAL, school=SCHOOL
        )
        await found.hire("zhouming", "周明", Role.REGISTRAR, None, school=SCHOOL)
        await found.hire("jiaoguan", "陈立", Role.OFFICE, None, township=990101100)
        await found.hire("zhengfu", "赵刚", Role.GOVERNMENT, None, township=990101100)
        await found.hire("jijiao", "刘敏", Role.BUREAU, None, county=990101)
        clock.now = at("11-23", "07:50")
        yield found


MONDAY = date(2026, 11, 23)
