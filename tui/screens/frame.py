"""What every screen draws: a title, its own body, a message line and a key line.

One table of keys makes a screen's bindings, its key line and its help.  Whom it acts for
is base.py's; a question that is answered and gone is an `Answer`.
"""

from dataclasses import dataclass
from typing import ClassVar, Final, Generic, TypeVar

from textual.containers import Vertical
from textual.events import Key as KeyPress
from textual.events import Resize
from textual.message import Message

from core.rules.news import Where
from tui.widgets.drawn import Drawn
from tui.widgets.form import Form, TextField
from tui.widgets.keys import NAMES, Key, bindings, folded, key_line, typed_character
from tui.widgets.line import KeyLine, Line, Sentence
from tui.widgets.style import Look, Tone, look_of
from tui.widgets.windowed import Windowed

Result = TypeVar("Result")

BACK: Final = Key("f10,escape", "返回", "back")


@dataclass
class News(Message, bubble=False):
    """Something changed somewhere; the app posts it to the screen on top."""

    where: Where
    nouns: frozenset[str]


class Framed(Windowed[Result], Generic[Result]):
    """Puts title, message and keys around what a subclass's `compose` yields."""

    TITLE_TEXT: ClassVar[str] = ""
    KEYS: ClassVar[tuple[Key, ...]] = ()
    STANDING: ClassVar[tuple[Key, ...]] = (BACK,)
    DEFAULT_CSS: ClassVar[str] = """
    Framed {
        background: ansi_default; color: ansi_default; overflow: hidden;
        & > .head { dock: top; }
        & > .foot { dock: bottom; height: auto; }
    }
    """

    def __init_subclass__(cls) -> None:
        """Make the bindings from the key table, so that nothing is bound unseen."""
        cls.BINDINGS = bindings(cls.every_key())
        super().__init_subclass__(inherit_bindings=False)

    def __init__(self) -> None:
        super().__init__()
        self._head = Line(self.TITLE_TEXT, tone=Tone.TITLE)
        self._head.add_class("head")
        self._message = Sentence()
        self._keys = KeyLine()
        self.compose_add_child(self._head)
        self.compose_add_child(Vertical(self._message, self._keys, classes="foot"))
        # Set by a question that went over this screen: what was typed here stays.
        self.only_asked = False
        self._told_unused = False

    @classmethod
    def every_key(cls) -> tuple[Key, ...]:
        """Return the screen's own keys, and the standing ones it has not taken."""
        taken = frozenset(key for own in cls.KEYS for key in own.keys)
        standing = (key.without(taken) for key in cls.STANDING)
        return (*cls.KEYS, *(key for key in standing if key is not None))

    @property
    def look(self) -> Look:
        """Return the look of the person's terminal."""
        return look_of(self.app)

    @property
    def below(self) -> "Framed[object] | None":
        """Return the screen this one lies on, if it is one of ours.

        News may still reach a screen that has just been left: it lies on nothing.
        """
        stack = self.app.screen_stack
        at = stack.index(self) if self in stack else 0
        under = stack[at - 1] if at else None
        return under if isinstance(under, Framed) else None

    @property
    def message(self) -> str:
        """Return the sentence on the message line."""
        return self._message.text

    def set_title(self, left: str, right: str = "") -> None:
        """Write the title line."""
        self._head.put(f" {left}", f"{right} " if right else "")

    def tell(self, sentence: str, tone: Tone = Tone.STRONG) -> None:
        """Write the message, whole; the empty sentence clears it."""
        self._told_unused = False
        self._message.put(f" {sentence}" if sentence else "", tone=tone)

    def on_mount(self) -> None:
        """Write the title."""
        if not self._head.text.startswith(" "):
            self.set_title(self.TITLE_TEXT)

    def on_resize(self, event: Resize) -> None:
        """Write as many keys as the width takes."""
        self._write_keys(event.size.width)

    def offers(self, key: Key) -> bool:
        """Tell whether one of the screen's own keys is worth its place on the key line."""
        del key
        return True

    def remeasure(self) -> None:
        """Write the keys anew for a terminal of other widths."""
        self._write_keys(self.size.width)

    def _write_keys(self, cells: int) -> None:
        own = [key for key in self.every_key() if key in self.KEYS and self.offers(key)]
        standing = [key for key in self.every_key() if key not in self.KEYS]
        self._keys.put(key_line(own, standing, cells))

    def on_screen_suspend(self) -> None:
        """Forget what was told: on the way back it would be about something else."""
        self.tell("")

    def on_key(self, press: KeyPress) -> None:
        """Take a full-width digit for the plain key: the input method was left on.

        Says of a key that does nothing here that it does nothing.
        """
        plain = folded(press)
        if self._told_unused:
            self.tell("")
        if plain in self.active_bindings:
            actions = [k.action for k in self.every_key() if plain in k.keys and k.action]
            if plain != press.key and actions:
                press.stop()
                self.call_next(self.run_action, actions[0])
        elif unused := typed_character(press) or NAMES.get(plain, ""):
            self._tell_unused(self._unused(unused))

    def on_drawn_sought(self, sought: Drawn.Sought) -> None:
        """Say that no line goes by what was typed."""
        if not sought.found:
            self._tell_unused(f"没有找到“{sought.typed}”。")
        elif self._told_unused:
            self.tell("")

    def _tell_unused(self, sentence: str) -> None:
        self.tell(sentence)
        self._told_unused = True

    def _unused(self, name: str) -> str:
        """Return what to say of a key that did nothing."""
        if any(name in key.keys for key in self.KEYS):
            return f"没有第{name}项。"
        return f"此处不用“{name}”；可用的键见最下一行。"

    def on_form_overflowed(self, overflowed: Form.Overflowed) -> None:
        """Say that a field did not take all that was typed or pasted."""
        field = overflowed.field
        if isinstance(field, TextField):
            self.tell(f"{field.label}最多{field.limit}字，超出的没有填入。", Tone.WARNING)

    def action_back(self) -> None:
        """Go back to where one came from, with no answer."""
        self.dismiss(None)

    def action_next_area(self) -> None:
        """Put the cursor into the next part of the screen."""
        self.focus_next()


class Answer(Framed[Result]):
    """A question over a screen: the screen keeps what was typed, and hears the news.

    F1 names its keys in the message line: whoever is asked something stays with it.
    """

    STANDING: ClassVar[tuple[Key, ...]] = (
        Key("f1,insert", "帮助", "help", on_line=False),
        BACK,
    )

    def action_help(self) -> None:
        """Name every key."""
        keys = (key for key in self.every_key() if key.action != "help")
        self.tell("  ".join(f"{key.names}：{key.label}" for key in keys))

    def on_mount(self) -> None:
        """Tell the screen below that it was only asked something."""
        if self.below is not None:
            self.below.only_asked = True

    def on_news(self, news: News) -> None:
        """Pass the news on."""
        if self.below is not None:
            self.below.post_message(News(news.where, news.nouns))
