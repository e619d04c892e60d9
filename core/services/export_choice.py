"""What exactly an export is of: which school, class and days, and what stands at its head.

A place outside a person's sight is refused in the same words as one that does not exist.
"""

from datetime import date, timedelta

import db.place as places
import db.register_changes as terms
from core.rules.base import Record
from core.rules.class_label import grades_of, parse
from core.rules.errors import BadInput, OutOfSight
from core.rules.export import Asked, Ledger, Listing, term_of
from core.rules.inspection import must_be_a_year_at_most, year_to
from core.rules.month import office_window
from core.rules.paper import PaperHead
from core.rules.place import School, SchoolClass, class_name
from core.rules.school_age import told
from core.rules.staff import Actor, Scope
from core.rules.time import Moment, day_of, school_year
from core.services.area_child import counts
from core.services.place import NoSuchSchool
from db.export import Picked
from db.pool import Conn


class Chosen(Record):
    """An export as it will be made; `to_on` is the first day it no longer covers."""

    asked: Asked
    picked: Picked
    township_id: int
    unit: str
    class_name: str
    many_schools: bool
    now: Moment
    from_on: date
    to_on: date
    term: tuple[int, int] | None = None
    # How the children of age stand, below the ledger of a whole township.
    figures: tuple[str, ...] = ()

    @property
    def day(self) -> date:
        """Return the day as of which it is made."""
        return day_of(self.now)

    def head(self, actor: Actor, export_id: int) -> PaperHead:
        """Return what stands above and below the paper."""
        return PaperHead(
            title=self._title,
            unit=self.unit,
            filled_on=self.day,
            edition=self.asked.edition,
            made_by=actor.name,
            made_at=self.now,
            export_id=f"E{export_id}",
            filled_by=actor.name,
            notes=self._notes,
        )

    @property
    def _notes(self) -> tuple[str, ...]:
        if self.asked.ledger is Ledger.SCHOOL_AGE:
            return self.figures or ("未在校的，只列登记在本校责任区内的适龄儿童。",)
        if self.asked.listing is not Listing.INSPECTION:
            return ()
        last_on = self.to_on - timedelta(days=1)
        return (f"期间：{self.from_on:%Y-%m-%d}至{last_on:%Y-%m-%d}。",)

    @property
    def _title(self) -> str:
        label = self.asked.label
        if self.asked.listing is Listing.ATTENDANCE:
            # Each sheet puts its class before it.
            return f"{self.from_on.year}年{self.from_on.month}月{label}"
        whose = f"{self.unit}{self.class_name}"
        if self.term is not None:
            year, number = self.term
            half = "二" if number - 1 else "一"
            return f"{whose}{year}—{year + 1}学年第{half}学期{label}"
        return f"{whose}{label}"


async def choose(
    conn: Conn, actor: Actor, scope: Scope, asked: Asked, now: Moment
) -> Chosen:
    """Return what an export covers.

    Raises NoSuchSchool, OutOfSight, or BadInput with what to write instead.
    """
    schools = await places.schools(conn, scope)
    if not schools:
        raise OutOfSight
    school = _school(schools, asked.school_code)
    if asked.listing is Listing.INSPECTION and school is None:
        _must_be_one_township(schools)
    held = None
    if asked.class_label is not None or asked.class_id is not None:
        if school is None:
            raise BadInput("写了班级，还须写明学校（命令行用 --school 标识码）。")
        held = await _class(conn, scope, school, asked, day_of(now))
    named: tuple[SchoolClass, ...] = () if held is None else (held,)
    if held is None and school is not None and not _whole(scope, school):
        # Titled as the school's, a class teacher's own list would pass for all of it.
        named = await _classes(conn, scope, school)
        held = named[0] if len(named) == 1 else None
    from_on, to_on = _days(asked, day_of(now))
    return Chosen(
        asked=asked,
        picked=Picked(
            scope=scope,
            school_id=None if school is None else school.id,
            class_id=None if held is None else held.id,
        ),
        township_id=_township_id(schools, school),
        unit=await _unit(conn, actor, schools, school),
        class_name="、".join(
            class_name(one.cohort, one.number, _label_day(asked, day_of(now)))
            for one in named
        ),
        many_schools=school is None,
        now=now,
        from_on=from_on,
        to_on=to_on,
        term=await _term(conn, scope, asked, day_of(now)),
        figures=await _figures(conn, scope, asked, school, now),
    )


async def _figures(
    conn: Conn, scope: Scope, asked: Asked, school: School | None, now: Moment
) -> tuple[str, ...]:
    whole = asked.ledger is Ledger.SCHOOL_AGE and school is None
    if not whole or len(scope.townships) != 1:
        return ()
    return told(await counts(conn, scope.townships[0], now))


def _school(schools: tuple[School, ...], code: str | None) -> School | None:
    """Return the school named, or the only one in sight; None for all of them."""
    if code is None:
        return schools[0] if len(schools) == 1 else None
    found = next((school for school in schools if school.code == code), None)
    if found is None:
        raise NoSuchSchool(code)
    return found


def _must_be_one_township(schools: tuple[School, ...]) -> None:
    if len({school.township_id for school in schools}) > 1:
        raise BadInput("所辖不止一个乡镇，请写明学校（命令行用 --school 标识码）。")


def _label_day(asked: Asked, today: date) -> date:
    """Return the day on which a class is named: 三年级 of a past month is that month's."""
    return asked.month or today


def _whole(scope: Scope, school: School) -> bool:
    """Tell whether every class of a school is in sight."""
    return school.township_id in scope.townships or school.id in scope.schools


async def _classes(conn: Conn, scope: Scope, school: School) -> tuple[SchoolClass, ...]:
    found = await places.classes(conn, scope)
    return tuple(one for one in found if one.school_id == school.id)


async def _class(
    conn: Conn, scope: Scope, school: School, asked: Asked, today: date
) -> SchoolClass:
    classes = await _classes(conn, scope, school)
    chosen = next((one for one in classes if one.id == asked.class_id), None)
    if chosen is not None:
        return chosen
    label, day = asked.class_label or "", _label_day(asked, today)
    key = parse(label, grades=grades_of(school.kind, school.system), day=day)
    for one in classes:
        if (one.cohort, one.number) == (key.cohort, key.number):
            return one
    names = "、".join(class_name(c.cohort, c.number, day) for c in classes)
    raise BadInput(f"{school.name}没有“{label}”，可导出的班级：{names or '（无）'}。")


def _township_id(schools: tuple[School, ...], school: School | None) -> int:
    """Return the township an export belongs to; the county's own row for several."""
    if school is not None:
        return school.township_id
    townships = {one.township_id for one in schools}
    return townships.pop() if len(townships) == 1 else min(townships) // 1000 * 1000


async def _unit(
    conn: Conn, actor: Actor, schools: tuple[School, ...], school: School | None
) -> str:
    """Return 填报单位: the school, the township, or the office above several townships."""
    if school is not None:
        return school.name
    # A school with its 教学点 puts its own seal under what it prints, not the township's.
    ids = {one.id for one in schools}
    own = [one for one in schools if one.parent_id not in ids]
    if len(own) == 1 and not actor.scope.townships and own[0].id in actor.scope.schools:
        return own[0].name
    townships = await places.townships(conn, {one.township_id for one in schools})
    if len(townships) == 1:
        return townships[0].name
    return actor.grants[0].role.label


def _days(asked: Asked, today: date) -> tuple[date, date]:
    """Return the days covered: the month, the days asked for, else the school year."""
    if asked.listing in {Listing.ATTENDANCE, Listing.MONTH}:
        if asked.month is None:
            raise BadInput("须写明月份，如 2026-11。")
        window = office_window(asked.month.year, asked.month.month)
        return window.from_on, window.to_on
    inspected = asked.listing is Listing.INSPECTION
    last_on = asked.last_on or today
    begun = year_to(last_on) if inspected else date(school_year(last_on), 9, 1)
    from_on = asked.from_on or begun
    to_on = (asked.last_on or max(today, from_on)) + timedelta(days=1)
    if to_on <= from_on:
        raise BadInput("截止日期早于起始日期，请核对后重填。")
    if inspected:
        must_be_a_year_at_most(from_on, to_on)
    return from_on, to_on


async def _term(
    conn: Conn, scope: Scope, asked: Asked, today: date
) -> tuple[int, int] | None:
    if asked.listing not in {Listing.CHANGES, Listing.UNRETURNED}:
        return None
    if asked.term is not None:
        return term_of(asked.term)
    found = await terms.term_of_day(conn, scope.reach, today)
    if found is None:
        raise BadInput("校历中还没有学期，请写明学期（如 2026-2027-1），或先录入校历。")
    return found
