"""One session on one channel: the application on a terminal, or one command.

Whichever side leaves first, the other is told, and nothing of the session stays behind.
"""

import asyncio
import shlex
from collections.abc import Callable
from contextlib import suppress
from typing import Final

import asyncssh
from textual.app import App

from core.rules.errors import Refusal
from core.rules.terminal import client_name
from tui.door import limits
from tui.door.driver import ChannelDriver
from tui.door.gate import Departing, Guest, Reception, RunCommand
from tui.door.log import ACCOUNT, note, note_fault
from tui.door.runtime import Caretaker, uncapture
from tui.door.streams import Allowance, Intake, Outlet
from tui.door.wire import WIRE, Wire
from tui.ruler import HERE

_FAULT: Final = "系统出错，已记录，请重新登录；若再次出现，请联系管理员。"
_NO_TERMINAL: Final = "请使用终端登录（ssh -t）。"
_SFTP: Final = "sftp"
_BAD_COMMAND: Final = "命令中的引号不成对，请改正后重试。"


class Session(asyncssh.SSHServerSession[bytes]):
    """Joins a channel to what runs behind it, until either side leaves."""

    _chan: asyncssh.SSHServerChannel[bytes]
    _allowance: Allowance

    def __init__(
        self,
        guest: Guest,
        reception: Reception,
        caretaker: Caretaker,
        over: Callable[["Session"], None],
    ) -> None:
        self.guest = guest
        self._reception = reception
        self._over = over
        self._wire = Wire(self._send, caretaker.touched)
        self._intake: Intake | None = None
        self._command = ""
        self._terminal = False
        self._app: App[None] | None = None
        self._task: asyncio.Task[int] | None = None
        self._stall: asyncio.TimerHandle | None = None
        self._read = asyncio.Event()
        self._read.set()
        self._last_call: asyncio.TimerHandle | None = None
        self._why = ""

    @property
    def task(self) -> "asyncio.Task[int] | None":
        """Return what runs here; its result is the exit status."""
        return self._task

    def connection_made(self, chan: asyncssh.SSHServerChannel[bytes]) -> None:
        """Know the channel; what nobody reads piles up to a small heap only."""
        self._chan = chan
        chan.set_write_buffer_limits(high=limits.UNREAD, low=0)
        self._allowance = Allowance(chan.pause_reading, chan.resume_reading)

    def pty_requested(
        self, term_type: str, term_size: tuple[int, int, int, int], term_modes: object
    ) -> bool:
        """Take the terminal's size, clamped, and what it calls itself."""
        del term_modes
        self._terminal = True
        version = self._chan.get_extra_info("client_version", "")
        calls_itself = term_type[: limits.LONGEST_NAME]
        self._wire.terminal.call(client_name(version, calls_itself), calls_itself)
        self._wire.resize(*term_size[:2])
        return True

    def shell_requested(self) -> bool:
        """Agree: the application is the shell."""
        return True

    def exec_requested(self, command: str) -> bool:
        """Agree to a command where the house takes any."""
        if self._reception.run_command is None:
            return False
        self._command = command
        self._intake = Intake(self._chan.pause_reading, self._chan.resume_reading)
        return True

    def subsystem_requested(self, subsystem: str) -> bool:
        """Agree to SFTP, which is a command like any other."""
        return subsystem == _SFTP and self.exec_requested(subsystem)

    def break_received(self, msec: int) -> bool:
        """Ignore a break."""
        del msec
        return True

    def session_started(self) -> None:
        """Begin."""
        self._task = asyncio.get_running_loop().create_task(self._run())
        self._task.add_done_callback(self._ended)

    def data_received(self, data: bytes, datatype: int | None) -> None:
        """Pass on what the client sent."""
        del datatype
        if self._intake is not None:
            self._intake.feed(data)
            return
        self._wire.feed(data)
        self._allowance.spend(len(data))

    def terminal_size_changed(
        self, width: int, height: int, pixwidth: int, pixheight: int
    ) -> None:
        """Pass on the window's new size."""
        del pixwidth, pixheight
        self._wire.resize(width, height)

    def eof_received(self) -> bool:
        """End an application; whatever else runs may still have something to say."""
        if self._intake is not None:
            self._intake.end()
        return not self._terminal or self._intake is not None

    def pause_writing(self) -> None:
        """Drop frames while nobody reads, and give up after a minute; a command waits."""
        self._read.clear()
        if self._wire.driver is not None:
            self._wire.driver.hold()
            loop = asyncio.get_running_loop()
            self._stall = loop.call_later(limits.STALL, self._stalled)

    def resume_writing(self) -> None:
        """Paint what was missed; let a command go on."""
        self._read.set()
        self._no_stall()
        if self._wire.driver is not None:
            self._wire.driver.release()

    def connection_lost(self, exc: Exception | None) -> None:
        """See the client gone, cut off or not."""
        del exc
        self._wire.send = _nowhere
        self._read.set()
        self.leave()

    def leave(self, why: str = "") -> None:
        """End what runs here, gently, then by force after five seconds; tell why."""
        if self._task is None or self._task.done() or self._last_call is not None:
            return
        self._why = why
        if self._app is None:
            self._task.cancel()
            return
        self._app.exit()
        loop = asyncio.get_running_loop()
        self._last_call = loop.call_later(limits.LEAVING, self._task.cancel)

    async def _run(self) -> int:
        ACCOUNT.set(self.guest.account_id)
        try:
            if self._intake is not None and self._reception.run_command is not None:
                return await self._run_command(self._reception.run_command, self._intake)
            if self._terminal:
                return await self._run_app()
        except Refusal as refusal:
            return self._complain(str(refusal))
        return self._complain(_NO_TERMINAL)

    async def _run_app(self) -> int:
        WIRE.set(self._wire)
        HERE.set(self._wire.terminal)
        async with self._reception.app_for(self.guest) as app:
            app.driver_class = ChannelDriver
            uncapture(app)
            self._app = app
            await app.run_async(size=self._wire.size, mouse=False)
            if app.return_code:
                return self._complain(_FAULT)
            told = app.farewell if isinstance(app, Departing) else ""
            return self._complain(told or self._why) if told or self._why else 0

    async def _run_command(
        self,
        run: RunCommand,
        intake: Intake,
    ) -> int:
        try:
            words = shlex.split(self._command)
        except ValueError:
            return self._complain(_BAD_COMMAND)
        out, err = Outlet(self._send, self._read), Outlet(self._send_error, self._read)
        return await run(self.guest, words, intake.read, out, err)

    def _ended(self, task: "asyncio.Task[int]") -> None:
        self._no_stall()
        self._allowance.stop()
        if self._last_call is not None:
            self._last_call.cancel()
        self._wire.cut()
        self._app = None
        if task.cancelled():
            status = self._complain(self._why) if self._why else 1
        elif (error := task.exception()) is not None:
            ACCOUNT.set(self.guest.account_id)
            note_fault(error)
            status = self._complain(_FAULT)
        else:
            status = task.result()
        with suppress(OSError):
            self._chan.exit(status)
        note("ended", account=self.guest.account_id, status=status)
        self._over(self)

    def _complain(self, sentence: str) -> int:
        """Write a sentence on standard error; return the exit status that goes with it."""
        self._send_error(f"{sentence}\r\n".encode())
        return 1

    def _send(self, data: bytes) -> None:
        # A channel may close between any two lines of ours: that is nobody's fault.
        with suppress(OSError):
            self._chan.write(data)

    def _send_error(self, data: bytes) -> None:
        with suppress(OSError):
            self._chan.write_stderr(data)

    def _stalled(self) -> None:
        note("stalled", account=self.guest.account_id)
        self._chan.abort()

    def _no_stall(self) -> None:
        if self._stall is not None:
            self._stall.cancel()
            self._stall = None


def _nowhere(data: bytes) -> None:
    del data
