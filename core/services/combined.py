"""复式班: classes of several grades taught as one; one roll screen, one submit (18).

Each class keeps its own pupils, rolls and figures: only the sheet is shared.
"""

from collections.abc import Sequence

import db.combined as rows
from core.rules.errors import BadInput, NotYours
from core.rules.place import School, class_name, name_of
from core.rules.staff import Role
from core.rules.time import day_of
from core.services.desk import Desk
from core.services.place import class_of, school_named
from db.pool import Lock, lock_key

_MADE_BY = (Role.ADMIN, Role.OFFICE, Role.LEADER, Role.REGISTRAR)
_AT_LEAST = 2


class AlreadyCombined(BadInput):
    """A class belongs to one 复式班 at most."""

    def __init__(self, name: str) -> None:
        super().__init__(f"{name}已在一个复式班里，请先用 place end combined 撤销。")


class NameTaken(BadInput):
    """The school has a 复式班 of that name."""

    def __init__(self, name: str) -> None:
        super().__init__(f"已有名为“{name}”的复式班，请换一个名称。")


class NoCombined(BadInput):
    """The school has no 复式班 of that name."""

    def __init__(self, school: School, name: str) -> None:
        super().__init__(
            f"{school.name}没有名为“{name}”的复式班，请用 place list 查看名称。"
        )


def _must_make(desk: Desk, school: School) -> None:
    place = {"township_id": school.township_id, "school_id": school.id}
    if not desk.actor.holds(*_MADE_BY, **place):
        raise NotYours("、".join(role.label for role in _MADE_BY))


async def combine(desk: Desk, school_code: str, name: str, classes: Sequence[str]) -> None:
    """Let several classes of a school be called on one sheet, from now on.

    Raises NoSuchSchool, NotYours, BadInput, AlreadyCombined or NameTaken.
    """
    school = await school_named(desk, school_code)
    _must_make(desk, school)
    called = name_of(name)
    found = [await class_of(desk, school, one) for one in classes]
    if len({one.id for one in found}) < _AT_LEAST:
        raise BadInput("复式班至少由两个班组成，请用 --class 逐个写明。")
    locks = (lock_key(Lock.SCHOOL, school.id),)
    async with desk.writing("place.combine", locks=locks) as (conn, now):
        held = await rows.combined(conn, school, [one.id for one in found])
        if held:
            first = held[0]
            raise AlreadyCombined(class_name(first.cohort, first.number, day_of(now)))
        if not await rows.combine(conn, school, called, [one.id for one in found]):
            raise NameTaken(called)


async def part(desk: Desk, school_code: str, name: str) -> None:
    """Let the classes of a 复式班 be called each on its own sheet again.

    Raises NoSuchSchool, NotYours, BadName or NoCombined.
    """
    school = await school_named(desk, school_code)
    _must_make(desk, school)
    locks = (lock_key(Lock.SCHOOL, school.id),)
    async with desk.writing("place.part", locks=locks) as (conn, _):
        if not await rows.part(conn, school, name_of(name)):
            raise NoCombined(school, name)
