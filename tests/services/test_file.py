"""Laws of a child's file: whole, masked, in order, written down, and out of others' sight."""

from datetime import datetime, timedelta
from uuid import uuid4

import pytest

from core.rules.errors import OutOfSight
from core.rules.file import EventKind, NoIdentity, NoPhone, PurposeMissing
from core.rules.time import SHANGHAI
from core.services import contact, file, visit
from tests.services.file_acts import call, history, trip
from tests.services.file_town import (
    DASHAN,
    FATHER,
    FOURTH,
    FRIDAY_8AM,
    HAORAN,
    MONDAY,
    MOTHER,
    RIVER,
    THIRD,
    TOWNSHIP,
    XIAOYU,
    Town,
    build,
)

READS = "SELECT kind, subject, purpose, account_id FROM read_log ORDER BY id"
READ_AT = "SELECT kind, at FROM read_log ORDER BY id"


@pytest.fixture
async def town(pool) -> Town:
    return await build(pool)


async def reads(town: Town) -> list[tuple[object, ...]]:
    return [tuple(row) for row in await town.pool.fetch(READS)]


async def test_a_file_is_one_list_in_order_of_time(town: Town) -> None:
    await history(town)
    got = await file.timeline(await town.desk("li"), TOWNSHIP, XIAOYU)
    said = [f"{e.at:%m-%d %H:%M} {e.words}（{e.by}）" for e in got.events]
    assert said == [
        "11-20 08:00 上午点名：缺（补点名）（李秀英）",
        "11-20 09:00 第1次联系 电话 母亲 李梅：已联系；称随父外出（李秀英）",
        (
            "11-20 16:00 第1次入户家访（王建国、李秀英、刘芳）："
            "同意返校；学习困难或厌学；在家闲散；约定11-23返校（李秀英）"
        ),
        "11-23 08:30 满48小时未到校，列为疑似辍学（）",
        "11-23 08:30 生成《关于学生赵小雨的报告》，待签发（）",
        "11-23 08:45 签发《关于学生赵小雨的报告》 河小报〔2026〕3号（王建国）",
        "11-23 08:50 已报告；已报两处（王建国）",
    ]
    assert got.case is not None
    assert (got.case.number, got.case.state.label) == ("2026-017", "疑似辍学")


async def test_leave_change_receipt_and_correction_stand_in_the_file(town: Town) -> None:
    run = await history(town)
    await town.write(
        "INSERT INTO leave (township_id, number, student_id, school_id, class_id, kind, from_day,"
        " from_session, to_day, to_session, from_at, to_at, asked_by, asked_how, reason, state,"
        " entered_by, entered_at, alone_until, evidence)"
        " VALUES ($1, '2026-0131', $2, $3, $4, 'sick', '2026-11-23', 'am', '2026-11-23', 'pm',"
        " $5, $6, '李梅', 'phone', '发热', 'approved', 7, $5, $5, '')",
        TOWNSHIP,
        XIAOYU,
        RIVER,
        THIRD,
        datetime(2026, 11, 23, 8, 55, tzinfo=SHANGHAI),
        datetime(2026, 11, 23, 16, 0, tzinfo=SHANGHAI),
    )
    await town.write(
        "INSERT INTO change (township_id, student_id, school_id, class_id, kind, state,"
        " happened_on, in_township, reason, evidence, entered_by, entered_at)"
        " VALUES ($1, $2, $3, $4, 'transfer_out', 'pending', '2026-11-22', false,"
        " '随父外出', '', 10, $5)",
        TOWNSHIP,
        XIAOYU,
        RIVER,
        THIRD,
        datetime(2026, 11, 23, 8, 56, tzinfo=SHANGHAI),
    )
    await town.write(
        "INSERT INTO paper_original VALUES ($1, 9, 'bureau', 'x', '\\x00')", TOWNSHIP
    )
    await town.write(
        "INSERT INTO receipt VALUES ($1, 9, 'bureau', 'paper', '郑洁', $2, 8, $2)",
        TOWNSHIP,
        datetime(2026, 11, 23, 8, 57, tzinfo=SHANGHAI),
    )
    await town.write(
        "INSERT INTO roll_correction (township_id, roll_id, student_id, was, became, reason,"
        " corrected_by, corrected_at) VALUES ($1, 1, $2, 'absent', 'late', '到校较晚', 7, $3)",
        TOWNSHIP,
        XIAOYU,
        datetime(2026, 11, 23, 8, 58, tzinfo=SHANGHAI),
    )
    await town.write(
        "UPDATE absence SET ended_at = $2, ended_how = 'present' WHERE id = $1",
        run,
        datetime(2026, 11, 23, 8, 59, tzinfo=SHANGHAI),
    )
    got = await file.timeline(await town.desk("li"), TOWNSHIP, XIAOYU)
    assert [e.words for e in got.events[-5:]] == [
        "病假 2026-0131 11-23 08:55至11-23 16:00 已批",
        "转出 11-22 待核；随父外出",
        "市教育局纸质签收《关于学生赵小雨的报告》",
        "更正点名：缺改为迟到；到校较晚",
        "已到校",
    ]
    assert got.clock is None


async def test_both_versions_of_a_visit_stay_in_the_file(town: Town) -> None:
    desk = await town.desk("li")
    await visit.submit(desk, trip(), uuid4())
    (first,) = (await visit.form(desk, TOWNSHIP, XIAOYU)).previous
    await visit.correct(
        desk, first.id, trip(result="refused", promised_on=None), "结果选错", uuid4()
    )
    got = await file.timeline(desk, TOWNSHIP, XIAOYU)
    old, new = [e for e in got.events if e.kind is EventKind.VISIT]
    # Told apart at the front, which no screen cuts off.
    assert old.words.startswith("第1次入户家访【已更正】（")
    assert new.words.startswith("第1次入户家访【第2版】（")
    assert new.words.endswith("【更正：结果选错】")
    assert (old.newest, new.newest) == (False, True)
    assert old.subject_id == first.id


async def test_the_open_clock_and_the_next_step_stand_in_the_file(town: Town) -> None:
    due = datetime(2026, 11, 23, 8, 30, tzinfo=SHANGHAI)
    run = await town.missing(due=due)
    got = await file.timeline(await town.desk("li"), TOWNSHIP, XIAOYU)
    assert got.clock is not None
    assert (got.clock.absence_id, got.clock.missed_at) == (run, FRIDAY_8AM)
    assert (got.clock.due_at, got.clock.raw_due_at) == (
        due,
        FRIDAY_8AM + timedelta(hours=48),
    )
    assert got.next_duty is not None
    assert got.next_duty.sentence == "联系：赵小雨未到校，请联系监护人"


async def test_the_next_step_is_the_reader_s_own_and_else_says_whose_it_is(town: Town):
    await town.missing(due=datetime(2026, 11, 23, 8, 30, tzinfo=SHANGHAI))
    lost = call("not_known", whom=None, police_told=False)
    await contact.record(await town.desk("li"), lost, uuid4())
    for who, told in (
        ("li", "联系：赵小雨未到校，请联系监护人"),
        ("wang", "紧急：赵小雨去向不明，请确认是否报警"),
        ("gov", "紧急：赵小雨去向不明，请确认是否报警"),
        ("office", "联系：赵小雨未到校，请联系监护人（班主任）"),
    ):
        got = (await file.timeline(await town.desk(who), TOWNSHIP, XIAOYU)).next_duty
        assert got is not None
        assert got.told == told


async def test_no_whole_number_is_in_what_a_screen_receives(town: Town) -> None:
    await history(town)
    got = await file.timeline(await town.desk("li"), TOWNSHIP, XIAOYU)
    assert got.identity == "990101********0212"
    assert [g.phone for g in got.guardians] == ["138****0000", None]
    whole = got.model_dump_json()
    assert "990101201803140212" not in whole
    assert "13800000000" not in whole


async def test_reading_a_file_is_written_down(town: Town) -> None:
    await file.timeline(await town.desk("gov"), TOWNSHIP, XIAOYU)
    assert await reads(town) == [("file", f"student:{XIAOYU}", None, 13)]


async def test_a_whole_telephone_number_needs_a_purpose_that_is_kept(town: Town) -> None:
    desk = await town.desk("li")
    with pytest.raises(PurposeMissing):
        await file.phone(desk, TOWNSHIP, MOTHER, "  ")
    assert await reads(town) == []
    assert await file.phone(desk, TOWNSHIP, MOTHER, "登记联系") == "13800000000"
    assert await reads(town) == [("phone", f"guardian:{MOTHER}", "登记联系", 7)]
    with pytest.raises(NoPhone):
        await file.phone(desk, TOWNSHIP, FATHER, "登记联系")


async def test_a_whole_identity_number_needs_a_purpose_that_is_kept(town: Town) -> None:
    desk = await town.desk("li")
    with pytest.raises(PurposeMissing):
        await file.identity(desk, TOWNSHIP, XIAOYU, "  ")
    assert await reads(town) == []
    whole = await file.identity(desk, TOWNSHIP, XIAOYU, "核对证件")
    assert whole == "990101201803140212"
    assert await reads(town) == [("identity", f"student:{XIAOYU}", "核对证件", 7)]
    with pytest.raises(NoIdentity):
        await file.identity(desk, TOWNSHIP, DASHAN, "核对证件")


async def test_what_is_read_is_written_down_at_the_townships_own_time(town: Town) -> None:
    # The demonstration's clock is shifted by days: its read log must not tell another day.
    desk = await town.desk("li")
    await file.phone(desk, TOWNSHIP, MOTHER, "登记联系")
    await file.timeline(desk, TOWNSHIP, XIAOYU)
    written = [tuple(row) for row in await town.pool.fetch(READ_AT)]
    assert written == [("phone", town.now), ("file", town.now)]


@pytest.mark.parametrize("who", ["zhou", "zhang", "four", "liu"])
async def test_another_schools_child_is_out_of_sight(town: Town, who: str) -> None:
    desk = await town.desk(who)
    said = set()
    for forbidden in (
        file.timeline(desk, TOWNSHIP, XIAOYU),
        file.timeline(desk, TOWNSHIP, 999_999),
        file.timeline(desk, 990101200, XIAOYU),
        file.identity(desk, TOWNSHIP, XIAOYU, "核对"),
        file.phone(desk, TOWNSHIP, MOTHER, "核对"),
        file.phone(desk, TOWNSHIP, 999_999, "核对"),
    ):
        with pytest.raises(OutOfSight) as refused:
            await forbidden
        said.add(str(refused.value))
    assert len(said) == 1
    assert await reads(town) == []


@pytest.mark.parametrize(
    ("who", "writes"),
    [
        ("li", True),
        ("wang", True),
        ("reg", True),
        ("office", False),
        ("gov", False),
        ("bureau", False),
    ],
)
async def test_who_reads_a_file_and_who_writes_in_it(
    town: Town, who: str, *, writes: bool
) -> None:
    got = await file.timeline(await town.desk(who), TOWNSHIP, XIAOYU)
    assert got.may_write is writes


async def test_the_class_is_that_of_today(town: Town) -> None:
    await town.write(
        "UPDATE enrolment SET to_on = '2026-11-23' WHERE student_id = $1", XIAOYU
    )
    await town.write(
        "INSERT INTO enrolment (township_id, student_id, school_id, class_id, seat_no, boarder,"
        " status, from_on) VALUES ($1, $2, $3, $4, 1, false, 'enrolled', '2026-11-23')",
        TOWNSHIP,
        XIAOYU,
        RIVER,
        FOURTH,
    )
    with pytest.raises(OutOfSight):  # the old class teacher's no longer
        await file.timeline(await town.desk("li"), TOWNSHIP, XIAOYU)
    got = await file.timeline(await town.desk("four"), TOWNSHIP, XIAOYU)
    assert got.child.class_on(MONDAY.date()) == "四年级（1）班"
    town.now = MONDAY - timedelta(days=1)
    before = await file.timeline(await town.desk("li"), TOWNSHIP, XIAOYU)
    assert before.child.class_on(town.now.date()) == "三年级（1）班"


async def test_a_child_that_has_left_stays_in_its_last_schools_sight(town: Town) -> None:
    await town.write(
        "UPDATE enrolment SET to_on = '2026-11-10' WHERE student_id = $1", HAORAN
    )
    got = await file.timeline(await town.desk("zhou"), TOWNSHIP, HAORAN)
    assert got.child.name == "冯浩然"


async def test_only_who_is_told_owes_to_take_note_of_a_lost_child(town: Town) -> None:
    lost = call("not_known", whom=None, police_told=False)
    await contact.record(await town.desk("li"), lost, uuid4())
    owes = {
        who: (await file.timeline(await town.desk(who), TOWNSHIP, XIAOYU)).owes_note
        for who in ("li", "wang", "gov", "bureau", "office")
    }
    assert owes == {"li": False, "wang": True, "gov": True, "bureau": True, "office": False}
