"""One question, two answers; a grave one wants a word typed, never one key."""

from collections.abc import Iterator
from typing import ClassVar, Final

from textual.widget import Widget

from tui.screens.frame import Answer
from tui.widgets.cells import wrapped
from tui.widgets.form import Form, TextField
from tui.widgets.keys import Key
from tui.widgets.prose import Prose
from tui.widgets.style import Tone

# Typed where the input method is off.
_YES: Final = "yes"
_NARROW: Final = 60  # cells; on a wider screen the question leaves a blank line


class Confirm(Answer[bool]):
    """Ask before an act; `word` makes the person type that word (or YES), then Enter."""

    TITLE_TEXT = "请确认"
    KEYS: ClassVar[tuple[Key, ...]] = (
        Key("enter,1", "是", "yes"),
        Key("escape,f10,2", "否", "no"),
    )

    def __init__(self, question: str, *, word: str | None = None) -> None:
        super().__init__()
        self._word = word
        self._form = Form(TextField("word", f"请键入“{word}”", limit=8))
        choices = ("1 是", "2 否") if word is None else ()
        self._prose = Prose(("", *question.split("\n"), "", *choices))
        self._prose.can_focus = False

    def compose(self) -> Iterator[Widget]:
        """Put the question over its answer."""
        yield self._prose
        if self._word is not None:
            lines = (wrapped(line, _NARROW) for line in self._prose.lines)
            self._prose.styles.height = sum(map(len, lines)) + 1
            yield self._form

    def action_yes(self) -> None:
        """Answer yes, where the word stands or none is asked for."""
        typed = self._form.values()["word"]
        if self._word is None or typed == self._word or typed.lower() == _YES:
            self.dismiss(True)
        else:
            self.tell(
                f"请键入“{self._word}”（或YES）后按Enter；不办理请按Esc。", Tone.WARNING
            )

    def action_no(self) -> None:
        """Answer no."""
        self.dismiss(False)

    def on_form_done(self) -> None:
        """Answer yes by Enter in the field."""
        self.action_yes()
