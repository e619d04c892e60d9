"""纸质签收: who took the paper in, and when, as the school writes it down (45)."""

from collections.abc import Iterator
from datetime import datetime
from typing import ClassVar
from uuid import uuid4

from textual.widget import Widget

from core.rules.paper import Addressee
from core.services import report
from core.services.desk import Desk
from core.services.report_view import ReportView
from tui.screens.base import DeskScreen
from tui.screens.police import moment_typed
from tui.widgets.form import ChoiceField, DateField, Form, TextField
from tui.widgets.keys import Key
from tui.widgets.style import Tone
from tui.widgets.time_field import TimeField


class ReceiptForm(DeskScreen):
    """Fill in a paper receipt of an addressee that has not receipted yet."""

    TITLE_TEXT = "登记纸质签收"
    KEYS: ClassVar[tuple[Key, ...]] = (
        Key("f4", "列出选项"),
        Key("f9", "提交", "submit"),
    )
    HELP_TEXT = (
        "收文单位不用本系统的，由学校按签收回执登记：谁签收、何时签收；回执原件存校备查。",
        "签收时间不早于签发时间。",
    )

    def __init__(self, desk: Desk, seen: ReportView) -> None:
        super().__init__(desk)
        self._seen = seen
        self._op_id = uuid4()
        self._form = Form(*_fields(seen.unreceipted, seen.now))

    def compose(self) -> Iterator[Widget]:
        """Show the form."""
        yield self._form

    async def load(self) -> None:
        """Nothing is read: the report below knows it all."""

    def on_form_done(self) -> None:
        """Submit by Enter in the last field."""
        self.action_submit()

    def action_submit(self) -> None:
        """Write the receipt down."""
        sentence = self._form.problem()
        if sentence is None:
            self.act(self._submit)
        else:
            self.tell(sentence, Tone.WARNING)

    async def _submit(self) -> None:
        typed = self._form.values()
        addressee = Addressee.of(typed["to"])
        on_paper = report.PaperReceipt(
            received_by=typed["by"], received_at=moment_typed(typed["on"], typed["at"])
        )
        key = (self._seen.township_id, self._seen.paper_id, addressee)
        await report.receive(self.desk, *key, on_paper, self._op_id)
        below = self.below
        self.dismiss(None)
        if isinstance(below, DeskScreen):
            below.tell(f"已登记{addressee.label}的纸质签收。")


def _fields(
    left: tuple[Addressee, ...], now: datetime
) -> tuple[ChoiceField | TextField | DateField | TimeField, ...]:
    today = now.date()
    return (
        ChoiceField(
            "to",
            "收文单位",
            tuple((one.value, one.label) for one in left),
            value=left[0].value if len(left) == 1 else "",
            required=True,
        ),
        TextField("by", "签收人", limit=30, required=True),
        DateField(
            "on", "签收日期", reference=today, value=today.isoformat(), required=True
        ),
        TimeField("at", "签收时间", value=f"{now:%H:%M}", required=True),
    )
