"""The ladder at work: each rung makes a duty once, is cleared by its act, and climbs as set."""

from datetime import date
from uuid import uuid4

import pytest

from core.rules.duty import DutyKind, Owes
from core.rules.errors import NotYours, OutOfSight
from core.rules.ladder import DEFAULTS, BadRung, NothingToMark, Rung, RungUnit
from core.rules.policy_line import Backwards
from core.rules.roll import Mark
from core.services import absence_watch, ladder, seat, sweep, visit
from db.pool import Pool
from tests.services.file_acts import ALL_THREE, CADRE, trip
from tests.services.school_town import TOWNSHIP, XIAOYU, SchoolTown, at, build
from tests.services.town import COUNTY

FRUITLESS = {"result": "refused", "promised_on": None}
RUNGS = ("visit", "joint_visit", "mark_register")
VISIT, JOINT, MARK = (
    "visit:class_teacher:principal",
    "joint_visit:principal:office",
    "mark_register:registrar:principal",
)
OWED = """
    SELECT kind, owed_by, climbs_to FROM duty
     WHERE kind = ANY ($1) AND done_at IS NULL ORDER BY id
"""


@pytest.fixture
async def town(pool: Pool) -> SchoolTown:
    made = await build(pool)
    made.clock("11-23 08:10")
    await made.roll("11-23 am", _101=Mark.ABSENT)
    return made


async def watched(town: SchoolTown, when: str) -> list[str]:
    town.clock(when)
    front = seat.front_desk(town.pool, lambda _: town.now)
    await absence_watch.watch(await seat.system_desk(front, TOWNSHIP), TOWNSHIP)
    return [":".join(row) for row in await town.pool.fetch(OWED, list(RUNGS))]


async def change(
    town: SchoolTown, rung: Rung, day: str = "11-23", who: str = "office"
) -> None:
    on = date.fromisoformat(f"2026-{day}")
    await ladder.change(await town.desk(who), TOWNSHIP, rung, on, uuid4())


async def test_each_rung_is_owed_at_its_own_hour_and_once(town):
    for when, owed in (
        ("11-24 08:29", []),
        ("11-24 08:30", [VISIT]),
        ("11-26 08:29", [VISIT]),
        ("11-26 08:30", [VISIT, JOINT]),
        ("11-30 08:29", [VISIT, JOINT]),
        ("11-30 08:30", [VISIT, JOINT, MARK]),
    ):
        assert await watched(town, when) == owed


async def test_a_visit_with_the_village_clears_the_joint_one_and_a_visit_alone_does_not(
    town,
):
    await watched(town, "11-26 08:30")
    li = await town.desk("li")
    alone = trip(at("11-26 08:30"), ALL_THREE, **FRUITLESS)
    await visit.submit(li, alone, uuid4())
    assert await watched(town, "11-26 08:40") == [JOINT]
    joined = trip(at("11-26 08:35"), (*ALL_THREE, CADRE), **FRUITLESS)
    await visit.submit(li, joined, uuid4())
    assert await watched(town, "11-27 08:40") == []
    assert await watched(town, "11-30 08:30") == [MARK]


@pytest.mark.parametrize(("with_them", "owed"), [((CADRE,), []), ((), [JOINT])])
async def test_only_a_joint_visit_made_early_spares_the_rung(town, with_them, owed):
    town.clock("11-24 16:00")
    early = trip(at("11-24 15:00"), (*ALL_THREE, *with_them), **FRUITLESS)
    await visit.submit(await town.desk("li"), early, uuid4())
    assert await watched(town, "11-26 08:30") == owed


async def test_the_register_is_marked_by_the_school_and_said_once(town):
    with pytest.raises(NothingToMark):
        await ladder.mark(await town.desk("reg"), TOWNSHIP, XIAOYU, uuid4())
    await watched(town, "11-30 08:30")
    for who, refusal in (("office", NotYours), ("liu", OutOfSight), ("zhou", OutOfSight)):
        with pytest.raises(refusal):
            await ladder.mark(await town.desk(who), TOWNSHIP, XIAOYU, uuid4())
    await ladder.mark(await town.desk("reg"), TOWNSHIP, XIAOYU, uuid4())
    assert await watched(town, "12-01 08:30") == [VISIT, JOINT]


async def test_who_is_back_owes_nothing_of_the_ladder_any_more(town):
    await watched(town, "11-30 08:30")
    town.clock("11-30 08:35")
    await town.roll("11-30 am", _101=Mark.PRESENT)
    assert await watched(town, "11-30 08:40") == []


async def test_what_a_township_sets_holds_from_its_day_and_climbs_as_set(town):
    own = Rung(
        kind=DutyKind.JOINT_VISIT,
        after=30,
        unit=RungUnit.HOURS,
        owed_by=Owes.CLASS_TEACHER,
        climbs_to=Owes.GOVERNMENT,
    )
    await change(town, own, "11-24")
    assert await watched(town, "11-24 08:30") == [VISIT]
    assert await watched(town, "11-24 14:30") == [
        VISIT,
        "joint_visit:class_teacher:government",
    ]
    town.clock("11-24 18:00")
    await sweep.everything(seat.front_desk(town.pool, lambda _: town.now))
    climbed = "SELECT kind, climbed_to FROM duty WHERE kind = ANY ($1) ORDER BY id"
    assert [tuple(row) for row in await town.pool.fetch(climbed, list(RUNGS))] == [
        ("visit", "principal"),
        ("joint_visit", "government"),
    ]
    shown = await ladder.board(await town.desk("li"))
    assert [x.after for x in shown.lines if x.rung] == ["24小时", "30小时", "5上课日"]
    assert not shown.may_change


@pytest.mark.parametrize(
    ("who", "refusal"), [("wang", NotYours), ("gov", NotYours), ("li", NotYours)]
)
async def test_who_keeps_no_township_changes_no_rung(town, who, refusal):
    with pytest.raises(refusal):
        await change(town, DEFAULTS[0], who=who)


async def test_a_rung_is_checked_before_it_is_kept(town):
    with pytest.raises(Backwards):
        await change(town, DEFAULTS[0], "11-22")
    with pytest.raises(BadRung):
        await change(town, DEFAULTS[0].model_copy(update={"after": 0}))
    with pytest.raises(OutOfSight):
        await ladder.board(await town.desk("office"), COUNTY + 101)
    await change(town, DEFAULTS[0].model_copy(update={"after": 12}))
    await change(town, DEFAULTS[0].model_copy(update={"after": 6}))  # a second thought
    assert await town.pool.fetchval("SELECT string_agg(after::text, ' ') FROM rung") == "6"
