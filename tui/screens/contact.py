"""登记联系: a telephone call in a handful of keys; what is known is filled in already."""

from collections.abc import Sequence
from functools import partial
from typing import ClassVar, Final

from core.rules.absence import remaining
from core.rules.contact import ContactDraft, ContactMethod, ContactResult
from core.rules.file import Child, OpenClock
from core.rules.visit import Met
from core.rules.visit_record import ContactLine
from core.services import contact
from core.services.contact import ContactForm
from core.services.desk import Desk
from tui.screens.base import Key
from tui.screens.confirm import Confirm
from tui.screens.drafted import Drafted
from tui.screens.phone import show_phone
from tui.screens.police import moment_typed, police_fields, police_typed
from tui.widgets.form import ChoiceField, DateField, Field, NoteField, ShowField
from tui.widgets.time_field import TimeField

_GUARDIANS_SHOWN: Final = 3
_EARLIER_SHOWN: Final = 3


def clock_words(clock: OpenClock | None, form_now: ContactForm) -> str:
    """Return since when the child is missing and how the 48 hours stand."""
    if clock is None:
        return "目前没有未到校记录"
    first = clock.missed_session.on(clock.missed_day, " ")
    left = remaining(clock.due_at, form_now.now)
    return f"{first} {clock.missed_at:%m-%d %H:%M}  时限 {clock.due_at:%m-%d %H:%M} {left}"


def _earlier(line: ContactLine) -> str:
    said = f"{line.contacted_at:%m-%d %H:%M} {line.method.label} {line.spoken_to}"
    return f"{said}：{line.result.label} {line.note}".rstrip().replace("\n", " ")


class ContactScreen(Drafted):
    """Record a contact with a child's family; final once it is submitted."""

    TITLE_TEXT = "登记联系"
    FORM = "contact"
    NOUNS = frozenset({"contact", "absence"})
    KEYS: ClassVar[tuple[Key, ...]] = (
        Key("f4", "列出选项"),
        Key("f6", "显示号码", "phone", hint="显示完整号码30秒，查看留痕"),
        Key("f9", "提交", "submit", hint="提交后不能修改"),
    )
    HELP_TEXT = (
        "电话、微信等联系登记在这里；上门登记家访。",
        "已联系上，联系待办即办结；未联系上的仍为待办。是否到校只看点名。",
        "监护人也不知去向的选最后一项：立即报告校长、乡镇政府和教育局基教科，不等48小时。",
    )

    def __init__(self, desk: Desk, township_id: int, student_id: int) -> None:
        super().__init__(desk, str(student_id))
        self._township_id, self._student_id = township_id, student_id
        self._known: ContactForm | None = None

    async def load(self) -> None:
        """Read what is known; what was typed stays."""
        begun = self._known is not None
        known = await contact.form(
            self.desk, self._township_id, self._student_id, again=begun
        )
        self._known = known
        child, today = known.child, known.now.date()
        self.set_title(
            f"登记联系 {child.name} {child.class_on(today)} {child.told_apart}",
            f"第{known.next_number}次联系",
        )
        if begun:
            self._form.set_value("clock", clock_words(known.clock, known))
        else:
            await self.begin(_fields(known), "method")

    def action_phone(self) -> None:
        """Show a guardian's whole number for half a minute."""
        self.act(self._phone)

    async def _phone(self) -> None:
        if self._known is not None:
            purpose = self.TITLE_TEXT
            await show_phone(self, self._township_id, self._known.guardians, purpose)

    def on_form_done(self) -> None:
        """Submit by Enter in the last field."""
        self.action_submit()

    def action_submit(self) -> None:
        """Submit; a lost child is asked about once more, for it is told at once."""
        if self.is_filled() and self._known is not None:
            submit = self._submit(self._known.child)
            self.run_worker(submit, group="submit", exclusive=True)

    async def _submit(self, child: Child) -> None:
        lost = self._form.values()["result"] == ContactResult.NOT_KNOWN.value
        if lost and not await self.app.push_screen_wait(
            Confirm(
                f"{child.name}（{child.told_apart}）{ContactResult.NOT_KNOWN.label}："
                "监护人也不知道学生在哪里。\n"
                "提交后立即报告校长、乡镇政府和教育局基教科。确认提交？"
            )
        ):
            return
        self.act(partial(self.submitted, self._record))

    async def _record(self) -> str:
        number = await contact.record(self.desk, self._draft(), self._op_id)
        return f"已登记第{number}次联系。"

    def _draft(self) -> ContactDraft:
        typed = self._form.values()
        told, told_at = police_typed(typed)
        return ContactDraft(
            student_id=self._student_id,
            contacted_at=moment_typed(typed["on"], typed["at"]),
            method=ContactMethod.of(typed["method"]),
            result=ContactResult.of(typed["result"]),
            whom=typed["whom"] or None,
            police_told=told,
            police_told_at=told_at,
            note=typed["note"],
        )


def _fields(known: ContactForm) -> Sequence[Field]:
    """Return the fields, filled in with what is known and what is usual."""
    today = known.now.date()
    people = [line.called for line in known.guardians]
    people += [Met.STUDENT.label, Met.NEIGHBOUR.label, Met.GUARDIAN.label]
    shown = [
        ShowField(
            f"guardian{n}",
            "监护人" if n == 0 else "",
            value=f"{line.called}  {line.phone or '未登记电话'}",
        )
        for n, line in enumerate(known.guardians[:_GUARDIANS_SHOWN])
    ]
    earlier = [
        ShowField(f"earlier{n}", "此前联系" if n == 0 else "", value=_earlier(line))
        for n, line in enumerate(known.previous[:_EARLIER_SHOWN])
    ]
    return (
        ShowField("clock", "首次未到校", value=clock_words(known.clock, known)),
        *shown,
        ChoiceField(
            "method",
            "联系方式",
            tuple((m.value, m.label) for m in ContactMethod),
            value=ContactMethod.PHONE.value,
            required=True,
        ),
        ChoiceField(
            "whom",
            "联系对象",
            tuple((name, name) for name in people),
            value=people[0],
            required=True,
        ),
        ChoiceField(
            "result",
            "联系结果",
            tuple((r.value, r.label) for r in ContactResult),
            required=True,
            # Without blanks all six stand on an 80-column screen.
            hint="".join(f"{n}{r.label}" for n, r in enumerate(ContactResult, 1)),
        ),
        NoteField("note", "联系情况", limit=500, height=3),
        DateField(
            "on", "联系日期", reference=today, value=today.isoformat(), required=True
        ),
        TimeField("at", "联系时间", value=f"{known.now:%H:%M}", required=True),
        *police_fields(today, "去向不明时必填"),
        *earlier,
    )
