"""What proves each step of a case: which files, who brings them, and which hold the step up.

domain.md 5.3 demands a file where something outside the school is claimed: 排除疑似 (days.md
43) and 安置核实 wait for one that was checked.  The other files are asked for and shown,
and hold nothing up: a roll proves a return, an age a close.
"""

from collections.abc import Iterable
from datetime import date
from typing import Final

from core.rules.base import Coded, Record
from core.rules.case import CaseState, CaseStep, Settlement
from core.rules.errors import Refusal
from core.rules.evidence import EvidenceKind, EvidenceState
from core.rules.evidence_file import About, EvidenceLine


class Brings(Coded):
    """Who brings a file."""

    SCHOOL = "school", "校方"
    OFFICE = "office", "教管组"
    GOVERNMENT = "government", "乡镇政府"


class Demand(Record):
    """One of these kinds is wanted; without it the step is not confirmed, if it `binds`."""

    kinds: frozenset[EvidenceKind]
    brought_by: Brings
    binds: bool

    @property
    def called(self) -> str:
        """Return 接收学校证明或学籍系统截图, in the order of the list of kinds."""
        return "或".join(kind.label for kind in EvidenceKind if kind in self.kinds)


class Wanted(Record):
    """A demand of a step, and how far it is met."""

    step: str
    demand: Demand
    state: EvidenceState


class StepUnproven(Refusal):
    """What a step claims is not proven by a file that somebody else has checked."""

    def __init__(self, wanted: tuple[Demand, ...]) -> None:
        what = "；".join(demand.called for demand in wanted)
        super().__init__(f"还缺经核验的佐证：{what}。请在个案页按F8提供、核验后再确认。")


def _bound(*kinds: EvidenceKind) -> tuple[Demand, ...]:
    return (Demand(kinds=frozenset(kinds), brought_by=Brings.SCHOOL, binds=True),)


def _asked(who: Brings, *kinds: EvidenceKind) -> tuple[Demand, ...]:
    return (Demand(kinds=frozenset(kinds), brought_by=who, binds=False),)


_OF_STEP: Final = (
    (CaseStep.RETURN, _asked(Brings.SCHOOL, EvidenceKind.RETURN_PROOF, EvidenceKind.PHOTO)),
    (CaseStep.EXCLUDE, _bound(EvidenceKind.HOSPITAL_PROOF, EvidenceKind.STATEMENT)),
    (CaseStep.CLOSE, ()),
    (CaseStep.CONFIRM, _asked(Brings.OFFICE, EvidenceKind.STAMPED_SCAN)),
    (
        CaseStep.LEGAL,
        _asked(Brings.GOVERNMENT, EvidenceKind.SERVICE_SLIP, EvidenceKind.STAMPED_SCAN),
    ),
    (CaseStep.COMPLETE, ()),
)
_OF_SETTLEMENT: Final = (
    (
        Settlement.TRANSFER,
        _bound(EvidenceKind.RECEIVING_CERTIFICATE, EvidenceKind.NATIONAL_SCREENSHOT),
    ),
    (
        Settlement.ELSEWHERE,
        _bound(EvidenceKind.STUDY_CERTIFICATE, EvidenceKind.NATIONAL_SCREENSHOT),
    ),
    (Settlement.SUSPENSION, _bound(EvidenceKind.APPROVAL)),
    (Settlement.HOME_TEACHING, _bound(EvidenceKind.APPROVAL)),
    (
        Settlement.SPECIAL,
        _bound(EvidenceKind.RECEIVING_CERTIFICATE, EvidenceKind.STUDY_CERTIFICATE),
    ),
    (Settlement.EXEMPT, _bound(EvidenceKind.APPROVAL)),
    (Settlement.ABROAD, _bound(EvidenceKind.PASSPORT_OR_VISA)),
    (
        Settlement.DEATH,
        _bound(EvidenceKind.DEATH_CERTIFICATE, EvidenceKind.HUKOU_CANCELLED),
    ),
)
# The notice and the order are proven by their 送达回证 (domain.md 5.3: 7, 8).
_SLIP: Final = _asked(Brings.SCHOOL, EvidenceKind.SERVICE_SLIP)
_SERVED: Final = frozenset({CaseState.NOTICED, CaseState.ORDERED})
_STEPS_OF: Final = (
    (CaseState.RETURNED, (CaseStep.RETURN,)),
    (CaseState.CONFIRMED, (CaseStep.CONFIRM,)),
    (CaseState.LEGAL, (CaseStep.LEGAL,)),
)


def demands_of(step: CaseStep, settled_as: Settlement | None) -> tuple[Demand, ...]:
    """Return what a step is to be proven by; of SETTLE, by where the child is settled."""
    if step is CaseStep.SETTLE:
        return () if settled_as is None else dict(_OF_SETTLEMENT)[settled_as]
    return dict(_OF_STEP)[step]


def lacking(
    step: CaseStep, settled_as: Settlement | None, held: frozenset[EvidenceKind]
) -> tuple[Demand, ...]:
    """Return the binding demands that no checked file of a case meets."""
    wanted = demands_of(step, settled_as)
    return tuple(one for one in wanted if one.binds and not one.kinds & held)


def must_be_proven(
    step: CaseStep, settled_as: Settlement | None, held: frozenset[EvidenceKind]
) -> None:
    """Refuse to confirm a step whose checked files do not prove it (StepUnproven)."""
    missing = lacking(step, settled_as, held)
    if missing:
        raise StepUnproven(missing)


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
