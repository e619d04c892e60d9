"""The place tree: making townships, villages, schools and classes, and naming them."""

from datetime import date

import db.combined
import db.place as rows
from core.rules.base import Record
from core.rules.errors import BadInput, NotYours, Refusal
from core.rules.place import (
    Combined,
    School,
    SchoolClass,
    SchoolKind,
    Township,
    Village,
    class_name,
    is_village_code,
    kind_of_code,
    must_be_school_code,
    name_of,
)
from core.rules.staff import Post, Role
from core.rules.staff_account import GrantPlace
from core.rules.time import day_of
from core.rules.usual import USUAL_SESSIONS, usual_terms
from core.services import seat, staff
from core.services.desk import Desk
from db.pool import Conn


class Named(Record):
    """A place as people name it on the command line or in a form."""

    county: int | None = None
    township: int | None = None
    school: str | None = None
    class_name: str | None = None
    village: str | None = None


class PlaceList(Record):
    """Everything a person may see of the place tree, with today's date for names."""

    today: date
    townships: tuple[Township, ...]
    villages: tuple[Village, ...]
    schools: tuple[School, ...]
    classes: tuple[SchoolClass, ...]
    combined: tuple[Combined, ...]


class NoSuchSchool(Refusal):
    """No school has this 学校标识码, or it is out of sight."""

    def __init__(self, code: str) -> None:
        super().__init__(
            f"没有标识码为 {code} 的学校，请用 place list 查看，或先 place add school。"
        )


class CodeTaken(Refusal):
    """The code belongs to a place that exists."""

    def __init__(self, code: object) -> None:
        super().__init__(f"代码 {code} 已存在，请核对后重试。")


async def today(desk: Desk) -> date:
    """Return the school day it is, by the database."""
    async with desk.reading() as (_, now):
        return day_of(now)


def _must_be_admin(desk: Desk) -> None:
    if seat.is_program(desk):
        raise staff.NoAdmin
    if not desk.actor.holds(Role.ADMIN):
        raise NotYours(Role.ADMIN.label)


async def add_township(desk: Desk, township_id: int, name: str) -> None:
    """Make a township (nine-digit code) with its system account, which signs sweeps.

    Raises CodeTaken, BadName, or BadInput for a code that is no township's.
    """
    _must_be_admin(desk)
    if len(str(township_id)) != len("990101100") or township_id % 1000 == 0:
        raise BadInput("乡镇代码应为九位数字（统计用区划代码前九位），请核对。")
    called = name_of(name)
    async with desk.writing("place.add_township") as (conn, now):
        if not await rows.add_township(conn, township_id, called):
            raise CodeTaken(township_id)
        await staff.make_system(conn, township_id, called, now)
        for term in usual_terms(day_of(now)):
            days = (term.from_on, term.to_on)
            await rows.add_term(conn, township_id, (term.school_year, term.number), days)


async def add_village(desk: Desk, code: str, name: str) -> None:
    """Make a village (twelve-digit code) of a township that exists."""
    _must_be_admin(desk)
    if not is_village_code(code):
        raise BadInput("村代码应为十二位数字，请核对。")
    called = name_of(name)
    async with desk.writing("place.add_village") as (conn, _):
        await _township(conn, int(code[:9]))
        if await rows.add_village(conn, int(code[:9]), code, called) is None:
            raise CodeTaken(code)


async def _township(conn: Conn, township_id: int) -> Township:
    sane = len(str(township_id)) == len("990101100")
    found = await rows.township(conn, township_id) if sane else None
    if found is None:
        raise BadInput(f"没有代码为 {township_id} 的乡镇，请先用 place add township 添加。")
    return found


async def add_school(
    desk: Desk,
    code: str,
    name: str,
    township_id: int,
    kind: SchoolKind | None = None,
    parent: str | None = None,
) -> None:
    """Make a school, live from today, with the usual two sessions a day.

    `kind` is read from the 学校标识码 when not given.  Raises CodeTaken, BadSchoolCode,
    BadName or BadInput.
    """
    _must_be_admin(desk)
    must_be_school_code(code)
    called = name_of(name)
    async with desk.writing("place.add_school") as (conn, now):
        await _township(conn, township_id)
        above = None if parent is None else await rows.school_by_code(conn, parent)
        if parent is not None and (above is None or above.township_id != township_id):
            raise NoSuchSchool(parent)
        school = School(
            township_id=township_id,
            id=0,
            code=code,
            name=called,
            kind=kind or kind_of_code(code, name),
            system="6-3",
            parent_id=None if above is None else above.id,
            live_on=day_of(now),
        )
        made = await rows.add_school(conn, school)
        if made is None:
            raise CodeTaken(code)
        await rows.add_plans(conn, school.model_copy(update={"id": made}), USUAL_SESSIONS)


async def school_named(desk: Desk, code: str) -> School:
    """Return a school by its 学校标识码; raises NoSuchSchool when out of sight."""
    async with desk.reading() as (conn, _):
        school = await rows.school_by_code(conn, code)
    if school is None or not staff.reaches(desk.actor, school.township_id):
        raise NoSuchSchool(code)
    return school


async def grant_place(
    desk: Desk, role: Role, post: Post | None, named: Named
) -> GrantPlace:
    """Return the ids behind a role's place; raises BadInput naming what is missing."""
    if role is Role.ADMIN:
        return GrantPlace(role=role, township_id=0)
    if named.county is not None:
        if len(str(named.county)) != len("990101"):
            raise BadInput("县级代码应为六位数字，请核对。")
        return GrantPlace(role=role, township_id=named.county * 1000)
    if named.school is not None:
        school = await school_named(desk, named.school)
        found = await _class_id(desk, school, named.class_name)
        if role is Role.CLASS_TEACHER and found is None:
            raise BadInput("班主任须写明班级，如 --class 三年级（1）班。")
        return GrantPlace(
            role=role,
            post=post,
            township_id=school.township_id,
            school_id=school.id,
            class_id=found,
        )
    if named.village is not None and not is_village_code(named.village):
        raise BadInput("村代码应为十二位数字，请核对。")
    async with desk.reading() as (conn, _):
        if named.village is not None:
            township = await _township(conn, int(named.village[:9]))
            villages = await rows.villages(conn, township.township_id)
            village = next((v for v in villages if v.code == named.village), None)
            if village is None:
                raise BadInput(
                    f"没有代码为 {named.village} 的村，请先用 place add village 添加。"
                )
            return GrantPlace(
                role=role, township_id=township.township_id, village_id=village.id
            )
        if named.township is None:
            raise BadInput("须写明管辖范围：--county、--township、--school 或 --village。")
        await _township(conn, named.township)
        return GrantPlace(role=role, township_id=named.township)


async def _class_id(desk: Desk, school: School, name: str | None) -> int | None:
    return None if name is None else (await class_of(desk, school, name)).id


async def class_of(desk: Desk, school: School, name: str) -> SchoolClass:
    """Return the class a school calls so today; raises BadInput with those there are."""
    async with desk.reading() as (conn, now):
        classes = await rows.classes_of_school(conn, school.township_id, school.id)
    day = day_of(now)
    wanted = name.replace("(", "（").replace(")", "）")
    for one in classes:
        if class_name(one.cohort, one.number, day) == wanted:
            return one
    names = (
        "、".join(class_name(c.cohort, c.number, day) for c in classes) or "（还没有班级）"
    )
    raise BadInput(f"{school.name}没有“{name}”，现有班级：{names}。")


async def listing(desk: Desk) -> PlaceList:
    """Return the place tree as far as this person may see it (系统管理员: all names)."""
    scope = desk.actor.scope
    async with desk.reading() as (conn, now):
        whole = desk.actor.holds(Role.ADMIN)
        townships = await rows.townships(conn, None if whole else scope.reach)
        ids = tuple(t.township_id for t in townships)
        if whole:
            scope = scope.model_copy(update={"reach": ids, "townships": ids})
        villages = [v for i in ids for v in await rows.villages(conn, i)]
        return PlaceList(
            today=day_of(now),
            townships=townships,
            villages=tuple(villages),
            schools=await rows.schools(conn, scope),
            classes=await rows.classes(conn, scope),
            combined=await db.combined.every(conn, ids),
        )
