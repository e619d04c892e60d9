"""A roll as it is opened and sent, and its marks, each in one line."""

from core.rules.roll import Mark, PupilMark
from core.rules.sheet import (
    Sheet,
    Submission,
    SubmittedPart,
    current_marks,
)
from core.services import roll
from tests.services.school_town import (
    THIRD,
    TOWNSHIP,
    SchoolTown,
    session,
)


async def sheet_of(town: SchoolTown, when: str, who: str = "li") -> Sheet:
    day, code = session(when)
    return await roll.open_sheet(await town.desk(who), TOWNSHIP, (THIRD,), day, code)


def sent(
    sheet: Sheet, told_by: str | None = None, reason: str = "", **marks: Mark
) -> Submission:
    base = current_marks(sheet.parts[0])
    told = {int(key[1:]): mark for key, mark in marks.items()}
    wanted = tuple(
        PupilMark(student_id=m.student_id, mark=told.get(m.student_id, m.mark))
        for m in base
    )
    part = SubmittedPart(class_id=THIRD, base=base, wanted=wanted)
    return Submission(
        township_id=TOWNSHIP,
        day=sheet.day,
        session=sheet.session,
        parts=(part,),
        told_by=told_by,
        reason=reason,
    )


async def marks(town: SchoolTown) -> dict[int, str]:
    rows = await town.pool.fetch(
        "SELECT student_id, mark FROM roll_mark ORDER BY student_id"
    )
    return {row["student_id"]: row["mark"] for row in rows}
