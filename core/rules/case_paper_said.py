"""What 家访劝返记录表, 一生一案 and 商请函 say, put together from what the system knows.

Nothing is typed again but what is asked of the township.
"""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Final

from core.rules.base import Record, Words
from core.rules.case import CaseState
from core.rules.case_paper import Block, CaseHead, CasePaper, NoVisitYet
from core.rules.evidence_file import EvidenceLine
from core.rules.file import Child, Event, GuardianLine
from core.rules.paper import PaperKind, PaperState
from core.rules.student import EnrolmentStatus
from core.rules.time import SHANGHAI, Moment, day_of
from core.rules.visit_record import VisitLine, met_labels, roster_of

NONE: Final = "无"


class IssuedLine(Record):
    """A paper of the case, as its file lists it."""

    kind: PaperKind
    title: Words
    number: str | None
    state: PaperState
    signed_at: Moment | None


class CaseSaid(Record):
    """Everything the papers of a case may tell; telephones and numbers in part."""

    now: Moment
    head: CaseHead
    child: Child
    identity: str | None
    guardians: tuple[GuardianLine, ...]
    # The newest versions of the visits since the child was missed, oldest first.
    visits: tuple[VisitLine, ...]
    contacts: int
    events: tuple[Event, ...]
    papers: tuple[IssuedLine, ...]
    evidence: tuple[EvidenceLine, ...]


def paper_of(kind: PaperKind, said: CaseSaid, asked: str) -> CasePaper:
    """Return a paper as things stand, without number and day; raises NoVisitYet."""
    if kind is PaperKind.VISIT_RECORD and not said.visits:
        raise NoVisitYet
    letter = kind is PaperKind.REQUEST
    blocks: tuple[Block, ...] = ()
    if kind is PaperKind.VISIT_RECORD:
        blocks = (_card(said), *_visits(said))
    elif kind is PaperKind.CASE_FILE:
        blocks = (_card(said), _course(said), *_visits(said), *_lists(said))
    return CasePaper(
        kind=kind,
        number="",
        school_name=said.head.school_name,
        sent_to=f"{said.head.township_name}人民政府" if letter else "",
        case_number=said.head.number,
        student_name=said.child.name,
        paragraphs=_letter(said, asked.strip()) if letter else (),
        blocks=blocks,
    )


def _card(said: CaseSaid) -> Block:
    child, head = said.child, said.head
    kin = "；".join(f"{g.called} {g.phone or '未登记电话'}" for g in said.guardians)
    last = said.visits[-1] if said.visits else None
    found = [v for v in said.visits if v.cause is not None]
    ended = (
        ""
        if head.closed_at is None
        else f"{_day(day_of(head.closed_at))} {head.close_reason or ''}"
    )
    return Block(
        heading="基本情况",
        rows=(
            ("学生", f"{child.name}　{child.sex.label}　{_day(child.born_on)}出生"),
            ("身份证件号", said.identity or "未登记"),
            ("责任学校" if _never(said) else "就读学校", _school(said)),
            ("家庭住址", child.address or ""),
            ("监护人、电话", kin or "未登记"),
            ("个案编号", f"{head.number}　{head.state.label}"),
            ("首次未到校", "未入学" if _never(said) else _minute(head.missed_at)),
            ("立案", _minute(head.opened_at)),
            ("原因", _cause(found[-1]) if found else "尚未查明"),
            ("去向", last.whereabouts.label if last and last.whereabouts else "尚未查明"),
            ("劝返次数", f"{len(said.visits)}次家访，{said.contacts}次联系"),
            ("销号日期、依据", ended or "未销号"),
        ),
    )


def _never(said: CaseSaid) -> bool:
    return said.child.status is EnrolmentStatus.NEVER_ENROLLED


def _school(said: CaseSaid) -> str:
    return f"{said.child.school_name}{said.child.class_on(day_of(said.now))}"


def _visits(said: CaseSaid) -> tuple[Block, ...]:
    if not said.visits:
        return (Block(heading="家访、劝返记录", rows=((NONE, ""),)),)
    rows = tuple(
        (f"第{v.number}次\n{_minute(v.visited_at)}\n{v.method.label}", _visit(v))
        for v in said.visits
    )
    return (Block(heading="家访、劝返记录", rows=rows),)


def _visit(v: VisitLine) -> str:
    promised = "" if v.promised_on is None else f"，约定{_day(v.promised_on)}返校"
    told = (
        ("人员", roster_of(v.members)),
        ("受访人", met_labels(v.met)),
        ("原因", _cause(v)),
        ("去向", v.whereabouts.label if v.whereabouts else ""),
        ("思想状况", v.mood),
        ("监护人意见", v.guardian_opinion),
        ("结果", f"{v.result.label}{promised}"),
        ("未参加原因", v.absent_reason),
        ("更正", f"第{v.version}版：{v.reason}" if v.version > 1 else ""),
    )
    return "\n".join(f"{head}：{' '.join(text.split())}" for head, text in told if text)


def _cause(v: VisitLine) -> str:
    cause = "" if v.cause is None else v.cause.label
    return "；".join(part for part in (cause, " ".join(v.note.split())) if part)


def _course(said: CaseSaid) -> Block:
    rows = tuple(
        (
            f"{_minute(e.at)}\n{e.kind.label}",
            f"{e.words}（{e.by}）" if e.by else e.words,
        )
        for e in said.events
    )
    return Block(heading="过程记录", rows=rows or ((NONE, ""),))


def _lists(said: CaseSaid) -> tuple[Block, Block]:
    papers = tuple(
        (
            p.number or p.kind.label,
            f"{p.title}　{p.state.label}"
            + ("" if p.signed_at is None else f"　{_day(day_of(p.signed_at))}签发"),
        )
        for p in said.papers
    )
    today = day_of(said.now)
    files = tuple(
        (
            f"佐证{e.id}",
            f"{e.kind.label}（{e.called}）　{e.state_on(today).label}　"
            f"{_day(day_of(e.attached_at))} {e.attached_by_name}提供"
            + (f"，{e.checked_by_name}核验" if e.checked_by_name else ""),
        )
        for e in reversed(said.evidence)
    )
    return (
        Block(heading="文书目录", rows=papers or ((NONE, ""),)),
        Block(heading="佐证目录", rows=files or ((NONE, ""),)),
    )


def _letter(said: CaseSaid, asked: str) -> tuple[str, ...]:
    child, head = said.child, said.head
    phone = f"（电话{head.school_phone}）" if head.school_phone else ""
    last: Sequence[VisitLine] = said.visits[-1:]
    found = "".join(
        f"最近一次家访（{_day(day_of(v.visited_at))}）：{v.result.label}。" for v in last
    )
    state = "" if head.state is CaseState.SUSPECTED else f"，现{head.state.label}"
    never = _never(said)
    who = "学区内适龄儿童" if never else f"{child.class_on(day_of(said.now))}学生"
    missed = "至今未入学" if never else f"自{_minute(head.missed_at)}起未到校"
    return (
        (
            f"我校{who}{child.name}（{child.sex.label}，{_day(child.born_on)}出生"
            f"{f'，住{child.address}' if child.address else ''}），{missed}{state}。"
        ),
        f"我校已联系监护人{said.contacts}次、家访{len(said.visits)}次。{found}",
        f"现商请贵府协助：{asked.rstrip('。；;. ')}。",
        f"有关情况请告我校{phone}。",
        "专此函商，请予支持。",
    )


def _minute(at: datetime) -> str:
    return f"{at.astimezone(SHANGHAI):%Y-%m-%d %H:%M}"


def _day(on: date) -> str:
    return f"{on.year}年{on.month}月{on.day}日"
