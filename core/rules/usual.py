"""What a new township or school starts with; everything here is changed in its settings.

No document fixes these times: they are the usual ones (domain.md 6), and marked 暂定.
"""

from datetime import date, time
from typing import Final, NamedTuple

from core.rules.base import Record
from core.rules.calendar import SessionCode
from core.rules.session import Held
from core.rules.time import school_year


class PlannedSession(Record):
    """A session a new school begins with; `limit_after` in minutes."""

    session: SessionCode
    starts_at: time
    ends_at: time
    limit_after: int = 30
    held: Held = Held.SCHOOL_DAY
    boarders_only: bool = False


# A session nobody is expected at (no boarders in the class) is owed by nobody.
USUAL_SESSIONS: Final = (
    PlannedSession(
        session=SessionCode.REGISTRATION,
        starts_at=time(8),
        ends_at=time(11, 40),
        limit_after=180,
        held=Held.FIRST_DAY,
    ),
    PlannedSession(session=SessionCode.AM, starts_at=time(8), ends_at=time(11, 40)),
    PlannedSession(session=SessionCode.PM, starts_at=time(14), ends_at=time(17)),
    PlannedSession(
        session=SessionCode.SUNDAY_RETURN,
        starts_at=time(17),
        ends_at=time(18, 30),
        limit_after=90,
        held=Held.RETURN_DAY,
        boarders_only=True,
    ),
    PlannedSession(
        session=SessionCode.NIGHT,
        starts_at=time(20, 30),
        ends_at=time(21, 30),
        held=Held.EVE,
        boarders_only=True,
    ),
)


class UsualTerm(NamedTuple):
    """A term as it usually lies; `to_on` exclusive."""

    school_year: int
    number: int
    from_on: date
    to_on: date


def usual_terms(day: date) -> tuple[UsualTerm, ...]:
    """Return the two terms of the school year of `day`, to be corrected by 教管组."""
    year = school_year(day)
    return (
        UsualTerm(year, 1, date(year, 9, 1), date(year + 1, 1, 24)),
        UsualTerm(year, 2, date(year + 1, 2, 22), date(year + 1, 7, 11)),
    )
