"""A backup of the database: its name, what it says of itself, and when it is too old.

Files and their ciphers are db/vault, the folder of backups is db/backup.
"""

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from core.rules.base import Record
from core.rules.errors import Refusal
from core.rules.time import SHANGHAI, Moment

_NAMED: Final = "%Y%m%dT%H%M%SZ"
# A segment of the log: its timeline, and where in the log it stands.
_SEGMENT: Final = re.compile(r"([0-9A-F]{8})([0-9A-F]{8})([0-9A-F]{8})")
# Segments of 16 MB in one step of the middle number.
_PER_STEP: Final = 0x100


class BadBackup(Refusal):
    """A backup cannot be made, read or trusted; the sentence says which and what to do."""


class Counted(Record):
    """How many rows a table had when the backup was marked."""

    table: str
    rows: int


class Manifest(Record):
    """What a backup says of itself: what must be found again when it is restored."""

    # The moment the rows were counted; the log has a mark of this name there.
    marked_at: Moment
    mark: str
    # Segments of the log without which this backup comes to no consistent state.
    first_segment: str
    last_segment: str
    server_major: int
    rows: tuple[Counted, ...]
    # Where the journal's chains ended, as an anchor file says it.
    heads: str
    # The host key of the door, so that no client warns after a restoration.
    host_key: str | None


class Drill(Record):
    """How the last trial of a restoration ended."""

    at: Moment
    well: bool
    words: str


class Copied(Record):
    """What was found of the backups in a second place."""

    # The newest of them that is there; None while none is.
    newest: Moment | None = None
    # Whether it lies where the database does, and would burn with it.
    same_disk: bool = False
    # Why it could not be restored from, in words; "" where it could.
    fault: str = ""


class Limits(Record):
    """How old the newest backup and the last drill may be."""

    backup: timedelta
    drill: timedelta


@dataclass
class Upkeep:
    """What whoever watches the backups has to say to 系统管理员; nothing while all is well."""

    warning: str = ""


def name_of(at: datetime) -> str:
    """Return the name of a backup that was begun at a moment."""
    return at.astimezone(UTC).strftime(_NAMED)


def begun_at(name: str) -> datetime | None:
    """Return when a backup of this name was begun; None for no such name."""
    try:
        return datetime.strptime(name, _NAMED).replace(tzinfo=UTC).astimezone(SHANGHAI)
    except ValueError:
        return None


def warning(
    newest: datetime | None, drill: Drill | None, now: datetime, limits: Limits
) -> str:
    """Say what is wrong with the backups in one sentence; "" when nothing is."""
    if newest is None:
        return "还没有备份，请执行 ./baoxue backup 并设定时任务"
    if now - newest > limits.backup:
        return f"最近一次备份是 {newest:%m-%d %H:%M}，已过期，请检查备份的定时任务"
    if drill is None:
        return "备份还没有演练过恢复，请执行 ./baoxue drill"
    if not drill.well:
        return f"{drill.at:%m-%d %H:%M} 恢复演练未通过：{drill.words}"
    if now - drill.at > limits.drill:
        return f"最近一次恢复演练是 {drill.at:%m-%d}，已过期，请检查演练的定时任务"
    return ""


def copy_warning(copied: Copied, now: datetime, limits: Limits) -> str:
    """Say what is wrong with the backups' second place in one sentence; "" when nothing is."""
    if copied.fault:
        return f"异机备份副本不可用：{copied.fault}"
    if copied.newest is None:
        return "异机备份副本是空的，请检查复制备份的定时任务"
    if now - copied.newest > limits.backup:
        told = f"{copied.newest:%m-%d %H:%M}"
        return f"异机备份副本最近一份是 {told}，已过期，请检查复制备份的定时任务"
    if copied.same_disk:
        return "备份副本与数据库在同一块磁盘，磁盘损坏时会一并丢失，请改放另一台机器"
    return ""


def wrong_rows(promised: Iterable[Counted], found: Iterable[Counted]) -> tuple[str, ...]:
    """Return the tables whose rows are not as many as were promised, in words."""
    there = {one.table: one.rows for one in found}
    return tuple(
        f"{one.table} 应有{one.rows}行，实有{there.get(one.table, 0)}行"
        for one in promised
        if there.get(one.table, 0) != one.rows
    )


def is_segment(name: str) -> bool:
    """Tell whether a file of the log is a segment (others tell of timelines)."""
    return _SEGMENT.fullmatch(name) is not None


def after(segment: str) -> str:
    """Return the segment that follows on the same timeline."""
    found = _SEGMENT.fullmatch(segment)
    if found is None:
        raise ValueError(segment)
    step, part = divmod(int(found[2], 16) * _PER_STEP + int(found[3], 16) + 1, _PER_STEP)
    return f"{found[1]}{step:08X}{part:08X}"


def gap(first: str, kept: Collection[str]) -> str | None:
    """Return the first segment lacking behind `first` although a later one is kept.

    Without a gap the log can be followed to its end; behind one nothing of it counts.
    """
    line = first[:8]
    last = max((one for one in kept if is_segment(one) and one[:8] == line), default="")
    segment = first
    while segment <= last:
        if segment not in kept:
            return segment
        segment = after(segment)
    return None if last >= first else first
