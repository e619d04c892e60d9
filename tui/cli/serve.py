"""serve: the SSH server, the news and the sweep, in one process on one event loop."""

import asyncio
import signal
from argparse import ArgumentParser, Namespace
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from functools import partial
from pathlib import Path
from typing import Final

from textual.app import App

from core.rules.errors import BadInput, Refusal
from core.rules.staff_account import WrongPassword
from core.services import seat, sweep
from core.services.desk import Desk
from core.services.news import NewsStand
from core.services.password import PasswordChecker
from tui.app import BaoxueApp
from tui.cli.command import Sink, Source, say
from tui.door.log import log_to, note, note_fault, standard_error
from tui.door.server import Door, Reception, serve
from tui.house import House

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


async def _check_password(
    house: House, name: str, password: str, address: str
) -> int | None:
    try:
        return await seat.sign_in(house.front, name, password, address, house.checker)
    except WrongPassword:
        return None


async def _app_for(house: House, account_id: int, address: str) -> App[None]:
    return BaoxueApp(house, account_id, address)


async def _run_command(
    house: House,
    account_id: int,
    words: list[str],
    stdin: Source,
    stdout: Sink,
    stderr: Sink,
) -> int:
    from tui.cli.table import run_words  # noqa: PLC0415 - the table names this module too

    desk = await seat.seat(house.front, account_id)
    return await run_words(desk, words, stdin, stdout, stderr, remote=True)


def reception(house: House) -> Reception:
    """Return what the door needs of this house."""
    return Reception(
        check_password=partial(_check_password, house),
        keys_of=partial(seat.keys_of, house.front),
        account_of=partial(seat.account_of, house.front),
        app_for=partial(_app_for, house),
        run_command=partial(_run_command, house),
    )


async def _sweep_for_ever(front: Desk) -> None:
    while True:
        try:
            await sweep.everything(front)
        except Exception as error:  # noqa: BLE001 - a sweep that stops misses children
            note_fault(error)
        await asyncio.sleep(SWEEP_EVERY)


@asynccontextmanager
async def open_house(front: Desk) -> AsyncIterator[House]:
    """Run the news for as long as the block lasts."""
    house = House(front, PasswordChecker(), NewsStand(front))
    hearing = asyncio.create_task(house.news.run())
    try:
        yield house
    finally:
        hearing.cancel()
        house.checker.threads.shutdown(wait=False, cancel_futures=True)


@asynccontextmanager
async def open_door(front: Desk, listen: str, home: Path) -> AsyncIterator[Door]:
    """Serve SSH, news and sweeps for as long as the block lasts.

    Raises Refusal when the address cannot be listened on.
    """
    host, port = address_of(listen)
    async with open_house(front) as house:
        sweeping = asyncio.create_task(_sweep_for_ever(front))
        try:
            door = await serve(reception(house), host, port, home / "ssh_host_ed25519_key")
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


async def run(front: Desk, args: Namespace, home: Path, listen: str, stdout: Sink) -> int:
    """Serve until told to stop."""
    handler = log_to(standard_error())
    try:
        async with open_door(front, args.listen or listen, home) as door:
            host = (args.listen or listen).rpartition(":")[0]
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
