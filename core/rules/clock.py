"""The 48 hours: when an unexcused absence becomes 疑似辍学 and is told (R3).

48 hours run through weekends and holidays, and the alarm is told at the first roll that
can prove it.  No unknown calendar, no holiday and no closure ever loses an alarm: where
no roll comes in time, the 48 hours themselves are the moment.  Nothing here asks the time.
"""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Final, TypeAlias

from core.rules.base import Record
from core.rules.policy import ClockMode
from core.rules.session import Held, Session
from core.rules.time import Moment, day_of

# The seed's own number (篇一: 48小时未到校): no setting.
CLOCK_FOR: Final = timedelta(hours=48)
# How long after the 48 hours the next roll is waited for; longer is a holiday.
ROLL_WITHIN: Final = timedelta(hours=96)
# The family is telephoned half an hour after the roll was to be taken.
CONTACT_WITHIN: Final = timedelta(minutes=30)
CONTACT_CLIMBS_AFTER: Final = timedelta(hours=8)
# `school_days` looks no further than two school days behind the longest national break.
SCHOOL_DAYS_WITHIN: Final = 14
SCHOOL_DAYS_LATER: Final = 2

# The sessions at which one child is expected on a day, by their start; uncertain ones
# where the calendar does not know.
Lookup: TypeAlias = Callable[[date], tuple[Session, ...]]


class Due(Record):
    """When a run is due, and on what that was reckoned.

    `raw_due_at` is missed_at + 48 h.  `provisional`: the calendar did not reach that far,
    so clock hours count until it does.
    """

    due_at: Moment
    raw_due_at: Moment
    clock_mode: ClockMode
    provisional: bool
    calendar_version: int
    policy_id: int


def due(
    missed: Session,
    lookup: Lookup,
    mode: ClockMode,
    calendar_version: int,
    policy_id: int = 0,
) -> Due:
    """Return when a run whose first missed session is `missed` is due (R3).

    `clock_next_roll`: the first roll limit at or after missed_at + 48 h, that moment itself
    when none comes within 96 h after it.  `clock`: that moment.  `school_days`: the limit
    of the same session two school days later.  Where the calendar ends first, the moment.
    """
    raw = missed.starts_at + CLOCK_FOR
    found: datetime | None = raw
    if mode is ClockMode.NEXT_ROLL:
        found = next_limit(raw, lookup)
    elif mode is ClockMode.SCHOOL_DAYS:
        found = _two_school_days_later(missed, raw, lookup)
    return Due(
        due_at=max(found or raw, raw),
        raw_due_at=raw,
        clock_mode=mode,
        provisional=found is None,
        calendar_version=calendar_version,
        policy_id=policy_id,
    )


def next_limit(raw: datetime, lookup: Lookup) -> datetime | None:
    """Return the first limit in raw .. raw + 96 h, `raw` if none, None if not known."""
    # The limit of a late evening's session may fall on the next day.
    first = day_of(raw) - timedelta(days=1)
    days = range((day_of(raw + ROLL_WITHIN) - first).days + 1)
    found: Session | None = None
    for day in (first + timedelta(days=n) for n in days):
        for session in lookup(day):
            in_time = raw <= session.limit_at <= raw + ROLL_WITHIN
            if in_time and (found is None or session.limit_at < found.limit_at):
                found = session
        if found is not None and day_of(found.limit_at) <= day:
            break  # whatever a later day holds has a later limit
    if found is None:
        return raw
    return found.limit_at if found.certain else None


def _two_school_days_later(
    missed: Session, raw: datetime, lookup: Lookup
) -> datetime | None:
    """Return the limit on the second school day, `raw` in a vacation, None if not known."""
    left = SCHOOL_DAYS_LATER
    for after in range(1, SCHOOL_DAYS_WITHIN + 1):
        sessions = lookup(missed.day + timedelta(days=after))
        lessons = [s for s in sessions if s.held is Held.SCHOOL_DAY]
        if any(not s.certain for s in lessons):
            return None
        left -= bool(lessons)
        if not left:
            return _same_session(missed, sessions).limit_at
    return raw


def _same_session(missed: Session, sessions: tuple[Session, ...]) -> Session:
    """Return the same session of a later day; not held then, the next one, or the last."""
    certain = [s for s in sessions if s.certain]
    same = [s for s in certain if s.session is missed.session]
    later = [s for s in certain if s.starts_at.time() >= missed.starts_at.time()]
    return (same or later or certain[-1:])[0]


def contact_by(missed: Session) -> datetime:
    """Return by when the family is to be telephoned, on the same evening for boarders (13)."""
    return missed.limit_at + CONTACT_WITHIN


def contact_climbs_at(missed: Session) -> datetime:
    """Return when a family nobody telephoned climbs; of an evening's roll at once (13)."""
    if missed.boarders_only:
        return contact_by(missed)
    return missed.starts_at + CONTACT_CLIMBS_AFTER


def recomputed(old: Due, new: Due, *, rang: bool, closed: bool) -> Due:
    """Return what a running clock is due by after the calendar changed.

    An alarm that rang stays, whatever is entered afterwards.  A closure declared while the
    clock runs (`closed`) never puts the alarm off: where it took away the roll that was
    waited for, clock hours count (23).  Otherwise the new calendar's answer holds.
    """
    if rang:
        return old
    if closed and new.due_at > old.due_at:
        return new.model_copy(update={"due_at": new.raw_due_at})
    return new


def climbs_at(since: datetime, school_hours: int, lookup: Lookup) -> datetime:
    """Return when a duty opened at `since` climbs: after so many hours of school time (31).

    School time is the time within sessions held on school days.  Where none comes within
    96 h, or nobody knows, the hours run by the clock.
    """
    left = timedelta(hours=school_hours)
    for after in range((ROLL_WITHIN // timedelta(days=1)) + 1):
        for session in lookup(day_of(since) + timedelta(days=after)):
            if session.held is not Held.SCHOOL_DAY or session.ends_at <= since:
                continue
            if not session.certain:
                return since + timedelta(hours=school_hours)
            begun = max(since, session.starts_at)
            if session.ends_at - begun >= left:
                return begun + left
            left -= session.ends_at - begun
    return since + timedelta(hours=school_hours)
