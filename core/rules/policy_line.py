"""The policy as its screen shows it: each setting with unit, value, source, and what comes."""

from collections.abc import Iterable
from datetime import date
from typing import Final

from core.rules.base import Coded, Record
from core.rules.errors import BadInput
from core.rules.policy import (
    Policy,
    PolicyRow,
    code_of,
    is_readable,
    policy_on,
    setting,
    setting_names,
    taken,
)
from core.rules.time import Moment

_YES_NO: Final = (("true", "是"), ("false", "否"))
DEFAULT: Final = "默认"
UNSET: Final = "未填"


class SetRow(PolicyRow):
    """A stored setting with who set it."""

    set_by_name: str


class PolicyLine(Record):
    """One setting on a day."""

    name: str
    label: str
    unit: str
    # As people read it, and as it is stored.
    value: str
    code: str
    # Where the default comes from, and whether the township has set its own.
    source: str
    own: bool
    since_on: date | None
    set_by_name: str | None
    # What has been set for later.
    next_value: str | None
    next_on: date | None
    # (code, label) where it is one of a few.
    options: tuple[tuple[str, str], ...]
    # Whether a line of text is typed; it may be blank.
    is_text: bool


class PolicyBoard(Record):
    """A township's settings."""

    now: Moment
    township_id: int
    township_name: str
    may_change: bool
    lines: tuple[PolicyLine, ...]


class Backwards(BadInput):
    """A setting never changes the past: running clocks keep the policy they began under."""

    def __init__(self) -> None:
        super().__init__(
            "政策参数只能从今天或以后起生效，已开始的时钟按原参数走，请改生效日期。"
        )


def options_of(name: str) -> tuple[tuple[str, str], ...]:
    """Return the (code, label) choices of a setting; none where a number is typed."""
    kind = Policy.model_fields[name].annotation
    if kind is bool:
        return _YES_NO
    if isinstance(kind, type) and issubclass(kind, Coded):
        return tuple((member.value, member.label) for member in kind)
    return ()


def shown(name: str, code: str) -> str:
    """Return a stored value as people read it."""
    return dict(options_of(name)).get(code, code) or UNSET


def lines_on(rows: Iterable[SetRow], day: date) -> tuple[PolicyLine, ...]:
    """Return every setting as it stands on `day`, in the order in which they are shown."""
    known = tuple(row for row in rows if is_readable(row))
    policy = policy_on(known, day)
    return tuple(_line(name, policy, known, day) for name in setting_names())


def _line(name: str, policy: Policy, rows: tuple[SetRow, ...], day: date) -> PolicyLine:
    mine = sorted((r for r in rows if r.name == name), key=lambda r: (r.from_on, r.id))
    held = next((r for r in reversed(mine) if r.from_on <= day), None)
    coming = next((r for r in mine if r.from_on > day), None)
    what, code = setting(name), code_of(policy, name)
    return PolicyLine(
        name=name,
        label=what.label,
        unit=what.unit,
        value=shown(name, code),
        code=code,
        source=what.source,
        own=held is not None,
        since_on=None if held is None else held.from_on,
        set_by_name=None if held is None else held.set_by_name,
        next_value=None if coming is None else shown(name, coming.value),
        next_on=None if coming is None else coming.from_on,
        options=options_of(name),
        is_text=Policy.model_fields[name].annotation is str,
    )


def changed(name: str, typed: str, from_on: date, today: date) -> str:
    """Return a new value of a setting as it is stored.

    Raises NoSuchSetting, BadSetting, or Backwards for a day that has passed.
    """
    if from_on < today:
        raise Backwards
    return taken(name, typed)
