from core.rules.duty import (
    DutyKind,
    Owes,
    climbs_to,
    words_of,
)
from tests.rules.calendar_2026 import at

DUE = at("2026-11-23 10:30")


def test_a_missed_duty_climbs_the_school_s_line() -> None:
    line = [Owes.CLASS_TEACHER]
    while (above := climbs_to(line[-1])) is not None:
        line.append(above)
    assert line == [Owes.CLASS_TEACHER, Owes.PRINCIPAL, Owes.OFFICE, Owes.BUREAU]
    assert climbs_to(Owes.VILLAGE_CADRE) is Owes.GOVERNMENT
    assert climbs_to(Owes.GOVERNMENT) is None


def test_the_words_name_the_child_literally() -> None:
    assert words_of(DutyKind.CONTACT, "赵小雨") == "赵小雨未到校，请联系监护人"
    assert words_of(DutyKind.CONTACT, "{who}{0}") == "{who}{0}未到校，请联系监护人"
    for kind in DutyKind:
        assert len(words_of(kind, "赵小雨")) <= 100
        assert kind.label
