"""导出: what this person had made in the last 24 hours, and a new one by its digit.

What a new one is of is asked in export_form.
"""

from collections.abc import Iterator
from itertools import chain, repeat
from typing import ClassVar, Final

from textual import on
from textual.widget import Widget

from core.rules.export import ExportLine, Listing
from core.services import export
from core.services.desk import Desk
from tui.screens.base import DeskScreen, Key
from tui.screens.export_form import NewExport
from tui.screens.pick import Pick
from tui.screens.text import TextPage
from tui.widgets import listing
from tui.widgets.line import Line
from tui.widgets.listing import Column

_KB: Final = 1024
_OFFERED: Final = 4  # papers a line
_DIGITS: Final = "123456789"  # what comes after the ninth is picked from the list


def _size(line: ExportLine) -> str:
    return f"{-(-line.size // _KB)}KB"


def _told(line: ExportLine) -> tuple[str, ...]:
    """Return everything about an export, and how to get it onto one's own computer."""
    return (
        "",
        f"文件名　　{line.file_name}",
        f"编号　　　{line.id}",
        f"导出时间　{line.made_at:%Y-%m-%d %H:%M}　保留至 {line.gone_at:%m-%d %H:%M}",
        f"行数　　　{line.row_count}　大小 {_size(line)}",
        f"号码　　　{'完整' if line.full_numbers else '已遮盖或不含号码'}",
        f"用途　　　{line.purpose or '（未注明）'}",
        f"校验码　　{line.sha256}",
        "",
        "在自己的电脑上取这份文件，请在命令窗口（不是本屏幕）执行：",
        f"ssh -p 端口 登录名@服务器地址 export get {line.id} > 文件.{_suffix(line)}",
        "或用 WinSCP、sftp 连接同一地址和端口，在“导出”目录里取。",
        "取用均有记录；文件含学生信息，用后请及时删除。",
    )


def _suffix(line: ExportLine) -> str:
    return line.file_name.rpartition(".")[2]


class Exports(DeskScreen):
    """List exports; Enter tells how to fetch one, a digit makes a new one."""

    TITLE_TEXT = "导出"
    KEYS: ClassVar[tuple[Key, ...]] = (
        Key("enter", "取用办法"),
        # The line under the list says which digit makes which paper.
        *(
            Key(digit, one.label, f"new('{one.value}')", on_line=False)
            for digit, one in zip(_DIGITS, Listing, strict=False)
        ),
        Key("f2", "新导出", "choose", hint="各种表都可从中选；也可直接按表前的数字"),
    )
    HELP_TEXT = (
        "按表前的数字导出一种表。",
        "文件保留24小时，仅本人可取，均有记录。",
    )

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._listing = listing.Listing(
            (
                Column[ExportLine]("时间", 11, lambda line: f"{line.made_at:%m-%d %H:%M}"),
                Column[ExportLine]("编号", 6, lambda line: str(line.id), align="right"),
                Column[ExportLine](
                    "行数", 6, lambda line: str(line.row_count), align="right"
                ),
                Column[ExportLine]("大小", 8, _size, align="right"),
                Column[ExportLine]("文件", 0, lambda line: line.file_name),
            ),
            key=lambda line: line.id,
            empty="24小时内没有导出。按数字选一种表，导出后的文件会列在这里。",
        )

    def compose(self) -> Iterator[Widget]:
        """Show the papers that can be made under the list of those made."""
        yield self._listing
        numbers = chain(_DIGITS, repeat("F2"))
        offered = [f"{key} {one.label}" for key, one in zip(numbers, Listing, strict=False)]
        for start in range(0, len(offered), _OFFERED):
            yield Line(f" {'  '.join(offered[start : start + _OFFERED])}")

    async def load(self) -> None:
        """Read the list."""
        self.show_rows(self._listing, await export.mine(self.desk), lambda line: line.id)

    def action_choose(self) -> None:
        """List the papers, and ask what the one picked is to be of."""

        def picked(code: str | None) -> None:
            if code is not None:
                self.action_new(code)

        options = [(one.value, one.label) for one in Listing]
        self.app.push_screen(Pick("要导出的表", options), picked)

    def action_new(self, code: str) -> None:
        """Ask what a new export is to be of."""
        self.app.push_screen(NewExport(self.desk, Listing.of(code)))

    @on(listing.Listing.Chosen)
    def _tell_more(self, chosen: listing.Listing.Chosen[ExportLine]) -> None:
        self.app.push_screen(TextPage("导出文件", _told(chosen.record)))
