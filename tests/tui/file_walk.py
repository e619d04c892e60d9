"""Walking the child's page, contact and visit forms on a real database by keys alone."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from textual.events import Paste
from textual.pilot import Pilot

from tests.services.file_town import TOWNSHIP, XIAOYU, Town
from tests.tui.kit import ToyApp, page, settle
from tui.screens.case import CaseScreen

_TRIES = 400


class Walk:
    """One person at the child's page, and what they see."""

    def __init__(self, pilot: Pilot[None]) -> None:
        self.pilot = pilot

    @property
    def lines(self) -> list[str]:
        """Return the screen line by line."""
        return page(self.pilot.app)

    @property
    def text(self) -> str:
        """Return the whole screen."""
        return "\n".join(self.lines)

    async def press(self, *keys: str) -> None:
        """Press keys one after another."""
        await self.pilot.press(*keys)

    async def paste(self, text: str) -> None:
        """Paste a text into the field under the cursor."""
        focused = self.pilot.app.screen.focused
        assert focused is not None
        focused.post_message(Paste(text))
        await settle(self.pilot)

    async def until(self, seen: str | Callable[[], bool]) -> None:
        """Wait until a text stands on the screen, or something holds."""
        for _ in range(_TRIES):
            if seen in self.text if isinstance(seen, str) else seen():
                await settle(self.pilot)
                return
            await self.pilot.pause(0.02)
        raise AssertionError(f"never seen: {seen}\n{self.text}")


@asynccontextmanager
async def at_page(
    town: Town, who: str, student_id: int = XIAOYU, size: tuple[int, int] = (80, 24)
) -> AsyncIterator[Walk]:
    """Open a child's page as somebody."""
    screen = CaseScreen(await town.desk(who), TOWNSHIP, student_id)
    async with ToyApp(screen).run_test(size=size) as pilot:
        walk = Walk(pilot)
        await walk.until(lambda: screen._file is not None or bool(screen.message.strip()))
        yield walk
