"""学籍异动: its kinds, what each must prove, and when it begins to count (R21, R23, R24).

The figures of a month are in balance; where a pupil is enrolled is in student.
"""

from datetime import date
from typing import Final, Self

from pydantic import model_validator

from core.rules.base import Coded, Note, Record, Words
from core.rules.errors import Refusal
from core.rules.evidence import EvidenceKind, must_be_second_person


class ChangeKind(Coded):
    """What happened to a pupil's enrolment."""

    NEW = "new", "新生"
    TRANSFER_IN = "transfer_in", "转入"
    RESUMPTION = "resumption", "复学"
    RETURN = "return", "返校"
    OTHER_IN = "other_in", "其他增"
    TRANSFER_OUT = "transfer_out", "转出"
    SUSPENSION = "suspension", "休学"
    DROPOUT = "dropout", "辍学"
    DEATH = "death", "死亡"
    ABROAD = "abroad", "出国"
    GRADUATION = "graduation", "毕业"
    OTHER_OUT = "other_out", "其他减"
    CLASS_MOVE = "class_move", "班级调整"


class ChangeState(Coded):
    """Whether a second person has verified the change."""

    PENDING = "pending", "待核"
    VERIFIED = "verified", "已核"
    REJECTED = "rejected", "不予认可"


class Side(Coded):
    """Which side of the township's border the other school lies on."""

    INSIDE = "inside", "镇内"
    OUTSIDE = "outside", "镇外"


INCREASES: Final = frozenset(
    {
        ChangeKind.NEW,
        ChangeKind.TRANSFER_IN,
        ChangeKind.RESUMPTION,
        ChangeKind.RETURN,
        ChangeKind.OTHER_IN,
    }
)
DECREASES: Final = frozenset(
    {
        ChangeKind.TRANSFER_OUT,
        ChangeKind.SUSPENSION,
        ChangeKind.DROPOUT,
        ChangeKind.DEATH,
        ChangeKind.ABROAD,
        ChangeKind.GRADUATION,
        ChangeKind.OTHER_OUT,
    }
)
# After these a child is on its school's roll no more.
LEAVINGS: Final = DECREASES - {ChangeKind.SUSPENSION, ChangeKind.DROPOUT}
TRANSFERS: Final = frozenset({ChangeKind.TRANSFER_IN, ChangeKind.TRANSFER_OUT})

# Each change needs one proof of every set.  The lists are ours: R24 names none.
CHECKLIST: Final[dict[ChangeKind, tuple[frozenset[EvidenceKind], ...]]] = {
    ChangeKind.NEW: (),
    ChangeKind.TRANSFER_IN: (
        frozenset({EvidenceKind.TRANSFER_FORM, EvidenceKind.NATIONAL_SCREENSHOT}),
    ),
    ChangeKind.RESUMPTION: (frozenset({EvidenceKind.GUARDIAN_REQUEST}),),
    ChangeKind.RETURN: (frozenset({EvidenceKind.RETURN_PROOF}),),
    ChangeKind.OTHER_IN: (frozenset({EvidenceKind.STATEMENT}),),
    ChangeKind.TRANSFER_OUT: (
        frozenset({EvidenceKind.RECEIVING_CERTIFICATE, EvidenceKind.NATIONAL_SCREENSHOT}),
    ),
    # 义务教育法第十一条: 休学 is asked for and approved.
    ChangeKind.SUSPENSION: (
        frozenset({EvidenceKind.GUARDIAN_REQUEST}),
        frozenset({EvidenceKind.HOSPITAL_PROOF}),
        frozenset({EvidenceKind.APPROVAL}),
    ),
    ChangeKind.DROPOUT: (frozenset({EvidenceKind.PERSUASION_RECORD}),),
    ChangeKind.DEATH: (
        frozenset({EvidenceKind.DEATH_CERTIFICATE, EvidenceKind.HUKOU_CANCELLED}),
    ),
    ChangeKind.ABROAD: (frozenset({EvidenceKind.PASSPORT_OR_VISA}),),
    ChangeKind.GRADUATION: (),
    ChangeKind.OTHER_OUT: (frozenset({EvidenceKind.STATEMENT}),),
    ChangeKind.CLASS_MOVE: (),
}


class NeedsNote(Refusal):
    """其他增/其他减 explains nothing by its name."""

    def __init__(self, kind: ChangeKind) -> None:
        super().__init__(f"登记{kind.label}须填写说明，请写明原因后再保存。")


class NeedsOtherSchool(Refusal):
    """A transfer names the other school and the side of the border it is on."""

    def __init__(self, kind: ChangeKind) -> None:
        super().__init__(f"登记{kind.label}须填写对方学校并选择镇内或镇外。")


class EvidenceLacking(Refusal):
    """A decrease is not verified before its proofs are there (R24)."""

    def __init__(self, missing: tuple[frozenset[EvidenceKind], ...]) -> None:
        wanted = "；".join("或".join(sorted(k.label for k in one)) for one in missing)
        super().__init__(f"证明材料不齐，还缺：{wanted}。请补齐后再核验。")


class ChangeDraft(Record):
    """A change as it is typed in.  Raises NeedsNote, NeedsOtherSchool."""

    student_id: int
    kind: ChangeKind
    happened_on: date
    side: Side | None = None
    other_school: Words | None = None
    to_class_id: int | None = None
    note: Note = ""

    @model_validator(mode="after")
    def says_enough(self) -> Self:
        """Refuse a change that a reader of the 花名册 could not follow."""
        if self.kind in {ChangeKind.OTHER_IN, ChangeKind.OTHER_OUT} and not self.note:
            raise NeedsNote(self.kind)
        if self.kind in TRANSFERS and (self.side is None or self.other_school is None):
            raise NeedsOtherSchool(self.kind)
        return self


def takes_effect(kind: ChangeKind, state: ChangeState) -> bool:
    """Tell whether the change moves the pupil in the class list and in the figures.

    A decrease counts only when verified: until then the pupil stays in 应到 and on the
    48-hour clock (R23, days.md 25).  A child who has arrived is in 应到 at once.
    """
    if kind in DECREASES:
        return state is ChangeState.VERIFIED
    return state is not ChangeState.REJECTED


def effective_on(
    kind: ChangeKind, state: ChangeState, happened_on: date, verified_on: date | None
) -> date | None:
    """Return the day from which the change counts; None while it does not.

    A decrease counts from the day of its verification when that comes later: the rolls
    taken until then expected the pupil, and the class list of those days must say so.
    """
    if not takes_effect(kind, state):
        return None
    if kind in DECREASES and verified_on is not None:
        return max(happened_on, verified_on)
    return happened_on


def lacking(
    kind: ChangeKind, proofs: frozenset[EvidenceKind]
) -> tuple[frozenset[EvidenceKind], ...]:
    """Return the sets of which no proof is there yet; empty means 齐全 (R24)."""
    return tuple(one for one in CHECKLIST[kind] if not one & proofs)


def must_verify(
    kind: ChangeKind,
    proofs: frozenset[EvidenceKind],
    entered_by_id: int,
    verified_by_id: int,
) -> None:
    """Refuse a verification alone (SamePerson) or without proofs (EvidenceLacking)."""
    must_be_second_person(entered_by_id, verified_by_id)
    missing = lacking(kind, proofs)
    if missing:
        raise EvidenceLacking(missing)
