"""What a roster says: its rows once understood, what is wrong with them, what is known.

Reading cells is `roster_row`, comparing with what is known is `roster_plan`.
"""

from datetime import date

from core.rules.base import Record, Words
from core.rules.class_label import ClassKey
from core.rules.errors import Refusal
from core.rules.identity import Identity
from core.rules.student import EnrolmentStatus, GroupKind, Guardian, Sex, SpecialGroup


class RosterUnreadable(Refusal):
    """The file as a whole cannot be taken; nothing has changed."""


class Fault(Record):
    """What is wrong in one cell: the row as Excel numbers it, the column's own head."""

    row_number: int
    column: str
    reason: str
    value_masked: str


class Pupil(Record):
    """What is known of one child at one school; None where nothing is said."""

    name: Words
    sex: Sex
    born_on: date
    class_key: ClassKey
    identity: Identity | None = None
    national_no: str | None = None
    aux_no: str | None = None
    seat_no: int | None = None
    ethnicity: Words | None = None
    boarder: bool | None = None
    hukou_code: str | None = None
    hukou_place: Words | None = None
    address: Words | None = None
    phone: str | None = None
    guardians: tuple[Guardian, ...] = ()
    groups: tuple[SpecialGroup, ...] = ()


class RosterRow(Record):
    """An accepted row.  `asked` are the groups it answers for, by yes or by no."""

    row_number: int
    pupil: Pupil
    asked: tuple[GroupKind, ...] = ()


class RefusedPupil(Record):
    """Whom a refused row is about, as far as it can be read: in the file, not missing."""

    name: str
    born_on: date | None


class KnownPupil(Record):
    """A child on record; `school_code` is where it is enrolled today, if anywhere."""

    student_id: int
    school_code: str | None
    # How it is enrolled, and whether its 48-hour clock runs.
    status: EnrolmentStatus = EnrolmentStatus.ENROLLED
    missing: bool = False
    pupil: Pupil


class RosterReading(Record):
    """A whole file understood.  One bad row never stops the others."""

    rows: tuple[RosterRow, ...]
    refused: tuple[Fault, ...]
    warned: tuple[Fault, ...]
    refused_pupils: tuple[RefusedPupil, ...] = ()
    # Heads that stand twice: the first is read, these are not.
    unread: tuple[str, ...] = ()

    @property
    def classes(self) -> tuple[ClassKey, ...]:
        """Return the classes the accepted rows name, oldest first."""
        keys = {row.pupil.class_key for row in self.rows}
        return tuple(sorted(keys, key=lambda key: (key.cohort, key.number)))
