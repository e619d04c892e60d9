"""A form: labelled fields one under another, filled in without a mouse.

Up, Down, Tab and Enter go from field to field; a pasted line end never does.  Checks
each field by itself; what fields mean together is the screen's and the rules' to say.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar, Final, TypeVar

from textual.actions import SkipAction
from textual.binding import Binding, BindingType
from textual.events import Key as KeyPress
from textual.events import Paste
from textual.message import Message

from tui.widgets.choice_field import ChoiceField
from tui.widgets.date_field import DateField
from tui.widgets.field import Field, ShowField
from tui.widgets.keys import folded
from tui.widgets.sheet import Sheet
from tui.widgets.text_field import CodeField, NoteField, NumberField, TextField

__all__ = [
    "ChoiceField",
    "CodeField",
    "DateField",
    "Field",
    "Form",
    "NoteField",
    "NumberField",
    "ShowField",
    "TextField",
]

Said = TypeVar("Said")

_LONGEST_PASTE: Final = 4096


class Form(Sheet, inherit_bindings=False):
    """Holds fields and the cursor; posts `Changed`, and `Done` on Enter in the last one."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "vertical(-1)"),
        Binding("down", "vertical(1)"),
        Binding("tab", "move(1)"),
        Binding("shift+tab", "move(-1)"),
        Binding("pageup", "end(-1)"),
        Binding("pagedown", "end(1)"),
        Binding("enter", "enter"),
        Binding("left", "side(-1)"),
        Binding("right", "side(1)"),
        Binding("home", "edge(False)"),
        Binding("end", "edge(True)"),
        Binding("backspace", "backspace"),
        Binding("delete", "delete"),
        Binding("f4", "options"),
    ]
    KEYS_HELP: ClassVar[tuple[tuple[str, str], ...]] = (
        ("Tab Enter 上 下", "到上一项或下一项"),
        ("数字 F4 左 右", "选择项：按数字选，F4列出全部；日期项：左右键改一天"),
    )

    @dataclass
    class Changed(Message):
        """A field's value is another one now."""

        form: "Form"
        name: str
        value: str

        @property
        def control(self) -> "Form":
            """Return the form, for `@on` selectors."""
            return self.form

    @dataclass
    class Done(Message):
        """Enter was pressed in the last field."""

        form: "Form"

        @property
        def control(self) -> "Form":
            """Return the form, for `@on` selectors."""
            return self.form

    @dataclass
    class OptionsWanted(Message):
        """F4 was pressed in a choice; the screen shows its list."""

        form: "Form"
        field: ChoiceField

    @dataclass
    class Overflowed(Message):
        """More was typed or pasted than a field takes; the screen says so."""

        form: "Form"
        field: Field

    def choose(self, field: ChoiceField, code: str) -> None:
        """Choose for the person what they picked from a list."""

        def put(held: Field) -> None:
            held.value, held.bad = code, False

        self.go_to(field.name)
        self._apply(put)

    def on_key(self, press: KeyPress) -> None:
        """Type a character into the field."""
        if press.is_printable and press.character is not None:
            choosing = isinstance(self.current, ChoiceField)
            typed = folded(press) if choosing else press.character
            if self._apply(lambda field: field.type(typed)):
                press.stop()

    def on_paste(self, paste: Paste) -> None:
        """Put a paste into the field, as text and never as keys."""
        paste.stop()
        text = paste.text[:_LONGEST_PASTE].strip("\r\n")
        self._apply(lambda field: field.type(text))

    def action_move(self, step: int) -> None:
        """Go to the next or the previous field that can be filled in."""
        rows = range(len(self._fields)) if step > 0 else range(len(self._fields))[::-1]
        beyond = (
            r for r in rows if (r - self._here) * step > 0 and self._fields[r].editable
        )
        self._go(next(beyond, self._here))

    def action_end(self, step: int) -> None:
        """Go to the first or the last field."""
        self._go(self._editable(-step))

    def action_vertical(self, step: int) -> None:
        """Move inside the field where it has lines or days, else to its neighbour."""
        if not self._apply(lambda field: field.vertical(step, self._room)):
            self.action_move(step)

    def action_enter(self) -> None:
        """Go on to the next field; in the last one, be done."""
        before = self._here
        if self._apply(lambda field: field.newline()):
            return
        self.action_move(1)
        if self._here == before:
            self.post_message(self.Done(self))

    def action_side(self, step: int) -> None:
        """Move the caret, or choose the neighbour."""
        self._apply(lambda field: field.side(step))

    def action_edge(self, end: bool) -> None:  # noqa: FBT001 - a binding's argument
        """Move the caret to an end."""
        self._apply(lambda field: field.edge(end=end))

    def action_backspace(self) -> None:
        """Take away what is before the caret."""
        self._apply(lambda field: field.backspace())

    def action_delete(self) -> None:
        """Take away what is after the caret."""
        self._apply(lambda field: field.delete())

    def action_options(self) -> None:
        """Ask the screen to list a choice; elsewhere F4 is the screen's own."""
        if not isinstance(self.current, ChoiceField):
            raise SkipAction
        self.post_message(self.OptionsWanted(self, self.current))

    def _apply(self, edit: Callable[[Field], Said]) -> Said | None:
        """Let the current field answer a key; tell the screen if its value changed."""
        field = self.current
        if field is None or not field.editable:
            return None
        before = field.value
        field.overflowed = False
        said = edit(field)
        self._settle()
        if field.overflowed:
            self.post_message(self.Overflowed(self, field))
        if field.value != before:
            self.post_message(self.Changed(self, field.name, field.value))
        return said
