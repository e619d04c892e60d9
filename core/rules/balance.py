"""The figures of one line of a month report, their balance, and how lines are added.

A line is a class, a grade, a stage, a school or a township.  What a report is, and when
it is due, is in month.
"""

from collections.abc import Sequence
from typing import Final

from core.rules.base import Coded, Record, Words
from core.rules.errors import Refusal
from core.rules.rate import NOT_KNOWN, RateFacts, facts_together, retention
from core.rules.standing import Reach, Standing, reach_of, standings_together
from core.rules.stray import PupilFlow, Stray, strays

# A refusal names this many pupils; the rest are told by their number.
NAMED: Final = 5


class LineScope(Coded):
    """What one line of a report stands for."""

    CLASS = "class", "分班"
    GRADE = "grade", "年级小计"
    STAGE = "stage", "学段小计"
    SCHOOL = "school", "分校"
    TOTAL = "total", "总计"


class MonthLine(Record):
    """Every figure of one line, in pupils, over the report's window or at its end.

    Flows count changes that take effect inside the window; the stocks are at its end
    (数据截至).  长期请假, 送教上门, 外地就读 and 转出待核 are parts of `closing`.
    """

    scope: LineScope
    name: Words
    # The class or the school; None for a grade, a stage or a total.
    place_id: int | None = None
    # The township's grade, 1..9; None above a grade.
    grade: int | None = None
    class_count: int = 1

    opening: int
    transfer_in: int = 0
    # Of them, from another school of the township.
    transfer_in_inside: int = 0
    resumption: int = 0
    returned: int = 0
    new_pupils: int = 0
    other_in: int = 0
    moved_in: int = 0

    transfer_out: int = 0
    # Of them, to a school outside the township (流失, R57).
    transfer_out_outside: int = 0
    suspension: int = 0
    dropout: int = 0
    death: int = 0
    abroad: int = 0
    graduated: int = 0
    other_out: int = 0
    moved_out: int = 0
    closing: int

    # 在籍 = 在校 + 休学 + 辍学 (model.md).
    on_roll: int
    suspended: int = 0
    dropped: int = 0
    long_leave: int = 0
    home_teaching: int = 0
    studying_elsewhere: int = 0
    transfer_pending: int = 0
    suspected_new: int = 0
    suspected_open: int = 0
    visits: int = 0
    persuasions: int = 0

    # The school year so far; None without 期初数, and then the rate prints —.
    year: RateFacts | None = None
    # Of a stage, a school and a township: its stages' rates against their targets.
    standings: tuple[Standing, ...] = ()
    # What the reader must know: 校长代确认, 启用前人工录入 ...
    remark: str = ""

    @property
    def all_other_in(self) -> int:
        """Return 其他增 as the identity counts it: with new pupils and class moves."""
        return self.other_in + self.new_pupils + self.moved_in

    @property
    def all_other_out(self) -> int:
        """Return 其他减 as the identity counts it: with graduates and class moves."""
        return self.other_out + self.graduated + self.moved_out

    @property
    def increase(self) -> int:
        """Return the sum of everything that adds to 在校."""
        return self.transfer_in + self.resumption + self.returned + self.all_other_in

    @property
    def decrease(self) -> int:
        """Return the sum of everything that takes from 在校."""
        left = self.transfer_out + self.suspension + self.dropout
        return left + self.death + self.abroad + self.all_other_out

    @property
    def rate(self) -> str:
        """Return the 巩固率 as papers print it; — while it is not known."""
        return NOT_KNOWN if self.year is None else retention(self.year).printed

    @property
    def reach(self) -> Reach | None:
        """Return whether every stage keeps its target; None while that is not known."""
        return reach_of(self.standings)


class NotFiled(Record):
    """The line of a school whose report is missing: it prints —, and is never a zero."""

    school_id: int
    name: Words


# What `total` adds up: every figure, by name.
FIGURES: Final = tuple(
    name for name, field in MonthLine.model_fields.items() if field.annotation is int
)


class Unbalanced(Refusal):
    """The report is not filed while a pupil stands in it without a reason (days.md 35)."""

    def __init__(self, lines: Sequence[MonthLine], strays: Sequence[Stray]) -> None:
        self.strays = tuple(strays)
        told = [f"{s.class_name}{s.student_name}（{s.kind.label}）" for s in strays[:NAMED]]
        if len(strays) > NAMED:
            told.append(f"等{len(strays)}人")
        if not strays:
            told = [f"{line.name}相差{balance(line):+d}人" for line in lines]
        super().__init__(
            f"期末人数与异动不符：{'、'.join(told)}。"
            f"请补登异动，或登记其他增、其他减并写明说明后再报送。"
        )


def balance(line: MonthLine) -> int:
    """Return 期末在校 less what the flows say it should be; 0 is balanced (model.md)."""
    return line.closing - (line.opening + line.increase - line.decrease)


def must_balance(lines: Sequence[MonthLine], pupils: Sequence[PupilFlow]) -> None:
    """Refuse a report that does not balance, naming the pupils (Unbalanced).

    Two strays that cancel each other in the sum are refused all the same, and so is a
    line whose 在籍 is not 在校 + 休学 + 辍学.
    """
    wrong = [
        line
        for line in lines
        if balance(line) or line.on_roll != line.closing + line.suspended + line.dropped
    ]
    astray = strays(pupils)
    if wrong or astray:
        raise Unbalanced(wrong, astray)


def total(scope: LineScope, name: str, lines: Sequence[MonthLine]) -> MonthLine:
    """Return the sum of lines: grades of classes, stages of grades, the school of stages.

    Class moves inside the sum cancel: the pupil left one line and came to another.
    """
    sums = {figure: sum(getattr(line, figure) for line in lines) for figure in FIGURES}
    within = min(sums["moved_in"], sums["moved_out"])
    sums["moved_in"] -= within
    sums["moved_out"] -= within
    grades = {line.grade for line in lines}
    grade = grades.pop() if scope is LineScope.GRADE and len(grades) == 1 else None
    return MonthLine(
        scope=scope,
        name=name,
        grade=grade,
        year=facts_together([line.year for line in lines]),
        standings=standings_together([line.standings for line in lines]),
        **sums,
    )


def township_total(name: str, lines: Sequence[MonthLine]) -> MonthLine:
    """Return the sum of the schools that filed; transfers between them cancel.

    A transfer whose other half has not been filed stays in the sum, so it still balances.
    """
    sum_ = total(LineScope.TOTAL, name, lines)
    inside_out = sum_.transfer_out - sum_.transfer_out_outside
    within = min(sum_.transfer_in_inside, inside_out)
    return sum_.model_copy(
        update={
            "transfer_in": sum_.transfer_in - within,
            "transfer_in_inside": sum_.transfer_in_inside - within,
            "transfer_out": sum_.transfer_out - within,
        }
    )
