"""One child of 适龄儿童登记: its page; the form is area_child_form."""

from collections.abc import Iterator
from functools import partial
from typing import ClassVar, Final
from uuid import uuid4

from textual.widget import Widget

from core.papers.words import minute
from core.rules.area_child import (
    AreaChild,
    AreaProof,
    Strike,
    must_enter,
    must_verify,
)
from core.rules.duty import DutyKind
from core.rules.time import Moment
from core.services import area_child
from core.services.area_child_case import must_open_for, open_case
from core.services.desk import Desk
from tui.screens.area_child_form import AreaForm
from tui.screens.ask import Ask
from tui.screens.base import DeskScreen
from tui.screens.confirm import Confirm
from tui.screens.open import open_child
from tui.screens.pick import Pick
from tui.widgets.keys import Key
from tui.widgets.prose import Prose

_NONE: Final = "未登记"
_LONGEST: Final = 100
_BY_HAND: Final = tuple(one for one in Strike if one is not Strike.ENROLLED)


class AreaChildScreen(DeskScreen):
    """Show what is known of a child; update, verify, strike off."""

    TITLE_TEXT = "适龄儿童"
    NOUNS = frozenset({"area_child", "case"})
    KEYS: ClassVar[tuple[Key, ...]] = (
        Key("1", "更新", "update", hint="情况有变、期满续查；更新后须重新核验"),
        Key(
            "2",
            DutyKind.VERIFY_CHANGE.label,
            "verify",
            hint="另一人核对；缓学免学由政府、教育局",
        ),
        Key("3", "销除", "strike", hint="迁出、亡故、超龄、登记有误；写明依据，记录保留"),
        Key("4", "立案", "case", hint="适龄未入学、去向未查明的；已立案的查看个案"),
    )
    HELP_TEXT = ("证件号、电话只显示部分；取完整的用导出的报送版，写明用途。",)

    def __init__(self, desk: Desk, child_id: int) -> None:
        super().__init__(desk)
        self._child_id = child_id
        self._child: AreaChild | None = None
        self._now: Moment | None = None
        self._op_id = uuid4()
        self._prose = Prose()

    def compose(self) -> Iterator[Widget]:
        """Show it as text."""
        yield self._prose

    async def load(self) -> None:
        """Read the child."""
        child, now = await area_child.one_child(self.desk, self._child_id)
        self._child, self._now = child, now
        proof = child.proof(now.date())
        self._prose.lines = _lines(child, proof)
        self.set_title(f"{self.TITLE_TEXT} {child.name}", child.state.label)

    def action_update(self) -> None:
        """Write what is now known."""
        child = self._child
        if child is not None and self._may_enter(child):
            self.app.push_screen(AreaForm(self.desk, child))

    def _may_enter(self, child: AreaChild) -> bool:
        place = (child.township_id, child.school_id)
        return self.allows(partial(must_enter, self.desk.actor, *place))

    def action_verify(self) -> None:
        """Say that the claim is proved."""
        child = self._child
        if child is None:
            return
        if self.allows(partial(must_verify, self.desk.actor, child)):
            question = f"{child.name}：{child.state.label}\n\n依据已核对属实：{child.basis}"
            self.app.push_screen(Confirm(question), partial(self._verifies, child))

    def _verifies(self, child: AreaChild, yes: bool | None) -> None:  # noqa: FBT001 - an answer
        if yes:
            self.act(partial(self._verified, child))

    async def _verified(self, child: AreaChild) -> None:
        await area_child.verify(self.desk, child, self._op_id)
        self._op_id = uuid4()
        self.tell("已核验。")

    def action_case(self) -> None:
        """Open the child's case, or look at it."""
        child, now = self._child, self._now
        if child is None or now is None:
            return
        if child.case_number is not None and child.student_id is not None:
            open_child(self, child.township_id, child.student_id)
        elif self.allows(partial(must_open_for, self.desk, child, now)):
            prompt = Ask("了解到的情况（何时、谁反映、如何说）", limit=_LONGEST)
            self.app.push_screen(prompt, self._opens)

    def _opens(self, note: str | None) -> None:
        if note is not None:
            self.act(partial(self._opened, note))

    async def _opened(self, note: str) -> None:
        number = await open_case(self.desk, self._child_id, note, self._op_id)
        self._op_id = uuid4()
        self.tell(f"已立案，编号{number}；书面报告今日内由校长签发。")

    def action_strike(self) -> None:
        """Strike the child off."""
        if self._child is not None and self._may_enter(self._child):
            options = tuple((one.value, one.label) for one in _BY_HAND)
            self.app.push_screen(Pick("销除的原因", options), self._strikes)

    def _strikes(self, code: str | None) -> None:
        if code is not None:
            prompt = Ask("依据（证明材料及存放处）", limit=_LONGEST)
            self.app.push_screen(prompt, partial(self._strike, Strike.of(code)))

    def _strike(self, why: Strike, note: str | None) -> None:
        if note is not None:
            self.act(partial(self._struck, why, note))

    async def _struck(self, why: Strike, note: str) -> None:
        await area_child.strike(self.desk, self._child_id, (why, note), self._op_id)
        below = self.below
        self.dismiss(None)
        if isinstance(below, DeskScreen):
            below.tell("已销除，记录保留。")


def _lines(child: AreaChild, proof: AreaProof) -> tuple[str, ...]:
    verified = ""
    if child.verified_at is not None:
        verified = f"（{minute(child.verified_at)} {child.verified_by}）"
    until = "" if child.until_on is None else f"至 {child.until_on:%Y-%m-%d}"
    phone, born = child.phone or "电话未登记", f"{child.born_on:%Y-%m-%d}"
    return (
        "",
        f"基本信息：{child.sex.label} {born}出生 证件号 {child.identity_number or _NONE}",
        f"户籍村：{child.village or _NONE}    责任学校：{child.school_name or _NONE}",
        f"监护人：{child.guardian or _NONE} {phone}    现住址：{child.address or _NONE}",
        "",
        f"情况：{child.state.label} {child.elsewhere or ''} {until}",
        f"依据：{child.basis or '无'}",
        f"核验：{proof.label}{verified}",
        f"个案：{child.case_number or '未立案'}",
        "",
        f"登记：{minute(child.entered_at)} {child.entered_by}",
    )
