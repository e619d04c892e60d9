"""Walking any screen on the school town by keys alone."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from tests.services.school_town import SchoolTown
from tests.tui.file_walk import Walk
from tests.tui.kit import ToyApp
from tui.screens.base import DeskScreen


@asynccontextmanager
async def walking(
    screen: DeskScreen, seen: str, size: tuple[int, int] = (80, 24)
) -> AsyncIterator[Walk]:
    """Open a screen and wait until a text stands on it."""
    async with ToyApp(screen).run_test(size=size) as pilot:
        walk = Walk(pilot)
        await walk.until(seen)
        yield walk


async def typed(walk: Walk, text: str) -> None:
    """Type a text, character by character."""
    await walk.press(*text)


__all__ = ["SchoolTown", "Walk", "typed", "walking"]
