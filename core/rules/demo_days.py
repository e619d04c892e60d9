"""What happens in the demonstration township, day by day: who misses what, and why.

An absence stands here at every stage: just missed, on the clock, rung and unsigned, rung
and reported, returned in time; beside them the colds and late buses of any three weeks.
"""

from datetime import date
from typing import Final, NamedTuple

from core.rules.calendar import SessionCode
from core.rules.roll import Mark

# A 教学点 of three grades has classes of the same names; nothing happens there.
_QUIET: Final = "云岭教学点"


class Story(NamedTuple):
    """One child's absence: class, seat, from a session, until before a day (or still)."""

    class_name: str
    seat: int
    from_on: date
    from_session: SessionCode
    until: date | None


AM, PM = SessionCode.AM, SessionCode.PM
STORIES: Final = (
    # Rang on the 18th, reported and receipted, still away.
    Story("八年级（1）班", 12, date(2026, 11, 16), AM, None),
    # Rings on Monday at 08:30: the report waits for the principal.
    Story("七年级（1）班", 5, date(2026, 11, 19), AM, None),
    # On the clock: missed on Friday afternoon, due on Monday.
    Story("三年级（1）班", 3, date(2026, 11, 20), PM, None),
    # Just missed.
    Story("五年级（1）班", 9, date(2026, 11, 23), AM, None),
    # Back in time.
    Story("六年级（1）班", 7, date(2026, 11, 10), AM, date(2026, 11, 11)),
    Story("八年级（2）班", 20, date(2026, 11, 5), PM, date(2026, 11, 6)),
    # Missing again and again: three runs in ten school days.
    Story("九年级（1）班", 15, date(2026, 11, 11), AM, date(2026, 11, 12)),
    Story("九年级（1）班", 15, date(2026, 11, 13), AM, date(2026, 11, 16)),
    Story("九年级（1）班", 15, date(2026, 11, 18), PM, date(2026, 11, 19)),
)
# Nobody took this roll in time: it stands as 未点名.
SKIPPED: Final = frozenset(
    {
        ("二年级（1）班", date(2026, 11, 19), PM),
        ("二年级（1）班", date(2026, 11, 20), PM),
    }
)


def _away(story: Story, day: date, code: SessionCode) -> bool:
    begun = day > story.from_on or (
        day == story.from_on and (code is not AM or story.from_session is AM)
    )
    return begun and (story.until is None or day < story.until)


def mark_of(
    school_name: str, class_name: str, seat: int, day: date, code: SessionCode
) -> Mark:
    """Return what becomes of a child in a session."""
    if school_name == _QUIET:
        return Mark.PRESENT
    if any(
        (s.class_name, s.seat) == (class_name, seat) and _away(s, day, code)
        for s in STORIES
    ):
        return Mark.ABSENT
    place = sum(ord(letter) * (at + 3) for at, letter in enumerate(class_name))
    chance = (seat * 31 + day.toordinal() * 17 + place) % 211
    if chance == 0:
        return Mark.SICK
    if chance == 1:
        return Mark.PERSONAL
    if chance == 2 and code is AM:  # noqa: PLR2004 - one child in two hundred
        return Mark.LATE
    return Mark.PRESENT


def skipped(school_name: str, class_name: str, day: date, code: SessionCode) -> bool:
    """Tell whether nobody took that roll."""
    return school_name != _QUIET and (class_name, day, code) in SKIPPED
