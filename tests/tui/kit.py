"""A toy township for the kit's tests: an app, a list screen and a form screen."""

from dataclasses import dataclass
from datetime import date

import asyncpg
from textual.app import App

from core.rules.staff import Actor
from core.services.desk import Desk
from tui.screens.base import AREAS, DeskScreen, Key
from tui.screens.confirm import Confirm
from tui.widgets.drawn import Drawn
from tui.widgets.form import (
    ChoiceField,
    CodeField,
    DateField,
    Form,
    NoteField,
    NumberField,
    ShowField,
    TextField,
)
from tui.widgets.listing import Column, Listing
from tui.widgets.style import PLAIN, Look

MONDAY = date(2026, 11, 23)
LI = Actor(account_id=7, signin_name="li", name="李秀英")


@dataclass(frozen=True)
class Child:
    id: int
    name: str
    initials: str
    state: str = "到"


CHILDREN = (
    Child(1, "陈雨桐", "cyt"),
    Child(2, "赵大山", "zds"),
    Child(3, "赵小雨", "zxy"),
    Child(4, "罗子涵", "lzh"),
    Child(5, "郑晓燕", "zxy"),
)


def a_desk(actor: Actor = LI) -> Desk:
    """A desk whose pool is never opened: toy screens ask no service."""
    return Desk(actor, asyncpg.create_pool("postgresql://nowhere"))


class ToyApp(App[None]):
    CSS = "Screen { background: ansi_default; }"

    def __init__(self, screen, look: Look = PLAIN) -> None:
        super().__init__(ansi_color=True)
        self.look = look
        self.first = screen

    def on_mount(self) -> None:
        self.push_screen(self.first)


class Toy(DeskScreen):
    TITLE_TEXT = "名单"
    KEYS = (
        Key("enter", "办理"),
        Key("1", "登记联系", "contact"),
        Key("f9", "提交", "submit", hint="提交后不能修改"),
        AREAS,
    )
    NOUNS = frozenset({"roll"})
    HELP_TEXT = ("每日八点半前点名。",)

    def __init__(self, desk: Desk, rows=CHILDREN, **options) -> None:
        super().__init__(desk)
        self.source = tuple(rows)
        self.loads = 0
        self.done: list[str] = []
        self.listing = Listing(
            (
                Column("状态", 4, lambda child: child.state),
                Column("编号", 4, lambda child: str(child.id), align="right"),
                Column("姓名", 18, lambda child: child.name),
                Column("拼音", 8, lambda child: child.initials, min_screen_width=100),
            ),
            key=lambda child: child.id,
            jump_fn=lambda child: (child.initials,),
            empty="今日没有学生缺勤。",
            **options,
        )

    def compose(self):
        yield self.listing

    async def load(self) -> None:
        self.loads += 1
        self.listing.rows = self.source

    def action_contact(self) -> None:
        self.done.append("contact")

    def action_submit(self) -> None:
        self.act(self._submit)

    async def _submit(self) -> None:
        if await self.app.push_screen_wait(Confirm("提交吗？")):
            self.done.append("submit")
            self.tell("已保存。")

    def on_listing_chosen(self, chosen: Listing.Chosen[Child]) -> None:
        self.done.append(chosen.record.name)


class FormToy(DeskScreen):
    TITLE_TEXT = "登记"
    KEYS = (Key("f2", "保存", "save"),)

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self.loads = 0
        self.changes: list[tuple[str, str]] = []
        self.finished = 0
        self.form = Form(
            ShowField("child", "学生", value="赵小雨"),
            TextField("name", "姓名", required=True, limit=10),
            ChoiceField(
                "way", "方式", (("phone", "打电话"), ("sms", "发短信")), required=True
            ),
            DateField("on", "日期", reference=MONDAY),
            NumberField("count", "人数", most=60),
            CodeField("phone", "电话", limit=11),
            TextField("password", "口令", secret=True),
            NoteField("note", "情况", limit=200),
        )

    def compose(self):
        yield self.form

    async def load(self) -> None:
        self.loads += 1

    def action_save(self) -> None:
        self.tell(self.form.problem() or "已保存。")

    def on_form_changed(self, changed: Form.Changed) -> None:
        self.changes.append((changed.name, changed.value))

    def on_form_done(self) -> None:
        self.finished += 1


def seen(widget: Drawn) -> list[str]:
    """What a person would read in a widget, line by line."""
    return [widget._line(y).text.rstrip() for y in range(widget.size.height)]


def page(app: App[None]) -> list[str]:
    """What a person would read on the whole screen, line by line."""
    return [strip.text.rstrip() for strip in app.screen._compositor.render_strips()]


async def settle(pilot) -> None:
    """Wait until nothing is under way that does not wait for a key."""
    for _ in range(4):
        await pilot.pause()
