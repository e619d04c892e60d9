"""How a screen reads what it shows: when it comes on top, on F5, on news; and early keys.

A Refusal is shown as a sentence; a database that is away is asked again.  What a screen
does for a person is base's.
"""

from collections.abc import Callable, Coroutine
from typing import ClassVar, Final

from textual.events import Key as KeyPress
from textual.worker import WorkType

from core.rules.errors import Refusal
from core.rules.trouble import Away, Lost, Trouble
from tui.screens.frame import Framed
from tui.widgets.keys import NAMES, folded
from tui.widgets.listing import Listing
from tui.widgets.style import Tone

_UNREAD: Final = "未能读取，原因见最下面；按 F5 再试。"
_READ_AGAIN: Final = 2.0  # seconds after a database that is away was last asked
_KEPT: Final = "；已填内容已保存。"
_TO_KEEP: Final = "；刚填的内容连上后保存，请先不要退出。"


class ReadingScreen(Framed[None]):
    """A screen that is read in a worker, and keeps a key that comes before what it is about."""

    # A form is submitted by whoever has seen it: its F9 is told to wait instead.
    KEEPS_EARLY: ClassVar[bool] = True

    def __init__(self) -> None:
        super().__init__()
        self._loading = self._loaded = False
        self._load_again = False
        self._read = False
        # A key of the screen's own, pressed before there was anything it could be about.
        self._early: KeyPress | None = None
        self._early_told = ""
        # That key when it is pressed again for the person, and whether it is being answered.
        self._again: KeyPress | None = None
        self._answering = False
        self._waits_for = ""
        self._came_back = False  # from a screen of its own, not from a question

    @property
    def is_unsaved(self) -> bool:
        """Tell whether something was typed here that the database does not have."""
        return False

    @property
    def has_read(self) -> bool:
        """Tell whether there is something here that a key could be about."""
        return self._read

    async def load(self) -> None:
        """Read what the screen shows; called when it comes on top, on F5 and on news."""
        raise NotImplementedError

    def reload(self) -> None:
        """Read the screen afresh; while it is being read, once more after that."""
        if self._loading:
            self._load_again = True
            return
        self._loading = True
        self._work(self._load, "load")

    def turn(self) -> None:
        """Read something else than is shown; until it is there, keys wait for it."""
        self._read = False
        self.tell("")
        self.reload()

    def unread(self) -> None:
        """Show that the screen could not be read: not as if it still were being."""
        for listing in self.query(Listing):
            listing.give_up(_UNREAD)

    def waits(self, trouble: Trouble | None) -> None:
        """Say what an act or a reading waits for; with None it goes on."""
        if trouble is not None:
            kept = _TO_KEEP if self.is_unsaved else _KEPT
            self._waits_for = trouble.label + (kept if trouble is Trouble.AWAY else "。")
            self.tell(self._waits_for, Tone.WARNING)
        elif self._waits_for and self.message.strip() == self._waits_for:
            self._waits_for = ""
            self.tell("")

    def on_key(self, press: KeyPress) -> None:
        """Keep a key of the screen's own that comes before what it is about; no second one."""
        self._answering = press is self._again
        plain = folded(press)
        own = self.KEEPS_EARLY and any(plain in key.keys for key in self.KEYS)
        if not own or not self._loading or self.has_read:
            return  # Textual asks the next class's handler by itself
        press.stop()
        press.prevent_default()
        self._early = self._early or press
        name = folded(self._early)
        self._early_told = f"正在读取，读完即办“{NAMES.get(name, name)}”，请稍候…"
        self.tell(self._early_told)

    def _work(self, job: Callable[[], Coroutine[None, None, None]], group: str) -> None:
        work: WorkType[None] = job
        self.run_worker(work, group=group, exclusive=True)

    async def _load(self) -> None:
        self._load_again = True
        try:
            while self._load_again:
                self._load_again = False
                await self.load()
        except (Away, Lost):
            # What was read before stays; it is read again by itself.
            self.waits(Trouble.AWAY)
            self.set_timer(_READ_AGAIN, self._read_again)
        except Refusal as refusal:
            self.tell(str(refusal), Tone.WARNING)
            self.unread()
        else:
            self.waits(None)
            self._read = True
        finally:
            self._loading, self._loaded = False, True
            self._came_back = False
            self._answer_early()

    def _answer_early(self) -> None:
        """Do what an early key asks for, if what it is about has come."""
        press, self._early = self._early, None
        if press is None or not self.has_read or not self.is_current:
            return
        if self.message.strip() == self._early_told:
            self.tell("")
        self._again = KeyPress(press.key, press.character)
        self.app.post_message(self._again)

    def on_screen_suspend(self) -> None:
        """Know that the early key has opened something, which is seen before it is answered."""
        self._answering = False

    def _read_again(self) -> None:
        if self.is_current:
            self.reload()
