"""Month reports as they are shown: a school's report, its versions, and the matrix."""

from datetime import date

from pydantic import Json

from core.rules.balance import MonthLine
from core.rules.base import Coded, Record
from core.rules.month import ReportKind, ReportState, Window, shown_state
from core.rules.month_facts import MonthFacts
from core.rules.place import System
from core.rules.time import Moment


class ReportEvent(Coded):
    """What happened to a report after it was filed, or while it was not."""

    TAKEN = "taken", "接收"
    RETURNED = "returned", "退回"
    REMINDED = "reminded", "催报"
    EXEMPTED = "exempted", "免报"
    COUNTERSIGNED = "countersigned", "补签"
    STAMPED = "stamped", "附盖章件"


class MonthSchool(Record):
    """A school as a reporter; `since` is the first day it answers for (启用日)."""

    township_id: int
    township_name: str
    id: int
    code: str
    name: str
    system: System
    parent_id: int | None
    phone: str | None
    since: date


class Report(Record):
    """One report of a school and month; `version` 0 while nothing was filed."""

    township_id: int
    id: int
    school_id: int | None
    kind: ReportKind
    month: date
    due_on: date
    state: ReportState
    exempted: bool
    reminded: int
    redue_at: Moment | None
    times_returned: int
    stamped: bool
    countersigned: bool
    version: int
    zero: bool
    first_filed_at: Moment | None
    filed_at: Moment | None
    cutoff_on: date | None
    entered_for: str | None

    def shown_at(self, now: Moment) -> ReportState:
        """Return the state as it is shown: lateness is by the first submission."""
        return shown_state(self.state, self.first_filed_at, self.due_on, now)


class Version(Record):
    """One filed version; the wrong ones stay to be seen."""

    version: int
    zero: bool
    window_from: Moment
    window_to: Moment
    sha256: str
    explanation: str
    filed_by: str
    filed_as: str
    filed_at: Moment
    late: bool
    entered_for: str | None
    returned_reason: str | None
    # What it says, as it was filed.
    content: Json[MonthFacts]

    @property
    def window(self) -> Window:
        """Return the days it covers."""
        return Window(from_on=self.window_from.date(), to_on=self.window_to.date())


class BoardRow(Record):
    """One school of the matrix; `total` is its own line as it was filed, never a guess."""

    school: MonthSchool
    report: Report | None
    due_on: date
    state: ReportState
    total: MonthLine | None

    @property
    def filed(self) -> bool:
        """Tell whether anything was ever filed."""
        return self.report is not None and self.report.first_filed_at is not None


class ClassMonth(Record):
    """One class's month: confirmed by its teacher, or by the principal for them (34)."""

    township_id: int
    school_id: int
    school_name: str
    class_id: int
    cohort: int
    number: int
    id: int | None
    confirmed_at: Moment | None
    confirmed_by: str | None
    on_behalf: bool
    # Its line as it was confirmed.
    figures: Json[MonthLine] | None

    @property
    def state(self) -> str:
        """Return 待确认, 已确认 or 校长代确认."""
        if self.confirmed_at is None:
            return "待确认"
        return "校长代确认" if self.on_behalf else "已确认"
