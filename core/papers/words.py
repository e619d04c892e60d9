"""Moments, days and anchors as a paper prints them; nothing where there is none."""

from datetime import date, datetime

from core.rules.time import SHANGHAI


def minute(at: datetime | None) -> str:
    """Return 2026-11-23 08:00 in Beijing time."""
    return "" if at is None else f"{at.astimezone(SHANGHAI):%Y-%m-%d %H:%M}"


def day(on: date | None) -> str:
    """Return 2026-11-23."""
    return "" if on is None else f"{on:%Y-%m-%d}"


def long_day(on: date) -> str:
    """Return 2026年11月23日."""
    return f"{on.year}年{on.month}月{on.day}日"


def anchored(anchor: str) -> str:
    """Return the line by which a paper proves the journal before it."""
    return f"留痕锚点：{anchor}"
