"""Where a run begins, how it is followed up, and what calls for warning."""

from datetime import date, timedelta

import pytest

from core.rules.absence import (
    Attended,
    Ending,
    Outcome,
    Progress,
    ending_by_change,
    missed_since,
    outcome_of,
    remaining,
)
from core.rules.calendar import SessionCode
from core.rules.change import ChangeKind, ChangeState, Side
from core.rules.contact import ContactResult
from core.rules.missing import Missing
from core.rules.roll import Mark
from tests.rules.calendar_2026 import at, session

SESSIONS = [
    f"2026-11-{day} {code}" for day in (16, 17, 18, 19, 20, 23) for code in ("am", "pm")
]
OUTCOME = {
    "到": Outcome.PRESENT,
    "迟": Outcome.LATE,
    "缺": Outcome.ABSENT,
    "假": Outcome.LEAVE,
    "空": Outcome.UNTAKEN,
    "停": Outcome.CLOSED,
}


def history(word: str) -> list[Attended]:
    """Read one character a session, from Monday morning on."""
    return [
        Attended(session=session(text), outcome=OUTCOME[c])
        for c, text in zip(word, SESSIONS, strict=False)
    ]


# The word of a child's sessions, and the number of the one at which the open run begins.
RUNS = [
    ("", None),
    ("到到到", None),
    ("缺", 0),
    ("到缺", 1),
    ("到缺缺缺", 1),
    ("缺到", None),
    ("缺迟", None),
    ("缺到缺", 2),
    ("到空缺", 1),  # an untaken session never shortens a clock
    ("到空空空空缺", 1),
    ("空空缺", 0),
    ("到空空", None),  # untaken alone is no run
    ("缺空", 0),  # and it ends none
    ("缺空空缺", 0),
    ("到空到缺", 3),
    ("到停缺", 2),
    ("到缺停停", 1),
    ("到停停", None),
    ("到空停缺", 1),
    ("缺假", None),  # leave entered in time ends the run
    ("缺假缺", 2),  # the first session after leave opens one
    ("到假空", 2),  # without 到 or 续假, even when no roll was taken
    ("到假停空", 3),
    ("到假空到", None),
    ("到假空缺", 2),
    ("到假假到", None),
    ("到空假缺", 3),
]


@pytest.mark.parametrize(("word", "begins"), RUNS)
def test_a_run_begins_after_the_last_proven_presence(word: str, begins: int | None) -> None:
    found = missed_since(history(word))
    expected = None if begins is None else session(SESSIONS[begins])
    assert found == expected


def test_06_nobody_takes_rolls_for_two_days_and_the_clock_is_no_shorter() -> None:
    # Present on Monday morning, no roll until Wednesday afternoon, then missing.
    begun = missed_since(history("到空空空空缺"))
    assert begun is not None
    assert begun.starts_at == at("2026-11-16 14:00")


@pytest.mark.parametrize(
    ("mark", "excused", "closed", "expected"),
    [
        (Mark.PRESENT, False, False, Outcome.PRESENT),
        (Mark.PRESENT, True, False, Outcome.PRESENT),  # came although on leave
        (None, False, False, Outcome.UNTAKEN),
        (None, True, False, Outcome.LEAVE),
        (None, False, True, Outcome.CLOSED),
        (Mark.LATE, False, False, Outcome.LATE),
        (Mark.LATE, True, False, Outcome.LATE),
        (Mark.EARLY, False, False, Outcome.PRESENT),
        (Mark.OFFICIAL, False, False, Outcome.PRESENT),
        (Mark.ABSENT, False, False, Outcome.ABSENT),
        (Mark.ABSENT, True, False, Outcome.LEAVE),  # 补假: the mark stays 缺
        (Mark.ABSENT, False, True, Outcome.CLOSED),
        (Mark.SICK, True, False, Outcome.LEAVE),
        (Mark.SICK, False, False, Outcome.ABSENT),
        (Mark.PERSONAL, False, False, Outcome.ABSENT),
    ],
)
def test_02_a_mark_without_leave_does_not_stop_the_clock(
    mark: Mark | None, expected: Outcome, *, excused: bool, closed: bool
) -> None:
    assert outcome_of(mark, excused=excused, closed=closed) is expected


@pytest.mark.parametrize(
    ("kind", "state", "side", "expected"),
    [
        (ChangeKind.TRANSFER_OUT, ChangeState.PENDING, Side.OUTSIDE, None),
        (ChangeKind.TRANSFER_OUT, ChangeState.REJECTED, Side.OUTSIDE, None),
        (ChangeKind.TRANSFER_OUT, ChangeState.PENDING, Side.INSIDE, None),
        (ChangeKind.TRANSFER_OUT, ChangeState.VERIFIED, Side.OUTSIDE, Ending.LEFT),
        (ChangeKind.TRANSFER_OUT, ChangeState.VERIFIED, Side.INSIDE, Ending.TRANSFER),
        (ChangeKind.SUSPENSION, ChangeState.PENDING, None, None),
        (ChangeKind.SUSPENSION, ChangeState.VERIFIED, None, Ending.LEFT),
        (ChangeKind.DROPOUT, ChangeState.VERIFIED, None, None),
        (ChangeKind.CLASS_MOVE, ChangeState.VERIFIED, None, None),
        (ChangeKind.TRANSFER_IN, ChangeState.VERIFIED, Side.INSIDE, None),
    ],
)
def test_25_a_claimed_transfer_stops_nothing(
    kind: ChangeKind, state: ChangeState, side: Side | None, expected: Ending | None
) -> None:
    assert ending_by_change(kind, state, side) is expected


def missing(**more: object) -> Missing:
    usual = {
        "township_id": 990101100,
        "absence_id": 1,
        "student_id": 9,
        "student_name": "赵小雨",
        "pinyin": ("zxy",),
        "school_id": 5,
        "school_name": "河湾小学",
        "class_id": 31,
        "cohort": 2024,
        "number": 1,
        "missed_day": date(2026, 11, 20),
        "missed_session": SessionCode.AM,
        "missed_at": at("2026-11-20 08:00"),
        "due_at": DUE,
        "raw_due_at": at("2026-11-22 08:00"),
        "rang_at": None,
        "last_contact": None,
        "visits": 0,
        "case_number": None,
        "paper_id": None,
        "paper_state": None,
        "keeper": None,
    }
    return Missing.model_validate(usual | more)


DUE = at("2026-11-23 08:30")


@pytest.mark.parametrize(
    ("contact", "minutes", "expected"),
    [
        (None, -1, Progress.TO_CONTACT),
        (None, 0, Progress.RANG),
        (None, 1, Progress.RANG),
        (ContactResult.REACHED, -1, Progress.CONTACTED),
        (ContactResult.COMING, -1, Progress.CONTACTED),
        (ContactResult.REFUSED, -1, Progress.CONTACTED),
        (ContactResult.NOT_REACHED, -1, Progress.NOT_REACHED),
        (ContactResult.REACHED, 0, Progress.RANG),
        # 12: it waits for no clock, and no alarm hides it.
        (ContactResult.NOT_KNOWN, -1, Progress.NOT_KNOWN),
        (ContactResult.NOT_KNOWN, 1, Progress.NOT_KNOWN),
    ],
)
def test_progress_in_official_words(
    contact: ContactResult | None, minutes: int, expected: Progress
) -> None:
    now = DUE + timedelta(minutes=minutes)
    assert missing(last_contact=contact).progress(now) is expected


@pytest.mark.parametrize(
    ("now", "text"),
    [
        ("2026-11-22 01:30", "剩31时"),
        ("2026-11-23 07:30", "剩1时"),
        ("2026-11-23 07:31", "剩59分"),
        ("2026-11-23 08:29", "剩1分"),
        ("2026-11-23 08:30", "超0分"),
        ("2026-11-23 08:31", "超1分"),
        ("2026-11-23 11:00", "超2时"),
        ("2026-11-27 12:29", "超99时"),
        ("2026-11-27 12:30", "超4天"),
    ],
)
def test_the_time_left_and_the_time_over(now: str, text: str) -> None:
    assert remaining(DUE, at(now)) == text
