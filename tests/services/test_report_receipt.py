"""Who signs a report for a 教学点 (19), and 签收 on paper: when it may be, and where it is told (45)."""

from datetime import timedelta
from uuid import uuid4

import pytest

from core.rules.duty import DutyKind
from core.rules.errors import BadInput, NotYours, OutOfSight
from core.rules.paper import Addressee
from core.rules.roll import Mark
from core.services import duty, report, report_view
from core.services.receipt import PaperReceipt
from db.pool import Pool
from tests.services.file_town import CLOUD, CLOUDS, HAORAN, RIVER
from tests.services.school_town import TOWNSHIP, SchoolTown, build


@pytest.fixture
async def town(pool: Pool) -> SchoolTown:
    built = await build(pool)
    built.clock("11-23 08:10")
    await built.roll("11-23 am", _101=Mark.ABSENT)
    built.clock("11-25 08:30")
    await built.ring()
    return built


@pytest.mark.parametrize(
    ("minutes", "right"), [(-1, False), (0, True), (7, True), (8, False)]
)
async def test_45_a_paper_receipt_lies_between_the_signature_and_now(town, minutes, right):
    wang, paper = await town.desk("wang"), await town.pool.fetchval("SELECT id FROM paper")
    town.now += timedelta(seconds=20)
    await report.sign(wang, TOWNSHIP, paper, uuid4())
    signed_at = town.now.replace(second=0)
    town.now += timedelta(minutes=7)
    on_paper = PaperReceipt(
        received_by="镇办公室 小孙", received_at=signed_at + timedelta(minutes=minutes)
    )
    key = (TOWNSHIP, paper, Addressee.GOVERNMENT, on_paper, uuid4())
    if not right:
        with pytest.raises(BadInput, match="签收时间不能早于签发或晚于现在"):
            await report.receive(wang, *key)
        return
    await report.receive(wang, *key)
    seen = await report_view.view(wang, TOWNSHIP, paper)
    told = f"{on_paper.received_at:%H:%M}"
    assert seen.lines[-2:] == (
        f"签收：乡镇人民政府　镇办公室 小孙 2026-11-25 {told} 纸质签收",
        "签收：市教育局　尚未签收",
    )
    assert seen.unreceipted == (Addressee.BUREAU,)


async def test_19_a_teaching_point_s_report_is_signed_by_its_parent_s_principal(pool):
    town = await build(pool)
    point = "UPDATE school SET kind = 'teaching_point', parent_id = $2 WHERE id = $1"
    await town.write(point, CLOUD, RIVER)
    town.clock("11-23 08:10")
    await town.roll("11-23 am", CLOUDS, "zhou", **{f"_{HAORAN}": Mark.ABSENT})
    town.clock("11-25 08:30")
    assert await town.ring() == 1
    wang = await town.desk("wang")
    owed = (await duty.today(wang)).duties
    (sign,) = (one for one in owed if one.kind is DutyKind.SIGN_REPORT)
    assert sign.words == "冯浩然"
    paper = await town.pool.fetchval("SELECT id FROM paper")
    for who, refusal in (("zhou", NotYours), ("reg", NotYours), ("li", OutOfSight)):
        with pytest.raises(refusal):
            await report.sign(await town.desk(who), TOWNSHIP, paper, uuid4())
    await report.sign(wang, TOWNSHIP, paper, uuid4())
    seen = await report_view.view(wang, TOWNSHIP, paper)
    assert "签发人：王建国" in seen.lines
    assert any(line.startswith("我校三年级（1）班学生冯浩然") for line in seen.lines)
