"""One line of a child's file for everything that happened, in the words officials use.

`FileRow` is what the merged query returns for any kind; a code nobody knows is printed as
it stands rather than left out.
"""

from collections.abc import Callable
from datetime import date, datetime
from types import MappingProxyType
from typing import Final

from core.rules.absence import Ending
from core.rules.base import Coded, Record
from core.rules.calendar import SessionCode
from core.rules.case import CaseState
from core.rules.change import ChangeKind, ChangeState
from core.rules.contact import ContactMethod, ContactResult
from core.rules.evidence import EvidenceKind, EvidenceState
from core.rules.file import Event, EventKind
from core.rules.key_student import KeyExit, KeySource
from core.rules.leave import LeaveKind, LeaveState
from core.rules.paper import Addressee, PaperKind
from core.rules.roll import Mark
from core.rules.sign import SignKind
from core.rules.time import Moment
from core.rules.visit import Cause, VisitMethod, VisitResult, Whereabouts


class Rang(Coded):
    """Why an alarm rang."""

    DUE = "due", "满48小时未到校，列为疑似辍学"
    LOST = "lost", "去向不明，已紧急报告校长、乡镇政府和教育局基教科"


class How(Coded):
    """How a receipt came."""

    SYSTEM = "system", "系统签收"
    PAPER = "paper", "纸质签收"
    SENT = "sent", "寄送户籍地"


class FileRow(Record):
    """One row of the merged history; what each column holds depends on the kind."""

    at: Moment
    kind: EventKind
    subject_id: int
    code: str
    other: str
    words: str
    note: str
    by: str
    number: int
    version: int
    newest: bool
    from_at: Moment | None
    to_at: Moment | None
    on_day: date | None


def event_of(row: FileRow) -> Event:
    """Return the event a row tells of."""
    return Event(
        at=row.at,
        kind=row.kind,
        words=" ".join(_SAID[row.kind](row).split("\n")),
        by=row.by,
        subject_id=row.subject_id,
        newest=row.newest,
        paper=PaperKind.of(row.other) if row.kind is EventKind.PAPER else None,
    )


def label_of(coded: type[Coded], code: str) -> str:
    """Return the label of a code, or the code itself where it is none of these."""
    return next((member.label for member in coded if member.value == code), code)


def _with(text: str, note: str, between: str = "；") -> str:
    return f"{text}{between}{note}" if note else text


def _minute(at: datetime) -> str:
    return f"{at:%m-%d %H:%M}"


def _roll(row: FileRow) -> str:
    # The row says in `words` whether the roll was filled in later, or counts for nothing.
    # 晚点名 is called a roll already.
    called = label_of(SessionCode, row.other).removesuffix("点名")
    said = f"{called}点名：{label_of(Mark, row.code)}"
    told = {"backfilled": "（补点名）", "voided": "（停课，不计）"}
    return said + told.get(row.words, "")


def _correction(row: FileRow) -> str:
    was, became = label_of(Mark, row.code), label_of(Mark, row.other)
    return _with(f"更正点名：{was}改为{became}", row.note)


def _ended(row: FileRow) -> str:
    return label_of(Ending, row.code)


def _alarm(row: FileRow) -> str:
    return label_of(Rang, row.code)


def _contact(row: FileRow) -> str:
    said = (
        f"第{row.number}次联系 {label_of(ContactMethod, row.code)} {row.words}："
        f"{label_of(ContactResult, row.other)}"
    )
    if row.other == ContactResult.NOT_KNOWN:
        told = "未报警" if row.from_at is None else f"已报警 {_minute(row.from_at)}"
        said = _with(said, told)
    return _with(said, row.note)


def _visit(row: FileRow) -> str:
    # `note` holds four parts; only the last, the reason, may itself hold a bar.
    cause, whereabouts, police, reason = row.note.split("|", 3)
    said = f"第{row.number}次{label_of(VisitMethod, row.code)}"
    # Before what may be longer than the line: two versions must be told apart at a glance.
    stands = (f"第{row.version}版" if row.version > 1 else "") + (
        "" if row.newest else "已更正"
    )
    said += f"【{stands}】（{row.words}）：" if stands else f"（{row.words}）："
    found = (
        label_of(VisitResult, row.other),
        label_of(Cause, cause),
        label_of(Whereabouts, whereabouts),
        police,
        "" if row.on_day is None else f"约定{row.on_day:%m-%d}返校",
    )
    said += "；".join(part for part in found if part)
    return f"{said}【更正：{reason}】" if row.version > 1 else said


def _leave(row: FileRow) -> str:
    said = f"{label_of(LeaveKind, row.code)} {row.words}"
    if row.from_at is not None and row.to_at is not None:
        said += f" {_minute(row.from_at)}至{_minute(row.to_at)}"
    return f"{said} {label_of(LeaveState, row.other)}"


def _case(row: FileRow) -> str:
    state = label_of(CaseState, row.other)
    return _with(state, row.note) if state else row.note


def _paper(row: FileRow) -> str:
    if row.code == "signed":
        return _with(f"签发《{row.words}》", row.note, " ")
    return f"生成《{row.words}》，待签发"


def _receipt(row: FileRow) -> str:
    if row.other == How.SENT:
        return f"《{row.words}》{How.SENT.label}：{row.note}"
    return f"{label_of(Addressee, row.code)}{label_of(How, row.other)}《{row.words}》"


def _change(row: FileRow) -> str:
    said = f"{label_of(ChangeKind, row.code)} {row.words}".rstrip()
    day = "" if row.on_day is None else f" {row.on_day:%m-%d}"
    return _with(f"{said}{day} {label_of(ChangeState, row.other)}", row.note)


def _sign(row: FileRow) -> str:
    if row.other == "acknowledged":
        return f"{label_of(SignKind, row.code)}：学校已备案"
    return _with(label_of(SignKind, row.code), row.note, "：")


def _evidence(row: FileRow) -> str:
    kind = label_of(EvidenceKind, row.code)
    if row.other == EvidenceState.PENDING:
        return f"提供{kind}"
    return _with(f"{kind}{label_of(EvidenceState, row.other)}", row.note, "：")


def _key(row: FileRow) -> str:
    if row.other == "left":
        return _with(f"退出重点生（{label_of(KeyExit, row.code)}）", row.note, "：")
    return _with(f"列入重点生（{label_of(KeySource, row.code)}）", row.note, "：")


_SAID: Final = MappingProxyType[EventKind, Callable[[FileRow], str]](
    {
        EventKind.ROLL: _roll,
        EventKind.CORRECTION: _correction,
        EventKind.ENDED: _ended,
        EventKind.ALARM: _alarm,
        EventKind.CONTACT: _contact,
        EventKind.VISIT: _visit,
        EventKind.LEAVE: _leave,
        EventKind.CASE: _case,
        EventKind.PAPER: _paper,
        EventKind.RECEIPT: _receipt,
        EventKind.CHANGE: _change,
        EventKind.SIGN: _sign,
        EventKind.EVIDENCE: _evidence,
        EventKind.KEY: _key,
    }
)
