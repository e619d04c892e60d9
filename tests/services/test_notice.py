"""返校通知书 and 责令通知书: the school drafts, the township signs, the term runs from service."""

import hashlib
from datetime import date
from io import BytesIO
from uuid import uuid4

import pytest
from docx import Document

from core.rules.case import CaseStep
from core.rules.case_refused import BackAlready, LegalOff, OrderFirst
from core.rules.errors import Changed, NotYours, OutOfSight
from core.rules.evidence import EvidenceKind
from core.rules.evidence_demand import SlipMissing, StepUnproven
from core.rules.notice import (
    CorrectionReason,
    Delivery,
    DeliveryIncomplete,
    GroundsMissing,
    NoticeNotNow,
    NoticeWaits,
    ServedBy,
    TermRuns,
)
from core.rules.paper import PaperKind, PaperState
from core.rules.roll import Mark
from core.services import (
    case,
    case_duty,
    delivery,
    notice,
    notice_print,
    notice_view,
    policy,
    report,
    seat,
    visit,
)
from core.services.case import Claim
from db.pool import Pool
from tests.services.evidence_acts import bring, check, photographed
from tests.services.file_acts import trip
from tests.services.school_town import TOWNSHIP, XIAOYU, SchoolTown, build

NOTICE, ORDER = PaperKind.RETURN_NOTICE, PaperKind.ORDER
HAND = Delivery(
    way=ServedBy.HAND,
    served_on=date(2026, 11, 25),
    served_by="王建国、河湾村张支书",
    received_by="李梅",
    witness="",
    refusal="",
)
GROUNDS = "11月30日由镇分管领导当面批评教育；司法所审核同意"
FRUITLESS = {"result": "refused", "promised_on": None, "absent_reason": "报班教师外出培训"}
CASE = "SELECT state, return_by, return_under FROM dropout_case"


@pytest.fixture
async def town(pool: Pool) -> SchoolTown:
    """赵小雨's report is signed on Wednesday the 25th: the notice is owed by the 30th."""
    made = await build(pool)
    made.clock("11-23 08:10")
    await made.roll("11-23 am", _101=Mark.ABSENT)
    made.clock("11-25 08:30")
    await made.ring()
    paper = await made.pool.fetchval("SELECT id FROM paper")
    await report.sign(await made.desk("wang"), TOWNSHIP, paper, uuid4())
    return made


async def draft(
    town: SchoolTown, who: str = "wang", kind: PaperKind = NOTICE, grounds: str = ""
) -> int:
    desk = await town.desk(who)
    return await notice.draft(desk, TOWNSHIP, XIAOYU, (kind, grounds), uuid4())


async def sign(town: SchoolTown, paper: int, who: str = "gov") -> None:
    await notice.sign(await town.desk(who), TOWNSHIP, paper, uuid4())


async def serve(town: SchoolTown, paper: int, who: str = "reg", **more: object) -> None:
    told = HAND.model_copy(update={"served_on": town.now.date()} | more)
    await bring(town, "reg", EvidenceKind.SERVICE_SLIP)
    await notice.serve(await town.desk(who), TOWNSHIP, paper, told, uuid4())


async def served(town: SchoolTown) -> int:
    paper = await draft(town)
    await sign(town, paper)
    await serve(town, paper)
    return paper


async def ordered(town: SchoolTown) -> int:
    """The term of a notice served on the 25th is over on Monday the 30th."""
    await served(town)
    town.clock("12-01 09:00")
    paper = await draft(town, "office", ORDER, GROUNDS)
    await sign(town, paper)
    await serve(town, paper, "gov")
    return paper


async def stands(town: SchoolTown) -> tuple[object, ...]:
    return tuple(await town.pool.fetchrow(CASE))


async def watch(town: SchoolTown) -> None:
    front = seat.front_desk(town.pool, lambda _: town.now)
    await case_duty.watch(await seat.system_desk(front, TOWNSHIP), TOWNSHIP)


def of_case(duties: list[str]) -> set[str]:
    """Keep what a case owes of papers and terms."""
    words = (
        "draft",
        "sign_n",
        "sign_o",
        "serve",
        "return_due",
        "determine",
        "to_law",
        "track",
    )
    return {one for one in duties if one.startswith(words)}


async def test_the_school_drafts_the_township_signs_and_the_term_runs_from_the_service(
    town,
):
    assert of_case(await town.duties()) == {"draft_notice:principal"}
    paper = await draft(town)
    assert of_case(await town.duties()) == {"sign_notice:government"}
    town.clock("11-27 15:00")
    await sign(town, paper)
    assert of_case(await town.duties()) == {"serve_notice:registrar"}
    assert await stands(town) == ("reported", None, None)
    town.clock("11-28 18:00")  # a Saturday
    await serve(town, paper, served_on=date(2026, 11, 27))
    # Five days after Friday the 27th: Wednesday the 2nd.
    assert await stands(town) == ("noticed", date(2026, 12, 2), "return_notice")
    assert of_case(await town.duties()) == {"return_due:class_teacher"}
    found = await notice_view.view(await town.desk("li"), TOWNSHIP, paper)
    assert (found.state, found.may_sign, found.may_serve) == (
        PaperState.SERVED,
        False,
        False,
    )
    assert "青石镇政返〔2026〕1号" in found.lines
    assert (
        found.lines[-1]
        == "直接送达　2026-11-27　送达人：王建国、河湾村张支书　签收人：李梅"
    )


async def test_who_drafts_who_signs_and_who_serves(town):
    for who, refusal in (("li", NotYours), ("gov", NotYours), ("zhou", OutOfSight)):
        with pytest.raises(refusal):
            await draft(town, who)
    paper = await draft(town, "reg")
    for who, refusal in (("wang", NotYours), ("office", NotYours), ("zhou", OutOfSight)):
        with pytest.raises(refusal):
            await sign(town, paper, who)
    with pytest.raises(Changed):
        await serve(town, paper)
    await sign(town, paper)
    with pytest.raises(Changed):
        await sign(town, paper)
    for who, refusal in (("li", NotYours), ("bureau", NotYours), ("zhou", OutOfSight)):
        with pytest.raises(refusal):
            await serve(town, paper, who)
    await serve(town, paper, "office")
    with pytest.raises(Changed):
        await serve(town, paper, "office")
    with pytest.raises(NotYours):
        await draft(town, "wang", ORDER, GROUNDS)


async def test_one_paper_at_a_time_and_each_in_its_turn(town):
    with pytest.raises(NoticeNotNow, match="已报告，不能拟制责令通知书"):
        await draft(town, "office", ORDER, GROUNDS)
    await draft(town)
    with pytest.raises(NoticeWaits):
        await draft(town, "office")
    numbers = "SELECT count(*) FROM paper WHERE kind = 'return_notice'"
    assert await town.pool.fetchval(numbers) == 1


@pytest.mark.parametrize(
    ("day", "over"), [("11-29", False), ("11-30", False), ("12-01", True)]
)
async def test_an_order_waits_for_the_last_day_of_the_notice(town, day, over):
    await served(town)  # on the 25th: five days later is Monday the 30th
    town.clock(f"{day} 09:00")
    await watch(town)
    owed = of_case(await town.duties())
    if not over:
        assert owed == {"return_due:class_teacher"}
        with pytest.raises(TermRuns, match="11月30日"):
            await draft(town, "office", ORDER, GROUNDS)
        return
    assert owed == {"draft_order:office"}
    with pytest.raises(GroundsMissing):
        await draft(town, "office", ORDER, "  ")
    paper = await draft(town, "gov", ORDER, GROUNDS)
    await sign(town, paper)
    await serve(town, paper, "gov")
    # Seven days after Tuesday the 1st.
    assert await stands(town) == ("ordered", date(2026, 12, 8), "order")
    whole = "".join((await notice_view.view(await town.desk("gov"), TOWNSHIP, paper)).lines)
    assert "青石镇政责〔2026〕1号" in whole
    assert "本机关已于2026年11月25日送达青石镇政返〔2026〕1号《辍学生返校通知书》" in whole
    assert f"{GROUNDS}。" in whole


async def test_a_refusal_before_a_witness_is_a_service_and_starts_the_term(town):
    paper = await draft(town)
    await sign(town, paper)
    left = {"way": ServedBy.LEFT, "received_by": "", "refusal": "拒不开门"}
    with pytest.raises(DeliveryIncomplete, match="见证人"):
        await serve(town, paper, **left)
    await serve(town, paper, **left, witness="河湾村村民委员会 张支书")
    assert await stands(town) == ("noticed", date(2026, 11, 30), "return_notice")
    assert (
        await town.pool.fetchval("SELECT state FROM paper WHERE id = $1", paper)
        == "declined"
    )


@pytest.mark.parametrize("day", [date(2026, 11, 24), date(2026, 11, 26)])
async def test_nothing_is_served_before_it_is_signed_or_in_time_to_come(town, day):
    paper = await draft(town)
    await sign(town, paper)
    with pytest.raises(DeliveryIncomplete):
        await serve(town, paper, served_on=day)
    assert (await stands(town))[0] == "reported"


async def test_no_term_starts_without_the_slip_that_proves_its_service(town):
    """One of before the signature, or one that went back, proves nothing of this paper."""
    paper = await draft(town)
    await bring(town, "reg", EvidenceKind.SERVICE_SLIP)
    town.clock("11-25 15:00")
    await sign(town, paper)
    reg = await town.desk("reg")
    for brings in (False, True):
        if brings:
            sent = await bring(town, "reg", EvidenceKind.SERVICE_SLIP)
            await check(town, "office", sent, "无签收人签字", ok=False)
        with pytest.raises(SlipMissing, match="按F8提供后再登记送达"):
            await notice.serve(reg, TOWNSHIP, paper, HAND, uuid4())
        assert not (await notice_view.view(reg, TOWNSHIP, paper)).has_slip
    assert (await stands(town))[0] == "reported"
    await bring(town, "reg", EvidenceKind.SERVICE_SLIP)
    assert (await notice_view.view(reg, TOWNSHIP, paper)).has_slip
    await notice.serve(reg, TOWNSHIP, paper, HAND, uuid4())
    assert (await stands(town))[0] == "noticed"


async def test_what_was_signed_is_printed_byte_for_byte_whatever_changes(town):
    paper = await draft(town)
    wang = await town.desk("wang")
    before = await notice_print.take(wang, TOWNSHIP, paper, uuid4())
    assert before.line.file_name == "返校通知书_待签发_2026-001.docx"
    await sign(town, paper)
    first = await notice_print.take(wang, TOWNSHIP, paper, uuid4())
    await town.write("UPDATE guardian SET name = '李红梅' WHERE id = 301")
    office = await town.desk("office")
    await policy.change(office, TOWNSHIP, ("notice_days", "7"), town.now.date(), uuid4())
    again = await notice_print.take(wang, TOWNSHIP, paper, uuid4())
    assert again.data == first.data != before.data
    kept = await town.pool.fetchval(
        "SELECT sha256 FROM paper_original WHERE paper_id = $1", paper
    )
    assert hashlib.sha256(again.data).hexdigest() == kept
    assert "李梅：" in [p.text for p in Document(BytesIO(again.data)).paragraphs]
    assert "李梅：" in (await notice_view.view(wang, TOWNSHIP, paper)).lines
    # What was signed with five days runs for five days.
    await serve(town, paper)
    assert (await stands(town))[1] == date(2026, 11, 30)
    with pytest.raises(NotYours):
        await notice_print.take(await town.desk("li"), TOWNSHIP, paper, uuid4())


async def test_a_child_that_is_seen_gets_no_paper_and_its_return_ends_what_is_on_its_way(
    town,
):
    paper = await draft(town)
    town.clock("11-26 08:10")
    await town.roll("11-26 am", _101=Mark.PRESENT)
    with pytest.raises(BackAlready):
        await sign(town, paper)
    claim = Claim(step=CaseStep.RETURN, note="母亲送回")
    await case.ask(await town.desk("li"), TOWNSHIP, XIAOYU, claim, uuid4())
    await photographed(town)
    await case.decide(await town.desk("reg"), TOWNSHIP, XIAOYU, "", uuid4(), accept=True)
    assert (
        await town.pool.fetchval("SELECT state FROM paper WHERE id = $1", paper) == "void"
    )
    assert of_case(await town.duties()) == set()
    notes = [
        r["note"] for r in await town.pool.fetch("SELECT note FROM case_event ORDER BY id")
    ]
    assert notes[-1] == "返校已确认，返校通知书作废"
    assert (
        await town.pool.fetchval(
            "SELECT count(*) FROM number_series WHERE series LIKE 'return%'"
        )
        == 0
    )


async def test_47_a_return_is_held_against_the_ordered_day(town):
    await served(town)
    town.clock("12-01 08:10")
    await town.roll("12-01 am", _101=Mark.PRESENT)
    claim = Claim(step=CaseStep.RETURN, note="母亲送回")
    await case.ask(await town.desk("li"), TOWNSHIP, XIAOYU, claim, uuid4())
    await photographed(town)
    await case.decide(await town.desk("reg"), TOWNSHIP, XIAOYU, "", uuid4(), accept=True)
    notes = [
        r["note"] for r in await town.pool.fetch("SELECT note FROM case_event ORDER BY id")
    ]
    assert notes[-1] == "返校已确认，逾期返校"
    assert await stands(town) == ("returned", None, None)


async def test_no_paper_ever_holds_up_a_visit(town):
    """Legal steps and visits run beside each other."""
    li, states = await town.desk("li"), []
    paper = await draft(town)
    await visit.submit(li, trip(town.now, **FRUITLESS), uuid4())
    await sign(town, paper)
    town.clock("11-25 08:40")
    await serve(town, paper)
    await visit.submit(await town.desk("li"), trip(town.now, **FRUITLESS), uuid4())
    states.append((await stands(town))[0])
    town.clock("12-01 09:00")
    paper = await draft(town, "office", ORDER, GROUNDS)
    await sign(town, paper)
    await serve(town, paper, "gov")
    await visit.submit(await town.desk("li"), trip(town.now, **FRUITLESS), uuid4())
    states.append((await stands(town))[0])
    assert states == ["noticed", "ordered"]
    assert await town.pool.fetchval("SELECT count(*) FROM visit") == 3


async def test_no_township_goes_to_law_before_it_has_named_the_law(town):
    await ordered(town)  # until the 8th
    town.clock("12-09 09:00")
    await watch(town)
    assert of_case(await town.duties()) == {"determine:office"}
    claim = Claim(step=CaseStep.LEGAL, note="司法所意见书")
    gov = await town.desk("gov")
    with pytest.raises(LegalOff, match="政策参数"):
        await case.ask(gov, TOWNSHIP, XIAOYU, claim, uuid4())
    named = ("legal_basis", "《某省义务教育条例》第六十条")
    await policy.change(
        await town.desk("office"), TOWNSHIP, named, town.now.date(), uuid4()
    )
    await watch(town)
    assert "to_law:government" in await town.duties()
    await case.ask(gov, TOWNSHIP, XIAOYU, claim, uuid4())
    office = await town.desk("office")
    with pytest.raises(StepUnproven, match="盖章件扫描件"):
        await case.decide(office, TOWNSHIP, XIAOYU, "", uuid4(), accept=True)
    brought = await bring(town, "gov", EvidenceKind.STAMPED_SCAN)
    await check(town, "office", brought)
    await case.decide(office, TOWNSHIP, XIAOYU, "", uuid4(), accept=True)
    assert (await stands(town))[0] == "legal"
    assert of_case(await town.duties()) == {"track:class_teacher"}


@pytest.mark.parametrize(("day", "over"), [("12-08", False), ("12-09", True)])
async def test_the_law_waits_for_the_last_day_of_the_order(town, day, over):
    await ordered(town)
    named = ("legal_basis", "《某省义务教育条例》第六十条")
    await policy.change(
        await town.desk("office"), TOWNSHIP, named, town.now.date(), uuid4()
    )
    town.clock(f"{day} 09:00")
    claim = Claim(step=CaseStep.LEGAL, note="司法所意见书")
    gov = await town.desk("gov")
    if over:
        await case.ask(gov, TOWNSHIP, XIAOYU, claim, uuid4())
        return
    with pytest.raises(OrderFirst):
        await case.ask(gov, TOWNSHIP, XIAOYU, claim, uuid4())


async def correct(
    town: SchoolTown, paper: int, why: str = "日期抄错", of: int = 1, **more: object
) -> None:
    told = HAND.model_copy(update=more)
    key = (TOWNSHIP, paper)
    await delivery.correct(await town.desk("reg"), key, told, why, of, uuid4())


async def test_a_service_is_put_right_with_a_reason_and_its_term_runs_anew(town):
    paper = await served(town)
    town.clock("11-27 09:00")
    for why, of, more, refusal in (
        (" ", 1, {}, CorrectionReason),
        ("抄错", 2, {"served_on": date(2026, 11, 26)}, Changed),
        ("抄错", 1, {"served_on": date(2026, 11, 24)}, DeliveryIncomplete),
        ("抄错", 1, {"served_on": date(2026, 11, 28)}, DeliveryIncomplete),
        ("抄错", 1, {"received_by": ""}, DeliveryIncomplete),
    ):
        with pytest.raises(refusal):
            await correct(town, paper, why, of, **more)
    assert await stands(town) == ("noticed", date(2026, 11, 30), "return_notice")
    # Served on the 26th: five days later is Tuesday, 12-01.
    left = {"way": ServedBy.LEFT, "received_by": "", "witness": "张支书", "refusal": "拒收"}
    await correct(town, paper, served_on=date(2026, 11, 26), **left)
    assert await stands(town) == ("noticed", date(2026, 12, 1), "return_notice")
    seen = await notice_view.view(await town.desk("li"), TOWNSHIP, paper)
    assert (seen.state, seen.version) == (PaperState.DECLINED, 2)
    assert "更正原因：日期抄错（何静）" in seen.lines
    assert any(line.startswith("第1版（已更正）　直接送达") for line in seen.lines)
    due = "SELECT due_at::date FROM duty WHERE kind = 'return_due' AND done_at IS NULL"
    assert await town.pool.fetchval(due) == date(2026, 12, 1)
    key, desk = (TOWNSHIP, paper), await town.desk("li")
    with pytest.raises(NotYours):
        await delivery.correct(desk, key, HAND, "抄错", 2, uuid4())


async def test_an_order_is_not_served_within_the_term_that_a_correction_moved(town):
    first = await served(town)
    town.clock("12-01 09:00")
    order = await draft(town, "office", ORDER, GROUNDS)
    await sign(town, order)
    await correct(town, first, served_on=date(2026, 11, 26))
    with pytest.raises(TermRuns):
        await serve(town, order, "gov")
    town.clock("12-02 09:00")
    await serve(town, order, "gov")
    # What stands now is the order's term: the notice's record no longer moves it.
    until = (await stands(town))[1]
    await correct(town, first, of=2, served_on=date(2026, 11, 27))
    assert await stands(town) == ("ordered", until, "order")
