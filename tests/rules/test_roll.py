"""How a roll opens, what it counts, whom it names."""

from datetime import date

import pytest

from core.rules.calendar import SessionCode
from core.rules.leave import LeaveKind
from core.rules.roll import (
    Mark,
    PupilMark,
    RollPupil,
    RollState,
    Watch,
    counters,
    needs_teller,
    opening_marks,
    still_missing,
    still_missing_words,
)
from core.rules.roll_board import TakenRoll, states_of
from tests.rules.calendar_2026 import at, session


def pupil(student_id: int = 1, **more: object) -> RollPupil:
    usual = {"student_id": student_id, "name": f"学生{student_id}"}
    return RollPupil.model_validate(usual | more)


FRIDAY = date(2026, 11, 20)
FENG = pupil(
    3,
    name="冯浩然",
    last_mark=Mark.ABSENT,
    missed_day=FRIDAY,
    missed_session=SessionCode.AM,
)


@pytest.mark.parametrize(
    ("mark", "digit", "short", "label"),
    [
        (Mark.PRESENT, "1", "到", "到"),
        (Mark.LATE, "2", "迟", "迟到"),
        (Mark.SICK, "3", "病", "病假"),
        (Mark.PERSONAL, "4", "事", "事假"),
        (Mark.ABSENT, "5", "缺", "缺"),
        (Mark.OFFICIAL, "6", "公", "公假"),
        (Mark.EARLY, "7", "退", "早退"),
    ],
)
def test_a_mark_has_a_key_and_one_character(
    mark: Mark, digit: str, short: str, label: str
) -> None:
    assert (mark.digit, mark.short, mark.label) == (digit, short, label)
    assert Mark(mark.value) is mark


@pytest.mark.parametrize(
    ("what", "mark", "watch"),
    [
        ({}, Mark.PRESENT, None),
        ({"last_mark": Mark.PRESENT}, Mark.PRESENT, None),
        ({"last_mark": Mark.LATE}, Mark.PRESENT, None),
        ({"last_mark": Mark.EARLY}, Mark.PRESENT, None),
        ({"last_mark": Mark.OFFICIAL}, Mark.PRESENT, None),
        ({"last_mark": Mark.ABSENT}, Mark.ABSENT, Watch.MISSED),
        ({"open_case": True}, Mark.ABSENT, Watch.CASE),
        ({"open_case": True, "last_mark": Mark.PRESENT}, Mark.ABSENT, Watch.CASE),
        ({"missed_day": FRIDAY}, Mark.ABSENT, Watch.RUN),
        ({"missed_day": FRIDAY, "last_mark": Mark.ABSENT}, Mark.ABSENT, Watch.MISSED),
        ({"missed_day": FRIDAY, "last_mark": Mark.SICK}, Mark.ABSENT, Watch.LEAVE_OVER),
        ({"missed_day": FRIDAY, "open_case": True}, Mark.ABSENT, Watch.RUN),
        # The first session after a leave: 到 needs somebody's key.
        ({"last_mark": Mark.SICK}, Mark.ABSENT, Watch.LEAVE_OVER),
        ({"last_mark": Mark.PERSONAL}, Mark.ABSENT, Watch.LEAVE_OVER),
        # Leave that counts now is filled in, whatever went before.
        ({"leave_kind": LeaveKind.SICK, "leave_id": 7}, Mark.SICK, None),
        ({"leave_kind": LeaveKind.PERSONAL, "leave_id": 7}, Mark.PERSONAL, None),
        ({"leave_kind": LeaveKind.OFFICIAL, "leave_id": 7}, Mark.OFFICIAL, None),
        (
            {"leave_kind": LeaveKind.SICK, "leave_id": 7, "last_mark": Mark.ABSENT},
            Mark.SICK,
            None,
        ),
    ],
)
def test_01_who_was_missing_opens_as_missing(
    what: dict[str, object], mark: Mark, watch: Watch | None
) -> None:
    (opening,) = opening_marks([pupil(**what)])
    assert (opening.mark, opening.watch) == (mark, watch)
    assert opening.leave_id == what.get("leave_id")


def sheet(**marks: Mark) -> tuple[PupilMark, ...]:
    return tuple(PupilMark(student_id=int(k[1:]), mark=m) for k, m in marks.items())


def test_01_f9_names_who_is_still_missing() -> None:
    case = pupil(4, name="赵小雨", open_case=True)
    pupils = (pupil(1), pupil(2), FENG, case)
    all_missing = sheet(p1=Mark.PRESENT, p2=Mark.ABSENT, p3=Mark.ABSENT, p4=Mark.ABSENT)
    found = still_missing(pupils, all_missing)
    assert [p.name for p in found] == ["冯浩然", "赵小雨"]  # 2 is missing, but not still
    assert still_missing_words(found) == (
        "仍未到 2人：冯浩然（上次点名已缺，首次未到校 周五上午）、赵小雨（个案未销号）"
    )
    # Neither was 缺 in the roll before: one was on leave, one was not called.
    run = {"missed_day": FRIDAY, "missed_session": SessionCode.AM}
    ill = pupil(5, name="赵可", last_mark=Mark.SICK, **run)
    began = pupil(6, name="周明", last_mark=Mark.PRESENT, **run)
    assert still_missing_words((ill, began)) == (
        "仍未到 2人：赵可（请假已满，首次未到校 周五上午）、周明（首次未到校 周五上午）"
    )
    back = sheet(p1=Mark.PRESENT, p2=Mark.ABSENT, p3=Mark.PRESENT, p4=Mark.LATE)
    assert still_missing(pupils, back) == ()
    assert still_missing_words(()) == ""


def test_the_counters_add_up_to_the_expected() -> None:
    told = counters(
        sheet(
            p1=Mark.PRESENT,
            p2=Mark.LATE,
            p3=Mark.EARLY,
            p4=Mark.SICK,
            p5=Mark.PERSONAL,
            p6=Mark.OFFICIAL,
            p7=Mark.ABSENT,
            p8=Mark.ABSENT,
        )
    )
    assert (told.expected, told.present, told.absent) == (8, 3, 2)
    assert (told.leave, told.official, told.late, told.early) == (2, 1, 1, 1)
    assert told.expected == told.present + told.absent + told.leave + told.official


def roll(**more: object) -> TakenRoll:
    usual = {
        "session": SessionCode.AM,
        "taken_at": at("2026-11-23 08:12"),
        "on_behalf": False,
        "backfilled": False,
        "voided_at": None,
        "taken_by_name": "李秀英",
        "absent": 0,
    }
    return TakenRoll.model_validate(usual | more)


def test_not_taken_is_a_state_of_its_own() -> None:
    assert states_of(None) == (RollState.UNTAKEN,)
    assert states_of(roll()) == (RollState.TAKEN,)


def test_15_a_backfilled_roll_on_behalf_says_both() -> None:
    assert states_of(roll(on_behalf=True)) == (RollState.ON_BEHALF,)
    assert states_of(roll(on_behalf=True, backfilled=True)) == (
        RollState.BACKFILLED,
        RollState.ON_BEHALF,
    )


def test_23_a_roll_voided_by_closure_stays_and_says_so() -> None:
    voided = roll(voided_at=at("2026-11-23 09:00"), backfilled=True)
    assert states_of(voided) == (RollState.CLOSED,)


def test_05_only_a_late_roll_says_on_whose_word() -> None:
    am = session("2026-11-23 am")
    assert not needs_teller(am, at("2026-11-23 11:50"))
    assert needs_teller(am, at("2026-11-23 11:51"))


def test_02_only_sick_and_personal_marks_book_a_leave() -> None:
    booked = {mark: mark.books for mark in Mark if mark.books}
    assert booked == {Mark.SICK: LeaveKind.SICK, Mark.PERSONAL: LeaveKind.PERSONAL}
