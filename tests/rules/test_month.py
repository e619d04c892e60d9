import json
from datetime import date, datetime

import pytest

from core.rules.month import (
    NotZero,
    ReportKind,
    ReportState,
    StepRefused,
    Window,
    ZeroFacts,
    advance,
    bureau_window,
    due_on,
    filed_late,
    must_be_zero,
    office_opens_on,
    office_window,
    returned_due_at,
    shown_due_on,
    shown_state,
    zero_sentence,
)
from core.rules.month_facts import MonthFacts
from core.rules.time import SHANGHAI
from tests.rules.test_balance import line

BUREAU, OFFICE = ReportKind.BUREAU, ReportKind.OFFICE
# 2026: 国庆 1-7 October off, Saturday the 10th is worked (国办 2025-11-04).
OCTOBER_OFF = {date(2026, 10, day) for day in range(1, 8)}
WORKED = {date(2026, 9, 20), date(2026, 10, 10)}


def teaches(day: date) -> bool:
    return day in WORKED or (day.weekday() < 5 and day not in OCTOBER_OFF)


def never(day: date) -> bool:
    return False


def at(month: int, day: int, hour: int = 12, minute: int = 0) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=SHANGHAI)


def test_the_bureau_is_due_on_the_25th_and_the_office_on_the_3rd_of_the_next() -> None:
    assert due_on(BUREAU, 2026, 11) == date(2026, 11, 25)
    assert due_on(OFFICE, 2026, 11) == date(2026, 12, 3)
    assert due_on(OFFICE, 2026, 12) == date(2027, 1, 3)
    assert due_on(OFFICE, 2027, 1) == date(2027, 2, 3)
    assert due_on(BUREAU, 2026, 11, day=28) == date(2026, 11, 28)


def test_a_due_day_never_moves_later_and_is_shown_on_the_school_day_before() -> None:
    # days.md 32: 25 October 2026 is a Sunday; 3 October lies in the holiday.
    assert shown_due_on(date(2026, 10, 25), teaches) == date(2026, 10, 23)
    assert shown_due_on(date(2026, 10, 3), teaches) == date(2026, 9, 30)
    assert shown_due_on(date(2026, 11, 25), teaches) == date(2026, 11, 25)
    assert shown_due_on(date(2026, 7, 25), never) == date(2026, 7, 25)


def test_every_day_lies_in_exactly_one_bureau_report() -> None:
    since, due = date(2026, 9, 1), date(2026, 10, 25)
    first = bureau_window(None, since, date(2026, 9, 24), date(2026, 9, 25))
    assert (first.from_on, first.cutoff_on) == (since, date(2026, 9, 24))
    second = bureau_window(first, since, date(2026, 10, 21), due)
    assert (second.from_on, second.cutoff_on) == (date(2026, 9, 25), date(2026, 10, 21))


@pytest.mark.parametrize(("filed", "cutoff"), [(24, 24), (25, 25), (26, 25), (30, 25)])
def test_data_end_with_the_day_of_filing_or_the_25th(filed: int, cutoff: int) -> None:
    last = Window(from_on=date(2026, 9, 25), to_on=date(2026, 10, 26))
    now = bureau_window(last, last.from_on, date(2026, 11, filed), date(2026, 11, 25))
    assert now.from_on == date(2026, 10, 26)
    assert now.cutoff_on == date(2026, 11, cutoff)


def test_the_office_reports_a_calendar_month_and_may_file_on_its_last_school_day() -> None:
    september = office_window(2026, 9)
    assert (september.from_on, september.to_on) == (date(2026, 9, 1), date(2026, 10, 1))
    assert office_window(2026, 12).to_on == date(2027, 1, 1)
    assert office_window(2028, 2).cutoff_on == date(2028, 2, 29)
    # 31 October 2026 is a Saturday.
    assert office_opens_on(office_window(2026, 10), teaches) == date(2026, 10, 30)


def test_a_returned_report_is_due_the_next_working_day_at_17() -> None:
    assert returned_due_at(date(2026, 11, 26), teaches) == at(11, 27, 17)
    assert returned_due_at(date(2026, 11, 27), teaches) == at(11, 30, 17)
    assert returned_due_at(date(2026, 9, 30), teaches) == at(10, 8, 17)


@pytest.mark.parametrize(
    ("facts", "reason"),
    [
        (ZeroFacts(dropouts=1), "辍学1人"),
        (ZeroFacts(suspected=1), "疑似辍学1人"),
        (ZeroFacts(open_cases=1), "未销号1人"),
        (ZeroFacts(runs_past_48h=1), "超过48小时未到校1人"),
        (ZeroFacts(untaken_rolls=1), "未点名1节"),
    ],
)
def test_zero_is_a_checked_statement(facts: ZeroFacts, reason: str) -> None:
    must_be_zero(ZeroFacts())
    with pytest.raises(NotZero, match=reason):
        must_be_zero(facts)


def test_the_zero_sentence_is_the_counter_s_own() -> None:
    assert zero_sentence(date(2026, 11, 25)) == (
        "经逐班排查，截至2026年11月25日，本校无疑似辍学、辍学学生，特此零报告。"
    )


@pytest.mark.parametrize(
    ("filed", "now", "shown"),
    [
        (None, at(11, 25, 23, 59), ReportState.NOT_FILED),
        (None, at(11, 26, 0, 0), ReportState.OVERDUE),
        (at(11, 25, 23, 59), at(12, 1), ReportState.FILED),
        (at(11, 26, 0, 0), at(12, 1), ReportState.FILED_LATE),
    ],
)
def test_a_report_is_late_after_the_25th_24_00(
    filed: datetime | None, now: datetime, shown: ReportState
) -> None:
    state = ReportState.FILED if filed else ReportState.NOT_FILED
    assert shown_state(state, filed, date(2026, 11, 25), now) is shown


def test_a_return_does_not_make_a_timely_school_late() -> None:
    """days.md 38: timeliness is the first submission's."""
    first = at(11, 24)
    assert not filed_late(first, date(2026, 11, 25))
    returned = shown_state(ReportState.RETURNED, first, date(2026, 11, 25), at(11, 26))
    assert returned is ReportState.RETURNED


def test_a_report_taken_in_is_corrected_only_through_a_return() -> None:
    advance(ReportState.NOT_FILED, ReportState.ZERO)
    advance(ReportState.FILED, ReportState.CORRECTED)
    advance(ReportState.ZERO, ReportState.CORRECTED)
    advance(ReportState.TAKEN, ReportState.RETURNED)
    advance(ReportState.RETURNED, ReportState.CORRECTED)
    with pytest.raises(StepRefused, match="退回"):
        advance(ReportState.TAKEN, ReportState.CORRECTED)
    for wanted in ReportState:
        with pytest.raises(StepRefused):
            advance(ReportState.CORRECTED, wanted)


def facts(**more: object) -> MonthFacts:
    usual: dict[str, object] = {
        "kind": "bureau",
        "school_id": 1,
        "school_name": "青石镇九年一贯制学校",
        "year": 2026,
        "month": 11,
        "version": 1,
        "window": Window(from_on=date(2026, 10, 26), to_on=date(2026, 11, 26)),
        "lines": (line(),),
        "zero": ZeroFacts(),
        "is_zero": True,
        "filed_at": at(11, 25, 16),
        "filed_by": "王建国",
    }
    return MonthFacts.model_validate(usual | more)


def test_a_submitted_version_has_one_text_and_one_fingerprint() -> None:
    one = facts()
    again = MonthFacts.model_validate_json(one.canonical)
    assert again == one
    assert again.canonical == one.canonical
    assert again.sha256 == one.sha256
    assert len(one.sha256) == 64
    assert facts(version=2).sha256 != one.sha256
    assert '"school_name":"青石镇九年一贯制学校"' in one.canonical
    assert '"filed_at":"2026-11-25T16:00:00+08:00"' in one.canonical
    names = list(json.loads(one.canonical))
    assert names == sorted(names)
