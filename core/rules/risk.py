"""预警: signs that a child may leave, read from facts, each told as a reason in words (R5, R31).

No score: what was found is shown, and people judge.  Poverty, disability and the like are
no sign by themselves; two such circumstances are, and so is any one thing that happened.
Who is a 重点生, and what follows, is in key_student.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from enum import StrEnum
from typing import Final

from core.rules.base import Record
from core.rules.calendar import Term
from core.rules.place import LAST_GRADE, grade_of
from core.rules.policy import Policy
from core.rules.sign import SignKind
from core.rules.student import GroupKind, SpecialGroup

# How far back absence, a change of guardian and a teacher's word are looked for.
LOOK_BACK: Final = 60
_SHORT: Final = 10
_SPRING: Final = 2
_TWO: Final = 2


class Risk(StrEnum):
    """A sort of sign; what happened comes first."""

    SIGN = "sign"
    NOT_BACK = "not_back"
    MISSED = "missed"
    LEFT_BEFORE = "left_before"
    GUARDIAN = "guardian"
    SPRING = "spring"
    CARE = "care"
    LEFT_BEHIND = "left_behind"
    POVERTY = "poverty"
    DISABLED = "disabled"
    AVERSE = "averse"


# What happened, rather than how a child lives: one of these is enough.
HAPPENED: Final = frozenset(
    {Risk.SIGN, Risk.NOT_BACK, Risk.MISSED, Risk.LEFT_BEFORE, Risk.GUARDIAN}
)
_GROUPS: Final = {
    GroupKind.RETURNED: Risk.LEFT_BEFORE,
    GroupKind.ORPHAN: Risk.CARE,
    GroupKind.UNSUPPORTED: Risk.CARE,
    GroupKind.SINGLE_PARENT: Risk.CARE,
    GroupKind.PARENT_IN_CUSTODY: Risk.CARE,
    GroupKind.GRANDPARENT_CARE: Risk.CARE,
    GroupKind.LEFT_BEHIND: Risk.LEFT_BEHIND,
    GroupKind.LIFTED: Risk.POVERTY,
    GroupKind.MONITORED: Risk.POVERTY,
    GroupKind.DIBAO: Risk.POVERTY,
    GroupKind.TEKUN: Risk.POVERTY,
    GroupKind.IN_DIFFICULTY: Risk.POVERTY,
    GroupKind.DISABLED: Risk.DISABLED,
    GroupKind.DISABLED_PARENT: Risk.DISABLED,
    GroupKind.LOW_ACHIEVER: Risk.AVERSE,
    GroupKind.SCHOOL_AVERSE: Risk.AVERSE,
    GroupKind.MIND_WATCHED: Risk.AVERSE,
}


class RiskFacts(Record):
    """What is known of one child; nothing in it was typed for the purpose."""

    cohort: int
    # Days with a session missed without leave, in any order.
    missed_on: tuple[date, ...] = ()
    # Since when the child has been missing that has not come since this term began.
    not_back_since: date | None = None
    # When a case of the child was opened, which was not 排除疑似.
    case_on: date | None = None
    case_open: bool = False
    guardian_changed_on: date | None = None
    # A teacher's word, the newest.
    sign: SignKind | None = None
    sign_on: date | None = None
    groups: tuple[SpecialGroup, ...] = ()


class Reason(Record):
    """One sign of one child, in words."""

    risk: Risk
    words: str


def reasons(
    facts: RiskFacts,
    day: date,
    school_days: Sequence[date],
    policy: Policy,
    term: Term | None,
) -> tuple[Reason, ...]:
    """Return why a child may leave, what happened first.

    `school_days` are the township's, ascending, up to and with `day`; `term` is the one
    that runs.
    """
    recent = tuple(school_days[-LOOK_BACK:])
    found = (
        *_happened(facts, recent, policy),
        *_lives(facts, day, term),
        *_grouped(facts.groups),
    )
    order = list(Risk)
    return tuple(sorted(found, key=lambda reason: order.index(reason.risk)))


def is_at_risk(found: Iterable[Reason]) -> bool:
    """Tell whether reasons are enough to look at a child: one event, or two circumstances."""
    risks = {reason.risk for reason in found}
    return bool(risks & HAPPENED) or len(risks) >= _TWO


def told(found: Iterable[Reason]) -> str:
    """Return reasons as one sentence, or nothing."""
    return "；".join(reason.words for reason in found)


def _happened(facts: RiskFacts, recent: Sequence[date], policy: Policy) -> Iterator[Reason]:
    since = recent[0] if recent else None
    if facts.sign is not None and _within(facts.sign_on, since):
        words = f"{facts.sign.label}（{facts.sign_on:%m-%d}上报）"
        yield Reason(risk=Risk.SIGN, words=words)
    if facts.not_back_since is not None:
        yield Reason(risk=Risk.NOT_BACK, words="开学至今未返校")
    missed = _missed(frozenset(facts.missed_on), recent, policy)
    if missed:
        yield Reason(risk=Risk.MISSED, words=missed)
    if facts.case_on is not None:
        stands = "个案未销号" if facts.case_open else "曾列为疑似辍学"
        words = f"{stands}（{facts.case_on:%Y-%m-%d}立案）"
        yield Reason(risk=Risk.LEFT_BEFORE, words=words)
    if _within(facts.guardian_changed_on, since):
        words = f"监护人变更（{facts.guardian_changed_on:%m-%d}）"
        yield Reason(risk=Risk.GUARDIAN, words=words)


def _within(day: date | None, since: date | None) -> bool:
    return day is not None and (since is None or day >= since)


def _missed(missed: frozenset[date], recent: Sequence[date], policy: Policy) -> str:
    """Return the shortest stretch with enough missed days, and which way they go."""
    limits = (
        (_SHORT, policy.missed_in_10),
        (2 * _SHORT, policy.missed_in_20),
        (LOOK_BACK, policy.missed_in_60),
    )
    for length, limit in limits:
        count = len(missed & set(recent[-length:]))
        if count >= limit:
            trend = _trend(missed, recent, length)
            return f"近{length}个上课日无故未到校{count}天{trend}"
    return ""


def _trend(missed: frozenset[date], recent: Sequence[date], length: int) -> str:
    """Return how the last ten school days stand against the ten before them."""
    if len(recent) < 2 * _SHORT:
        return ""
    last = len(missed & set(recent[-_SHORT:]))
    before = len(missed & set(recent[-2 * _SHORT : -_SHORT]))
    if last == before:
        return ""
    told = "" if length == _SHORT else f"近10日{last}天、"
    return f"（{told}前10日{before}天，{'增多' if last > before else '减少'}）"


def _lives(facts: RiskFacts, day: date, term: Term | None) -> Iterator[Reason]:
    spring = term is not None and term.number == _SPRING
    if spring and grade_of(facts.cohort, day) == LAST_GRADE:
        yield Reason(risk=Risk.SPRING, words="九年级下学期")


def _grouped(groups: Iterable[SpecialGroup]) -> Iterator[Reason]:
    """Yield one reason for all groups of a sort."""
    names: dict[Risk, list[str]] = {}
    for group in groups:
        if group.kind in _GROUPS:
            name = group.detail or group.kind.label
            names.setdefault(_GROUPS[group.kind], []).append(name)
    for risk, found in names.items():
        yield Reason(risk=risk, words="、".join(dict.fromkeys(found)))
