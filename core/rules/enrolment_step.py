"""What a change does to an enrolment: whether it fits, and how the child stands after it.

When a change begins to count is in change; writing the intervals is a service's.
"""

from datetime import date, timedelta
from typing import Final

from core.rules.base import Record
from core.rules.change import DECREASES, ChangeKind
from core.rules.changed import Enrolled
from core.rules.errors import BadInput, Refusal
from core.rules.student import EnrolmentStatus

S: Final = EnrolmentStatus
IN_SCHOOL: Final = frozenset(
    {
        S.ENROLLED,
        S.LONG_LEAVE,
        S.STUDYING_OUT,
        S.HOME_TEACHING,
        S.SUSPECTED,
        S.SPECIALIZED,
        S.GUEST,
    }
)
AWAY: Final = frozenset({S.SUSPENDED, S.DROPPED})
# From which standings a change may be entered; who left may only come in again.
FROM: Final[dict[ChangeKind, frozenset[EnrolmentStatus | None]]] = {
    ChangeKind.RESUMPTION: frozenset({S.SUSPENDED}),
    ChangeKind.RETURN: frozenset({S.DROPPED}),
    ChangeKind.OTHER_IN: frozenset({None}),
    ChangeKind.SUSPENSION: IN_SCHOOL,
    ChangeKind.DROPOUT: IN_SCHOOL | {S.SUSPENDED},
    ChangeKind.CLASS_MOVE: IN_SCHOOL,
    ChangeKind.TRANSFER_OUT: IN_SCHOOL | AWAY,
    ChangeKind.DEATH: IN_SCHOOL | AWAY,
    ChangeKind.ABROAD: IN_SCHOOL | AWAY,
    ChangeKind.GRADUATION: IN_SCHOOL,
    ChangeKind.OTHER_OUT: IN_SCHOOL | AWAY,
}
# How a child stands afterwards in the same school; who is not here has left it.
STAYS: Final = {
    ChangeKind.RESUMPTION: S.ENROLLED,
    ChangeKind.RETURN: S.ENROLLED,
    ChangeKind.OTHER_IN: S.ENROLLED,
    ChangeKind.SUSPENSION: S.SUSPENDED,
    ChangeKind.DROPOUT: S.DROPPED,
}


class DoesNotFit(Refusal):
    """The change contradicts how the child stands."""

    def __init__(self, kind: ChangeKind, status: EnrolmentStatus | None) -> None:
        stands = status.label if status else "不在册"
        super().__init__(f"该生目前{stands}，不能登记{kind.label}，请核对后重选异动类别。")


class ArrivesByNumber(Refusal):
    """Who comes from elsewhere is received by identity number, never typed twice."""

    def __init__(self) -> None:
        super().__init__("转入请按身份证件号办理接收，新生请导入花名册。")


class ChangeWaits(Refusal):
    """Another change of the child waits for its verification."""

    def __init__(self) -> None:
        super().__init__("该生已有一项异动待核，请先核验或退回，再登记。")


class ChangeAhead(Refusal):
    """An interval that begins later would be contradicted."""

    def __init__(self) -> None:
        super().__init__("该生已有日期更晚的在册记录，请先更正该记录。")


class RunOpen(Refusal):
    """The clock of a missing child must not be lost between two classes."""

    def __init__(self) -> None:
        super().__init__("该生正在未到校跟踪中，请待其到校或跟踪办结后再办理。")


class AlarmFirst(Refusal):
    """The 48 hours are over and the alarm has not rung: it rings first (days.md 25)."""

    def __init__(self) -> None:
        super().__init__("该生已满48小时未到校，系统正在生成预警，请一分钟后再核验。")


class NotYet(BadInput):
    """A change is entered when it has happened."""

    def __init__(self) -> None:
        super().__init__("异动日期不能晚于今天，请核对日期。")


class Standing(Record):
    """How a child stands after a change, from a day on; `status` None: nowhere here."""

    from_on: date
    status: EnrolmentStatus | None
    class_id: int


def must_fit(
    kind: ChangeKind, stands: Enrolled, *, happened_on: date, today: date, counts: bool
) -> None:
    """Refuse a change the child's standing contradicts, or that would lose its clock.

    `counts`: it takes effect now, so an alarm that is due must have rung.  Raises NotYet,
    ArrivesByNumber, DoesNotFit, ChangeWaits, ChangeAhead, RunOpen or AlarmFirst.
    """
    if happened_on > today:
        raise NotYet
    if kind not in FROM:
        raise ArrivesByNumber
    if stands.status not in FROM[kind]:
        raise DoesNotFit(kind, stands.status)
    if stands.has_later:
        raise ChangeAhead
    if kind is ChangeKind.CLASS_MOVE and stands.absence_id is not None:
        raise RunOpen
    if counts and stands.alarm_waits:
        raise AlarmFirst


def must_wait_for_none(kind: ChangeKind, stands: Enrolled) -> None:
    """Refuse a second change while one waits (ChangeWaits); who returns may still return."""
    if stands.pending_id is not None and kind in DECREASES | {ChangeKind.CLASS_MOVE}:
        raise ChangeWaits


def after(
    kind: ChangeKind, stands: Enrolled, to_class_id: int | None, effective_on: date
) -> Standing:
    """Return how the child stands after the change.

    A day that an interval has begun with is never taken back: the rolls of that day
    expected the child.  Raises BadInput when no class is named.
    """
    earliest = stands.from_on + timedelta(days=1) if stands.from_on else stands.last_on
    class_id = to_class_id or stands.class_id
    if class_id is None:
        raise BadInput("请选择班级。")
    stays = stands.status if kind is ChangeKind.CLASS_MOVE else STAYS.get(kind)
    return Standing(
        from_on=max(effective_on, earliest) if earliest else effective_on,
        status=stays,
        class_id=class_id,
    )
