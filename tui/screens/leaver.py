"""离任移交: who leaves, who succeeds, one question; the rest is one act."""

from collections.abc import Iterator, Sequence
from functools import partial
from typing import ClassVar
from uuid import uuid4

from textual import on
from textual.widget import Widget

from core.rules.leaver import Holder
from core.services import leaver
from core.services.desk import Desk
from tui.screens.base import DeskScreen, Key
from tui.screens.confirm import Confirm
from tui.screens.pick import Option, Pick
from tui.widgets.listing import Column, Listing


class LeaverScreen(DeskScreen):
    """List whom this person gives posts; Enter hands one's over to another."""

    TITLE_TEXT = "离任移交"
    NOUNS = frozenset({"staff"})
    KEYS: ClassVar[tuple[Key, ...]] = (
        Key("enter", "办离任", hint="选接任者，确认后立即生效"),
    )
    HELP_TEXT = (
        "离任者的岗位、班级、待办和没有提交的草稿一次移交接任者，账号即时停用，记入留痕。",
        "接任者重新登录后即见。离任者签过、点过的记录不变；代签随之失效，由校长另行授权。",
        "没有接任者的，先由分管领导接任，再另行安排。",
    )

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._listing = Listing(
            (
                Column[Holder]("姓名", 12, lambda row: row.name),
                Column[Holder]("登录名", 16, lambda row: row.signin_name),
                Column[Holder]("岗位", 22, lambda row: row.posts),
                Column[Holder]("单位", 0, lambda row: row.places),
            ),
            key=lambda row: row.account_id,
            jump_fn=lambda row: row.initials,
            empty="没有可办理离任的人员。",
        )

    def compose(self) -> Iterator[Widget]:
        """Show the list."""
        yield self._listing

    async def load(self) -> None:
        """Read who has a post."""
        found = await leaver.holders(self.desk)
        self._listing.rows = found
        self.set_title(self.TITLE_TEXT, f"{len(found)}人")

    @on(Listing.Chosen)
    def _chosen(self, chosen: Listing.Chosen[Holder]) -> None:
        self.act(partial(self._hand_over, chosen.record))

    async def _hand_over(self, going: Holder) -> None:
        others = {h.signin_name: h for h in self._listing.rows if h != going}
        options = tuple((h.signin_name, f"{h.name}  {h.posts}") for h in others.values())

        def letters(option: Option) -> Sequence[str]:
            return others[option[0]].initials

        picked = await self.app.push_screen_wait(
            Pick(f"接任者：{going.name} 离任", options, jump_fn=letters)
        )
        coming = others.get(picked or "")
        if coming is None:
            return
        asked = (
            f"{going.name}（{going.signin_name}）离任，由 {coming.name}（{coming.signin_name}）"
            f"接任：{going.posts}。\n岗位、待办、草稿一次移交，账号立即停用。"
        )
        if await self.app.push_screen_wait(Confirm(asked, word="离任")):
            names = going.signin_name, coming.signin_name
            done = await leaver.leave(self.desk, *names, uuid4())
            self.tell(done.told)
