"""What an open case owes next, by when: never nothing (domain.md 5.2, 5.3).

A step that waits is confirmed by another; beneath it the case goes on, for a claim stops
nothing.  Everything is read from how the case stands: whoever acts, and the sweep, ask
here anew.
"""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import Final

from core.rules.base import Record
from core.rules.calendar import Calendar, Term, school_days_between
from core.rules.case import CaseState, CaseStep
from core.rules.case_guard import CaseFacts, day_seen, left_since
from core.rules.duty import DutyKind
from core.rules.paper import PaperKind, PaperState
from core.rules.policy import Policy
from core.rules.time import day_of

_A_DAY: Final = timedelta(days=1)
_A_WEEK: Final = timedelta(days=7)
# How long a signed paper may lie before it is served, and an expired term unanswered.
_THREE_DAYS: Final = timedelta(days=3)
# A tracking survey where no term is known: about half of one.
_HALF_TERM: Final = timedelta(days=60)
# Beyond the longest vacation.
_FAR: Final = timedelta(days=120)
_CONFIRM: Final = {
    CaseStep.RETURN: DutyKind.CONFIRM_RETURN,
    CaseStep.EXCLUDE: DutyKind.CONFIRM_EXCLUSION,
    CaseStep.CLOSE: DutyKind.CONFIRM_CLOSE,
    CaseStep.CONFIRM: DutyKind.CONFIRM_DROPOUT,
    CaseStep.LEGAL: DutyKind.CONFIRM_LEGAL,
    CaseStep.SETTLE: DutyKind.CONFIRM_SETTLED,
    CaseStep.COMPLETE: DutyKind.CONFIRM_COMPLETE,
    CaseStep.GRADUATE: DutyKind.CONFIRM_GRADUATED,
}
_ON_ITS_WAY: Final = {
    (PaperKind.RETURN_NOTICE, PaperState.TO_SIGN): DutyKind.SIGN_NOTICE,
    (PaperKind.RETURN_NOTICE, PaperState.SIGNED): DutyKind.SERVE_NOTICE,
    (PaperKind.ORDER, PaperState.TO_SIGN): DutyKind.SIGN_ORDER,
    (PaperKind.ORDER, PaperState.SIGNED): DutyKind.SERVE_ORDER,
}
# Steps are asked for one at a time: what asks for another one waits meanwhile.
_ASKS_A_STEP: Final = frozenset(
    {
        DutyKind.REGISTER_RETURN,
        DutyKind.OBSERVED,
        DutyKind.DETERMINE,
        DutyKind.TO_LAW,
    }
)
_LEFT: Final = frozenset({CaseState.CONFIRMED, CaseState.LEGAL})
# What is kept as it is derived here; SIGN_REPORT is opened with its report.
KEPT: Final = frozenset(
    {
        *_CONFIRM.values(),
        *_ON_ITS_WAY.values(),
        *_ASKS_A_STEP,
        DutyKind.DRAFT_NOTICE,
        DutyKind.DRAFT_ORDER,
        DutyKind.RETURN_DUE,
        DutyKind.FOLLOW_UP,
        DutyKind.TRACK,
    }
)


class Next(Record):
    """A duty of a case: about the case, or about the paper on its way."""

    kind: DutyKind
    subject_id: int
    due_on: date


def owed(
    case: CaseFacts, day: date, policy: Policy, calendar: Calendar
) -> tuple[Next, ...]:
    """Return what an open case owes on a day; SIGN_REPORT among it is the alarm's own."""
    found: tuple[Next, ...]
    if case.state is CaseState.RETURNED:
        found = (_observed(case, day),)
    elif case.seems_back:
        found = (_about(case, DutyKind.REGISTER_RETURN, (day_seen(case) or day) + _A_DAY),)
    else:
        papers = _papers(case, day, policy, calendar)
        found = (*papers, *_beyond(case, day, policy, calendar))
    if case.step is None or case.step_at is None:
        return found
    asked = _about(case, _CONFIRM[case.step], day_of(case.step_at) + _A_DAY)
    return (asked, *(one for one in found if one.kind not in _ASKS_A_STEP))


def _about(case: CaseFacts, kind: DutyKind, due_on: date) -> Next:
    return Next(kind=kind, subject_id=case.case_id, due_on=due_on)


def _over(case: CaseFacts, day: date) -> bool:
    return case.return_by is not None and day > case.return_by


def _papers(
    case: CaseFacts, day: date, policy: Policy, calendar: Calendar
) -> Iterator[Next]:
    """Yield the paper whose turn it is, and the term that runs."""
    on_its_way = _paper(case, policy, calendar)
    if on_its_way is not None:
        yield on_its_way
    elif case.state is CaseState.SUSPECTED:
        yield _about(case, DutyKind.SIGN_REPORT, day_of(case.opened_at))
    elif case.state is CaseState.REPORTED:
        yield _about(case, DutyKind.DRAFT_NOTICE, _paper_due(case, policy, calendar))
    elif case.state is CaseState.NOTICED and _over(case, day):
        yield _about(case, DutyKind.DRAFT_ORDER, _paper_due(case, policy, calendar))
    if case.return_by is not None and not _over(case, day):
        yield _about(case, DutyKind.RETURN_DUE, case.return_by)


def _beyond(
    case: CaseFacts, day: date, policy: Policy, calendar: Calendar
) -> Iterator[Next]:
    """Yield what goes on beside the papers: 认定, 跟踪调查, 依法处理."""
    over = _over(case, day)
    since = left_since(case, policy)
    if case.state in _LEFT:
        yield _about(case, DutyKind.TRACK, tracked_by(case, calendar.terms))
    elif day >= since or (case.state is CaseState.ORDERED and over):
        yield _about(case, DutyKind.DETERMINE, since + _THREE_DAYS)
    if _goes_to_law(case, policy) and over and case.return_by is not None:
        yield _about(case, DutyKind.TO_LAW, case.return_by + _THREE_DAYS)


def _goes_to_law(case: CaseFacts, policy: Policy) -> bool:
    return (
        bool(policy.legal_basis)
        and case.return_under is PaperKind.ORDER
        and case.state in {CaseState.ORDERED, CaseState.CONFIRMED}
    )


def _observed(case: CaseFacts, day: date) -> Next:
    """Return the close after the observation; until then, each week's follow-up."""
    until = case.observe_until or day
    if day > until and not case.running and case.is_followed:
        kind, due_on = DutyKind.OBSERVED, until + _A_DAY
    else:
        since = max(at for at in (case.returned_at, case.followed_at, case.opened_at) if at)
        kind, due_on = DutyKind.FOLLOW_UP, followed_by(day_of(since))
    return _about(case, kind, due_on)


def _paper(case: CaseFacts, policy: Policy, calendar: Calendar) -> Next | None:
    """Return who has to sign or serve the paper on its way; a late draft gives them time."""
    kind, state, at = case.paper_kind, case.paper_state, case.paper_at
    if case.paper_id is None or kind is None or state is None or at is None:
        return None
    rest = _A_DAY if state is PaperState.TO_SIGN else _THREE_DAYS
    due_on = max(_paper_due(case, policy, calendar), day_of(at) + rest)
    return Next(kind=_ON_ITS_WAY[kind, state], subject_id=case.paper_id, due_on=due_on)


def _paper_due(case: CaseFacts, policy: Policy, calendar: Calendar) -> date:
    """Return by when the paper that is next is to be served."""
    if case.return_by is not None:
        return case.return_by + timedelta(days=policy.order_within)
    told = day_of(case.reported_at or case.opened_at)
    days = school_days_between(calendar, told + _A_DAY, told + _FAR)
    return days[policy.notice_within - 1]


def followed_by(since: date) -> date:
    """Return the Sunday of the week after the one in which a child was last followed."""
    return since + timedelta(days=6 - since.weekday()) + _A_WEEK


def tracked_by(case: CaseFacts, terms: Sequence[Term]) -> date:
    """Return by when a child that left is looked up next: once each half term (R36).

    A visit counts for the half it was made in; where no term is known, in sixty days.
    """
    halves = [
        half
        for term in sorted(terms, key=lambda term: term.from_on)
        for half in _halves(term)
    ]
    if case.visited_at is None:
        since = day_of(case.opened_at)
        later = (end for _, end in halves if end >= since)
    else:
        since = day_of(case.visited_at)
        later = (end for begin, end in halves if begin > since)
    return next(later, since + _HALF_TERM)


def _halves(term: Term) -> tuple[tuple[date, date], ...]:
    middle = term.from_on + (term.to_on - term.from_on) // 2
    return (term.from_on, middle - _A_DAY), (middle, term.to_on - _A_DAY)
