from datetime import date

import pytest

from core.rules.change import (
    ChangeDraft,
    ChangeKind,
    ChangeState,
    EvidenceLacking,
    NeedsNote,
    NeedsOtherSchool,
    effective_on,
    lacking,
    must_verify,
    takes_effect,
)
from core.rules.evidence import (
    EvidenceKind,
    SamePerson,
)

OUT = ChangeKind.TRANSFER_OUT
PENDING, VERIFIED, REJECTED = (
    ChangeState.PENDING,
    ChangeState.VERIFIED,
    ChangeState.REJECTED,
)
SEPT_5, SEPT_20 = date(2026, 9, 5), date(2026, 9, 20)


@pytest.mark.parametrize(
    ("kind", "state", "counts"),
    [
        (OUT, PENDING, False),  # days.md 25: a claimed transfer stops nothing
        (OUT, REJECTED, False),
        (OUT, VERIFIED, True),
        (ChangeKind.SUSPENSION, PENDING, False),
        (ChangeKind.SUSPENSION, VERIFIED, True),
        (ChangeKind.OTHER_OUT, PENDING, False),
        (ChangeKind.TRANSFER_IN, PENDING, True),
        (ChangeKind.TRANSFER_IN, REJECTED, False),
        (ChangeKind.CLASS_MOVE, PENDING, True),
    ],
)
def test_a_child_leaves_the_list_only_when_a_second_person_has_verified_it(
    *, kind: ChangeKind, state: ChangeState, counts: bool
) -> None:
    assert takes_effect(kind, state) is counts


def test_a_decrease_counts_from_its_verification_and_an_arrival_from_its_day() -> None:
    assert effective_on(OUT, PENDING, SEPT_5, None) is None
    assert effective_on(OUT, VERIFIED, SEPT_5, SEPT_20) == SEPT_20
    assert effective_on(OUT, VERIFIED, SEPT_20, SEPT_5) == SEPT_20
    assert effective_on(ChangeKind.TRANSFER_IN, PENDING, SEPT_5, None) == SEPT_5


def test_each_kind_has_its_list_of_proofs_and_one_of_each_set_is_enough() -> None:
    assert lacking(OUT, frozenset()) != ()
    assert lacking(OUT, frozenset({EvidenceKind.STUDY_CERTIFICATE})) != ()
    assert lacking(OUT, frozenset({EvidenceKind.NATIONAL_SCREENSHOT})) == ()
    assert lacking(OUT, frozenset({EvidenceKind.RECEIVING_CERTIFICATE})) == ()
    asked = frozenset({EvidenceKind.GUARDIAN_REQUEST, EvidenceKind.HOSPITAL_PROOF})
    assert lacking(ChangeKind.SUSPENSION, asked) == (frozenset({EvidenceKind.APPROVAL}),)
    for kind in ChangeKind:
        lacking(kind, frozenset())


def test_a_change_is_verified_by_another_person_and_with_its_proofs() -> None:
    proofs = frozenset({EvidenceKind.RECEIVING_CERTIFICATE})
    must_verify(OUT, proofs, 1, 2)
    with pytest.raises(SamePerson, match="另一人"):
        must_verify(OUT, proofs, 1, 1)
    with pytest.raises(EvidenceLacking, match="还缺：学籍系统截图或接收学校证明"):
        must_verify(OUT, frozenset(), 1, 2)


def draft(kind: ChangeKind, **more: object) -> ChangeDraft:
    fields = {"student_id": 1, "kind": kind, "happened_on": SEPT_5}
    return ChangeDraft.model_validate(fields | more)


def test_other_needs_a_note_and_a_transfer_needs_the_other_school() -> None:
    with pytest.raises(NeedsNote, match="其他增须填写说明"):
        draft(ChangeKind.OTHER_IN)
    draft(ChangeKind.OTHER_IN, note="学籍系统补录")
    with pytest.raises(NeedsOtherSchool, match="转出须填写对方学校"):
        draft(OUT, other_school="外镇中心小学")
    draft(OUT, other_school="外镇中心小学", side="outside")
    draft(ChangeKind.DROPOUT)
