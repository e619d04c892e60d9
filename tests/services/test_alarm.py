"""The end of the clock: one alarm, whoever sweeps; the report signed to both (R3, days.md)."""

import asyncio
import threading
from io import BytesIO
from uuid import uuid4

import docx
import pytest

import db.alarm as rows
from core.rules.contact import ContactDraft
from core.rules.errors import Changed, NotYours, OutOfSight
from core.rules.paper import Addressee
from core.rules.roll import Mark
from core.rules.visit import VisitDraft
from core.services import alarm, contact, report, seat, sweep, visit
from core.services.receipt import PaperReceipt
from core.services.report_view import view
from db.pool import Pool
from tests.hand import hand
from tests.services.file_town import XIAOYU
from tests.services.school_town import DASHAN, TOWNSHIP, SchoolTown, at, build

CONTACT = {"student_id": XIAOYU, "method": "phone", "result": "reached"}
VISIT = {
    "student_id": XIAOYU,
    "method": "home",
    "members": ({"name": "李秀英", "role": "class_teacher", "account_id": 7},),
    "met": ("grandparent",),
    "cause": "migration",
    "whereabouts": "at_home",
    "mood": "不愿说话",
    "guardian_opinion": "再想想",
    "result": "hesitant",
}


@pytest.fixture
async def town(pool: Pool) -> SchoolTown:
    made = await build(pool)
    made.clock("11-23 08:10")
    await made.roll("11-23 am", _101=Mark.ABSENT)
    return made


def front(town: SchoolTown):
    return seat.front_desk(town.pool, lambda _: town.now)


@pytest.mark.parametrize(
    ("clock", "rung"), [("11-25 08:29:59", 0), ("11-25 08:30:00", 1), ("11-25 08:30:01", 1)]
)
async def test_the_alarm_rings_at_the_due_moment_and_not_before(town, clock, rung):
    town.now = at(clock)
    assert await alarm.ring(front(town), TOWNSHIP) == rung


async def test_a_roll_nobody_takes_does_not_hold_the_alarm(town):
    town.clock("11-25 08:30")
    assert await town.ring() == 1


async def test_a_clock_that_is_set_back_rings_nothing_twice_and_moves_no_due_moment(town):
    town.clock("11-25 08:30")
    before = await town.pool.fetchval("SELECT due_at FROM absence")
    assert await town.ring() == 1
    for clock in ("11-25 08:20", "11-25 08:29:59", "11-25 08:30", "11-26 08:30"):
        town.clock(clock)
        assert await sweep.everything(front(town)) == 0
    for table in ("alarm", "dropout_case", "paper"):
        assert await town.pool.fetchval(f"SELECT count(*) FROM {table}") == 1
    assert await town.pool.fetchval("SELECT due_at FROM absence") == before


async def test_many_sweeps_at_once_ring_once(town):
    town.clock("11-25 08:30")
    rung = await asyncio.gather(*(alarm.ring(front(town), TOWNSHIP) for _ in range(6)))
    assert sum(rung) == 1
    assert await town.pool.fetchval("SELECT count(*) FROM alarm") == 1
    assert await town.pool.fetchval("SELECT count(*) FROM dropout_case") == 1
    assert await town.pool.fetchval("SELECT count(*) FROM paper") == 1


# What a sweep looks at waits here, after it has begun and before it takes hold of a child.
LATE = """
    CREATE FUNCTION held_up() RETURNS boolean LANGUAGE plpgsql AS $$
    BEGIN
        PERFORM pg_advisory_lock_shared(4711);
        RETURN pg_advisory_unlock_shared(4711);
    END $$;
    CREATE POLICY held_up ON absence AS RESTRICTIVE FOR SELECT TO baoxue_sweep
        USING (held_up())
"""
WAITS = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND objid = 4711 AND NOT granted"


async def test_a_sweep_that_was_held_up_does_not_stumble_over_what_another_rang(town):
    town.clock("11-25 08:30")
    account = (await seat.system_desk(front(town), TOWNSHIP)).actor.account_id
    async with town.pool.acquire() as gate:
        await gate.execute(LATE)
        await gate.execute("SELECT pg_advisory_lock(4711)")
        late = asyncio.create_task(alarm.ring(front(town), TOWNSHIP))
        while not await gate.fetchval(WAITS):
            await asyncio.sleep(0.01)
        async with hand(town.pool, town.now).writing("test.ring") as (conn, now):
            (first,) = await rows.ring(conn, TOWNSHIP, now, account)
        await gate.execute("SELECT pg_advisory_unlock(4711)")
    assert await late == 0
    assert first.student_id == XIAOYU
    assert await town.pool.fetchval("SELECT count(*) FROM dropout_case") == 1


async def test_the_system_tells_both_and_the_office_at_once_and_owes_the_signature(town):
    town.clock("11-25 08:30")
    await town.ring()
    rows = await town.pool.fetch(
        "SELECT kind, owed_by, climbs_at FROM duty WHERE done_at IS NULL ORDER BY kind"
    )
    assert [(row["kind"], row["owed_by"]) for row in rows] == [
        ("alarm_bureau", "bureau"),
        ("alarm_government", "government"),
        ("alarm_office", "office"),
        ("contact", "class_teacher"),
        ("sign_report", "principal"),
    ]
    (sign,) = [row for row in rows if row["kind"] == "sign_report"]
    # Two hours of school time after 08:30: lessons run from 08:00 to 11:40.
    assert sign["climbs_at"] == at("11-25 10:30")
    case = await town.pool.fetchrow("SELECT number, state FROM dropout_case")
    assert tuple(case) == ("2026-001", "suspected")


async def test_a_child_back_before_the_moment_rings_nothing(town):
    town.clock("11-25 08:05")
    await town.roll("11-25 am", _101=Mark.PRESENT)
    town.clock("11-25 08:30")
    assert await town.ring() == 0


async def test_a_child_who_is_back_does_not_ring_with_another_who_is_not(town):
    await town.roll("11-23 am", _102=Mark.ABSENT)
    town.clock("11-25 08:05")
    await town.roll("11-25 am", _101=Mark.PRESENT)
    town.clock("11-25 08:30")
    assert await town.ring() == 1
    cases = await town.pool.fetch("SELECT student_id FROM dropout_case")
    assert [row["student_id"] for row in cases] == [DASHAN]


async def test_an_alarm_that_rang_stays_when_the_child_comes_back(town):
    town.clock("11-25 08:30")
    await town.ring()
    town.clock("11-25 08:40")
    await town.roll("11-25 am", _101=Mark.LATE)
    assert await town.pool.fetchval("SELECT count(*) FROM alarm") == 1
    assert await town.pool.fetchval("SELECT closed_at FROM dropout_case") is None


async def test_a_report_signed_after_the_child_came_back_says_so(town):
    town.clock("11-25 08:30")
    await town.ring()
    paper = await town.pool.fetchval("SELECT id FROM paper")
    wang = await town.desk("wang")
    assert "该生" not in "\n".join((await view(wang, TOWNSHIP, paper)).lines)
    town.clock("11-25 08:40")
    await town.roll("11-25 am", _101=Mark.LATE)
    await report.sign(wang, TOWNSHIP, paper, uuid4())
    body = await report.original(wang, TOWNSHIP, paper, Addressee.GOVERNMENT)
    text = "\n".join(p.text for p in docx.Document(BytesIO(body)).paragraphs)
    assert "截至报告时未联系、未家访。该生已到校（2026-11-25 08:40登记）。" in text


async def test_an_unsigned_report_climbs_to_the_office_after_two_school_hours(town):
    town.clock("11-25 08:30")
    await sweep.everything(front(town))
    climbed = "SELECT climbed_to FROM duty WHERE kind = 'sign_report'"
    town.now = at("11-25 10:29:59")
    await sweep.everything(front(town))
    assert await town.pool.fetchval(climbed) is None
    town.clock("11-25 10:30")
    await sweep.everything(front(town))
    assert await town.pool.fetchval(climbed) == "office"


async def signed(town: SchoolTown) -> int:
    town.clock("11-25 08:30")
    await town.ring()
    paper: int = await town.pool.fetchval("SELECT id FROM paper")
    await report.sign(await town.desk("wang"), TOWNSHIP, paper, uuid4())
    return paper


async def test_trap_6_the_originals_are_made_beside_the_loop(town, monkeypatch):
    """Each takes 40 ms, for which everybody else's keys would wait."""
    made = []

    def write(out, written, addressee):
        made.append(threading.current_thread() is threading.main_thread())

    monkeypatch.setattr("core.papers.missing_report.write", write)
    await signed(town)
    assert made == [False, False]


async def test_signing_makes_two_originals_under_one_number_each_to_one(town):
    paper = await signed(town)
    texts = {}
    for addressee in Addressee:
        body = await report.original(await town.desk("wang"), TOWNSHIP, paper, addressee)
        texts[addressee] = "\n".join(
            p.text for p in docx.Document(BytesIO(body)).paragraphs
        )
    number = await town.pool.fetchval("SELECT number FROM paper")
    assert number == "河湾小学报〔2026〕1号"
    for text in texts.values():
        assert number in text
        assert "特此报告" in text
        assert "赵小雨" in text
    assert texts[Addressee.GOVERNMENT] != texts[Addressee.BUREAU]


async def test_only_the_principal_or_a_mandate_signs(town):
    town.clock("11-25 08:30")
    await town.ring()
    paper = await town.pool.fetchval("SELECT id FROM paper")
    for who in ("li", "reg", "office", "gov"):
        with pytest.raises(NotYours):
            await report.sign(await town.desk(who), TOWNSHIP, paper, uuid4())
    with pytest.raises(OutOfSight):
        await report.sign(await town.desk("zhou"), TOWNSHIP, paper, uuid4())
    assert await town.pool.fetchval("SELECT state FROM paper") == "to_sign"


async def test_a_report_is_signed_once_and_its_number_has_no_gap(town):
    paper = await signed(town)
    with pytest.raises(Changed):
        await report.sign(await town.desk("wang"), TOWNSHIP, paper, uuid4())
    assert (
        await town.pool.fetchval(
            "SELECT last FROM number_series WHERE series LIKE 'report%'"
        )
        == 1
    )


async def test_each_addressee_receipts_its_own_original(town):
    paper = await signed(town)
    gov = await town.desk("gov")
    with pytest.raises(NotYours):
        await report.receive(gov, TOWNSHIP, paper, Addressee.BUREAU, None, uuid4())
    await report.receive(gov, TOWNSHIP, paper, Addressee.GOVERNMENT, None, uuid4())
    left = await town.pool.fetch(
        "SELECT kind FROM duty WHERE done_at IS NULL AND kind LIKE '%_bureau' ORDER BY kind"
    )
    assert [row["kind"] for row in left] == ["alarm_bureau", "receipt_bureau"]
    assert "alarm_government" not in str(await town.duties())


async def test_45_a_paper_receipt_is_written_down_by_the_school(town):
    paper = await signed(town)
    on_paper = PaperReceipt(received_by="镇办公室 小孙", received_at=town.now)
    wang = await town.desk("wang")
    await report.receive(wang, TOWNSHIP, paper, Addressee.GOVERNMENT, on_paper, uuid4())
    row = await town.pool.fetchrow("SELECT how, received_by FROM receipt")
    assert tuple(row) == ("paper", "镇办公室 小孙")


async def test_the_report_tells_what_was_done_and_what_was_found(town):
    li = await town.desk("li")
    town.clock("11-23 09:05")
    call = ContactDraft.model_validate(
        CONTACT | {"contacted_at": town.now, "whom": "母亲|李梅", "note": "称在外婆家。"}
    )
    await contact.record(li, call, uuid4())
    town.clock("11-23 17:30")
    await visit.submit(
        li, VisitDraft.model_validate(VISIT | {"visited_at": town.now}), uuid4()
    )
    town.clock("11-25 08:30")
    await town.ring()
    paper = await town.pool.fetchval("SELECT id FROM paper")
    shown = "\n".join((await view(await town.desk("wang"), TOWNSHIP, paper)).lines)
    assert (
        "发现和处置经过：2026-11-23 09:05，电话联系母亲|李梅，已联系：称在外婆家；"
        "2026-11-23 17:30，第1次家访，见到祖父母或外祖父母，犹豫需再访：再想想。\n"
        "初步了解：原因，随父母外出；去向，在家闲散。"
    ) in shown


async def test_a_signed_report_is_read_as_it_was_signed(town):
    paper = await signed(town)
    before = (await view(await town.desk("wang"), TOWNSHIP, paper)).lines
    assert "签发人：王建国" in before
    await town.write("UPDATE student SET name = '赵改名'")
    assert (await view(await town.desk("wang"), TOWNSHIP, paper)).lines == before


async def test_the_screen_offers_the_signature_only_to_who_may(town):
    town.clock("11-25 08:30")
    await town.ring()
    paper = await town.pool.fetchval("SELECT id FROM paper")
    assert (await view(await town.desk("wang"), TOWNSHIP, paper)).may_sign
    assert not (await view(await town.desk("reg"), TOWNSHIP, paper)).may_sign
