"""Two people on one roll, and corrections of a submitted one."""

from collections.abc import Mapping
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.rules.roll import Mark, PupilMark
from core.rules.roll_merge import (
    NeedsReason,
    changes_between,
    merge,
    must_have_reason,
    needs_reason,
)

P, L, S, A, O, E = (  # noqa: E741 - one letter a mark, as on the screen
    Mark.PRESENT,
    Mark.LATE,
    Mark.SICK,
    Mark.ABSENT,
    Mark.OFFICIAL,
    Mark.EARLY,
)


def sheet(*marks: Mark) -> tuple[PupilMark, ...]:
    """Number the pupils from 1."""
    return tuple(PupilMark(student_id=n, mark=mark) for n, mark in enumerate(marks, 1))


def marks(of: tuple[PupilMark, ...]) -> list[Mark]:
    return [pupil.mark for pupil in sorted(of, key=lambda p: p.student_id)]


# What both saw, what stands, what is wanted -> what is then on the sheet; `asked`: pupils.
CASES = [
    ((P, P, P), (P, P, P), (P, P, A), (P, P, A), []),
    ((P, P, P), (A, P, P), (P, P, A), (A, P, A), []),  # different pupils merge
    ((P, P, P), (P, P, A), (A, P, P), (A, P, A), []),  # in the other order too
    ((P, P, P), (A, P, P), (P, P, P), (A, P, P), []),  # nothing wanted, nothing undone
    ((A, P, P), (P, P, P), (A, P, P), (P, P, P), []),  # theirs is not undone
    ((P, P, P), (A, P, P), (A, P, P), (A, P, P), []),  # the same pupil alike
    ((P, P, P), (A, P, P), (L, P, P), (A, P, P), [1]),  # unlike: asked, nothing written
    ((P, P, P), (A, P, L), (L, A, L), (A, A, L), [1]),
    ((A, A, A), (P, A, L), (L, P, A), (P, P, L), [1]),
]


@pytest.mark.parametrize(("base", "current", "wanted", "expected", "asked"), CASES)
def test_different_pupils_merge_and_the_same_pupil_asks(
    base: tuple[Mark, ...],
    current: tuple[Mark, ...],
    wanted: tuple[Mark, ...],
    expected: tuple[Mark, ...],
    asked: list[int],
) -> None:
    told = merge(sheet(*base), sheet(*current), sheet(*wanted))
    assert marks(told.sheet) == list(expected)
    assert [c.student_id for c in told.conflicts] == asked


def test_a_conflict_shows_all_three() -> None:
    told = merge(sheet(P), sheet(A), sheet(L))
    (conflict,) = told.conflicts
    assert (conflict.base, conflict.current, conflict.wanted) == (P, A, L)
    assert told.ours == ()


def test_a_merge_says_what_to_write_and_what_others_did() -> None:
    told = merge(sheet(P, P, P), sheet(A, P, L), sheet(P, S, L))
    assert [(c.student_id, c.was, c.wanted) for c in told.ours] == [(2, P, S)]
    assert [(c.student_id, c.was, c.wanted) for c in told.theirs] == [(1, P, A), (3, P, L)]


def test_a_pupil_who_joined_meanwhile_keeps_what_stands() -> None:
    told = merge(sheet(P, P), sheet(P, P, A), sheet(P, A))
    assert marks(told.sheet) == [P, A, A]
    assert told.conflicts == ()


def test_changes_are_only_what_is_unlike() -> None:
    assert changes_between(sheet(P, A), sheet(P, A)) == ()
    (change,) = changes_between(sheet(P, A), sheet(P, L))
    assert (change.student_id, change.was, change.wanted) == (2, A, L)


PUPILS = range(1, 6)
edits = st.dictionaries(st.sampled_from(PUPILS), st.sampled_from(Mark), max_size=5)


def edited(
    seen: tuple[PupilMark, ...], wanted: Mapping[int, Mark]
) -> tuple[PupilMark, ...]:
    return tuple(
        p.model_copy(update={"mark": wanted.get(p.student_id, p.mark)}) for p in seen
    )


@settings(max_examples=200, deadline=None)
@given(
    opening=st.lists(st.sampled_from(Mark), min_size=5, max_size=5),
    ann=edits,
    bob=edits,
    bob_first=st.booleans(),
)
def test_two_sessions_lose_nothing_whoever_submits_first(
    opening: list[Mark], ann: dict[int, Mark], bob: dict[int, Mark], *, bob_first: bool
) -> None:
    seen = sheet(*opening)
    start = {p.student_id: p.mark for p in seen}
    first, second = (bob, ann) if bob_first else (ann, bob)
    stands = merge(seen, seen, edited(seen, first)).sheet
    told = merge(seen, stands, edited(seen, second))
    now = {p.student_id: p.mark for p in told.sheet}
    asked = {c.student_id for c in told.conflicts}
    assert set(now) == set(PUPILS)
    for pupil in PUPILS:
        one, other = (e.get(pupil, start[pupil]) for e in (first, second))
        moved = {m for m in (one, other) if m is not start[pupil]}
        if len(moved) == 2:
            assert pupil in asked
            assert now[pupil] is one  # what stands is not overwritten unasked
        else:
            assert pupil not in asked
            assert now[pupil] is (moved.pop() if moved else start[pupil])


@settings(max_examples=100, deadline=None)
@given(
    st.lists(st.sampled_from(Mark), min_size=5, max_size=5),
    st.lists(st.tuples(st.booleans(), st.sampled_from(PUPILS), st.sampled_from(Mark))),
)
def test_in_every_interleaving_each_pupil_ends_with_somebody_s_last_submitted_mark(
    opening: list[Mark], steps: list[tuple[bool, int, Mark]]
) -> None:
    """Each step: one of two people marks a pupil and submits what they have seen so far."""
    stands = sheet(*opening)
    seen = {True: stands, False: stands}
    expected = {p.student_id: p.mark for p in stands}
    for who, pupil, mark in steps:
        told = merge(seen[who], stands, edited(seen[who], {pupil: mark}))
        if not told.conflicts:
            stands = told.sheet
            if told.ours or dict_of(seen[who])[pupil] is not mark:
                expected[pupil] = mark
        seen[who] = stands  # asked or saved, the person now sees what stands
        assert dict_of(stands) == expected


def dict_of(of: tuple[PupilMark, ...]) -> dict[int, Mark]:
    return {p.student_id: p.mark for p in of}


MONDAY = date(2026, 11, 23)


@pytest.mark.parametrize(
    ("today", "needed"),
    [(date(2026, 11, 23), False), (date(2026, 11, 24), True), (date(2026, 12, 1), True)],
)
def test_03_a_reason_is_asked_from_the_next_day_on(today: date, *, needed: bool) -> None:
    assert needs_reason(MONDAY, today) is needed
    must_have_reason(MONDAY, today, "家长来校说明")
    if needed:
        with pytest.raises(NeedsReason, match="须写明原因"):
            must_have_reason(MONDAY, today, "  ")
    else:
        must_have_reason(MONDAY, today, "")
