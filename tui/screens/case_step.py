"""The steps of a case on a child's page: asked for here, confirmed here by somebody else.

What a step is, and who may take it, is the rules' and the service's.
"""

from functools import partial
from uuid import uuid4

from core.rules.case import REOPENED_BY, RULES, CaseStep, Settlement, rule_of
from core.rules.case_open import OPENED_BY
from core.rules.case_refused import NoCase, NoStep, NotSeenYet, StepNotNow, StepWaits
from core.rules.duty import DutyKind
from core.rules.errors import NotYours
from core.rules.evidence import EvidenceState
from core.rules.evidence_demand import Wanted
from core.rules.notice import RULES as PAPERS
from core.rules.sign import ACKNOWLEDGED_BY, SignKind
from core.rules.staff import Role
from core.services import case, case_checklist, case_reopen, contact, sign
from core.services.case import Claim
from tui.screens.ask import Ask
from tui.screens.case_drafts import RECORDS
from tui.screens.case_opens import CaseOpens
from tui.screens.open import open_key
from tui.screens.pick import Option, Pick
from tui.widgets.style import Tone

_LONGEST = 100
_YES, _NO, _OPEN = "yes", "no", "open"
_OPENS = "立案（未满48小时已明确不来，或六升七未到）"
_PROOF = "依据和证明材料"


class CaseSteps(CaseOpens):
    """A page about one child, with what its case allows."""

    def action_returned(self) -> None:
        """Register that the child is back."""
        if self._file is not None:
            self._ask(CaseStep.RETURN, None, "到校经过（何时、谁送回）")

    def action_close(self) -> None:
        """Ask for the case to be closed, by one of the ways that lead on from here."""
        options = self._options(closing=True)
        if options is not None:
            self.app.push_screen(Pick("销号依据", options), self._closes)

    def action_papers(self) -> None:
        """Draft the case's next paper, or ask for 认定 or 依法处理."""
        options = self._options(closing=False)
        if options is not None:
            self.app.push_screen(Pick("文书和认定", options), self._picked)

    def _options(self, *, closing: bool) -> tuple[Option, ...] | None:
        """Return what leads on from where the case stands; None, and told, without one."""
        found = None if self._file is None else self._file.case
        if self._file is None:
            return None  # out of sight, and said so
        if found is None and not closing:
            opens = ((_OPEN, _OPENS),) if self._holds(*OPENED_BY) else ()
            return (*opens, *RECORDS)
        if found is None:
            if closing and self._holds(*REOPENED_BY):
                prompt = Ask("复核意见（恢复跟踪的依据）", limit=_LONGEST)
                self.app.push_screen(prompt, self._reopens)
            else:
                self.tell(str(NoCase()))
            return None
        open_now = [step for step, rule in RULES if found.state in rule.begins]
        closes = [step for step, rule in RULES if step in open_now and rule.closes_as]
        if not closing:
            papers = [
                (k.value, f"{DutyKind.DRAFT_NOTICE.label}{k.label}")
                for k, r in PAPERS
                if found.state in r.begins
            ]
            rest = [s for s in open_now if s not in closes and s is not CaseStep.RETURN]
            return (*papers, *((step.value, step.label) for step in rest), *RECORDS)
        mine = [step for step in closes if self._holds(*rule_of(step).asked_by)]
        if closes and not mine:
            asks = (role.label for step in closes for role in rule_of(step).asked_by)
            self.tell(str(NotYours("、".join(dict.fromkeys(asks)))), Tone.WARNING)
            return None
        settled = Settlement if CaseStep.SETTLE in mine else ()
        return (
            *((s.value, s.label) for s in mine if s is not CaseStep.SETTLE),
            *((one.value, one.label) for one in settled),
        )

    def _closes(self, code: str | None) -> None:
        if code is None:
            return
        settled = next((one for one in Settlement if one.value == code), None)
        step = CaseStep.of(code) if settled is None else CaseStep.SETTLE
        called = step.label if settled is None else settled.label
        self._ask(step, settled, f"{called}{_PROOF}")

    def _reopens(self, opinion: str | None) -> None:
        if opinion is not None:
            self.act(partial(self._reopen, opinion))

    async def _reopen(self, opinion: str) -> None:
        place = (self._township_id, self._student_id)
        await case_reopen.reopen(self.desk, *place, opinion, self._step_op_id)
        self._step_op_id = uuid4()
        self.tell("已恢复跟踪，各方待办已列出。")

    def _picked(self, code: str | None) -> None:
        if code == _OPEN:
            self.opens_case()
        elif code is not None and not self.drafts(code):
            step = CaseStep.of(code)
            self._ask(step, None, f"{step.label}{_PROOF}")

    def _ask(self, step: CaseStep, settled: Settlement | None, prompt: str) -> None:
        if self.allows(partial(self._must, step)):
            self.act(partial(self._with_list, step, settled, prompt))

    async def _with_list(
        self, step: CaseStep, settled: Settlement | None, prompt: str
    ) -> None:
        """Ask under the list of what the step waits for (办理清单)."""
        place = (self._township_id, self._student_id)
        wanted = await case_checklist.of_step(self.desk, place, step, settled)

        def told(note: str | None) -> None:
            if note is not None:
                self.act(partial(self._asked, step, settled, note))

        above = tuple(_needed(one) for one in wanted)
        self.app.push_screen(Ask(prompt, limit=_LONGEST, above=above), told)

    def _must(self, step: CaseStep) -> None:
        """Refuse what the service would, before anything is typed."""
        found = None if self._file is None else self._file.case
        if self._file is None or found is None:
            raise NoCase
        rule = rule_of(step)
        self._must_hold(*rule.asked_by)
        if found.step is not None:
            raise StepWaits(found.step)
        if found.state not in rule.begins:
            raise StepNotNow(found.state, step)
        if step is CaseStep.RETURN and self._file.clock is not None:
            raise NotSeenYet

    def _must_hold(self, *roles: Role) -> None:
        if not self._holds(*roles):
            raise NotYours("、".join(role.label for role in roles))

    def _holds(self, *roles: Role) -> bool:
        if self._file is None:
            return False
        child = self._file.child
        place = {"school_id": child.school_id, "class_id": child.class_id}
        return self.desk.actor.holds(*roles, township_id=child.township_id, **place)

    async def _asked(self, step: CaseStep, settled: Settlement | None, note: str) -> None:
        place = (self._township_id, self._student_id)
        claim = Claim(step=step, note=note, settled_as=settled)
        await case.ask(self.desk, *place, claim, self._step_op_id)
        self._step_op_id = uuid4()
        self.tell(f"已登记{(settled or step).label}，待另一人确认。")

    def action_key(self) -> None:
        """Open the child's file as 重点生."""
        open_key(self, self._township_id, self._student_id)

    def action_sign(self) -> None:
        """Raise a sign that the child may leave."""
        if self._file is not None:
            kinds = tuple((kind.value, kind.label) for kind in SignKind)
            self.app.push_screen(Pick("发现的迹象", kinds), self._noticed)

    def _noticed(self, code: str | None) -> None:
        if code is not None:
            prompt = Ask("发现的情况（何时、谁反映、有何表现）", limit=_LONGEST)
            self.app.push_screen(prompt, partial(self._raise, SignKind.of(code)))

    def _raise(self, kind: SignKind, note: str | None) -> None:
        if note is not None:
            self.act(partial(self._raised, kind, note))

    async def _raised(self, kind: SignKind, note: str) -> None:
        place = (self._township_id, self._student_id)
        await sign.raise_sign(self.desk, *place, (kind, note), self._step_op_id)
        self._step_op_id = uuid4()
        self.tell("已上报，学校备案后须尽快家访。")

    def action_note(self) -> None:
        """Take note of a lost child, or acknowledge a sign for the school."""
        if self._file is None:
            return
        if self._file.owes_note or self.desk.actor.has(*ACKNOWLEDGED_BY):
            self.act(self._note)
        else:
            self.tell("没有需要您确认知悉的事项。")

    async def _note(self) -> None:
        place = (self._township_id, self._student_id)
        if self._file is not None and self._file.owes_note:
            await contact.take_note(self.desk, *place, self._step_op_id)
            self.tell("已确认知悉。")
        else:
            await sign.acknowledge(self.desk, *place, self._step_op_id)
            self.tell("已备案。")
        self._step_op_id = uuid4()

    def action_decide(self) -> None:
        """Confirm what somebody else has registered, or send it back."""
        if self._file is None:
            return
        found = self._file.case
        if found is None or found.step is None:
            self.tell(str(NoStep()))
            return
        if not self.allows(partial(self._must_hold, *rule_of(found.step).decided_by)):
            return
        called = (found.step_as or found.step).label
        title = f"{found.step_by}登记{called}：{found.step_note}"
        self.app.push_screen(Pick(title, ((_YES, "属实"), (_NO, "不属实"))), self._chosen)

    def _chosen(self, choice: str | None) -> None:
        if choice == _YES:
            self.act(partial(self._decided, "", accept=True))
        elif choice == _NO:
            self.app.push_screen(Ask("不属实的原因", limit=_LONGEST), self._sent_back)

    def _sent_back(self, reason: str | None) -> None:
        if reason is not None:
            self.act(partial(self._decided, reason, accept=False))

    async def _decided(self, reason: str, *, accept: bool) -> None:
        place = (self._township_id, self._student_id)
        await case.decide(self.desk, *place, reason, self._step_op_id, accept=accept)
        self._step_op_id = uuid4()
        self.tell("已确认。" if accept else "已退回。")


def _needed(one: Wanted) -> str:
    """Return 已有, or 还缺 and who brings it by which key."""
    if one.is_met:
        return f"已有 {one.demand.called}（{one.state.label}）"
    key = "0" if one.demand.paper is not None else "F8"
    checked = "，核验后方可确认" if one.demand.checked else "，确认前提供"
    state = one.state.label if one.state is EvidenceState.PENDING else "还缺"
    return f"{state} {one.demand.called}（{one.demand.brought_by.label}按{key}{checked}）"
