"""The gate: who may come in, and what a stranger may cost.

One Gate a connection.  It knows names, passwords and keys only through `Reception`; it
keeps the limits that OpenSSH would have kept, and lets nothing through but one session.
"""

import asyncio
import unicodedata
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager, suppress
from dataclasses import dataclass
from typing import Final, Protocol, TypeAlias, runtime_checkable

import asyncssh
from asyncssh.packet import PacketDecodeError
from textual.app import App

from core.rules.sign_in import Checked, SignInOutcome
from tui.cli.command import Sink, Source
from tui.door import limits
from tui.door.log import note, note_fault
from tui.door.streams import Pipe

OneSession: TypeAlias = tuple[
    asyncssh.SSHServerChannel[bytes], asyncssh.SSHServerSession[bytes]
]

# What a client's own words end a connection with; anything else is a fault of ours.
_THEIRS: Final = (asyncssh.Error, PacketDecodeError, OSError)
# Asked for in place of a name that no account can have, so that it costs the same.
_NOBODY: Final = "-"


@dataclass(frozen=True)
class Guest:
    """Somebody who has signed in, from where, and by what: `password` or `key`."""

    account_id: int
    address: str
    by: str


@runtime_checkable
class Departing(Protocol):
    """An application that says why it ended, where its person must be told."""

    @property
    def farewell(self) -> str:
        """Return a sentence, or nothing."""


@dataclass(frozen=True)
class Reception:
    """What the door needs of the house behind it."""

    # (name, password, address); takes the same work for a name that nobody has.
    check_password: Callable[[str, str, str], Awaitable[Checked]]
    # The lines of a name's authorized_keys, each with the account it opens.
    keys_of: Callable[[str], Awaitable[tuple[tuple[int, str], ...]]]
    # The application, for as long as the block lasts; a Refusal is shown and ends the
    # session.
    app_for: Callable[[Guest], AbstractAsyncContextManager[App[None]]]
    run_command: "RunCommand | None" = None


# (who, words, stdin, stdout, stderr) -> exit status.
RunCommand: TypeAlias = Callable[[Guest, list[str], Source, Pipe, Sink], Awaitable[int]]


def possible_name(name: str) -> bool:
    """Tell whether an account may be called so: short, printable, without blanks."""
    return 0 < len(name) <= limits.LONGEST_NAME and all(
        c.isprintable() and not c.isspace() and unicodedata.category(c) != "Co"
        for c in name
    )


class Gate(asyncssh.SSHServer):
    """Lets one connection in, or not."""

    _conn: asyncssh.SSHServerConnection

    def __init__(
        self,
        reception: Reception,
        address: str,
        enter: Callable[[Guest, "Gate"], asyncssh.SSHServerSession[bytes]],
        off_porch: Callable[[], None],
        over: Callable[["Gate"], None],
    ) -> None:
        self._reception = reception
        self._address = address
        self._enter = enter
        self._off_porch = off_porch
        self._over = over
        self._tries = 0
        self._offers = 0
        # By name: a key shown for one name must not open for another.
        self._accounts: dict[str, int] = {}
        self._how = ""
        self._guest: Guest | None = None
        self._entered = False
        self._gone = False
        self._told = False
        self._patience: asyncio.TimerHandle | None = None

    def connection_made(self, conn: asyncssh.SSHServerConnection) -> None:
        """Know the connection."""
        self._conn = conn

    def connection_lost(self, exc: Exception | None) -> None:
        """Leave nothing behind."""
        if self._gone:
            return
        self._gone = True
        self._over(self)
        self._off_porch()
        if exc is not None and not isinstance(exc, _THEIRS):
            note_fault(exc)
        elif self._guest is None and not self._told:
            self._refused("did not sign in")
        if self._patience is not None:
            self._patience.cancel()

    def begin_auth(self, username: str) -> bool:
        """Ask everybody to prove who they are; a change of name is an offer too."""
        del username
        self._offer()
        return True

    def password_auth_supported(self) -> bool:
        """Take passwords."""
        return True

    def kbdint_auth_supported(self) -> bool:
        """Take no dialogue: it would be a second way to try passwords."""
        return False

    def public_key_auth_supported(self) -> bool:
        """Take keys."""
        return True

    async def validate_password(self, username: str, password: str) -> bool:
        """Check a password; the third wrong one ends the connection.

        So does the first that is not looked at, with a sentence that says why.
        """
        if self._tries >= limits.PASSWORD_TRIES:
            raise self._enough("too many tries")
        self._tries += 1
        name = username if possible_name(username) else _NOBODY
        checked = await self._reception.check_password(name, password, self._address)
        if checked.signed_in is not None and name == username:
            self._accounts[username] = checked.signed_in
            self._how = "password"
            return True
        self._refused(checked.outcome, checked.account_id)
        if checked.outcome is not SignInOutcome.WRONG and checked.refusal is not None:
            self._conn.send_auth_banner(f"{checked.refusal}\r\n")
            raise self._farewell(checked.outcome)
        if self._tries >= limits.PASSWORD_TRIES:
            raise self._enough("too many tries")
        return False

    async def validate_public_key(self, username: str, key: asyncssh.SSHKey) -> bool:
        """Tell whether a key is on file for this very name; asyncssh checks the proof."""
        self._offer()
        if not possible_name(username):
            return False
        for account, line in await self._reception.keys_of(username):
            with suppress(asyncssh.KeyImportError):
                if asyncssh.import_public_key(line) == key:
                    self._accounts[username] = account
                    self._how = "key"
                    return True
        return False

    def auth_completed(self) -> None:
        """Remember who came in; whoever opens no session soon is shown out."""
        name = self._conn.get_extra_info("username")
        self._guest = Guest(self._accounts[name], self._address, self._how)
        self._accounts.clear()
        self._off_porch()
        note(
            "signed in", address=self._address, account=self._guest.account_id, by=self._how
        )
        self.show_out_after(limits.SIGN_IN_GRACE)

    def session_requested(self) -> OneSession | bool:
        """Open the connection's one session."""
        if self._guest is None or self._entered:
            return False
        self._entered = True
        if self._patience is not None:
            self._patience.cancel()
        channel = self._conn.create_server_channel(window=limits.WINDOW)
        return channel, self._enter(self._guest, self)

    def show_out_after(self, seconds: float) -> None:
        """Close the connection then, unless it opens its session or closes itself."""
        if self._gone:
            return
        loop = asyncio.get_running_loop()
        self._patience = loop.call_later(seconds, self._conn.close)

    async def close(self) -> None:
        """Close the connection now; return when it is closed."""
        if self._conn is not None:
            self._conn.close()
            await self._conn.wait_closed()

    def _offer(self) -> None:
        self._offers += 1
        if self._offers > limits.KEY_OFFERS:
            raise self._enough("too many offers")

    def _refused(self, reason: str, account: int | None = None) -> None:
        # No name: people type passwords, and names of children, where theirs belongs.
        self._told = True
        note("refused", address=self._address, account=account or 0, reason=reason)

    def _enough(self, reason: str) -> asyncssh.DisconnectError:
        self._refused(reason)
        return self._farewell("Too many authentication failures")

    def _farewell(self, words: str) -> asyncssh.DisconnectError:
        return asyncssh.DisconnectError(
            asyncssh.DISC_NO_MORE_AUTH_METHODS_AVAILABLE, words[:1].upper() + words[1:]
        )
