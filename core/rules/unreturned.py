"""Who did not come back: when a term ends with a clock running, and when one begins (29, 30).

A grade-6 leaver whom no other school of the township has received stands among them.
"""

from datetime import date

from core.rules.base import Coded, Record
from core.rules.calendar import SessionCode
from core.rules.place import class_name
from core.rules.student import Sex
from core.rules.time import Moment
from core.rules.visit import Whereabouts


class Why(Coded):
    """Why a child stands on the list."""

    END = "end", "期末未返"
    START = "start", "未报到"
    LEAVER = "leaver", "六升七未到"


class Unreturned(Record):
    """One child of the list; the numbers are whole until the service masks them."""

    township_id: int
    student_id: int
    student_name: str
    pinyin: tuple[str, ...]
    sex: Sex
    born_on: date
    why: Why
    school_id: int
    school_name: str
    cohort: int
    number: int
    missed_day: date | None
    missed_session: SessionCode | None
    missed_at: Moment | None
    identity_number: str | None
    guardian: str | None
    relation: str | None
    phone: str | None
    address: str | None
    contacts: int
    visits: int
    whereabouts: Whereabouts | None

    def class_on(self, day: date) -> str:
        """Return the class; a leaver's is the one it left, 六年级（1）班."""
        if self.why is Why.LEAVER:
            day = date(day.year if day.month >= 9 else day.year - 1, 8, 31)  # noqa: PLR2004
        return class_name(self.cohort, self.number, day)


class SchoolCount(Record):
    """How many of one school stand on the list, and how many classes tell nothing."""

    school_id: int
    school_name: str
    missing: int = 0
    leavers: int = 0
    untaken: int = 0

    @property
    def words(self) -> str:
        """Return 河湾小学：3人未报到，1个班未点名，六升七2人未到."""
        told = (
            (self.missing, f"{self.missing}人未到"),
            (self.untaken, f"{self.untaken}个班未点名"),
            (self.leavers, f"六升七{self.leavers}人未到"),
        )
        return f"{self.school_name}：{'，'.join(words for count, words in told if count)}"
