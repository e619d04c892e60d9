"""登记送达: how a notice or an order reached the guardian, as its 送达回证 says."""

from collections.abc import Iterator
from datetime import date
from typing import ClassVar
from uuid import uuid4

from textual.widget import Widget

from core.rules.notice import Delivery, ServedBy
from core.services import notice
from core.services.desk import Desk
from core.services.notice_view import NoticeView
from tui.screens.base import DeskScreen
from tui.widgets.form import ChoiceField, DateField, Form, TextField
from tui.widgets.keys import Key
from tui.widgets.style import Tone


class DeliveryForm(DeskScreen):
    """Fill in the way, the day and the names; the term begins with the day."""

    TITLE_TEXT = "登记送达"
    KEYS: ClassVar[tuple[Key, ...]] = (
        Key("f4", "列出选项"),
        Key("f9", "提交", "submit"),
    )
    HELP_TEXT = (
        "照送达回证填写，原件存校备查。拒收的选留置送达，写明拒收情形和见证人。",
        "提交后不能更改；期限从送达次日起算。",
    )

    def __init__(self, desk: Desk, seen: NoticeView) -> None:
        super().__init__(desk)
        self._seen = seen
        self._op_id = uuid4()
        today = seen.now.date()
        self._form = Form(
            ChoiceField(
                "way",
                "送达方式",
                tuple((one.value, one.label) for one in ServedBy),
                required=True,
            ),
            DateField(
                "on", "送达日期", reference=today, value=today.isoformat(), required=True
            ),
            TextField("by", "送达人", limit=60, value=desk.actor.name, required=True),
            TextField("taken", "签收人", limit=30, value=seen.guardian),
            TextField("witness", "见证人", limit=60),
            TextField("refusal", "拒收情形", limit=100),
        )

    def compose(self) -> Iterator[Widget]:
        """Show the form."""
        yield self._form

    async def load(self) -> None:
        """Write the title: the paper below knows the rest."""
        self.set_title(f"{self.TITLE_TEXT} {self._seen.kind.label}")

    def on_form_done(self) -> None:
        """Submit by Enter in the last field."""
        self.action_submit()

    def action_submit(self) -> None:
        """Record the service."""
        sentence = self._form.problem()
        if sentence is None:
            self.act(self._submit)
        else:
            self.tell(sentence, Tone.WARNING)

    async def _submit(self) -> None:
        typed = self._form.values()
        way = ServedBy.of(typed["way"])
        delivery = Delivery(
            way=way,
            served_on=date.fromisoformat(typed["on"]),
            served_by=typed["by"],
            # Who refuses signs nothing, whatever stood in the field.
            received_by="" if way is ServedBy.LEFT else typed["taken"],
            witness=typed["witness"],
            refusal=typed["refusal"],
        )
        key = (self._seen.township_id, self._seen.paper_id)
        await notice.serve(self.desk, *key, delivery, self._op_id)
        below = self.below
        self.dismiss(None)
        if isinstance(below, DeskScreen):
            below.tell(f"已登记{self._seen.kind.label}送达，期限开始计算。")
