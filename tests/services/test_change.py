"""Laws of 异动: what a claim changes, what a verification changes, and what neither may."""

from datetime import date
from uuid import uuid4

import pytest

from core.rules.change import ChangeState, EvidenceLacking, NeedsNote
from core.rules.enrolment_step import (
    AlarmFirst,
    ArrivesByNumber,
    ChangeWaits,
    DoesNotFit,
    NotYet,
    RunOpen,
)
from core.rules.errors import AlreadyDone, NotYours, OutOfSight
from core.rules.evidence import EvidenceKind, SamePerson
from core.services import change, change_verify
from tests.services.month_town import (
    DUO,
    HE_3,
    HE_4,
    LI,
    MING,
    QING_3,
    TOWNSHIP,
    YAN,
    YU,
    Town,
    at,
    build,
)

MON, TUE = date(2026, 11, 23), date(2026, 11, 24)
RUNS = "SELECT ended_how FROM absence WHERE student_id = $1"


@pytest.fixture
async def town(pool) -> Town:
    return await build(pool)


async def test_25_a_claimed_transfer_stays_in_class_and_on_the_clock(town: Town) -> None:
    run = await town.open_run(YU, at(11, 20, 8), at(11, 24, 8, 30))
    await town.enter("transfer_out")
    assert await town.class_list(HE_3, MON) == [YU, DUO, LI]
    assert await town.class_list(HE_3, date(2026, 12, 31)) == [YU, DUO, LI]
    assert await town.pool.fetchval(RUNS, YU) is None
    assert run


async def test_25_a_verified_transfer_leaves_from_the_day_of_its_verification(
    town: Town,
) -> None:
    town.now = at(11, 20)
    change_id = await town.enter("transfer_out", on=date(2026, 11, 18))
    town.now = at(11, 23)
    await town.verify(change_id)
    assert await town.class_list(HE_3, date(2026, 11, 22)) == [YU, DUO, LI]
    assert await town.class_list(HE_3, MON) == [DUO, LI]


async def test_the_claimer_does_not_verify(town: Town) -> None:
    change_id = await town.enter("transfer_out")
    with pytest.raises(NotYours):
        await town.verify(change_id, by="reg")
    await town.write("UPDATE change SET entered_by = 13 WHERE id = $1", change_id)
    with pytest.raises(SamePerson):
        await town.verify(change_id, by="office")
    await town.verify(change_id, by="office2")


async def test_25_nothing_is_verified_without_its_proofs(town: Town) -> None:
    change_id = await town.enter("transfer_out", proofs=())
    with pytest.raises(EvidenceLacking, match="接收学校证明"):
        await town.verify(change_id)
    desk = await town.desk("reg")
    given = (EvidenceKind.NATIONAL_SCREENSHOT,)
    await change_verify.prove(desk, change_id, given, "教务处档案盒三", uuid4())
    await town.verify(change_id)
    entry = await change.entry(await town.desk("reg"), change_id)
    assert (entry.state, entry.proofs) == (ChangeState.VERIFIED, given)


async def test_a_departure_that_is_not_accepted_changes_nothing(town: Town) -> None:
    change_id = await town.enter("transfer_out")
    desk = await town.desk("office")
    with pytest.raises(change_verify.NeedsReason):
        await change_verify.verify(desk, change_id, ok=False, reason=" ", op_id=uuid4())
    await town.verify(change_id, ok=False)
    assert await town.class_list(HE_3, date(2026, 12, 31)) == [YU, DUO, LI]
    entry = await change.entry(desk, change_id)
    assert (entry.state, entry.refused_reason) == (ChangeState.REJECTED, "材料不实")
    assert entry.effective_on is None
    # It may be claimed again.
    await town.enter("transfer_out")


async def test_a_change_overtakes_no_alarm(town: Town) -> None:
    change_id = await town.enter("transfer_out")
    await town.open_run(YU, at(11, 20, 8), at(11, 23, 8, 30))
    town.now = at(11, 23, 8, 30)
    with pytest.raises(AlarmFirst):
        await town.verify(change_id)
    ring = "INSERT INTO alarm SELECT township_id, id, 'due', $1 FROM absence"
    await town.write(ring, town.now)
    await town.verify(change_id)
    assert await town.pool.fetchval(RUNS, YU) == "left"
    # The alarm stays.
    assert await town.pool.fetchval("SELECT count(*) FROM alarm") == 1


async def test_a_verified_departure_before_the_alarm_ends_the_run(town: Town) -> None:
    await town.open_run(YU, at(11, 20, 8), at(11, 23, 8, 30))
    town.now = at(11, 23, 8, 29)
    await town.gone(YU)
    assert await town.pool.fetchval(RUNS, YU) == "left"


async def test_who_drops_out_is_missing_still(town: Town) -> None:
    await town.open_run(YU, at(11, 20, 8), at(11, 24, 8, 30))
    await town.gone(YU, "dropout")
    assert await town.pool.fetchval(RUNS, YU) is None
    status = "SELECT status FROM enrolment WHERE student_id = $1 ORDER BY from_on DESC"
    assert await town.pool.fetchval(status, YU) == "dropped"
    assert await town.class_list(HE_3, MON) == [DUO, LI]


async def test_an_arrival_counts_at_once(town: Town) -> None:
    town.now = at(11, 16)
    await town.gone(YU, "suspension")
    town.now = at(11, 23)
    with pytest.raises(DoesNotFit, match="休学"):
        await town.enter("class_move", to_class_id=HE_4)
    with pytest.raises(DoesNotFit, match="休学"):
        await town.enter("return")
    await town.enter("resumption", to_class_id=HE_4)
    assert await town.class_list(HE_4, MON) == [YU, MING, 105]
    assert await town.class_list(HE_4, date(2026, 11, 22)) == [MING, 105]


async def test_an_arrival_that_is_not_accepted_is_taken_back_and_stays_on_record(
    town: Town,
) -> None:
    town.now = at(11, 16)
    await town.gone(YU, "suspension")
    town.now = at(11, 23)
    change_id = await town.enter("resumption")
    town.now = at(11, 25)
    await town.verify(change_id, ok=False)
    assert await town.class_list(HE_3, TUE) == [YU, DUO, LI]
    assert await town.class_list(HE_3, date(2026, 11, 25)) == [DUO, LI]
    told = "SELECT kind FROM change WHERE student_id = $1 ORDER BY id"
    kinds = [row["kind"] for row in await town.pool.fetch(told, YU)]
    assert kinds == ["suspension", "resumption", "other_out"]


async def test_a_class_move_is_both_intervals_and_needs_no_second_person(
    town: Town,
) -> None:
    await town.enter("class_move", to_class_id=HE_4, on=date(2026, 11, 20))
    # The rolls until today were the old class's.
    assert await town.class_list(HE_3, date(2026, 11, 22)) == [YU, DUO, LI]
    assert await town.class_list(HE_3, MON) == [DUO, LI]
    assert await town.class_list(HE_4, MON) == [YU, MING, 105]


async def test_a_missing_child_does_not_change_class(town: Town) -> None:
    await town.open_run(YU, at(11, 20, 8), at(11, 24, 8, 30))
    with pytest.raises(RunOpen):
        await town.enter("class_move", to_class_id=HE_4)


async def test_what_may_not_be_entered(town: Town) -> None:
    with pytest.raises(NotYet):
        await town.enter("transfer_out", on=TUE)
    with pytest.raises(ArrivesByNumber):
        await town.enter("transfer_in")
    with pytest.raises(NeedsNote):
        await town.enter("other_out")
    await town.enter("transfer_out")
    with pytest.raises(ChangeWaits):
        await town.enter("suspension")
    with pytest.raises(NotYours):
        await town.enter("transfer_out", DUO, by="teacher")
    with pytest.raises(OutOfSight):
        await town.enter("transfer_out", DUO, by="qreg")


async def test_nobody_takes_a_child_into_another_school(town: Town) -> None:
    # 马燕 was last in the teaching point of the registrar's own school.
    change_id = await town.enter("transfer_out", YAN, proofs=tuple(EvidenceKind), by="yun")
    await town.verify(change_id, by="office")
    with pytest.raises(OutOfSight):
        await town.enter("other_in", YAN, to_class_id=QING_3, note="回来")
    await town.enter("other_in", YAN, to_class_id=HE_3, note="回来")


async def test_a_word_where_the_proofs_are_is_no_proof_and_no_fault(town: Town) -> None:
    change_id = await town.enter("transfer_out", proofs=())
    desk = await town.desk("reg")
    await change_verify.prove(desk, change_id, (), "教务处档案盒三", uuid4())
    entry = await change.entry(desk, change_id)
    assert (entry.proofs, entry.evidence) == ((), "教务处档案盒三")


async def test_the_same_op_id_enters_once(town: Town) -> None:
    desk, op_id = await town.desk("reg"), uuid4()
    draft = change.ChangeDraft(
        student_id=YU,
        kind="transfer_out",
        happened_on=MON,
        side="outside",
        other_school="外镇中心小学",
    )
    await change.enter(desk, draft, op_id)
    with pytest.raises(AlreadyDone):
        await change.enter(desk, draft, op_id)
    assert await town.pool.fetchval("SELECT count(*) FROM change") == 1


async def test_19_a_teaching_point_is_verified_by_its_parent_school(town: Town) -> None:
    change_id = await town.enter("transfer_out", YAN, by="yun")
    assert await town.duties() == ["verify_change:registrar"]
    with pytest.raises(OutOfSight):
        await town.verify(change_id, by="qreg")
    await town.verify(change_id, by="reg")
    assert await town.duties() == []


async def test_the_list_shows_what_waits_first_and_only_what_is_in_sight(
    town: Town,
) -> None:
    moved = await town.enter("class_move", DUO, to_class_id=HE_4)
    waits = await town.enter("transfer_out", on=date(2026, 11, 2))
    seen = await change.this_year(await town.desk("reg"))
    assert [entry.id for entry in seen] == [waits, moved]
    assert seen[0].still_expected
    assert seen[1].class_name == "三年级（1）班→四年级（1）班"
    assert await change.this_year(await town.desk("qreg")) == ()
    assert len(await change.this_year(await town.desk("office"))) == 2
    assert seen[0].township_id == TOWNSHIP
