"""立案 before a clock rings: for which child, by whom, and why (domain.md 5.3: 5; R28, R48).

The clock opens a case by itself after 48 hours.  Whoever is told before that the child will
not come waits for no clock; and a leaver whom no school has received is called at no roll.
"""

from typing import Final

from core.rules.base import Coded
from core.rules.case_refused import ProofMissing
from core.rules.errors import BadInput, Refusal
from core.rules.staff import Role
from core.rules.unreturned import Why

OPENED_BY: Final = (Role.LEADER, Role.OFFICE)


class OpenCause(Coded):
    """Why a case is opened by hand."""

    REFUSAL = "refusal", "明确拒绝到校"
    WORK = "work", "外出务工"
    MARRIAGE = "marriage", "早婚早育"
    LOST = "lost", "失联"
    NOT_REGISTERED = "not_registered", "开学未报到"
    LEAVER = "leaver", "小学毕业未升入初中"


_TOLD: Final = (OpenCause.REFUSAL, OpenCause.WORK, OpenCause.MARRIAGE, OpenCause.LOST)


class NotMissing(Refusal):
    """The child is missing at no roll, and on no list of who did not come."""

    def __init__(self) -> None:
        super().__init__(
            "该生没有未到校记录，也不在六升七未到名单，不能立案；有辍学迹象的，请按F7报迹象。"
        )


class CauseUnfit(BadInput):
    """The cause is not one of this child's."""

    def __init__(self, causes: tuple[OpenCause, ...]) -> None:
        super().__init__(f"立案原因请选：{'、'.join(one.label for one in causes)}。")


def causes_of(why: Why | None, *, missing: bool) -> tuple[OpenCause, ...]:
    """Return why a child's case may be opened now; nothing of a child that is at school.

    `missing`: a run is open; `why`: on what ground it stands on the list of who did not come.
    """
    if why is Why.LEAVER:
        return (OpenCause.LEAVER,)
    if not missing:
        return ()
    return (*_TOLD, OpenCause.NOT_REGISTERED) if why is Why.START else _TOLD


def must_open(cause: OpenCause, note: str, causes: tuple[OpenCause, ...]) -> None:
    """Refuse a case without its ground (ProofMissing, NotMissing, CauseUnfit)."""
    if not note.strip():
        raise ProofMissing
    if not causes:
        raise NotMissing
    if cause not in causes:
        raise CauseUnfit(causes)
