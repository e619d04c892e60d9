"""A missing child as lists show one: where the clock stands and how far it was followed."""

from datetime import date, datetime

from core.rules.absence import Progress
from core.rules.base import Record
from core.rules.calendar import SessionCode
from core.rules.contact import ContactResult
from core.rules.paper import PaperState
from core.rules.time import Moment


class Missing(Record):
    """One open run."""

    township_id: int
    absence_id: int
    student_id: int
    student_name: str
    pinyin: tuple[str, ...]
    school_id: int
    school_name: str
    class_id: int
    cohort: int
    number: int
    missed_day: date
    missed_session: SessionCode
    missed_at: Moment
    due_at: Moment
    raw_due_at: Moment
    rang_at: Moment | None
    last_contact: ContactResult | None
    visits: int
    case_number: str | None
    paper_id: int | None
    paper_state: PaperState | None
    keeper: str | None

    def progress(self, now: datetime) -> Progress:
        """Return how far this was followed up."""
        if self.last_contact is ContactResult.NOT_KNOWN:
            return Progress.NOT_KNOWN
        if now >= self.due_at:
            return Progress.RANG
        if self.last_contact is None:
            return Progress.TO_CONTACT
        missed = self.last_contact is ContactResult.NOT_REACHED
        return Progress.NOT_REACHED if missed else Progress.CONTACTED

    @property
    def first_missed(self) -> str:
        """Return 周四 上午."""
        return self.missed_session.on(self.missed_day, " ")
