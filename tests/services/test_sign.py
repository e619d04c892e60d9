"""A sign of leaving, without any absence: raised, acknowledged by the school, visited (R5-R7)."""

from uuid import uuid4

import pytest

from core.rules.errors import NotYours, OutOfSight
from core.rules.sign import NoSign, SignKind, SignSaysNothing, SignWaits
from core.services import sign, visit
from core.services.file import timeline
from db.pool import Pool
from tests.services.file_acts import trip
from tests.services.school_town import TOWNSHIP, XIAOYU, SchoolTown, at, build

FRUITLESS = {"result": "refused", "promised_on": None, "absent_reason": "报班教师外出培训"}
DUE = "SELECT due_at, climbs_at FROM duty WHERE kind = $1"


@pytest.fixture
async def town(pool: Pool) -> SchoolTown:
    made = await build(pool)
    made.clock("11-27 16:00")  # a Friday
    return made


async def told(
    town: SchoolTown, who: str = "li", note: str = "同学说她要随父去外省打工"
) -> None:
    wanted = (SignKind.DROPOUT, note)
    await sign.raise_sign(await town.desk(who), TOWNSHIP, XIAOYU, wanted, uuid4())


async def acknowledged(town: SchoolTown, who: str) -> None:
    await sign.acknowledge(await town.desk(who), TOWNSHIP, XIAOYU, uuid4())


async def test_5_a_sign_needs_no_absence_and_is_answered_by_the_next_school_day(town):
    with pytest.raises(SignSaysNothing):
        await told(town, note="  ")
    await told(town)
    assert await town.run() is None
    assert set(await town.duties()) == {
        "sign_visit:class_teacher",
        "acknowledge_sign:principal",
    }
    for kind in ("sign_visit", "acknowledge_sign"):
        # Raised on a Friday: Monday the 30th, and then it climbs.
        assert tuple(await town.pool.fetchrow(DUE, kind)) == (at("11-30 18:00"),) * 2


async def test_7_the_school_acknowledges_it_once(town):
    await told(town)
    with pytest.raises(SignWaits):
        await told(town)
    for who, refusal in (("li", NotYours), ("office", NotYours), ("zhou", OutOfSight)):
        with pytest.raises(refusal):
            await acknowledged(town, who)
    await acknowledged(town, "reg")
    assert await town.duties() == ["sign_visit:class_teacher"]
    with pytest.raises(NoSign):
        await acknowledged(town, "reg")
    events = (await timeline(await town.desk("li"), TOWNSHIP, XIAOYU)).events
    assert [(e.words, e.by) for e in events] == [
        ("有辍学迹象：同学说她要随父去外省打工", "李秀英"),
        ("有辍学迹象：学校已备案", "何静"),
    ]
    await told(town)  # noticed again


async def test_who_answers_for_the_school_has_told_it_by_raising_it(town):
    await told(town, "wang")
    assert await town.duties() == ["sign_visit:class_teacher"]


async def test_6_only_a_home_visit_answers_a_sign_and_the_three_go_together(town):
    await told(town)
    town.clock("11-28 10:00")
    li = await town.desk("li")
    talked = trip(at("11-28 09:00"), method="interview", **FRUITLESS)
    await visit.submit(li, talked, uuid4())
    assert "sign_visit:class_teacher" in await town.duties()
    form = await visit.form(li, TOWNSHIP, XIAOYU)
    assert form.joint
    await visit.submit(li, trip(at("11-28 09:30"), **FRUITLESS), uuid4())
    assert "sign_visit:class_teacher" not in await town.duties()


@pytest.mark.parametrize(
    ("who", "refusal"), [("gov", NotYours), ("zhou", OutOfSight), ("four", OutOfSight)]
)
async def test_another_class_school_or_office_raises_no_sign(town, who, refusal):
    with pytest.raises(refusal):
        await told(town, who)
