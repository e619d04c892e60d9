"""Who hears news of a place: everybody to whom it may show something, and nobody else."""

from datetime import date

import pytest

from core.rules.news import Where, hears
from core.rules.staff import Actor, Grant, Post, Role

TOWNSHIP, NEXT, COUNTY = 990101100, 990101101, 990101000
HERE, THERE, MINE, OTHER = 1, 2, 11, 12

CLASS = Where(township_id=TOWNSHIP, school_id=HERE, class_id=MINE)
OTHER_CLASS = Where(township_id=TOWNSHIP, school_id=HERE, class_id=OTHER)
SCHOOL = Where(township_id=TOWNSHIP, school_id=HERE)
OTHER_SCHOOL = Where(township_id=TOWNSHIP, school_id=THERE)
ALL = Where(township_id=TOWNSHIP)
NEXT_DOOR = Where(township_id=NEXT)


def person(role: Role, township_id: int = TOWNSHIP, **place: int) -> Actor:
    grant = Grant(
        id=1,
        role=role,
        post=Post.PRINCIPAL if role is Role.LEADER else None,
        township_id=township_id,
        from_on=date(2026, 9, 1),
        **place,
    )
    return Actor(
        account_id=7,
        signin_name="li",
        name="李秀英",
        grants=(grant,),
        county_townships=(TOWNSHIP, NEXT) if township_id == COUNTY else (),
    )


@pytest.mark.parametrize(
    ("who", "heard"),
    [
        (person(Role.CLASS_TEACHER, school_id=HERE, class_id=MINE), {CLASS, SCHOOL, ALL}),
        (person(Role.LEADER, school_id=HERE), {CLASS, OTHER_CLASS, SCHOOL, ALL}),
        (person(Role.DUTY_TEACHER, school_id=HERE), {CLASS, OTHER_CLASS, SCHOOL, ALL}),
        (
            person(Role.OFFICE),
            {CLASS, OTHER_CLASS, SCHOOL, OTHER_SCHOOL, ALL},
        ),
        (
            # The children of a village go to several schools.
            person(Role.VILLAGE_CADRE, village_id=3),
            {CLASS, OTHER_CLASS, SCHOOL, OTHER_SCHOOL, ALL},
        ),
        (
            person(Role.BUREAU, COUNTY),
            {CLASS, OTHER_CLASS, SCHOOL, OTHER_SCHOOL, ALL, NEXT_DOOR},
        ),
        (Actor(account_id=8, signin_name="no", name="无"), set()),
    ],
    ids=["head", "leader", "duty", "office", "cadre", "bureau", "nobody"],
)
def test_news_are_heard_by_whom_they_may_show_something(who: Actor, heard: set[Where]):
    places = {CLASS, OTHER_CLASS, SCHOOL, OTHER_SCHOOL, ALL, NEXT_DOOR}
    assert {place for place in places if hears(who, place)} == heard
