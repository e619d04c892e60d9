import pytest

from core.rules.balance import (
    LineScope,
    MonthLine,
    Unbalanced,
    balance,
    must_balance,
    total,
    township_total,
)
from core.rules.rate import RateFacts
from core.rules.stray import PupilFlow, StrayKind, strays


def line(**more: object) -> MonthLine:
    usual: dict[str, object] = {
        "scope": LineScope.CLASS,
        "name": "三年级（1）班",
        "place_id": 1,
        "grade": 3,
        "opening": 45,
        "closing": 45,
        "on_roll": 45,
    }
    return MonthLine.model_validate(usual | more)


def pupil(
    name: str, *, opening: bool, closing: bool, flow: int, class_: str = "三年级（1）班"
) -> PupilFlow:
    return PupilFlow(
        student_id=1,
        student_name=name,
        class_name=class_,
        at_opening=opening,
        at_closing=closing,
        flow=flow,
    )


def test_a_month_with_every_flow_balances_by_hand() -> None:
    # 600 + 8 + 2 + 1 + 3(新生) + 1(其他增) - 20 - 3 - 2 - 1 - 1 - 4(毕业) - 2(其他减) = 582
    everything = line(
        opening=600,
        transfer_in=8,
        resumption=2,
        returned=1,
        new_pupils=3,
        other_in=1,
        transfer_out=20,
        transfer_out_outside=17,
        suspension=3,
        dropout=2,
        death=1,
        abroad=1,
        graduated=4,
        other_out=2,
        closing=582,
        on_roll=588,
        suspended=4,
        dropped=2,
    )
    assert (everything.increase, everything.decrease) == (15, 33)
    assert balance(everything) == 0
    must_balance([everything], [])


@pytest.mark.parametrize("field", ["transfer_in", "resumption", "returned", "new_pupils"])
def test_one_flow_too_many_is_told_by_its_difference(field: str) -> None:
    assert balance(line(**{field: 1})) == -1


@pytest.mark.parametrize(
    "field",
    ["transfer_out", "suspension", "dropout", "death", "abroad", "graduated", "other_out"],
)
def test_one_decrease_too_many_is_told_by_its_difference(field: str) -> None:
    assert balance(line(**{field: 1})) == 1


def test_class_moves_count_at_class_scope_and_cancel_above_it() -> None:
    left = line(moved_out=1, closing=44, on_roll=44)
    came = line(name="三年级（2）班", place_id=2, moved_in=1, closing=46, on_roll=46)
    assert balance(left) == 0
    assert balance(came) == 0
    grade = total(LineScope.GRADE, "三年级", [left, came])
    assert (grade.opening, grade.closing, grade.class_count, grade.grade) == (90, 90, 2, 3)
    assert (grade.moved_in, grade.moved_out, balance(grade)) == (0, 0, 0)


def test_transfers_inside_the_township_cancel_at_township_level() -> None:
    giver = line(
        scope=LineScope.SCHOOL,
        name="青石镇中心小学",
        transfer_out=3,
        transfer_out_outside=1,
        closing=42,
        on_roll=42,
    )
    taker = line(
        scope=LineScope.SCHOOL,
        name="青石镇第二小学",
        transfer_in=4,
        transfer_in_inside=2,
        closing=49,
        on_roll=49,
    )
    whole = township_total("青石镇", [giver, taker])
    # Two went from one school to the other; one left the township, two came to it.
    assert (whole.transfer_in, whole.transfer_out, whole.transfer_out_outside) == (2, 1, 1)
    assert (whole.opening, whole.closing, balance(whole)) == (90, 91, 0)


def test_a_transfer_whose_other_half_is_not_filed_stays_in_the_sum() -> None:
    giver = line(transfer_out=2, closing=43, on_roll=43)
    alone = township_total("青石镇", [giver])
    assert (alone.transfer_out, balance(alone)) == (2, 0)


def test_a_pupil_without_a_change_is_named_and_the_report_refused() -> None:
    """days.md 35: a planted enrolment without its change makes the submit fail."""
    planted = pupil("赵小雨", opening=False, closing=True, flow=0)
    with pytest.raises(Unbalanced, match="三年级（1）班赵小雨（在册而无增加异动）") as told:
        must_balance([line(closing=46, on_roll=46)], [planted])
    assert "其他增、其他减" in str(told.value)


@pytest.mark.parametrize(
    ("opening", "closing", "flow", "kind"),
    [
        (False, True, 0, StrayKind.ARRIVED),
        (True, False, 0, StrayKind.GONE),
        (True, True, -1, StrayKind.NOT_GONE),
        (False, False, 1, StrayKind.NOT_ARRIVED),
    ],
)
def test_four_ways_in_which_a_pupil_contradicts_the_changes(
    *, opening: bool, closing: bool, flow: int, kind: StrayKind
) -> None:
    found = strays([pupil("赵小雨", opening=opening, closing=closing, flow=flow)])
    assert [one.kind for one in found] == [kind]


def test_a_pupil_whose_changes_explain_everything_is_no_stray() -> None:
    assert not strays(
        [
            pupil("甲", opening=True, closing=True, flow=0),
            pupil("乙", opening=True, closing=False, flow=-1),
            pupil("丙", opening=False, closing=True, flow=1),
            # Dropped out and came back inside the window.
            pupil("丁", opening=True, closing=True, flow=0),
        ]
    )


def test_two_strays_that_cancel_in_the_sum_are_still_refused() -> None:
    both = [
        pupil("赵小雨", opening=False, closing=True, flow=0),
        pupil("钱小山", opening=True, closing=False, flow=0),
    ]
    with pytest.raises(Unbalanced, match=r"赵小雨.*钱小山"):
        must_balance([line()], both)


def test_a_long_list_of_strays_names_five_and_counts_all() -> None:
    many = [pupil(f"学生{at}", opening=True, closing=False, flow=0) for at in range(7)]
    with pytest.raises(Unbalanced, match=r"学生4.*等7人") as told:
        must_balance([line()], many)
    assert "学生5" not in str(told.value)


def test_registered_is_present_with_suspended_and_dropped() -> None:
    must_balance([line(on_roll=48, suspended=2, dropped=1)], [])
    with pytest.raises(Unbalanced):
        must_balance([line(on_roll=47, suspended=2, dropped=1)], [])


def test_a_sum_without_one_school_s_opening_figures_has_no_rate() -> None:
    year = RateFacts(opening=45, closing=45)
    both = total(LineScope.STAGE, "小学", [line(year=year), line(year=year)])
    assert both.year == RateFacts(opening=90, closing=90)
    assert total(LineScope.STAGE, "小学", [line(year=year), line()]).year is None
