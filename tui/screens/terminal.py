"""设置: how this terminal is drawn.  Measured at sign-in, and chosen here where that is wrong.

A choice is tried out first: where the person does not say within 20 seconds that they can
read it, everything is as before.
"""

from collections.abc import Iterator, Sequence
from typing import ClassVar, Final, TypeVar

from textual.widget import Widget

from core.rules.base import Coded
from core.rules.terminal import Colour, Encoding, Frames, Wanted, Width
from core.services import terminal as memory
from core.services.desk import Desk
from tui.screens.base import DeskScreen, Key
from tui.screens.confirm import Confirm
from tui.terminal import Wished, terminal_here
from tui.widgets.cells import fit
from tui.widgets.field import Box, Field
from tui.widgets.form import ChoiceField, Form, ShowField

Choice = TypeVar("Choice", bound=Coded)

_AUTO: Final = "auto"
_PATIENCE: Final = 20  # seconds
_SAMPLE_CELLS: Final = 30
_READABLE: Final = "这样看得清楚、竖线对得齐吗？\n20秒内不选，恢复原样。"


class SampleField(Field):
    """Shows two lines whose right ends stand under one another if all is right."""

    height = 2
    editable = False

    def draw(self, cells: int) -> Sequence[Box]:
        """Draw what terminals disagree about over what they agree about."""
        del cells
        lines = ("买买提·“一”—…①×℃", "0123456789" * 3)
        return tuple(Box(f"{fit(line, _SAMPLE_CELLS)}|", open=False) for line in lines)


class Readable(Confirm):
    """Ask whether a new look can be read; silence means no."""

    def on_mount(self) -> None:
        """Wait for so long, and no longer."""
        super().on_mount()
        self.set_timer(_PATIENCE, self.action_no)


class TerminalScreen(DeskScreen):
    """Show what the terminal is taken for, and let its person say otherwise."""

    TITLE_TEXT = "终端设置"
    KEYS: ClassVar[tuple[Key, ...]] = (Key("f9", "保存", "save"),)
    HELP_TEXT = (
        "登录时自动识别终端，一般不用改；识别有误时在这里指定。只对您在本软件上的登录有效。",
        "汉字是乱码的，改编码；表格或姓名后面的列对不齐的，改“·”的宽度。",
        "“·”占两格的终端不能画表格线。",
    )

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        known = terminal_here().known
        wanted = known.wanted
        proven = known.measured is not None and known.measured.encoding is Encoding.UTF8
        self._form = Form(
            ShowField("client", "软件"),
            ShowField("measured", "识别结果"),
            *(() if proven else (_choice("encoding", "编码", Encoding, wanted.encoding),)),
            _choice("width", "“·”的宽度", Width, wanted.width),
            _choice("frames", "表格", Frames, wanted.frames),
            _choice("colour", "颜色", Colour, wanted.colour),
            SampleField("sample", "样张"),
        )

    def compose(self) -> Iterator[Widget]:
        """Show the form."""
        yield self._form

    async def load(self) -> None:
        """Write what is known."""
        terminal = terminal_here()
        measured = terminal.known.measured
        told = "终端没有回答"
        if measured is not None:
            told = f"{measured.encoding.label}，“·”{measured.width.label}"
        self._form.set_value("client", terminal.client)
        self._form.set_value("measured", told)

    def on_form_done(self) -> None:
        """Save by Enter in the last field."""
        self.action_save()

    def action_save(self) -> None:
        """Try the choice out, and keep it if it can be read."""
        self.act(self._try_out)

    async def _try_out(self) -> None:
        terminal = terminal_here()
        before, shown = terminal.known, terminal.display
        self.app.post_message(Wished(self._wanted()))
        if await self.app.push_screen_wait(Readable(_READABLE)):
            await memory.keep(self.desk, terminal.client, terminal.known)
            self.tell("已保存。" if terminal.display != shown else "已保存，显示不变。")
        else:
            self.app.post_message(Wished(before.wanted))
            self.tell("未保存，已恢复原样。")

    def _wanted(self) -> Wanted:
        typed = self._form.values()
        return Wanted(
            encoding=_chosen(Encoding, typed.get("encoding", _AUTO)),
            width=_chosen(Width, typed["width"]),
            frames=_chosen(Frames, typed["frames"]),
            colour=_chosen(Colour, typed["colour"]),
        )


def _choice(name: str, label: str, kind: type[Coded], now: Coded | None) -> ChoiceField:
    options = ((_AUTO, "自动"), *((each.value, each.label) for each in kind))
    value = _AUTO if now is None else now.value
    return ChoiceField(name, label, options, value=value)


def _chosen(kind: type[Choice], code: str) -> Choice | None:
    return None if code in {"", _AUTO} else kind.of(code)
