"""Contacts: a telephone call, a message, a talk at school.  Home visits are in visit.

A contact tells what the guardian said; only the roll shows that the child is back.
"""

from typing import Final, Self

from pydantic import model_validator

from core.rules.base import Coded, Note, Record, Words
from core.rules.errors import Refusal
from core.rules.time import Moment


class ContactMethod(Coded):
    """How the family was reached.  None of these is a 家访."""

    PHONE = "phone", "电话"
    WECHAT = "wechat", "微信"
    VIDEO = "video", "视频"
    MESSAGE = "message", "短信"
    AT_SCHOOL = "at_school", "约谈到校"
    BY_LETTER = "by_letter", "委托核查"


class ContactResult(Coded):
    """What the contact brought about."""

    REACHED = "reached", "已联系"
    COMING = "coming", "正在来校"
    ASKED_LEAVE = "asked_leave", "监护人请假"
    REFUSED = "refused", "拒绝返校"
    NOT_REACHED = "not_reached", "未联系上"
    NOT_KNOWN = "not_known", "去向不明"


# Which results end the duty to contact the family.
ENDS_DUTY: Final = frozenset(
    {
        ContactResult.REACHED,
        ContactResult.COMING,
        ContactResult.ASKED_LEAVE,
        ContactResult.REFUSED,
    }
)


class PoliceNotAnswered(Refusal):
    """A child of whom nobody knows: the first question is whether the police know."""

    def __init__(self) -> None:
        super().__init__("监护人也不知去向，请填写是否报警；已报警的请填写报警时间。")


class ReachedWhom(Refusal):
    """A contact that reached somebody says whom."""

    def __init__(self) -> None:
        super().__init__("已联系上的，请填写联系到何人。")


class ContactDraft(Record):
    """A contact as it is typed.  Raises PoliceNotAnswered, ReachedWhom."""

    student_id: int
    contacted_at: Moment
    method: ContactMethod
    result: ContactResult
    whom: Words | None = None
    police_told: bool | None = None
    police_told_at: Moment | None = None
    note: Note = ""

    @model_validator(mode="after")
    def answers_what_is_asked(self) -> Self:
        """Refuse a contact that leaves open whom it reached, or whether police know."""
        if self.result in ENDS_DUTY and self.whom is None:
            raise ReachedWhom
        if self.result is ContactResult.NOT_KNOWN and (
            self.police_told is None or (self.police_told and self.police_told_at is None)
        ):
            raise PoliceNotAnswered
        return self


def ends_duty(result: ContactResult) -> bool:
    """Tell whether the duty 联系监护人 is done; 去向不明 ends none (days.md 12)."""
    return result in ENDS_DUTY


def rings_at_once(result: ContactResult) -> bool:
    """Tell whether principal, township and bureau hear of it now, without the clock.

    A child whose guardians do not know where they are waits for no 48 hours (days.md 12).
    """
    return result is ContactResult.NOT_KNOWN
