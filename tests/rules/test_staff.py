"""Who may, who is told whose act it is, and who is told nothing."""

from datetime import date

import pytest

from core.rules.errors import NotYours, OutOfSight, Refusal
from core.rules.staff import Actor, Grant, Role

TOWNSHIP, HERE, THERE, MINE, OTHER = 990101100, 1, 2, 11, 12
LEADER = (Role.LEADER,)


def teacher() -> Actor:
    grant = Grant(
        id=1,
        role=Role.CLASS_TEACHER,
        township_id=TOWNSHIP,
        school_id=HERE,
        class_id=MINE,
        from_on=date(2026, 9, 1),
    )
    return Actor(account_id=7, signin_name="li", name="李秀英", grants=(grant,))


@pytest.mark.parametrize(
    ("school_id", "class_id", "refusal"),
    [
        (HERE, None, NotYours),  # an act of one's own school, for another post
        (HERE, MINE, NotYours),
        (HERE, OTHER, OutOfSight),  # a child of another class stays unknown
        (THERE, None, OutOfSight),
        (THERE, MINE, OutOfSight),
        (None, None, OutOfSight),
    ],
)
def test_a_class_teacher_is_told_whose_act_it_is_only_of_what_they_know(
    school_id: int | None, class_id: int | None, refusal: type[Refusal]
) -> None:
    with pytest.raises(refusal):
        teacher().must_hold(
            *LEADER, township_id=TOWNSHIP, school_id=school_id, class_id=class_id
        )


def test_another_township_is_out_of_sight_whatever_its_school_is_called() -> None:
    with pytest.raises(OutOfSight):
        teacher().must_hold(*LEADER, township_id=990101101, school_id=HERE)
