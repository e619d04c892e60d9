"""Who sees which child by which service, and who may act: a table written by hand (P11).

T own class, F own school's other class, C another school, B another township; "-" none.
"""

from collections.abc import Awaitable, Callable
from datetime import date
from uuid import uuid4

import pytest

from core.rules.calendar import SessionCode
from core.rules.errors import NotYours, OutOfSight
from core.rules.export import Asked, Listing
from core.rules.month import ReportKind
from core.rules.paper import Addressee, Edition
from core.services import (
    board,
    calendar,
    change,
    contact,
    duty,
    export,
    export_paper,
    file,
    find,
    leave_book,
    missing,
    month,
    month_board,
    month_class,
    opening,
    place,
    report,
    report_view,
    roll,
    status,
    visit,
)
from core.services.desk import Desk
from db.pool import Pool
from tests.papers.samples import everything_in
from tests.services.sight_town import (
    ACCOUNTS,
    CHILDREN,
    CODES,
    PEOPLE_IN_ORDER,
    TODAY,
    SightTown,
    build,
    of_children,
    of_classes,
    of_schools,
    oracle,
)

NAMES = {"T": "赵小雨", "F": "罗子涵", "C": "冯浩然", "B": "白晓"}
SIGHT = """
                li acting teacher liu wang reg duty office gov cadre bureau super audit admin
find            T  T      T       -   TF   TF  -    TFC    TFC -     TFCB   TFCB  -     -
missing         T  T      T       -   TF   TF  TF   TFC    TFC -     TFCB   TFCB  -     -
status          T  T      T       -   TF   TF  TF   TFC    TFC -     TFCB   TFCB  -     -
file            T  T      T       -   TF   TF  -    TFC    TFC -     TFCB   TFCB  -     -
phone           T  T      T       -   TF   TF  -    TFC    TFC -     TFCB   TFCB  -     -
identity        T  T      T       -   TF   TF  -    TFC    TFC -     TFCB   TFCB  -     -
report          T  T      T       -   TF   TF  -    TFC    TFC -     TFCB   TFCB  -     -
original        T  T      T       -   TF   TF  -    TFC    TFC -     TFCB   TFCB  -     -
paper           -  -      -       -   TF   TF  -    TFC    TFC -     TFCB   TFCB  -     -
leaves          T  T      T       -   TF   TF  -    TFC    TFC -     TFCB   TFCB  -     -
long_leaves     T  T      T       -   TF   TF  -    TFC    TFC -     TFCB   TFCB  -     -
changes         T  T      T       -   TF   TF  -    TFC    TFC -     TFCB   TFCB  -     -
change          T  T      T       -   TF   TF  -    TFC    TFC -     TFCB   TFCB  -     -
contact_form    T  T      -       -   TF   TF  -    -      -   -     -      -     -     -
visit_form      T  T      -       -   TF   TF  -    -      -   -     -      -     -     -
leave_form      T  T      -       -   TF   TF  -    -      -   -     -      -     -     -
visit           T  T      T       -   TF   TF  -    TFC    TFC -     TFCB   TFCB  -     -
duties          T  T      -       -   TF   TF  TF   TFC    TFC -     TFCB   -     -     -
places          T  T      T       -   TF   TF  -    TFC    TFC -     TFCB   TFCB  -     TFCB
schools         TF TF     TF      -   TF   TF  -    TFC    TFC -     TFCB   TFCB  -     TFCB
rolls           T  T      T       -   TF   TF  TF   TFC    TFC -     TFCB   TFCB  -     -
sheet           T  T      T       -   TF   TF  TF   TFC    TFC -     TFCB   TFCB  -     -
class_months    T  T      T       -   TF   TF  -    TFC    TFC -     TFCB   TFCB  -     -
class_month     T  T      T       -   TF   TF  -    TFC    TFC -     TFCB   TFCB  -     -
month           -  -      -       -   TF   TF  -    TFC    TFC -     TFCB   TFCB  -     -
matrix          -  -      -       -   -    -   -    TFC    TFC -     TFCB   TFCB  -     -
opening         -  -      -       -   TF   TF  -    TFC    TFC -     TFCB   TFCB  -     -
closures        TF TF     TF      -   TF   TF  TF   TFC    TFC -     TFCB   TFCB  -     -
roster          T  T      -       -   TF   TF  -    TFC    TFC -     TFCB   TFCB  -     -
roster_full     -  -      -       -   TF   TF  -    TFC    TFC -     TFCB   TFCB  -     -
attendance      T  T      -       -   TF   TF  -    TFC    TFC -     TFCB   TFCB  -     -
leave           T  T      -       -   TF   TF  -    TFC    TFC -     TFCB   TFCB  -     -
absences        T  T      -       -   TF   TF  -    TFC    TFC -     TFCB   TFCB  -     -
visits          T  T      -       -   TF   TF  -    TFC    TFC -     TFCB   TFCB  -     -
change_list     T  T      -       -   TF   TF  -    TFC    TFC -     TFCB   TFCB  -     -
inspection      -  -      -       -   TF   -   -    TFC    -   -     TFCB   TFCB  -     -
"""
Looks = Callable[[Desk], Awaitable[set[str]]]


@pytest.fixture
async def town(pool: Pool) -> SightTown:
    return await build(pool)


def each(look: Callable[..., Awaitable[object]]) -> Looks:
    """Ask of each child by itself; who is refused does not see it."""

    async def looks(desk: Desk) -> set[str]:
        seen = set()
        for letter, key in CHILDREN.items():
            try:
                await look(desk, key)
            except (OutOfSight, NotYours):
                continue
            seen.add(letter)
        return seen

    return looks


def named(people) -> set[str]:
    found = {one.student_name for one in people}
    return {letter for letter, name in NAMES.items() if name in found}


def printed(
    listing: Listing, edition: Edition = Edition.INTERNAL, school: str | None = None
) -> Looks:
    async def looks(desk: Desk) -> set[str]:
        ask = Asked(listing=listing, edition=edition, purpose="核对", month=NOVEMBER)
        ask = ask.model_copy(update={"school_code": school})
        try:
            made = await export.make(desk, ask)
        except (OutOfSight, NotYours, place.NoSuchSchool):
            return set()
        told = everything_in(made.data)
        return {letter for letter, name in NAMES.items() if name in told}

    return looks


async def inspected(desk: Desk) -> set[str]:
    found = [await printed(Listing.INSPECTION, school=c)(desk) for c in CODES.values()]
    return set().union(*found)


async def finds(desk: Desk) -> set[str]:
    typed = [one for name in NAMES.values() for one in await find.find(desk, name)]
    return of_children(one.student_id for one in typed)


async def leaves(desk: Desk) -> set[str]:
    lines = (await leave_book.register(desk)).lines
    return of_children(line.leave.student_id for line in lines)


async def matrix(desk: Desk) -> set[str]:
    try:
        seen = await month_board.board(desk, date(2026, 11, 1), ReportKind.BUREAU)
    except OutOfSight:
        return set()
    return of_schools(row.school.id for row in seen.rows)


async def closures(desk: Desk) -> set[str]:
    found = set()
    for township in {key.township for key in CHILDREN.values()} & set(
        desk.actor.scope.reach
    ):
        seen = await calendar.board(desk, township)
        found |= {one.school_id for one in seen.closures}
    return of_schools(found)


async def months(desk: Desk) -> set[str]:
    return of_classes(one.class_id for one in await month_class.listing(desk, NOVEMBER))


NOVEMBER, AM = date(2026, 11, 1), SessionCode.AM
BUREAU = ReportKind.BUREAU
GOV = Addressee.GOVERNMENT
LOOKS: dict[str, Looks] = {
    "find": finds,
    "missing": lambda desk: _after(missing.listing(desk), lambda x: named(x.children)),
    "status": lambda desk: _after(status.status(desk), lambda x: named(x.missing)),
    "file": each(lambda d, k: file.timeline(d, k.township, k.child)),
    "phone": each(lambda d, k: file.phone(d, k.township, 700 + k.child, "核对")),
    "identity": each(lambda d, k: file.identity(d, k.township, k.child, "核对")),
    "report": each(lambda d, k: report_view.view(d, k.township, 900 + k.child)),
    "original": each(lambda d, k: report.original(d, k.township, 900 + k.child, GOV)),
    "paper": each(
        lambda d, k: export_paper.take(d, k.township, 900 + k.child, GOV, uuid4())
    ),
    "leaves": leaves,
    "long_leaves": lambda desk: _after(
        leave_book.long_board(desk), lambda x: named(x.lines)
    ),
    "changes": lambda desk: _after(change.this_year(desk), named),
    "change": each(lambda d, k: change.entry(d, 900 + k.child)),
    "contact_form": each(lambda d, k: contact.form(d, k.township, k.child)),
    "visit_form": each(lambda d, k: visit.form(d, k.township, k.child)),
    "visit": each(lambda d, k: visit.read(d, k.township, k.child, 900 + k.child)),
    "leave_form": each(lambda d, k: leave_book.form(d, k.township, k.child)),
    "duties": lambda desk: _after(
        duty.today(desk), lambda x: of_children(one.student_id for one in x.duties)
    ),
    "places": lambda desk: _after(
        place.listing(desk), lambda x: of_classes(one.id for one in x.classes)
    ),
    "schools": lambda desk: _after(
        place.listing(desk), lambda x: of_schools(one.id for one in x.schools)
    ),
    "rolls": lambda desk: _after(
        board.rolls(desk), lambda x: of_classes(line.class_id for line in x.lines)
    ),
    "sheet": each(
        lambda d, k: roll.open_sheet(d, k.township, (k.school_class,), TODAY, AM)
    ),
    "class_months": months,
    "class_month": each(lambda d, k: month_class.view(d, k.school_class, NOVEMBER)),
    "month": each(lambda d, k: month.view(d, k.school, BUREAU, NOVEMBER)),
    "matrix": matrix,
    "opening": each(lambda d, k: opening.listing(d, k.school)),
    "closures": closures,
    "roster": printed(Listing.ROSTER),
    "roster_full": printed(Listing.ROSTER, Edition.SUBMITTED),
    "attendance": printed(Listing.ATTENDANCE),
    "leave": printed(Listing.LEAVE),
    "absences": printed(Listing.ABSENCES),
    "visits": printed(Listing.VISITS),
    "change_list": printed(Listing.CHANGES),
    "inspection": inspected,
}


async def _after(asked: Awaitable[object], read: Callable[..., set[str]]) -> set[str]:
    try:
        return read(await asked)
    except NotYours:
        return set()


def test_the_table_names_every_service_and_everybody() -> None:
    assert set(oracle(SIGHT)) == set(LOOKS)
    assert set(PEOPLE_IN_ORDER) == set(ACCOUNTS)


@pytest.mark.parametrize("who", PEOPLE_IN_ORDER)
async def test_everybody_sees_what_the_table_says_and_no_more(town, who) -> None:
    desk = await town.desk(who)
    seen = {}
    for name, look in LOOKS.items():
        found = await look(desk)
        seen[name] = "".join(letter for letter in NAMES if letter in found)
    assert seen == {name: row[who] for name, row in oracle(SIGHT).items()}
