"""A township on the national roster, behind a real SSH port, at a time that we move.

The township with its roster and people is made once; every story lives in a copy of it.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache, partial
from pathlib import Path

import pytest

from core.rules.staff import Post, Role
from core.rules.staff_account import GrantPlace, NewAccount
from core.rules.time import SHANGHAI
from core.services import place, roster, seat, staff
from core.services.desk import Desk
from core.services.password import hash_password
from db.keys import KeyFile
from db.pool import Pool, open_pool
from tests.conftest import copied, copy_of
from tests.kept import Lender
from tests.story.terminal import Terminal, dial
from tui.cli.serve import open_door
from tui.door import limits
from tui.house import HouseRules

DATA = Path(__file__).parents[1] / "data"
ROSTER = DATA / "roster-national.xlsx"  # 672 pupils in 15 classes
PASSWORD = "Qingshi7#tkz"
SCHOOL = "3199010001"
TOWNSHIP = 990101100
BARE, TOWN = "template_bare", "template_town"
MONDAY = date(2026, 11, 23)
HEADS = {
    "lixiuying": ("李秀英", "三年级（1）班"),
    "zhangwei": ("张伟", "三年级（2）班"),
    "head11": ("王秀兰", "一年级（1）班"),
    "head12": ("刘洋", "一年级（2）班"),
    "head21": ("陈静", "二年级（1）班"),
    "head22": ("杨丽", "二年级（2）班"),
    "head41": ("赵敏", "四年级（1）班"),
    "head42": ("黄磊", "四年级（2）班"),
    "head51": ("周杰", "五年级（1）班"),
    "head52": ("吴霞", "五年级（2）班"),
    "head61": ("徐强", "六年级（1）班"),
    "head62": ("孙燕", "六年级（2）班"),
    "head71": ("马超", "七年级（1）班"),
    "head81": ("朱红", "八年级（1）班"),
    "head91": ("胡斌", "九年级（1）班"),
}


def at(day: str, time: str) -> datetime:
    """A moment in Beijing: at("11-23", "08:05")."""
    return datetime.fromisoformat(f"2026-{day}T{time}:00").replace(tzinfo=SHANGHAI)


@cache
def hashed() -> str:
    """The hash of the password that everybody has; making one takes 30 ms."""
    return hash_password(PASSWORD)


class Standing:
    """A clock that stands where the story puts it."""

    def __init__(self) -> None:
        self.now = at("11-23", "07:00")
        # What the terminals' idle time is counted on, in seconds.
        self.idle = 0.0

    def __call__(self, real: datetime) -> datetime:
        del real
        return self.now


@dataclass
class Town:
    """The township, its clock, its port, and who works there."""

    clock: Standing
    front: Desk
    admin: Desk
    port: int = 0

    def sign_in(self, name: str, size: tuple[int, int] = (80, 24)):
        return Terminal.connect(self.port, name, password=PASSWORD, size=size)

    async def run(
        self, name: str, command: str, stdin: bytes = b""
    ) -> tuple[int, bytes, str]:
        """Run a command over SSH: its status, its bytes, and what it said beside them."""
        async with dial(self.port, name, password=PASSWORD) as conn:
            done = await conn.run(command, input=stdin, encoding=None)
            return done.exit_status, done.stdout, done.stderr.decode()

    async def desk(self, name: str) -> Desk:
        return await seat.seat_by_name(self.front, name)

    async def hire(
        self, signin: str, name: str, role: Role, post: Post | None, **where: str
    ):
        """Give somebody an account whose first sign-in is behind them."""
        made = NewAccount(signin_name=signin, name=name, password_hash=hashed())
        named = place.Named.model_validate(where)
        await staff.add(
            self.admin, made, await place.grant_place(self.admin, role, post, named)
        )
        async with self.admin.writing("test.first_sign_in") as (conn, _):
            await conn.execute(
                "UPDATE account SET must_change_password = false WHERE signin_name = $1",
                signin,
            )

    async def add_school(self, code: str, name: str, data: bytes) -> None:
        """Let another school of the township have come in with its roster."""
        await place.add_school(self.admin, code, name, TOWNSHIP)
        await roster.take_in(self.admin, code, data, dry_run=False)


async def founded(pool: Pool) -> Town:
    """Found the township and its school, and appoint who needs no class."""
    clock = Standing()
    front = seat.front_desk(pool, clock)
    await staff.add(
        front,
        NewAccount(signin_name="guanli", name="管理员"),
        GrantPlace(role=Role.ADMIN, township_id=0),
    )
    town = Town(clock, front, await seat.seat_by_name(front, "guanli"))
    await place.add_township(town.admin, TOWNSHIP, "青石镇")
    await place.add_school(town.admin, SCHOOL, "青石镇九年一贯制学校", TOWNSHIP)
    await town.hire("wangjianguo", "王建国", Role.LEADER, Post.PRINCIPAL, school=SCHOOL)
    await town.hire("zhouming", "周明", Role.REGISTRAR, None, school=SCHOOL)
    await town.hire("jiaoguan", "陈立", Role.OFFICE, None, township=TOWNSHIP)
    await town.hire("zhengfu", "赵刚", Role.GOVERNMENT, None, township=TOWNSHIP)
    await town.hire("jijiao", "刘敏", Role.BUREAU, None, county=TOWNSHIP // 1000)
    return town


@asynccontextmanager
async def made(server: str, template: str, keys: KeyFile, name: str) -> AsyncIterator[Pool]:
    """Make a template out of another, and leave nobody in it."""
    async with open_pool(await copied(server, template, name), keys) as pool:
        yield pool


@asynccontextmanager
async def at_work(pool: Pool, home: Path) -> AsyncIterator[Town]:
    """Open the township's door at 07:50 of Monday the 23rd of November."""
    clock = Standing()
    clock.now = at("11-23", "07:50")
    front = seat.front_desk(pool, clock)
    rules = HouseRules(seconds=lambda: clock.idle)
    async with open_door(front, "127.0.0.1:0", home, rules) as door:
        yield Town(clock, front, await seat.seat_by_name(front, "guanli"), door.port)


@asynccontextmanager
async def opened(dsn: str, keys: KeyFile, home: Path) -> AsyncIterator[Town]:
    """Open the door of a township on a database of its own."""
    async with open_pool(dsn, keys) as pool, at_work(pool, home) as town:
        yield town


@pytest.fixture(autouse=True)
def unhurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take nobody for one who cannot read: a busy machine may need two seconds for a key."""
    monkeypatch.setattr(limits, "PERSON_ASKED_AFTER", 60)


async def make_towns(server: str, template: str, keys: KeyFile) -> None:
    """Make the township before its roster, and with its roster and its class teachers."""
    async with made(server, template, keys, BARE) as pool:
        await founded(pool)
    async with made(server, BARE, keys, TOWN) as pool:
        front = seat.front_desk(pool, Standing())
        town = Town(front.clock, front, await seat.seat_by_name(front, "guanli"))
        await roster.take_in(town.admin, SCHOOL, ROSTER.read_bytes(), dry_run=False)
        for signin, (name, label) in HEADS.items():
            own = {"school": SCHOOL, "class_name": label}
            await town.hire(signin, name, Role.CLASS_TEACHER, None, **own)


@pytest.fixture(scope="session")
def bare_template(server: str) -> str:
    """A database with the township before its roster, to be copied."""
    del server
    return BARE


@pytest.fixture(scope="session")
def town_template(bare_template: str) -> str:
    """A database with the township, its roster and its class teachers, to be copied."""
    del bare_template
    return TOWN


@pytest.fixture
async def bare_town(
    server: str, bare_template: str, keys: KeyFile, tmp_path: Path
) -> AsyncIterator[Town]:
    """The township on the morning its roster has not come yet."""
    async with copy_of(server, bare_template) as dsn, opened(dsn, keys, tmp_path) as town:
        yield town


@pytest.fixture(scope="session")
async def town_lender(
    server: str, town_template: str, keys: KeyFile
) -> AsyncIterator[Lender]:
    """Who lends the stories their township, one after the other."""
    one = Lender(partial(copy_of, server, town_template), keys)
    yield one
    await one.close()


@pytest.fixture
async def town(town_lender: Lender, tmp_path: Path) -> AsyncIterator[Town]:
    """The township with its roster, at work."""
    async with at_work((await town_lender.lend()).pool, tmp_path) as town:
        yield town
    await town_lender.take_back()
