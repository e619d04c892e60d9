"""达标: 小学 99, 初中 98 until the township sets others; each stage of a school by itself."""

from datetime import date
from decimal import Decimal

import pytest

from core.rules.balance import LineScope, MonthLine, township_total
from core.rules.month import ReportKind
from core.rules.month_lines import school_lines
from core.rules.place import Stage, System
from core.rules.policy import Policy, PolicyRow, policy_on
from core.rules.rate import RateFacts
from core.rules.standing import Reach, Standing, reach_of, standing_sentence

DEFAULT = Policy()


def facts(opening: int, lost: int) -> RateFacts:
    return RateFacts(opening=opening, dropout=lost, closing=opening - lost)


def standing(stage: Stage, lost: int | None, policy: Policy = DEFAULT) -> Standing:
    """A stage of 1000 pupils of whom some are lost; None: no figures."""
    year = None if lost is None else facts(1000, lost)
    return Standing(stage=stage, year=year, target=policy.target_of(stage))


@pytest.mark.parametrize(
    ("stage", "lost", "reach"),
    [
        (Stage.PRIMARY, 9, Reach.KEPT),
        (Stage.PRIMARY, 10, Reach.KEPT),
        (Stage.PRIMARY, 11, Reach.BELOW),
        (Stage.JUNIOR, 19, Reach.KEPT),
        (Stage.JUNIOR, 20, Reach.KEPT),
        (Stage.JUNIOR, 21, Reach.BELOW),
    ],
)
def test_primary_schools_keep_99_and_junior_schools_98(stage, lost, reach) -> None:
    assert standing(stage, lost).reach is reach


@pytest.mark.parametrize(
    ("day", "lost", "reach"),
    [
        # 99.50 from 25 November on: 5 lost of 1000 keep it, 6 do not; the day before, 6 do.
        (24, 6, Reach.KEPT),
        (25, 6, Reach.BELOW),
        (25, 5, Reach.KEPT),
        (25, 4, Reach.KEPT),
    ],
)
def test_a_township_s_own_target_counts_from_its_day(day, lost, reach) -> None:
    row = PolicyRow(id=1, name="target_primary", value="99.50", from_on=date(2026, 11, 25))
    policy = policy_on([row], date(2026, 11, day))
    assert standing(Stage.PRIMARY, lost, policy).reach is reach
    assert standing(Stage.JUNIOR, 20, policy).reach is Reach.KEPT


def test_what_is_not_known_is_neither_kept_nor_below() -> None:
    assert standing(Stage.PRIMARY, None).reach is None
    nobody = Standing(stage=Stage.PRIMARY, year=facts(0, 0), target=Decimal(0))
    assert nobody.reach is None
    assert reach_of([]) is None
    known, below = standing(Stage.PRIMARY, 0), standing(Stage.JUNIOR, 21)
    assert reach_of([standing(Stage.JUNIOR, None), known]) is None
    # Below in one stage is below, whatever is not known of the other.
    assert reach_of([standing(Stage.PRIMARY, None), below]) is Reach.BELOW
    assert reach_of([known, below]) is Reach.BELOW
    assert reach_of([known, standing(Stage.JUNIOR, 20)]) is Reach.KEPT


def test_the_sentence_names_rate_target_and_whether_it_is_kept() -> None:
    told = [standing(Stage.PRIMARY, 5), standing(Stage.JUNIOR, 21)]
    assert (
        standing_sentence(told)
        == "年巩固率：小学99.50%（目标99%，达标）；初中97.90%（目标98%，未达标）。"
    )
    policy = Policy(target_primary=Decimal("99.50"))
    unknown = standing(Stage.PRIMARY, None, policy)
    assert standing_sentence([unknown]) == "年巩固率：小学—（目标99.5%）。"
    assert standing_sentence([]) == ""


def line(grade: int, opening: int, lost: int | None) -> MonthLine:
    year = None if lost is None else facts(opening, lost)
    return MonthLine(
        scope=LineScope.CLASS,
        name=f"{grade}",
        grade=grade,
        opening=opening,
        closing=opening,
        on_roll=opening,
        year=year,
    )


def whole(*classes: MonthLine, system: System = "6-3") -> tuple[MonthLine, ...]:
    return school_lines(ReportKind.BUREAU, "学校", system, classes, DEFAULT)


def test_20_each_stage_of_a_nine_year_school_has_its_own_target() -> None:
    # 小学 200 - 2 = 99.00, 初中 100 - 2 = 98.00; together 98.67 of no target at all.
    lines = whole(line(1, 100, 0), line(6, 100, 2), line(7, 100, 2))
    assert [(one.name, one.reach) for one in lines] == [
        ("一年级", None),
        ("六年级", None),
        ("小学小计", Reach.KEPT),
        ("七年级", None),
        ("初中小计", Reach.KEPT),
        ("学校", Reach.KEPT),
    ]
    # One more child of grade 6: 小学 98.50 is below, and so is the school.
    lines = whole(line(1, 100, 0), line(6, 100, 3), line(7, 100, 2))
    assert [one.reach for one in lines if one.standings] == [
        Reach.BELOW,
        Reach.KEPT,
        Reach.BELOW,
    ]
    # Where grade 6 is junior, 97.00 of it and 98.00 of grade 7 are 97.50 together.
    lines = whole(line(1, 100, 0), line(6, 100, 3), line(7, 100, 2), system="5-4")
    assert [one.reach for one in lines if one.standings] == [
        Reach.KEPT,
        Reach.BELOW,
        Reach.BELOW,
    ]


def test_a_class_without_opening_figures_leaves_its_stage_unknown() -> None:
    school = whole(line(1, 100, 0), line(2, 40, None))[-1]
    assert (school.rate, school.reach) == ("—", None)
    assert standing_sentence(school.standings) == "年巩固率：小学—（目标99%）。"


def test_a_township_s_stages_are_sums_of_figures() -> None:
    # 10 - 1 = 90.00 and 990 - 0 = 100.00 are 999 of 1000 = 99.90.
    small, large = whole(line(1, 10, 1))[-1], whole(line(2, 990, 0), line(7, 100, 3))[-1]
    assert (small.reach, large.reach) == (Reach.BELOW, Reach.BELOW)
    township = township_total("合计", [small, large])
    assert standing_sentence(township.standings) == (
        "年巩固率：小学99.90%（目标99%，达标）；初中97.00%（目标98%，未达标）。"
    )


def test_a_county_of_different_targets_has_none_as_a_whole() -> None:
    here = whole(line(1, 100, 0), line(7, 100, 0))[-1]
    strict = Policy(target_primary=Decimal(100))
    there = school_lines(ReportKind.BUREAU, "学校", "6-3", [line(1, 100, 0)], strict)[-1]
    told = standing_sentence(township_total("合计", [here, there]).standings)
    assert told == "年巩固率：初中100.00%（目标98%，达标）。"
    # A report filed before there were targets tells none: neither does the sum.
    before = here.model_copy(update={"standings": ()})
    assert township_total("合计", [here, before]).standings == ()
