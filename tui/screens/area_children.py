"""适龄儿童登记: the children in no school of the township, and 入学率 above them."""

from collections.abc import Iterator
from typing import ClassVar

from textual import on
from textual.widget import Widget

from core.rules.area_child import ENTERED_BY, AreaChild, AreaProof
from core.rules.duty import DutyKind
from core.rules.errors import NotYours
from core.rules.school_age import enrolment_rate
from core.services import area_child
from core.services.area_child import AreaList
from core.services.desk import Desk
from tui.screens.area_child import AreaChildScreen
from tui.screens.area_child_form import AreaForm
from tui.screens.base import DeskScreen
from tui.widgets.keys import Key
from tui.widgets.listing import Column, Listing
from tui.widgets.style import Tone

_WARNS = frozenset({AreaProof.NONE, AreaProof.EXPIRED})


class AreaChildrenScreen(DeskScreen):
    """List them, those of whom nothing is proved first."""

    TITLE_TEXT = "适龄儿童登记"
    NOUNS = frozenset({"area_child", "change", "roster", "case"})
    KEYS: ClassVar[tuple[Key, ...]] = (
        Key("enter", "查看", hint="更新、核验、销除"),
        Key("f4", "新登记", "new", hint="未入学、缓学免学、送教上门、外地就读等"),
    )
    HELP_TEXT = (
        "登记户籍在本乡镇、又不在本乡镇各校就读的适龄儿童和学龄前儿童；在校学生以名册为准，不必登记。",
        "缓学、免学由乡镇政府或教育局核验，其他由另一人核验；未核的不计入学。",
        "按证件号在本乡镇名册中找到的，系统自动销除。名册式的表：导出学生花名册，表册选适龄儿童台账。",
    )

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._list: AreaList | None = None
        self._listing = Listing(
            (
                Column[AreaChild]("情况", 16, lambda one: one.state.label),
                Column[AreaChild](
                    DutyKind.VERIFY_CHANGE.label, 8, lambda one: self._proof(one).label
                ),
                Column[AreaChild]("出生", 10, lambda one: f"{one.born_on:%Y-%m-%d}"),
                Column[AreaChild]("姓名", 12, lambda one: one.name),
                Column[AreaChild]("村、责任学校", 0, _where),
            ),
            key=lambda one: one.id,
            jump_fn=lambda one: one.initials,
            empty="没有登记。未入学、外地就读等不在本乡镇各校的适龄儿童，按F4登记。",
            tone_fn=lambda one: Tone.WARNING if self._proof(one) in _WARNS else Tone.PLAIN,
        )

    def compose(self) -> Iterator[Widget]:
        """Show the list."""
        yield self._listing

    async def load(self) -> None:
        """Read the register."""
        found = await area_child.listing(self.desk)
        self._list = found
        self.show_rows(self._listing, found.children, lambda one: one.id)
        open_ = sum(self._proof(one) in _WARNS for one in found.children)
        told = f"{found.now:%m-%d}  登记{len(found.children)} 待督促{open_}"
        if found.counted is not None:
            rate = enrolment_rate(found.counted)
            told += f"  适龄{rate.whole} 入学率{rate.printed}%"
        self.set_title(self.TITLE_TEXT, told)

    def _proof(self, one: AreaChild) -> AreaProof:
        return AreaProof.PENDING if self._list is None else one.proof(self._list.now.date())

    @on(Listing.Chosen)
    def _open(self, chosen: Listing.Chosen[AreaChild]) -> None:
        self.app.push_screen(AreaChildScreen(self.desk, chosen.record.id))

    def action_new(self) -> None:
        """Enter a child."""
        if self._list is None or not self._list.may_enter:
            who = "、".join(role.label for role in ENTERED_BY)
            self.tell(str(NotYours(who)), Tone.WARNING)
        else:
            self.app.push_screen(AreaForm(self.desk, None))


def _where(one: AreaChild) -> str:
    return "  ".join(part for part in (one.village, one.school_name, one.elsewhere) if part)
