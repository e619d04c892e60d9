"""个案: which step may be taken from where, who asks for it, and who else confirms it.

A case opens when a clock runs out, and closes by no single hand (domain.md 5.3: 11 to 13,
18; days.md 43).  Notices, orders and what is settled elsewhere are not here yet.
"""

from collections.abc import Sequence
from datetime import date
from typing import Final

from core.rules.base import Coded, Note, Record, Words
from core.rules.errors import BadInput, Refusal
from core.rules.staff import Role
from core.rules.time import Moment


class CaseState(Coded):
    """Where a case stands (domain.md 5.3), in the words officials use."""

    SUSPECTED = "suspected", "疑似辍学"
    REPORTED = "reported", "已报告"
    NOTICED = "noticed", "已发返校通知"
    ORDERED = "ordered", "已责令"
    CONFIRMED = "confirmed", "辍学"
    LEGAL = "legal", "依法处理"
    RETURNED = "returned", "已返校(观察期)"
    RESETTLED = "resettled", "待核实"
    EXCLUDED = "excluded", "排除疑似"
    CLOSED = "closed", "销号"


class CaseStep(Coded):
    """A step that one person asks for and another confirms."""

    RETURN = "return", "返校"
    EXCLUDE = "exclude", "排除疑似"
    CLOSE = "close", "销号"


class StepRule(Record):
    """From where a step leads where, who may ask for it, and who may confirm it."""

    begins: frozenset[CaseState]
    leads_to: CaseState
    asked_by: tuple[Role, ...]
    decided_by: tuple[Role, ...]
    # Why a case that it closes is closed (销号依据).
    closes_as: str | None = None


_AWAY: Final = frozenset(
    {
        CaseState.SUSPECTED,
        CaseState.REPORTED,
        CaseState.NOTICED,
        CaseState.ORDERED,
        CaseState.CONFIRMED,
        CaseState.LEGAL,
        CaseState.RESETTLED,
    }
)
RULES: Final = (
    (
        CaseStep.RETURN,
        StepRule(
            begins=_AWAY,
            leads_to=CaseState.RETURNED,
            asked_by=(Role.CLASS_TEACHER, Role.REGISTRAR, Role.LEADER),
            decided_by=(Role.REGISTRAR, Role.LEADER),
        ),
    ),
    # A child with flu is no suspicion: proven, it leaves without being watched (43).
    (
        CaseStep.EXCLUDE,
        StepRule(
            begins=frozenset({CaseState.SUSPECTED, CaseState.REPORTED}),
            leads_to=CaseState.EXCLUDED,
            asked_by=(Role.LEADER,),
            decided_by=(Role.OFFICE,),
            closes_as="误报，排除疑似",
        ),
    ),
    (
        CaseStep.CLOSE,
        StepRule(
            begins=frozenset({CaseState.RETURNED}),
            leads_to=CaseState.CLOSED,
            asked_by=(Role.LEADER,),
            decided_by=(Role.OFFICE,),
            closes_as="返校稳定",
        ),
    ),
)


class CaseFacts(Record):
    """An open case as a step is judged by it."""

    township_id: int
    case_id: int
    number: Words
    school_id: int
    class_id: int
    student_id: int
    student_name: Words
    state: CaseState
    # The child is missing now.
    running: bool
    # The last roll since the case opened in which somebody saw the child.
    seen_at: Moment | None
    # The last school day of the observation, and the unexcused runs within it.
    observe_until: date | None
    missed: int
    step_id: int | None
    step: CaseStep | None
    step_by: int | None
    step_note: Note | None


class NoCase(Refusal):
    """The child has no open case."""

    def __init__(self) -> None:
        super().__init__("该生没有未销号的个案，无须办理。")


class StepNotNow(Refusal):
    """The step does not lead on from where the case stands."""

    def __init__(self, state: CaseState, step: CaseStep) -> None:
        super().__init__(f"个案现为{state.label}，不能办理{step.label}，请按F5刷新后核对。")


class StepWaits(Refusal):
    """Another step has been asked for and waits."""

    def __init__(self, step: CaseStep) -> None:
        super().__init__(f"{step.label}已登记，正待另一人确认。")


class NoStep(Refusal):
    """Nothing waits to be confirmed."""

    def __init__(self) -> None:
        super().__init__("该个案没有待确认的事项。")


class SameHand(Refusal):
    """Who asks for a step never confirms it."""

    def __init__(self) -> None:
        super().__init__("登记人不能自己确认，请由另一人确认。")


class NotSeenYet(Refusal):
    """返校 is proven by a roll, never by word."""

    def __init__(self) -> None:
        super().__init__("返校以点名为准：请先在点名中把该生记为到校，再登记返校。")


class StillObserved(Refusal):
    """The observation is not over."""

    def __init__(self, until: date) -> None:
        super().__init__(f"观察期至{until.month}月{until.day}日，期满后再办理销号。")


class MissedTooOften(Refusal):
    """The child was missing too often while it was watched."""

    def __init__(self, missed: int, allowed: int) -> None:
        super().__init__(
            f"观察期内无故未到校{missed}次，超过{allowed}次，不能销号，请继续跟踪劝返。"
        )


class ProofMissing(BadInput):
    """A step says what proves it."""

    def __init__(self) -> None:
        super().__init__("请写明依据和证明材料，再提交。")


def rule_of(step: CaseStep) -> StepRule:
    """Return the rule of a step."""
    return dict(RULES)[step]


def must_allow(
    facts: CaseFacts, step: CaseStep, day: date, observe_missed: int
) -> StepRule:
    """Return the rule of a step that may be taken now.

    Raises StepNotNow, NotSeenYet, StillObserved or MissedTooOften.
    """
    rule = rule_of(step)
    if facts.state not in rule.begins:
        raise StepNotNow(facts.state, step)
    if step is CaseStep.RETURN and (facts.running or facts.seen_at is None):
        raise NotSeenYet
    if step is CaseStep.CLOSE:
        if facts.observe_until is None or day <= facts.observe_until:
            raise StillObserved(facts.observe_until or day)
        if facts.missed > observe_missed:
            raise MissedTooOften(facts.missed, observe_missed)
    return rule


def observation_ends(school_days: Sequence[date], observe_for: int) -> date:
    """Return the last day of an observation: the so-manieth school day after the return."""
    return school_days[observe_for - 1]
