"""From what the database holds of a child to the line a register prints.

Here numbers are masked, for every paper but a 报送版: a whole one never goes further in
an 内部版 (safety.md 1.7).  A paper of several schools names the school before the class.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from core.rules.calendar import SessionCode
from core.rules.change import TRANSFERS, ChangeKind, Side
from core.rules.key_student import KeyRow
from core.rules.mask import mask_number, mask_phone, mask_student_no
from core.rules.paper import Edition
from core.rules.place import class_name
from core.rules.register import (
    ChangeRow,
    LeaveRow,
    LedgerRow,
    RosterLine,
    UnreturnedRow,
    VisitRow,
)
from core.rules.student import SpecialGroup, relation_label
from core.rules.time import day_of
from core.rules.unreturned import Unreturned
from core.rules.visit_record import met_labels, roster_of
from db.register_changes import ChangeLine
from db.register_key import KeyListed
from db.register_leaves import LeaveLine
from db.register_ledger import CaseRow
from db.register_roster import RosterRow
from db.register_visits import VisitNewest


@dataclass(frozen=True)
class Printer:
    """How one export prints: its edition, its day, and whether schools must be told apart."""

    edition: Edition
    day: date
    many_schools: bool
    # Before every class, where one paper has it more than once.
    lead: str = ""

    def number(self, whole: str | None, mask: Callable[[str], str]) -> str:
        """Return a number as the edition prints it."""
        if whole is None:
            return ""
        return whole if self.edition is Edition.SUBMITTED else mask(whole)

    def class_of(self, school: str, cohort: int, number: int, day: date) -> str:
        """Return 三年级（1）班 as of a day, behind its school where there are several."""
        name = class_name(cohort, number, day)
        return f"{self.lead}{school if self.many_schools else ''}{name}"

    def roster(self, row: RosterRow) -> RosterLine:
        """Return one pupil's line of 学生花名册."""
        return RosterLine(
            class_name=self.class_of(row.school_name, row.cohort, row.number, self.day),
            seat_no=row.seat_no,
            student_name=row.student_name,
            sex=row.sex.label,
            born_on=row.born_on,
            ethnicity=row.ethnicity or "",
            identity_number=self.number(row.identity_number, mask_number),
            national_no=self.number(row.national_no, mask_student_no),
            boarding="住校" if row.boarder else "走读",
            hukou_place=row.hukou_place or "",
            address=row.address or "",
            guardian=row.guardian or "",
            relation=relation_label(row.relation or ""),
            phone=self.number(row.phone, mask_phone),
            groups=_groups(row.groups),
            state=row.status.label,
        )

    def leave(self, row: LeaveLine, school_days: int) -> LeaveRow:
        """Return one leave's line of 请假登记册."""
        tail = row.leave_number.rpartition("-")[2]
        return LeaveRow(
            school_name=row.school_name,
            class_name=class_name(row.cohort, row.number, row.from_day),
            student_name=row.student_name,
            leave_no=int(tail) if tail.isdigit() else 0,
            kind=row.kind.label,
            from_text=_session(row.from_day, row.from_session),
            to_text=_session(row.to_day, row.to_session),
            school_days=school_days,
            reason=row.reason,
            asked_by=row.asked_by,
            asked_how=row.asked_how.label,
            approved_by=row.decided_by or "",
            approved_at=row.decided_at,
            evidence=row.evidence,
            closed_at=row.closed_at,
            state=row.state.label,
            note="" if row.extends is None else f"续假（接{row.extends}）",
        )

    def visit(self, row: VisitNewest) -> VisitRow:
        """Return one visit's line of 家访劝返记录."""
        on = day_of(row.visited_at)
        return VisitRow(
            school_name=row.school_name,
            class_name=class_name(row.cohort, row.class_number, on),
            student_name=row.student_name,
            number=row.number,
            version=row.version,
            visited_at=row.visited_at,
            method=row.method.label,
            members=roster_of(row.members),
            met=met_labels(row.met),
            cause="" if row.cause is None else row.cause.label,
            whereabouts="" if row.whereabouts is None else row.whereabouts.label,
            mood=row.mood,
            guardian_opinion=row.guardian_opinion,
            result=row.result.label,
            promised_on=row.promised_on,
            absent_reason=row.absent_reason,
            entered_by=row.entered_by,
            note=joined("；", row.note, row.police),
        )

    def change(self, row: ChangeLine) -> ChangeRow:
        """Return one change's line of 异动花名册."""
        side = Side.INSIDE if row.in_township else Side.OUTSIDE
        moved = ""
        if row.kind is ChangeKind.CLASS_MOVE and row.to_cohort and row.to_number:
            moved = f"调入{class_name(row.to_cohort, row.to_number, row.happened_on)}"
        return ChangeRow(
            kind=row.kind,
            school_name=row.school_name,
            class_name=class_name(row.cohort, row.number, row.happened_on),
            student_name=row.student_name,
            sex=row.sex.label,
            identity_number=self.number(row.identity_number, mask_number),
            national_no=self.number(row.national_no, mask_student_no),
            happened_on=row.happened_on,
            other_school=row.other_school or "",
            reason=row.reason,
            proofs="、".join(proof.label for proof in row.proofs),
            state=row.state,
            guardian=row.guardian or "",
            phone=self.number(row.phone, mask_phone),
            side=side if row.kind in TRANSFERS else None,
            note=joined("；", moved, row.evidence),
        )

    def unreturned(self, row: Unreturned) -> UnreturnedRow:
        """Return one child's line of 未返校学生名单."""
        missed = ""
        if row.missed_day is not None and row.missed_session is not None:
            missed = _session(row.missed_day, row.missed_session)
        return UnreturnedRow(
            school_name=row.school_name,
            class_name=row.class_on(self.day),
            student_name=row.student_name,
            sex=row.sex.label,
            born_on=row.born_on,
            identity_number=self.number(row.identity_number, mask_number),
            why=row.why.label,
            missed=missed,
            guardian=row.guardian or "",
            relation=relation_label(row.relation or ""),
            phone=self.number(row.phone, mask_phone),
            address=row.address or "",
            contacts=row.contacts,
            visits=row.visits,
            whereabouts="" if row.whereabouts is None else row.whereabouts.label,
        )

    def key_student(self, row: KeyListed) -> KeyRow:
        """Return one line of 重点生名册."""
        return KeyRow(
            class_name=self.class_of(row.school_name, row.cohort, row.number, self.day),
            student_name=row.student_name,
            sex=row.sex.label,
            born_on=row.born_on,
            entered_on=day_of(row.entered_at),
            reasons=row.reasons,
            measures=row.measures,
            heads=row.heads or "",
            guardian=row.guardian or "",
            phone=self.number(row.phone, mask_phone),
            visits=row.visits,
            visited_on=None if row.visited_at is None else day_of(row.visited_at),
            checked_on=None if row.checked_at is None else day_of(row.checked_at),
            left=joined(" ", _day(row.exited_at), row.turned_out),
        )

    def case(self, row: CaseRow) -> LedgerRow:
        """Return one child's line of 台账."""
        papers = (
            f"{paper.kind.label}{paper.number or ''}（{paper.state.label}）"
            for paper in row.papers
        )
        return LedgerRow(
            student_name=row.student_name,
            sex=row.sex.label,
            ethnicity=row.ethnicity or "",
            identity_number=self.number(row.identity_number, mask_number),
            national_no=self.number(row.national_no, mask_student_no),
            school_name=row.school_name,
            class_name=class_name(row.cohort, row.number, self.day),
            hukou_place=row.hukou_place or "",
            address=row.address or "",
            guardian=row.guardian or "",
            relation=relation_label(row.relation or ""),
            phone=self.number(row.phone, mask_phone),
            groups=_groups(row.groups),
            missed_on=row.missed_on,
            found_on=day_of(row.opened_at),
            cause="" if row.cause is None else row.cause.label,
            whereabouts="" if row.whereabouts is None else row.whereabouts.label,
            persuasions=row.persuasions,
            last_persuasion=joined(" ", _day(row.visited_at), row.visitors or ""),
            papers_served="；".join(papers),
            school_keeper=row.school_keeper or "",
            village_keeper=row.village_keeper or "",
            state=row.state.label,
            returned_on=None if row.returned_at is None else day_of(row.returned_at),
            closed=joined(" ", _day(row.closed_at), row.close_reason or ""),
            note=f"个案{row.case_number}",
        )


def _groups(groups: Sequence[SpecialGroup]) -> str:
    return "、".join(
        f"{group.kind.label}（{group.detail}）" if group.detail else group.kind.label
        for group in groups
    )


def _session(day: date, session: SessionCode) -> str:
    return f"{day:%Y-%m-%d}{session.label}"


def _day(at: datetime | None) -> str:
    return "" if at is None else f"{day_of(at):%Y-%m-%d}"


def joined(between: str, *parts: str) -> str:
    """Return the parts that say something, with `between` between them."""
    return between.join(part for part in parts if part)
