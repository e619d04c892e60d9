"""The gate: who may come in, and what a stranger may cost.

One Gate a connection.  It knows names, passwords and keys only through `Reception`; it
keeps the limits that OpenSSH would have kept, and lets nothing through but one session.
"""

import asyncio
import unicodedata
from collections import Counter
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Final

import asyncssh
from textual.app import App

from tui.cli.command import Sink, Source
from tui.door import limits
from tui.door.log import note, note_fault

# Asked for in place of a name that no account can have, so that it costs the same.
_NOBODY: Final = "-"


@dataclass(frozen=True)
class Reception:
    """What the door needs of the house behind it."""

    # (name, password, address) -> account id, or None; takes as long for an unknown name.
    check_password: Callable[[str, str, str], Awaitable[int | None]]
    # The lines of a name's authorized_keys.
    keys_of: Callable[[str], Awaitable[tuple[str, ...]]]
    account_of: Callable[[str], Awaitable[int | None]]
    # (account id, address) -> the application; a Refusal is shown and ends the session.
    app_for: Callable[[int, str], Awaitable[App[None]]]
    # (account id, words, stdin, stdout, stderr) -> exit status.
    run_command: Callable[[int, list[str], Source, Sink, Sink], Awaitable[int]] | None = (
        None
    )


@dataclass(frozen=True)
class Guest:
    """Somebody who has signed in, and from where."""

    account_id: int
    address: str


@dataclass
class Porch:
    """One process's connections, and how many have not signed in yet, by address."""

    waiting: Counter[str] = field(default_factory=Counter)
    gates: set["Gate"] = field(default_factory=set)

    def admit(self, address: str) -> bool:
        """Count a newcomer in, unless the porch is full for all or for this address."""
        full = self.waiting.total() >= limits.STRANGERS
        if full or self.waiting[address] >= limits.STRANGERS_PER_ADDRESS:
            return False
        self.waiting[address] += 1
        return True

    def leave(self, address: str) -> None:
        """Count one out: signed in, or gone."""
        self.waiting[address] -= 1
        if not self.waiting[address]:
            del self.waiting[address]


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
        porch: Porch,
        enter: Callable[[Guest, "Gate"], asyncssh.SSHServerSession[bytes]],
    ) -> None:
        self._reception = reception
        self._porch = porch
        self._enter = enter
        self._address = ""
        self._on_porch = False
        self._tries = 0
        self._offers = 0
        # By name: a key shown for one name must not open for another.
        self._accounts: dict[str, int] = {}
        self._how = ""
        self._guest: Guest | None = None
        self._entered = False
        self._gone = False
        self._patience: asyncio.TimerHandle | None = None

    def connection_made(self, conn: asyncssh.SSHServerConnection) -> None:
        """Turn a connection away before a byte is sent, when too many wait already."""
        self._conn = conn
        self._porch.gates.add(self)
        peer = conn.get_extra_info("peername")
        self._address = str(peer[0]) if peer else "local"
        self._on_porch = self._porch.admit(self._address)
        if not self._on_porch:
            note("refused", address=self._address, reason="too many connections")
            raise ConnectionRefusedError(self._address)

    def connection_lost(self, exc: Exception | None) -> None:
        """Leave nothing behind."""
        self._gone = True
        self._porch.gates.discard(self)
        self._off_porch()
        if exc is not None and not isinstance(exc, asyncssh.Error | OSError):
            note_fault(exc)
        if self._patience is not None:
            self._patience.cancel()

    def begin_auth(self, username: str) -> bool:
        """Ask everybody to prove who they are; a change of name is an offer too."""
        self._offer(username)
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
        """Check a password; the third wrong one ends the connection."""
        if self._tries >= limits.PASSWORD_TRIES:
            raise self._enough(username, "too many tries")
        self._tries += 1
        name = username if possible_name(username) else _NOBODY
        account = await self._reception.check_password(name, password, self._address)
        if account is not None and name == username:
            self._accounts[username] = account
            self._how = "password"
            return True
        note("refused", address=self._address, name=username, reason="password")
        if self._tries >= limits.PASSWORD_TRIES:
            raise self._enough(username, "too many tries")
        return False

    async def validate_public_key(self, username: str, key: asyncssh.SSHKey) -> bool:
        """Tell whether a key is on file for this very name; asyncssh checks the proof."""
        self._offer(username)
        if not possible_name(username):
            return False
        account = await self._reception.account_of(username)
        if account is None:
            return False
        for line in await self._reception.keys_of(username):
            with suppress(asyncssh.KeyImportError):
                if asyncssh.import_public_key(line) == key:
                    self._accounts[username] = account
                    self._how = "key"
                    return True
        return False

    def auth_completed(self) -> None:
        """Remember who came in; whoever opens no session soon is shown out."""
        name = self._conn.get_extra_info("username")
        self._guest = Guest(self._accounts[name], self._address)
        self._accounts.clear()
        self._off_porch()
        note(
            "signed in", address=self._address, account=self._guest.account_id, by=self._how
        )
        self.show_out_after(limits.SIGN_IN_GRACE)

    def session_requested(self) -> asyncssh.SSHServerSession[bytes] | bool:
        """Open the connection's one session."""
        if self._guest is None or self._entered:
            return False
        self._entered = True
        if self._patience is not None:
            self._patience.cancel()
        return self._enter(self._guest, self)

    def show_out_after(self, seconds: float) -> None:
        """Close the connection then, unless it opens its session or closes itself."""
        if self._gone:
            return
        loop = asyncio.get_running_loop()
        self._patience = loop.call_later(seconds, self._conn.close)

    async def close(self) -> None:
        """Close the connection now; return when it is closed."""
        self._conn.close()
        await self._conn.wait_closed()

    def _offer(self, name: str) -> None:
        self._offers += 1
        if self._offers > limits.KEY_OFFERS:
            raise self._enough(name, "too many offers")

    def _enough(self, name: str, reason: str) -> asyncssh.DisconnectError:
        note("refused", address=self._address, name=name, reason=reason)
        return asyncssh.DisconnectError(
            asyncssh.DISC_NO_MORE_AUTH_METHODS_AVAILABLE, "Too many authentication failures"
        )

    def _off_porch(self) -> None:
        if self._on_porch:
            self._on_porch = False
            self._porch.leave(self._address)
