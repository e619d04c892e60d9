"""适龄儿童登记: the form by which a child is entered and kept."""

from datetime import date
from functools import partial
from typing import ClassVar

from core.rules.area_child import AreaChild, AreaEntry, AreaState
from core.rules.student import Sex
from core.services import area_child
from core.services.area_child import AreaPlaces
from core.services.desk import Desk
from tui.screens.drafted import Drafted
from tui.widgets.form import ChoiceField, CodeField, DateField, Field, NoteField, TextField
from tui.widgets.keys import Key


class AreaForm(Drafted):
    """Fill in a child, or what is now known of one; F9 submits."""

    TITLE_TEXT = "适龄儿童登记"
    FORM = "area_child"
    KEYS: ClassVar[tuple[Key, ...]] = (Key("f4", "字典"), Key("f9", "提交", "submit"))
    HELP_TEXT = (
        "有身份证号的，出生日期和性别由号码得出，不必填。更新时不重填号码、电话即沿用原来的。",
        "缓学填批准文号和期满日；外地就读填学校全称、证明和一年以内的下次核实日；送教填承担学校。",
    )

    def __init__(self, desk: Desk, child: AreaChild | None) -> None:
        super().__init__(desk, "" if child is None else str(child.id))
        self._child, self._township_id, self._begun = child, 0, False

    async def load(self) -> None:
        """Show the fields once; what was typed stays."""
        child = self._child
        self.set_title(self.TITLE_TEXT, "新登记" if child is None else child.name)
        if self._begun:
            return
        ours = None if child is None else child.township_id
        found = await area_child.place_of(self.desk, ours)
        self._begun, self._township_id = True, found.township_id
        fields = _fields(child, found)
        await self.begin(fields, "name" if child is None else "state")

    def action_submit(self) -> None:
        """Enter the child."""
        if self.is_filled():
            self.act(partial(self.submitted, self._enter))

    async def _enter(self) -> str:
        typed = self._form.values()
        entry = AreaEntry(
            township_id=self._township_id,
            school_id=int(typed["school"]) if typed["school"] else None,
            village_id=int(typed["village"]) if typed["village"] else None,
            name=typed["name"],
            sex=Sex.of(typed["sex"]) if typed["sex"] else None,
            born_on=_day(typed["born"]),
            identity_number=typed["number"] or None,
            address=typed["address"] or None,
            guardian=typed["guardian"] or None,
            phone=typed["phone"] or None,
            state=AreaState.of(typed["state"]),
            elsewhere=typed["elsewhere"] or None,
            basis=typed["basis"],
            until_on=_day(typed["until"]),
        )
        held = None if self._child is None else self._child.id
        await area_child.enter(self.acting_desk, entry, self._op_id, held)
        return "已登记；须核验的，请另一人核验。"


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


def _fields(child: AreaChild | None, found: AreaPlaces) -> tuple[Field, ...]:
    today = found.now.date()
    kept = "" if child is None or child.identity_number is None else "已登记，不改不填"
    phoned = "" if child is None or child.phone is None else "已登记，不改不填"

    def value(told: object | None) -> str:
        return "" if told is None else str(told)

    return (
        TextField(
            "name",
            "姓名",
            limit=30,
            required=True,
            value=value(child and child.name),
        ),
        CodeField("number", "身份证号", limit=18, hint=kept),
        DateField(
            "born", "出生日期", reference=today, value=value(child and child.born_on)
        ),
        ChoiceField(
            "sex",
            "性别",
            tuple((one.value, one.label) for one in Sex),
            value=value(child and child.sex.value),
        ),
        ChoiceField(
            "village",
            "户籍村",
            tuple((str(one.id), one.name) for one in found.villages),
            value=value(child and child.village_id),
        ),
        ChoiceField(
            "school",
            "责任学校",
            tuple((str(one.id), one.name) for one in found.schools),
            value=value(child and child.school_id),
            hint="该校也能看到并更新",
        ),
        TextField("address", "现住址", limit=60, value=value(child and child.address)),
        TextField("guardian", "监护人", limit=30, value=value(child and child.guardian)),
        CodeField("phone", "联系电话", limit=15, hint=phoned),
        ChoiceField(
            "state",
            "情况",
            tuple((one.value, one.label) for one in AreaState),
            required=True,
            value=value(child and child.state.value),
        ),
        TextField(
            "elsewhere",
            "就读学校",
            limit=40,
            value=value(child and child.elsewhere),
        ),
        NoteField("basis", "依据", limit=200, height=2, value=value(child and child.basis)),
        DateField(
            "until",
            "期满、下次核实",
            reference=today,
            value=value(child and child.until_on),
        ),
    )
