"""What an import would do: who is new, who changed, who is missing, and who stays.

Pure comparison; nothing here writes.  A missing child is a possible 异动 and is never
deleted, and a child on another school's roll is not taken from it: that is a transfer.
Nor does a roster move a missing child, whose clock would be lost between two classes.
"""

from collections.abc import Callable, Hashable, Iterable, Sequence
from typing import TypeAlias

from core.rules.base import Record
from core.rules.enrolment_step import AWAY
from core.rules.roster_merge import FieldChange, changes, merge
from core.rules.roster_record import Fault, KnownPupil, Pupil, RosterReading, RosterRow


class PupilChange(Record):
    """A known child whose facts become `after`; `fields` says which, in words."""

    student_id: int
    row_number: int
    before: Pupil
    after: Pupil
    fields: tuple[FieldChange, ...]


class RosterPlan(Record):
    """Everything one import would do.

    `returning` are children on record who are enrolled nowhere today: they are enrolled
    again, and counted as new.
    """

    new: tuple[RosterRow, ...]
    returning: tuple[PupilChange, ...]
    changed: tuple[PupilChange, ...]
    missing: tuple[KnownPupil, ...]
    unchanged: tuple[KnownPupil, ...]
    refused: tuple[Fault, ...]
    warned: tuple[Fault, ...]

    @property
    def added_count(self) -> int:
        """Return how many children would be enrolled."""
        return len(self.new) + len(self.returning)

    @property
    def refused_count(self) -> int:
        """Return how many rows are refused; a row may have several faults."""
        return len({fault.row_number for fault in self.refused})

    @property
    def warned_count(self) -> int:
        """Return how many accepted rows leave something to settle."""
        return len({fault.row_number for fault in self.warned})

    @property
    def summary(self) -> str:
        """Return the last line of an import."""
        return (
            f"新增 {self.added_count}  变更 {len(self.changed)}  缺失 {len(self.missing)}  "
            f"拒绝 {self.refused_count}  提醒 {self.warned_count}"
        )


Key: TypeAlias = Callable[[Pupil], Iterable[Hashable]]


def plan(
    existing: Sequence[KnownPupil], reading: RosterReading, *, school_code: str
) -> RosterPlan:
    """Compare a roster with the children on record and say what an import would do.

    `existing` holds the school's children, and of the township every child who bears a
    number that stands in the roster.  Importing the same roster again changes nothing.
    """
    matched = _match(existing, reading.rows)
    new: list[RosterRow] = []
    refused: list[Fault] = list(reading.refused)
    changed: list[PupilChange] = []
    returning: list[PupilChange] = []
    unchanged: list[KnownPupil] = []
    for row in reading.rows:
        known = matched.get(row.row_number)
        if known is None:
            new.append(row)
        elif known.school_code is None:
            returning.append(_change(known, row))
        elif known.school_code != school_code:
            refused.append(_elsewhere(row))
        elif (why := _stays_because(known, row)) is not None:
            refused.append(_not_moved(row, why))
        elif (change := _change(known, row)).fields:
            changed.append(change)
        else:
            unchanged.append(known)
    found = {known.student_id for known in matched.values()}
    told = {
        (refused_one.name, refused_one.born_on) for refused_one in reading.refused_pupils
    }
    out = {fault.row_number for fault in refused}
    return RosterPlan(
        new=tuple(new),
        returning=tuple(returning),
        changed=tuple(changed),
        missing=tuple(
            known
            for known in existing
            if known.school_code == school_code
            and known.student_id not in found
            # A refused row is about somebody who is in the file: not missing.
            and not told
            & {(known.pupil.name, born) for born in (None, known.pupil.born_on)}
        ),
        unchanged=tuple(unchanged),
        refused=tuple(refused),
        warned=tuple(fault for fault in reading.warned if fault.row_number not in out),
    )


def _match(
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


def _change(known: KnownPupil, row: RosterRow) -> PupilChange:
    after = merge(known.pupil, row)
    return PupilChange(
        student_id=known.student_id,
        row_number=row.row_number,
        before=known.pupil,
        after=after,
        fields=tuple(changes(known.pupil, after)),
    )


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
