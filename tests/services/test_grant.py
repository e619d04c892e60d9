"""代班 and 代签: days.md 15 and 31."""

from datetime import date
from uuid import uuid4

import pytest

from core.rules.acting import ActingDraft, BadDays, NoClass, NotOfSchool, OwnClass
from core.rules.errors import AlreadyDone, NotYours
from core.rules.roll import Mark
from core.rules.staff import Acting
from core.services import acting, duty
from db.pool import Pool
from tests.services.file_town import FOURTH
from tests.services.school_town import RIVER, THIRD, TOWNSHIP, SchoolTown, build


@pytest.fixture
async def town(pool: Pool) -> SchoolTown:
    return await build(pool)


def stand_in(**more: object) -> ActingDraft:
    usual = {
        "township_id": TOWNSHIP,
        "school_id": RIVER,
        "acting": Acting.CLASS,
        "class_id": THIRD,
        "signin_name": "liu",
        "from_on": date(2026, 11, 24),
        "last_on": date(2026, 11, 27),
    }
    return ActingDraft.model_validate(usual | more)


def sign(**more: object) -> ActingDraft:
    return stand_in(acting=Acting.SIGNATURE, class_id=None, **more)


async def test_15_the_class_and_its_duties_follow_for_the_days_given(town):
    await acting.give(await town.desk("wang"), stand_in(), uuid4())
    town.clock("11-23 23:59")
    assert not (await town.desk("liu")).actor.scope.classes
    for day in ("11-24 08:05", "11-27 08:05"):
        town.clock(day)
        today = await duty.today(await town.desk("liu"))
        assert [line.class_id for due in today.rolls for line in due.lines] == [THIRD]
    town.clock("11-28 00:00")
    assert not (await town.desk("liu")).actor.scope.classes


async def test_15_the_roll_of_a_stand_in_says_so(town):
    await acting.give(await town.desk("wang"), stand_in(), uuid4())
    town.clock("11-24 08:05")
    await town.roll("11-24 am", who="liu", _101=Mark.ABSENT)
    row = await town.pool.fetchrow("SELECT on_behalf, taken_by FROM roll")
    assert (row["on_behalf"], row["taken_by"]) == (True, 9)


async def test_31_the_signature_is_the_principal_s_to_give_and_nobody_else_s(town):
    await town.write("UPDATE account_grant SET post = 'vice' WHERE account_id = 8")
    with pytest.raises(NotYours):
        await acting.give(await town.desk("wang"), sign(), uuid4())
    await acting.give(await town.desk("wang"), stand_in(), uuid4())  # 代班 any 校领导 gives
    await town.write("UPDATE account_grant SET post = 'principal' WHERE account_id = 8")
    await acting.give(await town.desk("wang"), sign(signin_name="reg"), uuid4())
    town.clock("11-24 09:00")
    held = (await town.desk("reg")).actor.signs_for(RIVER)
    assert held is not None
    assert held.acting is Acting.SIGNATURE
    assert (await town.desk("liu")).actor.signs_for(RIVER) is None


async def test_31_who_stands_in_hands_nothing_on(town):
    await acting.give(await town.desk("wang"), sign(signin_name="reg"), uuid4())
    town.clock("11-24 09:00")
    for draft in (sign(signin_name="liu"), stand_in()):
        with pytest.raises(NotYours):
            await acting.give(await town.desk("reg"), draft, uuid4())
    with pytest.raises(NotYours):
        await acting.board(await town.desk("reg"))


@pytest.mark.parametrize("who", ["li", "reg", "office", "gov", "zhou"])
async def test_only_the_leaders_of_the_school_give_it(town, who):
    with pytest.raises(NotYours):
        await acting.give(await town.desk(who), stand_in(), uuid4())


@pytest.mark.parametrize(
    ("draft", "refusal"),
    [
        (stand_in(class_id=None), NoClass),
        (stand_in(class_id=21), NotOfSchool),  # a class of another school
        (stand_in(signin_name="zhou"), NotOfSchool),
        (stand_in(signin_name="gov"), NotOfSchool),
        (stand_in(last_on=date(2026, 11, 23)), BadDays),
        (stand_in(from_on=date(2026, 11, 1), last_on=date(2026, 11, 22)), BadDays),
        (stand_in(last_on=date(2027, 6, 13)), BadDays),  # 201 days
    ],
)
async def test_what_is_no_stand_in_is_refused(town, draft, refusal):
    with pytest.raises(refusal):
        await acting.give(await town.desk("wang"), draft, uuid4())


async def test_15_nobody_stands_in_for_the_own_class(town):
    desk = await town.desk("wang")
    board = await acting.board(desk)
    assert [c.name for c in board.who_may(THIRD)] == ["何静", "刘芳", "钱丽"]
    assert [c.name for c in board.who_may(FOURTH)] == ["何静", "刘芳", "李秀英"]
    assert len(board.who_may(None)) == 4
    with pytest.raises(OwnClass, match="李秀英是本班班主任"):
        await acting.give(desk, stand_in(signin_name="li"), uuid4())
    await acting.give(desk, stand_in(signin_name="li", class_id=FOURTH), uuid4())


async def test_a_stand_in_may_last_two_hundred_days_and_one_day(town):
    await acting.give(await town.desk("wang"), stand_in(last_on=date(2027, 6, 12)), uuid4())
    one = date(2026, 11, 23)
    await acting.give(await town.desk("wang"), stand_in(from_on=one, last_on=one), uuid4())


async def test_taking_it_back_ends_it_at_once(town):
    await acting.give(await town.desk("wang"), stand_in(), uuid4())
    town.clock("11-25 10:00")
    board = await acting.board(await town.desk("wang"))
    (held,) = board.grants
    assert (held.name, held.class_id, f"{held.to_on}") == ("刘芳", THIRD, "2026-11-28")
    assert (await town.desk("liu")).actor.scope.classes == (THIRD,)
    await acting.end(await town.desk("wang"), held.id, uuid4())
    assert not (await town.desk("liu")).actor.scope.classes


@pytest.mark.parametrize("back", ["11-23 10:00", "11-24 00:00", "11-24 10:00"])
async def test_what_is_taken_back_before_or_on_its_first_day_never_holds(town, back):
    await acting.give(await town.desk("wang"), stand_in(), uuid4())
    town.clock(back)
    (held,) = (await acting.board(await town.desk("wang"))).grants
    await acting.end(await town.desk("wang"), held.id, uuid4())
    assert (await acting.board(await town.desk("wang"))).grants == ()
    town.clock("11-24 12:00")
    assert not (await town.desk("liu")).actor.scope.classes


async def test_the_same_stand_in_twice_is_one(town):
    op_id = uuid4()
    await acting.give(await town.desk("wang"), stand_in(), op_id)
    with pytest.raises(AlreadyDone):
        await acting.give(await town.desk("wang"), stand_in(), op_id)
    assert len((await acting.board(await town.desk("wang"))).grants) == 1


async def test_the_board_names_who_heads_each_class_and_who_may_stand_in(town):
    board = await acting.board(await town.desk("wang"))
    assert [(c.name_on(date(2026, 11, 23)), c.teacher) for c in board.classes] == [
        ("三年级（1）班", "李秀英"),
        ("四年级（1）班", "钱丽"),
    ]
    assert {(c.name, c.initials, c.posts) for c in board.colleagues} == {
        ("李秀英", ("lxy",), "班主任"),
        ("刘芳", ("lf",), "任课/包人教师"),
        ("何静", ("hj",), "教务/学籍管理员"),
        ("钱丽", ("ql",), "班主任"),
    }
