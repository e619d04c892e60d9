"""查找: any child in sight, by name or pinyin initials; Enter opens the child's page."""

from collections.abc import Iterator
from typing import ClassVar

from textual import on
from textual.widget import Widget

from core.rules.found import Found
from core.rules.place import class_name
from core.services import find, place
from core.services.desk import Desk
from tui.screens.base import DeskScreen
from tui.screens.open import open_child
from tui.widgets.form import Form, TextField
from tui.widgets.keys import Key
from tui.widgets.listing import Column, Listing
from tui.widgets.style import Tone


class Find(DeskScreen):
    """Ask for two to four letters or a name, and list who goes by them."""

    TITLE_TEXT = "查找学生"
    KEYS: ClassVar[tuple[Key, ...]] = (
        Key("enter", "查找/打开"),
        Key("f6,tab", "切换区域", "next_area"),
    )
    HELP_TEXT = ("输入姓名或拼音首字母（如 zxy），按 Enter 查找；再按 Enter 打开。",)

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._typed = ""
        self._form = Form(TextField("typed", "姓名或拼音首字母", limit=20))
        self._form.styles.height = 1
        self._listing = Listing(
            (
                Column[Found]("状态", 6, lambda f: "未到校" if f.missing else ""),
                Column[Found]("生日", 5, lambda f: f"{f.born_on:%m-%d}"),
                Column[Found]("学校", 22, lambda f: f.school_name),
                Column[Found]("班级", 14, self._class_of),
                Column[Found]("学号", 4, lambda f: str(f.seat_no or ""), align="right"),
                Column[Found]("姓名", 0, lambda f: f.name),
            ),
            key=lambda f: f.student_id,
            jump_fn=lambda f: f.pinyin,
            empty="输入姓名或拼音首字母后按 Enter，结果列在这里。",
            tone_fn=lambda f: Tone.ALARM if f.missing else Tone.PLAIN,
        )
        self._listing.rows = ()

    def _class_of(self, found: Found) -> str:
        return class_name(found.cohort, found.number, self._today)

    def compose(self) -> Iterator[Widget]:
        """Put the field over the list."""
        yield self._form
        yield self._listing

    async def load(self) -> None:
        """Search for what was typed."""
        self._today = await place.today(self.desk)
        self._listing.rows = await find.find(self.desk, self._typed)
        if self._typed and not self._listing.rows:
            self.tell(f"没有找到“{self._typed}”，请核对后重输。", Tone.WARNING)
        elif self._typed:
            self.tell(f"找到 {len(self._listing.rows)} 人。")
            self._listing.focus()

    def on_form_done(self) -> None:
        """Search by Enter in the field."""
        self._typed = self._form.values()["typed"]
        if self._typed:
            self.reload()
        else:
            self.tell("请输入姓名或拼音首字母，再按 Enter。", Tone.WARNING)

    @on(Listing.Chosen)
    def _open(self, chosen: Listing.Chosen[Found]) -> None:
        open_child(self, chosen.record.township_id, chosen.record.student_id)
