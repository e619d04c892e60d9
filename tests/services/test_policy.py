"""Policy: one table with validity, journalled, changed only by who keeps the township."""

import re
from datetime import date
from uuid import uuid4

import pytest

from core.rules.errors import AlreadyDone, NotYours, OutOfSight
from core.rules.leave import LeaveState
from core.rules.policy import BadSetting, NoSuchSetting
from core.rules.policy_line import Backwards, PolicyLine
from core.rules.roll import Mark
from core.services import policy
from db.pool import Pool
from tests.rules.settings import ENTRIES
from tests.services.school_town import TOWNSHIP, SchoolTown, at, build

TODAY = date(2026, 11, 23)


@pytest.fixture
async def town(pool: Pool) -> SchoolTown:
    return await build(pool)


async def change(
    town: SchoolTown, name: str, value: str, day: date = TODAY, who: str = "office"
) -> None:
    await policy.change(await town.desk(who), TOWNSHIP, (name, value), day, uuid4())


async def line(town: SchoolTown, name: str, who: str = "office") -> PolicyLine:
    board = await policy.board(await town.desk(who))
    return next(x for x in board.lines if x.name == name)


async def test_every_setting_is_listed_with_its_unit_value_and_source(town):
    board = await policy.board(await town.desk("li"))
    assert len(board.lines) == 36
    first = board.lines[0]
    assert (first.label, first.value, first.source) == (
        "48小时到期的算法",
        "满48小时后首次点名时限",
        "篇一第四条（R3）；情形“48小时”",
    )
    assert all(x.source and x.label and x.value for x in board.lines)
    assert not any(x.own for x in board.lines)
    assert not board.may_change


async def test_a_change_holds_from_its_day_on_and_not_before(town):
    await change(town, "leave_class_teacher_days", "2", date(2026, 11, 24))
    today = await line(town, "leave_class_teacher_days")
    assert (today.value, today.own, today.next_value, today.next_on) == (
        "3",
        False,
        "2",
        date(2026, 11, 24),
    )
    entered = await town.leave("11-23 pm", "11-25 pm")
    assert entered.state is LeaveState.APPROVED
    town.clock("11-24 00:00")
    after = await line(town, "leave_class_teacher_days")
    assert (after.value, after.own, after.set_by_name) == ("2", True, "孙伟")
    entered = await town.leave("11-30 am", "12-02 pm")
    assert entered.state is LeaveState.WAITING


async def test_each_setting_refuses_takes_effect_is_journalled_and_names_its_source(town):
    tomorrow = date(2026, 11, 24)
    before = {x.name: x for x in (await policy.board(await town.desk("li"))).lines}
    for entry in ENTRIES:
        with pytest.raises(BadSetting, match=re.escape(f"：{entry.rule}。")):
            await change(town, entry.name, entry.wrong, tomorrow)
        await change(town, entry.name, entry.typed, tomorrow)
    today = {x.name: x for x in (await policy.board(await town.desk("li"))).lines}
    town.clock("11-24 00:00")
    after = {x.name: x for x in (await policy.board(await town.desk("li"))).lines}
    for entry in ENTRIES:
        old, now, new = (lines[entry.name] for lines in (before, today, after))
        assert (now.value, now.own) == (old.value, False), entry
        assert (now.next_value, now.next_on) == (entry.reads, tomorrow), entry
        assert (new.code, new.value) == (entry.stored, entry.reads), entry
        assert (new.own, new.since_on, new.set_by_name) == (True, tomorrow, "孙伟"), entry
        assert new.source == entry.source, entry
        assert old.value != new.value, entry
    journal = await town.pool.fetch(
        "SELECT a.name AS who, j.act, j.became ->> 'name' AS name, j.became ->> 'value' AS value"
        " FROM journal j JOIN account a ON a.id = j.account_id"
        " WHERE j.relation = 'policy' ORDER BY j.id"
    )
    assert [tuple(row) for row in journal] == [
        ("孙伟", "policy.change", entry.name, entry.stored) for entry in ENTRIES
    ]


async def test_a_setting_of_another_version_stops_neither_rolls_nor_alarms(town):
    plant = """
        INSERT INTO policy (township_id, name, value, from_on, set_by, set_at)
        VALUES ($1, $2, $3, '2026-09-01', 0, '2026-09-01 00:00+08')
    """
    await town.write(plant, TOWNSHIP, "mask_phone", "false")
    await town.write(plant, TOWNSHIP, "clock_mode", "of_another_version")
    town.clock("11-23 08:10")
    await town.roll("11-23 am", _101=Mark.ABSENT)
    town.clock("11-25 08:30")
    assert await town.ring() == 1
    board = await policy.board(await town.desk("office"))
    assert not any(x.own for x in board.lines)
    assert [x.value for x in board.lines if x.name == "clock_mode"] == [
        "满48小时后首次点名时限"
    ]


async def test_a_running_clock_keeps_the_policy_it_began_under(town):
    town.clock("11-23 08:10")
    await town.roll("11-23 am", _101=Mark.ABSENT)
    await change(town, "clock_mode", "clock", date(2026, 11, 24))
    due = "SELECT due_at FROM absence WHERE ended_at IS NULL"
    assert await town.pool.fetchval(due) == at("11-25 08:30")
    town.clock("11-24 08:10")
    await town.roll("11-24 am", _101=Mark.ABSENT)
    assert await town.pool.fetchval(due) == at("11-25 08:30")


@pytest.mark.parametrize("who", ["li", "wang", "gov", "reg"])
async def test_schools_and_government_change_nothing(town, who):
    with pytest.raises(NotYours):
        await change(town, "long_leave_term", "60", who=who)
    assert await town.pool.fetchval("SELECT count(*) FROM policy") == 0


async def test_the_bureau_changes_the_townships_of_its_county_and_no_other(town):
    await change(town, "long_leave_term", "30", who="bureau")
    assert (await line(town, "long_leave_term")).set_by_name == "郑洁"
    desk = await town.desk("bureau")
    with pytest.raises(OutOfSight):
        await policy.change(desk, 990202100, ("long_leave_term", "30"), TODAY, uuid4())
    with pytest.raises(OutOfSight):
        await policy.board(desk, 990202100)


@pytest.mark.parametrize(
    ("name", "value", "refusal"),
    [
        ("long_leave_term", "0", BadSetting),
        ("long_leave_term", "四十", BadSetting),
        ("bureau_due_day", "29", BadSetting),
        ("target_primary", "100.01", BadSetting),
        ("clock_mode", "never", BadSetting),
        ("forty_eight_hours", "72", NoSuchSetting),
        ("id", "5", NoSuchSetting),
    ],
)
async def test_a_value_the_setting_cannot_take_is_refused(town, name, value, refusal):
    with pytest.raises(refusal):
        await change(town, name, value)


async def test_no_change_reaches_back(town):
    with pytest.raises(Backwards):
        await change(town, "warning_runs", "2", date(2026, 11, 22))


async def test_a_second_thought_of_the_same_day_replaces_the_first_and_both_are_kept(town):
    await change(town, "warning_runs", "2")
    await change(town, "warning_runs", "4")
    assert (await line(town, "warning_runs")).value == "4"
    journal = await town.pool.fetch(
        "SELECT became ->> 'value' AS value FROM journal WHERE relation = 'policy' ORDER BY id"
    )
    assert [row["value"] for row in journal] == ["2", "4"]
    desk, op_id = await town.desk("office"), uuid4()
    await policy.change(desk, TOWNSHIP, ("warning_runs", "5"), TODAY, op_id)
    with pytest.raises(AlreadyDone):
        await policy.change(desk, TOWNSHIP, ("warning_runs", "6"), TODAY, op_id)


async def test_switches_read_as_yes_and_no(town):
    await change(town, "vacation_zero_report", "false")
    changed = await line(town, "vacation_zero_report")
    assert (changed.value, changed.code) == ("否", "false")
    assert changed.options == (("true", "是"), ("false", "否"))
