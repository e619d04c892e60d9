"""What has been typed and is not kept yet: a draft that waits until the hand rests.

It is kept 0.7 s after the last key, while the hand goes on a second after the first that
is not kept (P1), and at once when its screen goes, whoever ends the session and however.
What is in a draft is its screen's.
"""

from asyncio import sleep
from collections.abc import Awaitable, Callable
from typing import Final

from textual.timer import Timer
from textual.worker import Worker

from core.rules.errors import Refusal
from core.rules.trouble import Away, Collided, Lost, Overloaded
from tui.door.log import note_fault
from tui.screens.frame import Framed
from tui.widgets.style import Tone

_AFTER: Final = 0.7  # seconds after the last key
_AT_LATEST: Final = 1.0  # seconds after the first key that is not kept
_GROUP: Final = "draft"
_AGAIN: Final = 1.0  # seconds after a database that was away, or busy, was last asked


class Unsaved:
    """One screen's draft in the making."""

    def __init__(self, screen: Framed[None], save: Callable[[], Awaitable[None]]) -> None:
        self._screen = screen
        self._save = save
        self._rest: Timer | None = None
        self._latest: Timer | None = None
        self._changes = 0
        self._saved = 0
        self._keeping: Worker[None] | None = None
        # Whether more was due while it was being kept.
        self._again = False

    def changed(self) -> None:
        """Know that something was typed."""
        self._changes += 1
        if self._rest is not None:
            self._rest.stop()
        self._rest = self._screen.set_timer(_AFTER, self._due)
        if self._latest is None:
            self._latest = self._screen.set_timer(_AT_LATEST, self._due)

    @property
    def waits(self) -> bool:
        """Tell whether something was typed that is not kept yet."""
        return self._changes != self._saved

    def drop(self) -> None:
        """Keep nothing: what was typed is being submitted.

        A draft that is saved after its submission would come back as something unsaved.
        """
        self._saved = self._changes
        self._stop()
        self._screen.workers.cancel_group(self._screen, _GROUP)

    async def at_last(self) -> None:
        """Keep what is not kept yet: the screen goes, and nobody is left to be told."""
        if not self.waits:
            return
        self._screen.workers.cancel_group(self._screen, _GROUP)
        try:
            await self._keep()
        except Refusal:
            pass  # the sitting is over: a disabled account
        except Exception as error:  # noqa: BLE001 - the screen goes all the same
            note_fault(error)

    def _stop(self) -> None:
        for timer in (self._rest, self._latest):
            if timer is not None:
                timer.stop()
        self._rest = self._latest = None

    def _due(self) -> None:
        """Keep it; a save that is under way is never cut off for the next, however slow."""
        self._stop()
        if self._keeping is None or self._keeping.is_finished:
            self._keeping = self._screen.run_worker(self._keep_at_last(), group=_GROUP)
        else:
            self._again = True

    async def _keep_at_last(self) -> None:
        """Keep it, however long the database is away; say why where it cannot be kept."""
        while True:
            self._again = False
            try:
                await self._keep()
            except (Away, Lost, Collided, Overloaded):
                await sleep(_AGAIN)
                continue
            except Refusal as refusal:
                self._screen.tell(str(refusal), Tone.WARNING)
            if not self._again:
                return

    async def _keep(self) -> None:
        upto = self._changes
        await self._save()
        self._saved = max(self._saved, upto)
