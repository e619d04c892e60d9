"""The story, 10: who leaves, comes, rests and returns; and the class list as of any day."""

from uuid import uuid4

from core.rules.opening import OpeningFigure
from core.rules.staff import Role
from core.services import opening
from tests.story.conftest import DATA, Town, at
from tests.story.terminal import Terminal
from tests.story.walk import back_to, go_to, open_from_menu, open_line, within

RIVER = "2199010002"  # 河湾小学
# Of 三年级（1）班: one moves away, one next door, one falls ill for long.
AWAY, NEAR, ILL = "缪俊杰", "罗源", "仇平强"
# One changes the class, one drops out, one was never there.
MOVED, LOST, GONE = "胡俊刚", "翟轩静", "高勇伟"
NEAR_NUMBER = "990101201612068877"


async def begin(t: Terminal, initials: str, name: str, kind: str) -> None:
    """Begin a change of a pupil: found by initials, its kind by its digit."""
    await t.press("1")
    await t.wait_for("学生姓名或拼音首字母")
    await t.type(initials)
    await t.press("enter")
    await t.wait_for("选择 学生")
    await open_line(t, name)
    await t.wait_for("异动登记", f"学生      {name}")
    await t.press(kind)


async def moves_away(t: Terminal, o: Terminal, li: Terminal) -> None:
    """A claimed transfer changes nothing, until a second person has seen the paper."""
    await begin(t, "mjj", AWAY, "1")
    await go_to(t, "对方学校")
    await t.type("邻县中心小学")
    await t.press("tab", "2")
    await t.press("f9")
    await t.wait_for(
        "已登记，待核验；核验前该生仍在应到名单。", "转出     待核     三年级（1）班"
    )
    await t.press("3")
    await t.wait_for("此项由教管组办理，您的岗位不能办理。")
    await o.wait_for(f"{AWAY}转出待核")
    await li.wait_for("三年级（1）班 上午", "应到44")
    await open_line(o, f"{AWAY}转出待核")
    await o.wait_for("学籍异动", AWAY)
    await o.press("3")
    await o.wait_for("核验属实？")
    await o.press("enter")
    await o.wait_for("证明材料不齐，还缺：学籍系统截图或接收学校证明。")
    await t.press("5")
    await t.wait_for("选择 证明材料")
    await t.press("1")
    await t.wait_for("材料存放处")
    await t.type("教务处档案柜")
    await t.press("enter")
    await t.wait_for("材料已补登。")
    with within(o, 2):
        await o.press("3")
        await o.wait_for("核验属实？")
        await o.press("enter")
    await o.wait_for("已核验。", "转出     已核     三年级（1）班")
    await li.wait_for("应到43")


async def moves_next_door(h: Terminal, t: Terminal, li: Terminal) -> None:
    """The school where the child sits receives it by its number; the other one confirms."""
    await h.wait_for("今日待办")
    await open_from_menu(h, "学籍异动")
    await h.wait_for("本学年0 待核0")
    await h.press("2")
    await h.wait_for("转入登记", "河湾小学")
    await h.type(NEAR_NUMBER)
    await h.press("tab")
    await h.type(NEAR)
    await h.press("tab", "3", "tab", "tab")
    await h.type("青石镇九年一贯制学校")
    await h.press("f9")
    await h.wait_for("该生已在青石镇九年一贯制学校就读。", "现在接收？")
    await h.press("enter")
    await h.wait_for("已接收，该生自即日起在应到名单。", "转入     待核     三年级（1）班")
    await li.wait_for("应到42")
    await back_to(t, "今日待办")
    await open_line(t, f"{NEAR}镇内转学待确认")
    await t.wait_for("学籍异动", NEAR)
    await t.press("6")
    await t.wait_for("属实，已转走", "有异议，报教管组")
    await t.press("1")
    await t.wait_for("已记录。", f"转出     已核     三年级（1）班                 {NEAR}")


async def rests(t: Terminal, o: Terminal, li: Terminal) -> None:
    """休学 waits for its verification as well; 复学 counts at once."""
    await begin(t, "qpq", ILL, "2")
    for label, key in (("材料1", "5"), ("材料2", "6"), ("材料3", "7")):
        await go_to(t, label)
        await t.press(key)
    await t.press("f9")
    await t.wait_for("休学     待核     三年级（1）班")
    await back_to(o, "今日待办")
    await open_line(o, f"{ILL}休学待核")
    await o.wait_for("学籍异动", ILL)
    await o.press("3")
    await o.wait_for("核验属实？", "休学")
    await o.press("enter")
    await o.wait_for("已核验。")
    await li.wait_for("应到41")


async def comes_back(t: Terminal, li: Terminal) -> None:
    """The next day the child is well again; no other change is even offered for it."""
    await t.press("f5")
    await begin(t, "qpq", ILL, "1")
    await t.wait_for("[复学", "1复学 2转出 3辍学")
    await t.press("f9")
    await t.wait_for("已登记，该生自即日起在应到名单。")
    await li.press("f5")
    await li.wait_for("应到42")


async def as_of_any_day(t: Terminal) -> None:
    """Each day's list is that day's: 44, 41 and 42 were expected in the class."""
    await back_to(t, "今日待办")
    await open_from_menu(t, "点名情况")
    for day, expected in (("11-25 周三", 42), ("11-24 周二", 41), ("11-23 周一", 44)):
        await t.wait_for(f"点名情况  {day}")
        await t.wait_for(f"08:30   {expected}    - 三年级（1）班")
        await t.press("f7")
    await t.wait_for("点名情况  11-22 周日")


async def waits(t: Terminal, initials: str, name: str, kind: str) -> None:
    """Begin a change by its name in the list of kinds."""
    await begin(t, initials, name, "f4")
    await t.wait_for("选择 异动类别")
    await open_line(t, kind)
    await t.wait_for(f"[{kind}")


async def leaves_the_class(t: Terminal, li: Terminal) -> None:
    """A class move counts from today; 辍学 and 其他减 wait, and the child is called on."""
    await back_to(t, "今日待办")
    await open_from_menu(t, "学籍异动")
    await waits(t, "hjg", MOVED, "班级调整")
    await go_to(t, "到班级")
    await t.press("f4")
    await t.wait_for("选择 到班级")
    await open_line(t, "三年级（2）班")
    await t.wait_for("[三年级（2）班")
    await t.press("f9")
    await t.wait_for(
        "已登记，自今日起在新班点名。", "班级调整 已核     三年级（1）班", MOVED
    )
    await li.press("f5")
    await li.wait_for("应到41")
    await waits(t, "zxj", LOST, "辍学")
    await t.press("f9")
    await t.wait_for("已登记，待核验；核验前该生仍在应到名单。", "辍学     待核")
    await waits(t, "gyw", GONE, "其他减")
    await t.press("f9")
    await t.wait_for("登记其他减须填写说明，请写明原因后再保存。")
    await go_to(t, "说明")
    await t.type("户籍错登，查无此人")
    await t.press("f9")
    await t.wait_for("其他减   待核")
    await li.press("f5")
    await li.quiet(0.2)
    await li.wait_for("应到41")


async def comes_from_afar(t: Terminal, li: Terminal) -> None:
    """Who has come from outside the township is called from today, papers or not."""
    await t.press("2")
    await t.wait_for("转入登记")
    await t.type("99010120180702003X")
    await go_to(t, "姓名")
    await t.type("新来的")
    await go_to(t, "到班级")
    await t.press("f4")
    await t.wait_for("选择 到班级")
    await open_line(t, "三年级（1）班")
    await go_to(t, "原学校")
    await t.type("邻县二小")
    await t.press("f9")
    await t.wait_for("转入     待核     三年级（1）班", "新来的")
    await li.press("f5")
    await li.wait_for("应到42")


async def opening_figures(town: Town, h: Terminal, o: Terminal) -> None:
    """河湾小学 went live in November: what its classes had been through is told and checked."""
    desk = await town.desk("hejing")
    (school,) = desk.actor.scope.schools
    held = await opening.listing(desk, school)
    given = [
        OpeningFigure(class_id=one.class_id, at_year_start=one.enrolled) for one in held[1:]
    ]
    await opening.enter(desk, school, given, uuid4())
    await back_to(h, "今日待办")
    await open_from_menu(h, "期初数")
    await h.wait_for("一年级（1）班           -    -    -    -    -    -     20 未填报")
    await h.press("enter")
    await h.wait_for("填报期初数", "启用日在校  20")
    await h.type("21")
    await h.press("f9")
    await h.wait_for(
        "已提交，待教管组确认，但与启用日在校20人差+1，请核对。", "待确认 何静 差+1"
    )
    await h.press("enter")
    await go_to(h, "转出")
    await h.type("1")
    await h.press("f9")
    await h.wait_for(
        "已提交，待教管组确认。", "21    0    1    0    0    0     20 待确认 何静"
    )
    await back_to(o, "今日待办")
    await open_line(o, "河湾小学期初数待确认")
    await o.wait_for("期初数", "河湾小学", "待确认 何静")
    await o.press("f9")
    await o.wait_for("7个班的期初数无误？确认后不能再改。")
    await o.press("enter")
    await o.wait_for("7个班的期初数已确认。", "已确认 陈立")


async def test_changes_of_three_days(town: Town) -> None:
    await town.add_school(RIVER, "河湾小学", (DATA / "roster-messy.xlsx").read_bytes())
    await town.hire("hejing", "何静", Role.REGISTRAR, None, school=RIVER)
    town.clock.now = at("11-24", "07:50")
    async with (
        town.sign_in("zhouming") as t,
        town.sign_in("jiaoguan") as o,
        town.sign_in("lixiuying") as li,
        town.sign_in("hejing") as h,
    ):
        await t.wait_for("今日待办")
        await open_from_menu(t, "学籍异动")
        await t.wait_for("本学年0 待核0")
        await moves_away(t, o, li)
        await moves_next_door(h, t, li)
        await rests(t, o, li)
        town.clock.now = at("11-25", "07:50")
        await comes_back(t, li)
        await as_of_any_day(t)
        await leaves_the_class(t, li)
        await comes_from_afar(t, li)
        await opening_figures(town, h, o)
