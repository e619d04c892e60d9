"""The State Council's lists of days off and make-up days, as published.

What the township keeps in its own tables is what counts; this is the seed of those
tables and the yardstick of tests.  A year that is not here is unknown, never guessed.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Final

from core.rules.calendar import CalendarYear, DayKind, Holiday

# 国务院办公厅关于2025年部分节假日安排的通知, 2024-11-12.
YEAR_2025: Final = CalendarYear(year=2025, source="国务院办公厅2024年11月12日通知")
# 国务院办公厅关于2026年部分节假日安排的通知, 2025-11-04.
YEAR_2026: Final = CalendarYear(year=2026, source="国务院办公厅2025年11月4日通知")


def _off(name: str, first: date, last: date) -> Iterator[Holiday]:
    for after in range((last - first).days + 1):
        yield Holiday(day=first + timedelta(days=after), kind=DayKind.OFF, name=name)


def _work(name: str, *days: date) -> Iterator[Holiday]:
    for day in days:
        yield Holiday(day=day, kind=DayKind.WORK, name=f"{name}调休上班")


HOLIDAYS_2025: Final = (
    *_off("元旦", date(2025, 1, 1), date(2025, 1, 1)),
    *_off("春节", date(2025, 1, 28), date(2025, 2, 4)),
    *_off("清明节", date(2025, 4, 4), date(2025, 4, 6)),
    *_off("劳动节", date(2025, 5, 1), date(2025, 5, 5)),
    *_off("端午节", date(2025, 5, 31), date(2025, 6, 2)),
    *_off("国庆节、中秋节", date(2025, 10, 1), date(2025, 10, 8)),
    *_work("春节", date(2025, 1, 26), date(2025, 2, 8)),
    *_work("劳动节", date(2025, 4, 27)),
    *_work("国庆节", date(2025, 9, 28), date(2025, 10, 11)),
)

HOLIDAYS_2026: Final = (
    *_off("元旦", date(2026, 1, 1), date(2026, 1, 3)),
    *_off("春节", date(2026, 2, 15), date(2026, 2, 23)),
    *_off("清明节", date(2026, 4, 4), date(2026, 4, 6)),
    *_off("劳动节", date(2026, 5, 1), date(2026, 5, 5)),
    *_off("端午节", date(2026, 6, 19), date(2026, 6, 21)),
    *_off("中秋节", date(2026, 9, 25), date(2026, 9, 27)),
    *_off("国庆节", date(2026, 10, 1), date(2026, 10, 7)),
    *_work("元旦", date(2026, 1, 4)),
    *_work("春节", date(2026, 2, 14), date(2026, 2, 28)),
    *_work("劳动节", date(2026, 5, 9)),
    *_work("国庆节", date(2026, 9, 20), date(2026, 10, 10)),
)
