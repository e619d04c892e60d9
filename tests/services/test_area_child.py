"""适龄儿童 in no school here: entered with grounds, proved by a second hand, found on a roster."""

from datetime import date
from io import BytesIO
from uuid import uuid4

import pytest
from openpyxl import load_workbook

from core.rules.area_child import (
    AlreadyListed,
    AreaEntry,
    AreaProof,
    AreaRefused,
    AreaState,
    InSchoolHere,
    NothingClaimed,
    Strike,
)
from core.rules.arrival import BadNumber
from core.rules.errors import BadInput, Changed, NotYours, OutOfSight
from core.rules.evidence import SamePerson
from core.rules.export import Asked, Ledger, Listing
from core.rules.school_age import Standing
from core.rules.student import Sex
from core.services import area_child, export
from tests.hand import hand
from tests.numbers import give_identities
from tests.services.file_town import CLOUD, DASHAN, HAORAN, RIVER, TOWNSHIP, Town, build

GIRL = "990101201905150225"
DASHANS = "990101201806010219"
SEVEN = {"name": "罗小丫", "sex": Sex.FEMALE, "born_on": date(2019, 5, 15)}
DEFERRED = {
    "state": AreaState.DEFERRED,
    "basis": "青政教缓〔2026〕3号",
    "until_on": date(2027, 9, 1),
}
AWAY = {
    "state": AreaState.STUDYING_OUT,
    "elsewhere": "广东省东莞市石龙小学",
    "basis": "就读证明，存教管组",
    "until_on": date(2027, 3, 1),
}


@pytest.fixture
async def town(pool) -> Town:
    return await build(pool)


def entry(**told: object) -> AreaEntry:
    what = {"township_id": TOWNSHIP, "state": AreaState.NOT_ENROLLED} | SEVEN | told
    return AreaEntry.model_validate(what)


async def enter(town: Town, who: str = "office", child: int | None = None, **told) -> int:
    return await area_child.enter(await town.desk(who), entry(**told), uuid4(), child)


async def listed(town: Town, who: str = "office"):
    return (await area_child.listing(await town.desk(who))).children


async def verify(town: Town, child_id: int, who: str = "gov") -> None:
    desk = await town.desk(who)
    child, _ = await area_child.one_child(desk, child_id)
    await area_child.verify(desk, child, uuid4())


async def standing(town: Town) -> dict[Standing, int]:
    found = (await area_child.listing(await town.desk("office"))).counted
    return {one.standing: one.count for one in found if not one.junior}


async def test_a_child_in_no_school_counts_against_the_rate_until_it_is_proved(town):
    assert await standing(town) == {Standing.HERE: 3}
    child = await enter(town, **AWAY)
    assert await standing(town) == {Standing.HERE: 3, Standing.UNPROVEN: 1}
    await verify(town, child)
    assert await standing(town) == {Standing.HERE: 3, Standing.ELSEWHERE: 1}
    # What is said anew is proved anew.
    await enter(town, child=child, **DEFERRED)
    assert await standing(town) == {Standing.HERE: 3, Standing.UNPROVEN: 1}
    await verify(town, child)
    assert await standing(town) == {Standing.HERE: 3, Standing.DEFERRED: 1}
    await enter(town, child=child)
    assert await standing(town) == {Standing.HERE: 3, Standing.NOT_ENROLLED: 1}


async def test_a_certificate_proves_nothing_from_the_day_it_runs_out(town):
    await verify(town, await enter(town, **AWAY))
    town.now = town.now.replace(year=2027, month=2, day=28)
    assert await standing(town) == {Standing.HERE: 3, Standing.ELSEWHERE: 1}
    assert (await listed(town))[0].proof(town.now.date()) is AreaProof.VERIFIED
    town.now = town.now.replace(month=3, day=1)
    assert await standing(town) == {Standing.HERE: 3, Standing.UNPROVEN: 1}
    assert (await listed(town))[0].proof(town.now.date()) is AreaProof.EXPIRED


@pytest.mark.parametrize(
    ("born_on", "counted"),
    [((2020, 8, 31), 1), ((2020, 9, 1), 0), ((2011, 9, 1), 1), ((2011, 8, 31), 0)],
)
async def test_who_is_of_age_is_counted_and_the_others_are_only_listed(
    town, born_on, counted
):
    await enter(town, born_on=date(*born_on))
    found = await area_child.listing(await town.desk("office"))
    assert sum(one.count for one in found.counted) - 3 == counted
    assert len(found.children) == 1


async def test_a_pupil_registered_elsewhere_is_no_child_of_this_township(town):
    code = "UPDATE student SET hukou_code = $1 WHERE id = $2"
    for hukou, here in (
        ("990101100201", 3),
        ("990101", 3),
        ("990101000", 3),
        ("990101101", 2),
        ("990202", 2),
    ):
        await town.write(code, hukou, HAORAN)
        assert await standing(town) == {Standing.HERE: here}


async def test_who_went_away_or_left_primary_school_is_of_age_still(town):
    status = "UPDATE enrolment SET status = $1 WHERE student_id = $2"
    await town.write(status, "transferred_out", HAORAN)
    assert await standing(town) == {Standing.HERE: 2, Standing.ELSEWHERE: 1}
    await town.write(status, "graduated", HAORAN)
    assert await standing(town) == {Standing.HERE: 2, Standing.NOT_ENROLLED: 1}
    for gone in ("abroad", "deceased"):
        await town.write(status, gone, HAORAN)
        assert await standing(town) == {Standing.HERE: 2}


async def test_who_was_found_to_have_left_is_in_no_school(town):
    await town.write(
        "UPDATE enrolment SET status = 'dropped' WHERE student_id = $1", HAORAN
    )
    assert await standing(town) == {Standing.HERE: 2, Standing.DROPPED: 1}


@pytest.mark.parametrize(
    "told",
    [
        AWAY | {"elsewhere": None},
        AWAY | {"basis": " "},
        AWAY | {"until_on": None},
        AWAY | {"until_on": date(2026, 11, 23)},
        DEFERRED | {"until_on": date(2027, 11, 25)},
        DEFERRED | {"basis": ""},
        {"until_on": date(2027, 3, 1)},
        {"born_on": None},
        {"sex": None},
        {"born_on": date(2026, 11, 24)},
    ],
)
async def test_a_claim_without_its_ground_is_refused(town, told):
    with pytest.raises(AreaRefused):
        await enter(town, **told)
    assert await listed(town) == ()


async def test_a_claim_is_proved_by_another_and_leave_from_school_by_who_may_give_it(town):
    away = await enter(town, **AWAY)
    with pytest.raises(SamePerson):
        await verify(town, away, "office")
    late = await enter(town, "gov", **DEFERRED)
    with pytest.raises(NotYours):
        await verify(town, late, "office")
    with pytest.raises(SamePerson):
        await verify(town, late, "gov")
    await verify(town, late, "bureau")
    nothing = await enter(town)
    with pytest.raises(NothingClaimed):
        await verify(town, nothing)


async def test_what_was_changed_since_it_was_read_is_not_proved(town):
    child_id = await enter(town, **AWAY)
    gov = await town.desk("gov")
    read, _ = await area_child.one_child(gov, child_id)
    town.now = town.now.replace(minute=20)
    await enter(town, child=child_id, **AWAY | {"elsewhere": "广州市某小学"})
    with pytest.raises(Changed):
        await area_child.verify(gov, read, uuid4())
    assert (await listed(town))[0].verified_at is None


async def test_a_number_stands_once_and_never_whole_on_a_screen(town):
    child_id = await enter(town, identity_number=GIRL, phone="13900000077")
    (child,) = await listed(town)
    assert (child.identity_number, child.phone) == ("990101********0225", "139****0077")
    assert (child.born_on, child.sex) == (date(2019, 5, 15), Sex.FEMALE)
    with pytest.raises(AlreadyListed):
        await enter(town, identity_number=GIRL)
    async with hand(town.pool, town.now).writing("test.numbers") as (conn, _):
        await give_identities(conn, {DASHAN: DASHANS})
    with pytest.raises(InSchoolHere):
        await enter(town, identity_number=DASHANS)
    with pytest.raises(BadNumber):
        await enter(town, identity_number=GIRL[:-1] + "8")
    # Not typed again, the number stays.
    await enter(town, child=child_id, **AWAY, born_on=None, sex=None)
    (child,) = await listed(town)
    assert (child.identity_number, child.phone) == ("990101********0225", "139****0077")


async def test_who_is_on_a_roster_now_is_struck_off_by_its_number(town):
    child_id = await enter(town, identity_number=GIRL)
    other = await enter(town, name="罗小山")
    async with hand(town.pool, town.now).writing("test.numbers") as (conn, _):
        await give_identities(conn, {HAORAN: GIRL})
    # Known before the sweep: not counted twice.
    assert await standing(town) == {Standing.HERE: 3, Standing.NOT_ENROLLED: 1}
    assert await area_child.watch(hand(town.pool, town.now), TOWNSHIP) == 1
    assert await area_child.watch(hand(town.pool, town.now), TOWNSHIP) == 0
    assert [one.id for one in await listed(town)] == [other]
    with pytest.raises(OutOfSight):
        await area_child.one_child(await town.desk("office"), child_id)


async def test_who_is_struck_off_by_hand_leaves_a_reason(town):
    child_id = await enter(town)
    desk = await town.desk("office")
    with pytest.raises(BadInput):
        await area_child.strike(desk, child_id, (Strike.MOVED, " "), uuid4())
    with pytest.raises(NotYours):
        await area_child.strike(desk, child_id, (Strike.ENROLLED, "在校"), uuid4())
    await area_child.strike(desk, child_id, (Strike.MOVED, "户口迁往外县"), uuid4())
    assert await listed(town) == ()
    kept = await town.pool.fetchrow("SELECT struck_as, strike_note FROM area_child")
    assert tuple(kept) == ("moved", "户口迁往外县")


async def test_a_school_has_the_children_of_its_own_zone(town):
    ours = await enter(town, "reg", school_id=RIVER)
    await enter(town, school_id=CLOUD, name="云小朵")
    await enter(town, name="全镇的")
    assert [one.id for one in await listed(town, "wang")] == [ours]
    assert len(await listed(town, "gov")) == 3
    assert await listed(town, "li") == ()
    with pytest.raises(OutOfSight):
        await enter(town, "reg", school_id=CLOUD)
    with pytest.raises(OutOfSight):
        await enter(town, "reg")
    with pytest.raises(NotYours):
        await enter(town, "li", school_id=RIVER)
    with pytest.raises(NotYours):
        await enter(town, "bureau")


async def test_the_ledger_has_a_row_for_each_child_of_age_and_the_rate_below(town):
    await verify(town, await enter(town, **AWAY, identity_number=GIRL))
    await enter(town, name="罗小山", born_on=date(2021, 1, 2))
    asked = Asked(listing=Listing.ROSTER, ledger=Ledger.SCHOOL_AGE, purpose="季度复核")
    made = await export.make(await town.desk("office"), asked)
    sheet = load_workbook(BytesIO(made.data)).worksheets[0]
    text = ["".join(str(c) for c in row if c) for row in sheet.iter_rows(values_only=True)]
    (line,) = (row for row in text if "罗小丫" in row)
    assert "广东省东莞市石龙小学（就读证明，存教管组）" in line
    assert "990101********0225" in line
    assert "外地就读" in line
    assert "已核；至2027-03-01" in line
    (young,) = (row for row in text if "罗小山" in row)
    assert "未到入学年龄；须督促" in young
    assert any("适龄4人，入学4人，入学率100.00%" in row for row in text)
    roster = await export.make(
        await town.desk("office"), asked.model_copy(update={"ledger": None})
    )
    assert (made.line.row_count, roster.line.row_count) == (5, 3)
