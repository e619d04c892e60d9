"""重点生: entered with reasons, visited every week, looked over every month, left with proof."""

from io import BytesIO
from random import Random
from uuid import uuid4

import pytest
from openpyxl import load_workbook

from core.rules.errors import NotYours, OutOfSight, Refusal
from core.rules.export import Asked, Listing, PurposeNeeded
from core.rules.key_student import (
    AlreadyKey,
    KeyExit,
    KeySaysNothing,
    KeySource,
    KeyStays,
    NoKeyInClass,
    NotKey,
)
from core.rules.roll import Mark
from core.rules.sign import SignKind
from core.services import (
    export,
    key_student,
    key_student_duty,
    risk,
    seat,
    sign,
    sweep,
    visit,
)
from db.pool import Pool
from tests.services.file_acts import trip
from tests.services.file_town import CLOUD, CLOUDS
from tests.services.school_town import (
    DASHAN,
    RIVER,
    THIRD,
    TOWNSHIP,
    XIAOYU,
    SchoolTown,
    at,
    build,
)
from tests.services.town import COUNTY

FRUITLESS = {"result": "refused", "promised_on": None}
OWED = """
    SELECT kind, due_at, climbs_at FROM duty
     WHERE kind IN ('key_visit', 'key_check') AND done_at IS NULL ORDER BY kind DESC
"""
STEADY = (KeyExit.STEADY, "连续八周到校，家长支持")


@pytest.fixture
async def town(pool: Pool) -> SchoolTown:
    made = await build(pool)
    made.clock("11-23 16:00")  # a Monday
    return made


async def enter(
    town: SchoolTown, who: str = "li", note: str = "说不想读了", child: int = XIAOYU
) -> None:
    words = (note, "每周谈心")
    await key_student.enter(await town.desk(who), TOWNSHIP, child, words, uuid4())


async def leave(
    town: SchoolTown, who: str = "wang", why=STEADY, child: int = XIAOYU
) -> None:
    await key_student.leave(await town.desk(who), TOWNSHIP, child, why, uuid4())


async def check(town: SchoolTown, who: str = "wang", note: str = "记录齐全") -> None:
    place = (TOWNSHIP, RIVER, THIRD)
    await key_student.check(await town.desk(who), place, note, uuid4())


async def visited(town: SchoolTown, child: int = XIAOYU, **more: object) -> None:
    draft = trip(town.now, student_id=child, **FRUITLESS, **more)
    await visit.submit(await town.desk("li"), draft, uuid4())


async def watched(town: SchoolTown) -> None:
    front = seat.front_desk(town.pool, lambda _: town.now)
    await key_student_duty.watch(await seat.system_desk(front, TOWNSHIP), TOWNSHIP)


async def owed(town: SchoolTown) -> list[str]:
    return [
        f"{row['kind']} {row['due_at'].astimezone(at('11-23 00:00').tzinfo):%m-%d %H}"
        for row in await town.pool.fetch(OWED)
    ]


async def lines(town: SchoolTown, who: str = "li") -> dict[str, tuple[str, str | None]]:
    found = await risk.board(await town.desk(who))
    return {x.student_name: (x.why, x.source and x.source.label) for x in found.lines}


async def test_31_an_entry_says_why_and_owes_a_weekly_visit_and_a_monthly_look(town):
    with pytest.raises(KeySaysNothing):
        await enter(town, note=" ")
    await enter(town)
    assert await owed(town) == ["key_visit 11-29 18", "key_check 11-30 18"]
    for row in await town.pool.fetch(OWED):
        assert (row["climbs_at"] - row["due_at"]).total_seconds() == 86400
    with pytest.raises(AlreadyKey):
        await enter(town, "wang")
    assert await lines(town) == {"赵小雨": ("说不想读了", "学校认定")}


@pytest.mark.parametrize(
    ("who", "refusal"),
    [
        ("liu", OutOfSight),
        ("office", NotYours),
        ("gov", NotYours),
        ("zhou", OutOfSight),
        ("four", OutOfSight),
    ],
)
async def test_who_does_not_write_the_file_enters_nobody(town, who, refusal):
    with pytest.raises(refusal):
        await enter(town, who)


async def test_32_a_home_visit_moves_the_duty_a_week_on_and_a_talk_at_school_does_not(town):
    await enter(town)
    town.clock("11-25 16:00")
    await visited(town, method="interview")
    assert await owed(town) == ["key_visit 11-29 18", "key_check 11-30 18"]
    await visited(town)
    assert await owed(town) == ["key_visit 12-06 18", "key_check 11-30 18"]


async def test_32_a_week_missed_climbs_to_the_principal(town):
    await enter(town)
    front = seat.front_desk(town.pool, lambda _: town.now)
    climbed = "SELECT climbed_to FROM duty WHERE kind = 'key_visit'"
    for when, to in (("11-30 17:59", None), ("11-30 18:00", "principal")):
        town.clock(when)
        await sweep.everything(front)
        assert await town.pool.fetchval(climbed) == to
    (line,) = (await risk.board(await town.desk("wang"))).classes
    assert (line.count, line.overdue, line.checked_at) == (1, 1, None)


async def test_37_a_leader_looks_a_class_over_once_a_month(town):
    with pytest.raises(NoKeyInClass):
        await check(town)
    await enter(town)
    with pytest.raises(KeySaysNothing):
        await check(town, note="")
    for who, refusal in (
        ("li", NotYours),
        ("reg", NotYours),
        ("office", NotYours),
        ("zhou", OutOfSight),
    ):
        with pytest.raises(refusal):
            await check(town, who)
    town.clock("11-24 09:00")
    await check(town)
    assert await owed(town) == ["key_visit 11-29 18", "key_check 12-31 18"]
    (line,) = (await risk.board(await town.desk("office"))).classes
    assert line.checked_at == at("11-24 09:00")


async def test_only_a_leader_lets_a_child_leave_with_proof_and_then_nothing_is_owed(town):
    with pytest.raises(NotKey):
        await leave(town)
    await enter(town)
    for who, refusal in (
        ("li", NotYours),
        ("reg", NotYours),
        ("office", NotYours),
        ("zhou", OutOfSight),
    ):
        with pytest.raises(refusal):
            await leave(town, who)
    with pytest.raises(KeySaysNothing):
        await leave(town, why=(KeyExit.STEADY, " "))
    await leave(town)
    assert await owed(town) == []
    assert await lines(town) == {}
    await enter(town, "reg")  # again


async def test_the_list_is_exported_with_what_was_done_for_each_child(town):
    await enter(town)
    town.clock("11-25 16:00")
    await visited(town)
    await check(town)
    town.clock("11-25 16:05")
    await enter(town, child=DASHAN)
    await leave(town, child=DASHAN)
    wang = await town.desk("wang")
    with pytest.raises(PurposeNeeded):
        await export.make(wang, Asked(listing=Listing.KEY_STUDENTS))
    made = await export.make(wang, Asked(listing=Listing.KEY_STUDENTS, purpose="检查"))
    sheet = load_workbook(BytesIO(made.data)).active
    found = [
        ["" if x.value is None else str(x.value) for x in row[1:]]
        for row in sheet.iter_rows()
    ]
    xiaoyu, dashan = (next(r for r in found if name in r) for name in ("赵小雨", "赵大山"))
    assert xiaoyu[:2] + xiaoyu[5:8] == [
        "三年级（1）班",
        "赵小雨",
        "说不想读了",
        "每周谈心",
        "李秀英",
    ]
    assert xiaoyu[8:] == ["李梅", "138****0000", "1", "2026-11-25", "2026-11-25", ""]
    assert dashan[10:] == ["0", "", "", "2026-11-25 转化稳定"]


async def test_a_sign_or_a_case_that_is_open_keeps_a_child_on_the_list(town):
    told = (SignKind.DROPOUT, "要去打工")
    await sign.raise_sign(await town.desk("li"), TOWNSHIP, XIAOYU, told, uuid4())
    await enter(town, note="")
    assert await lines(town) == {"赵小雨": ("有辍学迹象（11-23上报）", "迹象")}
    for who in (None, "reg"):
        if who:
            await sign.acknowledge(await town.desk(who), TOWNSHIP, XIAOYU, uuid4())
        with pytest.raises(KeyStays):
            await leave(town)
    await visited(town, absent_reason="外出培训")
    await leave(town)
    town.clock("11-25 08:10")
    await town.roll("11-25 am", _102=Mark.ABSENT)
    town.clock("11-27 08:30")
    await town.ring()
    await enter(town, child=DASHAN)
    assert (await lines(town))["赵大山"] == ("个案未销号（2026-11-27立案）", "个案")
    with pytest.raises(KeyStays):
        await leave(town, child=DASHAN)


async def test_the_list_goes_along_to_another_class_and_stays_after_the_last_one(town):
    await enter(town)
    move = "UPDATE enrolment SET to_on = '2026-11-24' WHERE student_id = $1"
    await town.write(move, XIAOYU)
    again = """
        INSERT INTO enrolment (township_id, student_id, school_id, class_id, boarder, status, from_on)
        VALUES ($1, $2, 2, 21, false, 'enrolled', '2026-11-24')"""
    await town.write(again, TOWNSHIP, XIAOYU)
    await watched(town)
    place = (
        "SELECT school_id, class_id FROM duty WHERE kind = 'key_visit' AND done_at IS NULL"
    )
    assert tuple(await town.pool.fetchrow(place)) == (RIVER, THIRD)  # until its day comes
    town.clock("11-24 09:00")
    await visited(town, DASHAN)  # what the old school does meanwhile moves nothing back
    await watched(town)
    assert tuple(await town.pool.fetchrow(place)) == (CLOUD, CLOUDS)
    await visited(town, DASHAN)
    assert await owed(town) == ["key_visit 11-29 18", "key_check 11-30 18"]
    with pytest.raises(OutOfSight):
        await leave(town)
    assert set(await lines(town, "zhou")) == {"赵小雨"}
    assert await lines(town) == {}
    await town.write(
        "UPDATE enrolment SET to_on = '2026-11-26' WHERE class_id = 21 AND student_id = $1",
        XIAOYU,
    )
    town.clock("11-27 09:00")
    await watched(town)
    assert await owed(town) == ["key_visit 11-29 18", "key_check 11-30 18"]
    assert set(await lines(town, "office")) == {"赵小雨"}


async def test_risks_are_read_from_rolls_leaves_groups_and_changed_guardians(town):
    for day in ("11-24", "11-25"):
        town.clock(f"{day} 08:10")
        await town.roll(f"{day} am", _101=Mark.ABSENT, _102=Mark.ABSENT)
        town.clock(f"{day} 14:10")
        await town.roll(f"{day} pm", _101=Mark.PRESENT, _102=Mark.PRESENT)
    assert await lines(town) == {
        "赵小雨": ("近10个上课日无故未到校2天（前10日0天，增多）", None),
        "赵大山": ("近10个上课日无故未到校2天（前10日0天，增多）", None),
    }
    # A leave that covers a day excuses it; two circumstances speak without any absence.
    excuse = """
        INSERT INTO leave (township_id, number, student_id, school_id, class_id, kind, from_day, from_session,
                           to_day, to_session, from_at, to_at, asked_by, asked_how, reason, state,
                           entered_by, entered_at, alone_until, evidence)
        SELECT $1, '2026-0001', $2, 1, 11, 'sick', '2026-11-25', 'am', '2026-11-25', 'am',
               '2026-11-25 08:00+08', '2026-11-25 11:40+08', '母亲', 'phone', '发热', state, 7,
               '2026-11-25 08:20+08', '2026-11-25 11:40+08', ''
          FROM (VALUES ($3::text)) AS x (state)"""
    await town.write(excuse, TOWNSHIP, XIAOYU, "waiting")
    assert set(await lines(town)) == {"赵小雨", "赵大山"}
    await town.write("UPDATE leave SET state = 'approved'")
    assert set(await lines(town)) == {"赵大山"}
    groups = "INSERT INTO student_group (township_id, student_id, kind) VALUES ($1, $2, $3)"
    await town.write(groups, TOWNSHIP, XIAOYU, "dibao")
    assert set(await lines(town)) == {"赵大山"}
    await town.write(groups, TOWNSHIP, XIAOYU, "left_behind")
    assert (await lines(town))["赵小雨"] == ("留守；低保", None)
    await town.write(
        "UPDATE guardian SET changed_on = '2026-11-20' WHERE student_id = $1", XIAOYU
    )
    assert (await lines(town))["赵小雨"][0] == "监护人变更（11-20）；留守；低保"
    # Who is out of sight is out of the list, and no number or file is needed for it.
    assert set(await lines(town, "office")) == {"赵小雨", "赵大山"}
    for who in ("zhou", "four"):
        assert await lines(town, who) == {}


async def test_who_has_not_come_since_the_term_began_is_shown(town):
    await town.write("UPDATE term SET from_on = '2026-11-20'")
    await town.open_run(XIAOYU, at("11-20 08:00"), at("11-24 08:30"))
    await town.open_run(DASHAN, at("11-21 08:00"), at("11-24 08:30"))
    assert await lines(town) == {"赵小雨": ("开学至今未返校", None)}


async def test_the_board_is_of_one_township_in_sight(town):
    with pytest.raises(OutOfSight):
        await risk.board(await town.desk("li"), COUNTY + 101)
    await enter(town)
    assert set(await lines(town, "bureau")) == {"赵小雨"}


STANDING = """
    SELECT (SELECT count(*) FROM key_student WHERE exited_at IS NULL) AS on_list,
           (SELECT count(DISTINCT student_id) FROM duty
             WHERE kind = 'key_visit' AND done_at IS NULL
               AND subject_id IN (SELECT id FROM key_student WHERE exited_at IS NULL)) AS visits,
           (SELECT count(*) FROM duty WHERE kind = 'key_visit' AND done_at IS NULL) AS all_visits,
           (SELECT count(*) FROM duty WHERE kind = 'key_check' AND done_at IS NULL) AS checks
"""


@pytest.mark.parametrize("seed", [1, 2, 3])
async def test_no_order_of_acts_leaves_a_child_without_a_next_duty_or_an_exit(town, seed):
    chance, exits = Random(seed), 0  # noqa: S311 - a seed that can be run again
    told = (SignKind.MOOD, "沉默")
    for _ in range(18):
        child = chance.choice((XIAOYU, DASHAN))
        when = town.now
        acts = (
            lambda c=child: enter(town, child=c),
            lambda c=child: enter(town, "wang", child=c),
            lambda c=child: leave(town, child=c),
            lambda c=child: visited(town, child=c, absent_reason="外出培训"),
            lambda: check(town),
            lambda c=child: _raised(town, c, told),
            lambda: watched(town),
        )
        try:
            await chance.choice(acts)()
        except Refusal:
            exits += 1
        if chance.random() < 0.4:
            town.now = when.replace(hour=16) + chance.choice((1, 3, 8)) * (
                at("11-24 00:00") - at("11-23 00:00")
            )
            await watched(town)
        row = await town.pool.fetchrow(STANDING)
        assert row["visits"] == row["all_visits"] == row["on_list"]
        assert row["checks"] == min(row["on_list"], 1)
    assert 0 < exits < 18


async def _raised(town: SchoolTown, child: int, told: tuple[SignKind, str]) -> None:
    await sign.raise_sign(await town.desk("wang"), TOWNSHIP, child, told, uuid4())


def test_every_source_has_a_word():
    assert [one.label for one in KeySource] == ["个案", "迹象", "预警", "学校认定"]
