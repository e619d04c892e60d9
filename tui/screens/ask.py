"""One line of text asked for: a reason, a word to look for."""

from collections.abc import Iterator
from typing import ClassVar

from textual.widget import Widget

from tui.screens.frame import Answer
from tui.widgets.form import Form, TextField
from tui.widgets.keys import Key
from tui.widgets.style import Tone


class Ask(Answer[str | None]):
    """Ask for at most `limit` characters; None where the person goes back."""

    TITLE_TEXT = "请填写"
    KEYS: ClassVar[tuple[Key, ...]] = (
        Key("enter", "确定"),
        Key("f9,f2", "确定", "submit", on_line=False),
    )

    def __init__(
        self, prompt: str, *, limit: int, value: str = "", secret: bool = False
    ) -> None:
        super().__init__()
        self._form = Form(
            TextField(
                "answer", prompt, limit=limit, value=value, secret=secret, required=True
            )
        )

    def compose(self) -> Iterator[Widget]:
        """Show the one field."""
        yield self._form

    def on_form_done(self) -> None:
        """Answer by Enter in the field."""
        self.action_submit()

    def action_submit(self) -> None:
        """Answer with what is typed, if anything is."""
        sentence = self._form.problem()
        if sentence is None:
            self.dismiss(self._form.values()["answer"])
        else:
            self.tell(sentence, Tone.WARNING)
