"""A home visit on one screen: nothing typed twice, the three roles, corrections as versions."""

from uuid import uuid4

import pytest

from core.services import draft, visit
from tests.services.file_acts import ALL_THREE, CADRE, TEACHER, trip
from tests.services.file_town import MONDAY, XIAOYU, Town, build
from tests.tui.file_walk import Walk, at_page

MEMBERS = """
SELECT m.name || ' ' || m.role || ' ' || coalesce(m.account_id, 0) AS who
  FROM visit_member m JOIN visit v ON v.id = m.visit_id
 WHERE v.version = $1 ORDER BY v.id, m.ordinal
"""


@pytest.fixture
async def town(pool) -> Town:
    return await build(pool)


async def went(town: Town, version: int = 1) -> list[str]:
    return [row["who"] for row in await town.pool.fetch(MEMBERS, version)]


async def go_to(walk: Walk, label: str) -> None:
    """Put the cursor before a label by Tab, from the first field on."""
    await walk.press("pageup")
    for _ in range(21):
        if f"> {label}" in walk.text or f">!{label}" in walk.text:
            return
        await walk.press("tab")
    raise AssertionError(f"no {label}\n{walk.text}")


async def test_a_visit_with_two_colleagues_is_one_screen_and_few_keys(town: Town) -> None:
    await town.missing()
    keys = (
        "2",
        *("enter", "1", "enter", "enter", "1"),  # method, leader; class teacher stands
        *("enter", "1", "enter", "enter", "enter"),  # assigned; cadre; others; absent
        *("2", "5", "enter", "1", "enter", "1", "enter"),  # met two; cause; whereabouts
    )
    tail = ("enter", "1", "enter", *"1123", "f9")
    assert len(keys) + 1 + len(tail) <= 30  # beside the two things said in words
    async with at_page(town, "li") as walk:
        await walk.press(keys[0])
        await walk.until("须三方共同家访 第1次")
        await walk.press(*keys[1:], *"不愿上学", "enter", *"愿意配合", *tail)
        await walk.until("已登记第1次家访。")
        await walk.until("第1次入户家访（王建国、李秀英、刘芳")
    assert await went(town) == [
        "王建国 class_leader 8",
        "李秀英 class_teacher 7",
        "刘芳 assigned_teacher 9",
        "张明 village_cadre 15",
    ]
    row = await town.pool.fetchrow("SELECT * FROM visit")
    assert (row["met"], row["cause"], row["whereabouts"]) == (
        "mother,student",
        "learning",
        "at_home",
    )
    assert (row["result"], row["promised_on"]) == ("promised", MONDAY.date())
    assert (row["state_of_mind"], row["guardian_opinion"]) == ("不愿上学", "愿意配合")


async def test_every_field_of_a_visit_stands_on_one_screen(town: Town) -> None:
    async with at_page(town, "li") as walk:
        await walk.press("2")
        await walk.until("补充说明")
        for label in (
            *("监护人", "家访日期", "家访时间", "方式", "报班领导", "班主任", "报班教师"),
            *("村镇同行", "其他同行", "未参加原因", "受访人", "原因", "去向", "思想状况"),
            *("监护人意见", "家访结果", "约定返校", "是否报警", "报警日期", "报警时间"),
        ):
            assert label in walk.text
        assert "班主任     [李秀英]" in walk.text
        assert "1张明(包村干部) 2吴强(乡镇干部)" in walk.text
        assert "138****0000" in walk.text
        assert "13800000000" not in walk.text


async def test_a_missing_role_is_refused_by_name_and_nothing_typed_is_lost(
    town: Town,
) -> None:
    await town.missing()
    async with at_page(town, "li") as walk:
        await walk.press("2")
        await walk.until("须三方共同家访")
        await go_to(walk, "受访人")
        await walk.press("7")
        await go_to(walk, "家访结果")
        await walk.press("7", "f9")
        await walk.until("须共同家访的报班领导、报班教师未参加，请填写未参加原因。")
        assert "[家中无人" in walk.text
        await go_to(walk, "未参加原因")
        await walk.press(*"外出培训", "f9")
        await walk.until("已登记第1次家访。")
    row = await town.pool.fetchrow("SELECT missing_members, result FROM visit")
    assert tuple(row) == ("外出培训", "nobody_home")


async def test_who_was_typed_once_is_offered_by_a_digit_the_next_time(town: Town) -> None:
    desk = await town.desk("li")
    await visit.submit(desk, trip(members=(TEACHER, CADRE)), uuid4())
    async with at_page(town, "li") as walk:
        await walk.press("2")
        await walk.until("1马村长(村两委干部)")
        await go_to(walk, "村镇同行")
        await walk.press("1")
        assert "1*马村长(村两委干部)" in walk.text
        await go_to(walk, "其他同行")
        await walk.paste("王五（民警）、陈七")
        await go_to(walk, "受访人")
        await walk.press("7")
        await go_to(walk, "家访结果")
        await walk.press("7", "f9")
        await walk.until("已登记第2次家访。")
    assert (await went(town))[-3:] == ["马村长 village 0", "王五 police 0", "陈七 other 0"]


async def test_a_visit_by_nobody_is_refused(town: Town) -> None:
    async with at_page(town, "reg") as walk:
        await walk.press("2")
        await walk.until("受访人")
        await go_to(walk, "受访人")
        await walk.press("7")
        await go_to(walk, "家访结果")
        await walk.press("7", "f9")
        await walk.until("请至少选择一名家访人员。")
    assert await town.pool.fetchval("SELECT count(*) FROM visit") == 0


async def test_a_correction_begins_with_the_old_version_and_asks_why(town: Town) -> None:
    desk = await town.desk("li")
    members = (*ALL_THREE, CADRE)
    old = trip(members=members, note="原说明", absent_reason="无")
    await visit.submit(desk, old, uuid4())
    async with at_page(town, "li") as walk:
        await walk.press("8")
        await walk.until("更正家访 赵小雨")
        # It is the visit that was made, not one more.
        assert walk.lines[0].endswith("第1次")
        assert "[王建国]" in walk.text
        assert "1*马村长(村两委干部)" in walk.text
        assert "2*母亲" in walk.text
        assert "[同意返校" in walk.text
        await go_to(walk, "家访结果")
        await walk.press("6", "f9")
        await walk.until("更正原因")
        await walk.press("f10")
        await walk.until("更正家访 赵小雨")
        assert await town.pool.fetchval("SELECT count(*) FROM visit") == 1
        await walk.press("f9")
        await walk.until("更正原因")
        await walk.press(*"结果选错", "enter")
        await walk.until("已更正，现为第2版，原记录仍可查看。")
    rows = await town.pool.fetch("SELECT * FROM visit ORDER BY version")
    assert [row["result"] for row in rows] == ["promised", "refused"]
    # What was not touched is what it was, names included.
    for column in ("met", "cause", "cause_note", "visited_at", "number", "missing_members"):
        assert rows[0][column] == rows[1][column]
    assert await went(town, 2) == await went(town, 1)


async def test_a_visit_in_the_making_is_resumed(town: Town) -> None:
    async with at_page(town, "li") as walk:
        await walk.press("2")
        await walk.until("思想状况")
        await go_to(walk, "思想状况")
        await walk.press(*"想外出打工")
        await walk.until("已存草稿")
    async with at_page(town, "li") as walk:
        await walk.press("2")
        await walk.until("已恢复 11-23 09:10 的草稿。")
        assert "想外出打工" in walk.text
    assert await draft.load(await town.desk("wang"), "visit", str(XIAOYU)) is None
