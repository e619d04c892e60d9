"""The police question of a lost child: three fields, the same for a contact and a visit."""

from collections.abc import Mapping
from datetime import date, datetime, time
from typing import Final

from core.rules.time import moment
from tui.widgets.form import ChoiceField, DateField, Field
from tui.widgets.time_field import TimeField

TOLD: Final = "yes"
NOT_TOLD: Final = "no"
_ANSWERS: Final = ((TOLD, "已报警"), (NOT_TOLD, "未报警"))


def police_fields(
    today: date, asked: str, *, told: str = "", on: str = "", at: str = ""
) -> tuple[Field, ...]:
    """Return whether the police were told, and when; `asked` says when it is asked."""
    return (
        ChoiceField(
            "police", "是否报警", _ANSWERS, value=told, hint=f"1已报警 2未报警（{asked}）"
        ),
        DateField("police_on", "报警日期", reference=today, value=on or today.isoformat()),
        TimeField("police_at", "报警时间", value=at),
    )


def police_typed(typed: Mapping[str, str]) -> tuple[bool | None, datetime | None]:
    """Return (told, when) as the three fields say; a half-told time is none."""
    told = {TOLD: True, NOT_TOLD: False}.get(typed["police"])
    if not told or not typed["police_on"] or not typed["police_at"]:
        return told, None
    return told, moment_typed(typed["police_on"], typed["police_at"])


def moment_typed(day: str, at: str) -> datetime:
    """Return the moment of a day field and a time field that are both right."""
    return moment(date.fromisoformat(day), time.fromisoformat(at))
