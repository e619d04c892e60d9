"""What the registers say of leaves, visits, changes and cases, line by line."""

from io import BytesIO

import pytest
from openpyxl import load_workbook

from core.rules.errors import BadInput
from core.rules.export import Asked, Ledger, Listing
from core.rules.paper import Edition
from core.rules.visit import Met
from core.rules.visit_record import met_text
from core.services import export
from tests.services.export_facts import FACTS
from tests.services.export_township import (
    OFFICE,
    SUPERVISION,
    WANG,
    build,
    desk,
    write,
)


@pytest.fixture
async def town(pool):
    await build(pool)
    met = met_text((Met.GRANDPARENT,), "冯老根")
    await write(pool, FACTS.replace("{met}", met))
    return pool


async def table(town, actor, listing: Listing, **more: object) -> list[list[object]]:
    """Make an export; return the rows under its heads, without those that are one cell."""
    ask = Asked.model_validate({"listing": listing, "purpose": "核对"} | more)
    made = await export.make(desk(town, actor), ask)
    rows = load_workbook(BytesIO(made.data)).active.iter_rows(min_row=4, values_only=True)
    found = [[None if value == "" else value for value in row] for row in rows]
    return [row for row in found if isinstance(row[0], int) or row[0] == "（无）"]


async def test_a_leave_is_registered_with_its_days_its_approval_and_its_end(town):
    first, second = await table(town, WANG, Listing.LEAVE, last_on="2026-11-30")
    # Friday afternoon to Monday morning: two school days.
    assert first == [
        1,
        "青石镇九年一贯制学校",
        "三年级（1）班",
        "赵小雨",
        7,
        "病假",
        "2026-11-06下午",
        "2026-11-09上午",
        2,
        "=发热",
        "赵大山（父亲）",
        "电话",
        "李秀英",
        "2026-11-06 07:40",
        "医院证明",
        "2026-11-09 13:55",
        "已销假",
        None,
    ]
    assert second[4] == 12
    assert second[9] is None
    assert second[12:14] == [None, None]
    assert second[16:] == ["待批", "续假（接2026-0007）"]


@pytest.mark.parametrize(
    ("from_on", "last_on", "numbers"),
    [
        ("2026-11-09", "2026-11-29", [7]),
        ("2026-11-10", "2026-11-29", []),
        ("2026-11-09", "2026-11-30", [7, 12]),
        ("2026-09-01", "2026-11-05", []),
        ("2026-09-01", "2026-11-06", [7]),
    ],
)
async def test_a_leave_is_in_the_register_of_every_day_it_touches(
    town, from_on, last_on, numbers
):
    rows = await table(town, WANG, Listing.LEAVE, from_on=from_on, last_on=last_on)
    assert [row[4] for row in rows if row[0] != "（无）"] == numbers


OF_ANOTHER_SCHOOL = """
INSERT INTO leave (township_id, id, number, student_id, school_id, class_id, kind, from_day,
                   from_session, to_day, to_session, from_at, to_at, asked_by, asked_how,
                   reason, state, entered_by, entered_at, alone_until, evidence)
VALUES (990101100, 99, '2026-0007', 4, 2, 32, 'sick', '2026-11-09', 'am', '2026-11-09', 'pm',
        '2026-11-09 08:00+08', '2026-11-09 17:00+08', '家长', 'phone', '', 'approved', 1,
        '2026-11-09 07:30+08', '2026-11-09 17:00+08', '')
"""


async def test_leaves_of_two_schools_with_one_number_are_told_apart_and_counted_on(town):
    await write(town, OF_ANOTHER_SCHOOL)
    rows = await table(town, OFFICE, Listing.LEAVE, last_on="2026-11-30")
    assert [row[:5] for row in rows] == [
        [1, "河湾小学", "三年级（1）班", "陈雨桐", 7],
        [2, "青石镇九年一贯制学校", "三年级（1）班", "赵小雨", 7],
        [3, "青石镇九年一贯制学校", "三年级（1）班", "罗子涵", 12],
    ]


async def test_days_the_wrong_way_round_are_refused(town):
    with pytest.raises(BadInput, match="截止日期早于起始日期"):
        await table(town, WANG, Listing.LEAVE, from_on="2026-11-10", last_on="2026-11-09")


async def test_a_visit_is_printed_as_its_newest_version_stands(town):
    first, second = await table(town, WANG, Listing.VISITS)
    assert first[2:7] == ["七年级（1）班", "冯浩然", 1, "2026-11-17 16:00", "入户家访"]
    assert first[8:11] == ["邻居", None, None]
    assert second[4:] == [
        2,
        "2026-11-19 16:30",
        "入户家访",
        "李秀英（班主任）、张明（包村干部）",
        "祖父母或外祖父母（冯老根）",
        "外出打工",
        "务工",
        "不愿上学",
        "同意劝说",
        "同意返校",
        "2026-11-25",
        "报班领导出差",
        "李秀英",
        "更正1次；时间写错；未报警",
    ]


@pytest.mark.parametrize(
    ("last_on", "count"), [("2026-11-16", 0), ("2026-11-17", 1), ("2026-11-19", 2)]
)
async def test_a_visit_is_in_the_record_of_its_own_day(town, last_on, count):
    rows = await table(town, WANG, Listing.VISITS, last_on=last_on)
    assert sum(row[0] != "（无）" for row in rows) == count


async def test_the_ledger_tells_a_case_from_its_first_day_to_its_keepers(town):
    (row,) = await table(town, WANG, Listing.ABSENCES)
    assert row[1:4] == ["冯浩然", "男", "汉族"]
    assert row[4:6] == ["990101********0037", "G990101********0037"]
    assert row[6:8] == ["青石镇九年一贯制学校", "七年级（1）班"]
    assert row[10:13] == ["冯老根", "祖父", "199****0003"]
    assert row[14:] == [
        "2026-11-16",
        "2026-11-18",
        "外出打工",
        "务工",
        2,
        "2026-11-19 李秀英、张明",
        "报告青九校报〔2026〕3号（已签发）",
        "李秀英、张明",
        "已报告",
        None,
        None,
        "个案2026-001",
    ]


async def test_the_ledger_takes_the_cause_from_a_contact_while_no_visit_found_one(town):
    await write(
        town,
        "ALTER TABLE visit_member DISABLE TRIGGER USER; ALTER TABLE visit DISABLE TRIGGER USER;"
        "DELETE FROM visit_member WHERE visit_id > 1; DELETE FROM visit WHERE id > 1",
    )
    (row,) = await table(town, WANG, Listing.ABSENCES)
    assert row[16:19] == ["学习困难或厌学", "随父母在外", 1]


@pytest.mark.parametrize(
    ("from_on", "last_on", "cases"),
    [
        ("2026-08-31", "2026-11-17", ["个案2026-000"]),
        ("2026-09-01", "2026-11-17", []),
        ("2026-09-01", "2026-11-18", ["个案2026-001"]),
        ("2026-03-01", "2026-11-18", ["个案2026-000", "个案2026-001"]),
    ],
)
async def test_the_ledger_holds_whoever_was_open_within_the_days(
    town, from_on, last_on, cases
):
    rows = await table(town, WANG, Listing.ABSENCES, from_on=from_on, last_on=last_on)
    assert [row[-1] for row in rows if row[0] != "（无）"] == cases


FOUND_TO_HAVE_LEFT = """
INSERT INTO case_event (township_id, case_id, kind, from_state, to_state, note, account_id, at)
VALUES (990101100, 1, 'confirm', 'reported', 'confirmed', '', 4, '2026-11-19 10:00+08');
UPDATE dropout_case SET state = 'confirmed' WHERE id = 1
"""


async def ledgers(town, **days) -> list[list[str]]:
    """The cases in 疑似辍学学生台账, and in 辍学学生台账."""
    both = (Ledger.SUSPECTED, Ledger.DROPPED)
    found = [
        await table(town, WANG, Listing.ABSENCES, ledger=ledger, **days) for ledger in both
    ]
    return [[row[-1] for row in rows if row[0] != "（无）"] for rows in found]


async def test_each_case_stands_in_one_of_the_two_ledgers_and_moves_when_it_is_found(town):
    """Nobody types a ledger: 认定辍学 moves the line, and it stays there when it is closed."""
    assert await ledgers(town) == [["个案2026-001"], []]
    await write(town, FOUND_TO_HAVE_LEFT)
    assert await ledgers(town) == [[], ["个案2026-001"]]
    # By the evening before, it was a suspicion.
    last = {"last_on": "2026-11-18"}
    assert await ledgers(town, **last) == [["个案2026-001"], []]
    closed = "closed_at = '2026-11-20 09:00+08', close_reason = '转学核实'"
    await write(town, f"UPDATE dropout_case SET state = 'closed', {closed} WHERE id = 1")
    (row,) = await table(town, WANG, Listing.ABSENCES, ledger=Ledger.DROPPED)
    assert row[-3:-1] == [None, "2026-11-20 转学核实"]


async def test_the_ledger_of_school_age_tells_where_each_child_stands(town):
    rows = await table(town, WANG, Listing.ROSTER, ledger=Ledger.SCHOOL_AGE)
    states = {row[3]: row[-2] for row in rows}
    whole = await table(town, WANG, Listing.ROSTER)
    assert [row[:-2] for row in rows] == [row[:-2] for row in whole]
    assert states["冯浩然"] == "已报告"
    assert {row[3]: row[-2] for row in whole}["冯浩然"] == "疑似辍学"


async def test_changes_stand_by_kind_with_their_proofs_and_the_other_school(town):
    rows = await table(town, OFFICE, Listing.CHANGES)
    assert [row[3] for row in rows] == ["罗子涵", "冯浩然", "赵小雨"]
    assert rows[0][7:11] == ["转入", "2026-09-01", "河湾小学", None]
    assert rows[0][15] == "镇内"
    assert rows[1][5:7] == ["990101********0037", "G990101********0037"]
    assert rows[1][7:] == [
        "转出",
        "2026-11-02",
        "外省学校",
        "随父母",
        "接收学校证明、学籍系统截图",
        "待核",
        "冯老根",
        "199****0003",
        "镇外",
        "存档",
    ]
    # The winter vacation belongs to the term before it.
    assert rows[2][7] == "班级调整"
    assert rows[2][15:] == [None, "调入七年级（1）班"]


async def test_the_changes_of_a_term_are_those_up_to_the_next(town):
    (before,) = await table(town, OFFICE, Listing.CHANGES, term="2025-2026-2")
    assert (before[3], before[8]) == ("陈雨桐", "2026-08-31")
    with pytest.raises(BadInput, match="2026-2027-1"):
        await table(town, OFFICE, Listing.CHANGES, term="2026-2028-1")


async def test_a_submitted_ledger_and_changes_hold_whole_numbers(town):
    for listing, at in ((Listing.ABSENCES, 4), (Listing.CHANGES, 5)):
        rows = await table(town, WANG, listing, edition=Edition.SUBMITTED)
        numbers = [row[at] for row in rows if "冯浩然" in row]
        assert numbers == ["990101201305050037"]


async def test_the_county_reads_every_register_of_its_townships(town):
    for listing, count in (
        (Listing.LEAVE, 1),
        (Listing.VISITS, 2),
        (Listing.ABSENCES, 1),
        (Listing.CHANGES, 3),
    ):
        rows = await table(town, SUPERVISION, listing)
        assert len(rows) == count
