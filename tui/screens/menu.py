"""菜单: everything a person may open, by number; what is owed now is on the first screen."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import ClassVar, Final

from textual import on
from textual.widget import Widget

from core.rules.initial import initials_of
from core.rules.month import ReportKind
from core.rules.staff import APART, Role
from core.services.desk import Desk
from tui.screens.area_children import AreaChildrenScreen
from tui.screens.audit import AuditScreen
from tui.screens.base import DeskScreen
from tui.screens.calendar import CalendarScreen
from tui.screens.cases import CasesScreen
from tui.screens.change import ChangesScreen
from tui.screens.exports import Exports
from tui.screens.find import Find
from tui.screens.grant import GrantScreen
from tui.screens.key_students import KeyStudentsScreen
from tui.screens.ladder import LadderScreen
from tui.screens.leaver import LeaverScreen
from tui.screens.leaves import LeavesScreen
from tui.screens.missing import MissingScreen
from tui.screens.month import MonthScreen
from tui.screens.month_board import MonthBoardScreen
from tui.screens.month_class import ClassMonthScreen
from tui.screens.opening import OpeningScreen
from tui.screens.owed import ChecksScreen, ReceiptsScreen
from tui.screens.policy import PolicyScreen
from tui.screens.presence import PresenceScreen
from tui.screens.rolls import RollsScreen
from tui.screens.terminal import TerminalScreen
from tui.screens.unreturned import UnreturnedScreen
from tui.widgets.keys import Key
from tui.widgets.listing import Column, Listing

_ALL: Final = frozenset(Role)
_PUPILS: Final = _ALL - APART


@dataclass(frozen=True)
class Item:
    """One entry: its name, what it is for, who has it, and the screen."""

    label: str
    told: str
    screen: Callable[[Desk], DeskScreen]
    roles: frozenset[Role] = _PUPILS


_CLASS: Final = frozenset({Role.CLASS_TEACHER, Role.LEADER, Role.REGISTRAR})
_SCHOOL: Final = frozenset({Role.LEADER, Role.REGISTRAR})
_LED: Final = frozenset({Role.LEADER})
# 值班/宿管 takes rolls and follows who is not there; the files are not its own.
_FILES: Final = _PUPILS - {Role.DUTY_TEACHER}
_TOWN: Final = frozenset({Role.OFFICE, Role.BUREAU, Role.GOVERNMENT, Role.SUPERVISION})


# To whom a school's papers go.
_ADDRESSED: Final = frozenset({Role.GOVERNMENT, Role.BUREAU})


def _office_month(desk: Desk) -> MonthScreen:
    return MonthScreen(desk, kind=ReportKind.OFFICE)


ITEMS: Final = (
    Item("点名情况", "今日各班各时段点名，可补点、代点、更正", RollsScreen),
    Item("48小时未到校跟踪", "所有未到校学生及其时钟，最急的在前", MissingScreen),
    Item(
        CasesScreen.TITLE_TEXT,
        "各案进展、下一步和四早；各校情况；季度复核",
        CasesScreen,
        _FILES,
    ),
    Item(
        KeyStudentsScreen.TITLE_TEXT,
        "可能辍学的学生及其原因；重点生名单、家访、检查",
        KeyStudentsScreen,
        _CLASS | _TOWN,
    ),
    Item("查找学生", "按姓名或拼音首字母", Find, _FILES),
    Item(LeavesScreen.TITLE_TEXT, "登记、批准、续假、销假；长期请假", LeavesScreen, _FILES),
    Item(CalendarScreen.TITLE_TEXT, "学期、放假、作息时段、临时停课与备案", CalendarScreen),
    Item(
        GrantScreen.TITLE_TEXT, "本校人员代班主任几天，或代校长签发几天", GrantScreen, _LED
    ),
    Item(
        UnreturnedScreen.TITLE_TEXT,
        "期末未返、开学未报到、六升七未到",
        UnreturnedScreen,
        _CLASS | _TOWN,
    ),
    Item("班级月报", "核对并确认本班当月情况", ClassMonthScreen, _CLASS),
    Item("学校月报", "控辍保学情况月报，25日前报基教科；零报告", MonthScreen, _SCHOOL),
    Item("变动月报", "学生变动情况月报，3日前报教管组", _office_month, _SCHOOL),
    Item(
        "月报情况",
        "各校已报、零报告、未报；催报、接收、退回、汇总",
        MonthBoardScreen,
        _TOWN,
    ),
    Item(
        ChangesScreen.TITLE_TEXT,
        "转入转出、休学复学、辍学返校等登记与核验",
        ChangesScreen,
        _FILES,
    ),
    Item(
        OpeningScreen.TITLE_TEXT,
        "学年中启用的学校登记一次，教管组确认",
        OpeningScreen,
        _SCHOOL | _TOWN,
    ),
    Item(
        AreaChildrenScreen.TITLE_TEXT,
        "未入学、缓学免学、外地就读等；入学率",
        AreaChildrenScreen,
        _SCHOOL | _TOWN,
    ),
    Item(
        Exports.TITLE_TEXT,
        "花名册、考勤、台账、月报等，24小时内可取",
        Exports,
        _FILES - {Role.TEACHER},
    ),
    Item(
        PolicyScreen.TITLE_TEXT,
        "时限、批假、月报日、目标等，自生效日起执行",
        PolicyScreen,
        _TOWN,
    ),
    Item(
        AuditScreen.TITLE_TEXT,
        "谁办了什么、查看了什么；按日、人、表、学生筛选",
        AuditScreen,
        frozenset({Role.AUDITOR}),
    ),
    Item(
        LeaverScreen.TITLE_TEXT,
        "离任者的岗位、待办、草稿交接任者，账号停用",
        LeaverScreen,
        frozenset({Role.LEADER, Role.OFFICE, Role.ADMIN}),
    ),
    Item(
        PresenceScreen.TITLE_TEXT,
        "在何处登录、自何时起；结束别处的登录；更换密码",
        PresenceScreen,
        _ALL,
    ),
    Item(
        LadderScreen.TITLE_TEXT,
        "未到校多久、由谁办什么、逾期报谁",
        LadderScreen,
        _SCHOOL | _TOWN,
    ),
    Item(
        ReceiptsScreen.TITLE_TEXT,
        "书面报告、商请函，最急的在前",
        ReceiptsScreen,
        _ADDRESSED,
    ),
    Item(
        ChecksScreen.TITLE_TEXT,
        "他人提供的佐证、登记的异动，最急的在前",
        ChecksScreen,
        _SCHOOL | {Role.OFFICE, Role.BUREAU},
    ),
    Item(TerminalScreen.TITLE_TEXT, "本软件的编码、表格线、颜色", TerminalScreen, _ALL),
)


class Menu(DeskScreen):
    """List what this person may open."""

    TITLE_TEXT = "菜单"
    KEYS: ClassVar[tuple[Key, ...]] = (
        Key("enter", "打开"),
        Key("1,2,3,4,5,6,7,8,9", "直达", shown="1-9"),
    )

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._listing = Listing(
            (
                Column[Item]("", 20, lambda item: item.label),
                Column[Item]("", 0, lambda item: item.told),
            ),
            key=lambda item: item.label,
            # More than nine entries: the last have no digit.
            jump_fn=lambda item: initials_of(item.label),
            empty="您的账号没有可打开的内容，请联系系统管理员。",
            numbered=True,
        )

    def compose(self) -> Iterator[Widget]:
        """Show the entries."""
        yield self._listing

    async def load(self) -> None:
        """List the entries of this person's roles."""
        self._listing.rows = tuple(i for i in ITEMS if self.desk.actor.has(*i.roles))

    @on(Listing.Chosen)
    def _open(self, chosen: Listing.Chosen[Item]) -> None:
        self.app.push_screen(chosen.record.screen(self.desk))
