"""The lines of the registers people print (登记册、花名册、台账): flat, ready to write.

A service fills them from SQL; identity numbers, 学籍号 and phones are full or masked
before they come here, as the edition asks.  Who may see a line is decided elsewhere.
"""

from datetime import date
from enum import StrEnum

from core.rules.base import Record, Words
from core.rules.change import ChangeKind, ChangeState, Side
from core.rules.month import ReportState, timeliness
from core.rules.rate import Rate, attendance
from core.rules.time import Moment


class RosterLine(Record):
    """One pupil of 学生花名册."""

    class_name: Words
    seat_no: int | None
    student_name: Words
    sex: str
    born_on: date
    ethnicity: str
    identity_number: str
    national_no: str
    boarding: str
    hukou_place: str
    address: str
    guardian: str
    relation: str
    phone: str
    groups: str
    state: str
    note: str = ""


class LeaveRow(Record):
    """One leave of 请假登记册; each school numbers its own, and 销假 ends one."""

    school_name: Words
    class_name: Words
    student_name: Words
    leave_no: int
    kind: str
    from_text: str
    to_text: str
    school_days: int
    reason: str
    asked_by: str
    asked_how: str
    approved_by: str
    approved_at: Moment | None
    evidence: str
    closed_at: Moment | None
    state: str
    note: str = ""


class DaySymbol(StrEnum):
    """What 考勤月表 prints for one session; the value is the printed sign."""

    PRESENT = "√"
    LATE = "迟"
    EARLY = "早"
    SICK = "病"
    PERSONAL = "事"
    OFFICIAL = "公"
    ABSENT = "缺"
    # The roll was not taken: neither present nor absent.
    NOT_TAKEN = "未"
    CLOSED = "停"
    # The pupil was not in the class on that day.
    NOT_HERE = "／"


NO_ROLL = frozenset({DaySymbol.NOT_TAKEN, DaySymbol.CLOSED, DaySymbol.NOT_HERE})
CAME = frozenset({DaySymbol.PRESENT, DaySymbol.LATE, DaySymbol.EARLY, DaySymbol.OFFICIAL})


class AttendanceRow(Record):
    """One pupil's month; `days` follow ClassAttendance.days, each a symbol a session."""

    seat_no: int | None
    student_name: Words
    days: tuple[tuple[DaySymbol, ...], ...]

    def count(self, *symbols: DaySymbol) -> int:
        """Return how many sessions of the month carry one of `symbols`."""
        return sum(one in symbols for day in self.days for one in day)


class ClassAttendance(Record):
    """One class's month: its school days and its pupils, in the order of the class."""

    class_name: Words
    days: tuple[date, ...]
    rows: tuple[AttendanceRow, ...]

    @property
    def expected(self) -> int:
        """Return 应到人次: sessions whose roll was taken, over the pupils in class."""
        return sum(row.count(*(set(DaySymbol) - NO_ROLL)) for row in self.rows)

    @property
    def present(self) -> int:
        """Return 实到人次; a pupil away on the school's business is present."""
        return sum(row.count(*CAME) for row in self.rows)

    @property
    def rate(self) -> Rate:
        """Return the 出勤率 of the class over its month."""
        return attendance(self.present, self.expected)


class LedgerRow(Record):
    """One child of 疑似辍学/辍学学生台账 (domain.md 4.2)."""

    student_name: Words
    sex: str
    ethnicity: str
    identity_number: str
    national_no: str
    school_name: Words
    class_name: Words
    hukou_place: str
    address: str
    guardian: str
    relation: str
    phone: str
    groups: str
    missed_on: date | None
    found_on: date | None
    cause: str
    whereabouts: str
    persuasions: int
    last_persuasion: str
    papers_served: str
    school_keeper: str
    village_keeper: str
    state: str
    returned_on: date | None
    closed: str
    note: str = ""


class VisitRow(Record):
    """One visit of 家访劝返记录, as its newest version stands (domain.md 4.5)."""

    school_name: Words
    class_name: Words
    student_name: Words
    number: int
    version: int
    visited_at: Moment
    method: str
    members: str
    met: str
    cause: str
    whereabouts: str
    mood: str
    guardian_opinion: str
    result: str
    promised_on: date | None
    absent_reason: str
    entered_by: str
    note: str = ""


class ChangeRow(Record):
    """One line of 异动花名册 (domain.md 4.3)."""

    kind: ChangeKind
    school_name: Words
    class_name: Words
    student_name: Words
    sex: str
    identity_number: str
    national_no: str
    happened_on: date
    other_school: str
    reason: str
    proofs: str
    state: ChangeState
    guardian: str
    phone: str
    side: Side | None
    note: str = ""


class UnreturnedRow(Record):
    """One child of 未返校学生名单."""

    school_name: Words
    class_name: Words
    student_name: Words
    sex: str
    born_on: date
    identity_number: str
    why: str
    missed: str
    guardian: str
    relation: str
    phone: str
    address: str
    contacts: int
    visits: int
    whereabouts: str


class OwingRow(Record):
    """One school's line of 应报未报情况表, and of the board of reports."""

    school_id: int
    school_name: Words
    state: ReportState
    due_on: date
    first_filed_at: Moment | None = None
    is_zero: bool = False
    version: int = 0
    cutoff_on: date | None = None
    times_returned: int = 0
    stamped: bool = False
    # 教管组代录, 校长授权代签: whose hand it was, if not the principal's.
    entered_for: str = ""
    note: str = ""

    @property
    def filed(self) -> bool:
        """Tell whether anything was ever filed; a report sent back was (days.md 38)."""
        return self.first_filed_at is not None

    @property
    def timeliness(self) -> str:
        """Return 按时, 逾期 or nothing, by the first submission."""
        return timeliness(self.first_filed_at, self.due_on)
