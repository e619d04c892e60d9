"""doctor: what the operator should know before somebody else finds out."""

import os
import shutil
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Final

from core.rules.calendar import covered_until
from core.rules.policy import is_readable
from core.rules.time import day_of
from core.services import announce
from core.services.desk import Desk
from core.services.seat import watch_desk
from db import walls
from db.board import timetables
from db.key_proof import must_fit
from db.keys import BadKeyFile, KeyFile
from db.migrate import migrations, pending
from db.pool import OLDEST, Conn, Pool
from db.status import health, loose_log_settings, terms
from tui.cli.disk import FULL, WARN_FULL, share_used
from tui.cli.upkeep import told, told_of_copy
from tui.door.hostkey import HOST_KEY, host_key
from tui.settings import Settings

WARN_CLOCK: Final = 2.0  # seconds
_NO_COPY: Final = (
    "没有登记异机备份副本：请把备份目录定时复制到另一台机器，并用 BAOXUE_BACKUP_COPY 指明"
)


@dataclass(frozen=True)
class Finding:
    """One line of the doctor's report."""

    well: bool
    words: str


async def examine(
    pool: Pool, front: Desk, settings: Settings, started: float
) -> list[Finding]:
    """Return what is well and what is not.  `started` is this machine's time, in seconds."""
    found = []
    home, keys = settings.home, settings.keys
    async with pool.acquire() as conn:
        state = await health(conn)
        found.append(
            Finding(state.server_version >= OLDEST, f"PostgreSQL {state.server_name}")
        )
        left = await pending(conn)
        told = (
            f"待执行迁移 {len(left)} 个" if left else f"迁移齐全（{len(migrations())} 个）"
        )
        found.append(Finding(not left, told))
        drift = abs(state.now.timestamp() - started)
        found.append(Finding(drift < WARN_CLOCK, f"本机与数据库时钟相差 {drift:.1f} 秒"))
        if not left:
            found += [await _keys(conn, keys), await _log(conn)]
            found += [*await _walls(conn), *await _calendars(front)]
            found += await announcements(front)
    found += _backups(settings, state.now)
    size = state.size_bytes / 2**20
    found.append(Finding(True, f"数据库大小 {size:.0f} MB"))
    found.append(_disk(home))
    key = home / HOST_KEY
    if key.exists():
        print_ = host_key(key).get_fingerprint()
        found.append(Finding(True, f"主机密钥指纹 {print_}"))
    return found


def _backups(settings: Settings, now: datetime) -> list[Finding]:
    """Return whether the newest backup, the last drill and the second place are well."""
    if settings.dsn is not None:
        told_to = "共用数据库的备份由其管理员负责（docs/deploy.md 第7节）"
        return [Finding(True, told_to)]
    wrong = told(settings, now)
    first = Finding(not wrong, wrong or f"备份和恢复演练均在期限内（{settings.backups}）")
    if settings.backup_copy is None:
        return [first, Finding(False, _NO_COPY)]
    wrong = told_of_copy(settings, now)
    well = f"异机备份副本完整可读，在期限内（{settings.backup_copy}）"
    return [first, Finding(not wrong, wrong or well)]


async def _keys(conn: Conn, keys: KeyFile) -> Finding:
    """Return whether the key file is this database's, and nobody else's to read."""
    try:
        await must_fit(conn, keys)
    except BadKeyFile as refusal:
        return Finding(False, str(refusal))
    count = len(keys.ring.keys)
    return Finding(True, f"密钥文件相符（{keys.path}，密钥 {count} 个），请另存备份")


async def _log(conn: Conn) -> Finding:
    """Return whether the server's own log could hold what its statements are about."""
    loose = await loose_log_settings(conn)
    if not loose:
        return Finding(True, "数据库日志不记参数与数据")
    told = f"数据库日志可能记下学生数据，请在 postgresql.conf 改为 {'、'.join(loose)}"
    return Finding(False, told)


async def _walls(conn: Conn) -> list[Finding]:
    """Return whether the database itself keeps people to what is theirs (P11)."""
    opened = await walls.gaps(conn)
    login = await walls.login(conn)
    found = [
        Finding(
            not opened,
            f"行级权限有缺口：{'、'.join(opened)}" if opened else "行级权限齐全",
        )
    ]
    if login.above_walls:
        told = "数据库登录账号不受行级权限约束，请改用 baoxue_door（见 docs/deploy.md）"
        found.append(Finding(False, f"{told}：{login.name}"))
    return found


async def _calendars(front: Desk) -> list[Finding]:
    """Return how far each township's calendar and policy reach."""
    found = []
    async with watch_desk(front).reading() as (conn, now):
        today = day_of(now)
        for town in await terms(conn):
            known = await timetables(conn, (town.township_id,), today)
            until = covered_until(known[0].calendar)
            warn_before = known[0].policy(today).calendar_warn_before
            found.append(_calendar(town.name, until, today, warn_before))
            rows = [row for row in known[0].policies if not is_readable(row)]
            if rows:
                named = "、".join(sorted({f"{row.name}={row.value}" for row in rows}))
                told = f"{town.name}：有本程序不认识的参数 {named}，均不起作用"
                found.append(Finding(False, told))
    return found or [Finding(False, "还没有乡镇，请先用 place add township 添加")]


def _calendar(name: str, until: date | None, today: date, warn_before: int) -> Finding:
    if until is None:
        return Finding(False, f"{name}：没有校历，时钟只能按钟点算")
    left = (until - today).days
    told = f"{name}：校历排到 {until}（还有 {left} 天）"
    if left < warn_before:
        told += f"，不足 {warn_before} 天，请续排学期并录入次年放假通知"
    return Finding(left >= warn_before, told)


async def announcements(front: Desk) -> list[Finding]:
    """Return what could not be announced, if anything."""
    left = await announce.undelivered(front)
    if not left.dead and not left.failing:
        return []
    told = (
        f"通知未能送出：已放弃 {left.dead} 条、仍在重试 {left.failing} 条（{left.failure}）"
    )
    told += "，修好渠道后执行 ./baoxue announce --again"
    return [Finding(False, told)]


def _disk(home: Path) -> Finding:
    place = home
    while not place.exists():
        place = place.parent
    share = share_used(place)
    free = shutil.disk_usage(place).free / 2**30
    told = f"磁盘已用 {share:.0%}，余 {free:.1f} GB（{os.fspath(place)}）"
    if share >= FULL:
        told += "：已停止办理，请腾出空间后稍候"
    return Finding(share < WARN_FULL, told)
