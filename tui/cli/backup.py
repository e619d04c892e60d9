"""backup: a whole, closed copy of the embedded database.

A shared database (BAOXUE_DSN) is backed up by its own administrator; docs/deploy.md says how.
"""

import asyncio
from argparse import ArgumentParser
from collections.abc import Callable
from typing import Final

from core.rules.backup import BadBackup, begun_at
from core.rules.errors import Refusal
from db import backup
from db.programs import locate
from tui.cli.chore import Call
from tui.cli.command import why
from tui.cli.wiring import database, migrate_now
from tui.door.hostkey import HOST_KEY
from tui.settings import Settings

_LOOK_EVERY: Final = 20.0  # seconds
_MB: Final = 2**20


def options(parser: ArgumentParser) -> None:
    """Take whether only to list."""
    parser.add_argument("--list", action="store_true", help="只列出已有的备份")


def must_be_own(settings: Settings) -> None:
    """Raise Refusal where the database is not this program's to back up."""
    if settings.dsn is not None:
        raise Refusal(
            "BAOXUE_DSN 所指的数据库由其管理员用 PostgreSQL 的工具备份和恢复，"
            "步骤见 docs/deploy.md 第7节；本命令只管自带的数据库。"
        )


def run(call: Call, announce: Callable[[str], None]) -> int:
    """Make a backup, or list them."""
    settings = call.settings
    must_be_own(settings)
    if call.args.list:
        for name in backup.names(settings.backups):
            announce(f"{name}  {begun_at(name):%Y-%m-%d %H:%M}")
        return 0
    try:
        with database(settings) as dsn:
            asyncio.run(migrate_now(dsn, settings.keys))
            source = backup.Source(
                settings.home.expanduser().resolve(),
                locate(settings.pg_bindir),
                dsn,
                settings.home / HOST_KEY,
            )
            made = backup.make(
                source, settings.backups, settings.keys, settings.backup_keep
            )
    except OSError as error:
        raise BadBackup(
            f"备份没有完成（{error.filename or settings.backups}：{why(error)}），请排除后再备份。"
        ) from error
    announce(
        f"备份完成：{made.name}，{made.rows} 行，{made.size / _MB:.1f} MB，"
        f"存放在 {settings.backups}。"
    )
    announce(f"密钥文件不在备份中，请另存一份：{settings.keys.path}")
    return 0
