"""However a session ends, what was typed a moment ago is a draft."""

import asyncio

import pytest

from core.rules.time import SHANGHAI
from core.services import seat
from core.services.desk import Desk
from db.pool import open_pool
from tests.conftest import copy_of
from tests.story.conftest import PASSWORD, Standing, at
from tests.story.terminal import Terminal
from tui.cli.serve import open_door
from tui.door.server import Door


async def stopped(t: Terminal, door: Door, desk: Desk) -> None:
    await door.close()
    assert "服务器正在维护" in t.said


async def cut(t: Terminal, door: Door, desk: Desk) -> None:
    t.cut()


async def left(t: Terminal, door: Door, desk: Desk) -> None:
    await t.press("f10")
    await t.wait_for("今日待办")


DRAFTS = """
SELECT form, saved_at,
       whole(0, 'draft', account_id || '/' || form || '/' || subject, cipher) AS body
  FROM draft
"""


async def kept(desk: Desk) -> list[tuple[object, ...]]:
    async with desk.reading() as (conn, _):
        rows = await conn.fetch(DRAFTS)
    return [
        (row["form"], '"absent"' in row["body"], row["saved_at"].astimezone(SHANGHAI))
        for row in rows
    ]


@pytest.mark.parametrize("ends", [stopped, cut, left])
async def test_the_last_keys_before_a_session_ends_are_kept(
    server, town_template, keys, tmp_path, monkeypatch, ends
):
    for rest in ("_AFTER", "_AT_LATEST"):
        monkeypatch.setattr(f"tui.screens.unsaved.{rest}", 3600)
    async with copy_of(server, town_template) as dsn, open_pool(dsn, keys) as pool:
        clock = Standing()
        clock.now = at("11-23", "08:05")
        front = seat.front_desk(pool, clock)
        desk = await seat.seat_by_name(front, "lixiuying")
        async with (
            open_door(front, "127.0.0.1:0", tmp_path) as door,
            Terminal.connect(door.port, "lixiuying", password=PASSWORD) as t,
        ):
            await t.wait_for("三年级（1）班 上午")
            await t.press("enter")
            await t.wait_for("点名", "应到44")
            await t.press("5")
            await t.wait_for("未到1")
            assert await kept(desk) == []  # it waits until the hand rests
            await ends(t, door, desk)
            async with asyncio.timeout(30):
                while not await kept(desk):
                    await asyncio.sleep(0.02)
        assert await kept(desk) == [("roll", True, at("11-23", "08:05"))]
