"""Showing one whole telephone number, for a purpose, for half a minute (safety.md 1.7)."""

from collections.abc import Sequence
from typing import Final

from core.rules.file import GuardianLine
from core.services import file
from tui.screens.base import DeskScreen
from tui.screens.pick import Pick

_SHOWN_FOR: Final = 30.0  # seconds


async def show_phone(
    screen: DeskScreen, township_id: int, guardians: Sequence[GuardianLine], purpose: str
) -> None:
    """Ask whose number, where there are several, and write it on the message line."""
    numbered = [line for line in guardians if line.phone is not None]
    if not numbered:
        screen.tell("未登记监护人电话，请由学籍管理员补录。")
        return
    chosen: str | None = str(numbered[0].guardian_id)
    if len(numbered) > 1:
        options = tuple((str(line.guardian_id), line.called) for line in numbered)
        chosen = await screen.app.push_screen_wait(Pick("联系谁", options))
    if chosen is None:
        return
    line = next(each for each in numbered if str(each.guardian_id) == chosen)
    whole = await file.phone(screen.desk, township_id, line.guardian_id, purpose)
    said = f"{line.called} {whole}（已登记查看，30秒后隐藏）"
    screen.tell(said)

    def hide() -> None:
        if screen.message.strip() == said:
            screen.tell("")

    screen.set_timer(_SHOWN_FOR, hide)
