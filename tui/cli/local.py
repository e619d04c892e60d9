"""The operator's commands: they take the process over, or need no desk.

serve, open, keys, migrate, sweep, backup, restore, drill, doctor, demo and bench.  None of
them is reachable over SSH.  What only some of them need, the screens and SSH above all, is
read by those alone: it takes longer than most commands do.
"""

import asyncio
import os
import sys
import time
from argparse import ArgumentParser
from typing import Final

import uvloop

from core.rules.errors import Refusal
from core.services import seat
from core.services.desk import Desk
from db.local import door_of
from db.pool import open_pool
from tui.cli import keys
from tui.cli.chore import Call, Chore, chore
from tui.cli.wiring import database, desk_for, migrate_now, office
from tui.house import HouseRules

# Connections of one person's own process to the database.
_OF_ONE: Final = 3


def _announce(line: str) -> None:
    """Print at once: whoever waits for the line reads a pipe."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def _serve(call: Call) -> int:
    from tui.cli import serve

    own = call.settings.dsn is None

    async def run(dsn: str) -> int:
        async with office(dsn, call.settings.keys, own=own, most=1):
            pass  # the schema is one that the workers know
        address = door_of(dsn) if own else dsn
        return await serve.run(address, call.args, call.settings, _announce)

    with database(call.settings) as dsn:
        return uvloop.run(run(dsn))


def _open(call: Call) -> int:
    from tui.cli import fronted

    said = fronted.told(os.environ) if call.signs_as is None else None
    asks_nothing = said is None or not said.command
    if asks_nothing and not (sys.stdin.isatty() and sys.stdout.isatty()):
        plain = "open 需要在终端里运行。"
        raise Refusal(plain if said is None else "请使用终端登录（ssh -t）。")

    async def run(dsn: str) -> int:
        async with office(
            dsn, call.settings.keys, own=call.settings.dsn is None, most=_OF_ONE
        ) as here:
            if said is not None:
                return await fronted.serve_one(here.front, call.settings.rules, said)
            desk = await desk_for(here.front, call.signs_as)
            return await show(here.front, call.settings.rules, desk.actor.account_id)

    with database(call.settings) as dsn:
        return asyncio.run(run(dsn))


async def show(front: Desk, rules: HouseRules, account_id: int) -> int:
    """Run the application on this terminal for one person."""
    from tui.cli.reception import app_at, open_house
    from tui.door.console import run_here

    async with (
        open_house(front, rules) as house,
        app_at(house, account_id, "local", "local") as app,
    ):
        return await run_here(app)


def _keys(call: Call) -> int:
    return keys.run(call.settings, call.args)


def _migrate(call: Call) -> int:
    with database(call.settings) as dsn:
        names = asyncio.run(migrate_now(dsn, call.settings.keys))
    told = "、".join(names) if names else "没有需要执行的迁移"
    sys.stdout.write(f"数据库已是最新：{told}。\n")
    return 0


def _sweep(call: Call) -> int:
    from core.services import sweep
    from tui.cli.sweeping import note_sweep_fault

    faults: list[int] = []

    def failed(township_id: int, error: Exception) -> None:
        note_sweep_fault(township_id, error)
        faults.append(township_id)

    async def run(dsn: str) -> int:
        async with office(dsn, call.settings.keys, own=call.settings.dsn is None) as here:
            return await sweep.everything(here.front, failed)

    with database(call.settings) as dsn:
        rung = uvloop.run(run(dsn))
    sys.stdout.write(f"巡查完成：满48小时报警 {rung} 人。\n")
    if faults:
        where = "、".join(str(one) if one else "全局" for one in dict.fromkeys(faults))
        sys.stderr.write(
            f"未能巡查：{where}；其余已完成。原因见以上日志，处理后请再执行一次 sweep。\n"
        )
    return 1 if faults else 0


def _announce_now(call: Call) -> int:
    from tui.cli import announce

    return announce.run(call.settings, call.args)


def _announce_options(parser: ArgumentParser) -> None:
    from tui.cli import announce

    announce.options(parser)


def _doctor(call: Call) -> int:
    from tui.cli import doctor

    async def run(dsn: str) -> list[doctor.Finding]:
        async with open_pool(
            dsn, call.settings.keys, most=2, patience=60, hurried=False
        ) as pool:
            front = seat.front_desk(pool)
            return await doctor.examine(pool, front, call.settings, time.time())

    with database(call.settings) as dsn:
        if call.settings.dsn is None:
            asyncio.run(migrate_now(dsn, call.settings.keys))
        found = uvloop.run(run(dsn if call.settings.dsn else door_of(dsn)))
    for finding in found:
        sys.stdout.write(f"{'正常' if finding.well else '注意'}  {finding.words}\n")
    return 0 if all(finding.well for finding in found) else 1


def _demo(call: Call) -> int:
    from tui.cli import demo

    return demo.run(call.settings, call.args, call.signs_as)


def _bench(call: Call) -> int:
    from tui.cli import bench

    return bench.run(call.settings.pg_bindir, call.args, sys.stdout.buffer)


def _rotate(call: Call) -> int:
    from tui.cli import key_rotate

    return key_rotate.run(call.settings, call.signs_as)


def _backup(call: Call) -> int:
    from tui.cli import backup

    return backup.run(call, _announce)


def _restore(call: Call) -> int:
    from tui.cli import restore

    return restore.run(call, _announce)


def _drill(call: Call) -> int:
    from tui.cli import restore

    return restore.drill(call, time.time(), _announce)


def _backup_options(parser: ArgumentParser) -> None:
    from tui.cli import backup

    backup.options(parser)


def _restore_options(parser: ArgumentParser) -> None:
    from tui.cli import restore

    restore.options(parser)


def _serve_options(parser: ArgumentParser) -> None:
    from tui.cli import serve

    serve.options(parser)


def _demo_options(parser: ArgumentParser) -> None:
    from tui.cli import demo

    demo.options(parser)


def _bench_options(parser: ArgumentParser) -> None:
    from tui.cli import bench

    bench.options(parser)


CHORES: Final = (
    chore("demo", "演示：建立并打开青石镇", _demo, _demo_options),
    chore("doctor", "检查数据库、迁移、校历、磁盘、时钟", _doctor),
    chore("serve", "启动 SSH 服务", _serve, _serve_options),
    chore(
        "open",
        "在本终端打开（操作系统用户所绑定的账号，或 --as；经 sshd 则按密钥）",
        _open,
    ),
    Chore(keys.COMMAND, _keys),
    chore("backup", "备份自带的数据库（加密，密钥文件除外）", _backup, _backup_options),
    chore(
        "restore", "从备份恢复到一个新目录，可恢复到某一时刻", _restore, _restore_options
    ),
    chore("drill", "演练：把最新的备份恢复到临时目录并核对", _drill),
    chore("migrate", "升级数据库结构", _migrate),
    chore("bench", "测量速度：点名、导入、月报、导出", _bench, _bench_options),
    chore("key rotate", "更换号码的密钥（不停机，中断后再执行即接着做）", _rotate),
    chore(
        "announce",
        "发送通知一次：邮件、群机器人（serve 自动发送）",
        _announce_now,
        _announce_options,
    ),
    chore("sweep", "巡查一次：到期报警、逾期上报、重算时钟", _sweep),
)
