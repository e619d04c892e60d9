"""A case closed wrongly is taken up again by the county's review, and by nobody else (18)."""

from uuid import uuid4

import pytest

from core.rules.case import CaseStep, Settlement
from core.rules.case_refused import NotClosed, NotSeenYet, ProofMissing, StillOpen
from core.rules.errors import AlreadyDone, NotYours, OutOfSight
from core.rules.evidence import EvidenceKind
from core.rules.evidence_demand import StepUnproven
from core.rules.roll import Mark
from core.services import case, case_reopen
from core.services.case import Claim
from core.services.file import timeline
from db.pool import Pool
from tests.services.evidence_acts import proven
from tests.services.school_town import TOWNSHIP, XIAOYU, SchoolTown, build

CASE = "SELECT number, state, close_reason, closed_at FROM dropout_case"


@pytest.fixture
async def town(pool: Pool) -> SchoolTown:
    """赵小雨's case opened on Wednesday at 08:30."""
    made = await build(pool)
    made.clock("11-23 08:10")
    await made.roll("11-23 am", _101=Mark.ABSENT)
    made.clock("11-25 08:30")
    await made.ring()
    return made


async def closed_as_moved(town: SchoolTown) -> None:
    note = Claim(step=CaseStep.SETTLE, note="转学证明", settled_as=Settlement.TRANSFER)
    await case.ask(await town.desk("reg"), TOWNSHIP, XIAOYU, note, uuid4())
    await proven(town, EvidenceKind.NATIONAL_SCREENSHOT)
    office = await town.desk("office")
    await case.decide(office, TOWNSHIP, XIAOYU, "", uuid4(), accept=True)


async def reopen(town: SchoolTown, who: str = "bureau", opinion: str = "查无此人") -> None:
    await case_reopen.reopen(await town.desk(who), TOWNSHIP, XIAOYU, opinion, uuid4())


async def test_18_the_same_case_goes_on_where_it_stood_and_owes_again(town) -> None:
    await closed_as_moved(town)
    town.clock("12-28 10:00")
    await reopen(town)
    assert [tuple(r) for r in await town.pool.fetch(CASE)] == [
        ("2026-001", "suspected", None, None)
    ]
    # Four weeks are over long since.
    assert "determine:office" in await town.duties()
    told = (await timeline(await town.desk("wang"), TOWNSHIP, XIAOYU)).events
    assert [one.words for one in told[-2:]] == [
        "疑似辍学；复核恢复跟踪：查无此人",
        "其他增 12-28 待核；复核恢复跟踪，个案2026-001",
    ]


async def test_18_what_was_seen_before_does_not_prove_a_return_now(town) -> None:
    town.clock("11-26 08:10")
    await town.roll("11-26 am", _101=Mark.PRESENT)
    await closed_as_moved(town)
    town.clock("12-28 08:05")
    await reopen(town)
    claim = Claim(step=CaseStep.RETURN, note="在校")
    with pytest.raises(NotSeenYet):
        await case.ask(await town.desk("li"), TOWNSHIP, XIAOYU, claim, uuid4())
    # A child with an open case opens as missing; its own key makes it present.
    town.clock("12-28 08:10")
    await town.roll("12-28 am", _101=Mark.PRESENT)
    await case.ask(await town.desk("li"), TOWNSHIP, XIAOYU, claim, uuid4())


async def test_18_what_proved_the_closing_proves_no_other(town) -> None:
    await closed_as_moved(town)
    town.clock("12-28 10:00")
    await reopen(town)
    note = Claim(step=CaseStep.SETTLE, note="转学证明", settled_as=Settlement.TRANSFER)
    await case.ask(await town.desk("reg"), TOWNSHIP, XIAOYU, note, uuid4())
    office = await town.desk("office")
    with pytest.raises(StepUnproven):
        await case.decide(office, TOWNSHIP, XIAOYU, "", uuid4(), accept=True)
    town.clock("12-29 10:00")
    await proven(town, EvidenceKind.NATIONAL_SCREENSHOT)
    office = await town.desk("office")
    await case.decide(office, TOWNSHIP, XIAOYU, "", uuid4(), accept=True)
    assert await town.pool.fetchval("SELECT state FROM dropout_case") == "closed"


async def test_18_only_the_bureau_may_with_an_opinion_and_only_what_is_closed(town) -> None:
    with pytest.raises(StillOpen):
        await reopen(town)
    await closed_as_moved(town)
    for who in ("li", "wang", "reg", "office", "gov"):
        # Some of them see the child no longer.
        with pytest.raises((NotYours, OutOfSight)):
            await reopen(town, who)
        assert await town.pool.fetchval("SELECT state FROM dropout_case") == "closed"
    with pytest.raises(ProofMissing):
        await reopen(town, opinion=" ")
    op_id = uuid4()
    bureau = await town.desk("bureau")
    await case_reopen.reopen(bureau, TOWNSHIP, XIAOYU, "查无此人", op_id)
    with pytest.raises(AlreadyDone):
        await case_reopen.reopen(bureau, TOWNSHIP, XIAOYU, "查无此人", op_id)
    with pytest.raises(StillOpen):
        await reopen(town)


async def test_18_a_child_without_a_case_has_none_to_take_up(town) -> None:
    with pytest.raises(NotClosed):
        await case_reopen.reopen(await town.desk("bureau"), TOWNSHIP, 102, "抽查", uuid4())
