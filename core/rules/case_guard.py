"""An open case as it stands, and what each step waits for: a roll, a term, a law, an age."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Final

from core.rules.base import Note, Record, Words
from core.rules.case import CaseState, CaseStep, Settlement, StepRule, rule_of
from core.rules.case_refused import (
    BackAlready,
    LegalOff,
    MissedTooOften,
    MissingNow,
    NoStep,
    NotFinished,
    NotFollowed,
    NotSeenYet,
    OrderFirst,
    ProofMissing,
    SameHand,
    SettledHow,
    StepNotNow,
    StillObserved,
    TooEarly,
    TooYoung,
)
from core.rules.paper import PaperKind, PaperState
from core.rules.policy import Policy
from core.rules.time import Moment, day_of

# 义务教育法 names no age at which its duty ends; 16 is where 未满十六周岁 ends elsewhere.
OF_AGE: Final = 16


class CaseFacts(Record):
    """An open case as a step, a paper or what is owed next is judged by it."""

    township_id: int
    case_id: int
    number: Words
    school_id: int
    class_id: int
    student_id: int
    student_name: Words
    born_on: date
    # From when on its class is beyond grade 9.
    finishes_on: date
    state: CaseState
    # First day of the newest run.
    missed_on: date
    # The child is missing now; else when the last run ended.
    running: bool
    back_at: Moment | None
    # The last roll since the case opened in which somebody saw the child.
    seen_at: Moment | None
    reported_at: Moment | None
    # Until when the guardian was asked to send the child, and by which paper.
    return_by: date | None
    return_under: PaperKind | None
    # The notice or order that is on its way, and since when it stands there.
    paper_id: int | None
    paper_kind: PaperKind | None
    paper_state: PaperState | None
    paper_at: Moment | None
    # The newest visit, and the newest contact or visit, since the case opened.
    opened_at: Moment
    visited_at: Moment | None
    followed_at: Moment | None
    # The last school day of the observation, and the unexcused runs within it.
    returned_at: Moment | None
    observe_until: date | None
    missed: int
    step_id: int | None
    step: CaseStep | None
    step_by: int | None
    step_at: Moment | None
    step_note: Note | None
    step_as: Settlement | None

    @property
    def seems_back(self) -> bool:
        """Tell whether a roll has seen the child since, and it is not missing again."""
        return not self.running and self.seen_at is not None

    @property
    def is_followed(self) -> bool:
        """Tell whether a contact or a visit was recorded since the child came back (跟踪记录)."""
        since, last = self.returned_at, self.followed_at
        return since is not None and last is not None and last >= since


def must_claim(step: CaseStep, note: str, settled_as: Settlement | None) -> None:
    """Refuse a step that says nothing of what proves it (ProofMissing, SettledHow)."""
    if not note.strip():
        raise ProofMissing
    if (step is CaseStep.SETTLE) != (settled_as is not None):
        raise SettledHow


def must_be_second(facts: CaseFacts, account_id: int) -> CaseStep:
    """Return the step that waits; raises NoStep, or SameHand for who asked for it."""
    if facts.step is None:
        raise NoStep
    if facts.step_by == account_id:
        raise SameHand
    return facts.step


def is_watched_again(facts: CaseFacts, day: date, policy: Policy) -> bool:
    """Tell whether an observation is over in vain: missing too often, it begins anew."""
    return (
        facts.state is CaseState.RETURNED
        and facts.observe_until is not None
        and day > facts.observe_until
        and facts.missed > policy.observe_missed
        and facts.step is None
    )


def must_allow(facts: CaseFacts, step: CaseStep, day: date, policy: Policy) -> StepRule:
    """Return the rule of a step that may be taken now.

    Raises StepNotNow, NotSeenYet, MissingNow, StillObserved, MissedTooOften, NotFollowed,
    BackAlready, TooEarly, LegalOff, OrderFirst, TooYoung or NotFinished.
    """
    rule = rule_of(step)
    if facts.state not in rule.begins:
        raise StepNotNow(facts.state, step)
    if step is CaseStep.RETURN and not facts.seems_back:
        raise NotSeenYet
    if step is CaseStep.CLOSE:
        _must_be_watched(facts, day, policy.observe_missed)
    if step in {CaseStep.CONFIRM, CaseStep.LEGAL} and facts.seems_back:
        raise BackAlready
    if step is CaseStep.CONFIRM and day < (since := left_since(facts, policy)):
        raise TooEarly(since, policy.confirm_after)
    if step is CaseStep.LEGAL:
        _must_be_lawful(facts, day, policy)
    if step is CaseStep.COMPLETE and day < (of_age := of_age_on(facts.born_on)):
        raise TooYoung(of_age)
    if step is CaseStep.GRADUATE and day < facts.finishes_on:
        raise NotFinished(facts.finishes_on)
    return rule


def _must_be_watched(facts: CaseFacts, day: date, observe_missed: int) -> None:
    if facts.running:
        raise MissingNow
    if facts.observe_until is None or day <= facts.observe_until:
        raise StillObserved(facts.observe_until or day)
    if facts.missed > observe_missed:
        raise MissedTooOften(facts.missed, observe_missed)
    if not facts.is_followed:
        raise NotFollowed


def _must_be_lawful(facts: CaseFacts, day: date, policy: Policy) -> None:
    if not policy.legal_basis:
        raise LegalOff
    ordered = facts.return_under is PaperKind.ORDER
    if not ordered or facts.return_by is None or day <= facts.return_by:
        raise OrderFirst


def left_since(facts: CaseFacts, policy: Policy) -> date:
    """Return from which day on the child may be found to have left (domain.md 5.3: 9)."""
    return facts.missed_on + timedelta(weeks=policy.confirm_after)


def of_age_on(born_on: date) -> date:
    """Return the sixteenth birthday; who was born on 29 February has it on 1 March."""
    try:
        return born_on.replace(year=born_on.year + OF_AGE)
    except ValueError:
        return date(born_on.year + OF_AGE, 3, 1)


def observation_ends(school_days: Sequence[date], observe_for: int) -> date:
    """Return the last day of an observation: the so-manieth school day after the return."""
    return school_days[observe_for - 1]


def day_seen(facts: CaseFacts) -> date | None:
    """Return the day on which the child's last run ended, or it was seen."""
    at = facts.back_at or facts.seen_at
    return None if at is None else day_of(at)


def proven_since(facts: CaseFacts, step: CaseStep) -> Moment | None:
    """Return since when a file may prove a step; None where its day says nothing.

    A photograph of a visit proves no return, nor does the proof of an earlier one: it is of
    the day on which the child's last run ended, or later.
    """
    if step is not CaseStep.RETURN:
        return None
    back = facts.back_at or facts.opened_at
    return back.replace(hour=0, minute=0, second=0, microsecond=0)


def in_time(facts: CaseFacts) -> str:
    """Return whether the child came within the ordered term (R47); "" where none was set."""
    seen_on = day_seen(facts)
    if facts.return_by is None or seen_on is None:
        return ""
    return "期限内返校" if seen_on <= facts.return_by else "逾期返校"
