"""What others did meanwhile, and no screen of the story shows: rolls, and a planted fault."""

from datetime import date
from uuid import uuid4

from core.rules.calendar import SessionCode
from core.rules.roll import Mark, PupilMark
from core.rules.sheet import Submission, SubmittedPart, current_marks
from core.services import place, roll
from tests.hand import hand
from tests.story.conftest import MONDAY, Town

# Everybody was there.  A session nobody is expected at has no roll.
ROLLS = """
    INSERT INTO roll (township_id, school_id, class_id, day, session, starts_at, limit_at,
                      ends_at, expected, taken_by, taken_at, on_behalf, backfilled)
    SELECT c.township_id, c.school_id, c.id, d.day, p.session, d.day + p.starts_at,
           d.day + p.starts_at + p.limit_after * interval '1 minute', d.day + p.ends_at,
           e.expected, 0, d.day + p.starts_at + interval '5 minutes', false, false
      FROM class c
      JOIN session_plan p
        ON (p.township_id, p.school_id) = (c.township_id, c.school_id)
       AND p.held IN ('school_day', 'eve') AND p.session <> 'registration'
     CROSS JOIN unnest($1::date[]) AS d (day)
     CROSS JOIN LATERAL (
           SELECT count(*) AS expected FROM enrolment e
            WHERE e.class_id = c.id AND e.to_on IS NULL
              AND (e.boarder OR NOT p.boarders_only)) e
     WHERE e.expected > 0 AND (d.day + p.starts_at)::timestamptz <= $2
        ON CONFLICT DO NOTHING
"""
# A pupil is gone from the list, and no change says why.
PLANT = """
    UPDATE enrolment SET to_on = $2
     WHERE to_on IS NULL
       AND student_id = (SELECT id FROM student WHERE name = $1 ORDER BY id LIMIT 1)
"""


async def take_roll(
    town: Town,
    who: str,
    day: date = MONDAY,
    session: SessionCode = SessionCode.AM,
    **told: Mark,
) -> None:
    """Take a roll of 三年级（1）班 as it opens, but for the marks of those named."""
    desk = await town.desk(who)
    seen = await place.listing(desk)
    (klass,) = (c for c in seen.classes if (c.cohort, c.number) == (2024, 1))
    key = {"township_id": klass.township_id, "day": day, "session": session}
    sheet = await roll.open_sheet(desk, klass.township_id, (klass.id,), day, session)
    (part,) = sheet.parts
    names = {pupil.student_id: pupil.name for pupil in part.pupils}
    base = current_marks(part)
    wanted = tuple(
        PupilMark(student_id=m.student_id, mark=told.get(names[m.student_id], m.mark))
        for m in base
    )
    sent = SubmittedPart(class_id=klass.id, base=base, wanted=wanted)
    await roll.submit(desk, Submission(parts=(sent,), **key), uuid4())


async def took_rolls(town: Town, *days: str) -> None:
    """Let every roll that is not taken yet have been taken on these days, up to now."""
    held = [date.fromisoformat(f"2026-{day}") for day in days]
    async with hand(town.front.pool, town.clock.now).writing("test.rolls") as (conn, now):
        await conn.execute(ROLLS, held, now)


async def lost(town: Town, name: str) -> None:
    """Take a pupil off the list by hand, as a restored backup or a stray program might."""
    async with hand(town.front.pool, town.clock.now).writing("test.plant") as (conn, now):
        assert await conn.execute(PLANT, name, now.date()) == "UPDATE 1"
