"""A change of enrolment as its school and its verifiers see it, and what it needs next."""

from datetime import date

from core.rules.base import Record
from core.rules.change import DECREASES, ChangeKind, ChangeState, Side, lacking
from core.rules.evidence import EvidenceKind, EvidenceState
from core.rules.place import class_name
from core.rules.student import EnrolmentStatus
from core.rules.time import Moment


class ChangeEntry(Record):
    """One entered change, with the names a list shows."""

    township_id: int
    id: int
    student_id: int
    student_name: str
    pinyin: tuple[str, ...]
    born_on: date
    school_id: int
    school_name: str
    parent_id: int | None
    class_id: int
    cohort: int
    number: int
    to_class_id: int | None
    to_cohort: int | None
    to_number: int | None
    kind: ChangeKind
    state: ChangeState
    happened_on: date
    effective_on: date | None
    in_township: bool
    other_school: str | None
    reason: str
    proofs: tuple[EvidenceKind, ...]
    evidence: str
    entered_by: int
    entered_by_name: str
    entered_at: Moment
    verified_by_name: str | None
    verified_at: Moment | None
    refused_reason: str | None
    paired_id: int | None
    confirmed_at: Moment | None

    @property
    def class_name(self) -> str:
        """Return the pupil's class on the day of the change; both, when it is a move."""
        left = class_name(self.cohort, self.number, self.happened_on)
        if self.to_cohort is None or self.to_number is None:
            return left
        return f"{left}→{class_name(self.to_cohort, self.to_number, self.happened_on)}"

    @property
    def side(self) -> Side | None:
        """Return 镇内 or 镇外 of a transfer."""
        if self.kind not in {ChangeKind.TRANSFER_IN, ChangeKind.TRANSFER_OUT}:
            return None
        return Side.INSIDE if self.in_township else Side.OUTSIDE

    @property
    def evidence_state(self) -> EvidenceState:
        """Return how far the proofs have come (R24)."""
        if self.state is ChangeState.VERIFIED:
            return EvidenceState.VERIFIED
        if self.state is ChangeState.REJECTED:
            return EvidenceState.REJECTED
        missing = lacking(self.kind, frozenset(self.proofs))
        return EvidenceState.MISSING if missing else EvidenceState.PENDING

    @property
    def still_expected(self) -> bool:
        """Tell whether the pupil stays in 应到 and on the clock though said to be gone."""
        return self.kind in DECREASES and self.effective_on is None


class Enrolled(Record):
    """Where a child stands when a change of it is entered; `enrolment_id` None: nowhere."""

    township_id: int
    student_id: int
    student_name: str
    school_id: int | None
    school_name: str | None
    parent_id: int | None
    class_id: int | None
    enrolment_id: int | None
    seat_no: int | None
    boarder: bool
    status: EnrolmentStatus | None
    from_on: date | None
    # The day after the last one on which the child was enrolled anywhere.
    last_on: date | None
    has_later: bool
    pending_id: int | None
    absence_id: int | None
    # The clock has run out and no alarm has rung yet: a change must not overtake it.
    alarm_waits: bool
