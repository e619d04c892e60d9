"""Calling school off and looking at what follows, each in one line."""

from datetime import date
from uuid import uuid4

from core.rules.calendar import CalendarYear, ClosureKind
from core.rules.calendar_entry import ClosureDraft
from core.rules.time import SHANGHAI
from core.services import board, calendar_closure
from tests.services.school_town import RIVER, TOWNSHIP, SchoolTown

YEAR_2027 = CalendarYear(year=2027, source="国务院办公厅通知")
LIST_2027 = "元旦 1月1日-1月3日"


def closure(first: str, last: str | None = None, **more: object) -> ClosureDraft:
    usual = {
        "township_id": TOWNSHIP,
        "school_id": RIVER,
        "from_on": date.fromisoformat(f"2026-{first}"),
        "last_on": date.fromisoformat(f"2026-{last or first}"),
        "kind": ClosureKind.SUSPENSION,
        "reason": "台风暴雨",
    }
    return ClosureDraft.model_validate(usual | more)


async def declare(town: SchoolTown, draft: ClosureDraft, who: str = "wang") -> int:
    return await calendar_closure.declare(await town.desk(who), draft, uuid4())


async def due(town: SchoolTown) -> str | None:
    found = await town.pool.fetchval("SELECT due_at FROM absence WHERE ended_at IS NULL")
    return None if found is None else f"{found.astimezone(SHANGHAI):%m-%d %H:%M}"


async def owed(town: SchoolTown, who: str) -> list[str]:
    seen = await board.rolls(await town.desk(who))
    return [f"{line.class_id} {line.session.session}" for line in seen.lines]


async def open_duties(town: SchoolTown) -> list[str]:
    rows = await town.pool.fetch(
        "SELECT kind || ':' || owed_by || ' ' || words AS what FROM duty"
        " WHERE done_at IS NULL AND kind IN ('acknowledge', 'calendar_ends') ORDER BY 1"
    )
    return [row["what"] for row in rows]
