"""announce: send what waits, try a channel, and try again what was given up.

`serve` does the first by itself, every 20 seconds.
"""

import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Sequence
from datetime import datetime
from typing import Final

import uvloop

from core.rules.announcement import Letter
from core.rules.errors import Refusal
from core.services import announce
from core.services.announce import Carrier, NotCarried
from core.services.desk import Desk
from tui.cli.carriers import carriers
from tui.cli.wiring import database, office
from tui.settings import Settings

_TRIED: Final = "【保学】这是一条测试消息，收到即表示通知已可送达。"


class NoChannel(Refusal):
    """Nothing is set by which a message could leave."""

    def __init__(self) -> None:
        super().__init__(
            "未设置通知渠道，请先设 BAOXUE_SMTP_HOST 或 BAOXUE_WEBHOOK_URL（见 docs/deploy.md）。"
        )


def options(parser: ArgumentParser) -> None:
    """Take what else to do than to send what waits."""
    other = parser.add_mutually_exclusive_group()
    other.add_argument(
        "--try", action="store_true", dest="trial", help="向各渠道发一条测试消息"
    )
    other.add_argument("--again", action="store_true", help="把未能送达的通知重新发送")


def run(settings: Settings, args: Namespace) -> int:
    """Do what is asked, tell it, and return the exit status; raises NoChannel, HalfSet."""
    told_to = carriers(settings)
    if not told_to:
        raise NoChannel

    async def work(dsn: str) -> tuple[int, list[str]]:
        async with office(dsn, settings.keys, own=settings.dsn is None) as here:
            if args.trial:
                async with here.front.reading() as (_, now):
                    return _try(told_to, now)
            return await _send(here.front, told_to, again=args.again)

    with database(settings) as dsn:
        status, told = uvloop.run(work(dsn))
    sys.stdout.write("".join(f"{line}\n" for line in told))
    return status


async def _send(
    front: Desk, told_to: Sequence[Carrier], *, again: bool
) -> tuple[int, list[str]]:
    told = []
    if again:
        told.append(f"重新发送未能送达的通知 {await announce.revive(front)} 条。")
    told.append(f"已送出通知 {await announce.deliver(front, told_to)} 条。")
    left = await announce.undelivered(front)
    waiting = left.dead + left.failing
    if waiting:
        told.append(f"未能送出 {waiting} 条，原因：{left.failure}。")
    return (1 if waiting else 0), told


def _try(told_to: Sequence[Carrier], now: datetime) -> tuple[int, list[str]]:
    told, status = [], 0
    letter = Letter(key=f"test-{now:%Y%m%d%H%M%S}", head="保学：测试", words=_TRIED, at=now)
    for one in told_to:
        try:
            one.carry(letter)
        except NotCarried as failure:
            told.append(f"{one.channel.label} {one.target} 未能送达：{failure}。")
            status = 1
        else:
            told.append(f"{one.channel.label} {one.target} 已送出。")
    return status, told
