"""升级阶梯: what is owed how long after a child was first missed, by whom, and who hears of it.

Three rungs are a township's own, kept as rows with a day from which they hold (domain.md
5.2); the others are the law's, or settings of the policy, and stand here to be read in
their place.  What a duty is stands in duty, how 48 hours run in clock.
"""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Final

from core.rules.base import Coded, Record
from core.rules.case import CaseStep
from core.rules.clock import Lookup, next_limit
from core.rules.duty import DutyKind, Owes, climbs_to
from core.rules.errors import BadInput, Refusal
from core.rules.paper import PaperKind
from core.rules.policy import REC, Policy
from core.rules.policy_line import Backwards
from core.rules.session import Held
from core.rules.time import Moment, day_of
from core.rules.visit import MemberRole

_A_DAY: Final = timedelta(days=1)
# Beyond the longest vacation.
_FAR: Final = 120
MOST: Final = 999
_BY_LAW: Final = "篇一第四条（R3）"


class RungUnit(Coded):
    """What the threshold of a rung counts, and so by which calendar."""

    HOURS = "hours", "小时"
    SCHOOL_DAYS = "school_days", "上课日"
    WEEKS = "weeks", "周"


COUNTED: Final = {
    RungUnit.HOURS: "连续计时至点名时限",
    RungUnit.SCHOOL_DAYS: "只数上课日",
    RungUnit.WEEKS: "日历周至点名时限",
}
# Who may owe a rung, and who may hear of one that was missed.
ACTORS: Final = (Owes.CLASS_TEACHER, Owes.REGISTRAR, Owes.PRINCIPAL, Owes.OFFICE)
RECIPIENTS: Final = (Owes.PRINCIPAL, Owes.OFFICE, Owes.GOVERNMENT, Owes.BUREAU)
# Somebody of the village or the township beside the school makes a visit a joint one.
JOINED_BY: Final = frozenset(
    {MemberRole.VILLAGE, MemberRole.VILLAGE_CADRE, MemberRole.GOVERNMENT}
)


class Rung(Record):
    """One rung: so long after the first missed session it is owed, unless it was done."""

    kind: DutyKind
    after: int
    unit: RungUnit
    owed_by: Owes
    climbs_to: Owes


class SetRung(Rung):
    """A rung as a township has set it, from a day on."""

    id: int
    from_on: date
    set_by_name: str


class BadRung(BadInput):
    """A rung that nobody could climb."""


class NothingToMark(Refusal):
    """No such duty is owed about the child."""

    def __init__(self) -> None:
        super().__init__("该生没有待标注的事项，无须办理。")


class LadderLine(Record):
    """One rung as its screen shows it; `rung` where the township may change it."""

    kind: DutyKind
    # What is to be done, in a word.
    what: str
    after: str
    counted: str
    owed_by: Owes
    climbs_to: Owes | None
    source: str
    rung: Rung | None = None
    # What has been set for later.
    next_on: date | None = None


class Ladder(Record):
    """A township's ladder."""

    now: Moment
    township_id: int
    township_name: str
    may_change: bool
    lines: tuple[LadderLine, ...]


# What a township may set, in the order in which they come (domain.md 5.2).
DEFAULTS: Final = (
    Rung(
        kind=DutyKind.VISIT,
        after=24,
        unit=RungUnit.HOURS,
        owed_by=Owes.CLASS_TEACHER,
        climbs_to=Owes.PRINCIPAL,
    ),
    Rung(
        kind=DutyKind.JOINT_VISIT,
        after=3,
        unit=RungUnit.SCHOOL_DAYS,
        owed_by=Owes.PRINCIPAL,
        climbs_to=Owes.OFFICE,
    ),
    Rung(
        kind=DutyKind.MARK_REGISTER,
        after=5,
        unit=RungUnit.SCHOOL_DAYS,
        owed_by=Owes.REGISTRAR,
        climbs_to=Owes.PRINCIPAL,
    ),
)


def rungs_on(rows: Iterable[SetRung], day: date) -> tuple[Rung, ...]:
    """Return the rungs of a day: of each the newest row begun by then, else the default."""
    begun = sorted((r for r in rows if r.from_on <= day), key=lambda r: (r.from_on, r.id))
    held = {row.kind: row for row in begun}
    return tuple(held.get(rung.kind, rung) for rung in DEFAULTS)


def owed_at(rung: Rung, missed_at: datetime, lookup: Lookup) -> datetime:
    """Return from when a rung is owed for a child missing since a moment.

    Hours and weeks run on, to the first roll limit after them, where the child was not seen
    either; of school days the first limit of the last one.  The moment itself where no roll
    comes in time or nobody knows.
    """
    if rung.unit is not RungUnit.SCHOOL_DAYS:
        each = _A_DAY * 7 if rung.unit is RungUnit.WEEKS else timedelta(hours=1)
        raw = missed_at + rung.after * each
        return next_limit(raw, lookup) or raw
    left, first = rung.after, day_of(missed_at)
    for n in range(1, rung.after + _FAR):
        held = [s for s in lookup(first + n * _A_DAY) if s.held is Held.SCHOOL_DAY]
        left -= bool(held)
        if held and not left:
            return min(session.limit_at for session in held)
    return missed_at + rung.after * _A_DAY


def earliest(rung: Rung) -> timedelta:
    """Return how long after the first missed session a rung can be owed at the soonest."""
    if rung.unit is RungUnit.HOURS:
        return timedelta(hours=rung.after)
    # The limit of a school day may come earlier in the day than the session that was missed.
    days = 7 * rung.after if rung.unit is RungUnit.WEEKS else rung.after - 1
    return days * _A_DAY


def changed(rung: Rung, from_on: date, today: date) -> Rung:
    """Return a rung as it may be set.  Raises BadRung, or Backwards for a day that passed."""
    if from_on < today:
        raise Backwards
    if not 1 <= rung.after <= MOST:
        raise BadRung(f"时限应填1至{MOST}的整数。")
    if rung.kind not in {one.kind for one in DEFAULTS}:
        raise BadRung("此级由政策参数或上级文件规定，不在这里修改。")
    if rung.owed_by not in ACTORS or rung.climbs_to not in RECIPIENTS:
        raise BadRung("责任人或逾期上报对象不在所列之中，请重新选择。")
    line = list(Owes)
    if line.index(rung.climbs_to) <= line.index(rung.owed_by):
        raise BadRung("逾期应上报给责任人的上级，请重新选择。")
    return rung


def lines_on(rows: Iterable[SetRung], policy: Policy, day: date) -> tuple[LadderLine, ...]:
    """Return every rung of a day, from the first missed session to the law."""
    known = tuple(rows)
    visit, joint, mark = (_own(known, rung, day) for rung in rungs_on(known, day))
    return (
        _fixed(DutyKind.CONTACT, DutyKind.CONTACT.label, "1小时", "点名时限起，当日", REC),
        visit,
        _fixed(DutyKind.SIGN_REPORT, "书面报告", "48小时", "连续计时至点名时限", _BY_LAW),
        joint,
        mark,
        *_settings(policy),
    )


def _settings(policy: Policy) -> tuple[LadderLine, ...]:
    """Return the rungs whose thresholds are settings of the policy."""
    told = (
        (
            DutyKind.DRAFT_NOTICE,
            PaperKind.RETURN_NOTICE.label,
            f"{policy.notice_within}上课日",
            "报告签发起",
        ),
        (
            DutyKind.DRAFT_ORDER,
            PaperKind.ORDER.label,
            f"{policy.order_within}日",
            "通知书期满起",
        ),
        (
            DutyKind.DETERMINE,
            CaseStep.CONFIRM.label,
            f"{policy.confirm_after}周",
            "首次未到校起",
        ),
    )
    return tuple(_fixed(*one, "政策参数") for one in told)


def _fixed(kind: DutyKind, what: str, after: str, counted: str, source: str) -> LadderLine:
    return LadderLine(
        kind=kind,
        what=what,
        after=after,
        counted=counted,
        owed_by=kind.owes,
        climbs_to=climbs_to(kind.owes),
        source=source,
    )


def _own(rows: Iterable[SetRung], rung: Rung, day: date) -> LadderLine:
    coming = sorted(r.from_on for r in rows if r.kind is rung.kind and r.from_on > day)
    set_by = rung.set_by_name if isinstance(rung, SetRung) else ""
    return LadderLine(
        kind=rung.kind,
        what=rung.kind.label,
        after=f"{rung.after}{rung.unit.label}",
        counted=COUNTED[rung.unit],
        owed_by=rung.owed_by,
        climbs_to=rung.climbs_to,
        source=f"{rung.from_on}起 {set_by}" if isinstance(rung, SetRung) else REC,
        rung=rung,
        next_on=coming[0] if coming else None,
    )
