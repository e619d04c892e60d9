"""A small application to try the door with: a list of fifty, a modal, a field, a fault."""

from rich.segment import Segment
from rich.style import Style
from textual.app import ComposeResult
from textual.binding import Binding
from textual.events import Key
from textual.geometry import Region, Size
from textual.screen import ModalScreen, Screen
from textual.scroll_view import ScrollView
from textual.strip import Strip
from textual.widget import Widget
from textual.widgets import Input

from tui.door.painter import Painted
from tui.widgets.windowed import Windowed

HERE = Style.parse("green")
AWAY = Style.parse("bold red")
HEAD = Style.parse("white on blue")
NAMES = ("王小明", "李秀英", "张建国", "阿卜杜拉·买买提", "欧阳雨桐")


class Bar(Widget):
    DEFAULT_CSS = "Bar { height: 1; }"

    def __init__(self, words: str) -> None:
        super().__init__()
        self._words = words

    def show(self, words: str) -> None:
        self._words = words
        self.refresh()

    def render_line(self, y: int) -> Strip:
        strip = Strip([Segment(self._words if y == 0 else "", HEAD)])
        return strip.adjust_cell_length(self.size.width, HEAD)


class Roll(ScrollView, can_focus=True, inherit_bindings=False):
    DEFAULT_CSS = "Roll { height: 1fr; scrollbar-size: 0 0; background: ansi_default; }"
    BINDINGS = [
        Binding("down", "move(1)"),
        Binding("up", "move(-1)"),
        Binding("pagedown", "move(15)"),
        Binding("space,1", "toggle"),
    ]

    def __init__(self, tag: str) -> None:
        super().__init__()
        self.tag = tag
        self.here = [True] * 50
        self.at = 0
        self.jumped = ""

    def on_resize(self) -> None:
        self.virtual_size = Size(self.size.width, len(self.here))

    def render_line(self, y: int) -> Strip:
        i = y + round(self.scroll_y)
        if i >= len(self.here):
            return Strip.blank(self.size.width)
        here = self.here[i]
        return Strip(
            [
                Segment("> " if i == self.at else "  "),
                Segment("到" if here else "缺", HERE if here else AWAY),
                Segment(f"  {i + 1:02} {NAMES[i % len(NAMES)]} {self.tag}"),
            ]
        ).adjust_cell_length(self.size.width)

    def action_move(self, by: int) -> None:
        old, self.at = self.at, min(max(self.at + by, 0), len(self.here) - 1)
        top, height = round(self.scroll_y), self.size.height
        if not top <= self.at < top + height:
            self.scroll_to(y=self.at - height // 2, animate=False, immediate=True)
        for i in {old, self.at}:
            self.refresh(Region(0, i - round(self.scroll_y), 4, 1))

    def action_toggle(self) -> None:
        self.here[self.at] = not self.here[self.at]
        self.refresh(Region(0, self.at - round(self.scroll_y), 4, 1))
        self.screen.query_one(Bar).show(f"应到 50 缺 {self.here.count(False)}")

    def on_key(self, event: Key) -> None:
        if (
            event.character
            and event.character.isprintable()
            and event.key not in {"space", "1"}
        ):
            self.jumped += event.character
            self.screen.query(Bar).last().show(f"jump {self.jumped}")


class Ask(ModalScreen[None]):
    CSS = "Ask { align: center middle; } Input { width: 40; border: none; }"
    BINDINGS = [Binding("escape,f10", "dismiss")]

    def compose(self) -> ComposeResult:
        yield Bar("请填写")
        field = Input(compact=True)
        field.cursor_blink = False
        yield field


class Desk(Windowed[None]):
    BINDINGS = [
        Binding("f3", "app.push_screen('ask')"),
        Binding("f9", "break"),
        Binding("f10", "app.quit"),
    ]

    def __init__(self, tag: str) -> None:
        super().__init__()
        self.tag = tag

    def compose(self) -> ComposeResult:
        yield Bar("应到 50 缺 0")
        yield Roll(self.tag)
        yield Bar("F3查找 F9出错 F10退出")

    def action_break(self) -> None:
        name_of_a_child = "欧阳雨桐"
        raise ValueError(name_of_a_child)


class Toy(Painted):
    CSS = "Screen { background: ansi_default; }"
    SCREENS = {"ask": Ask}

    def __init__(self, tag: str = "") -> None:
        super().__init__()
        self.tag = tag

    def get_default_screen(self) -> Screen[None]:
        return Desk(self.tag)
