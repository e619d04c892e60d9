"""离任: posts, duties and drafts pass in one act, and the leaver is shut out."""

from datetime import timedelta
from uuid import uuid4

import pytest

from core.rules.errors import AlreadyDone, NotYours, OutOfSight
from core.rules.leaver import NoSuccessor, NothingHeld, OwnLeaving, SamePerson
from core.rules.staff import Acting, Role
from core.rules.staff_account import GrantPlace, NewAccount, NoAccount, TwoPowers
from core.services import draft, duty, leaver, seat, staff
from tests.services.file_town import CLOUD, MONDAY, RIVER, THIRD, TOWNSHIP, Town, build

DAY = MONDAY.date()
DAYS = (DAY, DAY + timedelta(days=5))
AT_RIVER = {"township_id": TOWNSHIP, "school_id": RIVER}


@pytest.fixture
async def town(pool) -> Town:
    return await build(pool)


async def test_classes_duties_and_drafts_pass_in_one_act(town):
    li, liu, wang = [await town.desk(name) for name in ("li", "liu", "wang")]
    await town.missing()
    op_id = uuid4()
    await draft.save(li, "contact", "101", op_id, '{"note": "母亲说已在路上"}')
    await draft.save(li, "leave", "102", uuid4(), '{"reason": "李"}')
    await draft.save(liu, "leave", "102", uuid4(), '{"reason": "刘"}')
    done = await leaver.leave(wang, "li", "liu", uuid4())
    assert done.told == (
        "李秀英 已离任，由 刘芳 接任：河湾小学 三年级（1）班 班主任；草稿1件已移交；"
        "1件草稿接任者已有，未移交；账号自 2026-11-23 停用。"
    )
    liu = await town.desk("liu")
    assert liu.actor.headed_classes == (THIRD,)
    assert [(d.kind.value, d.student_id) for d in (await duty.today(liu)).duties] == [
        ("contact", 101)
    ]
    kept = await draft.load(liu, "contact", "101")
    assert (kept.op_id, kept.body) == (op_id, '{"note": "母亲说已在路上"}')
    assert (await draft.load(liu, "leave", "102")).body == '{"reason": "刘"}'
    with pytest.raises(OutOfSight):
        await town.desk("li")
    days = "SELECT from_on, to_on FROM account_grant WHERE account_id = 7"
    assert [r["to_on"] for r in await town.pool.fetch(days)] == [DAY]
    said = await town.pool.fetch(
        "SELECT DISTINCT relation, account_id, at FROM journal WHERE act = 'staff.leave'"
    )
    assert {tuple(r) for r in said} == {
        (relation, 8, MONDAY) for relation in ("account", "account_grant", "handover")
    }


async def test_the_same_leaving_twice_is_one(town):
    wang, op_id = await town.desk("wang"), uuid4()
    await leaver.leave(wang, "li", "liu", op_id)
    with pytest.raises(AlreadyDone):
        await leaver.leave(wang, "li", "liu", op_id)


async def test_what_a_leaver_was_to_stand_in_for_passes_but_not_the_principal_s_signature(
    town,
):
    wang = await town.desk("wang")
    for place, acting in (
        (GrantPlace(role=Role.CLASS_TEACHER, **AT_RIVER, class_id=THIRD), Acting.CLASS),
        (GrantPlace(role=Role.LEADER, **AT_RIVER), Acting.SIGNATURE),
    ):
        await staff.grant(wang, "liu", place, acting, DAYS)
    done = await leaver.leave(wang, "liu", "reg", uuid4())
    assert done.posts == ("河湾小学 任课/包人教师", "河湾小学 三年级（1）班 代班")
    assert done.ended == ("河湾小学 代签",)
    reg = (await town.desk("reg")).actor.grants
    assert {(g.role, g.acting) for g in reg} == {
        (Role.REGISTRAR, None),
        (Role.TEACHER, None),
        (Role.CLASS_TEACHER, Acting.CLASS),
    }


@pytest.mark.parametrize(
    ("who", "going", "coming", "refusal"),
    [
        ("wang", "li", "li", SamePerson),
        ("wang", "wang", "li", OwnLeaving),
        ("wang", "li", "nobody", NoAccount),
        ("wang", "zhou", "li", NotYours),  # of another school
        ("wang", "office", "li", NotYours),
        ("li", "liu", "reg", NotYours),
        ("office", "gov", "li", NotYours),
        ("bureau", "li", "liu", NotYours),
    ],
)
async def test_whose_posts_one_does_not_give_one_hands_over_to_nobody(
    town, who, going, coming, refusal
):
    with pytest.raises(refusal):
        await leaver.leave(await town.desk(who), going, coming, uuid4())
    assert (await town.desk("li")).actor.headed_classes == (THIRD,)


async def test_who_has_a_post_elsewhere_too_is_no_principal_s_to_send_off(town):
    there = GrantPlace(role=Role.TEACHER, township_id=TOWNSHIP, school_id=CLOUD)
    await staff.grant(await town.desk("office"), "li", there, None, DAYS)
    with pytest.raises(NotYours):
        await leaver.leave(await town.desk("wang"), "li", "liu", uuid4())
    await leaver.leave(await town.desk("office"), "li", "liu", uuid4())


async def test_a_post_out_of_sight_is_not_left_behind_in_silence(town):
    await town.write(
        "INSERT INTO account_grant (account_id, role, township_id, from_on, given_by, given_at)"
        " VALUES (7, 'bureau', 990101000, '2026-09-01', 0, '2026-09-01 00:00+08')"
    )
    for who in ("wang", "office"):
        with pytest.raises(NotYours):
            await leaver.leave(await town.desk(who), "li", "liu", uuid4())
    assert len((await town.desk("li")).actor.grants) == 2


async def test_a_refused_handover_moves_nothing(town):
    front = seat.front_desk(town.pool, lambda _: town.now)
    new = NewAccount(signin_name="guanli", name="管理员")
    await staff.add(front, new, GrantPlace(role=Role.ADMIN, township_id=0))
    admin = await seat.seat_by_name(front, "guanli")
    new = NewAccount(signin_name="shenji", name="审计")
    await staff.add(admin, new, GrantPlace(role=Role.AUDITOR, township_id=TOWNSHIP))
    li = await town.desk("li")
    await draft.save(li, "contact", "101", uuid4(), "{}")
    with pytest.raises(TwoPowers):
        await leaver.leave(admin, "li", "shenji", uuid4())
    assert await draft.load(await town.desk("li"), "contact", "101") is not None
    await staff.disable(admin, "liu")
    with pytest.raises(NoSuccessor):
        await leaver.leave(admin, "li", "liu", uuid4())
    await town.write("UPDATE account_grant SET to_on = '2026-11-23' WHERE account_id = 10")
    with pytest.raises(NothingHeld):
        await leaver.leave(admin, "reg", "li", uuid4())
