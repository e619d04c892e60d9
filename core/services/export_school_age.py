"""适龄儿童台账: the pupils, then the children of age who are in no school of the township."""

from collections.abc import AsyncIterator, Sequence

import db.area_child as area_rows
import db.register_roster as roster_rows
from core.rules.area_child import AreaChild
from core.rules.base import Record
from core.rules.mask import mask_number, mask_phone
from core.rules.register import RosterLine
from core.rules.school_age import ages_of
from core.rules.student import EnrolmentStatus
from core.rules.time import school_year
from core.rules.unreturned import Why
from core.services.export_batch import each
from core.services.export_choice import Chosen
from core.services.export_rows import Printer, joined
from db.pool import Conn
from db.register_roster import RosterRow


async def school_age(
    conn: Conn, chosen: Chosen, printer: Printer
) -> AsyncIterator[Sequence[Record]]:
    """Yield the ledger's lines; a class has none of those who are in no school."""

    def of_age(row: RosterRow) -> RosterLine:
        line = printer.roster(row)
        if row.status is EnrolmentStatus.GRADUATED:
            return line.model_copy(update={"state": Why.LEAVER.label})
        if row.case_state is None:
            return line
        # An open case stands where school stood.
        return line.model_copy(update={"state": row.case_state.label})

    def not_here(child: AreaChild) -> RosterLine:
        return _line(printer, child)

    year = school_year(chosen.day)
    pupils = roster_rows.roster(conn, chosen.picked, chosen.day, year)
    async for part in each(pupils, of_age):
        yield part
    if chosen.picked.class_id is None:
        async for part in each(area_rows.printed(conn, chosen.picked), not_here):
            yield part


def _line(printer: Printer, child: AreaChild) -> RosterLine:
    ground = f"（{child.basis}）" if child.basis else ""
    youngest = ages_of(school_year(printer.day)).youngest
    return RosterLine(
        class_name=f"{child.elsewhere or '（未在校）'}{ground}",
        seat_no=None,
        student_name=child.name,
        sex=child.sex.label,
        born_on=child.born_on,
        ethnicity="",
        identity_number=printer.number(child.identity_number, mask_number),
        national_no="",
        boarding="",
        hukou_place=child.village or "",
        address=child.address or "",
        guardian=child.guardian or "",
        relation="",
        phone=printer.number(child.phone, mask_phone),
        groups="",
        state=child.state.label,
        note=joined(
            "；",
            "未到入学年龄" if child.born_on > youngest else "",
            child.proof(printer.day).label,
            "" if child.until_on is None else f"至{child.until_on:%Y-%m-%d}",
        ),
    )
