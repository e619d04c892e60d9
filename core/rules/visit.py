"""家访 and 劝返: who went, whom they met, what was found, what was promised (R39-R41).

A submitted visit never changes: a correction is a new version with its reason.
Telephone calls and messages are in contact.
"""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Annotated, Final, Self

from pydantic import Field, model_validator

from core.rules.base import Coded, Note, Record, Words
from core.rules.contact import PoliceNotAnswered
from core.rules.errors import Refusal
from core.rules.time import Moment, day_of, school_year


class VisitMethod(Coded):
    """How the family was met; only the first two are a 家访."""

    HOME = "home", "入户家访"
    AWAY = "away", "异地走访"
    INTERVIEW = "interview", "面谈"


class MemberRole(Coded):
    """In what capacity a member of the visit went."""

    CLASS_LEADER = "class_leader", "报班领导"
    CLASS_TEACHER = "class_teacher", "班主任"
    ASSIGNED_TEACHER = "assigned_teacher", "报班教师"
    VILLAGE = "village", "村两委干部"
    VILLAGE_CADRE = "village_cadre", "包村干部"
    GOVERNMENT = "government", "乡镇干部"
    POLICE = "police", "民警"
    OTHER = "other", "其他人员"


class Met(Coded):
    """Whom the visitors met."""

    FATHER = "father", "父亲"
    MOTHER = "mother", "母亲"
    GRANDPARENT = "grandparent", "祖父母或外祖父母"
    GUARDIAN = "guardian", "其他监护人"
    STUDENT = "student", "学生本人"
    NEIGHBOUR = "neighbour", "邻居"
    NOBODY = "nobody", "无人"


# With whom a visit has talked the child back to school; a neighbour only tells.
FAMILY: Final = tuple(met for met in Met if met not in {Met.NEIGHBOUR, Met.NOBODY})


class Cause(Coded):
    """Why the child stays away: the four of the national notice first."""

    LEARNING = "learning", "学习困难或厌学"
    WORK = "work", "外出打工"
    MARRIAGE = "marriage", "早婚早育"
    RELIGION = "religion", "信教"
    POVERTY = "poverty", "家庭经济困难"
    DISTANCE = "distance", "上学远"
    ILLNESS = "illness", "疾病或残疾"
    FAMILY = "family", "家庭变故或监护缺失"
    MIGRATION = "migration", "随父母外出"
    MIND = "mind", "心理问题"
    GAMES = "games", "网络沉迷"
    BULLYING = "bullying", "校园欺凌或同学关系"
    MISCONDUCT = "misconduct", "不良行为或涉案"
    VIEWS = "views", "家长观念"
    TEACHER = "teacher", "教师言行"
    FEES = "fees", "收费"
    UNKNOWN = "unknown", "原因不明"
    OTHER = "other", "其他原因"


class Whereabouts(Coded):
    """Where the child is."""

    AT_HOME = "at_home", "在家闲散"
    FARMING = "farming", "务农"
    WORKING = "working", "务工"
    APPRENTICE = "apprentice", "经商或学徒"
    WITH_PARENTS = "with_parents", "随父母在外"
    TRAINING = "training", "培训机构或在家学习"
    ELSEWHERE = "elsewhere", "外地就读"
    MARRIED = "married", "已早婚"
    TEMPLE = "temple", "宗教场所"
    HOSPITAL = "hospital", "住院或康复"
    CUSTODY = "custody", "羁押或专门学校"
    LOST = "lost", "失联（去向不明）"
    OTHER = "other", "其他去向"


class VisitResult(Coded):
    """What the visit brought about."""

    PROMISED = "promised", "同意返校"
    CAME_ALONG = "came_along", "当场返校"
    ELSEWHERE = "elsewhere", "已在外地就读（待佐证）"
    ILL = "ill", "因病（转请假或休学）"
    HESITANT = "hesitant", "犹豫需再访"
    REFUSED = "refused", "拒绝返校"
    NOBODY_HOME = "nobody_home", "家中无人"
    NOT_FOUND = "not_found", "未找到学生"
    WRONG_DATA = "wrong_data", "信息有误"


COUNTS_AS_VISIT: Final = frozenset({VisitMethod.HOME, VisitMethod.AWAY})
# 报班领导、班主任、报班教师 go together (R39).
MUST_GO: Final = (
    MemberRole.CLASS_LEADER,
    MemberRole.CLASS_TEACHER,
    MemberRole.ASSIGNED_TEACHER,
)


class PromiseWithoutDate(Refusal):
    """A promise without a date is not a promise."""

    def __init__(self) -> None:
        super().__init__("同意返校的，请填写约定返校日期（不早于家访当天）。")


class FindingMissing(Refusal):
    """A visit that met the family records the four findings (R40)."""

    def __init__(self, missing: Sequence[str]) -> None:
        super().__init__(f"请填写{'、'.join(missing)}；确实不清楚的，请写明不清楚。")


class MembersMissing(Refusal):
    """A joint visit lacks one of its three roles and does not say why (R39)."""

    def __init__(self, missing: Sequence[MemberRole]) -> None:
        names = "、".join(role.label for role in missing)
        super().__init__(f"须共同家访的{names}未参加，请填写未参加原因。")


class NotYetHappened(Refusal):
    """A visit is recorded after it was made."""

    def __init__(self) -> None:
        super().__init__("家访时间晚于现在，请核对后重填。")


class ReasonMissing(Refusal):
    """A correction says why it was made."""

    def __init__(self) -> None:
        super().__init__("更正家访记录须填写更正原因。")


class Member(Record):
    """One who went; `account_id` is None for somebody without an account."""

    name: Words
    role: MemberRole
    account_id: int | None = None


class VisitDraft(Record):
    """A visit as typed.  Raises PromiseWithoutDate, FindingMissing, PoliceNotAnswered."""

    student_id: int
    visited_at: Moment
    method: VisitMethod
    members: Annotated[tuple[Member, ...], Field(min_length=1)]
    met: Annotated[tuple[Met, ...], Field(min_length=1)]
    met_names: Note = ""
    cause: Cause | None = None
    whereabouts: Whereabouts | None = None
    mood: Note = ""
    guardian_opinion: Note = ""
    result: VisitResult
    promised_on: date | None = None
    # Asked when the child is 失联: do the police know, and since when (days.md 12).
    police_told: bool | None = None
    police_told_at: Moment | None = None
    absent_reason: Note = ""
    note: Note = ""

    @model_validator(mode="after")
    def says_what_a_visit_must(self) -> Self:
        """Refuse a promise without a date, and a meeting without its findings."""
        if self.result is VisitResult.PROMISED and (
            self.promised_on is None or self.promised_on < day_of(self.visited_at)
        ):
            raise PromiseWithoutDate
        if self.whereabouts is Whereabouts.LOST and (
            self.police_told is None or (self.police_told and self.police_told_at is None)
        ):
            raise PoliceNotAnswered
        if set(self.met) <= {Met.NOBODY, Met.NEIGHBOUR}:
            return self
        told = (
            (self.cause is not None, "原因"),
            (self.whereabouts is not None, "去向"),
            (bool(self.mood), "思想状况"),
            (bool(self.guardian_opinion), "监护人意见"),
        )
        missing = [name for given, name in told if not given]
        if missing:
            raise FindingMissing(missing)
        return self


def absent_roles(members: Sequence[Member]) -> tuple[MemberRole, ...]:
    """Return which of the three roles of R39 did not go."""
    went = {member.role for member in members}
    return tuple(role for role in MUST_GO if role not in went)


def must_be_joint(visit: VisitDraft, *, after_sign: bool, past_48h: bool) -> None:
    """Refuse a visit on 迹象, or after 48 hours, that lacks a role and its reason (R39)."""
    missing = absent_roles(visit.members)
    if (after_sign or past_48h) and missing and not visit.absent_reason:
        raise MembersMissing(missing)


def must_have_happened(visit: VisitDraft, now: datetime) -> None:
    """Refuse a visit dated after `now` (NotYetHappened)."""
    if visit.visited_at > now:
        raise NotYetHappened


def series_of(visit: VisitDraft) -> int:
    """Return the school year in whose numbering, per student, the visit is counted."""
    return school_year(day_of(visit.visited_at))


def must_say_why(reason: str) -> None:
    """Refuse a corrected version without a reason (ReasonMissing)."""
    if not reason.strip():
        raise ReasonMissing


def waits_for_no_clock(visit: VisitDraft) -> bool:
    """Tell whether the finding rings at once, as 去向不明 in a contact does."""
    return visit.whereabouts is Whereabouts.LOST
