"""Walking the screens of changes and months on a real database by keys alone."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from tests.tui.file_walk import Walk
from tests.tui.kit import ToyApp
from tui.screens.base import DeskScreen


@asynccontextmanager
async def at(
    screen: DeskScreen, seen: str, size: tuple[int, int] = (80, 24)
) -> AsyncIterator[Walk]:
    """Open a screen and wait until something stands on it."""
    async with ToyApp(screen).run_test(size=size) as pilot:
        walk = Walk(pilot)
        await walk.until(seen)
        yield walk
