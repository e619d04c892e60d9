from datetime import datetime, timedelta

import pytest
from pydantic import ValidationError

from core.rules.contact import PoliceNotAnswered
from core.rules.time import SHANGHAI
from core.rules.visit import (
    FindingMissing,
    MemberRole,
    MembersMissing,
    NotYetHappened,
    PromiseWithoutDate,
    ReasonMissing,
    VisitDraft,
    absent_roles,
    must_be_joint,
    must_have_happened,
    must_say_why,
    series_of,
    waits_for_no_clock,
)

AT = datetime(2026, 11, 24, 16, 30, tzinfo=SHANGHAI)
LEADER = {"name": "王建国", "role": "class_leader"}
TEACHER = {"name": "李秀英", "role": "class_teacher"}
ASSIGNED = {"name": "张敏", "role": "assigned_teacher"}
FOUND = {
    "cause": "learning",
    "whereabouts": "at_home",
    "mood": "不愿上学",
    "guardian_opinion": "同意返校",
}


def draft(**more: object) -> VisitDraft:
    usual: dict[str, object] = {
        "student_id": 1,
        "visited_at": AT,
        "method": "home",
        "members": [LEADER, TEACHER, ASSIGNED],
        "met": ["father"],
        "result": "hesitant",
    }
    return VisitDraft.model_validate(usual | FOUND | more)


def test_a_promise_has_a_date_not_before_the_visit() -> None:
    with pytest.raises(PromiseWithoutDate, match="约定返校日期"):
        draft(result="promised")
    with pytest.raises(PromiseWithoutDate):
        draft(result="promised", promised_on="2026-11-23")
    draft(result="promised", promised_on="2026-11-24")
    draft(result="promised", promised_on="2026-11-25")


@pytest.mark.parametrize(
    ("field", "empty", "word"),
    [
        ("cause", None, "原因"),
        ("whereabouts", None, "去向"),
        ("mood", " ", "思想状况"),
        ("guardian_opinion", "", "监护人意见"),
    ],
)
def test_a_visit_that_met_the_family_has_four_findings(
    field: str, empty: object, word: str
) -> None:
    with pytest.raises(FindingMissing, match=word):
        draft(**{field: empty})


def test_a_visit_that_met_nobody_has_no_findings_to_give() -> None:
    nothing = dict.fromkeys(("cause", "whereabouts"), None) | {
        "mood": "",
        "guardian_opinion": "",
    }
    draft(met=["nobody"], result="nobody_home", **nothing)
    draft(met=["neighbour"], result="nobody_home", **nothing)
    with pytest.raises(FindingMissing):
        draft(met=["neighbour", "student"], **nothing)


@pytest.mark.parametrize("field", ["members", "met"])
def test_a_visit_has_visitors_and_says_whom_they_met(field: str) -> None:
    with pytest.raises(ValidationError, match=field):
        draft(**{field: []})


def test_after_a_sign_or_48_hours_all_three_go_or_the_record_says_why() -> None:
    alone = draft(members=[TEACHER])
    assert absent_roles(alone.members) == (
        MemberRole.CLASS_LEADER,
        MemberRole.ASSIGNED_TEACHER,
    )
    must_be_joint(alone, after_sign=False, past_48h=False)
    for after_sign, past_48h in ((True, False), (False, True), (True, True)):
        with pytest.raises(MembersMissing, match="报班领导、报班教师未参加"):
            must_be_joint(alone, after_sign=after_sign, past_48h=past_48h)
    must_be_joint(draft(), after_sign=True, past_48h=True)
    told = draft(members=[TEACHER], absent_reason="报班领导外出开会，报班教师病假")
    must_be_joint(told, after_sign=True, past_48h=True)


def test_a_visit_is_recorded_after_it_was_made() -> None:
    must_have_happened(draft(), AT)
    must_have_happened(draft(), AT + timedelta(seconds=1))
    with pytest.raises(NotYetHappened):
        must_have_happened(draft(), AT - timedelta(seconds=1))


def test_visits_are_numbered_by_the_school_year_of_the_visit() -> None:
    last = datetime(2026, 8, 31, 23, 59, tzinfo=SHANGHAI)
    first = datetime(2026, 9, 1, 0, 0, tzinfo=SHANGHAI)
    assert series_of(draft(visited_at=last)) == 2025
    assert series_of(draft(visited_at=first)) == 2026


def test_a_correction_says_why() -> None:
    must_say_why("时间填错")
    with pytest.raises(ReasonMissing):
        must_say_why("  ")


def test_12_a_lost_child_asks_for_the_police_and_waits_for_no_clock() -> None:
    with pytest.raises(PoliceNotAnswered):
        draft(whereabouts="lost")
    assert waits_for_no_clock(draft(whereabouts="lost", police_told=False))
    assert not waits_for_no_clock(draft())
