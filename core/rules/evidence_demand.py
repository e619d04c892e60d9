"""What proves each step of a case: which files, who brings them, and how far they must be.

domain.md 5.3 names them.  A step is not confirmed before they are there: what is claimed of
elsewhere, 认定 and 依法处理 wait for a file that somebody else has checked; a return and a
service for one that was brought, to be checked after.  A close rests on the follow-ups of
its observation (case_guard), 超龄 on a date of birth.  No file ever holds up an alarm.
"""

from collections.abc import Iterable
from datetime import date
from typing import Final

from core.rules.base import Coded, Record
from core.rules.case import CaseState, CaseStep, Settlement
from core.rules.errors import Refusal
from core.rules.evidence import EvidenceKind, EvidenceState
from core.rules.evidence_file import About, EvidenceLine
from core.rules.paper import PaperKind


class Brings(Coded):
    """Who brings a file."""

    SCHOOL = "school", "校方"
    OFFICE = "office", "教管组"
    GOVERNMENT = "government", "乡镇政府"


class Demand(Record):
    """One of these kinds is wanted, or a paper of the case; without it no step is confirmed."""

    kinds: frozenset[EvidenceKind]
    brought_by: Brings
    # By another than who brought it, before the step is confirmed.
    checked: bool
    paper: PaperKind | None = None

    @property
    def called(self) -> str:
        """Return 接收学校证明或学籍系统截图, in the order of the list of kinds."""
        if self.paper is not None:
            return self.paper.label
        return "或".join(kind.label for kind in EvidenceKind if kind in self.kinds)

    @property
    def sentence(self) -> str:
        """Return what is missing, and how to bring it."""
        if self.paper is not None:
            return f"还缺{self.called}，请在个案页按0生成后再确认。"
        if self.checked:
            return f"还缺经核验的佐证：{self.called}。请在个案页按F8提供、核验后再确认。"
        return f"还缺佐证：{self.called}。请在个案页按F8提供后再确认。"


class Held(Record):
    """What a case has: files that were checked and hold, files that were brought, papers."""

    checked: frozenset[EvidenceKind] = frozenset()
    # Those that were checked among them; none that went back.
    brought: frozenset[EvidenceKind] = frozenset()
    papers: frozenset[PaperKind] = frozenset()


class Wanted(Record):
    """A demand of a step, and how far it is met."""

    step: str
    demand: Demand
    state: EvidenceState

    @property
    def is_met(self) -> bool:
        """Tell whether the step may be confirmed for all that this demand asks."""
        waits = self.state is EvidenceState.PENDING and not self.demand.checked
        return waits or self.state is EvidenceState.VERIFIED


class StepUnproven(Refusal):
    """What a step claims is not proven as far as it has to be."""

    def __init__(self, wanted: tuple[Demand, ...]) -> None:
        super().__init__("".join(demand.sentence for demand in wanted))


class SlipMissing(Refusal):
    """Nobody starts a term without the slip that proves its service."""

    def __init__(self) -> None:
        super().__init__(
            f"还缺{EvidenceKind.SERVICE_SLIP.label}：请把有签收人或见证人签字的回证拍照，"
            "按F8提供后再登记送达。"
        )


def _checked(*kinds: EvidenceKind, by: Brings = Brings.SCHOOL) -> tuple[Demand, ...]:
    return (Demand(kinds=frozenset(kinds), brought_by=by, checked=True),)


def _brought(*kinds: EvidenceKind) -> tuple[Demand, ...]:
    return (Demand(kinds=frozenset(kinds), brought_by=Brings.SCHOOL, checked=False),)


def _issued(kind: PaperKind, by: Brings) -> tuple[Demand, ...]:
    return (Demand(kinds=frozenset(), brought_by=by, checked=False, paper=kind),)


_OF_STEP: Final = (
    (CaseStep.RETURN, _brought(EvidenceKind.RETURN_PROOF, EvidenceKind.PHOTO)),
    (CaseStep.EXCLUDE, _checked(EvidenceKind.HOSPITAL_PROOF, EvidenceKind.STATEMENT)),
    (CaseStep.CLOSE, ()),
    (
        CaseStep.CONFIRM,
        (
            *_checked(EvidenceKind.DETERMINATION, by=Brings.OFFICE),
            *_issued(PaperKind.CASE_FILE, Brings.OFFICE),
        ),
    ),
    (CaseStep.LEGAL, _checked(EvidenceKind.STAMPED_SCAN, by=Brings.GOVERNMENT)),
    (CaseStep.COMPLETE, ()),
    (CaseStep.GRADUATE, _checked(EvidenceKind.GRADUATION, by=Brings.OFFICE)),
)
_OF_SETTLEMENT: Final = (
    (
        Settlement.TRANSFER,
        _checked(EvidenceKind.RECEIVING_CERTIFICATE, EvidenceKind.NATIONAL_SCREENSHOT),
    ),
    (
        Settlement.ELSEWHERE,
        _checked(EvidenceKind.STUDY_CERTIFICATE, EvidenceKind.NATIONAL_SCREENSHOT),
    ),
    (Settlement.SUSPENSION, _checked(EvidenceKind.APPROVAL)),
    (Settlement.HOME_TEACHING, _checked(EvidenceKind.APPROVAL)),
    (
        Settlement.SPECIAL,
        _checked(EvidenceKind.RECEIVING_CERTIFICATE, EvidenceKind.STUDY_CERTIFICATE),
    ),
    (Settlement.EXEMPT, _checked(EvidenceKind.APPROVAL)),
    (Settlement.ABROAD, _checked(EvidenceKind.PASSPORT_OR_VISA)),
    (
        Settlement.DEATH,
        _checked(EvidenceKind.DEATH_CERTIFICATE, EvidenceKind.HUKOU_CANCELLED),
    ),
)
# What each state was reached by, still to be seen while it stands.
_STEPS_OF: Final = (
    (CaseState.RETURNED, (CaseStep.RETURN,)),
    (CaseState.CONFIRMED, (CaseStep.CONFIRM,)),
    (CaseState.LEGAL, (CaseStep.LEGAL,)),
)
# The notice and the order are proven by their 送达回证 (domain.md 5.3: 7, 8).
_SLIP: Final = _brought(EvidenceKind.SERVICE_SLIP)
_SERVED: Final = frozenset({CaseState.NOTICED, CaseState.ORDERED})


def demands_of(step: CaseStep, settled_as: Settlement | None) -> tuple[Demand, ...]:
    """Return what a step is to be proven by; of SETTLE, by where the child is settled."""
    if step is CaseStep.SETTLE:
        return () if settled_as is None else dict(_OF_SETTLEMENT)[settled_as]
    return dict(_OF_STEP)[step]


def checklist(
    step: CaseStep, settled_as: Settlement | None, held: Held
) -> tuple[Wanted, ...]:
    """Return what a step waits for, and how far each is: before it is asked, and when decided."""
    called = (settled_as or step).label
    return tuple(
        Wanted(step=called, demand=one, state=_held(one, held))
        for one in demands_of(step, settled_as)
    )


def _held(demand: Demand, held: Held) -> EvidenceState:
    if demand.paper in held.papers or demand.kinds & held.checked:
        return EvidenceState.VERIFIED
    brought = demand.kinds & held.brought
    return EvidenceState.PENDING if brought else EvidenceState.MISSING


def must_be_proven(step: CaseStep, settled_as: Settlement | None, held: Held) -> None:
    """Refuse to confirm a step for which something is missing (StepUnproven)."""
    missing = [one.demand for one in checklist(step, settled_as, held) if not one.is_met]
    if missing:
        raise StepUnproven(tuple(missing))


def must_have_slip(held: Held) -> None:
    """Refuse a service whose slip was not brought since the paper was signed (SlipMissing)."""
    if EvidenceKind.SERVICE_SLIP not in held.brought:
        raise SlipMissing


def wanted(
    state: CaseState,
    step: tuple[CaseStep, Settlement | None] | None,
    lines: Iterable[EvidenceLine],
    day: date,
) -> tuple[Wanted, ...]:
    """Return what an open case wants proven now: of the step that waits, else of its state."""
    held = [line for line in lines if line.about is About.CASE]
    if step is not None:
        called = (step[1] or step[0]).label
        asked = tuple((called, demand) for demand in demands_of(*step))
    else:
        asked = tuple(
            (one.label, demand)
            for one in dict(_STEPS_OF).get(state, ())
            for demand in demands_of(one, None)
        )
    if state in _SERVED:
        asked += tuple((state.label, demand) for demand in _SLIP)
    return tuple(
        Wanted(step=called, demand=demand, state=_state(demand, held, day))
        for called, demand in asked
        if demand.paper is None
    )


def _state(demand: Demand, held: Iterable[EvidenceLine], day: date) -> EvidenceState:
    """Return how far a demand is met: by the best file there is."""
    found = {line.state_on(day) for line in held if line.kind in demand.kinds}
    ranked = (
        EvidenceState.VERIFIED,
        EvidenceState.PENDING,
        EvidenceState.REJECTED,
        EvidenceState.EXPIRED,
    )
    return next((state for state in ranked if state in found), EvidenceState.MISSING)
