"""月报 out: a school's report as it was filed, the schools in one table, and who did not file.

A school that has not filed is a line of —, and is named; it is never a zero (39).
"""

import asyncio
from io import BytesIO

import db.place as places
from core.papers import month_bureau, month_office, owing
from core.papers.month_line import Row
from core.rules.balance import NotFiled, township_total
from core.rules.base import Record
from core.rules.errors import BadInput
from core.rules.export import MonthPaper, NothingThere
from core.rules.filed import BoardRow
from core.rules.month import ReportKind, ReportState
from core.rules.paper import UNFIT_FOR_NAME, Edition, file_name
from core.rules.staff import Actor
from core.services.export_choice import Chosen
from core.services.month_board import MonthBoard, board_of, owing_rows, school_line
from db.pool import Conn
from db.register_month import newest


class Printed(Record):
    """A paper with its name, and how many lines of it there are."""

    file_name: str
    data: bytes
    rows: int


async def month_paper(conn: Conn, chosen: Chosen, actor: Actor, export_id: int) -> Printed:
    """Return the filed workbook of one school, the table of all in sight, or who owes.

    Raises NothingThere where nothing was filed or is owed, BadInput for a class.
    """
    if chosen.picked.class_id is not None:
        raise BadInput("月报按学校导出，请去掉班级后重试。")
    if chosen.asked.paper is MonthPaper.OWING:
        return await _owing(conn, chosen, actor, export_id)
    if chosen.picked.school_id is None:
        return await _together(conn, chosen, actor, export_id)
    return await _filed(conn, chosen, chosen.picked.school_id)


async def _filed(conn: Conn, chosen: Chosen, school_id: int) -> Printed:
    kind, month = chosen.asked.kind, chosen.from_on
    what = f"{chosen.unit}{month.year}年{month.month}月{kind.label}"
    found = await newest(conn, chosen.township_id, school_id, kind, month)
    if found is None:
        raise NothingThere(f"{what}尚未报送，报送后再导出。")
    zeroed = "（零报告）" if found.zero else ""
    name = f"{what}表{zeroed}_第{found.version}版_{Edition.SUBMITTED.label}.xlsx"
    return Printed(
        file_name=name.translate(UNFIT_FOR_NAME).lstrip("."), data=found.rendered, rows=1
    )


async def _owed(conn: Conn, chosen: Chosen) -> MonthBoard:
    """Return the schools in sight, or the one that was picked, that owe the report."""
    kind, month, only = chosen.asked.kind, chosen.from_on, chosen.picked.school_id
    seen = await places.schools(conn, chosen.picked.scope)
    ids = {school.id for school in seen if only in {None, school.id}}
    townships = sorted({school.township_id for school in seen if school.id in ids})
    board = await board_of(conn, townships, month, kind, chosen.now)
    owed = tuple(row for row in board.rows if row.school.id in ids)
    if not owed:
        raise NothingThere(f"{month.year}年{month.month}月没有应报月报的学校。")
    return board.model_copy(update={"rows": owed})


async def _owing(conn: Conn, chosen: Chosen, actor: Actor, export_id: int) -> Printed:
    kind, month = chosen.asked.kind, chosen.from_on
    rows = owing_rows(await _owed(conn, chosen))
    what = f"{chosen.unit}{month.year}年{month.month}月{kind.label}"
    head = chosen.head(actor, export_id).model_copy(
        update={
            "title": f"{what}{MonthPaper.OWING.label}",
            "edition": Edition.SUBMITTED,
        }
    )
    out = BytesIO()
    await asyncio.to_thread(owing.write, out, head, rows)
    return Printed(file_name=file_name(head, "xlsx"), data=out.getvalue(), rows=len(rows))


async def _together(conn: Conn, chosen: Chosen, actor: Actor, export_id: int) -> Printed:
    kind, month = chosen.asked.kind, chosen.from_on
    mine = await _owed(conn, chosen)
    owed = mine.rows
    filed = [line for row in owed if (line := school_line(row)) is not None]
    rows: list[Row] = [_line(row) for row in owed]
    if filed:
        rows.append(township_total("合计", filed))
    bureau = kind is ReportKind.BUREAU
    title = (
        month_bureau.title(chosen.unit, month.year, month.month, zero=False)
        if bureau
        else month_office.title(chosen.unit, month.year, month.month)
    )
    head = chosen.head(actor, export_id).model_copy(
        update={
            "title": title,
            "edition": Edition.SUBMITTED,
            "sentence": owing.summary(owing_rows(mine)),
        }
    )
    out = BytesIO()
    write = (month_bureau if bureau else month_office).write
    await asyncio.to_thread(write, out, head, rows)
    return Printed(file_name=file_name(head, "xlsx"), data=out.getvalue(), rows=len(rows))


def _line(row: BoardRow) -> Row:
    """Return a school's line; one that was sent back says so."""
    line = school_line(row)
    if line is None:
        return NotFiled(school_id=row.school.id, name=row.school.name)
    if row.report is None or row.report.state is not ReportState.RETURNED:
        return line
    told = (row.report.state.label, line.remark)
    return line.model_copy(update={"remark": "；".join(part for part in told if part)})
