"""Laws of home visits: joint where R39 asks for it, final, corrected by versions (R39-R41)."""

import asyncio
from datetime import timedelta
from uuid import uuid4

import pytest

from core.rules.errors import AlreadyDone, NotYours, OutOfSight
from core.rules.visit import (
    FindingMissing,
    MembersMissing,
    Met,
    NotYetHappened,
)
from core.rules.visit_record import met_labels, police_of, roster_of
from core.services import draft, visit
from tests.services.file_acts import ALL_THREE, CADRE, TEACHER, trip
from tests.services.file_town import (
    DASHAN,
    FOURTH,
    FRIDAY_8AM,
    MONDAY,
    THIRD,
    TOWNSHIP,
    XIAOYU,
    Town,
    build,
)


@pytest.fixture
async def town(pool) -> Town:
    return await build(pool)


async def test_visits_made_at_once_never_take_one_number(town: Town) -> None:
    teacher, leader = await town.desk("li"), await town.desk("wang")
    got = await asyncio.gather(
        *(visit.submit(desk, trip(), uuid4()) for desk in (teacher, leader) * 3)
    )
    assert sorted(got) == [1, 2, 3, 4, 5, 6]


async def test_a_visit_keeps_members_findings_and_promise(town: Town) -> None:
    desk = await town.desk("li")
    assert await visit.submit(desk, trip(members=(*ALL_THREE, CADRE)), uuid4()) == 1
    (line,) = (await visit.form(desk, TOWNSHIP, XIAOYU)).previous
    assert roster_of(line.members) == (
        "王建国（报班领导）、李秀英（班主任）、刘芳（报班教师）、马村长（村两委干部）"
    )
    assert line.met_codes == (Met.MOTHER, Met.STUDENT)
    assert met_labels(line.met) == "母亲、学生本人（李梅）"
    assert (line.mood, line.guardian_opinion) == ("不愿上学", "愿意配合")
    assert line.promised_on == MONDAY.date()
    assert (line.number, line.version, line.newest) == (1, 1, True)


@pytest.mark.parametrize(
    ("hours", "joint"), [(48 - 1 / 3600, False), (48, True), (48 + 1 / 3600, True)]
)
async def test_after_48_hours_the_three_go_or_say_why(
    town: Town, hours: float, *, joint: bool
) -> None:
    await town.missing()
    town.now = FRIDAY_8AM + timedelta(days=5)
    desk, at = await town.desk("li"), FRIDAY_8AM + timedelta(hours=hours)
    alone = trip(at, promised_on=town.now.date())
    if joint:
        with pytest.raises(MembersMissing, match="报班领导、报班教师未参加"):
            await visit.submit(desk, alone, uuid4())
        said = trip(at, promised_on=town.now.date(), absent_reason="外出培训")
        assert await visit.submit(desk, said, uuid4()) == 1
        with_all = trip(at, ALL_THREE, promised_on=town.now.date())
        assert await visit.submit(desk, with_all, uuid4()) == 2
    else:
        assert await visit.submit(desk, alone, uuid4()) == 1


async def test_a_visit_before_48_hours_entered_later_need_not_be_joint(town: Town) -> None:
    await town.missing()
    at = FRIDAY_8AM + timedelta(hours=30)
    town.now = FRIDAY_8AM + timedelta(hours=60)
    early = trip(at, promised_on=town.now.date())
    assert await visit.submit(await town.desk("li"), early, uuid4()) == 1


async def test_on_a_sign_the_three_go_together(town: Town) -> None:
    # 7: the third unexcused run in ten school days is a 预警 with a visit duty.
    await town.owe("repeated", 77, MONDAY - timedelta(hours=1))
    desk = await town.desk("li")
    with pytest.raises(MembersMissing):
        await visit.submit(desk, trip(), uuid4())
    assert (await visit.form(desk, TOWNSHIP, XIAOYU)).joint
    await visit.submit(desk, trip(members=ALL_THREE), uuid4())
    assert await town.duties() == []
    assert not (await visit.form(desk, TOWNSHIP, DASHAN)).joint


async def test_a_visit_made_before_the_warning_does_not_answer_it(town: Town) -> None:
    await town.owe("repeated", 77, MONDAY)
    desk = await town.desk("li")
    await visit.submit(desk, trip(MONDAY - timedelta(seconds=1)), uuid4())
    assert await town.duties() == ["repeated:class_teacher"]
    await visit.submit(desk, trip(MONDAY, ALL_THREE), uuid4())
    assert await town.duties() == []


async def test_a_talk_elsewhere_is_no_home_visit(town: Town) -> None:
    await town.owe("visit", 77, MONDAY - timedelta(hours=1))
    desk = await town.desk("li")
    await visit.submit(desk, trip(members=ALL_THREE, method="interview"), uuid4())
    assert await town.duties() == ["visit:class_teacher"]
    await visit.submit(desk, trip(members=ALL_THREE, method="away"), uuid4())
    assert await town.duties() == []


async def test_a_visit_ends_no_duty_to_telephone(town: Town) -> None:
    await town.missing(since=MONDAY - timedelta(hours=1))
    await visit.submit(await town.desk("li"), trip(), uuid4())
    assert await town.duties() == ["contact:class_teacher"]


async def test_12_a_lost_child_found_out_on_a_visit_is_told_at_once(town: Town) -> None:
    run = await town.missing(since=MONDAY - timedelta(hours=1))
    lost = {
        "met": ("neighbour",),
        "whereabouts": "lost",
        "result": "not_found",
        "promised_on": None,
        "police_told": True,
        "police_told_at": MONDAY,
    }
    desk = await town.desk("li")
    await visit.submit(desk, trip(**lost), uuid4())
    assert await town.duties() == [
        "contact:class_teacher",
        "not_known:bureau",
        "not_known:government",
        "not_known:principal",
    ]
    rang = await town.pool.fetchrow("SELECT absence_id, stage FROM alarm")
    assert tuple(rang) == (run, "lost")
    (line,) = (await visit.form(desk, TOWNSHIP, XIAOYU)).previous
    assert police_of(line.police) == (True, MONDAY)


async def test_nobody_at_home_is_recorded_without_findings(town: Town) -> None:
    nobody = {
        "met": ("nobody",),
        "met_names": "",
        "cause": None,
        "whereabouts": None,
        "mood": "",
        "guardian_opinion": "",
        "result": "nobody_home",
        "promised_on": None,
    }
    desk = await town.desk("li")
    await visit.submit(desk, trip(**nobody), uuid4())
    (line,) = (await visit.form(desk, TOWNSHIP, XIAOYU)).previous
    assert (line.cause, line.whereabouts, line.met_names) == (None, None, "")
    with pytest.raises(FindingMissing, match="原因、去向"):
        trip(**(nobody | {"met": ("mother",)}))


async def test_a_visit_to_come_is_refused(town: Town) -> None:
    late = trip(MONDAY + timedelta(minutes=1))
    with pytest.raises(NotYetHappened):
        await visit.submit(await town.desk("li"), late, uuid4())


@pytest.mark.parametrize("who", ["zhou", "zhang", "four"])
async def test_another_schools_visit_is_out_of_sight(town: Town, who: str) -> None:
    await visit.submit(await town.desk("li"), trip(), uuid4())
    made = await town.pool.fetchval("SELECT id FROM visit")
    desk = await town.desk(who)
    for forbidden in (
        visit.submit(desk, trip(), uuid4()),
        visit.form(desk, TOWNSHIP, XIAOYU),
        visit.correct(desk, made, trip(), "改", uuid4()),
        visit.correct(desk, 999_999, trip(), "改", uuid4()),
    ):
        with pytest.raises(OutOfSight):
            await forbidden
    assert await town.pool.fetchval("SELECT count(*) FROM visit") == 1


async def test_the_township_reads_visits_and_records_none(town: Town) -> None:
    with pytest.raises(NotYours, match="班主任"):
        await visit.submit(await town.desk("gov"), trip(), uuid4())


async def test_the_form_offers_everybody_so_that_nothing_is_typed_twice(town: Town) -> None:
    desk = await town.desk("li")
    await visit.submit(desk, trip(members=(TEACHER, CADRE)), uuid4())
    form = await visit.form(desk, TOWNSHIP, XIAOYU)
    offered = {(c.name, c.role.value, c.of_class) for c in form.candidates}
    assert ("李秀英", "class_teacher", True) in offered
    assert ("刘芳", "teacher", False) in offered
    assert ("张明", "village_cadre", False) in offered
    assert "周明" not in {c.name for c in form.candidates}  # another school's
    assert form.candidates[0].name == "李秀英"
    assert [member.name for member in form.companions] == ["马村长"]
    assert "13800000000" not in form.model_dump_json()


async def test_a_grant_that_has_ended_offers_nobody(town: Town) -> None:
    await town.write("UPDATE account_grant SET to_on = '2026-11-23' WHERE account_id = 9")
    form = await visit.form(await town.desk("li"), TOWNSHIP, XIAOYU)
    assert "刘芳" not in {c.name for c in form.candidates}


async def test_submitting_clears_its_own_draft_and_is_done_once(town: Town) -> None:
    desk, op_id = await town.desk("li"), uuid4()
    await draft.save(desk, "visit", visit.subject_of(XIAOYU, None), op_id, "{}")
    await draft.save(desk, "visit", visit.subject_of(XIAOYU, 3), uuid4(), "{}")
    await visit.submit(desk, trip(), op_id)
    with pytest.raises(AlreadyDone):
        await visit.submit(desk, trip(), op_id)
    assert await draft.load(desk, "visit", f"{XIAOYU}") is None
    assert await draft.load(desk, "visit", f"{XIAOYU}:3") is not None


async def test_a_visit_is_counted_in_the_class_of_its_child(town: Town) -> None:
    await visit.submit(await town.desk("li"), trip(), uuid4())
    assert await town.pool.fetchval("SELECT class_id FROM visit") == THIRD != FOURTH
