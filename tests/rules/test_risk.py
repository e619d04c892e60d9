"""Signs that a child may leave: every one in words, at -1/0/+1, by hand."""

from datetime import date, timedelta

import pytest

from core.rules.calendar import school_days_between
from core.rules.policy import Policy
from core.rules.risk import RiskFacts, is_at_risk, reasons, told
from core.rules.student import SpecialGroup
from tests.rules.calendar_2026 import AUTUMN, CALENDAR, SPRING

# Monday 2026-11-30; ten school days back is Tuesday the 17th, twenty Tuesday the 3rd.
DAY = date(2026, 11, 30)
DAYS = school_days_between(CALENDAR, date(2026, 8, 1), DAY + timedelta(days=1))
POLICY = Policy()


def words(day: date = DAY, term=AUTUMN, **facts: object) -> list[str]:
    known = RiskFacts.model_validate({"cohort": 2024, **facts})
    days = tuple(one for one in DAYS if one <= day)
    return [reason.words for reason in reasons(known, day, days, POLICY, term)]


def november(*days: int) -> tuple[date, ...]:
    return tuple(date(2026, 11, day) for day in days)


@pytest.mark.parametrize(
    ("missed", "said"),
    [
        (november(30), []),
        (november(27, 30), ["近10个上课日无故未到校2天（前10日0天，增多）"]),
        # The 17th is the tenth school day back, the 16th the eleventh.
        (
            november(17, 30),
            ["近10个上课日无故未到校2天（前10日0天，增多）"],
        ),
        (november(16, 30), []),
        (november(3, 16, 30), ["近20个上课日无故未到校3天（近10日1天、前10日2天，减少）"]),
        (november(2, 16, 30), []),
        (november(3, 4, 5), ["近20个上课日无故未到校3天（近10日0天、前10日3天，减少）"]),
        (
            november(16, 17, 18, 13),
            ["近10个上课日无故未到校2天"],
        ),
        # A Sunday is no school day, whatever a roll of it says.
        (november(29, 30), []),
    ],
)
def test_missed_days_are_told_by_the_shortest_stretch_that_has_enough(missed, said) -> None:
    assert words(missed_on=missed) == said


def test_six_days_in_sixty_are_told_and_the_sixty_first_back_is_not() -> None:
    sixty = DAYS[-60:]
    assert len(sixty) == 60
    spread = sixty[:6]
    assert words(missed_on=spread) == ["近60个上课日无故未到校6天"]
    assert words(missed_on=(DAYS[-61], *spread[:5])) == []
    assert words(missed_on=spread[:5]) == []


def test_a_young_term_has_no_trend() -> None:
    early = date(2026, 9, 4)
    known = RiskFacts(cohort=2024, missed_on=(date(2026, 9, 3), early))
    days = school_days_between(CALENDAR, date(2026, 9, 1), early + timedelta(days=1))
    found = reasons(known, early, days, POLICY, AUTUMN)
    assert told(found) == "近10个上课日无故未到校2天"
    assert reasons(known, early, (), POLICY, None) == ()


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        ({"not_back_since": date(2026, 9, 1)}, ["开学至今未返校"]),
        ({"case_on": date(2025, 3, 9)}, ["曾列为疑似辍学（2025-03-09立案）"]),
        (
            {"case_on": date(2026, 11, 25), "case_open": True},
            ["个案未销号（2026-11-25立案）"],
        ),
        (
            {"sign": "transfer", "sign_on": date(2026, 11, 27)},
            ["有转学迹象（11-27上报）"],
        ),
        ({"guardian_changed_on": date(2026, 11, 2)}, ["监护人变更（11-02）"]),
    ],
)
def test_one_event_is_told_and_is_enough(facts, said) -> None:
    assert words(**facts) == said
    known = RiskFacts.model_validate({"cohort": 2024, **facts})
    assert is_at_risk(reasons(known, DAY, DAYS, POLICY, AUTUMN))


@pytest.mark.parametrize("field", ["guardian_changed_on", "sign_on"])
def test_a_change_and_a_word_count_for_sixty_school_days(field) -> None:
    for back, seen in ((59, True), (60, True), (61, False)):
        facts = {field: DAYS[-back], "sign": "mood" if field == "sign_on" else None}
        assert bool(words(**facts)) is seen


@pytest.mark.parametrize(
    ("cohort", "day", "term", "seen"),
    [
        (2017, date(2026, 3, 2), SPRING, True),
        (2018, date(2026, 3, 2), SPRING, False),
        (2016, date(2026, 3, 2), SPRING, False),
        (2018, date(2026, 11, 30), AUTUMN, False),
        (2017, date(2026, 8, 1), None, False),
    ],
)
def test_the_spring_of_grade_nine_is_a_circumstance(cohort, day, term, seen) -> None:
    assert words(day, term, cohort=cohort) == (["九年级下学期"] if seen else [])


def group(kind: str, detail: str | None = None) -> SpecialGroup:
    return SpecialGroup.model_validate({"kind": kind, "detail": detail})


@pytest.mark.parametrize(
    ("groups", "said", "at_risk"),
    [
        ((), "", False),
        ((group("left_behind", "双亲留守"),), "双亲留守", False),
        ((group("dibao"), group("lifted_household")), "低保、脱贫户", False),
        ((group("left_behind"), group("dibao")), "留守；低保", True),
        ((group("disabled", "听力残疾"), group("orphan")), "孤儿；听力残疾", True),
        ((group("school_averse"), group("minority")), "厌学", False),
        ((group("minority"), group("martyr_family")), "", False),
        ((group("returned_dropout"),), "曾辍学返校", True),
    ],
)
def test_one_circumstance_is_no_sign_and_two_are(groups, said, at_risk) -> None:
    found = reasons(RiskFacts(cohort=2024, groups=groups), DAY, DAYS, POLICY, AUTUMN)
    assert told(found) == said
    assert is_at_risk(found) is at_risk


def test_what_happened_is_told_before_how_a_child_lives() -> None:
    found = words(
        groups=(group("dibao"),), case_on=date(2025, 3, 9), missed_on=november(27, 30)
    )
    assert found == [
        "近10个上课日无故未到校2天（前10日0天，增多）",
        "曾列为疑似辍学（2025-03-09立案）",
        "低保",
    ]


def test_a_township_sets_from_how_many_days_on_a_child_is_shown() -> None:
    strict = Policy(missed_in_10=1)
    known = RiskFacts(cohort=2024, missed_on=november(30))
    assert told(reasons(known, DAY, DAYS, strict, AUTUMN)).startswith("近10个上课日")
