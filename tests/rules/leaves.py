"""Leaves for the tests, written as "11-16 am" to "11-18 pm"."""

from datetime import date

from core.rules.calendar import SessionCode
from core.rules.leave import Leave, LeaveKind, LeaveState
from tests.rules.calendar_2026 import PLANS, at

STARTS = {p.session: p.starts_at.isoformat()[:5] for p in PLANS}
ENDS = {p.session: p.ends_at.isoformat()[:5] for p in PLANS}


def leave(first: str, last: str, **more: object) -> Leave:
    """Make a leave from "11-16 am" to "11-18 pm", both included."""
    from_day, from_session = first.split()
    to_day, to_session = last.split()
    from_at = at(f"2026-{from_day} {STARTS[SessionCode(from_session)]}")
    to_at = at(f"2026-{to_day} {ENDS[SessionCode(to_session)]}")
    usual = {
        "id": 1,
        "township_id": 990101100,
        "number": "2026-0131",
        "student_id": 9,
        "school_id": 5,
        "class_id": 31,
        "kind": LeaveKind.SICK,
        "from_day": date.fromisoformat(f"2026-{from_day}"),
        "from_session": from_session,
        "to_day": date.fromisoformat(f"2026-{to_day}"),
        "to_session": to_session,
        "from_at": from_at,
        "to_at": to_at,
        "asked_by": "赵国强",
        "asked_how": "phone",
        "state": LeaveState.APPROVED,
        "entered_by": 3,
        "entered_at": at("2026-11-16 10:00"),
        "alone_until": to_at,
    }
    return Leave.model_validate(usual | more)
