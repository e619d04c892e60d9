from datetime import timedelta

import pytest

from core.rules.duty import (
    Duty,
    DutyKind,
    DutyState,
    Owes,
    climbs_to,
    state_of,
    words_of,
)
from tests.rules.calendar_2026 import at

DUE = at("2026-11-23 10:30")


def duty(**more: object) -> Duty:
    usual = {
        "id": 1,
        "township_id": 990101100,
        "kind": DutyKind.CONTACT,
        "owed_by": Owes.CLASS_TEACHER,
        "subject_id": 4,
        "words": "赵小雨未到校，请联系监护人",
        "opened_at": at("2026-11-23 08:30"),
        "due_at": DUE,
    }
    return Duty.model_validate(usual | more)


def test_a_missed_duty_climbs_the_school_s_line() -> None:
    line = [Owes.CLASS_TEACHER]
    while (above := climbs_to(line[-1])) is not None:
        line.append(above)
    assert line == [Owes.CLASS_TEACHER, Owes.PRINCIPAL, Owes.OFFICE, Owes.BUREAU]
    assert climbs_to(Owes.VILLAGE_CADRE) is Owes.GOVERNMENT
    assert climbs_to(Owes.GOVERNMENT) is None


@pytest.mark.parametrize(
    ("minutes", "state"),
    [(-1, DutyState.OPEN), (0, DutyState.OVERDUE), (1, DutyState.OVERDUE)],
)
def test_a_duty_is_overdue_from_its_due_moment(minutes: int, state: DutyState) -> None:
    assert state_of(duty(), DUE + timedelta(minutes=minutes)) is state
    done = duty(done_at=DUE, done_by=3)
    assert state_of(done, DUE + timedelta(minutes=minutes)) is DutyState.DONE


def test_the_words_name_the_child_literally() -> None:
    assert words_of(DutyKind.CONTACT, "赵小雨") == "赵小雨未到校，请联系监护人"
    assert words_of(DutyKind.CONTACT, "{who}{0}") == "{who}{0}未到校，请联系监护人"
    for kind in DutyKind:
        assert len(words_of(kind, "赵小雨")) <= 100
        assert kind.label
