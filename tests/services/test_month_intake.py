"""Laws of taking in, returning, correcting, reminding and 代录 (33, 36, 38)."""

from datetime import date, datetime
from uuid import uuid4

import pytest

from core.rules.errors import NotYours, OutOfSight
from core.rules.month import ReportKind, ReportState, StepRefused
from core.services import month, month_behalf, month_intake
from tests.services.month_acts import BUREAU, DEC, NOV, OFFICE, filed, seen
from tests.services.month_town import HE, YU, Town, at, build


@pytest.fixture
async def town(pool) -> Town:
    return await build(pool)


async def take_in(town: Town, by: str = "bureau", kind: ReportKind = BUREAU) -> None:
    await month_intake.take_in(await town.desk(by), HE, kind, NOV, uuid4())


async def send_back(town: Town, reason: str = "转入人数不符") -> datetime:
    desk = await town.desk("bureau")
    return await month_intake.send_back(desk, HE, BUREAU, NOV, reason, uuid4())


async def test_the_bureau_takes_in_its_report_and_the_office_its_own(town: Town) -> None:
    with pytest.raises(month_intake.NothingFiled):
        await take_in(town)
    await filed(town)
    with pytest.raises(NotYours):
        await take_in(town, "office")
    assert await town.duties(HE) == ["take_month:bureau"]
    await take_in(town)
    assert (await seen(town)).state is ReportState.TAKEN
    assert await town.duties(HE) == []
    town.now = at(12, 1)
    await filed(town, kind=OFFICE)
    with pytest.raises(NotYours):
        await take_in(town, "bureau", OFFICE)
    await take_in(town, "office", OFFICE)


async def test_38_a_return_gives_a_new_due_and_keeps_cutoff_and_timeliness(
    town: Town,
) -> None:
    town.now = at(11, 23)
    first = await filed(town)
    town.now = at(11, 26)
    with pytest.raises(month_intake.NeedsReason):
        await send_back(town, " ")
    due = await send_back(town)
    assert due == at(11, 27, 17)
    shown = await seen(town)
    assert shown.state is ReportState.RETURNED
    assert shown.report is not None
    assert shown.report.redue_at == due
    assert await town.duties(HE) == ["returned_month:principal"]
    town.now = at(11, 27, 10)
    again = await filed(town)
    assert again.version == 2
    assert again.window == first.window
    shown = await seen(town)
    assert shown.state is ReportState.FILED  # not late: the first one came in time
    assert [(v.version, v.late, v.returned_reason) for v in shown.versions] == [
        (2, False, None),
        (1, False, "转入人数不符"),
    ]
    assert shown.report is not None
    assert shown.report.times_returned == 1
    assert await town.duties(HE) == ["take_month:bureau"]


async def test_36_a_school_corrects_before_reception_and_only_by_return_after(
    town: Town,
) -> None:
    town.now = at(11, 21)
    await filed(town, zero=True)
    await town.case(YU, at(11, 22))
    town.now = at(11, 23)
    again = await filed(town)
    assert (again.version, again.is_zero) == (2, False)
    assert again.window.cutoff_on == date(2026, 11, 23)
    assert again.lines[-1].suspected_new == 1
    shown = await seen(town)
    # The wrong version stays to be seen.
    assert [(v.version, v.zero) for v in shown.versions] == [(2, False), (1, True)]
    await take_in(town)
    with pytest.raises(StepRefused, match="退回"):
        await filed(town)
    await send_back(town)
    assert (await filed(town)).version == 3


async def test_a_return_is_not_returned_twice(town: Town) -> None:
    await filed(town)
    await send_back(town)
    with pytest.raises(StepRefused):
        await send_back(town)
    with pytest.raises(StepRefused):
        await take_in(town)


async def test_a_school_that_has_not_filed_is_reminded(town: Town) -> None:
    desk = await town.desk("bureau")
    assert await month_intake.remind(desk, HE, BUREAU, NOV, uuid4()) == 1
    assert await month_intake.remind(desk, HE, BUREAU, NOV, uuid4()) == 2
    assert await town.duties(HE) == ["bureau_month:principal"]
    with pytest.raises(NotYours):
        await month_intake.remind(await town.desk("he"), HE, BUREAU, NOV, uuid4())
    await filed(town)
    assert await town.duties(HE) == ["take_month:bureau"]
    with pytest.raises(month_intake.AlreadyFiled):
        await month_intake.remind(desk, HE, BUREAU, NOV, uuid4())


async def test_33_the_office_enters_for_a_school_and_the_school_signs_afterwards(
    town: Town,
) -> None:
    town.now = at(11, 25, 16)
    told = month_behalf.Told(
        source="电话", reporter="王建国", told_at=at(11, 25, 15, 40), attached="传真一页"
    )
    office = await town.desk("office")
    with pytest.raises(NotYours):
        await month_behalf.file_for(
            await town.desk("he"), HE, BUREAU, NOV, told, "", uuid4(), zero=True
        )
    facts = await month_behalf.file_for(
        office, HE, BUREAU, NOV, told, "", uuid4(), zero=True
    )
    assert facts.filed_as == "教管组 孙伟（代录）"
    shown = await seen(town)
    assert (shown.state, shown.versions[0].late) == (ReportState.ZERO, False)
    assert shown.versions[0].entered_for == (
        "来源：电话，报送人：王建国，时间：2026-11-25 15:40，附件：传真一页。"
    )
    assert await town.duties(HE) == ["countersign:principal", "take_month:bureau"]
    due = "SELECT due_at FROM duty WHERE kind = 'countersign'"
    assert await town.pool.fetchval(due) == at(11, 28, 16)
    principal = await town.desk("he")
    await month_behalf.countersign(principal, HE, BUREAU, NOV, uuid4())
    assert await town.duties(HE) == ["take_month:bureau"]
    with pytest.raises(month_intake.NothingFiled):
        await month_behalf.countersign(principal, HE, BUREAU, NOV, uuid4())


async def test_41_the_bureau_may_free_a_school_of_a_month(town: Town) -> None:
    desk = await town.desk("bureau")
    with pytest.raises(NotYours):
        await month_intake.exempt(
            await town.desk("office"), HE, BUREAU, NOV, "寒假免报", uuid4()
        )
    await month_intake.exempt(desk, HE, BUREAU, NOV, "停课整顿", uuid4())
    # The next month's days begin where the last report ended.
    town.now = at(12, 20)
    facts = await month.file(await town.desk("he"), HE, BUREAU, DEC, "", uuid4())
    assert facts.window.from_on == date(2026, 10, 26)


async def test_the_stamped_paper_is_noted_for_its_version(town: Town) -> None:
    await filed(town)
    desk = await town.desk("reg")
    await month_behalf.note_stamped(desk, HE, BUREAU, NOV, "档案盒2", uuid4())
    shown = await seen(town)
    assert shown.report is not None
    assert shown.report.stamped
    await filed(town)
    shown = await seen(town)
    assert shown.report is not None
    assert not shown.report.stamped


async def test_no_school_sees_another_s_report(town: Town) -> None:
    await filed(town)
    with pytest.raises(OutOfSight):
        await month.view(await town.desk("qing"), HE, BUREAU, NOV)
