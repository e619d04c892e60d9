"""Reading the State Council's list of holidays as it is pasted in.

Understands the notice's own sentences (元旦：1月1日（周四）至3日（周六）放假调休，共3天。1月4日
（周日）上班。), short lines (元旦 1月1日-1月3日) and plain ones (2027-01-01 off 元旦).  A line
that is not understood refuses the whole list: half a list is worse than none.
"""

import re
import unicodedata
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Final

from pydantic import ValidationError

from core.rules.calendar import DayKind, Holiday
from core.rules.errors import BadInput

_LONGEST: Final = 15  # days; the longest national break so far is nine
_PLAIN: Final = re.compile(
    r"(\d{4})-(\d{1,2})-(\d{1,2})\s+(off|work|休|班|放假|上班)\s*(\S.*)?", re.IGNORECASE
)
_WORK_WORDS: Final = ("上班", "work", "班", "上课")
_NUMBERED: Final = re.compile(r"^[一二三四五六七八九十]+、")
_HEAD: Final = re.compile(r"^([^\d:;。,]+?)[:\s]\s*(?=\d)(.*)$")
# 2月15日, 2026年12月31日 or, after a 至, only 23日; 2.15 and 2-15 where no 月 stands.
_DAY: Final = re.compile(
    r"(?:(?P<year>\d{4})年)?(?:(?P<month>\d{1,2})月)?(?P<day>\d{1,2})日"
)
_SPAN: Final = re.compile(rf"{_DAY.pattern}(?P<to>[至到~-])?")
_ASIDE: Final = re.compile(r"\([^)]*\)")
_FOLDED: Final = str.maketrans({"—": "-", "–": "-", "－": "-", "～": "~", "：": ":"})


class BadLine(BadInput):
    """A line of the list cannot be read."""

    def __init__(self, number: int, line: str) -> None:
        super().__init__(
            f"第{number}行“{line[:20]}”读不懂，请写成：元旦 1月1日-1月3日，或 2027-01-01 off 元旦。"
        )


class TwoSayings(BadInput):
    """One day is both off and at work."""

    def __init__(self, day: date) -> None:
        super().__init__(f"{day:%Y-%m-%d}既列为放假又列为上班，请按通知原文核对。")


class NoHoliday(BadInput):
    """The list names no day off of its year."""

    def __init__(self, year: int) -> None:
        super().__init__(
            f"没有读到{year}年的放假安排，请粘贴国务院办公厅通知原文或逐行填写。"
        )


class OtherYear(BadInput):
    """The list names a day of another year."""

    def __init__(self, day: date, year: int) -> None:
        super().__init__(f"{day:%Y-%m-%d}不属于{year}年的放假安排，请核对年份。")


def read_list(text: str, year: int) -> tuple[Holiday, ...]:
    """Return the days a pasted list names, in order.

    Raises BadLine, TwoSayings, NoHoliday, OtherYear.
    """
    found: dict[date, Holiday] = {}
    for number, raw in enumerate(text.splitlines(), 1):
        line = unicodedata.normalize("NFKC", raw.translate(_FOLDED)).strip()
        if not line:
            continue
        for holiday in _line(number, raw.strip(), line, year):
            earlier = found.get(holiday.day)
            if earlier is not None and earlier.kind is not holiday.kind:
                raise TwoSayings(holiday.day)
            found[holiday.day] = earlier or holiday
    if not any(h.kind is DayKind.OFF and h.day.year == year for h in found.values()):
        raise NoHoliday(year)
    # 元旦 may begin on 31 December, and a make-up day may lie just after the year.
    strange = [d for d in found if abs((d - date(year, 7, 1)).days) > 200]  # noqa: PLR2004
    if strange:
        raise OtherYear(strange[0], year)
    return tuple(found[day] for day in sorted(found))


def _line(number: int, raw: str, line: str, year: int) -> tuple[Holiday, ...]:
    try:
        if plain := _PLAIN.fullmatch(line):
            return _plain(plain)
        days = tuple(_notice(_NUMBERED.sub("", _ASIDE.sub("", line)), year))
    except (ValueError, ValidationError) as wrong:
        raise BadLine(number, raw) from wrong
    if not days:
        raise BadLine(number, raw)
    return days


def _plain(plain: re.Match[str]) -> tuple[Holiday, ...]:
    year, month, day, kind, name = plain.groups()
    work = kind.lower() in _WORK_WORDS
    return (
        Holiday(
            day=date(int(year), int(month), int(day)),
            kind=DayKind.WORK if work else DayKind.OFF,
            name=name or (DayKind.WORK if work else DayKind.OFF).label,
        ),
    )


def _notice(line: str, year: int) -> Iterator[Holiday]:
    """Read 名称 then days; a sentence with 上班 names make-up days, any other days off."""
    head = _HEAD.match(line)
    if head is None:
        raise ValueError(line)
    name, rest = head.groups()
    for sentence in filter(None, re.split("[。;]", rest)):
        own = any(word in name for word in _WORK_WORDS)
        work = own or any(word in sentence for word in _WORK_WORDS)
        kind = DayKind.WORK if work else DayKind.OFF
        told = f"{name.strip()}{kind.label}" if work and not own else name.strip()
        for day in _days(sentence, year):
            yield Holiday(day=day, kind=kind, name=told)


def _days(sentence: str, year: int) -> Iterator[date]:
    """Return the days of 1月1日至3日 or 2月14日、2月28日; a sentence of neither has none."""
    first: date | None = None
    month = 0
    for found in _SPAN.finditer(sentence):
        month = int(found["month"] or month)
        day = date(
            int(found["year"] or (first.year if first else year)), month, int(found["day"])
        )
        if first is not None:
            if day < first and not found["year"]:
                day = day.replace(year=day.year + 1)
            if not 0 <= (day - first).days < _LONGEST:
                raise ValueError(sentence)
            for after in range(1, (day - first).days + 1):
                yield first + timedelta(days=after)
        else:
            yield day
        first = day if found["to"] else None
