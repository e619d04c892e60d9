"""Pupils whose enrolment and changes contradict each other: why a month does not balance.

The figures themselves and their balance are in balance.
"""

from collections.abc import Sequence

from core.rules.base import Coded, Record, Words


class StrayKind(Coded):
    """How a pupil's enrolment and changes contradict each other."""

    ARRIVED = "arrived", "在册而无增加异动"
    GONE = "gone", "不在册而无减少异动"
    NOT_GONE = "not_gone", "已登记减少而仍在册"
    NOT_ARRIVED = "not_arrived", "已登记增加而不在册"


class PupilFlow(Record):
    """One pupil in one class: in it at the start, in it at the end, and the changes.

    `flow` is +1 for each change that adds the pupil to the class and -1 for each that
    takes the pupil away, inside the window.
    """

    student_id: int
    student_name: Words
    class_name: Words
    at_opening: bool
    at_closing: bool
    flow: int


class Stray(Record):
    """A pupil who is the reason why a report does not balance."""

    student_id: int
    student_name: Words
    class_name: Words
    kind: StrayKind


def strays(pupils: Sequence[PupilFlow]) -> tuple[Stray, ...]:
    """Return the pupils whose enrolment contradicts their changes, in the order given."""
    found = []
    for pupil in pupils:
        gap = int(pupil.at_closing) - int(pupil.at_opening) - pupil.flow
        if gap == 0:
            continue
        if gap > 0:
            kind = StrayKind.ARRIVED if pupil.flow >= 0 else StrayKind.NOT_GONE
        else:
            kind = StrayKind.GONE if pupil.flow <= 0 else StrayKind.NOT_ARRIVED
        found.append(
            Stray(
                student_id=pupil.student_id,
                student_name=pupil.student_name,
                class_name=pupil.class_name,
                kind=kind,
            )
        )
    return tuple(found)
