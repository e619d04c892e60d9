"""登记送达: how a notice or an order reached the guardian; put right here as well."""

from datetime import date
from typing import ClassVar, Final

from core.rules.notice import Delivery, ServedBy
from core.services import delivery as service
from core.services import notice
from core.services.desk import Desk
from core.services.notice_view import NoticeView
from tui.screens.drafted import ShortForm
from tui.widgets.form import ChoiceField, DateField, TextField
from tui.widgets.keys import Key

_CORRECTS: Final = "更正送达"


class DeliveryForm(ShortForm):
    """Fill in the way, the day and the names; the term begins with the day."""

    TITLE_TEXT = "登记送达"
    FORM = "delivery"
    KEYS: ClassVar[tuple[Key, ...]] = (
        Key("f4", "列出选项"),
        Key("f9", "提交", "submit"),
    )
    HELP_TEXT = (
        "照送达回证填写，原件存校备查。拒收的选留置送达，写明拒收情形和见证人。",
        "期限从送达次日起算；登记有误的可更正，写明原因，原记录保留。",
    )

    def __init__(self, desk: Desk, seen: NoticeView) -> None:
        super().__init__(desk, _subject(seen), _fields(desk, seen))
        self._seen = seen

    def entitle(self) -> None:
        """Write the title: the paper below knows the rest."""
        called = _CORRECTS if self._seen.delivered else self.TITLE_TEXT
        self.set_title(f"{called} {self._seen.kind.label}")

    async def record(self) -> str:
        """Record the service."""
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
        label = self._seen.kind.label
        if self._seen.delivered is None:
            await notice.serve(self.acting_desk, *key, delivery, self._op_id)
            return f"已登记{label}送达，期限开始计算。"
        told = (typed["why"], self._seen.version, self._op_id)
        await service.correct(self.acting_desk, key, delivery, *told)
        return f"{label}送达记录已更正，原记录保留。"


def _subject(seen: NoticeView) -> str:
    """Return the draft's subject: a correction is another text than the first record."""
    return f"{seen.paper_id}:{seen.version}" if seen.version else str(seen.paper_id)


def _fields(
    desk: Desk, seen: NoticeView
) -> tuple[ChoiceField | DateField | TextField, ...]:
    """Return the fields as the service was written down before, if it was."""
    today, held = seen.now.date(), seen.delivered
    ways = tuple((one.value, one.label) for one in ServedBy)
    on = today if held is None else held.served_on
    by = desk.actor.name if held is None else held.served_by
    taken = seen.guardian if held is None else held.received_by
    fields: tuple[ChoiceField | DateField | TextField, ...] = (
        ChoiceField("way", "送达方式", ways, value=held.way if held else "", required=True),
        DateField("on", "送达日期", reference=today, value=on.isoformat(), required=True),
        TextField("by", "送达人", limit=60, value=by, required=True),
        TextField("taken", "签收人", limit=30, value=taken),
        TextField("witness", "见证人", limit=60, value=held.witness if held else ""),
        TextField("refusal", "拒收情形", limit=100, value=held.refusal if held else ""),
    )
    if held is None:
        return fields
    return (*fields, TextField("why", "更正原因", limit=100, required=True))
