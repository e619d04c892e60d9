"""留痕查阅: what was done and what was looked at, by whom; Enter shows one entry in full.

For 审计 alone: nothing is changed here, and every reading is itself written down.
"""

from collections.abc import Iterator
from datetime import date
from typing import ClassVar, Final, TypeAlias

from textual import on
from textual.widget import Widget

from core.rules.journal_line import MOST, JournalLine, Log, ReadLine, Sought, sides
from core.services import journal_line, place
from core.services.desk import Desk
from tui.screens.audit_filter import AuditFilter
from tui.screens.base import DeskScreen, Key
from tui.screens.text import TextPage
from tui.widgets.listing import WIDE, Column, Listing
from tui.widgets.style import Tone

Row: TypeAlias = JournalLine | ReadLine

_NONE: Final = "（无）"


def _what(row: Row) -> str:
    return f"{row.about} {row.how}" if isinstance(row, JournalLine) else row.about


def _act(row: Row) -> str:
    if isinstance(row, JournalLine):
        return row.act
    return "　".join(part for part in (row.subject, row.purpose) if part)


def _told(row: Row) -> tuple[str, ...]:
    """Return one entry in full."""
    common = (
        f"序号　　{row.id}",
        f"时间　　{row.at:%Y-%m-%d %H:%M:%S}",
        f"办理人　{row.account_name}（{row.signin_name}）",
        f"乡镇　　{row.township_id or '（全局）'}",
    )
    if isinstance(row, ReadLine):
        return (
            *common,
            f"查看　　{row.about}（{row.kind}）",
            f"对象　　{row.subject}",
            f"用途　　{row.purpose or '（未注明）'}",
            f"条数　　{'—' if row.row_count is None else row.row_count}",
            *((f"校验码　{row.sha256}",) if row.sha256 else ()),
        )
    lines = [
        *common,
        f"事项　　{row.act}",
        f"内容　　{row.about}（{row.relation}）{row.how}",
        "",
    ]
    for side in sides(row):
        if row.was is not None and row.became is not None:
            lines.append(f"{side.name}：{side.was or _NONE}　→　{side.became or _NONE}")
        elif (value := side.became if row.was is None else side.was) is not None:
            lines.append(f"{side.name}：{value}")
    return tuple(lines)


class AuditScreen(DeskScreen):
    """List the newest entries of a log first, as the filter says."""

    TITLE_TEXT = "留痕查阅"
    KEYS: ClassVar[tuple[Key, ...]] = (
        Key("enter", "看全文"),
        Key("f2", "筛选", "filter", hint="按日、人、事项、表、学生"),
        Key("f6", "改动/查看", "other", hint="换看另一种记录：办理的改动，或谁查看了什么"),
        Key("f7", "更早", "older", hint=f"每次列出{MOST}条，接着看更早的"),
        Key("f8", "全部", "everything", hint="去掉筛选，回到最新的"),
    )
    HELP_TEXT = (
        "审计查阅授权范围内的全部留痕：改动记录是每一次新增、改动、删除，查看记录是谁查看、查找、导出了什么。",
        "这里只能看，不能改；每次查阅都记入查看记录。证件号、电话遮盖，密码和文件内容不显示。",
        "全文里的项目名是数据库的列名；改动只列变了的项，左为改前，右为改后。",
    )

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._sought = Sought()
        self._is_new = False  # something else is looked for than before
        self._today: date | None = None
        self._listing = Listing(
            (
                Column[Row]("时间", 16, lambda row: f"{row.at:%Y-%m-%d %H:%M}"),
                Column[Row]("办理人", 12, lambda row: row.account_name),
                Column[Row]("内容", 16, _what),
                Column[Row](
                    "乡镇", 9, lambda row: str(row.township_id), min_screen_width=WIDE
                ),
                Column[Row]("事项/对象", 0, _act),
            ),
            key=lambda row: row.id,
            empty="没有符合条件的记录；按 F2 改筛选，按 F8 看全部。",
        )

    def compose(self) -> Iterator[Widget]:
        """Show the list."""
        yield self._listing

    async def load(self) -> None:
        """Read a log; the reading is written down."""
        read = self._sought.log is Log.READS
        found: tuple[Row, ...] = await (journal_line.reads if read else journal_line.show)(
            self.desk, self._sought
        )
        self._today = await place.today(self.desk)
        self._listing.rows = found
        if self._is_new and found:
            self._listing.go_to(found[0].id)
        self._is_new = False
        more = "起" if len(found) == self._sought.most else ""
        self.set_title(
            f"{self.TITLE_TEXT}  {self._sought.log.label}{_given(self._sought)}",
            f"{len(found)}条{more}",
        )

    def action_filter(self) -> None:
        """Ask what is looked for."""
        if self._today is None:
            return

        def answered(sought: Sought | None) -> None:
            if sought is not None:
                self._seek(sought)

        self.app.push_screen(AuditFilter(self._sought, self._today), answered)

    def action_other(self) -> None:
        """Read the other log, by the same person, days and child."""
        other = Log.CHANGES if self._sought.log is Log.READS else Log.READS
        left = {"log": other, "before_id": None, "act": None, "table": None}
        self._seek(self._sought.model_copy(update=left))

    def action_older(self) -> None:
        """Go on from the last line."""
        rows = tuple(self._listing.rows)
        if len(rows) < self._sought.most:
            self.tell("没有更早的了。", Tone.WARNING)
        else:
            self._seek(self._sought.model_copy(update={"before_id": rows[-1].id}))

    def action_everything(self) -> None:
        """Look for nothing in particular again."""
        self._seek(Sought(log=self._sought.log))

    def _seek(self, sought: Sought) -> None:
        self._sought, self._is_new = sought, True
        self.turn()

    @on(Listing.Chosen)
    def _open(self, chosen: Listing.Chosen[Row]) -> None:
        self.app.push_screen(TextPage(f"{_what(chosen.record)}", _told(chosen.record)))


def _given(sought: Sought) -> str:
    """Return what is looked for, for the title."""
    days = (
        f"{sought.from_on:%m-%d}" if sought.from_on else "",
        f"{sought.to_on:%m-%d}" if sought.to_on else "",
    )
    parts = (
        "至".join(days) if any(days) else "",
        sought.person,
        sought.act,
        sought.table,
        sought.child,
    )
    told = " ".join(part for part in parts if part)
    return f"（{told}）" if told else ""
