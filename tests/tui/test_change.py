"""The screens of 异动: enter, receive, verify, refuse, confirm, by keys alone."""

import pytest

from tests.services.month_town import HE_3, QING_3, YU, YU_NUMBER, Town, build
from tests.services.month_town import at as moment
from tests.tui.school_walk import walking
from tui.screens.arrival import ArrivalForm
from tui.screens.change import ChangesScreen

MON = moment(11, 23).date()


@pytest.fixture
async def town(pool) -> Town:
    return await build(pool)


async def test_a_transfer_is_entered_and_waits(town: Town) -> None:
    await town.write("UPDATE student SET pinyin = '{zxy}' WHERE id = $1", YU)
    screen = ChangesScreen(await town.desk("reg"))
    async with walking(screen, "本学年还没有异动") as walk:
        await walk.press("1")
        await walk.until("学生姓名或拼音首字母")
        await walk.press("z", "x", "y", "enter")
        await walk.until("三年级（1）班 03-15生")
        await walk.press("enter")
        await walk.until("异动类别")
        await walk.press("1", "tab", "tab")  # 转出, first of what a pupil at school may do
        await walk.until("[转出")
        await walk.paste("外镇中心小学")
        await walk.press("tab", "2")
        await walk.until("[镇外]")
        await walk.press("f9")
        await walk.until("已登记，待核验；核验前该生仍在应到名单。")
        await walk.until("待核1")
    assert await town.class_list(HE_3, MON) == [YU, 102, 103]
    assert await town.pool.fetchval("SELECT count(*) FROM draft") == 0


async def test_the_office_verifies_with_two_keys(town: Town) -> None:
    await town.enter("transfer_out")
    screen = ChangesScreen(await town.desk("office"))
    async with walking(screen, "赵小雨") as walk:
        assert all(len(line.encode("gb18030")) <= 80 for line in walk.lines)
        await walk.press("enter")
        await walk.until("核验前该生仍在应到名单，未到校照常计时。")
        await walk.press("f10")
        await walk.until("待核1")
        await walk.press("3")
        await walk.until("核验属实？")
        await walk.press("enter")
        await walk.until("已核验。")
    assert await town.class_list(HE_3, MON) == [102, 103]


async def test_a_change_is_refused_with_a_reason(town: Town) -> None:
    await town.enter("transfer_out")
    screen = ChangesScreen(await town.desk("office"))
    async with walking(screen, "赵小雨") as walk:
        await walk.press("4")
        await walk.until("不予认可的原因")
        await walk.paste("证明无公章")
        await walk.press("enter")
        await walk.until("已退回，该生按原状态在册。")
    assert await town.class_list(HE_3, MON) == [YU, 102, 103]


async def test_26_a_child_is_received_by_number_and_the_old_school_confirms(
    town: Town,
) -> None:
    screen = ArrivalForm(await town.desk("qreg"), 1)
    async with walking(screen, "身份证件号") as walk:
        await walk.paste(YU_NUMBER)
        await walk.press("tab")
        await walk.paste("赵小雨")
        await walk.press("tab", "1", "tab", "tab")
        await walk.paste("河湾小学")
        await walk.press("f9")
        await walk.until("该生已在河湾小学就读。")
        await walk.until("确认该生已到本校上课，现在接收？")
        await walk.press("enter")
        for _ in range(200):
            if await town.class_list(QING_3, MON) == [YU, 201, 202]:
                break
            await walk.pilot.pause(0.02)
    assert await town.class_list(QING_3, MON) == [YU, 201, 202]
    old = ChangesScreen(await town.desk("reg"))
    async with walking(old, "赵小雨") as walk:
        await walk.press("6")
        await walk.until("属实，已转走")
        await walk.press("1")
        await walk.until("已记录。")


@pytest.mark.parametrize(
    ("who", "key", "told"),
    [
        ("teacher", "1", "此项由校领导、教务/学籍管理员办理，您的岗位不能办理。"),
        ("teacher", "2", "此项由校领导、教务/学籍管理员办理，您的岗位不能办理。"),
        ("reg", "3", "此项由教管组办理，您的岗位不能办理。"),
        ("reg", "4", "此项由教管组办理，您的岗位不能办理。"),
        ("office", "5", "此项由校领导、教务/学籍管理员办理，您的岗位不能办理。"),
    ],
)
async def test_who_may_not_is_told_before_anything_is_asked(
    town: Town, who: str, key: str, told: str
) -> None:
    await town.enter("transfer_out")
    async with walking(ChangesScreen(await town.desk(who)), "待核1") as walk:
        await walk.press(key)
        await walk.until(told)
        assert "学籍异动" in walk.lines[0]


async def test_19_a_principal_says_which_school_receives_the_child(town: Town) -> None:
    async with walking(ChangesScreen(await town.desk("he")), "本学年还没有异动") as walk:
        await walk.press("2")
        await walk.until("选择 转入的学校")
        assert "1 河湾小学" in walk.text
        await walk.press("2")
        await walk.until("转入登记")
        assert walk.lines[0].endswith("云岭教学点")


async def test_f1_names_every_key(town: Town) -> None:
    screen = ChangesScreen(await town.desk("reg"))
    async with walking(screen, "本学年还没有异动") as walk:
        await walk.press("f1")
        await walk.until("帮助")
        for key in screen.KEYS:
            assert key.label in walk.text, key
