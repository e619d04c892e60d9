"""When a family is to be visited: a day missing, or missing again and again (days.md 7, 44)."""

from datetime import timedelta
from io import BytesIO
from uuid import uuid4

import pytest
from docx import Document

import db.paper as papers
from core.rules.contact import ContactDraft
from core.rules.paper import Addressee
from core.rules.roll import Mark
from core.rules.visit import VisitDraft
from core.services import contact, report, seat, sweep, visit
from db.pool import Pool
from tests.services.school_town import DASHAN, TOWNSHIP, XIAOYU, SchoolTown, build

VISITS = """
SELECT kind, owed_by, climbed_to, due_at FROM duty
 WHERE student_id = $1 AND kind IN ('visit', 'repeated') AND done_at IS NULL
"""


@pytest.fixture
async def town(pool: Pool) -> SchoolTown:
    return await build(pool)


async def swept(town: SchoolTown, student_id: int = XIAOYU) -> list[str]:
    """Sweep, and return which visits are owed for a child."""
    await sweep.everything(seat.front_desk(town.pool, lambda _: town.now))
    rows = await town.pool.fetch(VISITS, student_id)
    return [row["kind"] for row in rows]


async def telephone(town: SchoolTown) -> None:
    draft = ContactDraft(
        student_id=XIAOYU,
        contacted_at=town.now,
        method="phone",
        result="reached",
        whom="母亲 李梅",
    )
    await contact.record(await town.desk("li"), draft, uuid4())


async def go(town: SchoolTown, method: str = "home", **more: object) -> None:
    usual = {
        "student_id": XIAOYU,
        "visited_at": town.now,
        "method": method,
        "members": ({"name": "李秀英", "role": "class_teacher", "account_id": 7},),
        "met": ("mother",),
        "cause": "learning",
        "whereabouts": "at_home",
        "mood": "不愿上学",
        "guardian_opinion": "愿意配合",
        "result": "hesitant",
        "absent_reason": "当日有课",
    }
    draft = VisitDraft.model_validate(usual | more)
    await visit.submit(await town.desk("li"), draft, uuid4())


async def missing_since_monday(town: SchoolTown) -> None:
    town.clock("11-23 08:10")
    await town.roll("11-23 am", _101=Mark.ABSENT)


@pytest.mark.parametrize(
    ("clock", "owed"),
    [("11-24 08:00", []), ("11-24 08:29:59", []), ("11-24 08:30", ["visit"])],
)
async def test_a_child_missing_a_day_is_to_be_visited_from_the_next_roll_on(
    town, clock, owed
):
    await missing_since_monday(town)
    town.clock(clock)
    assert await swept(town) == owed


async def test_who_goes_missing_on_friday_is_visited_when_school_begins_again(town):
    town.clock("11-27 08:10")
    await town.live("11-27")
    await town.roll("11-27 am", _101=Mark.ABSENT)
    for clock, owed in (("11-28 09:00", []), ("11-29 20:00", []), ("11-30 08:29:59", [])):
        town.clock(clock)
        assert await swept(town) == owed
    town.clock("11-30 08:30")
    assert await swept(town) == ["visit"]
    (row,) = await town.pool.fetch(VISITS, XIAOYU)
    assert f"{row['due_at'].astimezone(town.now.tzinfo):%m-%d %H:%M}" == "11-30 18:00"


async def test_a_visit_nobody_made_that_day_climbs_to_the_principal(town):
    await missing_since_monday(town)
    town.clock("11-24 17:59:59")
    await swept(town)
    town.clock("11-24 18:00")
    await swept(town)
    (row,) = await town.pool.fetch(VISITS, XIAOYU)
    assert (row["owed_by"], row["climbed_to"]) == ("class_teacher", "principal")


async def test_a_sweep_that_finds_nothing_new_signs_nothing(town):
    await missing_since_monday(town)
    town.clock("11-24 09:00")
    assert await swept(town) == ["visit"]
    acts = await town.pool.fetchval("SELECT count(*) FROM act")
    await swept(town)
    # The first sweep's duties climb at the second, and then all is still.
    await swept(town)
    again = await town.pool.fetchval("SELECT count(*) FROM act")
    await swept(town)
    assert await town.pool.fetchval("SELECT count(*) FROM act") == again
    assert again <= acts + 1


async def test_only_who_went_has_visited(town):
    await missing_since_monday(town)
    town.clock("11-24 09:00")
    assert await swept(town) == ["visit"]
    town.clock("11-24 09:10")
    await telephone(town)
    await go(town, "interview")
    assert await swept(town) == ["visit"]
    await go(town)
    assert await swept(town) == []
    # One visit a run: what comes after 48 hours is the case's own.
    town.clock("11-24 23:00")
    assert await swept(town) == []


async def test_who_was_visited_on_the_first_day_is_owed_no_other(town):
    await missing_since_monday(town)
    town.clock("11-23 16:00")
    await go(town)
    town.clock("11-24 09:00")
    assert await swept(town) == []


async def test_who_is_back_needs_no_visit(town):
    await missing_since_monday(town)
    town.clock("11-24 08:30")
    assert await swept(town) == ["visit"]
    town.clock("11-24 08:40")
    await town.roll("11-24 am", _101=Mark.LATE)
    assert await swept(town) == []


# 7. Missing again and again.


async def three_mornings(town: SchoolTown, *marks: Mark) -> list[list[str]]:
    """Be missing on some mornings and there in the afternoons; return what is owed then."""
    found = []
    for day, mark in zip(("11-23", "11-24", "11-25"), marks, strict=False):
        town.clock(f"{day} 08:10")
        await town.roll(f"{day} am", _101=mark)
        found.append(await swept(town))
        town.clock(f"{day} 14:10")
        await town.roll(f"{day} pm", _101=Mark.PRESENT)
    return found


async def test_07_the_third_unexcused_run_in_ten_school_days_is_a_warning_with_a_visit(
    town,
):
    owed = await three_mornings(town, Mark.ABSENT, Mark.ABSENT, Mark.ABSENT)
    assert owed == [[], [], ["repeated"]]
    # It stays though the child is there: the afternoon's roll ended the run only.
    assert await swept(town) == ["repeated"]
    words = await town.pool.fetchval("SELECT words FROM duty WHERE kind = 'repeated'")
    assert words == "赵小雨"
    await telephone(town)
    await go(town, "interview")
    assert await swept(town) == ["repeated"]
    await go(town)
    assert await swept(town) == []


async def test_07_two_runs_and_a_morning_of_leave_are_no_warning(town):
    owed = await three_mornings(town, Mark.ABSENT, Mark.SICK, Mark.ABSENT)
    assert owed == [[], [], []]


async def test_07_three_children_missing_once_are_no_warning(town):
    town.clock("11-23 08:10")
    await town.roll("11-23 am", _101=Mark.ABSENT, _102=Mark.ABSENT)
    assert await swept(town) == []
    assert await swept(town, DASHAN) == []


async def test_07_a_warning_nobody_follows_climbs_to_the_principal(town):
    await three_mornings(town, Mark.ABSENT, Mark.ABSENT, Mark.ABSENT)
    town.now += timedelta(days=5)
    await swept(town)
    row = await town.pool.fetchrow(VISITS + " AND kind = 'repeated'", XIAOYU)
    assert row["climbed_to"] == "principal"


# 44. Nothing that was not done holds the 48 hours.


async def test_44_no_call_and_no_visit_hold_the_alarm_and_the_report_prints_both(town):
    await missing_since_monday(town)
    town.clock("11-24 08:30")
    assert await swept(town) == ["visit"]
    town.clock("11-25 08:30")
    assert await town.ring() == 1
    # Telling both did not wait; neither does the signature.
    paper = await town.pool.fetchval("SELECT id FROM paper")
    await report.sign(await town.desk("wang"), TOWNSHIP, paper, uuid4())
    async with town.pool.acquire() as conn:
        told = await papers.content(conn, TOWNSHIP, paper)
    assert '"contacted":false' in told
    assert '"visited":false' in told
    body = await report.original(
        await town.desk("gov"), TOWNSHIP, paper, Addressee.GOVERNMENT
    )
    assert "未联系、未家访" in text_of(body)
    assert "visit" in await swept(town)


def text_of(body: bytes) -> str:
    return "\n".join(p.text for p in Document(BytesIO(body)).paragraphs)
