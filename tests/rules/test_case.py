"""Which step and which paper lead on from where, drawn by hand; and at which day (5.3)."""

from datetime import date
from functools import partial

import pytest

from core.rules.calendar import Calendar
from core.rules.case import REOPENED_BY, CaseState, CaseStep, reopens_to, rule_of
from core.rules.case_guard import in_time, is_watched_again, must_allow, of_age_on
from core.rules.case_refused import (
    BackAlready,
    LegalOff,
    MissedTooOften,
    MissingNow,
    NotFinished,
    NotFollowed,
    NotSeenYet,
    OrderFirst,
    StepNotNow,
    StillObserved,
    TooEarly,
    TooYoung,
)
from core.rules.errors import Refusal
from core.rules.notice import (
    Delivery,
    DeliveryIncomplete,
    NoNoticeYet,
    NoticeNotNow,
    NoticeServed,
    ServedBy,
    must_allow_notice,
    must_prove,
    notice_rule,
    returns_by,
)
from core.rules.paper import PaperKind
from core.rules.policy import Policy
from core.rules.staff import Role
from tests.rules.calendar_2026 import CALENDAR
from tests.rules.cases import at, case

LAWFUL = Policy(legal_basis="《某省义务教育条例》第六十条")
# Columns: 返校 排除 销号 认定 依法 安置 超龄 毕业 | 返校通知书 责令通知书.  x leads on, . does not.
GRID = """
    suspected  x x . x . x x x | . .
    reported   x x . x . x x x | x .
    noticed    x . . x . x x x | . x
    ordered    x . . x x x x x | . .
    confirmed  x . . . x x x x | x x
    legal      x . . . . x x x | . .
    returned   . . x . . x x x | . .
    resettled  . . . . . . . . | . .
    excluded   . . . . . . . . | . .
    closed     . . . . . . . . | . .
"""
STEPS = (
    *["return", "exclude", "close", "confirm", "legal", "settle", "complete", "graduate"],
)
PAPERS = (PaperKind.RETURN_NOTICE, PaperKind.ORDER)
FOLLOWED = {"returned_at": at("11-26 10:00"), "followed_at": at("12-04 16:00")}
# A day far enough for every term and every age, on which only the state decides.
LATE = date(2035, 1, 5)


def allowed(act, *expected: type[Refusal]) -> bool:
    try:
        act()
    except expected:
        return False
    return True


def test_the_grid_of_states_and_steps() -> None:
    rows = {line.split()[0]: line.split()[1:] for line in GRID.strip().splitlines()}
    assert list(rows) == [state.value for state in CaseState]
    for state, marks in rows.items():
        told = [mark == "x" for mark in marks if mark != "|"]
        assert leads_on(state) == told, state


def leads_on(state: str) -> list[bool]:
    """Tell, column by column, what leads on from a state when nothing else is in the way."""
    until = {"return_by": date(2026, 12, 8), "return_under": "order"}
    watched = {"observe_until": date(2026, 12, 24), "running": False, **FOLLOWED}
    watched = watched if state == "returned" else {}
    missing = case(state=state, **until, **watched)
    back = missing.model_copy(update={"running": False, "seen_at": at("11-26 08:00")})

    unasked = missing.model_copy(update={"return_by": None, "return_under": None})

    def step(code: str) -> None:
        stands = back if code == "return" else missing
        must_allow(stands, CaseStep.of(code), LATE, LAWFUL)

    return [
        *(allowed(partial(step, code), StepNotNow) for code in STEPS),
        *(
            allowed(partial(must_allow_notice, stands, kind, "已教育", LATE), NoticeNotNow)
            for kind, stands in zip(PAPERS, (unasked, missing), strict=True)
        ),
    ]


T, R, L, O, G, B = (  # noqa: E741 - the letters of the table below
    Role.CLASS_TEACHER,
    Role.REGISTRAR,
    Role.LEADER,
    Role.OFFICE,
    Role.GOVERNMENT,
    Role.BUREAU,
)


@pytest.mark.parametrize(
    ("step", "asks", "confirms", "leads_to", "as_what"),
    [
        ("return", {T, R, L}, {R, L}, "returned", None),
        ("exclude", {L}, {O}, "excluded", "误报，排除疑似"),
        ("close", {L}, {O}, "closed", "返校稳定"),
        ("confirm", {O}, {B}, "confirmed", None),
        ("legal", {G}, {O}, "legal", None),
        ("settle", {R, L}, {O}, "closed", "已安置"),
        ("complete", {O}, {B}, "closed", "已超过义务教育年龄"),
        ("graduate", {O}, {B}, "closed", "已毕业或结业"),
    ],
)
def test_who_asks_who_confirms_and_where_it_leads(
    step, asks, confirms, leads_to, as_what
) -> None:
    rule = rule_of(CaseStep.of(step))
    assert (set(rule.asked_by), set(rule.decided_by)) == (asks, confirms)
    assert (rule.leads_to, rule.closes_as) == (leads_to, as_what)


@pytest.mark.parametrize(
    ("left", "leads_to"),
    [
        *((state, state) for state in ("suspected", "reported", "noticed", "ordered")),
        *((state, state) for state in ("confirmed", "legal")),
        ("returned", "suspected"),
        (None, "suspected"),
    ],
)
def test_a_case_closed_wrongly_goes_on_where_it_stood_or_is_a_suspicion_again(
    left, leads_to
) -> None:
    """18: whoever was back, and is not after all, is sought from the beginning."""
    assert REOPENED_BY == (B,)
    assert reopens_to(None if left is None else CaseState.of(left)) == leads_to


@pytest.mark.parametrize(
    ("kind", "drafts", "moves"),
    [
        (PAPERS[0], {L, R, O}, ("reported", "noticed")),
        (PAPERS[1], {O, G}, ("noticed", "ordered")),
    ],
)
def test_who_drafts_a_paper_and_where_its_service_leads(kind, drafts, moves) -> None:
    rule = notice_rule(kind)
    assert (set(rule.drafted_by), rule.moves) == (drafts, moves)


@pytest.mark.parametrize(
    ("running", "seen", "back"),
    [
        (True, None, False),
        (True, "11-26 08:00", False),
        (False, None, False),
        (False, "11-26 08:00", True),
    ],
)
def test_only_a_roll_brings_a_child_back(running, seen, back) -> None:
    facts = case(running=running, seen_at=seen and at(seen))
    assert facts.seems_back is back
    if back:
        must_allow(facts, CaseStep.RETURN, LATE, LAWFUL)
        with pytest.raises(BackAlready):
            must_allow(facts, CaseStep.CONFIRM, LATE, LAWFUL)
        with pytest.raises(BackAlready):
            must_allow_notice(
                facts.model_copy(update={"state": CaseState.REPORTED}), PAPERS[0], "", LATE
            )
        return
    with pytest.raises(NotSeenYet):
        must_allow(facts, CaseStep.RETURN, LATE, LAWFUL)


@pytest.mark.parametrize(
    ("day", "missed", "refusal"),
    [
        (date(2026, 12, 24), 0, StillObserved),
        (date(2026, 12, 25), 2, None),
        (date(2026, 12, 25), 3, MissedTooOften),
    ],
)
def test_an_observation_ends_on_its_last_day(day, missed, refusal) -> None:
    told = {"running": False, "observe_until": date(2026, 12, 24), "missed": missed}
    facts = case(state="returned", **told, **FOLLOWED)
    act = lambda: must_allow(facts, CaseStep.CLOSE, day, Policy())  # noqa: E731
    assert allowed(act, *([refusal] if refusal else [])) is (refusal is None)


# Four weeks after Monday 11-23: Monday 12-21.
@pytest.mark.parametrize(
    ("day", "weeks", "found"),
    [
        (date(2026, 12, 20), 4, False),
        (date(2026, 12, 21), 4, True),
        (date(2026, 12, 13), 3, False),
        (date(2026, 12, 14), 3, True),
    ],
)
def test_a_child_is_found_to_have_left_after_four_weeks(day, weeks, found) -> None:
    act = lambda: must_allow(  # noqa: E731
        case(), CaseStep.CONFIRM, day, Policy(confirm_after=weeks)
    )
    assert allowed(act, TooEarly) is found


@pytest.mark.parametrize(
    ("state", "under", "day", "policy", "refusal"),
    [
        ("ordered", "order", date(2026, 12, 9), LAWFUL, None),
        ("ordered", "order", date(2026, 12, 8), LAWFUL, OrderFirst),
        ("ordered", "order", date(2026, 12, 9), Policy(), LegalOff),
        ("confirmed", "return_notice", date(2026, 12, 9), LAWFUL, OrderFirst),
        ("confirmed", None, date(2026, 12, 9), LAWFUL, OrderFirst),
    ],
)
def test_the_law_waits_for_an_order_its_term_and_a_basis(
    state, under, day, policy, refusal
) -> None:
    until = date(2026, 12, 8) if under else None
    facts = case(state=state, return_by=until, return_under=under)
    act = lambda: must_allow(facts, CaseStep.LEGAL, day, policy)  # noqa: E731
    assert allowed(act, *([refusal] if refusal else [])) is (refusal is None)


def test_no_law_is_named_and_no_fine_is_known_by_default() -> None:
    assert Policy().legal_basis == ""
    assert not [name for name in Policy.model_fields if "fine" in name or "penalty" in name]


@pytest.mark.parametrize(
    ("born", "day", "of_age"),
    [
        (date(2010, 11, 26), date(2026, 11, 25), False),
        (date(2010, 11, 25), date(2026, 11, 25), True),
        (date(2010, 11, 24), date(2026, 11, 25), True),
    ],
)
def test_a_case_ends_by_age_on_the_sixteenth_birthday(born, day, of_age) -> None:
    act = lambda: must_allow(case(born_on=born), CaseStep.COMPLETE, day, Policy())  # noqa: E731
    assert allowed(act, TooYoung) is of_age


@pytest.mark.parametrize(
    ("followed", "closes"),
    [(None, False), ("11-25 23:59", False), ("11-26 10:00", True), ("12-24 16:00", True)],
)
def test_12_no_close_without_a_record_of_the_observation(followed, closes) -> None:
    told = {"running": False, "observe_until": date(2026, 12, 24)}
    told |= {"returned_at": at("11-26 10:00"), "followed_at": followed and at(followed)}
    facts = case(state="returned", **told)
    act = lambda: must_allow(facts, CaseStep.CLOSE, date(2026, 12, 25), Policy())  # noqa: E731
    assert allowed(act, NotFollowed) is closes


@pytest.mark.parametrize(
    ("day", "over"), [(date(2027, 8, 31), False), (date(2027, 9, 1), True)]
)
def test_17_nobody_has_graduated_before_the_year_of_grade_9_is_over(day, over) -> None:
    facts = case(finishes_on=date(2027, 9, 1))
    act = lambda: must_allow(facts, CaseStep.GRADUATE, day, Policy())  # noqa: E731
    assert allowed(act, NotFinished) is over


def test_nobody_s_case_is_closed_while_the_child_is_missing() -> None:
    facts = case(state="returned", observe_until=date(2026, 12, 24))
    with pytest.raises(MissingNow):
        must_allow(facts, CaseStep.CLOSE, LATE, Policy())


@pytest.mark.parametrize(
    ("day", "missed", "again"),
    [
        (date(2026, 12, 24), 3, False),
        (date(2026, 12, 25), 3, True),
        (date(2026, 12, 25), 2, False),
    ],
)
def test_an_observation_in_vain_begins_anew(day, missed, again) -> None:
    told = {"running": False, "observe_until": date(2026, 12, 24), "missed": missed}
    assert is_watched_again(case(state="returned", **told), day, Policy()) is again
    waits = {"step_id": 4, "step": "close", "step_by": 8, "step_at": at("12-24 08:00")}
    assert not is_watched_again(case(state="returned", **told, **waits), day, Policy())


def test_a_guardian_is_asked_by_one_notice() -> None:
    asked = {"return_by": date(2026, 12, 8), "return_under": "return_notice"}
    with pytest.raises(NoticeServed):
        must_allow_notice(
            case(state="confirmed", **asked), PaperKind.RETURN_NOTICE, "", LATE
        )


def test_who_was_born_on_a_leap_day_is_of_age_in_march() -> None:
    assert of_age_on(date(2008, 2, 29)) == date(2024, 2, 29)
    assert of_age_on(date(1884, 2, 29)) == date(1900, 3, 1)


# A term is counted from the day after; one that ends without school ends on the next school
# day: Saturday 12-05 -> Monday 12-07.  9-20 is a make-up Sunday; 国庆 ends on 10-07.
@pytest.mark.parametrize(
    ("served_on", "days", "until"),
    [
        (date(2026, 11, 27), 5, date(2026, 12, 2)),
        (date(2026, 11, 30), 5, date(2026, 12, 7)),
        (date(2026, 12, 1), 5, date(2026, 12, 7)),
        (date(2026, 12, 2), 5, date(2026, 12, 7)),
        (date(2026, 9, 15), 5, date(2026, 9, 20)),
        (date(2026, 9, 25), 7, date(2026, 10, 8)),
    ],
)
def test_a_term_runs_from_the_day_after_its_service(served_on, days, until) -> None:
    assert returns_by(served_on, days, CALENDAR) == until


def test_where_no_calendar_is_known_weekdays_count() -> None:
    unknown = Calendar(version=0, years=(), holidays=(), terms=(), closures=())
    assert returns_by(date(2026, 11, 30), 5, unknown) == date(2026, 12, 7)


def test_nobody_is_ordered_who_was_not_asked_before() -> None:
    with pytest.raises(NoNoticeYet):
        must_allow_notice(case(state="confirmed"), PaperKind.ORDER, "已教育", LATE)


HAND = {"way": ServedBy.HAND, "served_on": date(2026, 11, 26), "served_by": "王建国"}
HAND |= {"received_by": "李梅", "witness": "", "refusal": ""}
LEFT = HAND | {
    "way": ServedBy.LEFT,
    "received_by": "",
    "witness": "张支书",
    "refusal": "拒不开门",
}


@pytest.mark.parametrize(
    ("told", "proves"),
    [
        (HAND, True),
        (HAND | {"served_on": date(2026, 11, 25)}, True),
        (HAND | {"served_on": date(2026, 11, 24)}, False),
        (HAND | {"served_on": date(2026, 11, 27)}, True),
        (HAND | {"served_on": date(2026, 11, 28)}, False),
        (HAND | {"received_by": " "}, False),
        (HAND | {"refusal": "拒收"}, False),
        (HAND | {"way": ServedBy.MAIL}, True),
        (LEFT, True),
        (LEFT | {"witness": " "}, False),
        (LEFT | {"refusal": ""}, False),
    ],
)
def test_a_service_that_proves_nothing_starts_no_term(told, proves) -> None:
    delivery = Delivery.model_validate(told)
    act = lambda: must_prove(delivery, date(2026, 11, 25), date(2026, 11, 27))  # noqa: E731
    assert allowed(act, DeliveryIncomplete) is proves


@pytest.mark.parametrize(
    ("back", "words"),
    [("12-02 11:40", "期限内返校"), ("12-03 11:40", "逾期返校")],
)
def test_47_a_return_is_held_against_the_last_day(back, words) -> None:
    told = {"return_by": date(2026, 12, 2), "return_under": "return_notice"}
    facts = case(running=False, back_at=at(back), seen_at=at(back), **told)
    assert in_time(facts) == words
    assert in_time(case(running=False, back_at=at(back), seen_at=at(back))) == ""
