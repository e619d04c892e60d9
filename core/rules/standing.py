"""达标: how the 巩固率 of a stage stands against the target of its township (R56).

The rate's formula is in rate; the targets are settings, in policy.
"""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Self

from core.rules.base import Coded, Record
from core.rules.place import Stage
from core.rules.rate import NOT_KNOWN, RateFacts, facts_together, retention


class Reach(Coded):
    """Whether a rate keeps its target; of a rate that is not known neither is said."""

    KEPT = "kept", "达标"
    BELOW = "below", "未达标"


class Standing(Record):
    """One stage of a school or of a township, with the target of the report's last day."""

    stage: Stage
    # None without 期初数: the rate is not known.
    year: RateFacts | None
    target: Decimal

    @property
    def reach(self) -> Reach | None:
        """Return whether the rate keeps the target; None when it is not known."""
        rate = None if self.year is None else retention(self.year)
        if rate is None or rate.percent is None:
            return None
        return Reach.KEPT if rate.reaches(self.target) else Reach.BELOW

    @property
    def told(self) -> str:
        """Return 小学99.50%（目标99%，达标）; without the figures 小学—（目标99%）."""
        target = f"目标{self.target.normalize():f}%"
        reach = self.reach
        if self.year is None or reach is None:
            return f"{self.stage.label}{NOT_KNOWN}（{target}）"
        rate = retention(self.year).printed
        return f"{self.stage.label}{rate}%（{target}，{reach.label}）"

    def plus(self, other: Self) -> Self:
        """Return the same stage of both; its figures are added, never the rates."""
        year = facts_together([self.year, other.year])
        return self.model_copy(update={"year": year})


def reach_of(standings: Iterable[Standing]) -> Reach | None:
    """Return 未达标 if a stage is below its target, 达标 if each keeps it, else None."""
    reaches = {standing.reach for standing in standings}
    if Reach.BELOW in reaches:
        return Reach.BELOW
    return Reach.KEPT if reaches == {Reach.KEPT} else None


def standings_together(lines: Sequence[Sequence[Standing]]) -> tuple[Standing, ...]:
    """Return the stages of several schools, each as one; none where a school tells none.

    A stage for which the townships of a county set different targets has no target as a
    whole, and is left out.
    """
    if not all(lines):
        return ()
    found: dict[Stage, Standing] = {}
    mixed: set[Stage] = set()
    for one in (one for line in lines for one in line):
        before = found.get(one.stage)
        found[one.stage] = one if before is None else before.plus(one)
        if before is not None and before.target != one.target:
            mixed.add(one.stage)
    return tuple(found[stage] for stage in Stage if stage in found and stage not in mixed)


def standing_sentence(standings: Iterable[Standing]) -> str:
    """Return 年巩固率：小学99.50%（目标99%，达标）。; empty without a stage."""
    told = "；".join(standing.told for standing in standings)
    return f"年巩固率：{told}。" if told else ""
