"""导出 on the screen: the list, a new one by its digit, what is refused, and stopping one."""

import asyncio

import pytest

from core.rules.export import Asked, Listing
from core.services import export
from tests.services.export_township import BUREAU, LI, OFFICE, WANG, ZHAO, build, desk
from tests.tui.kit import ToyApp, settle
from tui.screens.export_form import NewExport
from tui.screens.exports import Exports
from tui.screens.text import TextPage


@pytest.fixture
async def town(pool):
    await build(pool)
    return pool


def page(app) -> str:
    """What a person would read on the whole screen."""
    lines = app.screen._compositor.render_strips()
    return "\n".join("".join(part.text for part in line).rstrip() for line in lines)


async def until(pilot, app, words: str) -> str:
    """Wait until the screen says something."""
    for _ in range(200):
        await pilot.pause()
        if words in page(app):
            return page(app)
        await asyncio.sleep(0.02)
    raise AssertionError(page(app))


async def test_the_empty_list_says_what_will_stand_there_and_names_every_paper(town):
    app = ToyApp(Exports(desk(town, WANG)))
    async with app.run_test(size=(80, 24)) as pilot:
        told = await until(pilot, app, "24小时内没有导出。按数字选一种表")
        for digit, listing in zip("123456789", Listing, strict=False):
            assert f"{digit} {listing.label}" in told
        # What no digit is left for is picked from the list.
        assert "F2 重点生名册" in told


async def test_a_roster_is_made_by_its_digit_and_stands_in_the_list(town):
    app = ToyApp(Exports(desk(town, WANG)))
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, app, "没有导出")
        await pilot.press("1")
        await until(pilot, app, "新导出  学生花名册")
        await until(pilot, app, "用途")
        await pilot.press("f9")
        await until(pilot, app, "请填写用途。")
        await pilot.press(*"ziyong", "f9")
        told = await until(pilot, app, "已导出 3行")
        assert "青石镇九年一贯制学校学生花名册" in told
        (line,) = await export.mine(desk(town, WANG))
        assert line.purpose == "ziyong"
        assert not line.full_numbers
        await pilot.press("enter")
        await settle(pilot)
        assert isinstance(app.screen, TextPage)
        told = page(app)
        assert f"export get {line.id} > " in told
        assert "保留至 11-24 10:00" in told


async def test_40_an_inspection_is_packed_by_its_digit_for_a_span_of_days(town):
    app = ToyApp(Exports(desk(town, WANG)))
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, app, "没有导出")
        await pilot.press("9")
        told = await until(pilot, app, "新导出  迎检材料")
        told = await until(pilot, app, "不填为一年")
        assert "班级" not in told
        await pilot.press("f9")
        await until(pilot, app, "请填写用途。")
        await pilot.press(*"dudao", "f9")
        assert "迎检材料" in await until(pilot, app, "已导出")
    (line,) = await export.mine(desk(town, WANG))
    assert line.file_name.startswith("青石镇九年一贯制学校迎检材料_")
    assert line.purpose == "dudao"


async def test_a_full_class_list_is_made_with_what_was_chosen(town):
    app = ToyApp(Exports(desk(town, OFFICE)))
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, app, "没有导出")
        await pilot.press("1")
        await until(pilot, app, "学校")
        # 3 is the nine-year school, by its code the last but one; then its class 3.1.
        await pilot.press("down", "3", "down", "2", "down", "1", "down", *"baosong")
        told = page(app)
        assert "青石镇九年一贯制学校" in told
        assert "三年级（1）班" in told
        assert "报送版" in told
        await pilot.press("enter")
        await until(pilot, app, "已导出")
    (line,) = await export.mine(desk(town, OFFICE))
    assert line.full_numbers
    assert line.file_name.startswith("青石镇九年一贯制学校三年级（1）班学生花名册_")


async def test_what_may_not_be_exported_is_refused_on_the_screen(town):
    app = ToyApp(Exports(desk(town, LI)))
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, app, "没有导出")
        await pilot.press("7")
        await until(pilot, app, "您的岗位不能办理")
        await pilot.press("f9", "f10")
        await until(pilot, app, "没有导出")
    assert await export.mine(desk(town, LI)) == ()


async def test_a_wrong_month_is_told_and_what_was_typed_stays(town):
    app = ToyApp(Exports(desk(town, LI)))
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, app, "没有导出")
        await pilot.press("2")
        assert "2026-11" in await until(pilot, app, "月份")
        await pilot.press("down", "backspace", "x", "f9")
        told = await until(pilot, app, "应写成 2026-11")
        assert "2026-1x" in told


async def test_an_export_under_way_tells_how_far_it_is_and_f10_stops_it(town, monkeypatch):
    begun, stopped = asyncio.Event(), asyncio.Event()

    async def slow(desk, asked: Asked, op_id, progress):
        progress(500)
        begun.set()
        try:
            await asyncio.sleep(60)
        finally:
            stopped.set()

    monkeypatch.setattr(export, "make", slow)
    app = ToyApp(Exports(desk(town, WANG)))
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, app, "没有导出")
        await pilot.press("3")
        await until(pilot, app, "起始日期")
        await pilot.press("f9")
        await asyncio.wait_for(begun.wait(), 5)
        await until(pilot, app, "已读500行")
        await pilot.press("f10")
        await asyncio.wait_for(stopped.wait(), 5)
        await until(pilot, app, "已取消导出，没有生成文件")
        assert isinstance(app.screen, NewExport)
        await pilot.press("f10")
        await until(pilot, app, "没有导出")


async def test_f2_lists_the_papers_to_pick_from(town):
    app = ToyApp(Exports(desk(town, WANG)))
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, app, "没有导出")
        await pilot.press("f2")
        await until(pilot, app, "选择 要导出的表")
        await pilot.press("6")
        assert "2026-2027-1" in await until(pilot, app, "学期")


async def test_no_whole_number_ever_comes_to_the_screens(town):
    app = ToyApp(Exports(desk(town, WANG)))
    await export.make(desk(town, WANG), Asked(listing=Listing.ROSTER, purpose="核对"))
    async with app.run_test(size=(120, 40)) as pilot:
        await until(pilot, app, "学生花名册_")
        assert ZHAO not in page(app)


async def test_the_help_of_both_screens_names_their_keys(town):
    for screen in (
        Exports(desk(town, WANG)),
        NewExport(desk(town, WANG), Listing.LEAVE),
    ):
        app = ToyApp(screen)
        async with app.run_test(size=(80, 24)) as pilot:
            await settle(pilot)
            await pilot.press("f1")
            await settle(pilot)
            told = page(app)
            for key in screen.KEYS:
                assert key.label in told


@pytest.mark.parametrize("listing", Listing)
async def test_every_paper_can_be_given_a_purpose(town, listing):
    screen = NewExport(desk(town, BUREAU), listing)
    async with ToyApp(screen).run_test(size=(80, 24)) as pilot:
        await until(pilot, pilot.app, "用途")
