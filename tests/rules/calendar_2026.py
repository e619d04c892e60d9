"""A township of 2026 for the tests: two terms, the State Council's list, one school.

Lessons at 08:00 (limit 08:30) and 14:00 (14:30); boarders are called at 21:00 (21:30) and
on the return day at 17:00 (17:30).  2027 is not known.
"""

from datetime import date, datetime, time, timedelta

from core.rules.calendar import (
    Calendar,
    Closure,
    ClosureKind,
    SessionCode,
    Term,
)
from core.rules.clock import Lookup
from core.rules.holidays import HOLIDAYS_2026, YEAR_2026
from core.rules.place import SchoolClass
from core.rules.session import Held, Session, SessionPlan, expected_at, sessions_on
from core.rules.time import SHANGHAI

SPRING = Term(
    id=1,
    township_id=990101100,
    school_year=2025,
    number=2,
    from_on=date(2026, 3, 2),
    to_on=date(2026, 7, 11),
)
AUTUMN = Term(
    id=2,
    township_id=990101100,
    school_year=2026,
    number=1,
    from_on=date(2026, 9, 1),
    to_on=date(2027, 1, 23),
)
CALENDAR = Calendar(
    version=7, years=(YEAR_2026,), holidays=HOLIDAYS_2026, terms=(SPRING, AUTUMN)
)
# Grade 3 in the autumn of 2026.
CLASS_3_1 = SchoolClass(township_id=990101100, id=31, school_id=5, cohort=2024, number=1)
CLASS_7_1 = SchoolClass(township_id=990101100, id=71, school_id=5, cohort=2020, number=1)


def plan(session: SessionCode, starts: str, ends: str, **more: object) -> SessionPlan:
    usual = {
        "id": 1,
        "township_id": 990101100,
        "school_id": 5,
        "session": session,
        "starts_at": time.fromisoformat(starts),
        "ends_at": time.fromisoformat(ends),
        "from_on": date(2025, 9, 1),
    }
    return SessionPlan.model_validate(usual | more)


PLANS = (
    plan(SessionCode.REGISTRATION, "08:00", "11:00", held=Held.FIRST_DAY),
    plan(SessionCode.AM, "08:00", "11:50"),
    plan(SessionCode.PM, "14:00", "16:40"),
    plan(SessionCode.NIGHT, "21:00", "22:00", held=Held.EVE, boarders_only=True),
    plan(
        SessionCode.SUNDAY_RETURN,
        "17:00",
        "19:00",
        held=Held.RETURN_DAY,
        boarders_only=True,
    ),
)


def at(text: str) -> datetime:
    """Read 2026-11-23 08:30 as Beijing time."""
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


def closure(from_on: str, days: int = 1, **more: object) -> Closure:
    first = date.fromisoformat(from_on)
    usual = {
        "id": 1,
        "township_id": 990101100,
        "school_id": 5,
        "from_on": first,
        "to_on": first + timedelta(days=days),
        "kind": ClosureKind.ARRANGED,
        "reason": "考点占用",
        "declared_at": at("2026-09-01 08:00"),
    }
    return Closure.model_validate(usual | more)


def closed(*closures: Closure) -> Calendar:
    return CALENDAR.model_copy(update={"closures": closures})


def lookup(
    *,
    boarder: bool = False,
    calendar: Calendar = CALENDAR,
    schoolclass: SchoolClass = CLASS_3_1,
) -> Lookup:
    def sessions(day: date) -> tuple[Session, ...]:
        found = sessions_on(PLANS, calendar, day, schoolclass)
        return tuple(s for s in found if expected_at(s, boarder=boarder))

    return sessions


def session(text: str, calendar: Calendar = CALENDAR) -> Session:
    """Find the session 2026-11-23 am; it must be held."""
    day, code = text.split()
    found = sessions_on(PLANS, calendar, date.fromisoformat(day), CLASS_3_1)
    return next(s for s in found if s.session is SessionCode(code))
