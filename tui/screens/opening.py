"""期初数: what each class had been through before its school went live (days.md 42)."""

from collections.abc import Iterator
from functools import partial
from typing import ClassVar, Final
from uuid import uuid4

from textual import on
from textual.widget import Widget

from core.rules.change import ChangeKind
from core.rules.opening import ClassOpening, OpeningFigure
from core.rules.place import School, class_name
from core.rules.staff import Role
from core.services import draft, opening, place
from core.services.change import ENTERED_BY
from core.services.desk import Desk
from tui.screens.base import DeskScreen
from tui.screens.confirm import Confirm
from tui.screens.drafted import Drafted
from tui.screens.pick import Pick
from tui.widgets.form import NumberField, ShowField
from tui.widgets.keys import Key
from tui.widgets.listing import Column, Listing
from tui.widgets.style import Tone

_FIGURES: Final = (
    ("at_year_start", "学年初在校"),
    ("transferred_in", ChangeKind.TRANSFER_IN.label),
    ("transferred_out", ChangeKind.TRANSFER_OUT.label),
    ("suspended", ChangeKind.SUSPENSION.label),
    ("resumed", ChangeKind.RESUMPTION.label),
    ("dropped", ChangeKind.DROPOUT.label),
)
_MOST: Final = 999


def _figure(name: str, head: str) -> Column[ClassOpening]:
    def told(one: ClassOpening) -> str:
        value = getattr(one, name)
        return "-" if value is None else str(value)

    return Column(head, 10 if name == "at_year_start" else 4, told, "right")


def _usual(one: ClassOpening, name: str) -> str:
    """Return what stands in a figure to begin with; how many pupils there were is asked."""
    value = getattr(one, name)
    if value is None:
        return "" if name == "at_year_start" else "0"
    return str(value)


class OpeningScreen(DeskScreen):
    """List a school's classes; the school enters, 教管组 confirms with F9."""

    TITLE_TEXT = "期初数"
    NOUNS = frozenset({"month"})
    KEYS: ClassVar[tuple[Key, ...]] = (
        Key("enter", "填报"),
        Key("f9", "教管组确认", "submit"),
        Key("f4", "换学校", "choose"),
    )
    HELP_TEXT = (
        "学年中启用的学校按班填报启用日以前的学年初在校和异动人数，教管组确认后生效。",
        "未确认时巩固率印“—”；确认后不能再改，月报注明含启用前人工录入。",
    )

    def __init__(self, desk: Desk, school_id: int | None = None) -> None:
        super().__init__(desk)
        schools = desk.actor.scope.schools
        self._school_id = school_id or (schools[0] if schools else 0)
        self._school: School | None = None
        self._listing = Listing(
            (
                Column[ClassOpening]("班级", 14, self._class_of),
                *(_figure(name, head) for name, head in _FIGURES),
                Column[ClassOpening]("启用日", 6, lambda x: str(x.enrolled), "right"),
                Column[ClassOpening]("状态", 0, self._state),
            ),
            key=lambda one: one.class_id,
            empty="没有班级。按 F4 选择学校；导入花名册后各班会列在这里。",
            tone_fn=self._tone,
        )

    def _class_of(self, one: ClassOpening) -> str:
        return class_name(one.cohort, one.number, self._today)

    @staticmethod
    def _state(one: ClassOpening) -> str:
        off = f" 差{one.off_by:+}" if one.off_by else ""
        if one.confirmed_at is not None:
            return f"已确认 {one.confirmed_by_name}{off}"
        waits = f"待确认 {one.entered_by_name}{off}"
        return "未填报" if one.entered_at is None else waits

    @staticmethod
    def _tone(one: ClassOpening) -> Tone:
        if one.off_by:
            return Tone.ALARM
        return Tone.PLAIN if one.confirmed_at else Tone.WARNING

    def compose(self) -> Iterator[Widget]:
        """Show the list."""
        yield self._listing

    async def load(self) -> None:
        """Read the school's figures."""
        seen = await place.listing(self.desk)
        self._today = seen.today
        if not self._school_id and seen.schools:
            self._school_id = seen.schools[0].id
        self._school = next((s for s in seen.schools if s.id == self._school_id), None)
        self.set_title(self.TITLE_TEXT, "" if self._school is None else self._school.name)
        self._listing.rows = await opening.listing(self.desk, self._school_id)

    @on(Listing.Chosen)
    def _open(self, chosen: Listing.Chosen[ClassOpening]) -> None:
        one = chosen.record
        if self.allows(partial(self._must, *ENTERED_BY)):
            self.app.push_screen(OpeningForm(self.desk, one, self._class_of(one)))

    def _must(self, *roles: Role) -> None:
        township_id = self._school.township_id if self._school is not None else 0
        place = {"township_id": township_id, "school_id": self._school_id}
        self.desk.actor.must_hold(*roles, **place)

    def action_submit(self) -> None:
        """Confirm the school's figures, as 教管组."""
        if not self.allows(partial(self._must, Role.OFFICE)):
            return
        self.run_worker(self._submit(), group="ask", exclusive=True)

    async def _submit(self) -> None:
        waits = [
            one for one in self._listing.rows if one.entered_at and not one.confirmed_at
        ]
        told = [f"{len(waits)}个班的期初数无误？确认后不能再改。"]
        if off := [self._class_of(one) for one in waits if one.off_by]:
            told.append(f"与启用日在校人数不符：{'、'.join(off)}，请先核对。")
        if await self.app.push_screen_wait(Confirm("\n\n".join(told))):
            self.act(self._confirm)

    async def _confirm(self) -> None:
        classes = await opening.confirm(self.desk, self._school_id, uuid4())
        self.tell(f"{classes}个班的期初数已确认。")

    def action_choose(self) -> None:
        """Show another school's figures."""
        self.run_worker(self._choose(), group="ask", exclusive=True)

    async def _choose(self) -> None:
        seen = await place.listing(self.desk)
        options = tuple((str(school.id), school.name) for school in seen.schools)
        code = await self.app.push_screen_wait(Pick("学校", options))
        if code is not None:
            self._school_id = int(code)
            self.turn()


class OpeningForm(Drafted):
    """Fill in one class's figures; F9 enters them."""

    TITLE_TEXT = "填报期初数"
    FORM = "opening"
    KEYS: ClassVar[tuple[Key, ...]] = (Key("f9", "提交", "submit"),)
    HELP_TEXT = (
        "填9月1日至启用日前的人数，没有的填0；提交后由教管组确认。",
        "学年初在校＋转入＋复学－转出－休学－辍学应等于启用日在校人数。",
    )

    def __init__(self, desk: Desk, one: ClassOpening, name: str) -> None:
        super().__init__(desk, str(one.class_id))
        self._one, self._name_of_class = one, name
        self._begun = False

    async def load(self) -> None:
        """Show the form once; what is typed stays."""
        if self._begun:
            return
        self._begun = True
        fields = tuple(
            NumberField(
                name,
                head,
                value=_usual(self._one, name),
                required=True,
                most=_MOST,
            )
            for name, head in _FIGURES
        )
        shown = (
            ShowField("class", "班级", value=self._name_of_class),
            ShowField("enrolled", "启用日在校", value=str(self._one.enrolled)),
        )
        await self.begin((*shown, *fields), _FIGURES[0][0])

    def action_submit(self) -> None:
        """Enter the figures."""
        if self.is_filled():
            self.act(partial(self.submitted, self._enter))

    async def _enter(self) -> str:
        typed = self._form.values()
        counts = {name: int(typed[name]) for name, _ in _FIGURES}
        figure = OpeningFigure(class_id=self._one.class_id, **counts)
        await opening.enter(self.desk, self._one.school_id, (figure,), self._op_id)
        await draft.drop(self.desk, self.FORM, self._subject)
        off = figure.at_opening - self._one.enrolled
        said = f"，但与启用日在校{self._one.enrolled}人差{off:+}，请核对" if off else ""
        return f"已提交，待教管组确认{said}。"
