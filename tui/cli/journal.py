"""journal: check the chain, print or write its anchors, and read it."""

import json
from argparse import ArgumentParser, Namespace
from datetime import date
from pathlib import Path
from typing import Final

from core.rules.errors import BadInput
from core.rules.journal import Head, heads_of
from core.rules.journal_line import MOST, Sought
from core.rules.staff import Role
from core.services import journal, journal_line
from core.services.desk import Desk
from core.services.seat import watch_desk
from tui.cli.command import Command, Sink, Source, say

# The most lines of one reading; the rest is asked for with --before.
_MOST_ROWS: Final = 10_000


def _verify_options(parser: ArgumentParser) -> None:
    parser.add_argument(
        "--anchors",
        metavar="文件",
        nargs="*",
        default=(),
        help="与这些锚点文件核对，目录则取其中每一个",
    )
    parser.add_argument(
        "--printed",
        metavar="锚点",
        nargs="*",
        default=(),
        help="与报告上所印的锚点核对，如 990101100-12-3f9a0c1b2d3e4f50",
    )
    parser.add_argument("--json", action="store_true", help="输出一个 JSON 对象")


def _anchors(args: Namespace) -> tuple[Head, ...]:
    found = [head for told in args.printed for head in heads_of(told, told)]
    named = [Path(name) for name in args.anchors]
    files = [
        file
        for path in named
        for file in (sorted(path.glob("*.txt")) if path.is_dir() else (path,))
    ]
    for name in files:
        try:
            text = name.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise BadInput(f"读不了锚点文件 {name}，请核对路径后重试。") from error
        found += heads_of(text, str(name))
    return tuple(found)


async def verify(
    desk: Desk, args: Namespace, stdin: Source, stdout: Sink, stderr: Sink
) -> int:
    """Check every chain; 1 when anything was changed, taken away or put in."""
    del stdin, stderr
    checks = await journal.verify(desk, _anchors(args))
    sound = not any(check.faults for check in checks)
    if args.json:
        told = {
            "sound": sound,
            "chains": [check.model_dump(mode="json") for check in checks],
        }
        say(stdout, json.dumps(told, ensure_ascii=False))
        return 0 if sound else 1
    for check in checks:
        say(
            stdout,
            f"{check.township_id:>9}  {check.rows} 条，{check.blocks} 段，"
            f"待封存 {check.unsealed} 条  {'有误' if check.faults else '相符'}",
        )
        for fault in check.faults:
            say(stdout, f"           {fault}")
    say(stdout, "留痕完整。" if sound else "留痕被改动过，请保全数据库并报告主管部门。")
    return 0 if sound else 1


async def anchor(
    desk: Desk, args: Namespace, stdin: Source, stdout: Sink, stderr: Sink
) -> int:
    """Print where each chain ends, to be kept on another machine or on paper."""
    del args, stdin
    desk.actor.must_hold(Role.AUDITOR, Role.ADMIN)
    watching = watch_desk(desk)
    await journal.seal(watching)
    heads = await journal.heads(watching)
    for head in heads:
        say(stdout, str(head))
    if not heads:
        say(stderr, "还没有封存的留痕，请过20秒再取锚点。")
    return 0


def _show_options(parser: ArgumentParser) -> None:
    parser.add_argument("--reads", action="store_true", help="查阅查看记录，而不是改动")
    parser.add_argument("--township", type=int, metavar="代码", help="只看一个乡镇")
    parser.add_argument("--from", dest="from_", metavar="日期", help="从这一天起")
    parser.add_argument("--to", metavar="日期", help="到这一天为止（含）")
    parser.add_argument("--account", metavar="登录名", help="只看一个人所办，也可写姓名")
    parser.add_argument("--act", metavar="事项", help="只看一类事项，如 roll、leave.enter")
    parser.add_argument("--table", metavar="表", help="只看一个表，如 点名、leave")
    parser.add_argument("--child", metavar="学生", help="只看一名学生：姓名或序号")
    parser.add_argument("--before", type=int, metavar="序号", help="从这一条之前继续")
    parser.add_argument("--rows", type=int, default=MOST, metavar="条数", help="至多几条")


def _day(text: str | None) -> date | None:
    try:
        return None if text is None else date.fromisoformat(text)
    except ValueError as error:
        raise BadInput(f"日期“{text}”不正确，应写成 2026-11-23。") from error


async def show(
    desk: Desk, args: Namespace, stdin: Source, stdout: Sink, stderr: Sink
) -> int:
    """Print the newest rows first, one JSON object a line."""
    del stdin, stderr
    sought = Sought(
        township_id=args.township,
        from_on=_day(args.from_),
        to_on=_day(args.to),
        person=args.account,
        act=args.act,
        table=args.table,
        child=args.child,
        before_id=args.before,
        most=max(1, min(args.rows, _MOST_ROWS)),
    )
    read = journal_line.reads if args.reads else journal_line.show
    for line in await read(desk, sought):
        say(stdout, line.model_dump_json())
    return 0


COMMANDS: Final = (
    Command(("journal", "verify"), "逐条校验留痕链", verify, _verify_options, remote=False),
    Command(("journal", "anchor"), "输出各乡镇留痕链的锚点，供异地保存", anchor),
    Command(("journal", "show"), "查阅留痕（审计）", show, _show_options, remote=True),
)
