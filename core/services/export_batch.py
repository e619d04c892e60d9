"""Batches of rows on their way to a paper, each row as the paper prints it."""

from collections.abc import AsyncIterator, Callable, Sequence
from typing import TypeVar

from core.rules.base import Record

R = TypeVar("R", bound=Record)


async def each(
    batches: AsyncIterator[tuple[R, ...]], printed: Callable[[R], Record]
) -> AsyncIterator[Sequence[Record]]:
    """Yield each batch as it is printed."""
    async for batch in batches:
        yield [printed(row) for row in batch]
