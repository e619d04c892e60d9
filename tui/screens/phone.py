"""Showing one whole number, for a purpose, for half a minute (safety.md 1.7)."""

from collections.abc import Sequence
from typing import Final

from core.rules.file import ChildFile, GuardianLine
from core.services import file
from tui.screens.ask import Ask
from tui.screens.base import DeskScreen
from tui.screens.pick import Pick

_SHOWN_FOR: Final = 30.0  # seconds
# Among guardians' ids, which are numbers.
_CHILD: Final = "child"


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
    _show(screen, f"{line.called} {whole}")


async def show_number(screen: DeskScreen, known: ChildFile, purpose: str) -> None:
    """Ask whose number of a child's page: a guardian's telephone, or the child's identity.

    What the child's is wanted for is asked in words.
    """
    child = known.child
    if known.identity is None:
        await show_phone(screen, child.township_id, known.guardians, purpose)
        return
    options = [
        (str(line.guardian_id), f"{line.called}  {line.phone}")
        for line in known.guardians
        if line.phone is not None
    ]
    options.append((_CHILD, f"{child.name} 身份证件号  {known.identity}"))
    chosen = await screen.app.push_screen_wait(Pick("显示哪个号码", tuple(options)))
    if chosen == _CHILD:
        why = await screen.app.push_screen_wait(Ask("查看证件号的用途", limit=60))
        if why is None:
            return
        whole = await file.identity(screen.desk, child.township_id, child.student_id, why)
        _show(screen, f"{child.name} {whole}")
    elif chosen is not None:
        line = [one for one in known.guardians if str(one.guardian_id) == chosen]
        await show_phone(screen, child.township_id, line, purpose)


def _show(screen: DeskScreen, whole: str) -> None:
    said = f"{whole}（已登记查看，30秒后隐藏）"
    screen.tell(said)

    def hide() -> None:
        if screen.message.strip() == said:
            screen.tell("")

    screen.set_timer(_SHOWN_FOR, hide)
