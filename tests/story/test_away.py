"""The database goes away while people work: they are told, and lose nothing (P3)."""

import pytest

import db.transaction
from db.bench_line import Cut, line_to
from tests.conftest import copy_of
from tests.story.conftest import at, opened
from tests.story.walk import open_from_menu

MISSING = "缪俊杰"
AWAY = "与服务器的连接中断，正在重连"


@pytest.fixture
async def cut_town(server, town_template, keys, tmp_path, monkeypatch):
    """The township at work, on a line to its database that can be cut."""
    monkeypatch.setattr(db.transaction, "_AGAIN", 0.05)
    async with copy_of(server, town_template) as dsn, line_to(dsn, tmp_path) as cut:
        address, line = cut
        async with opened(address, keys, tmp_path) as town:
            yield town, line


async def test_a_roll_marked_while_the_database_is_away_is_kept_and_submitted(cut_town):
    town, line = cut_town
    town.clock.now = at("11-23", "08:05")
    async with town.sign_in("lixiuying") as t:
        await t.wait_for("今日待办", "三年级（1）班 上午")
        await t.press("enter")
        await t.wait_for("空格 到/缺", "应到44")
        line.close()
        await t.press("5")
        await t.wait_for(f"{AWAY}；刚填的内容连上后保存，请先不要退出。")
        line.mend()
        await t.wait_for("已存草稿08:05")
        await t.wait_gone(AWAY)
        line.close()
        await t.press("f9")
        await t.wait_for(f"{AWAY}；已填内容已保存。")
        line.mend()
        await t.wait_for("今日待办", f"{MISSING}未到校，请联系监护人")
        # Nobody is thrown out, and what is read while it is away is read again.
        line.close()
        await open_from_menu(t, "点名情况")
        await t.wait_for(AWAY)
        line.mend()
        await t.wait_for("点名情况", "08:05 李秀英")
        await t.wait_gone(AWAY)


async def test_a_save_whose_answer_is_lost_is_checked_and_not_doubled(cut_town):
    town, line = cut_town
    town.clock.now = at("11-23", "08:05")
    async with town.sign_in("lixiuying") as t:
        await t.wait_for("今日待办", "三年级（1）班 上午")
        await t.press("enter")
        await t.wait_for("空格 到/缺", "应到44")
        await t.press("5")
        await t.wait_for("已存草稿08:05")
        line.cut_commit("roll.submit", Cut.AFTER)
        await t.press("f9")
        await t.wait_for("正在核对是否已保存，请勿重复提交")
        line.mend()
        await t.wait_for("今日待办", f"{MISSING}未到校，请联系监护人")
    async with town.admin.reading() as (conn, _):
        assert await conn.fetchval("SELECT count(*) FROM roll") == 1
    assert line.cuts == 1
