"""One line of text asked for: a reason, a word to look for."""

from collections.abc import Iterator, Sequence
from typing import ClassVar, Final

from textual.widget import Widget

from tui.screens.frame import Answer
from tui.widgets.cells import wrapped
from tui.widgets.form import Form, TextField
from tui.widgets.keys import Key
from tui.widgets.prose import Prose
from tui.widgets.style import Tone

_NARROW: Final = 60  # cells; on a wider screen a long text leaves a blank line


class Ask(Answer[str | None]):
    """Ask for at most `limit` characters; None where the person goes back.

    `above`: what is to be read before it is answered.
    """

    TITLE_TEXT = "请填写"
    KEYS: ClassVar[tuple[Key, ...]] = (
        Key("enter", "确定"),
        Key("f9,f2", "确定", "submit", on_line=False),
    )

    def __init__(
        self,
        prompt: str,
        *,
        limit: int,
        value: str = "",
        secret: bool = False,
        above: Sequence[str] = (),
    ) -> None:
        super().__init__()
        self._above = Prose(("", *above, ""))
        self._above.can_focus = False
        self._above.display = bool(above)
        self._form = Form(
            TextField(
                "answer", prompt, limit=limit, value=value, secret=secret, required=True
            )
        )

    def compose(self) -> Iterator[Widget]:
        """Show the one field, under what is to be read."""
        lines = (wrapped(line, _NARROW) for line in self._above.lines)
        self._above.styles.height = sum(map(len, lines))
        yield self._above
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
