"""预警与重点生 on a terminal of 80 columns: from a reason to the list, a visit, a look, the exit."""

import pytest

from core.rules.roll import Mark
from tests.services.school_town import SchoolTown, build
from tests.tui.school_walk import typed, walking
from tui.screens.key_students import KeyStudentsScreen

SAID = "近10个上课日无故未到校2天"


@pytest.fixture
async def town(pool) -> SchoolTown:
    made = await build(pool)
    for day in ("11-23", "11-24"):
        made.clock(f"{day} 08:10")
        await made.roll(f"{day} am", _101=Mark.ABSENT)
        made.clock(f"{day} 14:10")
        await made.roll(f"{day} pm", _101=Mark.PRESENT)
    return made


async def test_a_teacher_enters_a_child_and_its_leader_looks_it_over_and_lets_it_go(town):
    li = KeyStudentsScreen(await town.desk("li"))
    async with walking(li, "重点生0 家访逾期0 预警1") as walk:
        (line,) = (line for line in walk.lines if "三年级" in line)
        assert SAID in line
        assert all(len(line.encode("gb18030")) <= 80 for line in walk.lines)
        await walk.press("enter")
        await walk.until("重点生档案 赵小雨")
        assert "未列入" in walk.text
        assert f"目前所见：{SAID}" in walk.text
        await walk.press("3")
        await walk.until("该生不是重点生")
        await walk.press("1")
        await walk.until("列入重点生")
        assert "系统所见" in walk.text
        await walk.press("tab")
        await typed(walk, "1")
        await walk.press("f9")
        await walk.until("已列入重点生")
        assert "下次家访：11-29前" in walk.text
        assert "帮扶措施：1" in walk.text
        await walk.press("3")
        await walk.until("此项由校领导办理")
        await walk.press("1")
        await walk.until("该生已是重点生")
        await walk.press("2")
        await walk.until("登记家访")
        await walk.press("f10", "4")
        await walk.until("列入重点生（预警）")
        await walk.press("f6")
        await walk.until("领导每月检查：无")
    await _looked_over_and_let_go(town)


async def _looked_over_and_let_go(town: SchoolTown) -> None:
    wang = KeyStudentsScreen(await town.desk("wang"))
    async with walking(wang, "重点生1 家访逾期0 预警0") as walk:
        await walk.press("f6")
        await walk.until("各班重点生")
        assert "河湾小学" in walk.text
        await walk.press("enter")
        await walk.until("本月检查情况")
        await typed(walk, "9")
        await walk.press("enter")
        await walk.until("已登记本月检查。")
        assert "2026-11-24" in walk.text
        await walk.press("f10")
        await walk.until("重点生1")
        await walk.press("enter")
        await walk.until("王建国：9（时有重点生1人）")
        await walk.press("3")
        await walk.until("转化稳定")
        await walk.press("1")
        await walk.until("退出的依据")
        await typed(walk, "7")
        await walk.press("enter")
        await walk.until("已退出重点生，记录保留。")
        assert "（转化稳定）7" in walk.text


async def test_who_only_reads_is_told_who_acts_and_any_pupil_can_be_opened(town):
    office = KeyStudentsScreen(await town.desk("office"))
    async with walking(office, "预警1") as walk:
        await walk.press("f4")
        await walk.until("学生姓名")
        await typed(walk, "zds")
        await walk.press("enter")
        await walk.until("选择 学生")
        await walk.press("1")
        await walk.until("重点生档案 赵大山")
        assert "目前所见：无" in walk.text
        await walk.press("1")
        await walk.until("此项由班主任、校领导、教务/学籍管理员办理")
        await walk.press("2")
        await walk.until("此项由班主任")
