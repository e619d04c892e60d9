"""月报 out: a school's report as it was filed, or the schools together in one table.

A school that has not filed is a line of —, and is named; it is never a zero (39).
"""

from io import BytesIO

from core.papers import month_bureau, month_office, owing
from core.papers.month_line import Row
from core.rules.balance import LineScope, MonthLine, NotFiled, township_total
from core.rules.base import Record
from core.rules.errors import BadInput
from core.rules.export import NothingThere
from core.rules.month import ReportKind, ReportState, due_on, shown_state
from core.rules.paper import UNFIT_FOR_NAME, Edition, file_name
from core.rules.register import OwingRow
from core.rules.staff import Actor
from core.services.export_choice import Chosen
from db.pool import Conn
from db.register_month import FiledMonth, filed, filed_bytes


class Printed(Record):
    """A paper with its name, and how many lines of it there are."""

    file_name: str
    data: bytes
    rows: int


async def month_paper(conn: Conn, chosen: Chosen, actor: Actor, export_id: int) -> Printed:
    """Return the filed workbook of one school, or the table of all in sight.

    Raises NothingThere where one school has filed nothing, BadInput for a class.
    """
    if chosen.picked.class_id is not None:
        raise BadInput("月报按学校导出，请去掉班级后重试。")
    kind, month = chosen.asked.kind, chosen.from_on
    schools = await filed(conn, chosen.picked, kind, month)
    if chosen.picked.school_id is None:
        return _together(schools, chosen, actor, export_id)
    what = f"{month.year}年{month.month}月{kind.label}"
    if not schools or not schools[0].version:
        raise NothingThere(f"{chosen.unit}{what}尚未报送，报送后再导出。")
    one = schools[0]
    zeroed = "（零报告）" if one.zero else ""
    name = f"{one.school_name}{what}表{zeroed}_第{one.version}版"
    return Printed(
        file_name=f"{name}_{Edition.SUBMITTED.label}.xlsx".translate(UNFIT_FOR_NAME),
        data=await filed_bytes(conn, chosen.township_id, one, kind, month),
        rows=1,
    )


def _together(
    schools: tuple[FiledMonth, ...], chosen: Chosen, actor: Actor, export_id: int
) -> Printed:
    month, bureau = chosen.from_on, chosen.asked.kind is ReportKind.BUREAU
    owing_rows = tuple(_owing(one, chosen) for one in schools if not one.exempted)
    if not owing_rows:
        raise NothingThere(f"{month.year}年{month.month}月没有应报月报的学校。")
    title = (
        month_bureau.title(chosen.unit, month.year, month.month, zero=False)
        if bureau
        else month_office.title(chosen.unit, month.year, month.month)
    )
    head = chosen.head(actor, export_id).model_copy(
        update={
            "title": title,
            "edition": Edition.SUBMITTED,
            "sentence": owing.summary(owing_rows),
        }
    )
    lines = [_line(one) for one in schools if not one.exempted]
    held = [line for line in lines if isinstance(line, MonthLine)]
    rows: list[Row] = [*lines, *((township_total("合计", held),) if held else ())]
    out = BytesIO()
    (month_bureau if bureau else month_office).write(out, head, rows)
    return Printed(file_name=file_name(head, "xlsx"), data=out.getvalue(), rows=len(rows))


def _line(one: FiledMonth) -> Row:
    if one.total is None:
        return NotFiled(school_id=one.school_id, name=one.school_name)
    returned = one.state is ReportState.RETURNED
    told = (one.state.label if returned else "", one.total.remark)
    return one.total.model_copy(
        update={
            "scope": LineScope.SCHOOL,
            "name": one.school_name,
            "place_id": one.school_id,
            "remark": "；".join(part for part in told if part),
        }
    )


def _owing(one: FiledMonth, chosen: Chosen) -> OwingRow:
    month = chosen.from_on
    due = one.due_on or due_on(chosen.asked.kind, month.year, month.month)
    return OwingRow(
        school_id=one.school_id,
        school_name=one.school_name,
        state=shown_state(one.state, one.first_filed_at, due, chosen.now),
        due_on=due,
        first_filed_at=one.first_filed_at,
        is_zero=one.zero,
        version=one.version,
        times_returned=one.times_returned,
    )
