"""Which known child each row of a roster is about, and why a roster may not touch it.

What is then done with the others is `roster_plan`.
"""

from collections.abc import Callable, Hashable, Iterable, Sequence
from typing import TypeAlias

from core.rules.enrolment_step import AWAY
from core.rules.mask import mask_number
from core.rules.roster_record import Fault, KnownPupil, Pupil, RosterRow

Key: TypeAlias = Callable[[Pupil], Iterable[Hashable]]
# A row, and the child on record it is about.
Claim: TypeAlias = tuple[RosterRow, KnownPupil | None]


def match(
    existing: Sequence[KnownPupil], rows: Sequence[RosterRow]
) -> dict[int, KnownPupil]:
    """Return the known child of each row: by 学籍号, then 证件号, then name, birth, phone.

    A stronger key claims its child before a weaker one is tried, and no child is claimed
    by two rows.
    """
    matched: dict[int, KnownPupil] = {}
    claimed: set[int] = set()
    for key in (_by_national_no, _by_identity, _by_person):
        candidates: dict[Hashable, KnownPupil] = {}
        for known in existing:
            if known.student_id not in claimed:
                candidates |= dict.fromkeys(key(known.pupil), known)
        for row in rows:
            if row.row_number in matched:
                continue
            known_one = next(
                (candidates[k] for k in key(row.pupil) if k in candidates), None
            )
            if known_one is not None and known_one.student_id not in claimed:
                matched[row.row_number] = known_one
                claimed.add(known_one.student_id)
    return matched


def _by_national_no(pupil: Pupil) -> Iterable[Hashable]:
    return () if pupil.national_no is None else (pupil.national_no,)


def _by_identity(pupil: Pupil) -> Iterable[Hashable]:
    return () if pupil.identity is None else (pupil.identity.number,)


def _by_person(pupil: Pupil) -> Iterable[Hashable]:
    """Return name, birth and each guardian's telephone; without any, one key of no phone."""
    phones = {guardian.phone for guardian in pupil.guardians if guardian.phone}
    return tuple((pupil.name, pupil.born_on, phone) for phone in phones or {""})


def kept_out(known: KnownPupil | None, row: RosterRow, school_code: str) -> Fault | None:
    """Return why a row of a known child is not a roster's to take in; None where it is."""
    if known is None or known.school_code is None:
        return None
    if known.school_code != school_code:
        return _elsewhere(row)
    why = _stays_because(known, row)
    return None if why is None else _not_moved(row, why)


def _stays_because(known: KnownPupil, row: RosterRow) -> str | None:
    """Return why a roster may not put a child into another class; None where it may."""
    if known.pupil.class_key == row.pupil.class_key:
        return None
    if known.missing:
        return "该生正在未到校跟踪中，不由名册调班，请待其到校后再导入。"
    if known.status in AWAY:
        return f"该生目前{known.status.label}，不由名册调班，请先办理复学或返校。"
    return None


def _not_moved(row: RosterRow, why: str) -> Fault:
    return Fault(
        row_number=row.row_number,
        column="班级",
        reason=why,
        value_masked=row.pupil.class_key.label,
    )


def _elsewhere(row: RosterRow) -> Fault:
    return Fault(
        row_number=row.row_number,
        column="姓名",
        reason="该生学籍在本镇其他学校，请办理转学接收，不由名册导入。",
        value_masked=row.pupil.name,
    )


def contested_rows(existing: Sequence[KnownPupil], taken: Sequence[Claim]) -> set[int]:
    """Return the rows that bear an identity number which another child keeps.

    A child gives its number up by a row that is taken in and says another one, so two
    children may exchange theirs; a row that is refused gives nothing up.
    """
    holders = {
        known.pupil.identity.number: known.student_id
        for known in existing
        if known.pupil.identity is not None
    }
    out: set[int] = set()
    while True:
        open_claims = [
            (row.row_number, known, row.pupil.identity.number)
            for row, known in taken
            if row.pupil.identity is not None and row.row_number not in out
        ]
        given_up = {
            known.student_id
            for _, known, number in open_claims
            if known is not None and holders.get(number) != known.student_id
        }
        kept = {
            row_number
            for row_number, known, number in open_claims
            if (holder := holders.get(number)) is not None
            and (known is None or holder != known.student_id)
            and holder not in given_up
        }
        if not kept:
            return out
        out |= kept


def contested_fault(row: RosterRow) -> Fault:
    """Return what to tell of a row whose number another child keeps, but not whose it is."""
    number = "" if row.pupil.identity is None else row.pupil.identity.number
    return Fault(
        row_number=row.row_number,
        column="身份证件号",
        reason="与本镇另一名学生的证件号相同，请核对证件；确属对方填错的，先更正对方。",
        value_masked=mask_number(number),
    )
