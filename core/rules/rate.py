"""巩固率, 出勤率: the formulas, and how a rate may be printed (R56).

The seed names targets and no denominator: 净口径 is what reports print and targets are
held against.  A township's rate is the sum of its schools' figures put through the
formula, never the mean of their rates.
"""

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import Final, Self

from core.rules.base import Coded, Record

HUNDRED: Final = Decimal(100)
NOT_KNOWN: Final = "—"
_CENT: Final = Decimal("0.01")


class RetentionFormula(Coded):
    """The ways a 巩固率 is computed."""

    NET = "net", "净口径"
    GROSS = "gross", "毛口径"
    ALLOWANCE = "allowance", "允许流动3%"


class RateFacts(Record):
    """The figures of one scope over one window (a school year, a term), in pupils.

    `closing` leaves out pupils whose transfer is unverified: they are a loss until the
    receiving school is proved.  `neutral_in` and `neutral_out` are 新生, 毕业 and class
    moves within the window: neither a gain nor a loss of anybody.
    """

    opening: int
    transfer_in: int = 0
    resumption: int = 0
    returned: int = 0
    other_in: int = 0
    neutral_in: int = 0
    transfer_out_verified: int = 0
    transfer_out_unverified: int = 0
    # Of both kinds of transfer out, those who left the township (镇外).
    transfer_out_beyond: int = 0
    suspension: int = 0
    death: int = 0
    abroad: int = 0
    other_out: int = 0
    neutral_out: int = 0
    # Dropouts who had not returned at the end of the window.
    dropout: int = 0
    closing: int

    def plus(self, other: Self) -> Self:
        """Return the figures of both scopes together."""
        mine, theirs = self.model_dump(), other.model_dump()
        return self.model_validate({name: mine[name] + theirs[name] for name in mine})

    @property
    def losses(self) -> int:
        """Return how many are lost for certain or without proof of where they are."""
        return self.dropout + self.transfer_out_unverified + self.other_out


def facts_together(scopes: Sequence[RateFacts | None]) -> RateFacts | None:
    """Return the figures of all scopes together; None where those of one are missing."""
    known = [facts for facts in scopes if facts is not None]
    if not known or len(known) < len(scopes):
        return None
    first, *rest = known
    for other in rest:
        first = first.plus(other)
    return first


class Rate(Record):
    """A share in exact figures, before any rounding."""

    part: int
    whole: int
    # Children behind the difference; while there is one, 100.00 is never printed.
    losses: int = 0

    @property
    def percent(self) -> Decimal | None:
        """Return the percentage, 2 decimals, half-up; None when there is no base."""
        if self.whole <= 0:
            return None
        exact = Decimal(self.part) * HUNDRED / Decimal(self.whole)
        return exact.quantize(_CENT, rounding=ROUND_HALF_UP)

    @property
    def printed(self) -> str:
        """Return the rate as a paper prints it: 99.50, or — when there is no base.

        A rate behind which a child is missing never reads 100.00 (days.md, papers 13),
        and a rate of lost children never reads 0.00 while there is one.
        """
        percent = self.percent
        if percent is None:
            return NOT_KNOWN
        if self.losses and percent == HUNDRED:
            percent = HUNDRED - _CENT
        if self.part and percent == 0:
            percent = _CENT
        return f"{percent:.2f}"

    def reaches(self, target: Decimal) -> bool:
        """Tell whether what is printed reaches a target; an unknown rate does not."""
        return self.percent is not None and Decimal(self.printed) >= target


def retention(
    facts: RateFacts,
    formula: RetentionFormula = RetentionFormula.NET,
    *,
    suspension_is_loss: bool = False,
) -> Rate:
    """Return the 巩固率 of a window (domain.md 3, A, B and C).

    净口径 and 允许流动3% stop at 100; 毛口径 may pass it.  `suspension_is_loss` is the
    setting of places that count 休学 as 辍学; it changes 净口径 only.
    """
    if formula is RetentionFormula.GROSS:
        return Rate(part=facts.closing, whole=facts.opening, losses=facts.losses)
    if formula is RetentionFormula.ALLOWANCE:
        whole = facts.opening * 100
        part = min(facts.closing * 100 + facts.opening * 3, whole)
        return Rate(part=part, whole=whole, losses=facts.losses)
    # 其他增 joins the base, or a child without explanation would hide one who is lost.
    arrived = facts.transfer_in + facts.resumption + facts.returned + facts.other_in
    proved = facts.transfer_out_verified + facts.death + facts.abroad
    whole = facts.opening + arrived + facts.neutral_in - proved - facts.neutral_out
    losses = facts.losses
    if suspension_is_loss:
        losses += facts.suspension
    else:
        whole -= facts.suspension
    return Rate(part=min(facts.closing, whole), whole=whole, losses=losses)


def attendance(present: int, expected: int) -> Rate:
    """Return the 出勤率 in person-sessions; a roll not taken is in neither figure."""
    return Rate(part=present, whole=expected, losses=expected - present)
