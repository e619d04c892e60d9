"""What every screen of a signed-in person shares: a desk, acts, news, and the way out.

A screen awaits services only in `load` (reading's) and in what it gives to `act`: both run
in a worker, and both show a Refusal as a sentence.  Any other exception ends the session:
the app logs where it happened, never what was being handled.
"""

from collections.abc import Awaitable, Callable, Hashable, Iterable
from datetime import datetime
from functools import partial
from typing import ClassVar, Final, TypeVar

from core.rules.errors import AlreadyDone, Changed, Refusal
from core.rules.news import hears
from core.services.desk import Desk
from tui.screens.confirm import Confirm
from tui.screens.frame import BACK, News
from tui.screens.help import Help
from tui.screens.pick import Pick
from tui.screens.reading import ReadingScreen
from tui.screens.urgent import URGENT, newly_urgent
from tui.widgets.form import Form
from tui.widgets.keys import Key
from tui.widgets.listing import Listing
from tui.widgets.style import Tone

__all__ = ["AREAS", "DeskScreen", "Key", "News"]

Row = TypeVar("Row")

AREAS: Final = Key("f6,tab", "切换区域", "next_area")  # for a screen of several parts
_HELP: Final = Key("f1,insert,0", "帮助", "help", hint="列出各键，按数字办理")
_RELOAD: Final = Key("f5", "刷新", "reload")
_SAVED: Final = "已存草稿"
_UNDER_WAY: Final = "正在办理，请稍候…"
_UNSEEN: Final = "刚刚读完，还没有办理；请看清后再按一次。"


class DeskScreen(ReadingScreen):
    """A screen that acts for one signed-in person."""

    STANDING: ClassVar[tuple[Key, ...]] = (_HELP, _RELOAD, BACK)
    # The outbox nouns at whose news the screen reads itself afresh.
    NOUNS: ClassVar[frozenset[str]] = frozenset()
    # What F1 says beyond the keys, a paragraph a line.
    HELP_TEXT: ClassVar[tuple[str, ...]] = ()

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk = desk
        self._acting = False

    @property
    def at_rest(self) -> bool:
        """Tell whether the screen has read itself and no act is under way."""
        return self._loaded and not self._loading and not self._acting

    def act(self, job: Callable[[], Awaitable[object]]) -> None:
        """Run a person's act in a worker, and read the screen afresh when it is done.

        A Refusal is shown, and what was typed stays.  A key repeated meanwhile is not a
        second act, and an early one may open or ask, not do what nobody has seen.
        """
        if self._answering:
            self._answering = False
            self.tell(_UNSEEN, Tone.WARNING)
            return
        if self._acting:
            self.tell(self.message.strip() or _UNDER_WAY)
            return
        self._acting = True
        self.tell("")
        self._work(partial(self._act, job), "act")

    def allows(self, must: Callable[[], object]) -> bool:
        """Tell a person who may not before anything is asked; return whether they may."""
        try:
            must()
        except Refusal as refusal:
            self.tell(str(refusal), Tone.WARNING)
            return False
        return True

    def tell_kept(self, at: datetime) -> None:
        """Say when the draft was saved; what is wrong with a form stays to be read."""
        if self.message.strip()[: len(_SAVED)] in {"", _SAVED}:
            self.tell(f"{_SAVED} {at:%H:%M}")

    def busy(self, sentence: str) -> None:
        """Say, inside an act, that it takes a while."""
        self.tell(sentence)

    async def leave(self) -> None:
        """Go back from the first screen: end the session, if that is what was meant."""
        if await self.app.push_screen_wait(Confirm("退出系统？")):
            self.app.exit()

    def show_rows(
        self, listing: Listing[Row], rows: Iterable[Row], key: Callable[[Row], Hashable]
    ) -> None:
        """Show rows; back from a form, the cursor goes to the one that is new.

        A digit pressed next is about what was just entered, not about the line above it.
        """
        before = {key(row) for row in listing.rows}
        listing.rows = rows
        new = [key(row) for row in listing.rows if key(row) not in before]
        if self._came_back and len(new) == 1:
            listing.go_to(new[0])

    def on_screen_resume(self) -> None:
        """Read the screen when it comes on top, unless only a question was over it."""
        asked, self.only_asked = self.only_asked, False
        if not asked and not self._acting:
            self._came_back = self._loaded
            self.reload()

    def on_news(self, news: News) -> None:
        """Read afresh what changed elsewhere, where it concerns this screen and person."""
        if not hears(self.desk.actor, news.where):
            return
        if news.nouns & self.NOUNS:
            self.reload()
        if URGENT in news.nouns and self.below is not None:
            self._work(self._urge, "urge")

    async def _urge(self) -> None:
        """Say what has just become urgent, beside what is said already."""
        if told := await newly_urgent(self.desk):
            self.tell(f"{self.message.strip()} {told}".strip(), Tone.WARNING)

    def on_form_options_wanted(self, wanted: Form.OptionsWanted) -> None:
        """List the options of a choice, and put the one picked into the form."""

        def picked(code: str | None) -> None:
            if code is not None:
                wanted.form.choose(wanted.field, code)

        self.app.push_screen(Pick(wanted.field.label, wanted.field.options), picked)

    def action_help(self) -> None:
        """List the keys; one may be chosen there by its number."""

        async def chosen(action: str | None) -> None:
            if action is not None:
                await self.run_action(action)

        self.app.push_screen(Help.of(self, self.HELP_TEXT), chosen)

    def action_terminal(self) -> None:
        """Let the person say how their terminal is to be drawn."""
        from tui.screens.terminal import TerminalScreen  # noqa: PLC0415 - it is one of these

        if not isinstance(self, TerminalScreen):
            self.app.push_screen(TerminalScreen(self.desk))

    def action_reload(self) -> None:
        """Read the screen afresh."""
        self.tell("")
        self.reload()

    def action_back(self) -> None:
        """Go back; not while an act is under way, whose end nobody would see."""
        if self._acting:
            self.tell(_UNDER_WAY)
        elif self.below is None:
            self._work(self.leave, "leave")
        else:
            self.dismiss(None)

    async def _act(self, job: Callable[[], Awaitable[object]]) -> None:
        try:
            await job()
        except Refusal as refusal:
            self.tell(str(refusal), Tone.WARNING)
            stale = isinstance(refusal, Changed | AlreadyDone)
        else:
            stale = True
        finally:
            self._acting = False
        if stale and self.is_current:
            self.reload()
