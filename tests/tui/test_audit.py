"""留痕查阅 by keys alone: from the first screen to one entry, filtered, and the other log."""

from dataclasses import replace

import pytest

from core.services import file
from tests.services.sight_town import TOWNSHIP, XIAOYU, SightTown, build
from tests.tui.school_walk import typed, walking
from tui.screens.home import Home


@pytest.fixture
async def town(pool) -> SightTown:
    return await build(pool)


async def test_the_auditor_finds_an_entry_and_reads_it_in_full(town):
    await file.timeline(await town.desk("li"), TOWNSHIP, XIAOYU)
    await town.write(
        "UPDATE student SET address = '一户13800138000' WHERE (township_id, id) = ($1, $2)",
        TOWNSHIP,
        XIAOYU,
    )
    async with walking(Home(await town.desk("audit")), "选“留痕查阅”") as walk:
        assert "已点" not in walk.text
        await walk.press("f4")
        await walk.until("留痕查阅")
        await walk.press("1")
        await walk.until("改动记录")
        assert "学生 改动" in walk.lines[2]
        assert all(len(line.encode("gb18030")) <= 80 for line in walk.lines)
        await walk.press("enter")
        await walk.until("address：")
        assert "一户138****8000" in walk.text
        assert "13800138000" not in walk.text
        await walk.press("escape")
        await walk.until("改动记录")
        await walk.press("f2")
        await walk.until("从哪天起")
        await typed(walk, "1124")
        await walk.press("tab")
        await typed(walk, "1123")
        await walk.press("f9")
        await walk.until("截止的日期不能早于起始的日期")
        await walk.press("escape")
        await walk.until("改动记录")
        await walk.press("f7")
        await walk.until("没有更早的了")
        await walk.press("f2")
        await walk.until("从哪天起")
        await walk.press(*["tab"] * 5)
        await typed(walk, str(XIAOYU))
        await walk.press("enter")
        await walk.until(f"（{XIAOYU}）")
        await walk.press("f6")
        await walk.until("查看记录")
        await walk.until("学生页")
        await walk.press("f8")
        await walk.until("留痕")
        assert f"（{XIAOYU}）" not in walk.text
        await walk.press("f1")
        await walk.until("每次查阅都记入查看记录")


async def test_whose_grants_have_ended_is_told_whom_to_ask_and_of_no_command(town):
    li = await town.desk("li")
    ended = replace(li, actor=li.actor.model_copy(update={"grants": ()}))
    async with walking(Home(ended), "您目前没有有效授权") as walk:
        assert "请联系校领导、教管组或系统管理员" in walk.text
        assert "./baoxue" not in walk.text
