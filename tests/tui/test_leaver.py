"""离任移交 as a person walks it: the leaver, the successor, a word typed; then it is told."""

from tests.services.file_town import build
from tests.tui.file_walk import Walk
from tests.tui.kit import ToyApp
from tui.screens.leaver import LeaverScreen


async def test_a_leaver_is_handed_over_in_a_handful_of_keys(pool):
    town = await build(pool)
    app = ToyApp(LeaverScreen(await town.desk("wang")))
    async with app.run_test(size=(80, 24)) as pilot:
        walk = Walk(pilot)
        await walk.until("离任移交")
        await walk.until("5人")
        assert "周明" not in walk.text  # of another school
        await walk.press("l", "x")
        await walk.until(lambda: app.screen._listing.current.signin_name == "li")
        await walk.press("enter")
        await walk.until("接任者：李秀英 离任")
        await walk.press("l", "f", "enter")
        await walk.until("李秀英（li）离任，由 刘芳（liu）接任：班主任。")
        await walk.press("enter")
        await walk.until("请键入“离任”")
        await walk.press("y", "e", "s", "enter")
        await walk.until("李秀英 已离任，由 刘芳 接任：河湾小学 三年级（1）班 班主任")
        await walk.until("4人")
    assert (await town.desk("liu")).actor.headed_classes == (11,)
