"""serve: the SSH server, the news and the sweep, in one process on one event loop."""

import asyncio
import signal
from argparse import ArgumentParser, Namespace
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from functools import partial
from pathlib import Path
from typing import Final

from core.rules.errors import BadInput, Refusal
from core.services import sweep
from core.services.desk import Desk
from tui.cli.command import Sink, say
from tui.cli.reception import kept_up, open_house, reception
from tui.door.log import log_to, note, standard_error
from tui.door.porch import Porch
from tui.door.server import Door, serve
from tui.house import HouseRules
from tui.settings import Settings

SWEEP_EVERY: Final = 20.0  # seconds


def options(parser: ArgumentParser) -> None:
    """Take the address to listen on."""
    parser.add_argument(
        "--listen", metavar="地址:端口", help="默认取 BAOXUE_LISTEN，或 127.0.0.1:8022"
    )


def address_of(text: str) -> tuple[str, int]:
    """Return host and port of `ADDR:PORT`; raises BadInput."""
    host, _, port = text.rpartition(":")
    if not host or not port.isdigit() or not 0 <= int(port) <= 65535:  # noqa: PLR2004
        raise BadInput(f"监听地址“{text}”不正确，应写成 地址:端口，如 127.0.0.1:8022。")
    return host.strip("[]"), int(port)


async def _sweep_for_ever(front: Desk) -> None:
    while True:
        await sweep.everything(front)
        await asyncio.sleep(SWEEP_EVERY)


@asynccontextmanager
async def open_door(
    front: Desk, listen: str, home: Path, rules: HouseRules | None = None
) -> AsyncIterator[Door]:
    """Serve SSH, news and sweeps for as long as the block lasts.

    Raises Refusal when the address cannot be listened on.
    """
    host, port = address_of(listen)
    async with open_house(front, rules) as house:
        sweeping = asyncio.create_task(kept_up(partial(_sweep_for_ever, front)))
        try:
            key, porch = home / "ssh_host_ed25519_key", Porch(house.rules.porch)
            door = await serve(reception(house), host, port, key, porch)
        except OSError as error:
            sweeping.cancel()
            raise Refusal(
                f"无法在 {listen} 上监听（{error.strerror}），请换一个端口。"
            ) from error
        try:
            yield door
        finally:
            sweeping.cancel()
            await door.close()


async def until_told() -> None:
    """Wait for SIGTERM or SIGINT."""
    told = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, told.set)
    await told.wait()


async def run(front: Desk, args: Namespace, settings: Settings, stdout: Sink) -> int:
    """Serve until told to stop."""
    listen = args.listen or settings.listen
    handler = log_to(standard_error())
    try:
        async with open_door(front, listen, settings.home, settings.rules) as door:
            host = listen.rpartition(":")[0]
            say(
                stdout,
                f"SSH 服务已启动：{host}:{door.port}  主机密钥指纹 {door.fingerprint}",
            )
            note("serving", port=door.port)
            await until_told()
    finally:
        handler.close()
    return 0


@contextmanager
def log_to_file(path: Path) -> Iterator[None]:
    """Write the door's lines to a file of this person's own for as long as the block lasts."""
    with path.open("a", encoding="utf-8") as file:
        path.chmod(0o600)
        handler = log_to(file)
        try:
            yield
        finally:
            handler.close()
