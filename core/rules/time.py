"""Moments and days in Beijing time.  Rules never ask what time it is."""

from collections.abc import Callable
from datetime import date, datetime, time
from typing import Annotated, Final, TypeAlias
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, AwareDatetime

SHANGHAI: Final = ZoneInfo("Asia/Shanghai")
WEEKDAYS: Final = "一二三四五六日"

# Shifts database time into the time a test or the demonstration lives in.
Clock: TypeAlias = Callable[[datetime], datetime]

# PostgreSQL hands every moment back in UTC; a record keeps it in Beijing time, so that
# no screen and no paper can print the wrong hour.
Moment: TypeAlias = Annotated[
    AwareDatetime, AfterValidator(lambda at: at.astimezone(SHANGHAI))
]


def day_of(at: datetime) -> date:
    """Return the school day a moment belongs to."""
    return at.astimezone(SHANGHAI).date()


def moment(day: date, at: time) -> datetime:
    """Return the moment of a wall-clock time on a day, in Beijing time."""
    return datetime.combine(day, at, tzinfo=SHANGHAI)


def school_year(day: date) -> int:
    """Return the year in which the school year of `day` began: it turns on 1 September."""
    return day.year if day.month >= 9 else day.year - 1  # noqa: PLR2004


def weekday_label(day: date) -> str:
    """Return 周一 ... 周日."""
    return f"周{WEEKDAYS[day.weekday()]}"
