from datetime import date
from decimal import Decimal

import pytest

from core.rules.policy import (
    BadSetting,
    ClockMode,
    NoSuchSetting,
    Policy,
    PolicyRow,
    is_readable,
    policy_on,
    setting,
    setting_names,
    taken,
)
from tests.rules.settings import ENTRIES, Entry

DAY = date(2026, 11, 23)


def row(id_: int, name: str, value: str, from_on: str) -> PolicyRow:
    return PolicyRow(id=id_, name=name, value=value, from_on=date.fromisoformat(from_on))


def test_the_defaults_are_the_seed_s() -> None:
    policy = policy_on((), DAY)
    assert policy.clock_mode is ClockMode.NEXT_ROLL
    assert (policy.bureau_due_day, policy.office_due_day) == (25, 3)
    assert (policy.target_primary, policy.target_junior) == (Decimal(99), Decimal(98))
    assert (policy.warning_runs, policy.warning_within, policy.untaken_days) == (3, 10, 2)
    assert (policy.missed_in_10, policy.missed_in_20, policy.missed_in_60) == (2, 3, 6)
    assert not policy.key_visits_pause
    assert (policy.leave_class_teacher_days, policy.leave_dean_days) == (3, 7)
    assert (policy.long_leave_consecutive, policy.long_leave_term) == (10, 40)
    assert (policy.roll_opens_before, policy.roll_red_after) == (15, 60)
    assert (policy.file_late_for, policy.unsigned_climbs_after) == (7, 2)
    assert policy.vacation_zero_report
    assert (policy.countersign_within, policy.suspensions_red_after) == (3, 3)
    assert (policy.sick_proof_after, policy.calendar_warn_before) == (3, 90)
    assert policy.roll_limit_after == 30


def test_every_setting_has_a_label_and_a_source() -> None:
    assert len(setting_names()) == 36
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


def test_no_setting_is_left_out_of_the_table() -> None:
    assert tuple(entry.name for entry in ENTRIES) == setting_names()


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.name)
def test_each_setting_takes_what_fits_and_says_what_would(entry: Entry) -> None:
    assert taken(entry.name, entry.typed) == entry.stored
    with pytest.raises(BadSetting) as refused:
        taken(entry.name, entry.wrong)
    label = setting(entry.name).label
    assert str(refused.value) == f"“{label}”不能设为“{entry.wrong}”：{entry.rule}。"


@pytest.mark.parametrize("value", ["NaN", "Infinity", "-0.01", "九十九"])
def test_a_target_is_a_share_of_a_hundred(value: str) -> None:
    with pytest.raises(BadSetting):
        taken("target_primary", value)


@pytest.mark.parametrize("name", ["id", "clock_hours", "", "target_of", "model_config"])
def test_an_unknown_setting_is_refused(name: str) -> None:
    with pytest.raises(NoSuchSetting):
        taken(name, "48")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("mask_phone", "false"),  # a setting that once was
        ("clock_hours", "72"),  # one that never was
        ("id", "7"),
        ("bureau_due_day", "29"),
        ("clock_mode", "never"),
    ],
)
def test_a_row_that_cannot_be_read_says_nothing_and_stops_nothing(name, value) -> None:
    """An older or newer program wrote it: rolls and alarms go on by what can be read."""
    rows = (
        row(3, "bureau_due_day", "20", "2026-11-01"),
        row(4, "warning_runs", "2", "2026-11-01"),
        row(9, name, value, "2026-11-02"),
    )
    policy = policy_on(rows, DAY)
    assert policy == Policy(id=4, bureau_due_day=20, warning_runs=2)
    assert [is_readable(one) for one in rows] == [True, True, False]


def test_the_48_hours_are_no_setting() -> None:
    assert all("48" not in (setting(name).unit, name) for name in setting_names())
    assert not {"clock_for", "clock_hours"} & set(setting_names())
