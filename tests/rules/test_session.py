from datetime import date, datetime, timedelta

import pytest
from pydantic import ValidationError

from core.rules.calendar import ClosureKind, SessionCode
from core.rules.policy import Policy
from core.rules.session import (
    Held,
    TooEarly,
    TooLate,
    expected_at,
    file_until,
    is_late,
    must_be_open,
    opens_at,
    red_at,
    sessions_on,
)
from tests.rules.calendar_2026 import (
    CALENDAR,
    CLASS_3_1,
    CLASS_7_1,
    PLANS,
    at,
    closed,
    closure,
    plan,
    session,
)

POLICY = Policy()
MINUTE = timedelta(minutes=1)


def held(text: str, calendar=CALENDAR, schoolclass=CLASS_3_1) -> str:
    found = sessions_on(PLANS, calendar, date.fromisoformat(text), schoolclass)
    return " ".join(s.session.value + ("" if s.certain else "?") for s in found)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-08-31", ""),  # boarders register on the first day
        ("2026-09-01", "registration pm night"),
        ("2026-09-04", "am pm"),  # Friday: boarders go home
        ("2026-09-05", ""),
        ("2026-09-06", "sunday_return night"),
        ("2026-09-18", "am pm"),
        ("2026-09-19", "sunday_return night"),  # Sunday the 20th teaches
        ("2026-09-20", "am pm night"),
        ("2026-10-07", "sunday_return night"),  # the last evening of 国庆
        ("2026-10-09", "am pm night"),  # Saturday the 10th teaches
        ("2026-10-10", "am pm"),
        ("2026-04-06", "sunday_return night"),  # a Monday off
        ("2026-07-10", "am pm"),
        ("2026-07-13", ""),
        ("2026-12-31", "am pm night?"),
        ("2027-01-02", ""),
        ("2027-01-03", "sunday_return? night?"),
        ("2027-01-04", "am? pm? night?"),
    ],
)
def test_13_sessions_are_held(text: str, expected: str) -> None:
    assert held(text) == expected


def test_an_unknown_day_still_has_its_rolls() -> None:
    assert held("2027-03-01") == "am? pm? night?"
    bare = CALENDAR.model_copy(update={"years": (), "terms": ()})
    assert held("2026-11-23", bare) == "am? pm? night?"


def test_a_session_knows_its_moments() -> None:
    pm = session("2026-11-23 pm")
    assert (pm.starts_at, pm.limit_at, pm.ends_at) == (
        at("2026-11-23 14:00"),
        at("2026-11-23 14:30"),
        at("2026-11-23 16:40"),
    )


def test_22_a_half_day_has_half_the_sessions() -> None:
    afternoon = closure("2026-11-18", session=SessionCode.PM, grade=3)
    assert held("2026-11-18", closed(afternoon)) == "am night"
    assert held("2026-11-18", closed(afternoon), CLASS_7_1) == "am pm night"


def test_23_a_closed_day_has_no_session_and_no_return_before_it() -> None:
    monday = closed(closure("2026-11-23", kind=ClosureKind.SUSPENSION))
    assert held("2026-11-22", monday) == ""
    assert held("2026-11-23", monday) == ""
    assert held("2026-11-24", monday) == "am pm night"


def test_a_day_made_to_teach_has_its_sessions() -> None:
    saturday = closed(closure("2026-11-21", grade=3, kind=ClosureKind.TEACHING))
    assert held("2026-11-21", saturday) == "am pm"
    assert held("2026-11-21", saturday, CLASS_7_1) == ""
    morning = closure("2026-11-21", session=SessionCode.AM, kind=ClosureKind.TEACHING)
    assert held("2026-11-21", closed(morning)) == "am"


def test_a_plan_may_be_for_some_grades_weekdays_and_seasons() -> None:
    plans = (
        plan(SessionCode.AM, "07:40", "11:40", grades=(7, 8, 9)),
        plan(SessionCode.PM, "14:00", "16:00", weekdays=(1, 2, 3, 4)),
        plan(SessionCode.NIGHT, "19:00", "20:00", to_on=date(2026, 11, 1)),
    )

    def codes(text: str, schoolclass=CLASS_7_1) -> list[str]:
        found = sessions_on(plans, CALENDAR, date.fromisoformat(text), schoolclass)
        return [s.session.value for s in found]

    assert codes("2026-10-30") == ["am", "night"]  # Friday
    assert codes("2026-11-02") == ["am", "pm"]
    assert codes("2026-11-02", CLASS_3_1) == ["pm"]
    # A Saturday that teaches follows no weekday: leaving it out would lose a roll.
    assert codes("2026-10-10") == ["am", "pm", "night"]
    other_school = CLASS_7_1.model_copy(update={"school_id": 6})
    assert codes("2026-11-02", other_school) == []


def test_a_session_ends_after_it_starts() -> None:
    with pytest.raises(ValidationError, match="结束时间"):
        plan(SessionCode.AM, "08:00", "08:00", held=Held.SCHOOL_DAY)


@pytest.mark.parametrize(
    ("now", "refusal"),
    [
        ("2026-11-23 13:44", TooEarly),
        ("2026-11-23 08:12", TooEarly),
        ("2026-11-23 13:45", None),
        ("2026-11-23 13:46", None),
        ("2026-11-29 23:59", None),
        ("2026-11-30 23:59", None),  # the seventh day
        ("2026-12-01 00:00", TooLate),
    ],
)
def test_05_a_roll_opens_15_minutes_before_and_closes_after_7_days(
    now: str, refusal: type[Exception] | None
) -> None:
    pm = session("2026-11-23 pm")
    assert opens_at(pm, POLICY) == at("2026-11-23 13:45")
    assert file_until(pm, POLICY) == date(2026, 11, 30)
    if refusal is None:
        must_be_open(pm, at(now), POLICY)
    else:
        with pytest.raises(refusal):
            must_be_open(pm, at(now), POLICY)


def test_05_the_refusal_says_when_to_come_back() -> None:
    with pytest.raises(TooEarly, match="下午点名 13:45 开放"):
        must_be_open(session("2026-11-23 pm"), at("2026-11-23 08:12"), POLICY)


@pytest.mark.parametrize(
    ("now", "late"),
    [(-1, False), (0, False), (1, True)],
)
def test_05_after_its_end_a_roll_is_backfilled(now: int, *, late: bool) -> None:
    am = session("2026-11-23 am")
    assert is_late(am, am.ends_at + now * MINUTE) is late


def test_04_a_roll_is_due_after_30_minutes_and_red_after_60() -> None:
    am = session("2026-11-23 am")
    assert am.limit_at == at("2026-11-23 08:30")
    assert red_at(am, POLICY) == at("2026-11-23 09:00")
    # A roll that may be taken later is not red while it may.
    for limit, red in (("08:59", "09:00"), ("09:00", "09:00"), ("09:01", "09:01")):
        own = am.model_copy(update={"limit_at": at(f"2026-11-23 {limit}")})
        assert red_at(own, POLICY) == at(f"2026-11-23 {red}")


def test_only_boarders_are_called_at_night_and_on_the_return_day() -> None:
    assert not expected_at(session("2026-11-22 sunday_return"), boarder=False)
    assert expected_at(session("2026-11-22 sunday_return"), boarder=True)
    assert expected_at(session("2026-11-23 am"), boarder=False)


def test_sessions_sort_as_the_day_runs() -> None:
    found = [
        session("2026-11-23 pm"),
        session("2026-11-22 night"),
        session("2026-11-23 am"),
    ]
    found.sort(key=lambda s: s.place_in_time)
    assert [s.starts_at for s in found] == sorted(s.starts_at for s in found)
    assert isinstance(found[0].starts_at, datetime)
