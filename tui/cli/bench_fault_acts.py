"""Acts that are done again and again until they are acknowledged, and what became of them.

An act here is a telephone call that a teacher notes: its words are its number, so that a
call that is lost, or stands twice, is found by counting.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final
from uuid import UUID, uuid4

from core.rules.contact import ContactDraft, ContactMethod, ContactResult
from core.rules.errors import AlreadyDone, Refusal
from core.services import contact
from core.services.desk import Desk
from db.bench_faults import times
from db.pool import Pool
from tui.cli.bench_figure import Figure, Target

_LOOK: Final = 0.02


@dataclass
class Ledger:
    """What was acknowledged, on one side; on the other side stands the database."""

    acknowledged: set[str] = field(default_factory=set)
    begun: set[str] = field(default_factory=set)
    # Answers that were no acknowledgement: the same act was sent again.
    refused: int = 0

    async def act(self, desk: Desk, student_id: int) -> None:
        """Note one call, as often as it takes."""
        words, op_id = f"第{len(self.begun) + 1}次", uuid4()
        self.begun.add(words)
        while True:
            try:
                await self._once(desk, student_id, words, op_id)
            except AlreadyDone:
                break
            except Refusal:
                self.refused += 1
            else:
                break
        self.acknowledged.add(words)

    async def more(self, count: int, within: float) -> bool:
        """Wait until so many more acts are acknowledged; False when they are not in time."""
        wanted = len(self.acknowledged) + count
        for _ in range(round(within / _LOOK)):
            if len(self.acknowledged) >= wanted:
                return True
            await asyncio.sleep(_LOOK)
        return False

    async def _once(self, desk: Desk, student_id: int, words: str, op_id: UUID) -> None:
        async with desk.reading() as (_, now):
            draft = ContactDraft(
                student_id=student_id,
                contacted_at=now,
                method=ContactMethod.PHONE,
                result=ContactResult.REACHED,
                whom="家长",
                note=words,
            )
        await contact.record(desk, draft, op_id)

    async def figures(self, pool: Pool, name: str) -> tuple[Figure, ...]:
        """Compare both sides."""
        async with pool.acquire() as conn:
            stands: Mapping[str, int] = await times(conn)
        lost = self.acknowledged - stands.keys()
        doubled = sum(count - 1 for count in stands.values())
        return (
            Figure(f"faults.{name}.acts", len(self.acknowledged), "count"),
            Figure(f"faults.{name}.sent_again", self.refused, "count"),
            Figure(f"faults.{name}.lost", len(lost), "count", Target(0)),
            Figure(f"faults.{name}.doubled", doubled, "count", Target(0)),
        )
