"""What a class book says of one child: the history a run is decided from.

Pure: the book in, sessions with their outcomes out.  Which run follows is in `absence`,
when it is due in `clock`.
"""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Final

from core.rules.absence import Attended, Ending, Outcome, missed_since, outcome_of
from core.rules.base import Record
from core.rules.book import BookPupil, BookRoll, BookRun, ClassBook
from core.rules.clock import Due, due
from core.rules.leave import BookLeave, excuses
from core.rules.roll import Mark
from core.rules.session import Session, expected_at, sessions_on
from core.rules.time import day_of

# How far back a history is read; a longer run keeps the beginning it has.
LOOKED_AT_FOR: Final = timedelta(days=35)


class Standing(Record):
    """Whether a child's run is open, since which session, and when it is due."""

    student_id: int
    since: Session | None
    clock: Due | None
    # Where no run is open: what the last session of the history was.
    ended_at: datetime | None = None
    ended_how: Ending | None = None
    leave_id: int | None = None


def excusing(leaves: Iterable[BookLeave], session: Session) -> BookLeave | None:
    """Return a leave that counts for a session, if there is one."""
    return next((leave for leave in leaves if excuses(leave, session)), None)


def sessions_between(
    book: ClassBook, first: date, last: date, pupil: BookPupil | None = None
) -> tuple[Session, ...]:
    """Return the sessions of the class from `first` to `last`, both included.

    With a pupil: those at which that pupil is expected.
    """
    calendar, schoolclass = book.calendar, book.schoolclass
    found = (
        session
        for n in range((last - first).days + 1)
        for session in sessions_on(
            book.plans, calendar, first + timedelta(days=n), schoolclass
        )
    )
    return tuple(s for s in found if pupil is None or expected_at(s, boarder=pupil.boarder))


def last_session(book: ClassBook, day: date, pupil: BookPupil) -> Session:
    """Return the last session of a day at which a pupil is expected (2, 14).

    晚点名 ends the day of those who board, not of those who go home.
    """
    return max(sessions_between(book, day, day, pupil), key=lambda s: s.ends_at)


class Reader:
    """Reads one class book for many children: the sessions are worked out once."""

    def __init__(self, book: ClassBook, since: date, now: datetime) -> None:
        self._book = book
        self._now = now
        first = max(since, book.live_on)
        self._sessions = sessions_between(book, first, day_of(now))
        self._rolls = {(r.day, r.session): r for r in book.rolls}
        self._marks = {(m.roll_id, m.student_id): m.mark for m in book.marks}
        self._runs = {run.student_id: run for run in book.runs}

    def history(self, pupil: BookPupil) -> tuple[Attended, ...]:
        """Return a child's past sessions with what became of the child in each.

        A session is past when its roll was taken or its limit has gone by; one nobody
        knows the calendar of counts only when it was taken.
        """
        leaves = self._leaves(pupil.student_id)
        listed_at = self._listed_at(pupil)
        found = []
        for session in self._sessions:
            expected = expected_at(session, boarder=pupil.boarder)
            if session.day < pupil.from_on or not expected:
                continue
            roll = self._rolls.get((session.day, session.session))
            if roll is None and (session.limit_at > self._now or not session.certain):
                continue
            mark = None if roll is None else self._mark(roll, pupil.student_id, listed_at)
            outcome = self._outcome(roll, mark, session, leaves)
            found.append(Attended(session=session, outcome=outcome))
        return tuple(found)

    def _listed_at(self, pupil: BookPupil) -> datetime | None:
        """Return since when rolls know a child who came back into the list with a run open.

        A roll taken before called others: that it has no mark of the child proves nothing.
        """
        run = self._runs.get(pupil.student_id)
        came_back = run is not None and run.missed_day < pupil.from_on
        return run.listed_at if run is not None and came_back else None

    def _mark(
        self, roll: BookRoll, student_id: int, listed_at: datetime | None
    ) -> Mark | None:
        """Return what a roll says of a child; present is not stored, None is nothing."""
        called = listed_at is None or roll.taken_at >= listed_at
        return self._marks.get((roll.id, student_id), Mark.PRESENT if called else None)

    def _leaves(self, student_id: int) -> tuple[BookLeave, ...]:
        """Return a child's leaves, without what a late one may not erase.

        Leave entered at or after `due_at` of the open run counts from its entry on: the
        missed sessions stay missed (rule 3).
        """
        run = self._runs.get(student_id)
        return tuple(
            leave
            if run is None or leave.entered_at < run.due_at
            else leave.model_copy(update={"from_at": max(leave.from_at, leave.entered_at)})
            for leave in self._book.leaves
            if leave.student_id == student_id
        )

    def _outcome(
        self,
        roll: BookRoll | None,
        mark: Mark | None,
        session: Session,
        leaves: Sequence[BookLeave],
    ) -> Outcome:
        closed = roll is not None and roll.voided_at is not None
        excused = excusing(leaves, session) is not None
        return outcome_of(mark, excused=excused, closed=closed)

    def standing(self, pupil: BookPupil) -> Standing:
        """Return whether this child's run is open, and from when to when.

        A run that began before the history keeps its beginning while nothing since has
        proven the child present or excused it.
        """
        run = self._runs.get(pupil.student_id)
        history = self.history(pupil)
        since = missed_since(history)
        begun = None if run is None else run.missed_at
        # What was proven before the run began neither ends it nor moves it.
        proof = next(
            (
                past
                for past in reversed(history)
                if past.outcome in _PROOFS
                and (begun is None or past.session.starts_at >= begun)
            ),
            None,
        )
        before = any(past.outcome in _PROOFS for past in history)
        if run is not None and proof is None and _keeps(run, since, before=before):
            since = self._kept(run, since)
        if since is None:
            return self._over(pupil, proof)
        return Standing(
            student_id=pupil.student_id, since=since, clock=self.due(pupil, since)
        )

    def _over(self, pupil: BookPupil, proof: Attended | None) -> Standing:
        if proof is None:
            how, at, leave = Ending.VOID, self._now, None
        elif proof.outcome is Outcome.LEAVE:
            leave = excusing(self._leaves(pupil.student_id), proof.session)
            how, at = Ending.LEAVE, self._now
        else:
            how, at, leave = Ending.PRESENT, self._now, None
        return Standing(
            student_id=pupil.student_id,
            since=None,
            clock=None,
            ended_at=at,
            ended_how=how,
            leave_id=None if leave is None else leave.id,
        )

    def due(self, pupil: BookPupil, missed: Session) -> Due:
        """Return when a run that began at `missed` is due: a clock that runs keeps its mode."""
        calendar, schoolclass = self._book.calendar, self._book.schoolclass
        policy, run = self._book.policy(missed.day), self._runs.get(pupil.student_id)
        began_so = run is not None and run.missed_at == missed.starts_at
        mode = run.clock_mode if run is not None and began_so else policy.clock_mode

        def lookup(day: date) -> tuple[Session, ...]:
            coming = sessions_on(self._book.plans, calendar, day, schoolclass)
            return tuple(s for s in coming if expected_at(s, boarder=pupil.boarder))

        return due(missed, lookup, mode, calendar.version, policy.id)

    def _kept(self, run: BookRun, found: Session | None) -> Session | None:
        if found is not None and found.starts_at <= run.missed_at:
            return found
        return Session(
            day=run.missed_day,
            session=run.missed_session,
            starts_at=run.missed_at,
            limit_at=run.missed_at,
            ends_at=run.missed_at,
        )


def _keeps(run: BookRun, since: Session | None, *, before: bool) -> bool:
    """Tell whether a run nothing has ended keeps its beginning; `before`: proven before it.

    One that rang stays until somebody has seen the child, and so does that of a child
    nobody can find, whatever is called off (12, 23).  A run older than the history keeps
    its beginning.
    """
    if run.lost:
        return True
    return run.rung if since is None else not before


_PROOFS: Final = frozenset({Outcome.PRESENT, Outcome.LATE, Outcome.LEAVE})
