"""适龄儿童登记 on a terminal of 80 columns: entered, verified by another, struck off."""

import pytest

from tests.services.file_town import RIVER, Town, build
from tests.services.test_area_child import enter
from tests.tui.school_walk import typed, walking
from tui.screens.area_children import AreaChildrenScreen
from tui.screens.home import Home


@pytest.fixture
async def town(pool) -> Town:
    return await build(pool)


async def test_a_child_is_entered_by_keys_verified_by_another_and_struck_off(town):
    office = AreaChildrenScreen(await town.desk("office"))
    async with walking(office, "适龄3 入学率100.00%") as walk:
        assert "按F4登记" in walk.text
        await walk.press("f4")
        await walk.until("责任学校")
        await typed(walk, "LUO")
        await walk.press("tab", "tab")
        await typed(walk, "2019-05-15")
        await walk.press("tab", "2", *["tab"] * 6, "8", "tab")
        await typed(walk, "DONGGUAN")
        await walk.press("f9")
        await walk.until("请填写依据")
        await walk.press("tab")
        await typed(walk, "proof")
        await walk.press("tab")
        await typed(walk, "2027-03-01")
        await walk.press("f9")
        await walk.until("适龄4 入学率75.00%")
        assert "外地就读" in walk.text
        await walk.press("enter")
        await walk.until("核验：待核")
        await walk.press("2")
        await walk.until("登记人不能核验自己登记的内容")
    gov = AreaChildrenScreen(await town.desk("gov"))
    async with walking(gov, "待核") as walk:
        await walk.press("enter", "2")
        await walk.until("依据已核对属实：proof")
        await walk.press("1")
        await walk.until("核验：已核")
        await walk.press("3")
        await walk.until("户籍迁出")
        await walk.press("1")
        await typed(walk, "moved")
        await walk.press("enter")
        await walk.until("已销除，记录保留")
        await walk.until("适龄3 入学率100.00%")


async def test_a_child_in_no_school_is_found_in_the_days_duties_and_its_case_opened_by_keys(
    town,
):
    await enter(town, "reg", school_id=RIVER, guardian="罗大山")
    async with walking(Home(await town.desk("wang")), "罗小丫适龄未入学") as walk:
        await walk.press("enter")
        await walk.until("个案：未立案")
        await walk.press("4")
        await walk.until("了解到的情况")
        await typed(walk, "father: next year")
        await walk.press("enter")
        await walk.until("已立案，编号2026-001")
        await walk.until("个案：2026-001")
        await walk.press("4")
        await walk.until("疑似辍学")
    async with walking(Home(await town.desk("bureau")), "罗小丫已立案") as walk:
        assert "告知" in walk.text
