"""Why a month's report cannot be filed yet, or not so.

What stands against a zero report and what a step refuses is month's.
"""

from collections.abc import Sequence
from datetime import date
from typing import Final

from core.rules.errors import BadInput
from core.rules.roll_board import RollLine

_NAMED: Final = 3


class NoZeroHere(BadInput):
    """Only the bureau's report has a zero report (R50); a month without changes is filed."""

    def __init__(self) -> None:
        super().__init__("变动月报没有零报告，无变动的按 F9 报送即可。")


class OfficeNotYet(BadInput):
    """The calendar month is not over."""

    def __init__(self, day: date) -> None:
        super().__init__(
            f"本月变动月报自{day.month}月{day.day}日（当月最后上课日）起报送。"
        )


class RollsFirst(BadInput):
    """The last school day's rolls are not in."""

    def __init__(self, rolls: Sequence[RollLine]) -> None:
        super().__init__(
            f"当月最后上课日还有{len(rolls)}节未点名：{rolls_named(rolls)}，请点名后再报送。"
        )


def rolls_named(rolls: Sequence[RollLine]) -> str:
    """Return which rolls, the first few by name: 11-20下午二年级（1）班."""
    names = (
        f"{roll.session.day:%m-%d}{roll.session.session.label}{roll.class_name}"
        for roll in rolls[:_NAMED]
    )
    return "、".join(names) + ("等" if len(rolls) > _NAMED else "")
