"""serve: the SSH server.  Its parent process accepts, its workers serve and sweep.

`open_door` is the same in one process, for the demonstration and for tests.
"""

import asyncio
import signal
import socket
from argparse import ArgumentParser, Namespace
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from functools import partial
from pathlib import Path

from core.rules.errors import BadInput, Refusal
from core.services.desk import Desk
from tui.cli import upkeep
from tui.cli.command import why
from tui.cli.reception import open_house, reception
from tui.cli.sweeping import kept_up, sweep_for_ever
from tui.door.crew import Crew, CrewFailed
from tui.door.entry import Entry, listening_socket
from tui.door.hostkey import HOST_KEY
from tui.door.log import hear_the_loop, log_to, note, standard_error
from tui.door.porch import Porch
from tui.door.server import Door, serve
from tui.door.worker import Child, Role, start
from tui.house import HouseRules
from tui.settings import Settings


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


@asynccontextmanager
async def open_door(
    front: Desk, listen: str, home: Path, rules: HouseRules | None = None
) -> AsyncIterator[Door]:
    """Serve SSH, news and sweeps for as long as the block lasts.

    Raises Refusal when the address cannot be listened on.
    """
    async with open_house(front, rules) as house:
        sock, porch = _listen(listen), Porch(house.rules.porch)
        door = serve(reception(house), sock, home / HOST_KEY, porch)
        sweeping = asyncio.create_task(kept_up(partial(sweep_for_ever, front)))
        try:
            yield door
        finally:
            sweeping.cancel()
            await door.close()


def told_to_end() -> asyncio.Event:
    """Return what SIGTERM and SIGINT set; needs a running loop."""
    told = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, told.set)
    return told


def _listen(listen: str) -> socket.socket:
    host, port = address_of(listen)
    try:
        return listening_socket(host, port)
    except OSError as error:
        raise Refusal(
            f"无法在 {listen} 上监听（{why(error)}），请换一个地址或端口。"
        ) from error


async def _run(
    dsn: str, listen: str, settings: Settings, announce: Callable[[str], None]
) -> None:
    hear_the_loop()
    told = told_to_end()

    async def start_child(role: Role, theirs: socket.socket) -> Child:
        variables = {"BAOXUE_DSN": dsn, "BAOXUE_HOME": str(settings.home)}
        if settings.dsn is None:
            variables["BAOXUE_DISK"] = str(settings.disk or settings.home)
            variables["BAOXUE_BACKUP"] = str(settings.backups)
        return await start(role, theirs, variables)

    crew = Crew(start_child, settings.workers)
    entry = Entry(_listen(listen), Porch(settings.rules.porch), crew.hand_in)
    keeping = None
    if settings.dsn is None:
        keeping = asyncio.create_task(upkeep.keep_log(settings))
    reloads: set[asyncio.Task[bool]] = set()

    def reload() -> None:
        reloads.add(task := asyncio.create_task(crew.reload()))
        task.add_done_callback(reloads.discard)

    try:
        asyncio.get_running_loop().add_signal_handler(signal.SIGHUP, reload)
        await crew.begin()
        accepting = asyncio.create_task(entry.run())
        host = listen.rpartition(":")[0]
        announce(f"SSH 服务已启动：{host}:{entry.port}  主机密钥指纹 {crew.fingerprint}")
        note("serving", port=entry.port, workers=settings.workers)
        await told.wait()
        accepting.cancel()
    finally:
        entry.close()
        await crew.close()
        if keeping is not None:
            keeping.cancel()
            await upkeep.put_away(settings)


async def run(
    dsn: str, args: Namespace, settings: Settings, announce: Callable[[str], None]
) -> int:
    """Serve with a worker a core until told to stop; SIGHUP brings up new workers.

    `dsn` is the address the workers use; `announce` tells port and fingerprint.  Raises
    Refusal where the address cannot be listened on, or no worker comes up.
    """
    handler = log_to(standard_error())
    try:
        await _run(dsn, args.listen or settings.listen, settings, announce)
    except CrewFailed as error:
        raise Refusal("服务未能启动，原因见上面的说明或日志。") from error
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
