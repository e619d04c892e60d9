"""登记家访: one screen, nothing typed twice; a correction is the same screen with a reason."""

from functools import partial
from typing import ClassVar, Final

from core.rules.errors import Changed
from core.rules.file import Child
from core.rules.visit import Whereabouts
from core.rules.visit_record import VisitLine
from core.services import visit
from core.services.desk import Desk
from core.services.visit import VisitForm
from tui.screens.ask import Ask
from tui.screens.base import Key
from tui.screens.confirm import Confirm
from tui.screens.drafted import Drafted
from tui.screens.phone import show_phone
from tui.screens.visit_form import draft_of, fields

_REASON_LIMIT: Final = 100


class VisitScreen(Drafted):
    """Record a home visit, or correct the version `corrects`; final once submitted."""

    TITLE_TEXT = "登记家访"
    FORM = "visit"
    NOUNS = frozenset({"visit", "absence"})
    KEYS: ClassVar[tuple[Key, ...]] = (
        Key("f4", "列出选项"),
        Key("f6", "显示号码", "phone", hint="显示完整号码30秒，查看留痕"),
        Key("f9", "提交", "submit", hint="提交后不能修改，只能更正为新版本"),
    )
    HELP_TEXT = (
        "有辍学、转学迹象或未到校满48小时，报班领导、班主任、报班教师须一起家访。",
        "三人中有人未参加的，填写未参加原因。",
        "受访人、村镇同行可按几个数字多选，再按一次取消。",
        "其他同行写姓名，用顿号分开，身份写在括号里，如 张明（村）、王五（民警）；下次可直接选。",
        "见到家人或学生的，原因、去向、思想状况、监护人意见都要填写。",
        "入户家访、异地走访才算家访；面谈只作记录。",
    )

    def __init__(
        self, desk: Desk, township_id: int, student_id: int, corrects: int | None = None
    ) -> None:
        super().__init__(desk, visit.subject_of(student_id, corrects))
        self._township_id, self._student_id = township_id, student_id
        self._corrects = corrects
        self._known: VisitForm | None = None
        self._old: VisitLine | None = None

    async def load(self) -> None:
        """Read what is known; what was typed stays."""
        begun = self._known is not None
        known = await visit.form(
            self.desk, self._township_id, self._student_id, again=begun
        )
        self._known = known
        if begun:
            self._title(known)
            return
        if self._corrects is not None:
            found = (v for v in known.previous if v.id == self._corrects)
            self._old = next(found, None)
            if self._old is None or not self._old.newest:
                raise Changed
        self._title(known)
        account_id = self.desk.actor.account_id
        await self.begin(fields(known, account_id, self._old), "method")

    def _title(self, known: VisitForm) -> None:
        child = known.child
        what = "登记家访" if self._corrects is None else "更正家访"
        number = known.next_number if self._old is None else self._old.number
        asked = "须三方共同家访 " if known.joint else ""
        self.set_title(
            f"{what} {child.name} {child.class_on(known.now.date())} {child.told_apart}",
            f"{asked}第{number}次",
        )

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
        """Submit; a lost child is asked about once more, a correction for its reason."""
        if self.is_filled() and self._known is not None:
            submit = self._submit(self._known.child)
            self.run_worker(submit, group="submit", exclusive=True)

    async def _submit(self, child: Child) -> None:
        lost = self._form.values()["whereabouts"] == Whereabouts.LOST.value
        if lost and not await self.app.push_screen_wait(
            Confirm(
                f"{child.name}（{child.told_apart}）{Whereabouts.LOST.label}。\n"
                "提交后立即报告校长、乡镇政府和教育局基教科。确认提交？"
            )
        ):
            return
        reason: str | None = ""
        if self._corrects is not None:
            reason = await self.app.push_screen_wait(Ask("更正原因", limit=_REASON_LIMIT))
        if reason is not None:
            self.act(partial(self.submitted, partial(self._record, reason)))

    async def _record(self, reason: str) -> str:
        if self._known is None:
            raise Changed
        typed = draft_of(self._known, self._form.values(), self._old)
        if self._corrects is None:
            number = await visit.submit(self.desk, typed, self._op_id)
            return f"已登记第{number}次家访。"
        version = await visit.correct(self.desk, self._corrects, typed, reason, self._op_id)
        return f"已更正，现为第{version}版，原记录仍可查看。"
