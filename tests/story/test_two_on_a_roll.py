"""Two people on one roll, each at a terminal of their own: no mark of either is ever lost.

The marks are written down by hand for each way it may go, and read from the database.
"""

import asyncio

from tests.story.conftest import Town, at
from tests.story.terminal import Terminal
from tests.story.walk import open_line

# Seats 1 to 4 of 三年级（1）班.
FIRST, SECOND, THIRD, FOURTH = "缪俊杰", "罗源", "仇平强", "胡俊刚"
# The key line of a roll, and of nothing else.
ROLL = "空格 到/缺"
LI, WANG = "李秀英", "王建国"
MARKS = """
SELECT s.name || ' ' || m.mark || ' ' || a.name
  FROM roll_mark m
  JOIN roll r ON r.id = m.roll_id
  JOIN student s ON s.id = m.student_id
  JOIN account a ON a.id = m.noted_by
 WHERE r.session = $1
 ORDER BY m.student_id
"""
TAKEN = "SELECT a.name FROM roll r JOIN account a ON a.id = r.taken_by WHERE session = $1"
CORRECTED = """
SELECT s.name || ' ' || c.was || '→' || c.became || ' ' || a.name
  FROM roll_correction c
  JOIN roll r ON r.id = c.roll_id
  JOIN student s ON s.id = c.student_id
  JOIN account a ON a.id = c.corrected_by
 WHERE r.session = $1
 ORDER BY c.student_id
"""
DRAFTS = "SELECT a.name FROM draft d JOIN account a ON a.id = d.account_id"


async def told(town: Town, sql: str, *values: str) -> list[str]:
    return [row[0] for row in await town.front.pool.fetch(sql, *values)]


async def open_own(t: Terminal) -> None:
    """Open the roll of one's own class: it is the first thing owed."""
    await t.wait_for("今日待办", "1 点名", "三年级（1）班")
    await t.press("1")
    await t.wait_for(ROLL, "三年级（1）班", FIRST)


async def open_of_school(t: Terminal, session: str) -> None:
    """Open it as a leader does: 菜单, 点名情况, the line of the class."""
    await t.wait_for("今日待办")
    await t.press("f4")
    await t.wait_for("48小时未到校跟踪")
    await t.press("1")
    await t.wait_for("点名人", "三年级（1）班")
    await open_line(t, f" {session} ", "三年级（1）班")
    await t.wait_for(ROLL, "三年级（1）班", FIRST)


async def mark(t: Terminal, *keys: str) -> None:
    """Mark from the first pupil down, a key each; "" leaves one as it is."""
    await t.press("home")
    for key in keys:
        await t.press(*([key] if key else []), "down")
    await t.quiet(0.1)


async def submit(t: Terminal) -> None:
    """Submit; whether the roll stays open depends on who heard of what in time."""
    await t.press("f9")
    async with asyncio.timeout(30):
        while ROLL in t.text() and "已更正" not in t.text():
            await asyncio.sleep(0.01)


async def go_home(t: Terminal) -> None:
    while "今日待办" not in t.text():
        await t.press("f10")
        await t.quiet(0.3)


async def test_marks_of_different_pupils_merge_whoever_is_first(town: Town) -> None:
    merged = [
        f"{FIRST} late {LI}",
        f"{SECOND} official {LI}",
        f"{THIRD} early {WANG}",
        f"{FOURTH} late {WANG}",
    ]
    async with town.sign_in("lixiuying") as li, town.sign_in("wangjianguo") as wang:
        town.clock.now = at("11-23", "08:05")
        await open_own(li)
        await open_of_school(wang, "上午")
        await mark(li, "2", "6")
        await mark(wang, "", "", "7", "2")
        # The teacher submits; the leader submits what was opened before that.
        await submit(li)
        await submit(wang)
        assert await told(town, MARKS, "am") == merged
        assert await told(town, TAKEN, "am") == [LI]
        assert await told(town, CORRECTED, "am") == [
            f"{THIRD} present→early {WANG}",
            f"{FOURTH} present→late {WANG}",
        ]
        # In the afternoon the leader is first, and the teacher sees it before F9.
        town.clock.now = at("11-23", "14:05")
        await go_home(wang)
        await go_home(li)
        await li.press("f5")
        await li.wait_for("三年级（1）班 下午")
        await open_own(li)
        await open_of_school(wang, "下午")
        await mark(li, "2", "6")
        await mark(wang, "", "", "7", "2")
        await submit(wang)
        await li.wait_for(f"退 {THIRD}", f"迟 {FOURTH}", f"迟 {FIRST}", f"公 {SECOND}")
        await submit(li)
        assert await told(town, MARKS, "pm") == merged
        assert await told(town, TAKEN, "pm") == [WANG]
        assert await told(town, CORRECTED, "pm") == [
            f"{FIRST} present→late {LI}",
            f"{SECOND} present→official {LI}",
        ]


async def test_a_pupil_marked_by_both_is_asked_for_and_nothing_is_lost(town: Town) -> None:
    first = [f"{FIRST} late {LI}", f"{SECOND} official {LI}"]
    async with town.sign_in("lixiuying") as li, town.sign_in("wangjianguo") as wang:
        town.clock.now = at("11-23", "08:05")
        await open_own(li)
        await open_of_school(wang, "上午")
        await mark(li, "2", "6")
        await mark(wang, "7", "", "2")
        await submit(li)
        await wang.press("f9")
        await wang.wait_for(f"{FIRST}：两人所记不同", "用他人所记：迟到", "用我所记：早退")
        assert await told(town, MARKS, "am") == first
        # The news of the other roll comes while the question stands, and is not lost.
        await wang.quiet(2)
        # Going back from the question decides nothing, and what was marked is still there.
        await wang.press("f10")
        await wang.wait_for(
            f"{FIRST}：他人已记迟到，您记早退", f"退 {FIRST}", f"迟 {THIRD}"
        )
        await wang.press("f9")
        await wang.wait_for("用他人所记：迟到")
        await wang.press("1")
        await wang.wait_for(f"迟 {FIRST}", f"公 {SECOND}", f"迟 {THIRD}")
        assert await told(town, MARKS, "am") == first
        await submit(wang)
        assert await told(town, MARKS, "am") == [*first, f"{THIRD} late {WANG}"]
        assert await told(town, CORRECTED, "am") == [f"{THIRD} present→late {WANG}"]

        town.clock.now = at("11-23", "14:05")
        await go_home(wang)
        await go_home(li)
        await li.press("f5")
        await li.wait_for("三年级（1）班 下午")
        await open_own(li)
        await open_of_school(wang, "下午")
        await mark(li, "2", "6")
        await mark(wang, "7", "", "2")
        await submit(wang)
        await li.press("f9")
        await li.wait_for("用他人所记：早退", "用我所记：迟到")
        await li.press("2")
        await li.wait_for(f"迟 {FIRST}", f"公 {SECOND}", f"迟 {THIRD}")
        await submit(li)
        assert await told(town, MARKS, "pm") == [*first, f"{THIRD} late {WANG}"]
        assert await told(town, CORRECTED, "pm") == [
            f"{FIRST} early→late {LI}",
            f"{SECOND} present→official {LI}",
        ]


async def test_a_draft_survives_a_cut_and_another_persons_roll(town: Town) -> None:
    town.clock.now = at("11-23", "08:05")
    async with town.sign_in("lixiuying") as li:
        await open_own(li)
        await mark(li, "2", "6", "7")
        await li.wait_for("已存草稿")
        li.cut()
    assert await told(town, MARKS, "am") == []
    async with town.sign_in("lixiuying") as li:
        await open_own(li)
        await li.wait_for("已恢复 11-23 08:05 的草稿", f"迟 {FIRST}", f"公 {SECOND}")
        await li.press("home", "1")
        await li.wait_for(f"到 {FIRST}")
        await asyncio.sleep(1.1)
        li.cut()
    # Before the teacher is back, the leader takes the roll for the class.
    async with town.sign_in("wangjianguo") as wang:
        await open_of_school(wang, "上午")
        await mark(wang, "", "", "", "2")
        await submit(wang)
    assert await told(town, DRAFTS) == [LI]
    async with town.sign_in("lixiuying") as li:
        await open_of_school(li, "上午")
        await li.wait_for(
            "已为您合并", f"到 {FIRST}", f"公 {SECOND}", f"退 {THIRD}", f"迟 {FOURTH}"
        )
        await submit(li)
    assert await told(town, MARKS, "am") == [
        f"{SECOND} official {LI}",
        f"{THIRD} early {LI}",
        f"{FOURTH} late {WANG}",
    ]
    assert await told(town, DRAFTS) == []
