"""A duty as its debtor sees it."""

from core.rules.base import Record
from core.rules.duty import DutyKind, Owes
from core.rules.time import Moment


class OwedDuty(Record):
    """One stored duty that is not done; `words` names what it is about."""

    id: int
    township_id: int
    kind: DutyKind
    owed_by: Owes
    school_id: int | None
    class_id: int | None
    student_id: int | None
    subject_id: int
    words: str
    opened_at: Moment
    due_at: Moment
    climbed_to: Owes | None
    school_name: str | None
    cohort: int | None
    number: int | None
