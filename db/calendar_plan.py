"""Session plans on disk: each holds from a day to a day, so that the past keeps its own."""

from datetime import date, datetime

from core.rules.calendar_entry import PlanDraft
from core.rules.time import SHANGHAI
from db.pool import Conn

END_PLAN = """
    UPDATE session_plan SET to_on = $4
     WHERE township_id = $1 AND school_id = $2 AND id = $3 AND from_on < $4
       AND (to_on IS NULL OR to_on > $4)
"""
DROP_PLAN = """
    DELETE FROM session_plan
     WHERE township_id = $1 AND school_id = $2 AND id = $3 AND from_on >= $4
"""
ADD_PLAN = """
    INSERT INTO session_plan (township_id, school_id, session, starts_at, ends_at,
                              limit_after, held, boarders_only, grades, weekdays, from_on)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
"""
ROLL_TAKEN = """
    SELECT EXISTS (SELECT FROM roll
                    WHERE township_id = $1 AND school_id = $2 AND day >= $3
                      AND session = $4)
"""

# What had begun when the school went live is held from the next day on.
BEGIN_PLANS = """
    UPDATE session_plan
       SET from_on = greatest(from_on, $3::date + (starts_at < $4::time)::integer)
     WHERE township_id = $1 AND school_id = $2
"""
DROP_BEFORE = """
    DELETE FROM session_plan
     WHERE township_id = $1 AND school_id = $2 AND to_on <= from_on
"""


async def begin_plans(conn: Conn, school: tuple[int, int], live_at: datetime) -> None:
    """Let a school's sessions be held from the moment it goes live, and none before (42)."""
    local = live_at.astimezone(SHANGHAI)
    await conn.execute(BEGIN_PLANS, *school, local.date(), local.time())
    await conn.execute(DROP_BEFORE, *school)


async def end_plan(conn: Conn, key: tuple[int, int, int], day: date) -> None:
    """Let a planned session end before `day`; `key` is (township, school, plan).

    The past keeps its own plan: one that would not have begun is taken out.
    """
    await conn.execute(END_PLAN, *key, day)
    await conn.execute(DROP_PLAN, *key, day)


async def add_plan(conn: Conn, draft: PlanDraft) -> None:
    """Plan a session from a day on."""
    await conn.execute(
        ADD_PLAN,
        draft.township_id,
        draft.school_id,
        draft.session,
        draft.starts_at,
        draft.ends_at,
        draft.limit_after,
        draft.held,
        draft.boarders_only,
        draft.grades,
        draft.weekdays,
        draft.from_on,
    )


async def roll_taken(conn: Conn, school: tuple[int, int], day: date, session: str) -> bool:
    """Tell whether a roll of a session was taken at a school on `day` or later."""
    found: bool = await conn.fetchval(ROLL_TAKEN, *school, day, session)
    return found
