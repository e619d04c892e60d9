"""staff: the people who sign in, their passwords, keys and grants."""

import secrets
from argparse import ArgumentParser, Namespace
from contextlib import suppress
from datetime import date
from typing import Final

from pydantic import ValidationError

from core.rules.errors import BadInput
from core.rules.password import WeakPassword, must_be_strong
from core.rules.staff import Acting, Post, Role
from core.rules.staff_account import GrantPlace, NewAccount
from core.services import place, seat, staff
from core.services.desk import Desk
from core.services.password import hash_password
from tui.cli.command import Command, Sink, Source, say
from tui.settings import os_user

_ROLES: Final = {role.label: role for role in Role if role is not Role.SYSTEM}
_POSTS: Final = {post.label: post for post in Post}
_ACTING: Final = {acting.label: acting for acting in Acting}
# Letters and digits nobody mistakes for another on an old screen.
_ALPHABET: Final = "abcdefghjkmnpqrstuvwxyzABCDEFGHJKMNPQRSTUVWXYZ23456789"


def _place_options(parser: ArgumentParser) -> None:
    parser.add_argument("--role", metavar="角色", required=True, help="、".join(_ROLES))
    parser.add_argument("--post", metavar="职务", help="校领导的职务：" + "、".join(_POSTS))
    parser.add_argument("--township", type=int, metavar="代码", help="九位乡镇代码")
    parser.add_argument(
        "--county", type=int, metavar="代码", help="六位县级代码（教育局基教科、督导室）"
    )
    parser.add_argument("--school", metavar="标识码", help="学校标识码")
    parser.add_argument(
        "--class", dest="class_name", metavar="班级", help="班级，如 三年级（1）班"
    )
    parser.add_argument("--village", metavar="代码", help="十二位村代码（包村干部）")
    parser.add_argument(
        "--to",
        type=date.fromisoformat,
        metavar="日期",
        help="截止日期（不含），如 2026-12-01",
    )


async def _place_of(desk: Desk, args: Namespace) -> GrantPlace:
    role = _ROLES.get(args.role)
    if role is None:
        raise BadInput(f"没有“{args.role}”这个角色，可选：{'、'.join(_ROLES)}。")
    if args.post is not None and args.post not in _POSTS:
        raise BadInput(f"没有“{args.post}”这个职务，可选：{'、'.join(_POSTS)}。")
    return await place.grant_place(
        desk,
        role,
        None if args.post is None else _POSTS[args.post],
        place.Named(
            county=args.county,
            township=args.township,
            school=args.school,
            class_name=args.class_name,
            village=args.village,
        ),
    )


def _add_options(parser: ArgumentParser) -> None:
    parser.add_argument("signin_name", metavar="登录名", help="小写字母开头的登录名")
    parser.add_argument("name", metavar="姓名")
    _place_options(parser)
    parser.add_argument(
        "--os-user",
        metavar="用户",
        help="绑定的操作系统用户：其在本机执行的命令由此账号签名",
    )
    parser.add_argument(
        "--password-stdin",
        action="store_true",
        help="从标准输入读初始密码（否则随机生成并显示一次）",
    )


async def _password(args: Namespace, stdin: Source) -> str:
    if args.password_stdin:
        typed = (await stdin(4096)).decode("utf-8", "replace").strip("\r\n")
        must_be_strong(typed, args.signin_name)
        return typed
    while True:
        made = "".join(secrets.choice(_ALPHABET) for _ in range(12))
        with suppress(WeakPassword):
            must_be_strong(made, args.signin_name)
            return made


async def add(
    desk: Desk, args: Namespace, stdin: Source, stdout: Sink, stderr: Sink
) -> int:
    """Make an account with its first password and role."""
    del stderr
    # Before a place is looked for: an empty server has none, and who makes them is missing.
    if seat.is_program(desk) and args.role != Role.ADMIN.label:
        raise staff.NoAdmin
    where = await _place_of(desk, args)
    password = await _password(args, stdin)
    # The first 系统管理员 is whoever owns the server: later commands sign as that account.
    first = os_user() if seat.is_program(desk) else None
    try:
        new = NewAccount(
            signin_name=args.signin_name,
            name=args.name,
            os_user=args.os_user or first,
            password_hash=hash_password(password),
        )
    except ValidationError as error:
        raise BadInput(
            "登录名应以小写字母开头，共2至32位小写字母、数字、点、横线或下划线；"
            "姓名不能为空，不能有控制字符。请改正。"
        ) from error
    await staff.add(desk, new, where, args.to)
    say(stdout, f"已添加 {args.name}（{args.signin_name}，{where.role.label}）。")
    if not args.password_stdin:
        say(stdout, f"初始密码：{password}（只显示这一次，首次登录须更换）")
    if seat.is_program(desk):
        say(stdout, "下一步，建乡镇：./baoxue place add township 九位代码 名称")
    return 0


async def listing(
    desk: Desk, args: Namespace, stdin: Source, stdout: Sink, stderr: Sink
) -> int:
    """List the accounts with their roles."""
    del args, stdin, stderr
    day = await place.today(desk)
    for line in await staff.listing(desk):
        role = "（无有效授权）" if line.role is None else line.role.label
        post = "" if line.post is None else f"·{line.post.label}"
        state = "  已停用" if line.disabled_at else ""
        where = line.place_on(day)
        say(stdout, f"{line.signin_name}\t{line.name}\t{role}{post}\t{where}{state}")
    return 0


def _name_options(parser: ArgumentParser) -> None:
    parser.add_argument("signin_name", metavar="登录名")


def _password_options(parser: ArgumentParser) -> None:
    _name_options(parser)
    parser.add_argument("--password-stdin", action="store_true", help="从标准输入读新密码")


async def password(
    desk: Desk, args: Namespace, stdin: Source, stdout: Sink, stderr: Sink
) -> int:
    """Give a new first password."""
    del stderr
    made = await _password(args, stdin)
    await staff.set_password(desk, args.signin_name, hash_password(made))
    say(stdout, f"已重置 {args.signin_name} 的密码，下次登录须更换。")
    if not args.password_stdin:
        say(stdout, f"初始密码：{made}（只显示这一次）")
    return 0


def _is_public_key(line: str) -> bool:
    if not line.startswith(("ssh-ed25519 ", "ssh-rsa ", "ecdsa-sha2-")) or "\n" in line:
        return False
    import asyncssh  # noqa: PLC0415 -- every command pays for it otherwise

    try:
        asyncssh.import_public_key(line)
    except asyncssh.KeyImportError:
        return False
    return True


async def key(
    desk: Desk, args: Namespace, stdin: Source, stdout: Sink, stderr: Sink
) -> int:
    """Add an SSH public key, read from standard input."""
    del stderr
    line = (await stdin(16384)).decode("utf-8", "replace").strip()
    if not _is_public_key(line):
        raise BadInput(
            "请从标准输入给出一行 SSH 公钥，如：staff key 登录名 < id_ed25519.pub"
        )
    await staff.add_key(desk, args.signin_name, line)
    say(stdout, f"已为 {args.signin_name} 添加公钥。")
    return 0


def _grant_options(parser: ArgumentParser) -> None:
    _name_options(parser)
    _place_options(parser)
    parser.add_argument(
        "--from", dest="from_on", type=date.fromisoformat, metavar="日期", help="起始日期"
    )
    parser.add_argument("--acting", metavar="代理", help="代理：" + "、".join(_ACTING))


async def grant(
    desk: Desk, args: Namespace, stdin: Source, stdout: Sink, stderr: Sink
) -> int:
    """Give another role, or a dated 代班 or 代签."""
    del stdin, stderr
    if args.acting is not None and args.acting not in _ACTING:
        raise BadInput(f"没有“{args.acting}”这种代理，可选：{'、'.join(_ACTING)}。")
    where = await _place_of(desk, args)
    acting = None if args.acting is None else _ACTING[args.acting]
    begins = args.from_on or await place.today(desk)
    await staff.grant(desk, args.signin_name, where, acting, (begins, args.to))
    say(stdout, f"已授予 {args.signin_name}：{where.role.label}。")
    return 0


async def disable(
    desk: Desk, args: Namespace, stdin: Source, stdout: Sink, stderr: Sink
) -> int:
    """Shut an account out."""
    del stdin, stderr
    await staff.disable(desk, args.signin_name)
    say(stdout, f"已停用 {args.signin_name}。")
    return 0


COMMANDS: Final = (
    Command(("staff", "add"), "添加账号及其角色", add, _add_options),
    Command(("staff", "list"), "列出账号", listing),
    Command(("staff", "password"), "重置初始密码", password, _password_options),
    Command(("staff", "key"), "添加 SSH 公钥", key, _name_options),
    Command(("staff", "grant"), "授予角色、代班、代签", grant, _grant_options),
    Command(("staff", "disable"), "停用账号", disable, _name_options),
)
