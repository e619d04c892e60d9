"""代录、补签、附盖章件: a report that reached the township by telephone or on paper (33)."""

from datetime import date
from uuid import UUID

import db.month as rows
from core.rules.base import Note, Record, Words
from core.rules.duty import DutyKind
from core.rules.filed import ReportEvent
from core.rules.month import FILINGS, ReportKind, ReportState
from core.rules.month_facts import MonthFacts
from core.rules.staff import Role
from core.rules.time import Moment
from core.services.desk import Desk
from core.services.month import file_as
from core.services.month_context import signature_of
from core.services.month_file import Signed
from core.services.month_intake import NothingFiled, about_report, filed_report, finish
from db.pool import Lock, lock_key


class Told(Record):
    """Where a report that 教管组 enters for a school came from (33)."""

    source: Words
    reporter: Words
    told_at: Moment
    attached: Note = ""

    @property
    def sentence(self) -> str:
        """Return it as the report prints it."""
        attached = f"，附件：{self.attached}" if self.attached else ""
        return (
            f"来源：{self.source}，报送人：{self.reporter}，"
            f"时间：{self.told_at:%Y-%m-%d %H:%M}{attached}。"
        )


async def file_for(
    desk: Desk,
    school_id: int,
    kind: ReportKind,
    month: date,
    told: Told,
    explanation: Note,
    op_id: UUID,
    *,
    zero: bool = False,
) -> MonthFacts:
    """File for a school without network (代录): it counts as filed now (33).

    The school signs afterwards, within three days.  Raises what month.file raises.
    """
    locks = (lock_key(Lock.SCHOOL, school_id),)
    async with desk.writing("month.file_for", op_id, locks=locks) as (conn, now):
        about = await about_report(conn, desk, school_id, (kind, month), now)
        about.must_hold(desk.actor, Role.OFFICE)
        signed = Signed(
            account_id=desk.actor.account_id,
            name=desk.actor.name,
            signed_as=f"{Role.OFFICE.label} {desk.actor.name}（代录）",
            entered_for=told.sentence,
        )
        return await file_as(conn, about, signed, explanation, zero=zero)


async def countersign(
    desk: Desk, school_id: int, kind: ReportKind, month: date, op_id: UUID
) -> None:
    """Sign, as the school, what 教管组 filed for it (补签).

    Raises NothingFiled when the newest version was the school's own.
    """
    locks = (lock_key(Lock.SCHOOL, school_id),)
    async with desk.writing("month.countersign", op_id, locks=locks) as (conn, now):
        about = await about_report(conn, desk, school_id, (kind, month), now)
        signed_as = signature_of(desk.actor, about.school)
        report = filed_report(about)
        if report.entered_for is None or report.countersigned:
            raise NothingFiled
        step = rows.Step(event=ReportEvent.COUNTERSIGNED, note=signed_as)
        await rows.note(conn, report, step, desk.actor.account_id, now)
        await finish(conn, desk, report, (DutyKind.COUNTERSIGN,), now)


async def note_stamped(
    desk: Desk, school_id: int, kind: ReportKind, month: date, note: str, op_id: UUID
) -> None:
    """Note that the stamped paper of the newest version is there, and where (papers 12)."""
    locks = (lock_key(Lock.SCHOOL, school_id),)
    async with desk.writing("month.note_stamped", op_id, locks=locks) as (conn, now):
        about = await about_report(conn, desk, school_id, (kind, month), now)
        about.must_hold(desk.actor, Role.LEADER, Role.REGISTRAR)
        report = filed_report(about)
        if report.state not in FILINGS | {ReportState.TAKEN}:
            raise NothingFiled
        step = rows.Step(event=ReportEvent.STAMPED, note=note)
        await rows.note(conn, report, step, desk.actor.account_id, now)
        await finish(conn, desk, report, (), now)
