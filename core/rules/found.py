"""A child as a search shows it: enough to tell two children of one name apart, no more."""

from datetime import date

from core.rules.base import Record
from core.rules.student import EnrolmentStatus


class Found(Record):
    """One hit of F3 查找; same names are told apart by class, seat and birthday."""

    township_id: int
    student_id: int
    class_id: int
    school_id: int
    name: str
    pinyin: tuple[str, ...]
    born_on: date
    school_name: str
    cohort: int
    number: int
    seat_no: int | None
    status: EnrolmentStatus
    missing: bool
