"""已在××学校就读, asked of the county's other townships when a child is received or enrolled."""

from pathlib import Path
from uuid import uuid4

import pytest

from core.rules.arrival import StudiesInCounty
from core.rules.change import ChangeDraft, ChangeKind
from core.rules.duty import words_of
from core.rules.errors import OutOfSight
from core.services import (
    change,
    change_elsewhere,
    change_receive,
    change_verify,
    change_whereabouts,
    duty,
    roster,
    seat,
)
from core.services.desk import Desk
from tests.hand import hand
from tests.numbers import give_identities
from tests.services.month_town import QING, Town, build
from tests.services.test_change_receive import MON, NEW_NUMBER, arrival

ROOT = Path(__file__).parents[2]
# 白水镇 of the same county, 远山镇 of another: a child with the same number in each.
FAR_SCHOOL = """
INSERT INTO township VALUES ({t}, '{name}', 1);
INSERT INTO school (township_id, id, code, name, kind, system, live_on)
VALUES ({t}, {s}, '21990{s}', '{name}小学', 'primary', '6-3', '2026-09-01');
INSERT INTO class (township_id, id, school_id, cohort, number) VALUES ({t}, {s}, {s}, 2024, 1);
INSERT INTO student (township_id, id, name, sex, born_on, pinyin, pinyin_key)
VALUES ({t}, {s}, '孙晓', 'male', '2017-04-02', '{{sx}}', 'sunxiao');
INSERT INTO enrolment (township_id, student_id, school_id, class_id, boarder, status, from_on)
VALUES ({t}, {s}, {s}, {s}, false, 'enrolled', '2026-09-01')
"""
LEFT = "UPDATE enrolment SET to_on = $1 WHERE student_id = 90001"
# A school that is called after its township is not called so twice.
SEEN = "该生已在白水镇小学就读"


@pytest.fixture
async def town(pool) -> Town:
    town = await build(pool)
    for township, name, key in ((990101101, "白水镇", 90001), (990102100, "远山镇", 90002)):
        await town.write(FAR_SCHOOL.format(t=township, name=name, s=key))
    async with hand(pool, town.now).writing("test.numbers") as (conn, _):
        await give_identities(conn, {90001: NEW_NUMBER, 90002: NEW_NUMBER})
    return town


async def test_a_number_tells_the_school_of_another_township_of_the_county(town):
    told = await change_whereabouts.whereabouts(await town.desk("qreg"), QING, NEW_NUMBER)
    assert told.sentence == f"{SEEN}，须由原学校办理转出。"
    assert set(told.model_dump()) == {"here", "school_name", "township_name"}
    log = await town.pool.fetch("SELECT kind, subject, township_id FROM read_log")
    assert [tuple(row) for row in log] == [("whereabouts", "student", 990101100)]


@pytest.mark.parametrize(
    ("to_on", "told"), [("2026-11-23", False), ("2026-11-24", True), (None, True)]
)
async def test_who_has_left_there_is_not_told_and_no_other_county_is_asked(
    town, to_on, told
):
    await town.write(LEFT, None if to_on is None else MON.fromisoformat(to_on))
    found = await change_whereabouts.whereabouts(await town.desk("qreg"), QING, NEW_NUMBER)
    assert (found.school_name is not None) is told


async def test_a_child_of_another_township_is_received_only_by_who_says_so(town):
    desk = await town.desk("qreg")
    new = arrival(name="孙晓", identity_number=NEW_NUMBER)
    with pytest.raises(StudiesInCounty, match=SEEN):
        await change_receive.receive(desk, new, uuid4())
    assert await town.pool.fetchval("SELECT count(*) FROM student WHERE name = '孙晓'") == 2
    await change_receive.receive(desk, new, uuid4(), from_school=True)
    assert await town.pool.fetchval("SELECT count(*) FROM student WHERE name = '孙晓'") == 3


# The bureau of the county sees both townships; the registrar of the far school, its own.
FAR_STAFF = """
INSERT INTO account (id, signin_name, name, must_change_password, created_at)
VALUES (9301, 'far', '白登记', false, '2026-09-01 00:00+08'),
       (9302, 'farbureau', '县科员', false, '2026-09-01 00:00+08');
INSERT INTO account_grant (account_id, role, township_id, school_id, from_on, given_by,
                           given_at)
VALUES (9301, 'registrar', 990101101, 90001, '2026-09-01', 0, '2026-09-01 00:00+08'),
       (9302, 'bureau', 990101000, NULL, '2026-09-01', 0, '2026-09-01 00:00+08')
"""
FAR = 990101101
FAR_DUTIES = """
SELECT kind, owed_by, school_id, class_id, words FROM duty
 WHERE township_id = 990101101 AND done_at IS NULL ORDER BY 1
"""
CAME = "孙晓已由青石镇九年一贯制学校接收"


async def far_desk(town: Town, account_id: int) -> Desk:
    return await seat.seat(seat.front_desk(town.pool, lambda _: town.now), account_id)


async def far_duties(town: Town) -> list[tuple[object, ...]]:
    return [tuple(row) for row in await town.pool.fetch(FAR_DUTIES)]


async def received(town: Town) -> None:
    new = arrival(name="孙晓", identity_number=NEW_NUMBER)
    await change_receive.receive(await town.desk("qreg"), new, uuid4(), from_school=True)


async def test_the_school_that_lost_a_child_to_another_township_owes_a_look(town):
    await received(town)
    assert await far_duties(town) == [("check_elsewhere", "registrar", 90001, 90001, CAME)]
    # Of another county nobody is asked, and the far record itself is not touched.
    assert (
        await town.pool.fetchval("SELECT count(*) FROM duty WHERE student_id = 90002") == 0
    )
    open_far = "SELECT count(*) FROM enrolment WHERE student_id = 90001 AND to_on IS NULL"
    assert await town.pool.fetchval(open_far) == 1
    await town.write(FAR_STAFF)
    (owed,) = (await duty.today(await far_desk(town, 9301))).duties
    told = f"{CAME}，请核对、办理转出"
    assert words_of(owed.kind, owed.words) == told
    left = ChangeDraft(
        student_id=90001, kind=ChangeKind.TRANSFER_OUT, happened_on=MON,
        side="outside", other_school="青石学校",
    )  # fmt: skip
    await change.enter(await far_desk(town, 9301), left, uuid4())
    assert [row[0] for row in await far_duties(town)] == ["verify_change"]


async def test_what_two_schools_call_theirs_the_bureau_settles(town):
    await received(town)
    await town.write(FAR_STAFF)
    child = (FAR, 90001)
    with pytest.raises(change_verify.NothingWaits):
        await change_elsewhere.still_here(await town.desk("reg"), *child, uuid4())
    with pytest.raises(OutOfSight):
        await change_elsewhere.settle(
            await far_desk(town, 9301), *child, uuid4(), stays=True
        )
    await change_elsewhere.still_here(await far_desk(town, 9301), *child, uuid4())
    assert await far_duties(town) == [("settle_twice", "bureau", 90001, 90001, CAME)]
    bureau = await far_desk(town, 9302)
    assert [d.kind.value for d in (await duty.today(bureau)).duties] == ["settle_twice"]
    await change_elsewhere.settle(bureau, *child, uuid4(), stays=False)
    assert [row[:2] for row in await far_duties(town)] == [("check_elsewhere", "registrar")]
    await change_elsewhere.still_here(await far_desk(town, 9301), *child, uuid4())
    await change_elsewhere.settle(bureau, *child, uuid4(), stays=True)
    assert await far_duties(town) == []
    with pytest.raises(change_verify.NothingWaits):
        await change_elsewhere.settle(bureau, *child, uuid4(), stays=True)


async def test_a_roster_warns_of_a_newcomer_who_is_enrolled_in_another_township(town):
    row = f"孙晓,男,2017-04-02,三年级（1）班,{NEW_NUMBER}"
    data = f"姓名,性别,出生日期,班级,身份证件号\n{row}".encode("utf-8-sig")
    desk = await town.desk("qreg")
    done = await roster.take_in(desk, "3199010001", data, dry_run=True)
    (fault,) = done.plan.warned
    assert fault.row_number == 2
    assert SEEN in fault.reason
    assert NEW_NUMBER not in fault.value_masked
    assert done.plan.summary.startswith("新增 1")
    assert await far_duties(town) == []
    await roster.take_in(desk, "3199010001", data, dry_run=False)
    assert [row[0] for row in await far_duties(town)] == ["check_elsewhere"]
    # The same file again finds no newcomer, and owes nothing twice.
    await roster.take_in(desk, "3199010001", data, dry_run=False)
    assert len(await far_duties(town)) == 1


def test_only_one_service_looks_over_a_township_s_border():
    looks = [
        path.relative_to(ROOT).as_posix()
        for floor in ("core", "tui", "db")
        for path in (ROOT / floor).rglob("*.py")
        if "db.county" in path.read_text("utf-8")
    ]
    assert looks == ["core/services/change_whereabouts.py"]
    compares = [
        path.name
        for path in (ROOT / "db").rglob("*.py")
        if "county_mark ="
        in path.read_text("utf-8")
        .replace("county_mark = i.", "")
        .replace("county_mark = excluded.", "")
    ]
    assert compares == ["county.py"]
