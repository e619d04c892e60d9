"""No register tells of a child outside the scope, or outside the place that was chosen."""

from datetime import date

import pytest

from core.rules.export import Asked, Listing
from core.rules.visit import Met
from core.rules.visit_record import met_text
from core.services import export
from tests.papers.samples import everything_in
from tests.services.export_facts import FACTS
from tests.services.export_township import (
    LI,
    NINE_YEAR,
    OFFICE,
    RIVER,
    WANG,
    build,
    desk,
    seated,
    write,
)

REGISTERS = [
    Listing.ROSTER,
    Listing.LEAVE,
    Listing.VISITS,
    Listing.ABSENCES,
    Listing.CHANGES,
    Listing.ATTENDANCE,
]


LEAVE_71 = """
INSERT INTO leave (township_id, id, number, student_id, school_id, class_id, kind, from_day,
                   from_session, to_day, to_session, from_at, to_at, asked_by, asked_how,
                   reason, state, entered_by, entered_at, alone_until, evidence)
VALUES (990101100, 99, '2026-0099', 3, 1, 71, 'sick', '2026-11-05', 'am', '2026-11-05', 'pm',
        '2026-11-05 08:00+08', '2026-11-05 17:00+08', '家长', 'phone', '', 'approved', 1,
        '2026-11-05 07:30+08', '2026-11-05 17:00+08', '')
"""


@pytest.fixture
async def town(pool):
    await build(pool)
    await write(pool, FACTS.replace("{met}", met_text((Met.GRANDPARENT,), "冯老根")))
    await write(pool, LEAVE_71)
    return pool


async def names(town, actor, listing: Listing) -> str:
    ask = Asked(listing=listing, purpose="核对", month=date(2026, 11, 1))
    made = await export.make(await seated(town, actor), ask)
    return everything_in(made.data)


@pytest.mark.parametrize("listing", REGISTERS)
async def test_nobody_finds_a_child_of_another_class_school_or_township(town, listing):
    told = await names(town, LI, listing)
    assert "冯浩然" not in told
    grant = WANG.grants[0]
    for place in ({"school_id": 2}, {"township_id": 990101101, "school_id": 3}):
        elsewhere = WANG.model_copy(update={"grants": (grant.model_copy(update=place),)})
        told = await names(town, elsewhere, listing)
        for name in ("赵小雨", "罗子涵", "冯浩然"):
            assert name not in told


async def test_a_class_teacher_s_list_does_not_pass_for_the_school_s(town):
    ask = Asked(listing=Listing.ROSTER, purpose="核对")
    made = await export.make(await seated(town, LI), ask)
    assert made.line.file_name == (
        "青石镇九年一贯制学校三年级（1）班学生花名册_20261123_内部版.xlsx"
    )
    whole = await export.make(await seated(town, WANG), ask)
    assert whole.line.file_name == "青石镇九年一贯制学校学生花名册_20261123_内部版.xlsx"


@pytest.mark.parametrize("listing", REGISTERS)
async def test_a_school_or_class_that_is_chosen_leaves_the_others_out(town, listing):
    ask = Asked(listing=listing, purpose="核对", month=date(2026, 11, 1), school_code=RIVER)
    one_class = Asked(
        listing=listing,
        purpose="核对",
        month=date(2026, 11, 1),
        school_code=NINE_YEAR,
        class_id=31,
    )
    for wanted, absent in ((ask, ("赵小雨", "冯浩然")), (one_class, ("冯浩然",))):
        made = await export.make(desk(town, OFFICE), wanted)
        told = everything_in(made.data)
        for name in absent:
            assert name not in told


async def test_19_a_school_prints_its_own_name_over_its_teaching_point_too(town):
    await write(town, "UPDATE school SET parent_id = 1 WHERE id = 2")
    grant = WANG.grants[0]
    point = grant.model_copy(update={"school_id": 2})
    both = WANG.model_copy(update={"grants": (grant, point)})
    told = await names(town, both, Listing.ROSTER)
    assert "青石镇九年一贯制学校学生花名册" in told
    assert "填报单位（盖章）：青石镇九年一贯制学校" in told
    assert "冯浩然" in told  # of the teaching point
