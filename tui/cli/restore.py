"""restore: a backup becomes a home of its own again, and is looked through before it is one.

`drill` does the same in a folder that is thrown away, so that a timer finds out what a
person would find out on the day after.
"""

import asyncio
import os
import secrets
import shutil
from argparse import ArgumentParser
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Final

from core.rules.backup import BadBackup, Manifest
from core.rules.errors import Refusal
from core.rules.journal import heads_of
from core.rules.sign_in import SignInOutcome
from core.rules.time import SHANGHAI
from core.services import journal, seat, staff
from core.services.desk import Desk
from core.services.password import PasswordChecker, hash_password
from core.services.sign_in import Checkpoint
from db import archive, backup, restore
from db.keys import KEY_FILE, KeyFile
from tui.cli.backup import must_be_own
from tui.cli.chore import Call
from tui.cli.command import why
from tui.cli.wiring import DATABASE, office
from tui.door.hostkey import HOST_KEY
from tui.settings import Settings

_FORMS: Final = ("%Y-%m-%d %H:%M", "%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M:%S.%f")
_DRILLING: Final = ".drill.lock"
Announce = Callable[[str], None]


def options(parser: ArgumentParser) -> None:
    """Take where to and until when."""
    parser.add_argument(
        "--to", metavar="目录", type=Path, required=True, help="恢复到这个新目录"
    )
    parser.add_argument(
        "--until", metavar="时间", help="恢复到这一时刻，如 '2026-11-24 09:30'（北京时间）"
    )


def run(call: Call, announce: Announce) -> int:
    """Restore into a folder that nothing lives in."""
    settings = call.settings
    must_be_own(settings)
    target = call.args.to.expanduser().absolute()
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise Refusal(f"{target} 不是空目录，恢复不会覆盖任何数据：请另指一个新目录。")
    if not os.access(target.parent, os.W_OK | os.X_OK):
        raise Refusal(f"不能在 {target.parent} 中建立目录：请用 --to 另指一个位置。")
    until = None if call.args.until is None else _moment(call.args.until)
    try:
        told = _restore(settings, target, until, announce)
    except OSError as error:
        raise BadBackup(
            f"恢复没有完成（{error.filename or target}：{why(error)}），请排除后重试。"
        ) from error
    announce(told)
    announce(f"已恢复到 {target}。启用：BAOXUE_HOME={target} ./baoxue serve")
    return 0


def drill(call: Call, started: float, announce: Announce) -> int:
    """Restore the newest backup into a folder of its own, look, and throw it away.

    `started` is this machine's time, in seconds.
    """
    settings = call.settings
    must_be_own(settings)
    folder = settings.backups
    if not backup.names(folder):
        raise BadBackup(f"{folder} 中没有备份，请先执行 ./baoxue backup。")
    with archive.alone(folder / _DRILLING, refusal="另一次演练正在进行，请等它完成。"):
        line, well = _drilled(settings, datetime.fromtimestamp(started, SHANGHAI))
    announce(line)
    return 0 if well else 1


def _drilled(settings: Settings, at: datetime) -> tuple[str, bool]:
    """Return a drill's line, and whether it went well; nothing of it or of a killed one stays."""
    scratch = settings.home.expanduser().resolve() / ".drill"
    shutil.rmtree(scratch, ignore_errors=True)
    well = False
    try:
        words = _restore(settings, scratch, None, lambda _: None, throw_away=True)
        well = True
    except Refusal as refusal:
        words = str(refusal)
    except OSError as error:
        words = f"{error.filename or scratch}：{why(error)}"
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    return backup.write_drill(settings.backups, at, words, well=well), well


def _restore(
    settings: Settings,
    target: Path,
    until: datetime | None,
    announce: Announce,
    *,
    throw_away: bool = False,
) -> str:
    """Make a home of a backup and say what was found; of one that fails nothing is left."""
    folder, keys = settings.backups, settings.keys
    keys.look()
    # What the home on this machine still holds of its log, where there is one.
    archive.drain(settings.home.expanduser().resolve(), folder, keys)
    name = _chosen(settings, until)
    announce(f"正在恢复备份 {name}…")
    beside = target.with_name(f".{target.name}.restoring")
    try:
        cluster, manifest = restore.unpack(folder, name, keys, beside, settings.pg_bindir)
        restore.check_rows(cluster, DATABASE, manifest)
        announce(f"行数与备份相符（{len(manifest.rows)} 张表）；正在重放其后的日志…")
        with restore.replayed(cluster, DATABASE, until) as dsn:
            told = asyncio.run(_look(dsn, keys, manifest, throw_away=throw_away))

        def fill(home: Path) -> None:
            if settings.key_file is None:
                _write(home / KEY_FILE, keys.path.read_text("ascii"))
            if manifest.host_key is not None:
                _write(home / HOST_KEY, manifest.host_key)

        restore.finish(cluster, target, fill)
    finally:
        shutil.rmtree(beside, ignore_errors=True)
    return f"备份 {name}：{told}"


def _chosen(settings: Settings, until: datetime | None) -> str:
    """Return the newest backup that was whole before a moment."""
    folder = settings.backups
    found = backup.names(folder)
    if not found:
        raise BadBackup(f"{folder} 中没有备份，请用 BAOXUE_BACKUP 指定备份目录。")
    for name in reversed(found):
        if until is None:
            return name
        if backup.manifest_of(folder, name, settings.keys).marked_at <= until:
            return name
    first = backup.manifest_of(folder, found[0], settings.keys).marked_at
    raise BadBackup(f"最早只能恢复到 {first:%Y-%m-%d %H:%M:%S}，请写晚一些的时间。")


async def _look(dsn: str, keys: KeyFile, manifest: Manifest, *, throw_away: bool) -> str:
    """Check the journal against the backup's heads, sign in, and read; say what was found."""
    async with office(dsn, keys, own=True) as here:
        checks = await journal.check(here.front, heads_of(manifest.heads, backup.MANIFEST))
        if faults := [f"{c.township_id}{fault}" for c in checks for fault in c.faults]:
            raise BadBackup(
                f"恢复的留痕有误（{'；'.join(faults[:3])}），请改用另一份备份。"
            )
        rows = sum(check.rows for check in checks)
        person = await seat.an_admin(here.front)
        if person is None:
            return f"行数相符，留痕 {rows} 条完整，尚无系统管理员，未试登录"
        desk = await seat.seat(here.front, person)
        if throw_away:
            await _by_password(here.front, desk)
        if desk.actor.signin_name not in {
            one.signin_name for one in await staff.listing(desk)
        }:
            raise BadBackup("恢复的数据库不能登录，请改用另一份备份。")
        await seat.leave(here.front, desk)
        return f"行数相符，留痕 {rows} 条完整，{desk.actor.signin_name} 登录正常"


async def _by_password(front: Desk, desk: Desk) -> None:
    """Give an account of a folder that is thrown away a password, and sign in by it."""
    password = secrets.token_urlsafe()
    await staff.set_password(desk, desk.actor.signin_name, hash_password(password))
    passwords = PasswordChecker(1, 1)
    try:
        checked = await Checkpoint(front, passwords).check(
            desk.actor.signin_name, password, "local"
        )
    finally:
        passwords.close()
    if checked.outcome is not SignInOutcome.RIGHT:
        raise BadBackup("恢复的数据库不能登录，请改用另一份备份。")


def _moment(text: str) -> datetime:
    for form in _FORMS:
        try:
            return datetime.strptime(text, form).replace(tzinfo=SHANGHAI)
        except ValueError:
            continue
    raise BadBackup(f"时间“{text}”不正确，应写成 '2026-11-24 09:30'。")


def _write(path: Path, text: str) -> None:
    path.touch(mode=0o600)
    with path.open("w", encoding="ascii") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
