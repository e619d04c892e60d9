"""What is read back of contacts and visits: lines, versions, and who may have gone along.

The drafts and their rules are in contact and visit; the merged history is in file.
"""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Final

from core.rules.base import Record
from core.rules.contact import ContactMethod, ContactResult
from core.rules.errors import BadInput, Refusal
from core.rules.staff import Role
from core.rules.time import SHANGHAI, Moment
from core.rules.visit import (
    Cause,
    Member,
    MemberRole,
    Met,
    VisitMethod,
    VisitResult,
    Whereabouts,
)

# Nobody was reached: a contact still has to say so on paper.
NOBODY: Final = "—"
_NAMES_AT_MOST: Final = 80
_NAMES: Final = ":"  # what parts the codes of those met from their names
_TOLD: Final = "已报警"
_NOT_TOLD: Final = "未报警"
_TOLD_AT: Final = f"{_TOLD} %Y-%m-%d %H:%M"


class NotYetContacted(Refusal):
    """A contact is recorded after it was made."""

    def __init__(self) -> None:
        super().__init__("联系时间晚于现在，请核对后重填。")


class PoliceFirst(Refusal):
    """Nobody takes note of a lost child before the police question is answered (12)."""

    def __init__(self, *, may_write: bool) -> None:
        first = "请先登记联系" if may_write else "请督促学校报警并登记联系"
        super().__init__(f"去向不明且未报警：{first}，写明报警时间，再确认知悉。")


class Standing(Record):
    """How a child stood at the moment of a contact or visit: its run, its case, R39."""

    absence_id: int | None
    case_id: int | None
    past_48h: bool
    after_sign: bool


class ContactLine(Record):
    """A contact as it was recorded."""

    id: int
    school_year: int
    number: int
    contacted_at: Moment
    method: ContactMethod
    spoken_to: str
    result: ContactResult
    police_told_at: Moment | None
    note: str
    entered_by: str


class Candidate(Record):
    """Somebody of the school or township who may have gone along, by the grant held."""

    account_id: int
    name: str
    role: Role
    of_class: bool


class VisitLine(Record):
    """One version of a visit, column for column, with its members."""

    id: int
    student_id: int
    absence_id: int | None
    case_id: int | None
    school_year: int
    number: int
    version: int
    newest: bool
    visited_at: Moment
    method: VisitMethod
    met: str
    cause: Cause | None
    note: str
    whereabouts: Whereabouts | None
    police: str
    mood: str
    guardian_opinion: str
    result: VisitResult
    promised_on: date | None
    absent_reason: str
    # Why this version took the place of the one before; empty for the first.
    reason: str = ""
    entered_by: str
    entered_at: Moment
    members: tuple[Member, ...] = ()

    @property
    def met_codes(self) -> tuple[Met, ...]:
        """Return whom the visitors met."""
        return _met(self.met.partition(_NAMES)[0])

    @property
    def met_names(self) -> str:
        """Return the names of those met, as far as they were written down."""
        return self.met.partition(_NAMES)[2]


def must_have_been(contacted_at: datetime, now: datetime) -> None:
    """Refuse a contact dated after `now` (NotYetContacted)."""
    if contacted_at > now:
        raise NotYetContacted


def must_have_answered(latest: ContactLine | None, *, may_write: bool) -> None:
    """Refuse to take note of a lost child while the police were not told (PoliceFirst).

    `may_write`: whether the answer is this person's own to write down.
    """
    if (
        latest is not None
        and latest.result is ContactResult.NOT_KNOWN
        and latest.police_told_at is None
    ):
        raise PoliceFirst(may_write=may_write)


def met_text(met: Sequence[Met], names: str) -> str:
    """Return `mother,student:李梅`: how the table keeps whom the visitors met."""
    if len(names) > _NAMES_AT_MOST:
        raise BadInput(f"受访人姓名请在{_NAMES_AT_MOST}字以内，其余写入说明。")
    codes = ",".join(dict.fromkeys(met))
    return f"{codes}{_NAMES}{names}" if names else codes


def _met(codes: str) -> tuple[Met, ...]:
    return tuple(Met.of(code) for code in codes.split(","))


def met_labels(met: str) -> str:
    """Return 母亲、学生本人（李梅）for what `met_text` made."""
    codes, _, names = met.partition(_NAMES)
    said = "、".join(one.label for one in _met(codes))
    return f"{said}（{names}）" if names else said


def police_text(told_at: datetime | None, *, told: bool | None) -> str:
    """Return what the record says of the police; empty where nobody asked."""
    if told is None:
        return ""
    if told_at is None:
        return _NOT_TOLD
    return told_at.astimezone(SHANGHAI).strftime(_TOLD_AT)


def police_of(text: str) -> tuple[bool | None, datetime | None]:
    """Return (told, when) of what `police_text` wrote."""
    if not text.startswith(_TOLD):
        return (False if text == _NOT_TOLD else None), None
    return True, datetime.strptime(text, _TOLD_AT).replace(tzinfo=SHANGHAI)


def roster_of(members: Sequence[Member]) -> str:
    """Return 王建国（报班领导）、李秀英（班主任）."""
    return "、".join(f"{member.name}（{member.role.label}）" for member in members)


def role_in_brackets(text: str) -> MemberRole:
    """Return the role a bracket behind a typed name means: 村, 民警, 镇 ..."""
    meant = (role for role in MemberRole if text and text in role.label)
    return next(meant, MemberRole.OTHER)
