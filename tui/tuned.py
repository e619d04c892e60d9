"""An App drawn as its person's terminal can show it, and as they chose.

Remembers both by person and client.  What is asked of the terminal is the door's.
"""

from contextlib import suppress

from core.rules.errors import Refusal
from core.rules.terminal import Remembered
from core.services import terminal as memory
from core.services.desk import Desk
from tui.door.painter import Painted
from tui.terminal import Learned, Wished
from tui.widgets.style import Look


class Tuned(Painted):
    """Tells its widgets the look, and keeps what is learned of the terminal."""

    def __init__(self) -> None:
        super().__init__()
        # Whose terminal it is; nobody's before sign-in.
        self._desk: Desk | None = None
        # What has been kept of it since: what comes to the same is not kept twice.
        self._kept: Remembered | None = None

    @property
    def look(self) -> Look:
        """Return how the terminal is drawn."""
        return self.terminal.look

    async def recall(self, desk: Desk) -> None:
        """Draw as this person's terminal was drawn before; what it answers now goes first."""
        self._desk = desk
        # Somebody who has left meanwhile has nothing to be remembered.
        with suppress(Refusal):
            kept = await memory.recall(desk, self.terminal.client)
            known = kept or Remembered()
            measured = self.terminal.known.measured or known.measured
            if self.terminal.learn(wanted=known.wanted, measured=measured):
                self.redraw()
            if kept is not None:
                self.terminal_known()
            if self.terminal.known not in (kept, Remembered()):
                await self._keep()

    def on_wished(self, wished: Wished) -> None:
        """Draw as the person would have it."""
        if self.terminal.learn(wanted=wished.wanted):
            self.redraw()

    def on_learned(self, learned: Learned) -> None:
        """Remember what has been learned."""
        super().on_learned(learned)
        self.run_worker(self._keep(), group="terminal")

    async def _keep(self) -> None:
        known = self.terminal.known
        if self._desk is None or known == self._kept:
            return
        with suppress(Refusal):
            await memory.keep(self._desk, self.terminal.client, known)
            self._kept = known
