"""Two people on one roll, and corrections: no mark of anybody is ever lost.

Each person's sheet is compared with what that person saw when it was opened.  Different
pupils merge; where both marked the same pupil unlike, the person is asked.
"""

from collections.abc import Iterable
from datetime import date

from core.rules.base import Record
from core.rules.errors import Refusal
from core.rules.roll import Mark, PupilMark


class MarkChange(Record):
    """One pupil's mark as it was and as it is wanted.  `was` None: not on the sheet."""

    student_id: int
    was: Mark | None
    wanted: Mark


class Conflict(Record):
    """Two people marked one pupil unlike: the second is asked."""

    student_id: int
    base: Mark | None
    current: Mark
    wanted: Mark


class Merged(Record):
    """The two together.  With conflicts nothing is written until the person has answered.

    A pupil in conflict stands on `sheet` as it stands now.
    """

    sheet: tuple[PupilMark, ...]
    # What this person changes, to be written: never a pupil in conflict.
    ours: tuple[MarkChange, ...]
    # What somebody else changed meanwhile, to be shown.
    theirs: tuple[MarkChange, ...]
    conflicts: tuple[Conflict, ...]


def changes_between(
    base: Iterable[PupilMark], wanted: Iterable[PupilMark]
) -> tuple[MarkChange, ...]:
    """Return what a person changed: the pupils whose mark is unlike the one they saw."""
    seen = {pupil.student_id: pupil.mark for pupil in base}
    return tuple(
        MarkChange(
            student_id=pupil.student_id, was=seen.get(pupil.student_id), wanted=pupil.mark
        )
        for pupil in wanted
        if seen.get(pupil.student_id) is not pupil.mark
    )


def merge(
    base: Iterable[PupilMark], current: Iterable[PupilMark], wanted: Iterable[PupilMark]
) -> Merged:
    """Bring one person's sheet together with what stands now, pupil by pupil.

    `base` is what the person saw, `current` what stands, `wanted` what they submit.  A
    pupil missing from `wanted` (who joined meanwhile) keeps what stands.
    """
    base, current, wanted = tuple(base), tuple(current), tuple(wanted)
    ours = {change.student_id: change for change in changes_between(base, wanted)}
    theirs = {change.student_id: change for change in changes_between(base, current)}
    conflicts = tuple(
        Conflict(
            student_id=student_id,
            base=mine.was,
            current=theirs[student_id].wanted,
            wanted=mine.wanted,
        )
        for student_id, mine in ours.items()
        if student_id in theirs and theirs[student_id].wanted is not mine.wanted
    )
    asked = {conflict.student_id for conflict in conflicts}
    marks = {pupil.student_id: pupil.mark for pupil in (*wanted, *current)}
    marks |= {
        change.student_id: change.wanted
        for change in ours.values()
        if change.student_id not in asked
    }
    return Merged(
        sheet=tuple(PupilMark(student_id=i, mark=mark) for i, mark in marks.items()),
        ours=tuple(c for i, c in ours.items() if i not in asked and i not in theirs),
        theirs=tuple(theirs.values()),
        conflicts=conflicts,
    )


class NeedsReason(Refusal):
    """A mark of an earlier day is changed only with a reason."""

    def __init__(self) -> None:
        super().__init__("更正以前日期的点名须写明原因，请填写后再提交。")


def needs_reason(roll_day: date, today: date) -> bool:
    """Tell whether a correction needs a reason: from the next day on (3)."""
    return today > roll_day


def must_have_reason(roll_day: date, today: date, reason: str) -> None:
    """Refuse a correction of an earlier day without a reason.  Raises NeedsReason."""
    if needs_reason(roll_day, today) and not reason.strip():
        raise NeedsReason
