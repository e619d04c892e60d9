"""期初数: a class's year before its school went live, entered once and confirmed (42)."""

from typing import Annotated, Self, TypeAlias

from pydantic import Field, model_validator

from core.rules.base import Record
from core.rules.errors import Refusal
from core.rules.time import Moment

Count: TypeAlias = Annotated[int, Field(ge=0, le=999)]


class OpeningImpossible(Refusal):
    """More pupils left than there ever were."""

    def __init__(self) -> None:
        super().__init__("期初数不成立：转出、休学、辍学之和超过在籍与转入之和，请核对。")


class OpeningFigure(Record):
    """What happened to a class from 1 September to its school's 启用日, in pupils."""

    class_id: int
    at_year_start: Count
    transferred_in: Count = 0
    transferred_out: Count = 0
    suspended: Count = 0
    resumed: Count = 0
    dropped: Count = 0

    @property
    def at_opening(self) -> int:
        """Return how many were 在校 on the 启用日 by these figures."""
        left = self.transferred_out + self.suspended + self.dropped
        return self.at_year_start + self.transferred_in + self.resumed - left

    @model_validator(mode="after")
    def adds_up(self) -> Self:
        """Refuse figures that leave fewer than no pupils (OpeningImpossible)."""
        if self.at_opening < 0:
            raise OpeningImpossible
        return self


class ClassOpening(Record):
    """A class with its 期初数, or none yet."""

    township_id: int
    school_id: int
    class_id: int
    cohort: int
    number: int
    at_year_start: int | None
    transferred_in: int | None
    transferred_out: int | None
    suspended: int | None
    resumed: int | None
    dropped: int | None
    entered_by: int | None
    entered_by_name: str | None
    entered_at: Moment | None
    confirmed_by_name: str | None
    confirmed_at: Moment | None
    # 在校 on the 启用日, as the roster has it.
    enrolled: int

    @property
    def off_by(self) -> int:
        """Return how many pupils the figures have too many (or, below 0, too few)."""
        if self.at_year_start is None:
            return 0
        figure = OpeningFigure(
            class_id=self.class_id,
            at_year_start=self.at_year_start,
            transferred_in=self.transferred_in or 0,
            transferred_out=self.transferred_out or 0,
            suspended=self.suspended or 0,
            resumed=self.resumed or 0,
            dropped=self.dropped or 0,
        )
        return figure.at_opening - self.enrolled
