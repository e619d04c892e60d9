"""An open case for the tests of its rules: 赵小雨, missing since Monday 2026-11-23 08:00."""

from datetime import date, datetime

from core.rules.case_guard import CaseFacts
from core.rules.time import SHANGHAI

BORN = date(2018, 3, 14)
MISSED = date(2026, 11, 23)


def at(text: str) -> datetime:
    """Read 11-25 08:30 as Beijing time of 2026, or 2027-01-04 08:30 as it stands."""
    whole = text if text.count("-") > 1 else f"2026-{text}"
    return datetime.fromisoformat(whole).replace(tzinfo=SHANGHAI)


def case(**more: object) -> CaseFacts:
    """Return the case as it opened at 08:30 on the 25th, or as `more` says."""
    usual: dict[str, object] = dict.fromkeys(
        (
            *("back_at", "seen_at", "reported_at", "return_by", "return_under", "paper_id"),
            *("paper_kind", "paper_state", "paper_at", "visited_at", "followed_at"),
            *("returned_at", "observe_until", "step_id", "step", "step_by", "step_at"),
            *("step_note", "step_as"),
        )
    )
    usual |= {
        "township_id": 990101100,
        "case_id": 17,
        "number": "2026-017",
        "school_id": 1,
        "class_id": 11,
        "student_id": 101,
        "student_name": "赵小雨",
        "born_on": BORN,
        "finishes_on": date(2033, 9, 1),
        "state": "suspected",
        "missed_on": MISSED,
        "running": True,
        "opened_at": at("11-25 08:30"),
        "missed": 0,
    }
    return CaseFacts.model_validate(usual | more)
