"""News: one poll per process tells every open screen what changed elsewhere.

An idle session asks the database nothing: the stand asks once for all of them.
"""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from typing import Final, TypeAlias

import db.outbox as rows
from core.rules.news import Where
from core.rules.trouble import Away, Lost
from core.services.desk import Desk

EVERY: Final = 0.8  # seconds; a change shows within 2 s, the paint included

Listener: TypeAlias = Callable[[Where, frozenset[str]], None]


class NewsStand:
    """Hears what changed in the database and tells those who listen."""

    def __init__(self, front: Desk) -> None:
        self._front = front
        self._listeners: set[Listener] = set()
        self._seen: set[int] = set()
        self._from: str | None = None

    def subscribe(self, listener: Listener) -> Callable[[], None]:
        """Tell `listener(where, nouns)` of every change; return how to stop."""
        self._listeners.add(listener)
        return lambda: self._listeners.discard(listener)

    async def look(self) -> None:
        """Ask once, and tell each place's nouns to everybody listening."""
        async with self._front.reading() as (conn, _):
            upto = await rows.horizon(conn)
            items = () if self._from is None else await rows.since(conn, self._from)
        fresh = [item for item in items if item.id not in self._seen]
        # Only what could come again needs remembering.
        self._seen = {item.id for item in items}
        self._from = upto
        by_place: dict[Where, set[str]] = {}
        for item in fresh:
            by_place.setdefault(item.where, set()).add(item.noun)
        for where, nouns in by_place.items():
            for listener in tuple(self._listeners):
                listener(where, frozenset(nouns))

    async def run(self) -> None:
        """Look for ever; a database that is away for a while is asked again."""
        while True:
            with suppress(Away, Lost):
                await self.look()
            await asyncio.sleep(EVERY)
