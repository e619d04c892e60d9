"""What an import would do: who is new, who changed, who is missing, and who stays.

Pure comparison; nothing here writes.  A missing child is a possible 异动 and is never
deleted, and a child on another school's roll is not taken from it: that is a transfer.
Nor does a roster move a missing child, whose clock would be lost between two classes.
"""

from collections.abc import Sequence

from core.rules.base import Record
from core.rules.roster_match import (
    Claim,
    contested_fault,
    contested_rows,
    kept_out,
    match,
)
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


def plan(
    existing: Sequence[KnownPupil], reading: RosterReading, *, school_code: str
) -> RosterPlan:
    """Compare a roster with the children on record and say what an import would do.

    `existing` holds the school's children, and of the township every child who bears a
    number that stands in the roster.  Importing the same roster again changes nothing.
    """
    matched = match(existing, reading.rows)
    new: list[RosterRow] = []
    refused: list[Fault] = list(reading.refused)
    changed: list[PupilChange] = []
    returning: list[PupilChange] = []
    unchanged: list[KnownPupil] = []
    taken: list[Claim] = []
    for row in reading.rows:
        known = matched.get(row.row_number)
        if (fault := kept_out(known, row, school_code)) is not None:
            refused.append(fault)
        else:
            taken.append((row, known))
    contested = contested_rows(existing, taken)
    for row, known in taken:
        if row.row_number in contested:
            refused.append(contested_fault(row))
        elif known is None:
            new.append(row)
        elif known.school_code is None:
            returning.append(_change(known, row))
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


def _change(known: KnownPupil, row: RosterRow) -> PupilChange:
    after = merge(known.pupil, row)
    return PupilChange(
        student_id=known.student_id,
        row_number=row.row_number,
        before=known.pupil,
        after=after,
        fields=tuple(changes(known.pupil, after)),
    )
