"""异动登记: one change of one pupil, with its proofs.

What may be entered, and what waits for a second person, is for the rules to say.
"""

from datetime import date
from typing import ClassVar, Final

from core.rules.change import INCREASES, ChangeDraft, ChangeKind, Side
from core.rules.enrolment_step import FROM
from core.rules.evidence import EvidenceKind
from core.rules.found import Found
from core.rules.place import SchoolClass, class_name
from core.services import change, draft, place
from core.services.desk import Desk
from tui.screens.drafted import Drafted
from tui.widgets.form import ChoiceField, DateField, NoteField, ShowField, TextField
from tui.widgets.keys import Key

_PROOFS: Final = ("proof1", "proof2", "proof3")


class ChangeForm(Drafted):
    """Fill in a change; F9 submits it."""

    TITLE_TEXT = "异动登记"
    FORM = "change"
    KEYS: ClassVar[tuple[Key, ...]] = (
        Key("f4", "字典"),
        Key("f9", "提交", "submit"),
    )
    HELP_TEXT = (
        "转出、休学、辍学等提交后为待核，核验前学生仍在应到名单；复学、返校提交后即在应到。",
        "证明材料可先提交后补；材料不齐时不能核验。",
    )

    def __init__(self, desk: Desk, pupil: Found) -> None:
        super().__init__(desk, str(pupil.student_id))
        self._pupil = pupil
        self._begun = False

    async def load(self) -> None:
        """Show the form once; what is typed stays."""
        if self._begun:
            return
        self._begun = True
        seen = await place.listing(self.desk)
        here = [one for one in seen.classes if one.school_id == self._pupil.school_id]
        await self.begin(self._fields(seen.today, here), "kind")

    def _fields(
        self, today: date, classes: list[SchoolClass]
    ) -> tuple[ShowField | ChoiceField | DateField | TextField | NoteField, ...]:
        pupil = self._pupil
        of_class = class_name(pupil.cohort, pupil.number, today)
        proofs = tuple((kind.value, kind.label) for kind in EvidenceKind)
        return (
            ShowField(
                "who",
                "学生",
                value=f"{pupil.name}（{pupil.born_on:%m-%d}生） {of_class}",
            ),
            ChoiceField(
                "kind",
                "异动类别",
                tuple(
                    (kind.value, kind.label)
                    for kind in ChangeKind
                    if pupil.status in FROM.get(kind, ())
                ),
                required=True,
            ),
            DateField(
                "day", "异动日期", reference=today, value=today.isoformat(), required=True
            ),
            TextField("other", "对方学校", limit=40, hint="转出须填"),
            ChoiceField("side", "镇内外", tuple((side.value, side.label) for side in Side)),
            ChoiceField(
                "to",
                "到班级",
                tuple(
                    (str(one.id), class_name(one.cohort, one.number, today))
                    for one in classes
                ),
                hint="调班须选；复学、返校换班时选",
            ),
            NoteField("note", "说明", limit=200, height=2),
            *(
                ChoiceField(name, f"材料{number}", proofs)
                for number, name in enumerate(_PROOFS, start=1)
            ),
            TextField("where", "材料存放", limit=60),
        )

    def action_submit(self) -> None:
        """Enter the change."""
        if self.is_filled():
            self.act(self._submit)

    async def _submit(self) -> None:
        await self.submitted(self._enter)

    async def _enter(self) -> str:
        typed = self._form.values()
        entered = ChangeDraft(
            student_id=self._pupil.student_id,
            kind=ChangeKind.of(typed["kind"]),
            happened_on=date.fromisoformat(typed["day"]),
            side=Side.of(typed["side"]) if typed["side"] else None,
            other_school=typed["other"] or None,
            to_class_id=int(typed["to"]) if typed["to"] else None,
            note=typed["note"],
        )
        proofs = {EvidenceKind.of(typed[name]) for name in _PROOFS if typed[name]}
        await change.enter(self.desk, entered, self._op_id, proofs, typed["where"])
        await draft.drop(self.desk, self.FORM, self._subject)
        if entered.kind in INCREASES:
            return "已登记，该生自即日起在应到名单。"
        if entered.kind is ChangeKind.CLASS_MOVE:
            return "已登记，自今日起在新班点名。"
        return "已登记，待核验；核验前该生仍在应到名单。"
