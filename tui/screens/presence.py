"""登录情况: who is signed in where, since when; one key ends a place."""

from collections.abc import Iterator
from functools import partial
from typing import ClassVar
from uuid import uuid4

from textual.widget import Widget

from core.rules.initial import initials_of
from core.rules.presence import Seated
from core.rules.time import SHANGHAI
from core.services import presence_list
from core.services.desk import Desk
from tui.screens.base import DeskScreen, Key
from tui.screens.confirm import Confirm
from tui.widgets.listing import Column, Listing
from tui.widgets.style import Tone


class PresenceScreen(DeskScreen):
    """List a person's own places, and those of whom they answer for."""

    TITLE_TEXT = "登录情况"
    KEYS: ClassVar[tuple[Key, ...]] = (
        Key("1", "结束登录", "sign_out", hint="5秒内退出；正在填的存为草稿"),
        Key("2", "更换密码", "change_password", hint="本人的；先输现密码"),
    )
    HELP_TEXT = (
        "先列本人的登录，“本处”即现在这一处；有不是自己的，结束它并立即更换密码。",
        "校领导另列本校人员，教管组另列本镇学校人员，系统管理员列出全部。",
        "结束登录不停用账号，本人可以再登录；办理记入留痕。",
    )

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._listing = Listing(
            (
                Column[Seated]("姓名", 8, lambda row: row.name),
                Column[Seated]("登录名", 14, lambda row: row.signin_name),
                Column[Seated]("登录时间", 11, lambda row: _moment(row, "started_at")),
                Column[Seated]("最近操作", 11, lambda row: _moment(row, "touched_at")),
                Column[Seated]("方式", 9, lambda row: row.how),
                Column[Seated]("来自", 0, self._address),
            ),
            key=lambda row: row.id,
            jump_fn=lambda row: initials_of(row.name),
            empty="现在没有人登录。",
        )

    def compose(self) -> Iterator[Widget]:
        """Show the list."""
        yield self._listing

    async def load(self) -> None:
        """Read who is signed in."""
        found = await presence_list.seated(self.desk)
        self._listing.rows = found
        self.set_title(self.TITLE_TEXT, f"{len(found)}处")

    def action_sign_out(self) -> None:
        """End the place on this line."""
        row = self._listing.current
        if row is None:
            return
        if row.id == self.desk.place:
            self.tell("这是您现在登录的这一处，请按 F10 返回后退出。", Tone.WARNING)
            return
        self.act(partial(self._sign_out, row))

    async def action_change_password(self) -> None:
        """Change one's own password."""
        await self.app.run_action("app.change_password")

    async def _sign_out(self, row: Seated) -> None:
        asked = f"结束 {row.name}（{row.signin_name}）在 {row.address} 的登录？"
        if await self.app.push_screen_wait(Confirm(asked)):
            await presence_list.sign_out(self.desk, row.id, uuid4())
            self.tell(f"已结束 {row.name} 在 {row.address} 的登录，5秒内退出。")

    def _address(self, row: Seated) -> str:
        return f"本处 {row.address}" if row.id == self.desk.place else row.address


def _moment(row: Seated, which: str) -> str:
    at = row.started_at if which == "started_at" else row.touched_at
    return f"{at.astimezone(SHANGHAI):%m-%d %H:%M}"
