"""A backup's age, its promise of rows, and the log that must lead on from it (P10)."""

from datetime import datetime, timedelta

import pytest

from core.rules.backup import (
    Copied,
    Counted,
    Drill,
    Limits,
    after,
    begun_at,
    copy_warning,
    gap,
    name_of,
    warning,
    wrong_rows,
)
from core.rules.time import SHANGHAI

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=SHANGHAI)
LIMITS = Limits(backup=timedelta(hours=26), drill=timedelta(days=8))
SECOND = timedelta(seconds=1)


def drill(at: datetime, *, well: bool = True) -> Drill:
    return Drill(at=at, well=well, words="行数不符")


@pytest.mark.parametrize(
    ("copied", "told"),
    [
        (Copied(newest=NOW - timedelta(hours=26)), ""),
        (
            Copied(newest=NOW - timedelta(hours=26) - SECOND),
            "最近一份是 11-23 06:59，已过期",
        ),
        (Copied(), "异机备份副本是空的"),
        (Copied(newest=NOW, same_disk=True), "备份副本与数据库在同一块磁盘"),
        (Copied(newest=NOW, fault="没有响应"), "异机备份副本不可用：没有响应"),
    ],
)
def test_a_copy_that_is_old_missing_or_on_the_same_disk_is_told(copied, told):
    said = copy_warning(copied, NOW, LIMITS)
    assert told in said
    assert bool(told) is bool(said)


def test_a_backup_is_named_by_when_it_began():
    assert name_of(NOW) == "20261124T010000Z"
    assert begun_at("20261124T010000Z") == NOW
    assert begun_at(".20261124T010000Z.new") is None
    assert begun_at("wal") is None


@pytest.mark.parametrize(
    ("age", "told"),
    [
        (timedelta(hours=26) - SECOND, ""),
        (timedelta(hours=26), ""),
        (timedelta(hours=26) + SECOND, "最近一次备份是 11-23 06:59，已过期"),
    ],
)
def test_a_backup_older_than_its_limit_is_told(age, told):
    assert warning(NOW - age, drill(NOW), NOW, LIMITS).startswith(told)
    assert bool(told) is bool(warning(NOW - age, drill(NOW), NOW, LIMITS))


@pytest.mark.parametrize(
    ("age", "late"),
    [
        (timedelta(days=8) - SECOND, False),
        (timedelta(days=8), False),
        (timedelta(days=8) + SECOND, True),
    ],
)
def test_a_drill_older_than_its_limit_is_told(age, late):
    assert ("演练是 11-16，已过期" in warning(NOW, drill(NOW - age), NOW, LIMITS)) is late


def test_what_is_lacking_or_failed_is_told():
    assert warning(None, drill(NOW), NOW, LIMITS).startswith("还没有备份")
    assert warning(NOW, None, NOW, LIMITS).startswith("备份还没有演练过恢复")
    told = warning(NOW, drill(NOW, well=False), NOW, LIMITS)
    assert told == "11-24 09:00 恢复演练未通过：行数不符"


def test_a_row_too_few_or_too_many_is_told_by_its_table():
    promised = (Counted(table="roll", rows=2), Counted(table="leave", rows=0))
    assert wrong_rows(promised, promised) == ()
    found = (Counted(table="roll", rows=1),)
    assert wrong_rows(promised, found) == ("roll 应有2行，实有1行",)
    more = (Counted(table="roll", rows=2), Counted(table="leave", rows=1))
    assert wrong_rows(promised, more) == ("leave 应有0行，实有1行",)


def test_a_hole_in_the_log_is_found_and_its_end_is_none():
    first, second, third = (f"0000000100000000000000{n}" for n in ("FE", "FF", "00"))
    third = "000000010000000100000000"
    assert (after(first), after(second)) == (second, third)
    assert gap(first, [first, second, third]) is None
    assert gap(first, [first, second]) is None
    assert gap(first, [first, third]) == second
    assert gap(first, [second, third]) == first
    assert gap(first, []) == first
    # Another timeline's segments fill no hole of this one.
    assert gap(first, [first, "0000000200000000000000FF", third]) == second
