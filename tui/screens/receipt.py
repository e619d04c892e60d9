"""纸质签收: who took the paper in, and when, as the school writes it down (45)."""

from collections.abc import Mapping
from datetime import datetime
from typing import ClassVar

from core.rules.paper import Addressee
from core.services import case_paper_view, report
from core.services.desk import Desk
from core.services.receipt import PaperReceipt
from core.services.report_view import ReportView
from tui.screens.drafted import ShortForm
from tui.screens.police import moment_typed
from tui.widgets.form import ChoiceField, DateField, TextField
from tui.widgets.keys import Key
from tui.widgets.time_field import TimeField


class ReceiptForm(ShortForm):
    """Fill in a paper receipt of an addressee that has not receipted yet."""

    TITLE_TEXT = "登记纸质签收"
    FORM = "receipt"
    KEYS: ClassVar[tuple[Key, ...]] = (
        Key("f4", "列出选项"),
        Key("f9", "提交", "submit"),
    )
    HELP_TEXT = (
        "收文单位不用本系统的，由学校按签收回执登记：谁签收、何时签收；回执原件存校备查。",
        "签收时间不早于签发时间。",
    )

    def __init__(self, desk: Desk, seen: ReportView) -> None:
        super().__init__(desk, str(seen.paper_id), _fields(seen.unreceipted, seen.now))
        self._seen = seen

    async def record(self) -> str:
        """Write the receipt down."""
        typed = self._form.values()
        addressee = Addressee.of(typed["to"])
        on_paper = _on_paper(typed)
        key = (self._seen.township_id, self._seen.paper_id, addressee)
        await report.receive(self.acting_desk, *key, on_paper, self._op_id)
        return f"已登记{addressee.label}的纸质签收。"


class LetterReceiptForm(ShortForm):
    """Fill in the paper receipt of a letter to the township's government."""

    TITLE_TEXT = ReceiptForm.TITLE_TEXT
    FORM = "letter_receipt"
    KEYS: ClassVar[tuple[Key, ...]] = (Key("f9", "提交", "submit"),)
    HELP_TEXT = ReceiptForm.HELP_TEXT

    def __init__(self, desk: Desk, letter: tuple[int, int], now: datetime) -> None:
        super().__init__(desk, str(letter[1]), _by(now))
        self._letter = letter

    async def record(self) -> str:
        """Write the receipt down."""
        on_paper = _on_paper(self._form.values())
        desk, key = self.acting_desk, self._letter
        await case_paper_view.receive(desk, *key, on_paper, self._op_id)
        return f"已登记{Addressee.GOVERNMENT.label}的纸质签收。"


def _on_paper(typed: Mapping[str, str]) -> PaperReceipt:
    return PaperReceipt(
        received_by=typed["by"], received_at=moment_typed(typed["on"], typed["at"])
    )


def _fields(
    left: tuple[Addressee, ...], now: datetime
) -> tuple[ChoiceField | TextField | DateField | TimeField, ...]:
    return (
        ChoiceField(
            "to",
            "收文单位",
            tuple((one.value, one.label) for one in left),
            value=left[0].value if len(left) == 1 else "",
            required=True,
        ),
        *_by(now),
    )


def _by(now: datetime) -> tuple[TextField | DateField | TimeField, ...]:
    today = now.date()
    return (
        TextField("by", "签收人", limit=30, required=True),
        DateField(
            "on", "签收日期", reference=today, value=today.isoformat(), required=True
        ),
        TimeField("at", "签收时间", value=f"{now:%H:%M}", required=True),
    )
