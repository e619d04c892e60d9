"""Laws of how the history of a child is told: in official words, and nothing twice."""

from datetime import datetime

import pytest

from core.rules.file import EventKind
from core.rules.file_event import FileRow, event_of
from core.rules.time import SHANGHAI


@pytest.mark.parametrize(
    ("session", "told"),
    [
        ("am", "上午点名：缺"),
        ("night", "晚点名：缺"),
        ("sunday_return", "周日返校点名：缺"),
        ("registration", "开学报到点名：缺"),
    ],
)
def test_13_a_night_roll_is_not_called_a_roll_twice(session: str, told: str) -> None:
    row = FileRow(
        at=datetime(2026, 11, 23, 20, 30, tzinfo=SHANGHAI),
        kind=EventKind.ROLL,
        subject_id=1,
        code="absent",
        other=session,
        words="",
        note="",
        by="孙宿管",
        number=0,
        version=0,
        newest=True,
        from_at=None,
        to_at=None,
        on_day=None,
    )
    assert event_of(row).words == told
