from datetime import date
from decimal import Decimal

import pytest

from core.rules.policy import (
    BadSetting,
    ClockMode,
    NoSuchSetting,
    PolicyRow,
    must_take,
    policy_on,
    setting,
    setting_names,
)

DAY = date(2026, 11, 23)


def row(id_: int, name: str, value: str, from_on: str) -> PolicyRow:
    return PolicyRow(id=id_, name=name, value=value, from_on=date.fromisoformat(from_on))


def test_the_defaults_are_the_seed_s() -> None:
    policy = policy_on((), DAY)
    assert policy.clock_mode is ClockMode.NEXT_ROLL
    assert (policy.bureau_due_day, policy.office_due_day) == (25, 3)
    assert (policy.target_primary, policy.target_junior) == (Decimal(99), Decimal(98))
    assert (policy.warning_runs, policy.warning_within, policy.untaken_days) == (3, 10, 2)
    assert (policy.leave_class_teacher_days, policy.leave_dean_days) == (3, 7)
    assert (policy.long_leave_consecutive, policy.long_leave_term) == (10, 40)
    assert (policy.roll_opens_before, policy.roll_red_after) == (15, 60)
    assert (policy.file_late_for, policy.unsigned_climbs_after) == (7, 2)
    assert policy.vacation_zero_report
    assert not policy.weekly_visits_pause


def test_every_setting_has_a_label_and_a_source() -> None:
    assert len(setting_names()) > 20
    for name in setting_names():
        assert setting(name).label
        assert setting(name).source


def test_a_row_holds_from_its_day_until_the_next_of_its_name() -> None:
    rows = (
        row(2, "bureau_due_day", "28", "2026-12-01"),
        row(1, "bureau_due_day", "20", "2026-11-23"),
        row(3, "clock_mode", "clock", "2026-12-01"),
    )
    assert policy_on(rows, date(2026, 11, 22)).bureau_due_day == 25
    assert policy_on(rows, date(2026, 11, 22)).id == 0
    assert policy_on(rows, date(2026, 11, 23)).bureau_due_day == 20
    later = policy_on(rows, date(2026, 12, 1))
    assert (later.bureau_due_day, later.clock_mode, later.id) == (28, ClockMode.CLOCK, 3)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("bureau_due_day", "29"),  # February has none
        ("bureau_due_day", "0"),
        ("bureau_due_day", "二十五"),
        ("warning_runs", "0"),
        ("clock_mode", "never"),
        ("target_primary", "100.01"),
        ("weekly_visits_pause", "perhaps"),
    ],
)
def test_a_value_the_setting_cannot_take_is_refused(name: str, value: str) -> None:
    with pytest.raises(BadSetting, match=value):
        must_take(name, value)
    with pytest.raises(BadSetting):
        policy_on([row(1, name, value, "2026-01-01")], DAY)


@pytest.mark.parametrize("name", ["id", "clock_hours", ""])
def test_an_unknown_setting_is_refused(name: str) -> None:
    with pytest.raises(NoSuchSetting):
        must_take(name, "48")


def test_a_refused_value_names_the_setting_and_its_unit() -> None:
    with pytest.raises(BadSetting, match="“反复未到校预警”（单位：次）不能设为“0”"):
        must_take("warning_runs", "0")


def test_the_48_hours_are_no_setting() -> None:
    assert all("48" not in (setting(name).unit, name) for name in setting_names())
    assert not {"clock_for", "clock_hours"} & set(setting_names())
