"""One session's terminal: who it says it is, what is known of it, how it is drawn.

The session carries it; the driver and the painter, the widgets and the screen 设置 find it
by `terminal_here`.  Nothing of it is shared between sessions, and nothing of it is
Textual's: what Textual is told is the same for everybody in a process.
"""

from dataclasses import dataclass, field

from textual.message import Message

from core.rules.terminal import (
    Display,
    Encoding,
    Measured,
    Remembered,
    Wanted,
    Width,
    display,
)
from tui.ruler import HERE, Ruled, Ruler
from tui.widgets.style import PLAIN, Look, look_for


@dataclass
class Terminal(Ruled):
    """A terminal of one person, as far as it is known."""

    client: str = "-"
    calls_itself: str = ""
    known: Remembered = field(default_factory=Remembered)
    # How it is drawn, and what that is made of: they follow from the three above.
    display: Display = field(default_factory=Display)
    look: Look = PLAIN

    def call(self, client: str, calls_itself: str) -> None:
        """Know what the client and the terminal say they are."""
        self.client, self.calls_itself = client, calls_itself
        self.learn()

    @property
    def codec(self) -> str:
        """Return Python's name for its encoding."""
        return "gbk" if self.display.encoding is Encoding.GBK else "utf-8"

    def learn(
        self, *, wanted: Wanted | None = None, measured: Measured | None = None
    ) -> bool:
        """Take in what is new; tell whether it is drawn otherwise from now on."""
        before = self.display
        self.known = Remembered(
            wanted=wanted or self.known.wanted, measured=measured or self.known.measured
        )
        self.display = after = display(self.calls_itself, self.known)
        self.look = look_for(after)
        self.ruler = Ruler(
            wide=after.width is Width.TWO, gbk=after.encoding is Encoding.GBK
        )
        return after != before


@dataclass
class Learned(Message):
    """Something is known of the terminal now; `anew` where all is to be drawn again."""

    anew: bool


@dataclass
class Spoiled(Message):
    """Something was printed over a row of the screen."""

    row: int


@dataclass
class Wished(Message):
    """The person wants the terminal drawn so."""

    wanted: Wanted


def terminal_here() -> Terminal:
    """Return the terminal of this session, or one that nothing is known of."""
    here = HERE.get(None)
    return here if isinstance(here, Terminal) else Terminal()
