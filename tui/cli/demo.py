"""demo: the made-up township 青石镇, in a folder and a database of its own.

Its clock is real time shifted by whole days, so that it was built on Monday 2026-11-23.
"""

import asyncio
import math
import secrets
import string
import sys
from argparse import ArgumentParser, Namespace
from datetime import timedelta
from pathlib import Path
from typing import Final

import uvloop

from core.rules import demo as town
from core.rules.demo_people import ADMIN, PEOPLE
from core.rules.errors import BadInput, Refusal
from core.rules.time import day_of
from core.services import demo, seat, staff
from core.services.demo_clock import Shift
from core.services.desk import Desk
from core.services.password import hash_password
from db.demo import begin_mark, build_mark, drop_marked, read_mark
from db.keeper import embedded
from db.keys import KEY_FILE, KeyFile
from db.migrate import make_database
from db.pool import open_pool
from tui.cli.reception import app_at, open_house
from tui.cli.serve import address_of, log_to_file, open_door, told_to_end
from tui.cli.wiring import migrate_now, office
from tui.door.console import run_here
from tui.door.log import hear_the_loop
from tui.house import HouseRules, IdleLimits
from tui.settings import Settings

DATABASE: Final = "baoxue_demo"
ADDRESS: Final = "127.0.0.1:8022"
# Nobody in the demonstration has a password to unlock a screen with.
NEVER_IDLE: Final = HouseRules(idle=IdleLimits(lock_after=math.inf, end_after=math.inf))
_SHORT: Final = 12


def options(parser: ArgumentParser) -> None:
    """Take whom to be, whether to rebuild, and whether to serve."""
    parser.add_argument("--fresh", action="store_true", help="重建演示数据")
    parser.add_argument(
        "--serve",
        metavar="地址:端口",
        nargs="?",
        const=ADDRESS,
        help=f"启动演示用 SSH 服务并列出账号密码，默认 {ADDRESS}",
    )


def _say(words: str) -> None:
    sys.stderr.write(f"{words}\n")
    sys.stderr.flush()


async def _prepare(dsn: str, keys: KeyFile) -> timedelta:
    """Build the demonstration unless it is built; return its clock's shift."""
    async with office(dsn, keys, own=True) as here:
        mark = await read_mark(here.pool)
        if mark is not None:
            return timedelta(days=mark)
        async with here.front.reading() as (_, now):
            shift = town.BUILT_ON - day_of(now)
        _say("正在建立演示乡镇青石镇，约需半分钟…")
        await demo.build(here.pool, now + shift, _say)
    async with open_pool(dsn, keys, most=1) as owner:
        await build_mark(owner, shift.days)
    return shift


def _whom(signs_as: str | None) -> str:
    names = [person.signin for person in PEOPLE]
    if signs_as is not None:
        if signs_as not in names:
            raise BadInput(f"演示中没有账号 {signs_as}，可选：{'、'.join(names)}。")
        return signs_as
    for number, person in enumerate(PEOPLE, start=1):
        sys.stdout.write(f"{number:>3}  {person.told}\n")
    while True:
        sys.stdout.write("您是哪一位？请输入序号后按回车：")
        sys.stdout.flush()
        typed = sys.stdin.readline()
        if not typed:
            raise Refusal("没有选择身份，已退出；可用 --as 登录名 指定。")
        if typed.strip().isdigit() and 1 <= int(typed) <= len(names):
            return names[int(typed) - 1]
        sys.stdout.write(f"请输入 1 到 {len(names)} 之间的序号。\n")


async def _open(dsn: str, keys: KeyFile, shift: timedelta, signin: str) -> int:
    async with office(dsn, keys, own=True, clock=Shift(shift)) as here:
        desk = await seat.seat_by_name(here.front, signin)
        who = desk.actor.account_id
        async with (
            open_house(here.front, NEVER_IDLE) as house,
            app_at(house, who, "local", "local") as app,
        ):
            return await run_here(app)


async def _accounts(front: Desk) -> None:
    """Give every demonstration account a new password, and print the table."""
    letters = string.ascii_letters + string.digits
    password = "".join(secrets.choice(letters) for _ in range(_SHORT)) + "-9aA"
    secret = hash_password(password)
    admin = await seat.seat_by_name(front, ADMIN.signin)
    sys.stdout.write("账号\t密码\t身份\n")
    for person in PEOPLE:
        await staff.set_password(admin, person.signin, secret)
        await staff.pass_first_sign_in(admin, person.signin)
        sys.stdout.write(f"{person.signin}\t{password}\t{person.told}\n")


async def _serve(dsn: str, keys: KeyFile, shift: timedelta, listen: str, home: Path) -> int:
    hear_the_loop()
    async with (
        office(dsn, keys, own=True, clock=Shift(shift)) as here,
        open_door(here.front, listen, home) as door,
    ):
        await _accounts(here.front)
        host = listen.rpartition(":")[0]
        sys.stdout.write(
            f"登录：ssh -p {door.port} 账号@{host}    主机密钥指纹 {door.fingerprint}\n"
        )
        sys.stdout.flush()
        await told_to_end().wait()
    return 0


async def _database(server: str, keys: KeyFile) -> str:
    """Make the database with its mark first, so that a half-built one can be dropped."""
    dsn = await make_database(server, DATABASE)
    async with open_pool(dsn, keys, most=1) as pool:
        await begin_mark(pool)
    return dsn


def run(settings: Settings, args: Namespace, signs_as: str | None) -> int:
    """Open the demonstration on this terminal, or serve it.

    Refuses while BAOXUE_DSN is set, and drops only a database that carries its mark.
    """
    if settings.dsn is not None:
        raise Refusal("已设置 BAOXUE_DSN，演示不会动用正式数据库；请先取消该变量再试。")
    if args.serve:
        address_of(args.serve)  # a bad address is told before half a minute's work
    home = settings.home / "demo"
    keys = KeyFile(home / KEY_FILE)
    signin = None if args.serve else _whom(signs_as)
    with embedded(home, bindir=settings.pg_bindir) as server:
        if args.fresh:
            asyncio.run(drop_marked(server, DATABASE))
        dsn = asyncio.run(_database(server, keys))
        asyncio.run(migrate_now(dsn, keys))
        shift = uvloop.run(_prepare(dsn, keys))
        if signin is None:
            with log_to_file(home / "ssh.log"):
                return uvloop.run(_serve(dsn, keys, shift, args.serve, home))
        return asyncio.run(_open(dsn, keys, shift, signin))
