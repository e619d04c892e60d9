"""What the roll screen makes of a sheet: pupils, title, draft text and submission."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Final

from core.rules.roll import (
    Mark,
    PupilMark,
    RollPupil,
    counters,
    still_missing,
    still_missing_count,
    still_missing_words,
)
from core.rules.sheet import Sheet, Submission, SubmittedPart
from tui.widgets.cells import as_many, cell_len
from tui.widgets.roll_grid import GridPupil

_BETWEEN: Final = 4  # a blank at either end of a title, two in the middle


def pupils_of(sheet: Sheet) -> tuple[GridPupil, ...]:
    """Return the pupils as the grid shows them.

    Two of one name are told apart by birthday (28); in a 复式班 the grade stands first (18).
    """
    names = [p.name for part in sheet.parts for p in part.pupils]
    several = len(sheet.parts) > 1
    return tuple(
        GridPupil(
            student_id=p.student_id,
            seat="" if p.seat_no is None else str(p.seat_no),
            name=(f"{part.class_name[0]} " if several else "")
            + (f"{p.name} {p.born_on:%m-%d}" if names.count(p.name) > 1 else p.name),
            initials=p.pinyin,
        )
        for part in sheet.parts
        for p in part.pupils
    )


def missing_of(sheet: Sheet, wanted: Iterable[PupilMark]) -> tuple[RollPupil, ...]:
    """Return the watched pupils who are still 缺; in a 复式班 behind their grade (18)."""
    several = len(sheet.parts) > 1
    pupils = (
        p.roll_pupil.model_copy(update={"name": f"{part.class_name[0]} {p.called}"})
        if several
        else p.roll_pupil
        for part in sheet.parts
        for p in part.pupils
    )
    return still_missing(pupils, wanted)


def missing_line(missing: tuple[RollPupil, ...], cells: int) -> str:
    """Name who is still missing: with the reasons where all of it fits, else names alone."""
    words = f" {still_missing_words(missing)}".rstrip()
    if cell_len(words) <= cells:
        return words
    names = tuple(pupil.name for pupil in missing)
    return as_many(f" {still_missing_count(missing)}：", names, cells)


def leave_of(sheet: Sheet, here: GridPupil | None) -> str:
    """Return the number of the leave that covers the pupil under the cursor (2)."""
    pupils = (p for part in sheet.parts for p in part.pupils)
    numbers = {p.student_id: p.leave_number for p in pupils if p.leave_number}
    number = None if here is None else numbers.get(here.student_id)
    return "" if here is None or number is None else f"{here.name} 假条 {number} "


def title_of(
    sheet: Sheet, wanted: Sequence[PupilMark], saved_at: datetime | None, cells: int
) -> tuple[str, str]:
    """Return the title line: which roll with its counts, and who took it or the draft.

    A 复式班 is told by its name, and 应到 by its grades (18).  Where the cells are too few
    the weekday goes first, then the counts of nobody: a count is never cut.
    """
    count = counters(wanted)
    names, by_grade = sheet.parts[0].class_name, ""
    if len(sheet.parts) > 1:
        names = sheet.parts[0].combined_name or names
        grades = (f"{part.class_name[0]}{len(part.pupils)}" for part in sheet.parts)
        by_grade = f"（{' '.join(grades)}）"
    taken = next((p.taken for p in sheet.parts if p.taken is not None), None)
    state = ""
    # What is marked on top of a taken roll and not submitted must not look submitted.
    if saved_at is not None:
        state = f"已存草稿{saved_at:%H:%M}"
    elif taken is not None:
        state = f"{taken.taken_at:%H:%M} {taken.taken_by_name}"
    day, label = f"{sheet.day:%m-%d}", sheet.session.label
    whole = f" {sheet.session.on(sheet.day)}"
    told = f"应到{count.expected}{by_grade} 到{count.present} 未到{count.absent}"
    # With 公假 the four before it are not all of 应到.
    official = f" {Mark.OFFICIAL.label}{count.official}" if count.official else ""
    others = (
        (f" 请假{count.leave}", count.leave),
        (official, count.official),
        (f" 迟到{count.late}", count.late),
    )
    left = ""
    for shown, zeros in ((whole, True), (label, True), (label, False)):
        more = "".join(words for words, many in others if many or zeros)
        left = f"点名 {names} {day}{shown} {told}{more}"
        if cell_len(left) + cell_len(state) + _BETWEEN <= cells:
            break
    return left, state


def submission_of(
    sheet: Sheet, base: Iterable[PupilMark], marks: dict[int, Mark]
) -> Submission:
    """Return a sheet as it goes back: what was seen, and what is wanted."""
    seen = {m.student_id: m for m in base}
    return Submission(
        township_id=sheet.parts[0].township_id,
        day=sheet.day,
        session=sheet.session,
        parts=tuple(
            SubmittedPart(
                class_id=part.class_id,
                base=tuple(seen[p.student_id] for p in part.pupils),
                wanted=tuple(
                    PupilMark(student_id=p.student_id, mark=marks[p.student_id])
                    for p in part.pupils
                ),
            )
            for part in sheet.parts
        ),
    )


def marked(pupils: Iterable[PupilMark], marks: Mapping[int, Mark]) -> tuple[PupilMark, ...]:
    """Return the pupils with these marks; who has none here keeps their own."""
    return tuple(
        PupilMark(student_id=p.student_id, mark=marks.get(p.student_id, p.mark))
        for p in pupils
    )


def plain(marks: Iterable[PupilMark]) -> list[list[str]]:
    """Return marks as a draft keeps them."""
    return [[str(m.student_id), m.mark.value] for m in marks]


def marks_of(pairs: list[list[str]]) -> tuple[PupilMark, ...]:
    """Return the marks a draft kept."""
    return tuple(PupilMark(student_id=int(i), mark=Mark.of(mark)) for i, mark in pairs)
