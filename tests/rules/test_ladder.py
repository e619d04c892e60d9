"""The ladder: from when each rung is owed, who may owe it, and what holds on a day, by hand."""

from datetime import date, timedelta

import pytest

from core.rules.duty import DutyKind, Owes
from core.rules.ladder import (
    DEFAULTS,
    BadRung,
    Rung,
    RungUnit,
    SetRung,
    changed,
    earliest,
    lines_on,
    owed_at,
    rungs_on,
)
from core.rules.policy import Policy
from core.rules.policy_line import Backwards
from tests.rules.calendar_2026 import at, lookup, session

TODAY = date(2026, 11, 23)


def rung(after: int, unit: str, **more: object) -> Rung:
    return DEFAULTS[1].model_copy(update={"after": after, "unit": RungUnit(unit), **more})


@pytest.mark.parametrize(
    ("after", "unit", "missed", "owed"),
    [
        # Hours run through a weekend to the next roll limit.
        (24, "hours", "2026-11-23 am", "2026-11-24 08:30"),
        (24, "hours", "2026-11-23 pm", "2026-11-24 14:30"),
        (24, "hours", "2026-11-27 am", "2026-11-30 08:30"),
        (12, "hours", "2026-11-23 am", "2026-11-24 08:30"),
        (6, "hours", "2026-11-23 am", "2026-11-23 14:30"),
        # Of school days only the last one counts, by its first limit.
        (1, "school_days", "2026-11-23 pm", "2026-11-24 08:30"),
        (3, "school_days", "2026-11-23 am", "2026-11-26 08:30"),
        (3, "school_days", "2026-11-26 am", "2026-12-01 08:30"),
        # 国庆 2026-10-01 to 07, and Saturday the 10th is a make-up day.
        (3, "school_days", "2026-09-30 am", "2026-10-10 08:30"),
        (1, "weeks", "2026-11-23 am", "2026-11-30 08:30"),
        (4, "weeks", "2026-11-23 pm", "2026-12-21 14:30"),
    ],
)
def test_a_rung_is_owed_by_its_own_calendar(after, unit, missed, owed) -> None:
    one, since = rung(after, unit), session(missed).starts_at
    assert owed_at(one, since, lookup()) == at(owed)
    assert since + earliest(one) <= at(owed)


def test_where_no_school_day_comes_a_rung_is_owed_all_the_same() -> None:
    one = rung(3, "school_days")
    missed = at("2026-11-23 08:00")
    assert owed_at(one, missed, lambda _: ()) == missed + timedelta(days=3)


def test_the_handbook_s_ladder_is_the_default() -> None:
    told = [
        (r.kind, r.after, r.unit.label, r.owed_by.label, r.climbs_to.label)
        for r in DEFAULTS
    ]
    assert told == [
        ("visit", 24, "小时", "班主任", "校长"),
        ("joint_visit", 3, "上课日", "校长", "教管组"),
        ("mark_register", 5, "上课日", "教务/学籍管理员", "校长"),
    ]


def test_a_rung_holds_from_its_day_until_the_next_of_its_kind() -> None:
    def row(id_: int, after: int, day: str) -> SetRung:
        told = rung(after, "hours", kind=DutyKind.VISIT).model_dump()
        more = {"id": id_, "from_on": date.fromisoformat(day), "set_by_name": "孙伟"}
        return SetRung.model_validate(told | more)

    rows = (row(2, 6, "2026-12-01"), row(1, 12, "2026-11-23"))
    for day, after in (("11-22", 24), ("11-23", 12), ("11-30", 12), ("12-01", 6)):
        on = date.fromisoformat(f"2026-{day}")
        assert rungs_on(rows, on)[0].after == after
        assert [one.after for one in rungs_on(rows, on)[1:]] == [3, 5]
    visit = lines_on(rows, Policy(), TODAY)[1]
    assert (visit.after, visit.source, visit.next_on) == (
        "12小时",
        "2026-11-23起 孙伟",
        date(2026, 12, 1),
    )


def test_the_ladder_is_read_from_the_first_hour_to_the_law() -> None:
    lines = lines_on((), Policy(confirm_after=8), TODAY)
    assert [(x.what, x.after) for x in lines] == [
        ("联系", "1小时"),
        ("家访", "24小时"),
        ("书面报告", "48小时"),
        ("联合劝返", "3上课日"),
        ("标注", "5上课日"),
        ("返校通知书", "3上课日"),
        ("责令通知书", "3日"),
        ("认定辍学", "8周"),
    ]
    assert [x.rung is not None for x in lines] == [False, True, False, True, True] + [
        False
    ] * 3


@pytest.mark.parametrize(
    ("wrong", "refusal"),
    [
        ({"after": 0}, BadRung),
        ({"after": 1000}, BadRung),
        ({"kind": DutyKind.SIGN_REPORT}, BadRung),
        ({"owed_by": Owes.GOVERNMENT}, BadRung),
        ({"climbs_to": Owes.CLASS_TEACHER}, BadRung),
        # It climbs upward, and not to who owes it.
        ({"owed_by": Owes.OFFICE, "climbs_to": Owes.OFFICE}, BadRung),
        ({"owed_by": Owes.OFFICE, "climbs_to": Owes.PRINCIPAL}, BadRung),
    ],
)
def test_a_rung_that_nobody_could_climb_is_refused(wrong, refusal) -> None:
    with pytest.raises(refusal):
        changed(rung(3, "school_days").model_copy(update=wrong), TODAY, TODAY)


def test_a_change_begins_today_at_the_earliest() -> None:
    one = rung(1, "hours", owed_by=Owes.REGISTRAR, climbs_to=Owes.BUREAU)
    assert changed(one, TODAY, TODAY) == one
    assert changed(rung(999, "weeks"), TODAY, TODAY).after == 999
    with pytest.raises(Backwards):
        changed(one, TODAY - timedelta(days=1), TODAY)
