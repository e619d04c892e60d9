"""A form whose text is kept while it is typed, and resumed wherever the person signs in.

What stands in the form, and what submitting it does, is its screen's.  A `ShortForm` knows
its fields when it is opened; any other reads first what they are.
"""

from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import replace
from typing import ClassVar, Final
from uuid import uuid4

from pydantic import TypeAdapter
from textual import on
from textual.widget import Widget

from core.rules.draft import Draft
from core.rules.errors import Refusal
from core.services import draft
from core.services.desk import Desk
from tui.screens.base import DeskScreen
from tui.screens.unsaved import Unsaved
from tui.widgets.form import Field, Form
from tui.widgets.style import Tone

_TYPED: Final = TypeAdapter(dict[str, str])
_NOT_YET: Final = "正在读取，请稍候再提交。"


class Drafted(DeskScreen):
    """A screen of one form with a draft; `form_name` and `subject` name the draft."""

    FORM: ClassVar[str] = ""
    KEEPS_EARLY = False

    def __init__(self, desk: Desk, subject: str) -> None:
        super().__init__(desk)
        self._subject = subject
        self._op_id = uuid4()
        self._unsaved = Unsaved(self, self._save)
        self._kept = False  # whether the database has had a draft of this form
        self._form = Form()

    def compose(self) -> Iterator[Widget]:
        """Show the form."""
        yield self._form

    async def begin(self, fields: Sequence[Field], first: str) -> None:
        """Show the fields, filled with what this person left in them before.

        What is typed while the draft is being read is newer than the draft, and stays.
        """
        self._form.fields = fields
        self._form.go_to(first)
        await self.resume()

    async def resume(self) -> None:
        """Fill the form with what this person left in it before."""
        fields = self._form.fields
        shown = dict(self._form.values())
        left = await self._left()
        if left is None:
            return
        self._op_id, self._kept = left.op_id, True
        editable = {field.name for field in fields if field.editable}
        untouched = {n for n, value in self._form.values().items() if value == shown[n]}
        for name, value in _TYPED.validate_json(left.body).items():
            if name in editable & untouched:
                self._form.set_value(name, value)
        self.tell(f"已恢复 {left.saved_at:%m-%d %H:%M} 的草稿。")

    @property
    def is_unsaved(self) -> bool:
        """Tell whether something was typed that is not in the draft yet."""
        return self._unsaved.waits

    def is_filled(self) -> bool:
        """Tell whether every field is right; say what is not."""
        if not self._form.fields:
            self.tell(_NOT_YET)
            return False
        sentence = self._form.problem()
        if sentence is not None:
            self.tell(sentence, Tone.WARNING)
        return sentence is None

    async def submitted(self, act: Callable[[], Awaitable[str]]) -> None:
        """Run the act of this form, which forgets its draft, and go back with its words.

        An act that was committed already, from another terminal, is told and left: the
        draft it came from is gone.
        """
        self._unsaved.drop()
        try:
            said = await act()
        except Refusal as refusal:
            if not self._kept or await self._left() is not None:
                self._unsaved.changed()
                raise
            said = str(refusal)
        below = self.below
        self.dismiss(None)
        if isinstance(below, DeskScreen):
            below.tell(said)

    @on(Form.Changed)
    def _typed(self) -> None:
        self._unsaved.changed()

    @property
    def acting_desk(self) -> Desk:
        """Return the desk at which the act of this form forgets its draft."""
        return replace(self.desk, forgets=(self.FORM, self._subject))

    async def on_unmount(self) -> None:
        """Keep the last keys as well."""
        await self._unsaved.at_last()

    async def _save(self) -> None:
        body = _TYPED.dump_json(dict(self._form.values())).decode()
        at = await draft.save(self.desk, self.FORM, self._subject, self._op_id, body)
        self._kept = True
        self.tell_kept(at)

    async def _left(self) -> Draft | None:
        return await draft.load(self.desk, self.FORM, self._subject)


class ShortForm(Drafted):
    """A form whose fields are known when it is opened; F9, or Enter at its end, submits."""

    def __init__(
        self, desk: Desk, subject: str, fields: Sequence[Field], first: str = ""
    ) -> None:
        super().__init__(desk, subject)
        self._form = Form(*fields)
        if first:
            self._form.go_to(first)
        self._resumed = False

    async def load(self) -> None:
        """Write the title, and show once what was left in the form."""
        self.entitle()
        if not self._resumed:
            self._resumed = True
            await self.resume()

    def entitle(self) -> None:
        """Write the title: what the screen below knows is shown."""

    def on_form_done(self) -> None:
        """Submit by Enter in the last field."""
        self.action_submit()

    def action_submit(self) -> None:
        """Submit what is typed."""
        if self.is_filled():
            self.act(self.submit)

    async def submit(self) -> None:
        """Do the act, and go back with its words."""
        await self.submitted(self.record)

    async def record(self) -> str:
        """Do the act of this form at `acting_desk`; return what to tell."""
        raise NotImplementedError
