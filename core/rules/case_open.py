"""立案 before a clock rings: for which child, by whom, and why (domain.md 5.3: 5; R28, R48).

The clock opens a case by itself after 48 hours.  Whoever is told before that the child will
not come waits for no clock; and a leaver whom no school has received is called at no roll,
nor is a child of the register of those in no school (area_child).
"""

from datetime import date
from typing import Final

from core.rules.area_child import OPEN, AreaChild
from core.rules.base import Coded
from core.rules.case_refused import ProofMissing
from core.rules.errors import BadInput, Refusal
from core.rules.school_age import STARTS_AT, ages_of
from core.rules.staff import Role
from core.rules.time import school_year
from core.rules.unreturned import Why

OPENED_BY: Final = (Role.LEADER, Role.OFFICE)


class OpenCause(Coded):
    """Why a case is opened by hand."""

    REFUSAL = "refusal", "明确拒绝到校"
    WORK = "work", "外出务工"
    MARRIAGE = "marriage", "早婚早育"
    LOST = "lost", "失联"
    NOT_REGISTERED = "not_registered", "开学未报到"
    LEAVER = "leaver", "小学毕业未升入初中"
    NEVER_ENROLLED = "never_enrolled", "适龄未入学"


# No roll ever expected the child: its report and its papers speak of no missed lesson.
CALLED_AT_NO_ROLL: Final = frozenset({OpenCause.LEAVER, OpenCause.NEVER_ENROLLED})
_TOLD: Final = (OpenCause.REFUSAL, OpenCause.WORK, OpenCause.MARRIAGE, OpenCause.LOST)


class NotMissing(Refusal):
    """The child is missing at no roll, and on no list of who did not come."""

    def __init__(self) -> None:
        super().__init__(
            "该生没有未到校记录，也不在六升七未到名单，不能立案；有辍学迹象的，请按F7报迹象。"
        )


class CauseUnfit(BadInput):
    """The cause is not one of this child's."""

    def __init__(self, causes: tuple[OpenCause, ...]) -> None:
        super().__init__(f"立案原因请选：{'、'.join(one.label for one in causes)}。")


class NotToEnrol(Refusal):
    """The child of the register is not of age, or something is claimed of it."""

    def __init__(self) -> None:
        super().__init__("适龄且未入学、去向未查明的方可立案，请先核对出生日期、更新情况。")


class NobodyAnswers(Refusal):
    """A report goes out from a school, about a child with a guardian."""

    def __init__(self) -> None:
        super().__init__("立案前请先更新登记：填写责任学校、监护人。")


class NoClassYet(Refusal):
    """A case stands in the class of the child's age."""

    def __init__(self) -> None:
        super().__init__("责任学校没有在册班级，请先导入名册，或更新责任学校。")


def must_be_to_enrol(child: AreaChild, day: date) -> None:
    """Refuse a child of the register that owes no schooling, or has nobody to write to.

    Raises NotToEnrol, NobodyAnswers.
    """
    ages = ages_of(school_year(day))
    if child.state not in OPEN or not ages.oldest < child.born_on <= ages.youngest:
        raise NotToEnrol
    if child.school_id is None or not child.guardian:
        raise NobodyAnswers


def first_grade_in(born_on: date) -> int:
    """Return the school year in which a child is due in grade 1 (义务教育法 art. 11)."""
    return school_year(born_on) + 1 + STARTS_AT


def causes_of(why: Why | None, *, missing: bool) -> tuple[OpenCause, ...]:
    """Return why a child's case may be opened now; nothing of a child that is at school.

    `missing`: a run is open; `why`: on what ground it stands on the list of who did not come.
    """
    if why is Why.LEAVER:
        return (OpenCause.LEAVER,)
    if not missing:
        return ()
    return (*_TOLD, OpenCause.NOT_REGISTERED) if why is Why.START else _TOLD


def must_open(cause: OpenCause, note: str, causes: tuple[OpenCause, ...]) -> None:
    """Refuse a case without its ground (ProofMissing, NotMissing, CauseUnfit)."""
    if not note.strip():
        raise ProofMissing
    if not causes:
        raise NotMissing
    if cause not in causes:
        raise CauseUnfit(causes)
