"""What has just become urgent for a person, in one sentence for whatever screen they are at."""

from contextlib import suppress
from typing import Final

from core.rules.duty import words_of
from core.rules.staff import Role
from core.rules.trouble import Away, Lost
from core.services import duty
from core.services.desk import Desk

# The noun by which the news tells of it.
URGENT: Final = "urgent"
_HEARS: Final = (Role.LEADER, Role.OFFICE, Role.GOVERNMENT, Role.BUREAU)


async def newly_urgent(desk: Desk) -> str:
    """Return the sentence; empty where nothing of it is this person's."""
    if not desk.actor.has(*_HEARS):
        return ""
    with suppress(Away, Lost):
        fresh = await duty.urgent(desk)
        if fresh:
            told = f"{fresh[0].kind.label}：{words_of(fresh[0].kind, fresh[0].words)}"
            more = f"等{len(fresh)}项" if len(fresh) > 1 else ""
            return f"新到{told}{more}，请回今日待办办理。"
    return ""
