"""Whatever is done with a case, in whatever order: it owes something, or two have closed it.

The acts do to the facts what the services do to the rows, and ask the same rules first; an
act that the rules refuse changes nothing.
"""

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.rules.calendar import school_days_between
from core.rules.case import CaseState, CaseStep, Settlement, ends_papers, rule_of
from core.rules.case_guard import (
    CaseFacts,
    is_watched_again,
    must_allow,
    must_be_second,
    must_claim,
    observation_ends,
    proven_since,
)
from core.rules.case_next import Next, owed
from core.rules.case_refused import StepWaits
from core.rules.duty import DutyKind
from core.rules.errors import Refusal
from core.rules.evidence import EvidenceKind, must_be_second_person
from core.rules.evidence_demand import Held, must_be_proven, must_have_slip
from core.rules.notice import (
    NoticeWaits,
    days_given,
    must_allow_notice,
    notice_rule,
    returns_by,
)
from core.rules.paper import PaperKind, PaperState
from core.rules.policy import Policy
from core.rules.time import SHANGHAI
from tests.rules.calendar_2026 import CALENDAR
from tests.rules.cases import case

NOTICE, ORDER = PaperKind.RETURN_NOTICE, PaperKind.ORDER
PAPERS_OVER = {"paper_id": None, "paper_kind": None, "paper_state": None, "paper_at": None}
NO_STEP = dict.fromkeys(("step_id", "step", "step_by", "step_at", "step_note", "step_as"))
# Which checked file a step may rest on, by hand: what domain.md 5.3 and 43 name.
LETTER, SCREEN = EvidenceKind.RECEIVING_CERTIFICATE, EvidenceKind.NATIONAL_SCREENSHOT
STUDY, APPROVAL = EvidenceKind.STUDY_CERTIFICATE, EvidenceKind.APPROVAL
RESTS_ON = {
    "exclude": {EvidenceKind.HOSPITAL_PROOF, EvidenceKind.STATEMENT},
    "transfer": {LETTER, SCREEN},
    "elsewhere": {STUDY, SCREEN},
    "suspension": {APPROVAL},
    "home_teaching": {APPROVAL},
    "special": {LETTER, STUDY},
    "exempt": {APPROVAL},
    "abroad": {EvidenceKind.PASSPORT_OR_VISA},
    "death": {EvidenceKind.DEATH_CERTIFICATE, EvidenceKind.HUKOU_CANCELLED},
    "confirm": {EvidenceKind.DETERMINATION},
    "legal": {EvidenceKind.STAMPED_SCAN},
    "graduate": {EvidenceKind.GRADUATION},
}
# What has to be there, and may be checked after; and which step needs 一生一案 as well.
BROUGHT_FOR = {"return": {EvidenceKind.RETURN_PROOF, EvidenceKind.PHOTO}}
PAPER_FOR = {"confirm"}
SLIP = EvidenceKind.SERVICE_SLIP
LAWLESS, LAWFUL = Policy(), Policy(legal_basis="《某省义务教育条例》第六十条")


@dataclass
class Life:
    """A case from the day it opens; `ended` is who asked, who decided, on what, and how.

    `files` are [kind, who brought it, who found that it holds, when it was brought]; 0 found
    it is one that went back.
    """

    policy: Policy
    facts: CaseFacts = field(default_factory=case)
    day: date = date(2026, 11, 25)
    missing_for: int = 2
    unsigned: bool = True
    ended: tuple[int, int, str, str] | None = None
    files: list[list[object]] = field(default_factory=list)
    # When the paper on its way was signed; whether 一生一案 was issued.
    signed_at: datetime | None = None
    told_whole: bool = False
    moved: list[tuple[str, list[list[object]]]] = field(default_factory=list)

    @property
    def now(self) -> datetime:
        return datetime.combine(self.day, time(10), SHANGHAI)

    def let(self, **more: object) -> None:
        self.facts = CaseFacts.model_validate(self.facts.model_dump() | more)

    # How it may begin otherwise: by hand, of a leaver, of a pupil who finishes grade 9.
    def early(self) -> None:
        self.day, self.missing_for = date(2026, 11, 23), 0
        self.let(opened_at=self.now)

    def leaver(self) -> None:
        self.let(running=False, missed_on=self.day)

    def last_year(self) -> None:
        self.let(finishes_on=date(2026, 12, 20))

    # What time does.
    def wait(self, days: int) -> None:
        self.day += timedelta(days=days)
        self.missing_for += days
        if self.facts.running and self.missing_for >= 2:
            self.ring()
        if is_watched_again(self.facts, self.day, self.policy):
            self.let(observe_until=self.watched_until(), missed=0)

    def ring(self) -> None:
        """The clock is over: who was watched is under suspicion again."""
        if self.facts.state is CaseState.RETURNED:
            self.unsigned = True
            self.let(state="suspected", returned_at=None, observe_until=None, **NO_STEP)

    def roll(self, *, seen: bool) -> None:
        if seen:
            back = {"running": False, "back_at": self.now, "seen_at": self.now}
            self.let(**back if self.facts.running else {"seen_at": self.now})
        elif not self.facts.running:
            watched = self.facts.state is CaseState.RETURNED
            told = {"missed": self.facts.missed + watched, "missed_on": self.day}
            self.let(running=True, back_at=None, seen_at=None, **told)
            self.missing_for = 0

    def watched_until(self) -> date:
        first = self.day + timedelta(days=1)
        days = school_days_between(CALENDAR, first, first + timedelta(days=120))
        return observation_ends(days, self.policy.observe_for)

    # What people do.
    def visit(self) -> None:
        self.let(visited_at=self.now, followed_at=self.now)

    def report(self) -> None:
        if self.unsigned:
            self.unsigned = False
            moved = self.facts.state is CaseState.SUSPECTED
            self.let(reported_at=self.now, **({"state": "reported"} if moved else {}))

    def draft(self, kind: PaperKind, grounds: str) -> None:
        if self.facts.paper_kind is not None:
            raise NoticeWaits(kind)
        must_allow_notice(self.facts, kind, grounds, self.day)
        told = {"paper_kind": kind, "paper_state": PaperState.TO_SIGN}
        self.let(paper_id=9, paper_at=self.now, **told)

    def sign(self) -> None:
        if self.facts.paper_state is PaperState.TO_SIGN:
            must_allow_notice(self.facts, self.facts.paper_kind, "已教育", self.day)
            self.let(paper_state=PaperState.SIGNED, paper_at=self.now)
            self.signed_at = self.now

    def issue(self) -> None:
        self.told_whole = True

    def held(self, since: datetime | None) -> Held:
        stand = [f for f in self.files if f[2] != 0 and (since is None or f[3] >= since)]
        return Held(
            checked=frozenset(kind for kind, _, checked, _ in stand if checked),
            brought=frozenset(kind for kind, *_ in stand),
            papers=frozenset({PaperKind.CASE_FILE} if self.told_whole else ()),
        )

    def serve(self) -> None:
        kind = self.facts.paper_kind
        if kind is None or self.facts.paper_state is not PaperState.SIGNED:
            return
        must_have_slip(self.held(self.signed_at))
        self.moved.append(("serve", [f for f in self.files if f[2] != 0]))
        begins, leads_to = notice_rule(kind).moves
        until = returns_by(self.day, days_given(kind, self.policy), CALENDAR)
        state = leads_to if self.facts.state is begins else self.facts.state
        self.let(state=state, return_by=until, return_under=kind, **PAPERS_OVER)

    def ask(self, step: CaseStep, who: int, note: str, settled: Settlement | None) -> None:
        if self.facts.step is not None:
            raise StepWaits(step)
        must_claim(step, note, settled)
        must_allow(self.facts, step, self.day, self.policy)
        told = {"step_at": self.now, "step_note": note, "step_as": settled}
        self.let(step_id=4, step=step, step_by=who, **told)

    def bring(self, who: int, kind: EvidenceKind) -> None:
        self.files.append([kind, who, None, self.now])

    def check(self, who: int, *, ok: bool) -> None:
        for one in self.files:
            if one[2] is None:
                must_be_second_person(one[1], who)
                one[2] = who if ok else 0
                return

    def decide(self, who: int, *, accept: bool) -> None:
        step = must_be_second(self.facts, who)
        asked = (self.facts.step_by, who, self.facts.step_note)
        if not accept:
            self.let(**NO_STEP)
            return
        rule = must_allow(self.facts, step, self.day, self.policy)
        held = self.held(proven_since(self.facts, step))
        must_be_proven(step, self.facts.step_as, held)
        self.moved.append((step.value, [f for f in self.files if f[2] != 0]))
        if rule.closes_as is not None:
            self.ended = (*asked, self.facts.step_as or step)
        self.let(
            state=rule.leads_to, **NO_STEP, **(PAPERS_OVER if ends_papers(step) else {})
        )
        if step is CaseStep.RETURN:
            watched = {"returned_at": self.now, "observe_until": self.watched_until()}
            self.let(missed=0, return_by=None, return_under=None, **watched)

    def oblige(self, place: int) -> None:
        """Do what is owed, or one of it."""
        found = owed(self.facts, self.day, self.policy, CALENDAR)
        kind = found[place % len(found)].kind
        if kind.startswith("confirm"):
            self.prove(RESTS_ON, BROUGHT_FOR)
            self.decide(1 + self.facts.step_by % 3, accept=True)
        elif kind in {DutyKind.SERVE_NOTICE, DutyKind.SERVE_ORDER}:
            self.bring(1, SLIP)
            self.serve()
        elif kind in ASKS:
            self.ask(ASKS[kind], 1, "证明", None)
        elif kind in DRAFTS:
            self.draft(DRAFTS[kind], "已教育")
        else:
            acts = {"sign_report": self.report, "sign_notice": self.sign}
            acts |= {"sign_order": self.sign}
            acts.get(kind, self.visit)()

    def prove(self, *lists: dict[str, set[EvidenceKind]]) -> None:
        """Bring what the step that waits rests on, and let another find that it holds."""
        how = self.facts.step_as or self.facts.step
        for one in lists:
            for kind in sorted(one.get(how, ()))[:1]:
                self.bring(1, kind)
                self.files[-1][2] = 2
        self.issue()


ASKS = {
    DutyKind.REGISTER_RETURN: CaseStep.RETURN,
    DutyKind.OBSERVED: CaseStep.CLOSE,
    DutyKind.DETERMINE: CaseStep.CONFIRM,
    DutyKind.TO_LAW: CaseStep.LEGAL,
}
DRAFTS = {DutyKind.DRAFT_NOTICE: NOTICE, DutyKind.DRAFT_ORDER: ORDER}
people = st.integers(1, 3)
# Half of what is done is what is owed: chance alone would seldom come as far as an order.
OBLIGE = st.integers(0, 2).map(lambda place: ("oblige", place))
WAIT = st.integers(1, 12).map(lambda days: ("wait", days))
ANYTHING = st.one_of(
    st.builds(lambda seen: ("roll", seen), st.booleans()),
    st.sampled_from([("visit",), ("report",), ("sign",), ("serve",), ("issue",)]),
    st.builds(
        lambda kind, told: ("draft", kind, told),
        st.sampled_from([NOTICE, ORDER]),
        st.sampled_from(["", "已教育"]),
    ),
    st.builds(
        lambda step, who, note, settled: ("ask", step, who, note, settled),
        st.sampled_from(list(CaseStep)),
        people,
        st.sampled_from(["", " ", "证明"]),
        st.sampled_from([None, *Settlement]),
    ),
    st.builds(lambda who, ok: ("decide", who, ok), people, st.booleans()),
    st.just(("prove", RESTS_ON, BROUGHT_FOR)),
    st.builds(lambda who, ok: ("check", who, ok), people, st.booleans()),
    st.builds(
        lambda who, kind: ("bring", who, kind), people, st.sampled_from(list(EvidenceKind))
    ),
)
ACTS = st.one_of(OBLIGE, OBLIGE, WAIT, ANYTHING)


def act(life: Life, what: tuple[object, ...]) -> None:
    name, *words = what
    try:
        match name:
            case "roll":
                life.roll(seen=words[0])
            case "decide":
                life.decide(words[0], accept=words[1])
            case "check":
                life.check(words[0], ok=words[1])
            case _:
                getattr(life, name)(*words)
    except Refusal:
        return


def can_be_done(life: Life, one: Next) -> bool:
    """Tell whether a duty that asks for an act is one that the rules would let somebody do."""
    facts, day, policy = life.facts, max(life.day, one.due_on), life.policy
    papers = DRAFTS | {DutyKind.SIGN_NOTICE: NOTICE, DutyKind.SIGN_ORDER: ORDER}
    if one.kind in ASKS and facts.step is not None:
        return False
    try:
        if one.kind in ASKS:
            must_allow(facts, ASKS[one.kind], day, policy)
        if one.kind in papers:
            must_allow_notice(facts, papers[one.kind], "已教育", day)
    except Refusal:
        return False
    return one.kind is not DutyKind.SIGN_REPORT or life.unsigned


# How each state is reached; from each of them anything may happen.
SERVED = (("sign",), ("bring", 1, SLIP), ("serve",))
TO_NOTICE = (("report",), ("draft", NOTICE, ""), *SERVED)
TO_ORDER = (*TO_NOTICE, ("wait", 8), ("draft", ORDER, "已教育"), *SERVED)


def by_two(step: CaseStep) -> tuple[tuple[object, ...], ...]:
    proven = ("prove", RESTS_ON, BROUGHT_FOR)
    return ("ask", step, 1, "证明", None), proven, ("decide", 2, True)


BACK = (("roll", True), *by_two(CaseStep.RETURN))
WAYS = {
    "suspected": (*BACK, ("roll", False), ("wait", 2)),
    "reported": (("report",),),
    "noticed": TO_NOTICE,
    "ordered": TO_ORDER,
    "confirmed": (*TO_ORDER, ("wait", 30), *by_two(CaseStep.CONFIRM)),
    "legal": (*TO_ORDER, ("wait", 30), *by_two(CaseStep.LEGAL)),
    "returned": (*TO_ORDER, *BACK),
    "closed": (*BACK, ("wait", 35), ("visit",), *by_two(CaseStep.CLOSE)),
    "excluded": by_two(CaseStep.EXCLUDE),
}
LONG_WATCHED = (*BACK, ("wait", 32))
BEGINNINGS = {
    "just opened": (),
    "long watched": LONG_WATCHED,
    "opened before the clock rang": (("early",),),
    "a leaver": (("leaver",),),
    "in its last year": (("last_year",),),
} | {state: acts for state, acts in WAYS.items() if state not in {"closed", "excluded"}}


def lived(*acts: tuple[object, ...]) -> Life:
    life = Life(LAWFUL)
    for what in acts:
        act(life, what)
    return life


def test_the_ways_of_this_file_reach_every_state() -> None:
    """Else the law below would say little."""
    for state, acts in WAYS.items():
        assert lived(*acts).facts.state == state


@pytest.mark.parametrize("beginning", BEGINNINGS)
@settings(max_examples=20, deadline=None, derandomize=True)
@given(st.sampled_from([LAWFUL, LAWLESS]), st.lists(ACTS, min_size=10, max_size=40))
def test_an_open_case_owes_what_can_be_done_and_only_two_close_one(
    beginning, policy, acts
) -> None:
    life = Life(policy)
    for what in (*BEGINNINGS[beginning], *acts):
        act(life, what)
        if life.ended is not None:
            asked_by, decided_by, note, how = life.ended
            assert asked_by != decided_by
            assert note.strip()
            rests_on = [
                one for one in life.files if one[0] in RESTS_ON.get(how, ()) and one[2]
            ]
            assert all(brought != checked for _, brought, checked, _ in rests_on)
            assert rests_on or how not in RESTS_ON
            assert how != "close" or life.facts.followed_at >= life.facts.returned_at
            return
        for moved, files in life.moved:
            proofs = {"serve": {SLIP}} | BROUGHT_FOR | RESTS_ON
            kinds = {one[0] for one in files}
            assert moved not in proofs or kinds & proofs[moved], moved
        found = owed(life.facts, life.day, policy, CALENDAR)
        assert found, (what, life.facts)
        dead = [one.kind for one in found if not can_be_done(life, one)]
        assert not dead, (what, dead, life.facts)


def test_who_asked_never_decides_and_nothing_is_claimed_without_proof() -> None:
    proven = ("prove", RESTS_ON, BROUGHT_FOR)
    claim = ("ask", CaseStep.EXCLUDE, 1, "证明", None)
    assert lived(claim, proven, ("decide", 2, True)).ended is not None
    alone = lived(claim, proven, ("decide", 1, True))
    assert (alone.ended, alone.facts.state) == (None, CaseState.SUSPECTED)
    assert lived(("ask", CaseStep.EXCLUDE, 1, " ", None)).facts.step is None
    assert lived(("ask", CaseStep.SETTLE, 1, "证明", None)).facts.step is None
    claimed = ("ask", CaseStep.SETTLE, 1, "证明", Settlement.TRANSFER)
    assert lived(claimed, ("decide", 2, True)).ended is None
    brought = (claimed, ("bring", 1, LETTER))
    assert lived(*brought, ("decide", 2, True)).ended is None
    assert lived(*brought, ("check", 1, True), ("decide", 2, True)).ended is None
    assert lived(*brought, ("check", 2, False), ("decide", 2, True)).ended is None
    other = (claimed, ("bring", 1, EvidenceKind.PHOTO), ("check", 2, True))
    assert lived(*other, ("decide", 2, True)).ended is None
    settled = lived(*brought, ("check", 2, True), ("decide", 2, True))
    assert settled.ended == (1, 2, "证明", "transfer")
    assert rule_of(CaseStep.SETTLE).closes_as is not None


def test_who_was_missing_too_often_is_watched_once_more() -> None:
    runs = [("wait", 1), ("roll", False), ("roll", True)] * 3
    life = lived(*BACK, *runs, ("wait", 40))
    assert life.facts.state is CaseState.RETURNED
    assert life.facts.missed == 0
    assert life.facts.observe_until > life.day


def test_going_to_law_calls_off_an_order_on_its_way() -> None:
    ordered_again = (*WAYS["confirmed"], ("draft", ORDER, "已教育"))
    assert lived(*ordered_again).facts.paper_kind is ORDER
    life = lived(*ordered_again, *by_two(CaseStep.LEGAL))
    assert (life.facts.state, life.facts.paper_kind) == (CaseState.LEGAL, None)
