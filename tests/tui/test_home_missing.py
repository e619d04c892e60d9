"""The first screen of who leads: who is missing now, and whose clock is nearest (journeys)."""

import pytest

from core.rules.roll import Mark
from tests.services.school_town import SchoolTown, build
from tests.tui.school_walk import walking
from tui.screens.home import Home
from tui.screens.missing import MissingScreen


@pytest.fixture
async def town(pool) -> SchoolTown:
    town = await build(pool)
    await town.live("11-23")
    return town


async def two_missing(town: SchoolTown) -> None:
    """赵小雨 since Monday morning, 赵大山 since the afternoon; it is Tuesday 14:10."""
    town.clock("11-23 08:10")
    await town.roll("11-23 am", _101=Mark.ABSENT)
    town.clock("11-23 14:10")
    await town.roll("11-23 pm", _101=Mark.ABSENT, _102=Mark.ABSENT)
    town.clock("11-24 08:10")
    await town.roll("11-24 am")
    town.clock("11-24 14:10")
    await town.roll("11-24 pm")


async def test_who_leads_sees_the_nearest_clock_first_and_opens_the_child(town):
    await two_missing(town)
    async with walking(Home(await town.desk("wang")), "未到校2 超时0") as walk:
        first, second = (line for line in walk.lines if "周一 " in line)
        assert "剩18时" in first
        assert "周一 上午" in first
        assert first.rstrip(" |").endswith("赵小雨")
        assert "剩24时" in second
        assert second.rstrip(" |").endswith("赵大山")
        assert all(len(line.encode("gb18030")) <= 80 for line in walk.lines)
        assert "F6未到校" in walk.lines[-1]
        await walk.press("f6", "down", "enter")
        await walk.until("个案 赵大山")
        await walk.press("f10")
        await walk.until("今日待办")
        await walk.press("f6", "f6")
        await walk.press(*"zxy", "enter")
        await walk.until("个案 赵小雨")


async def test_a_class_teacher_has_them_as_duties_and_is_told_so(town):
    await two_missing(town)
    async with walking(Home(await town.desk("li")), "今日待办") as walk:
        assert "超时0" not in walk.text
        assert "F6" not in walk.lines[-1]
        await walk.press("f6")
        await walk.until("未到校的学生已在待办中。")


ANOTHER_POST = """
UPDATE account_grant SET role = '{}', class_id = {} WHERE account_id = 7
"""


async def test_who_owes_nothing_about_a_class_still_sees_who_of_it_is_missing(town):
    await two_missing(town)
    await town.write(ANOTHER_POST.format("teacher", 11))
    async with walking(Home(await town.desk("li")), "未到校2 超时0") as walk:
        assert "今日没有待办。" in walk.text
        await walk.press("f6", "enter")
        await walk.until("个案 赵小雨")


async def test_a_keeper_of_boarders_sees_who_is_missing_and_opens_no_file(town):
    await two_missing(town)
    await town.write(ANOTHER_POST.format("duty_teacher", "NULL"))
    refused = "此项由班主任、校领导、教务和上级办理，您的岗位不能办理。"
    desk = await town.desk("li")
    async with walking(Home(desk), "未到校2 超时0") as walk:
        assert "F3" not in walk.lines[-1]
        for keys in (("f3",), ("f6", "enter")):
            await walk.press(*keys)
            await walk.until(refused)
            await walk.press("f5")
    async with walking(MissingScreen(desk), "未到校2 超时0") as walk:
        assert walk.lines[-1] == " F1帮助 F5刷新 F10返回"
        for key in ("enter", "4"):
            await walk.press(key)
            await walk.until(refused)
            await walk.press("f5")


@pytest.mark.parametrize(
    ("role", "told", "menu"),
    [
        ("auditor", "选“留痕查阅”", ["留痕查阅", "登录情况", "终端设置"]),
        ("admin", "在命令行办理", ["离任移交", "登录情况", "终端设置"]),
    ],
)
async def test_who_has_no_pupils_is_told_where_to_work_and_offered_nothing_else(
    town, role, told, menu
):
    await town.write(
        ANOTHER_POST.format(role, "NULL").replace("class_id", "school_id = NULL, class_id")
    )
    desk = await town.desk("li")
    async with walking(Home(desk), told) as walk:
        assert "F3" not in walk.lines[-1]
        await walk.press("f4")
        await walk.until("终端设置")
        entries = [line.strip("> ") for line in walk.lines[1:-1] if line.strip()]
        assert [entry.split()[:2] for entry in entries] == [
            [str(number), name] for number, name in enumerate(menu, start=1)
        ]


async def test_the_list_goes_when_the_last_child_is_back(town):
    await two_missing(town)
    async with walking(Home(await town.desk("wang")), "未到校2") as walk:
        await walk.press("f6")
        town.clock("11-24 14:20")
        await town.roll("11-24 pm", _101=Mark.PRESENT, _102=Mark.PRESENT)
        await walk.press("f5")
        await walk.until(lambda: "未到校2" not in walk.text)
        await walk.press("f6")
        await walk.until("现在没有未到校的学生。")


@pytest.mark.parametrize(("lines", "shown"), [(24, 4), (40, 8)])
async def test_many_missing_leave_the_duties_their_room_and_are_all_counted(
    town, lines, shown
):
    await town.write(
        "INSERT INTO student (township_id, id, name, pinyin, pinyin_key, sex,"
        " born_on)"
        " SELECT 990101100, n, '林' || n, '{l}', 'lin', 'male', '2018-01-01'"
        " FROM generate_series(301, 330) n"
    )
    await town.write(
        "INSERT INTO enrolment (township_id, student_id, school_id, class_id, from_on,"
        " status, boarder) SELECT 990101100, n, 1, 11, '2026-09-01', 'enrolled', false"
        " FROM generate_series(301, 330) n"
    )
    town.clock("11-23 08:10")
    marks = {f"_{n}": Mark.ABSENT for n in range(301, 331)}
    await town.roll("11-23 am", **marks)
    async with walking(
        Home(await town.desk("wang")), "未到校30 超时0", (80, lines)
    ) as walk:
        assert sum("三年级（1）班  林" in line for line in walk.lines) == shown
