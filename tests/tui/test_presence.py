"""登录情况 as a person walks it: one's own place is marked, another one ends by a key."""

from dataclasses import replace
from uuid import uuid4

from core.rules.presence import Newcomer, PlaceKind
from core.services import seat
from core.services.presence import Presence
from tests.services.file_town import build
from tests.services.test_presence import Sitter
from tests.tui.file_walk import Walk
from tests.tui.kit import ToyApp
from tui.screens.presence import PresenceScreen


async def test_one_s_own_place_is_marked_and_another_is_ended_by_a_key(pool):
    town = await build(pool)
    presence = Presence(seat.front_desk(pool, lambda _: town.now))
    here = uuid4()
    for place, address in ((here, "10.1.1.9"), (uuid4(), "203.0.113.7")):
        who = Newcomer(
            account_id=7, address=address, origin=address, by="password",
            kind=PlaceKind.TERMINAL,
        )  # fmt: skip
        await presence.enter(place, who, Sitter())
    desk = replace(await town.desk("li"), place=here)
    app = ToyApp(PresenceScreen(desk))
    async with app.run_test(size=(80, 24)) as pilot:
        walk = Walk(pilot)
        for words in ("登录情况", "2处", "本处 10.1.1.9", "203.0.113.7"):
            await walk.until(words)
        assert "李秀英   li" in walk.text
        assert "11-23 09:10" in walk.text
        for _ in range(2):
            row = app.screen._listing.current
            await walk.press("1")
            if row.id == here:
                await walk.until("这是您现在登录的这一处")
            else:
                await walk.until("结束 李秀英（li）在 203.0.113.7 的登录？")
                await walk.press("enter")
                await walk.until("5秒内退出")
                await walk.until("1处")
            await walk.press("down")
    assert await pool.fetchval("SELECT count(*) FROM sign_out") == 1
