"""个案: which step may be taken from where, who asks for it, and who else confirms it.

A case opens when a clock runs out, and closes by no single hand (domain.md 5.3: 9 to 17;
days.md 43).  What a step waits for is in case_guard, what is owed next in case_next;
notices and orders are in notice.
"""

from typing import Final

from core.rules.base import Coded, Record
from core.rules.staff import Role


class CaseState(Coded):
    """Where a case stands (domain.md 5.3), in the words officials use."""

    SUSPECTED = "suspected", "疑似辍学"
    REPORTED = "reported", "已报告"
    NOTICED = "noticed", "已发返校通知"
    ORDERED = "ordered", "已责令"
    CONFIRMED = "confirmed", "辍学"
    LEGAL = "legal", "依法处理"
    RETURNED = "returned", "已返校(观察期)"
    # Shown while a claim waits to be verified; beneath it the case stands where it stood.
    RESETTLED = "resettled", "待核实"
    EXCLUDED = "excluded", "排除疑似"
    CLOSED = "closed", "销号"


class CaseStep(Coded):
    """A step that one person asks for and another confirms."""

    RETURN = "return", "返校"
    EXCLUDE = "exclude", "排除疑似"
    CLOSE = "close", "销号"
    CONFIRM = "confirm", "认定辍学"
    LEGAL = "legal", "依法处理"
    SETTLE = "settle", "安置核实"
    COMPLETE = "complete", "超龄销号"
    GRADUATE = "graduate", "毕业销号"


class Settlement(Coded):
    """Where a child is settled instead (销号依据)."""

    TRANSFER = "transfer", "转学核实"
    ELSEWHERE = "elsewhere", "外地就读核实"
    SUSPENSION = "suspension", "休学获批"
    HOME_TEACHING = "home_teaching", "送教上门"
    SPECIAL = "special", "特校或专门学校就读"
    EXEMPT = "exempt", "延缓入学或免学获批"
    ABROAD = "abroad", "出国（境）"
    DEATH = "death", "死亡"


class StepRule(Record):
    """From where a step leads where, who may ask for it, and who may confirm it."""

    begins: frozenset[CaseState]
    leads_to: CaseState
    asked_by: tuple[Role, ...]
    decided_by: tuple[Role, ...]
    # Why a case that it closes is closed (销号依据); of SETTLE, the settlement's own word.
    closes_as: str | None = None


_AWAY: Final = frozenset(
    {
        CaseState.SUSPECTED,
        CaseState.REPORTED,
        CaseState.NOTICED,
        CaseState.ORDERED,
        CaseState.CONFIRMED,
        CaseState.LEGAL,
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
    (
        CaseStep.CONFIRM,
        StepRule(
            begins=_AWAY - {CaseState.CONFIRMED, CaseState.LEGAL},
            leads_to=CaseState.CONFIRMED,
            asked_by=(Role.OFFICE,),
            decided_by=(Role.BUREAU,),
        ),
    ),
    (
        CaseStep.LEGAL,
        StepRule(
            begins=frozenset({CaseState.ORDERED, CaseState.CONFIRMED}),
            leads_to=CaseState.LEGAL,
            asked_by=(Role.GOVERNMENT,),
            decided_by=(Role.OFFICE,),
        ),
    ),
    (
        CaseStep.SETTLE,
        StepRule(
            begins=_AWAY | {CaseState.RETURNED},
            leads_to=CaseState.CLOSED,
            asked_by=(Role.REGISTRAR, Role.LEADER),
            decided_by=(Role.OFFICE,),
            closes_as="已安置",
        ),
    ),
    (
        CaseStep.COMPLETE,
        StepRule(
            begins=_AWAY | {CaseState.RETURNED},
            leads_to=CaseState.CLOSED,
            asked_by=(Role.OFFICE,),
            decided_by=(Role.BUREAU,),
            closes_as="已超过义务教育年龄",
        ),
    ),
    (
        CaseStep.GRADUATE,
        StepRule(
            begins=_AWAY | {CaseState.RETURNED},
            leads_to=CaseState.CLOSED,
            asked_by=(Role.OFFICE,),
            decided_by=(Role.BUREAU,),
            closes_as="已毕业或结业",
        ),
    ),
)


# A closing that the county's quarterly review finds wrong (domain.md 5.3: 18): one hand is
# enough, for nothing is closed by it.
REOPENED_BY: Final = (Role.BUREAU,)


def reopens_to(left: CaseState | None) -> CaseState:
    """Return where a case goes on that was closed from `left`: a child back is sought anew."""
    return left if left in _AWAY else CaseState.SUSPECTED


def ends_papers(step: CaseStep) -> bool:
    """Tell whether a step, once confirmed, calls off the papers that are on their way."""
    closes = rule_of(step).closes_as is not None
    return closes or step in {CaseStep.RETURN, CaseStep.LEGAL}


def rule_of(step: CaseStep) -> StepRule:
    """Return the rule of a step."""
    return dict(RULES)[step]
