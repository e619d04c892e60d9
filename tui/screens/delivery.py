"""登记送达: how a notice or an order reached the guardian, as its 送达回证 says."""

from datetime import date
from typing import ClassVar

from core.rules.notice import Delivery, ServedBy
from core.services import notice
from core.services.desk import Desk
from core.services.notice_view import NoticeView
from tui.screens.drafted import ShortForm
from tui.widgets.form import ChoiceField, DateField, TextField
from tui.widgets.keys import Key


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
        "提交后不能更改；期限从送达次日起算。",
    )

    def __init__(self, desk: Desk, seen: NoticeView) -> None:
        today = seen.now.date()
        fields = (
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
        super().__init__(desk, str(seen.paper_id), fields)
        self._seen = seen

    def entitle(self) -> None:
        """Write the title: the paper below knows the rest."""
        self.set_title(f"{self.TITLE_TEXT} {self._seen.kind.label}")

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
        await notice.serve(self.acting_desk, *key, delivery, self._op_id)
        return f"已登记{self._seen.kind.label}送达，期限开始计算。"
