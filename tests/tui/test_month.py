"""The month's screens: what they show, how few keys they need, what they refuse."""

import asyncio
from datetime import date
from uuid import uuid4

import pytest

from core.rules.month import ReportKind
from core.services import month
from tests.services.month_town import HE, TOWNSHIP, YU, Town, build
from tests.services.month_town import at as moment
from tests.tui.school_walk import walking
from tui.screens.month import MonthScreen
from tui.screens.month_board import MonthBoardScreen
from tui.screens.month_class import ClassMonthScreen
from tui.screens.opening import OpeningScreen

NOV = date(2026, 11, 1)
BUREAU = ReportKind.BUREAU
VERSIONS = "SELECT count(*) FROM month_version"


@pytest.fixture
async def town(pool) -> Town:
    return await build(pool)


def narrow(lines: list[str]) -> bool:
    return all(len(line.encode("gb18030")) <= 80 for line in lines)


async def test_a_zero_report_takes_two_keys_once_it_is_open(town: Town) -> None:
    screen = MonthScreen(await town.desk("he"))
    async with walking(screen, "零报告检查：未发现情况") as walk:
        assert "2026年11月  河湾小学" in walk.lines[0]
        assert "截至11-23 11-25前 未报" in walk.lines[0]
        assert "人数平衡" in walk.text
        assert "班级未确认2个：三年级（1）班、四年级（1）班" in walk.text
        assert narrow(walk.lines)
        await walk.press("1")
        await walk.until("特此零报告。")
        assert "经逐班排查，截至2026年11月23日，本校无疑似辍学、辍学学生" in walk.text
        await walk.press("enter")
        await walk.until("零报告，第1版。")
        await walk.until(lambda: "零报告" in walk.lines[0])
    assert await town.pool.fetchval(VERSIONS) == 1


async def test_a_key_pressed_while_the_report_is_still_read_is_done_after_it(
    town: Town, monkeypatch
) -> None:
    read, may_read = month.view, asyncio.Event()

    async def slow(*about: object) -> object:
        await may_read.wait()
        return await read(*about)

    monkeypatch.setattr(month, "view", slow)
    screen = MonthScreen(await town.desk("he"))
    async with walking(screen, "1零报告") as walk:
        await walk.press("1")
        await walk.until("正在读取，读完即办“1”")
        may_read.set()
        await walk.until("特此零报告。")
        await walk.press("escape")
        await walk.until("零报告检查")
        # Read again, the same report stands there meanwhile: the key is about that.
        may_read.clear()
        screen.reload()
        await walk.press("1")
        await walk.until("特此零报告。")
        may_read.set()
        await walk.press("escape")
        await walk.until("零报告检查")
        # Another month: the key is about that one, which is none, and not about this.
        may_read.clear()
        await walk.press("f7", "1")
        await walk.until("正在读取，读完即办“1”")
        may_read.set()
        await walk.until("2026年10月无需报送")
        assert "特此零报告" not in walk.text


async def test_the_zero_key_is_refused_with_what_was_found(town: Town) -> None:
    await town.case(YU, moment(11, 10))
    screen = MonthScreen(await town.desk("he"))
    async with walking(screen, "有情况：疑似辍学1人、未销号1人。") as walk:
        await walk.press("1")
        await walk.until("不能作零报告：疑似辍学1人、未销号1人。")
        await walk.press("f9")
        await walk.until("未确认的班级由校长代确认")
        await walk.press("enter")
        await walk.until("已报，第1版。")
    assert await town.pool.fetchval("SELECT zero FROM month_version") is False


async def test_a_report_that_does_not_balance_names_the_pupil(town: Town) -> None:
    await town.write("UPDATE enrolment SET to_on = '2026-11-10' WHERE student_id = 101")
    screen = MonthScreen(await town.desk("he"))
    async with walking(screen, "人数不符1人：赵小雨") as walk:
        await walk.press("f9", "enter")
        await walk.until("期末人数与异动不符：三年级（1）班赵小雨")
        assert await town.pool.fetchval(VERSIONS) == 0
    reg = MonthScreen(await town.desk("reg"))
    async with walking(reg, "按 2 补登说明") as walk:
        await walk.press("2")
        await walk.until("不在册而无减少异动")
        await walk.press("enter")
        await walk.until("其他增、其他减的说明")
        await walk.press(*"wujilu", "enter")
        await walk.until("人数平衡")


async def test_what_is_typed_is_printed(town: Town) -> None:
    screen = MonthScreen(await town.desk("he"))
    async with walking(screen, "零报告检查") as walk:
        await walk.press("f6")
        await walk.paste("本月调整了两个班")
        await walk.until("本月调整了两个班")
        await walk.press("f9")
        await walk.until("报送11月")
        await walk.press("enter")
        await walk.until("已报，第1版。")
    told = "SELECT explanation FROM month_version"
    assert await town.pool.fetchval(told) == "本月调整了两个班"


@pytest.mark.parametrize("key", ["1", "f9"])
async def test_only_the_principal_files_and_nobody_else_is_asked(
    town: Town, key: str
) -> None:
    screen = MonthScreen(await town.desk("reg"))
    async with walking(screen, "零报告检查") as walk:
        await walk.press(key)
        await walk.until("此项由校长办理，您的岗位不能办理。")


async def test_months_turn_by_f7_and_f8_and_versions_are_shown(town: Town) -> None:
    desk = await town.desk("he")
    await month.file(desk, HE, BUREAU, NOV, "", uuid4(), zero=True)
    async with walking(MonthScreen(desk), "零报告检查") as walk:
        await walk.press("f7")
        await walk.until("2026年10月无需报送")
        # Nothing of November stands under October's title.
        assert "三年级" not in walk.text
        assert "人数平衡" not in walk.text
        assert "未能读取" in walk.text
        await walk.press("f8")
        await walk.until("2026年11月  河湾小学")
        await walk.press("3")
        await walk.until("第1版  零报告")
        assert "校长 王建国" in walk.text
        # What it said, whatever is true by now.
        assert "期初5 增0 减0 期末5 疑似0 辍学0" in walk.text


async def test_a_report_that_is_read_afresh_keeps_its_title_and_its_keys(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    """News of others' acts comes any time: what was true a moment ago is not blanked for it."""
    screen = MonthScreen(await town.desk("he"))
    titles: list[str] = []
    async with walking(screen, "零报告检查") as walk:
        monkeypatch.setattr(screen, "set_title", lambda *told: titles.append(told[0]))
        screen.action_reload()
        await walk.until(lambda: titles)
        assert [title.split()[-1] for title in titles] == ["河湾小学"]
        # The month before is another report, of which nothing is known yet.
        await walk.press("f7")
        await walk.until("2026年10月无需报送")
        assert [title.split()[-1] for title in titles[1:]] == ["2026年10月"]


async def test_each_report_has_its_own_columns_and_f4_goes_from_one_to_the_other(
    town: Town,
) -> None:
    async with walking(MonthScreen(await town.desk("he")), "零报告检查") as walk:
        for head in ("疑似", "巩固率%"):
            assert head in walk.lines[1]
        assert "其他增" not in walk.lines[1]
        await walk.press("f4")
        await walk.until("2 河湾小学 学生变动情况月报")
        await walk.press("2")
        await walk.until("学生变动情况月报  2026年10月")
        await walk.until("合计")
        for head in ("复学", "返校", "其他增", "其他减"):
            assert head in walk.lines[1]
        assert "疑似" not in walk.lines[1]
        assert narrow(walk.lines)
        await walk.press("1")
        await walk.until("变动月报没有零报告")


async def test_a_class_teacher_confirms_in_two_keys(town: Town) -> None:
    screen = ClassMonthScreen(await town.desk("teacher"))
    async with walking(screen, "期初在校 3") as walk:
        assert "三年级（1）班" in walk.text
        assert "四年级" not in walk.text
        assert "待确认" in walk.text
        assert narrow(walk.lines)
        await walk.press("f9")
        await walk.until("人数和情况属实？")
        await walk.press("enter")
        await walk.until("已确认")
    held = "SELECT on_behalf FROM class_confirmation"
    assert await town.pool.fetchval(held) is False


async def test_the_matrix_is_one_key_each(town: Town) -> None:
    desk = await town.desk("he")
    await month.file(desk, HE, BUREAU, NOV, "", uuid4(), zero=True)
    screen = MonthBoardScreen(await town.desk("bureau"))
    async with walking(screen, "河湾小学") as walk:
        assert "11-25前（还有2天） 应报3 已报1" in walk.lines[0]
        assert "零报告11-23" in walk.text
        lines = [line for line in walk.lines if "云岭教学点" in line]
        # Not filed is a dash in every figure, and never a zero.
        assert lines[0].split()[1:] == ["-"] * 8 + ["未报"]
        assert narrow(walk.lines)
        await walk.press("2")
        await walk.until("河湾小学：已接收。")
        # Taken in, it is a zero report all the same.
        await walk.until("零报告已接收")
        await walk.press("3")
        await walk.until("退回原因")
        await walk.paste("转入人数不符")
        await walk.press("enter")
        await walk.until("已退回：河湾小学，11-24 17:00前更正。")
        await walk.press("down", "1")
        await walk.until("已催报云岭教学点（第1次）。")
        await walk.until("- 已催报1次")
        assert "已退回1次" in walk.text
        await walk.press("3")
        await walk.until("该校本月尚未报送，可先催报。")
    office = MonthBoardScreen(await town.desk("office"), BUREAU)
    async with walking(office, "河湾小学") as walk:
        # Who may not is told before a reason is typed.
        for key in ("3", "5"):
            await walk.press("f5", key)
            await walk.until("此项由教育局基教科办理，您的岗位不能办理。")


async def test_the_office_rolls_up_from_the_matrix(town: Town) -> None:
    desk = await town.desk("he")
    await month.file(desk, HE, BUREAU, NOV, "", uuid4(), zero=True)
    screen = MonthBoardScreen(await town.desk("office"), BUREAU, NOV)
    async with walking(screen, "河湾小学") as walk:
        await walk.press("f9")
        await walk.until("尚有2所学校缺报，各栏印“—”：云岭教学点、青石镇九年一贯制学校")
        await walk.press("enter")
        await walk.until("已汇总（第1版）：应报3所，实报1所")
        await walk.press("enter")
        await walk.until("截至11-23")
    own = "SELECT count(*) FROM month_report WHERE school_id IS NULL"
    assert await town.pool.fetchval(own) == 1
    assert TOWNSHIP


async def test_33_the_office_enters_for_a_school_from_the_matrix(town: Town) -> None:
    screen = MonthBoardScreen(await town.desk("office"), BUREAU, NOV)
    async with walking(screen, "河湾小学") as walk:
        await walk.press("6")
        await walk.until("河湾小学 11月控辍保学情况月报")
        await walk.press("2", "tab", "1", "tab")
        await walk.paste("王建国")
        await walk.press("tab", "tab", *"08:50", "f9")
        await walk.until("已代录河湾小学月报（第1版），待学校补签。")
        await walk.until("零报告 代录")
    told = await town.pool.fetchval("SELECT entered_for FROM month_version")
    assert told == "来源：电话，报送人：王建国，时间：2026-11-23 08:50。"


async def test_the_stamped_paper_is_noted_with_its_place(town: Town) -> None:
    await month.file(await town.desk("he"), HE, BUREAU, NOV, "", uuid4(), zero=True)
    async with walking(MonthScreen(await town.desk("reg")), "零报告检查") as walk:
        await walk.press("5")
        await walk.until("盖章件存放处")
        await walk.press(*"dangan2", "enter")
        await walk.until("已登记盖章件存放处。")
        await walk.press("3")
        await walk.until("校长 王建国  已附盖章件")
    note = "SELECT note FROM month_event WHERE kind = 'stamped'"
    assert await town.pool.fetchval(note) == "dangan2"


async def test_a_rate_below_its_target_says_so_in_words(town: Town) -> None:
    await town.year_begun()
    below = "年巩固率：小学83.33%（目标99%，未达标）。"
    desk = await town.desk("he")
    async with walking(MonthScreen(desk), below) as walk:
        assert "83.33未达" in walk.text
        assert narrow(walk.lines)
        await walk.press("end", "enter")
        await walk.until("家访 0 次")
        assert below in walk.text
    await month.file(desk, HE, BUREAU, NOV, "", uuid4())
    screen = MonthBoardScreen(await town.desk("office"), BUREAU, NOV)
    async with walking(screen, "83.33未达") as walk:
        assert "未达标1所" in walk.text
        assert narrow(walk.lines)


async def test_figures_of_a_year_s_beginning_are_typed_and_never_assumed(
    town: Town,
) -> None:
    async with walking(OpeningScreen(await town.desk("reg")), "未填报") as walk:
        await walk.press("enter")
        await walk.until("学年初在校*[    ]")
        await walk.press("f9")
        await walk.until("请填写学年初在校。")


@pytest.mark.parametrize(
    ("who", "key", "told"),
    [
        ("reg", "f9", "此项由教管组办理，您的岗位不能办理。"),
        ("office", "enter", "此项由校领导、教务/学籍管理员办理，您的岗位不能办理。"),
    ],
)
async def test_opening_figures_tell_whose_they_are_before_asking(
    town: Town, who: str, key: str, told: str
) -> None:
    async with walking(OpeningScreen(await town.desk(who), HE), "未填报") as walk:
        await walk.press(key)
        await walk.until(told)


async def test_42_opening_figures_are_entered_and_confirmed(town: Town) -> None:
    async with walking(OpeningScreen(await town.desk("reg")), "未填报") as walk:
        await walk.press("enter")
        await walk.until("填报期初数")
        await walk.press("backspace", "5", "tab", "tab", "backspace", "2", "f9")
        await walk.until("已提交，待教管组确认。")
        await walk.until("待确认 何静")
        assert narrow(walk.lines)
    async with walking(OpeningScreen(await town.desk("office"), HE), "待确认 何静") as walk:
        await walk.press("f9")
        await walk.until("确认后不能再改")
        await walk.press("enter")
        await walk.until("1个班的期初数已确认。")
    kept = "SELECT at_year_start, transferred_out FROM opening_figure"
    assert tuple(await town.pool.fetchrow(kept)) == (5, 2)


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_f1_names_every_key(town: Town, size: tuple[int, int]) -> None:
    for screen, seen in (
        (MonthScreen(await town.desk("he")), "零报告检查"),
        (MonthBoardScreen(await town.desk("office"), BUREAU, NOV), "河湾小学"),
        (ClassMonthScreen(await town.desk("he")), "三年级"),
    ):
        async with walking(screen, seen, size) as walk:
            await walk.press("f1")
            await walk.until("帮助")
            shown = walk.text
            await walk.press("pagedown")
            shown += walk.text
            for key in screen.KEYS:
                assert key.label in shown, key
