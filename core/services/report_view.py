"""书面报告 to read: what the report on a missing child says as things stand (R3).

It exists as soon as the clock does; signing it and receipting it is `report`.
"""

from datetime import datetime, timedelta
from typing import Final

import db.paper as rows
import db.receipt as receipts
from core.papers import missing_report
from core.papers.words import minute
from core.rules.base import Record
from core.rules.case_open import CALLED_AT_NO_ROLL, OpenCause
from core.rules.contact import ContactMethod, ContactResult
from core.rules.errors import OutOfSight
from core.rules.mask import mask_phone
from core.rules.paper import (
    Addressee,
    MissingReport,
    PaperKind,
    PaperState,
    TimelineEntry,
)
from core.rules.paper_number import number_text
from core.rules.place import class_name
from core.rules.staff import Acting, Grant, Role
from core.rules.student import Sex, relation_of
from core.rules.time import Moment, day_of
from core.rules.visit import Cause, VisitResult, Whereabouts
from core.rules.visit_record import met_labels
from core.services.desk import Desk
from core.services.graduation import turned_on
from db.paper import Deed, PaperFacts
from db.pool import Conn
from db.receipt import Received
from db.student import log_read

# A clause of the report's sentence; the whole note is in the record of the visit.
LONGEST_CLAUSE: Final = 100
UNKNOWN: Final = Cause.UNKNOWN
TAKES: Final = {Addressee.GOVERNMENT: Role.GOVERNMENT, Addressee.BUREAU: Role.BUREAU}


class ReportView(Record):
    """A report as a screen shows it: what it says, and whether this person may sign it."""

    now: Moment
    township_id: int
    paper_id: int
    state: PaperState
    lines: tuple[str, ...]
    may_sign: bool
    may_receive: Addressee | None
    # Who has not receipted a signed report yet.
    unreceipted: tuple[Addressee, ...]


def _receipts(found: PaperFacts, received: tuple[Received, ...]) -> tuple[str, ...]:
    """Return who has receipted a signed report, when and how, and who has not."""
    if found.state is PaperState.TO_SIGN:
        return ()
    told = {one.addressee: one for one in received}
    return ("", *(_receipt(addressee, told.get(addressee)) for addressee in Addressee))


def _receipt(addressee: Addressee, one: Received | None) -> str:
    if one is None:
        return f"签收：{addressee.label}　尚未签收"
    how = "纸质签收" if one.how == "paper" else "系统签收"
    return f"签收：{addressee.label}　{one.received_by} {minute(one.received_at)} {how}"


async def view(
    desk: Desk, township_id: int, paper_id: int, *, again: bool = False
) -> ReportView:
    """Return a report to read; raises OutOfSight.

    The reading is written down, unless a page that is open already reads it `again`.
    """
    async with desk.jotting() as (conn, now):
        found = await facts_of(conn, desk, township_id, paper_id)
        signed = await rows.content(conn, township_id, paper_id)
        received = await receipts.of_paper(conn, township_id, paper_id)
        # What was signed is read as it was signed, whatever has been found out since.
        report = (
            await report_of(conn, found, now, None)
            if signed is None
            else MissingReport.model_validate_json(signed)
        )
        if not again:
            await note_reading(desk, conn, found, now)
    # What is printed is whole; what a screen receives is masked.
    shown = report.model_copy(update={"phone": report.phone and mask_phone(report.phone)})
    government = missing_report.lines(shown, Addressee.GOVERNMENT)
    done = {one.addressee for one in received}
    left = tuple(a for a in Addressee if found.state is PaperState.SIGNED and a not in done)
    receiver = next(
        (a for a, role in TAKES.items() if desk.actor.holds(role, township_id=township_id)),
        None,
    )
    return ReportView(
        now=now,
        township_id=township_id,
        paper_id=paper_id,
        state=found.state,
        lines=(
            report.title,
            "",
            *(line.text for line in government),
            *_receipts(found, received),
        ),
        may_sign=found.state is PaperState.TO_SIGN
        and desk.actor.signs_for(found.school_id) is not None,
        may_receive=receiver if receiver in left else None,
        unreceipted=left,
    )


async def facts_of(
    conn: Conn,
    desk: Desk,
    township_id: int,
    paper_id: int,
    kind: PaperKind = PaperKind.REPORT,
) -> PaperFacts:
    """Return what a paper is about, for who may see the child; raises OutOfSight."""
    found = await rows.facts(conn, township_id, paper_id, kind)
    scope = desk.actor.scope
    if found is None or not scope.sees(township_id, found.school_id, found.class_id):
        raise OutOfSight
    return found


async def note_reading(desk: Desk, conn: Conn, found: PaperFacts, now: datetime) -> None:
    """Write down that this person read a paper, which tells all about a child."""
    account, subject = desk.actor.account_id, f"paper:{found.paper_id}"
    await log_read(conn, found.township_id, (account, now), "report", subject, 1)


def _told(deed: Deed) -> TimelineEntry:
    """Say a contact or a visit in one clause of the report's sentence."""
    if deed.visit_number is None:
        head = (
            f"{ContactMethod.of(deed.method).label}联系{deed.met}，"
            f"{ContactResult.of(deed.result).label}"
        )
    else:
        head = (
            f"第{deed.visit_number}次家访，见到{met_labels(deed.met)}，"
            f"{VisitResult.of(deed.result).label}"
        )
    # The clauses are joined by semicolons: a note's own stop at its end would double it.
    note = " ".join(deed.note.split()).rstrip("。；;. ")
    text = f"{head}：{note}" if note else head
    return TimelineEntry(at=deed.at, text=text[:LONGEST_CLAUSE])


def _found(deeds: tuple[Deed, ...]) -> tuple[str, str]:
    """Return the cause and the whereabouts as last found out, "" where nobody did."""
    causes = [c.label for d in deeds if d.cause and (c := Cause.of(d.cause)) is not UNKNOWN]
    places = [Whereabouts.of(d.whereabouts).label for d in deeds if d.whereabouts]
    return (causes or [""])[-1], (places or [""])[-1]


def _ended(found: PaperFacts) -> str:
    """Say that the child is no longer missing, "" while it is: a report hides no return."""
    if found.ended_at is None or found.ended_how is None:
        return ""
    return f"该生{found.ended_how.label}（{minute(found.ended_at)}登记）。"


def report_mark(found: PaperFacts) -> str:
    """Return the 代字 of a school's reports."""
    return f"{found.school_name}报"


def early_cause(found: PaperFacts, now: datetime) -> OpenCause | None:
    """Return why a case was opened before its clock rang; None once it has rung."""
    no_roll = found.opened_as in CALLED_AT_NO_ROLL
    return found.opened_as if no_roll or now < found.due_at else None


async def report_of(
    conn: Conn, found: PaperFacts, now: datetime, grant: Grant | None, name: str = ""
) -> MissingReport:
    """Return the report as it stands; `grant` signs it, in the name given."""
    deeds = await rows.deeds(conn, found.township_id, found.student_id, found.missed_at)
    cause, whereabouts = _found(deeds)
    signed = grant is not None
    early = early_cause(found, now)
    # A leaver's class is the one it left.
    class_day = day_of(now)
    if early is OpenCause.LEAVER:
        class_day = turned_on(class_day) - timedelta(days=1)
    return MissingReport(
        school_name=found.school_name,
        government_name=f"{found.township_name}人民政府",
        bureau_name=Addressee.BUREAU.label,
        number=found.number or number_text(report_mark(found), now.year, None),
        student_name=found.student_name,
        sex=Sex.of(found.sex).label,
        born_on=found.born_on,
        class_name=class_name(found.cohort, found.class_number, class_day),
        guardian=found.guardian or "",
        relation=relation_of(found.relation),
        phone=found.phone or "",
        address=found.address or "",
        missed_at=found.missed_at,
        due_at=found.due_at,
        opened_as=early,
        grounds=(found.grounds or "") if early else "",
        timeline=tuple(_told(deed) for deed in deeds),
        contacted=any(deed.visit_number is None for deed in deeds),
        visited=any(deed.visit_number is not None for deed in deeds),
        cause=cause,
        whereabouts=whereabouts,
        note=_ended(found),
        signed_on=day_of(now) if signed else None,
        signed_by=name if signed else "",
        by_mandate=grant is not None and grant.acting is Acting.SIGNATURE,
    )
