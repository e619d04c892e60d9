"""What the register of children in no school owes: never nothing of who is of age (R14, R48)."""

from datetime import date, datetime

import pytest

from core.rules.area_child import AreaState
from core.rules.area_child_duty import AreaFacts, owed
from core.rules.case_open import first_grade_in
from core.rules.time import SHANGHAI

ENTERED = datetime(2026, 11, 23, 9, 10, tzinfo=SHANGHAI)
TODAY = date(2026, 11, 23)
AWAY = {"state": AreaState.STUDYING_OUT, "until_on": date(2027, 3, 1)}


def owes(day: date = TODAY, **told: object) -> tuple[str, str, date] | None:
    facts = {
        "id": 1,
        "school_id": 1,
        "name": "罗小丫",
        "born_on": date(2019, 5, 15),
        "state": AreaState.NOT_ENROLLED,
        "until_on": None,
        "open_since": ENTERED,
        "entered_at": ENTERED,
        "verified": False,
        "has_case": False,
    }
    found = owed(AreaFacts.model_validate(facts | told), day)
    return None if found is None else (found.kind.value, found.owes.value, found.due_on)


@pytest.mark.parametrize("state", [AreaState.NOT_ENROLLED, AreaState.UNKNOWN])
def test_a_child_of_age_in_no_school_is_somebodys_within_a_week(state):
    assert owes(state=state) == ("enrol", "principal", date(2026, 11, 30))
    assert owes(state=state, school_id=None) == ("enrol", "office", date(2026, 11, 30))
    # However long ago it was first said: each school year asks anew, from its first day.
    assert owes(date(2027, 9, 1)) == ("enrol", "principal", date(2027, 9, 8))
    assert owes(date(2027, 8, 31)) == ("enrol", "principal", date(2026, 11, 30))


@pytest.mark.parametrize(
    ("born_on", "of_age"),
    [
        ((2020, 8, 31), True),
        ((2020, 9, 1), False),
        ((2011, 9, 1), True),
        ((2011, 8, 31), False),
    ],
)
def test_who_is_not_of_age_owes_no_schooling(born_on, of_age):
    assert (owes(born_on=date(*born_on)) is not None) is of_age


def test_a_claim_is_verified_by_who_may_and_looked_at_again_before_it_runs_out():
    assert owes(**AWAY) == ("verify_area", "office", date(2026, 12, 7))
    late = {"state": AreaState.DEFERRED, "until_on": date(2027, 9, 1)}
    assert owes(**late) == ("verify_area", "government", date(2026, 12, 7))
    proved = AWAY | {"verified": True}
    assert owes(date(2027, 2, 14), **proved) is None
    assert owes(date(2027, 2, 15), **proved) == ("renew_area", "office", date(2027, 3, 1))
    assert owes(date(2027, 5, 1), **proved) == ("renew_area", "office", date(2027, 3, 1))
    special = {"state": AreaState.SPECIAL, "verified": True}
    assert owes(date(2027, 5, 1), **special) is None


def test_an_open_case_owes_in_the_registers_place():
    assert owes(has_case=True) is None


def test_a_child_is_due_in_grade_one_in_the_autumn_after_its_sixth_birthday():
    assert first_grade_in(date(2020, 8, 31)) == 2026
    assert first_grade_in(date(2020, 9, 1)) == 2027
