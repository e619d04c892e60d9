"""适龄儿童 in none of the township's schools: why not, by whose word, and until when (R11, R13).

Who is in a school here stands in its roster; both together are 适龄儿童台账 and 入学率, in
school_age.  Approval of 延缓 and 免学 is the government's or the bureau's (义务教育法 art. 11).
"""

from datetime import date, timedelta
from typing import Final

from core.rules.arrival import must_be_number
from core.rules.base import Coded, Note, Record, Words
from core.rules.errors import BadInput, NotYours, Refusal
from core.rules.evidence import must_be_second_person
from core.rules.identity import IdKind, birth_of, sex_of
from core.rules.initial import initials_of
from core.rules.staff import Actor, Role
from core.rules.student import EnrolmentStatus, Sex
from core.rules.time import Moment

ENTERED_BY: Final = (Role.OFFICE, Role.GOVERNMENT, Role.LEADER, Role.REGISTRAR)
VERIFIED_BY: Final = (Role.OFFICE, Role.GOVERNMENT, Role.BUREAU)
APPROVED_BY: Final = (Role.GOVERNMENT, Role.BUREAU)
# An approval and a certificate are looked at again within a year (domain.md 1, 4.4).
LONGEST: Final = timedelta(days=366)


class AreaState(Coded):
    """Why a child is in no school of the township."""

    NOT_ENROLLED = "not_enrolled", EnrolmentStatus.NEVER_ENROLLED.label
    UNKNOWN = "unknown", "去向未查明"
    DEFERRED = "deferred", EnrolmentStatus.DEFERRED.label
    EXEMPT = "exempt", EnrolmentStatus.EXEMPT.label
    HOME_TEACHING = "home_teaching", EnrolmentStatus.HOME_TEACHING.label
    SPECIAL = "special", "特殊教育学校就读"
    SPECIALIZED = "specialized", EnrolmentStatus.SPECIALIZED.label
    STUDYING_OUT = "studying_out", EnrolmentStatus.STUDYING_OUT.label


# Nothing is claimed of these: nothing has to be proved.
OPEN: Final = frozenset({AreaState.NOT_ENROLLED, AreaState.UNKNOWN})
# Learning somewhere: counted in 入学率 once somebody else has verified it.
LEARNING: Final = frozenset(
    {
        AreaState.HOME_TEACHING,
        AreaState.SPECIAL,
        AreaState.SPECIALIZED,
        AreaState.STUDYING_OUT,
    }
)
APPROVED: Final = frozenset({AreaState.DEFERRED, AreaState.EXEMPT})
DATED: Final = frozenset({AreaState.DEFERRED, AreaState.STUDYING_OUT})


class AreaProof(Coded):
    """Whether what is claimed has been verified."""

    NONE = "none", "须督促"
    PENDING = "pending", "待核"
    VERIFIED = "verified", "已核"
    EXPIRED = "expired", "到期待查"


class Strike(Coded):
    """Why a child is no longer on the register."""

    ENROLLED = "enrolled", "已在本乡镇入学"
    MOVED = "moved", "户籍迁出"
    ABROAD = "abroad", "已出国（境）"
    DECEASED = "deceased", "已故"
    FINISHED = "finished", "超龄或已完成义务教育"
    MISTAKEN = "mistaken", "登记有误、重复或空挂户"


class AreaRefused(BadInput):
    """An entry lacks what its claim calls for."""


class AlreadyListed(Refusal):
    """The number stands on the register."""

    def __init__(self) -> None:
        super().__init__("该证件号已在适龄儿童登记册，请查到该童后更新。")


class InSchoolHere(Refusal):
    """The number is that of a pupil of the township: only that is told."""

    def __init__(self) -> None:
        super().__init__("该证件号的儿童已在本乡镇学校在册，无须登记。")


class NothingClaimed(Refusal):
    """There is nothing to verify."""

    def __init__(self) -> None:
        super().__init__("未入学、去向未查明的没有可核验的内容，请先更新情况。")


class AreaEntry(Record):
    """A child about to be entered, or what is now known of one."""

    township_id: int
    # 责任学校: whose zone the home lies in.
    school_id: int | None = None
    village_id: int | None = None
    name: Words
    sex: Sex | None = None
    born_on: date | None = None
    identity_number: str | None = None
    address: Words | None = None
    guardian: Words | None = None
    phone: Words | None = None
    state: AreaState
    elsewhere: Words | None = None
    basis: Note = ""
    until_on: date | None = None


class AreaChild(Record):
    """A child of the register as its list shows it."""

    township_id: int
    id: int
    school_id: int | None
    school_name: str | None
    village_id: int | None
    village: str | None
    name: Words
    sex: Sex
    born_on: date
    # In part, once they have left the service.
    identity_number: str | None
    address: str | None
    guardian: str | None
    phone: str | None
    state: AreaState
    elsewhere: str | None
    basis: str
    until_on: date | None
    entered_by: str
    entered_by_id: int
    entered_at: Moment
    # The file that the child's cases hang on, and its open case.
    student_id: int | None
    case_number: str | None
    verified_by: str | None
    verified_at: Moment | None

    @property
    def initials(self) -> tuple[str, ...]:
        """Return the letters the child's line is found by."""
        return initials_of(self.name)

    def proof(self, day: date) -> AreaProof:
        """Return how far what is said of the child is proved on a day."""
        if self.state in OPEN:
            return AreaProof.NONE
        if self.verified_at is None:
            return AreaProof.PENDING
        expired = self.until_on is not None and self.until_on <= day
        return AreaProof.EXPIRED if expired else AreaProof.VERIFIED


def told_of(entry: AreaEntry, day: date) -> tuple[date, Sex]:
    """Return birth date and sex, by the number where there is one.

    Raises BadNumber, or AreaRefused where neither a number nor the person tells.
    """
    if entry.identity_number:
        number = must_be_number(IdKind.RESIDENT, entry.identity_number, day)
        born_on = birth_of(number)
        if born_on is not None:
            return born_on, sex_of(number)
    if entry.born_on is None or entry.sex is None:
        raise AreaRefused("没有身份证号的，请填写出生日期和性别。")
    if entry.born_on > day:
        raise AreaRefused("出生日期不能晚于今天，请核对。")
    return entry.born_on, entry.sex


def must_be_told(entry: AreaEntry, day: date) -> None:
    """Refuse a claim without its place, its basis or its term (AreaRefused)."""
    state = entry.state
    if state in LEARNING and not entry.elsewhere:
        raise AreaRefused(f"{state.label}的，请填写就读（送教）学校全称。")
    if state not in OPEN and not entry.basis.strip():
        raise AreaRefused(f"{state.label}的，请填写依据：批准文号或证明材料及存放处。")
    if state in DATED:
        until = entry.until_on
        if until is None or not day < until <= day + LONGEST:
            raise AreaRefused(f"{state.label}的，请填写一年以内的期满（下次核实）日期。")
    elif entry.until_on is not None:
        raise AreaRefused(f"{state.label}的不填期满日期，请清空。")


def must_enter(actor: Actor, township_id: int, school_id: int | None) -> None:
    """Refuse who keeps no such register; a school enters the children of its own zone.

    Raises NotYours, OutOfSight.
    """
    place = {"township_id": township_id, "school_id": school_id}
    actor.must_hold(*ENTERED_BY, **place)


def must_verify(actor: Actor, child: AreaChild) -> None:
    """Refuse a verification by the wrong hand, or of nothing.

    Raises NotYours, OutOfSight, SamePerson, NothingClaimed.
    """
    who = APPROVED_BY if child.state in APPROVED else VERIFIED_BY
    actor.must_hold(*who, township_id=child.township_id)
    if child.state in OPEN:
        raise NothingClaimed
    must_be_second_person(child.entered_by_id, actor.account_id)


def may_strike(why: Strike) -> None:
    """Refuse by hand what the system sees for itself (NotYours)."""
    if why is Strike.ENROLLED:
        raise NotYours(Role.SYSTEM.label)
