"""转入: a child received by its identity number, from outside or from a school nearby.

The number tells only in which school of the township a child is (days.md 26).
"""

from datetime import date
from typing import ClassVar, Final

from core.rules.arrival import Arrival
from core.rules.duty import DutyKind
from core.rules.evidence import EvidenceKind
from core.rules.identity import IdKind
from core.rules.place import class_name
from core.rules.student import GuardianRelation
from core.services import change_receive, change_whereabouts, draft, place
from core.services.desk import Desk
from tui.screens.confirm import Confirm
from tui.screens.drafted import Drafted
from tui.widgets.form import ChoiceField, CodeField, DateField, Field, NoteField, TextField
from tui.widgets.keys import Key

_PROOFS: Final = (EvidenceKind.TRANSFER_FORM, EvidenceKind.NATIONAL_SCREENSHOT)


class ArrivalForm(Drafted):
    """Fill in who has come and to which class; F9 receives the child."""

    TITLE_TEXT = "转入登记"
    FORM = "arrival"
    KEYS: ClassVar[tuple[Key, ...]] = (
        Key("f4", "字典"),
        Key("f9", DutyKind.ACCEPT_TRANSFER.label, "submit"),
    )
    HELP_TEXT = (
        "先填证件号：该生在镇内其他学校在册的，接收后原学校自动转出并由其确认。",
        "在县内其他乡镇在册的，提交时说明在哪所学校；接收后须由原学校办理转出。",
        "接收后该生自即日起在本班应到名单；证明材料可以后补。",
    )

    def __init__(self, desk: Desk, school_id: int) -> None:
        super().__init__(desk, str(school_id))
        self._school_id = school_id
        self._begun = False

    async def load(self) -> None:
        """Show the form once; what is typed stays."""
        if self._begun:
            return
        self._begun = True
        seen = await place.listing(self.desk)
        school = next(one for one in seen.schools if one.id == self._school_id)
        self.set_title(self.TITLE_TEXT, school.name)
        classes = tuple(
            (str(one.id), class_name(one.cohort, one.number, seen.today))
            for one in seen.classes
            if one.school_id == self._school_id
        )
        await self.begin(self._fields(seen.today, classes), "number")

    def _fields(
        self, today: date, classes: tuple[tuple[str, str], ...]
    ) -> tuple[Field, ...]:
        return (
            CodeField("number", "身份证件号", limit=30, required=True),
            TextField("name", "姓名", limit=30, required=True),
            ChoiceField("to", "到班级", classes, required=True),
            DateField(
                "day", "到校日期", reference=today, value=today.isoformat(), required=True
            ),
            TextField("other", "原学校", limit=40, required=True),
            ChoiceField("boarder", "就读方式", (("no", "走读"), ("yes", "住校"))),
            TextField("guardian", "监护人", limit=30),
            ChoiceField(
                "relation",
                "关系",
                tuple((one.value, one.label) for one in GuardianRelation),
            ),
            CodeField("phone", "监护人电话", limit=15),
            ChoiceField("proof", "证明材料", tuple((k.value, k.label) for k in _PROOFS)),
            TextField("where", "材料存放", limit=60),
            NoteField("note", "说明", limit=200, height=2),
        )

    def action_submit(self) -> None:
        """Receive the child."""
        if self.is_filled():
            self.act(self._submit)

    async def _submit(self) -> None:
        typed = self._form.values()
        number = typed["number"]
        found = await change_whereabouts.whereabouts(self.desk, self._school_id, number)
        elsewhere = found.school_name is not None and not found.here
        if elsewhere:
            asked = f"{found.sentence}\n\n确认该生已到本校上课，现在接收？"
            if not await self.app.push_screen_wait(Confirm(asked)):
                return

        async def receive() -> str:
            relation = typed["relation"]
            arrival = Arrival(
                school_id=self._school_id,
                class_id=int(typed["to"]),
                name=typed["name"],
                identity_kind=IdKind.RESIDENT,
                identity_number=number,
                happened_on=date.fromisoformat(typed["day"]),
                other_school=typed["other"],
                boarder=typed["boarder"] == "yes",
                guardian_name=typed["guardian"] or None,
                guardian_relation=GuardianRelation.of(relation or GuardianRelation.UNKNOWN),
                guardian_phone=typed["phone"] or None,
                proofs=(EvidenceKind.of(typed["proof"]),) if typed["proof"] else (),
                evidence=typed["where"],
                note=typed["note"],
            )
            await change_receive.receive(
                self.desk, arrival, self._op_id, from_school=elsewhere
            )
            await draft.drop(self.desk, self.FORM, self._subject)
            return "已接收，该生自即日起在应到名单。"

        await self.submitted(receive)
