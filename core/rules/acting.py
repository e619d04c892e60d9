"""代班 and 代签: who may be given what, for how long, and what is refused."""

from datetime import date, timedelta
from typing import Final

from core.rules.base import Record
from core.rules.errors import BadInput, NotYours
from core.rules.place import class_name
from core.rules.staff import Acting, Actor, Post, Role
from core.rules.time import Moment

# A stand-in for longer than a term is a change of post.
LONGEST_FOR: Final = timedelta(days=200)


class HeadedClass(Record):
    """A class of the school with its head teacher; None: it lacks one (16)."""

    class_id: int
    cohort: int
    number: int
    teacher: str | None
    teacher_ids: tuple[int, ...]

    def name_on(self, day: date) -> str:
        """Return 三年级（1）班."""
        return class_name(self.cohort, self.number, day)


class Colleague(Record):
    """Somebody of the school who may stand in."""

    account_id: int
    signin_name: str
    name: str
    initials: tuple[str, ...] = ()
    posts: str


class ActingLine(Record):
    """A dated grant that holds or is to come; `to_on` exclusive."""

    id: int
    acting: Acting
    name: str
    class_id: int | None
    cohort: int | None
    number: int | None
    from_on: date
    to_on: date


class GrantBoard(Record):
    """What a principal needs to give 代班 or 代签."""

    now: Moment
    township_id: int
    school_id: int
    school_name: str
    # Only 校长 gives the own signature away.
    may_sign_over: bool
    classes: tuple[HeadedClass, ...]
    colleagues: tuple[Colleague, ...]
    grants: tuple[ActingLine, ...]

    def who_may(self, class_id: int | None) -> tuple[Colleague, ...]:
        """Return who may stand in for a class's teacher, or (None) sign: nobody for themselves."""
        own = {i for c in self.classes if c.class_id == class_id for i in c.teacher_ids}
        return tuple(one for one in self.colleagues if one.account_id not in own)


class ActingDraft(Record):
    """A stand-in about to be given; `last_on` is included."""

    township_id: int
    school_id: int
    acting: Acting
    class_id: int | None
    signin_name: str
    from_on: date
    last_on: date


class BadDays(BadInput):
    """The last day lies before the first, in the past, or too far away."""

    def __init__(self) -> None:
        super().__init__("截止日期不能早于开始日期或今天，且不超过一学期，请核对。")


class NoClass(BadInput):
    """代班 is for one class."""

    def __init__(self) -> None:
        super().__init__("代班须选定班级，请先选班级。")


class NotOfSchool(BadInput):
    """The person has no post at the school."""

    def __init__(self) -> None:
        super().__init__("该人员不在本校任职，不能代班、代签；请从名单中选择。")


class OwnClass(BadInput):
    """A class teacher would stand in for the own class."""

    def __init__(self, name: str) -> None:
        super().__init__(f"{name}是本班班主任，不用代班；请选其他人员。")


def signs_over(actor: Actor, school_id: int) -> bool:
    """Tell whether a person is the 校长 of a school, not standing in for one (31)."""
    held = actor.signs_for(school_id)
    return held is not None and held.acting is None and held.post is Post.PRINCIPAL


def must_give(actor: Actor, draft: ActingDraft) -> None:
    """Refuse who may not give it: 代班 any 校领导, 代签 only 校长, never a stand-in's own.

    Raises NotYours, NoClass.
    """
    if draft.acting is Acting.SIGNATURE:
        if not signs_over(actor, draft.school_id):
            raise NotYours(Post.PRINCIPAL.label)
        return
    leads = any(
        g.role is Role.LEADER and g.school_id == draft.school_id and g.acting is None
        for g in actor.grants
    )
    if not leads:
        raise NotYours(Role.LEADER.label)
    if draft.class_id is None:
        raise NoClass


def must_last(draft: ActingDraft, today: date) -> None:
    """Refuse days that are over or too many (BadDays)."""
    ends_well = max(draft.from_on, today) <= draft.last_on
    if not ends_well or draft.last_on - draft.from_on > LONGEST_FOR:
        raise BadDays
