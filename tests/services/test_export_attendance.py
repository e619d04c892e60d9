"""学生考勤月表: every session of every pupil, as the rolls say it and no better.

The class has pupils 赵小雨 (boards, all month), 罗子涵 (came on 10 November).
"""

from io import BytesIO

import pytest
from openpyxl import load_workbook

from core.rules.errors import BadInput
from core.rules.export import Asked, Listing, NothingThere
from core.services import export
from tests.services.export_township import LI, OFFICE, WANG, build, desk, write

ROLLS = """
INSERT INTO roll (township_id, id, school_id, class_id, day, session, starts_at, limit_at,
                  ends_at, expected, taken_by, taken_at, on_behalf, backfilled, voided_at)
SELECT 990101100, r.id, 1, 31, r.day, r.session,
       (r.day + r.at) AT TIME ZONE 'Asia/Shanghai',
       (r.day + r.at + interval '30 minutes') AT TIME ZONE 'Asia/Shanghai',
       (r.day + r.at + interval '3 hours') AT TIME ZONE 'Asia/Shanghai', 2, 1,
       (r.day + r.at) AT TIME ZONE 'Asia/Shanghai', false, false, r.voided_at
  FROM (VALUES
   (1, date '2026-11-09', 'am', time '08:00', NULL::timestamptz),
   (2, '2026-11-09', 'pm', '14:00', NULL),
   (3, '2026-11-10', 'am', '08:00', NULL),
   (4, '2026-11-10', 'pm', '14:00', NULL),
   (5, '2026-11-11', 'am', '08:00', '2026-11-11 09:00+08'),
   (6, '2026-11-12', 'am', '08:00', NULL),
   (7, '2026-11-12', 'pm', '14:00', NULL),
   (8, '2026-11-09', 'night', '20:30', NULL)) AS r (id, day, session, at, voided_at);
INSERT INTO roll_mark (township_id, school_id, roll_id, student_id, mark, noted_by, noted_at)
SELECT 990101100, 1, m.roll_id, m.student_id, m.mark, 1, '2026-11-12 08:00+08'
  FROM (VALUES (1, 1, 'late'), (2, 1, 'early'), (3, 1, 'sick'), (4, 1, 'personal'),
               (6, 1, 'absent'), (7, 1, 'official'), (5, 1, 'absent'), (8, 1, 'absent'),
               (6, 2, 'absent'), (7, 2, 'absent')) AS m (roll_id, student_id, mark);
INSERT INTO closure (township_id, school_id, session, from_on, to_on, kind, reason,
                     declared_by, declared_at) VALUES
 (990101100, 1, NULL, '2026-11-11', '2026-11-12', 'suspension', '台风', 2, '2026-11-11 07:30+08'),
 (990101100, 1, 'pm', '2026-11-13', '2026-11-14', 'suspension', '停电', 2, '2026-11-13 12:00+08'),
 (990101100, 1, NULL, '2026-11-16', '2026-11-18', 'arranged', '秋假', 2, '2026-09-01 08:00+08')
"""


@pytest.fixture
async def town(pool):
    await build(pool)
    await write(pool, ROLLS)
    return pool


async def book(town, actor=WANG, **more):
    ask = Asked.model_validate(
        {"listing": Listing.ATTENDANCE, "month": "2026-11-01", "class_label": "三(1)班"}
        | more
    )
    made = await export.make(desk(town, actor), ask)
    return made, load_workbook(BytesIO(made.data))


def signs(sheet) -> dict[str, dict[int, str]]:
    """Return what stands under each day of the month, pupil by pupil."""
    days = {
        cell.column: int(cell.value)
        for cell in sheet[5]
        if isinstance(cell.value, str) and cell.value.isdigit()
    }
    found = {}
    for row in sheet.iter_rows(min_row=6):
        if isinstance(row[0].value, int):
            found[row[1].value] = {
                day: row[column - 1].value for column, day in days.items()
            }
    return found


async def test_every_session_has_its_sign(town):
    _, sheets = await book(town)
    told = signs(sheets["三年级（1）班"])["赵小雨"]
    assert {day: told[day] for day in (9, 10, 11, 12, 13)} == {
        9: "迟早",
        10: "病事",
        11: "停停",
        12: "缺公",
        13: "未停",
    }


async def test_a_roll_not_taken_is_neither_present_nor_absent(town):
    _, sheets = await book(town)
    told = signs(sheets["三年级（1）班"])["罗子涵"]
    assert told[18] == "未未"
    assert told[10] == "√√"


async def test_a_pupil_stands_only_in_the_days_in_the_class(town):
    _, sheets = await book(town)
    told = signs(sheets["三年级（1）班"])["罗子涵"]
    assert told[9] == "／／"
    assert told[10] == "√√"


async def test_the_days_are_the_school_days_up_to_this_hour(town):
    _, sheets = await book(town)
    told = signs(sheets["三年级（1）班"])["赵小雨"]
    # No weekend, no 秋假 on the 16th and 17th, nothing after Monday the 23rd 10:00.
    assert sorted(told) == [2, 3, 4, 5, 6, 9, 10, 11, 12, 13, 18, 19, 20, 23]
    assert told[23] == "未"


async def test_boarders_evenings_are_a_sheet_of_their_own(town):
    _, sheets = await book(town)
    assert sheets.sheetnames == ["三年级（1）班", "三年级（1）班住校生晚点名"]
    told = signs(sheets["三年级（1）班住校生晚点名"])
    assert list(told) == ["赵小雨"]
    assert told["赵小雨"][9] == "缺"
    assert told["赵小雨"][8] == "未"


async def test_the_sentence_counts_taken_sessions_of_pupils_in_class(town):
    _, sheets = await book(town)
    text = [c.value for row in sheets["三年级（1）班"].iter_rows() for c in row]
    # 赵小雨: 6 sessions taken, 3 of them came; 罗子涵: 4 taken, 2 came.
    assert any(str(t).startswith("应到10人次，实到5人次，") for t in text)


LEAVE = """
INSERT INTO absence (township_id, student_id, school_id, class_id, missed_day,
                     missed_session, missed_at, noted_at, due_at, raw_due_at, clock_mode,
                     provisional, calendar_version, ended_at, ended_how) VALUES
 (990101100, 2, 1, 31, '2026-11-12', 'am', '2026-11-12 08:00+08', '2026-11-12 08:20+08',
  '2026-11-16 08:30+08', '2026-11-14 08:00+08', 'clock_next_roll', false, 1,
  '{ended}', 'present');
INSERT INTO leave (township_id, number, student_id, school_id, class_id, kind, from_day,
                   from_session, to_day, to_session, from_at, to_at, asked_by, asked_how,
                   reason, state, entered_by, entered_at, alone_until, evidence) VALUES
 (990101100, '2026-0001', 2, 1, 31, 'sick', '2026-11-12', 'am', '2026-11-12', 'am',
  '2026-11-12 08:00+08', '2026-11-12 11:40+08', '李梅', 'phone', '', '{state}', 1,
  '{entered}', '2026-11-12 08:00+08', '')
"""


@pytest.mark.parametrize(
    ("ended", "entered", "state", "sign"),
    [
        ("11-17 08:10", "11-16 08:29", "approved", "病缺"),
        ("11-17 08:10", "11-16 08:30", "approved", "缺缺"),
        ("11-13 09:00", "11-13 08:00", "refused", "缺缺"),
        ("11-13 09:00", "11-13 08:00", "waiting", "缺缺"),
        # It ended before it was due: a late note still excuses it.
        ("11-16 08:29", "11-17 09:00", "approved", "病缺"),
        ("11-16 08:30", "11-17 09:00", "approved", "缺缺"),
    ],
)
async def test_08_a_leave_entered_before_the_alarm_is_what_the_month_counts(
    town, ended, entered, state, sign
):
    run = LEAVE.replace("{ended}", f"2026-{ended}+08").replace("{state}", state)
    await write(town, run.replace("{entered}", f"2026-{entered}+08"))
    _, sheets = await book(town)
    assert signs(sheets["三年级（1）班"])["罗子涵"][12] == sign


async def test_a_teacher_has_the_class_and_a_township_every_class(town):
    made, sheets = await book(town, LI, class_label=None)
    assert sheets.sheetnames == ["三年级（1）班", "三年级（1）班住校生晚点名"]
    assert made.line.row_count == 3
    _, sheets = await book(town, OFFICE, class_label=None)
    assert sheets.sheetnames == [
        "河湾小学三年级（1）班",
        "青石镇九年一贯制学校三年级（1）班",
        "青石镇九年一贯制学校三年级（1）班住校生晚点名",
        "青石镇九年一贯制学校七年级（1）班",
    ]


async def test_classes_whose_names_are_too_long_for_a_tab_keep_a_sheet_each(town):
    long = "青石镇民族团结希望工程寄宿制九年一贯制中心实验学校分校区"
    await write(town, f"UPDATE school SET name = '{long}' WHERE id = 1")
    _, sheets = await book(town, OFFICE, class_label=None)
    assert len(sheets.sheetnames) == 4
    assert (
        "青石镇民族团结…制中心实验学校分校区三年级（1）班住校生晚点名" in sheets.sheetnames
    )
    # Two schools of one name, as townships have them.
    await write(town, "UPDATE school SET name = '中心小学' WHERE id IN (1, 2)")
    _, sheets = await book(town, OFFICE, class_label=None)
    assert sheets.sheetnames == [
        "中心小学三年级（1）班",
        "中心小学三年级（1）班（2）",
        "中心小学三年级（1）班住校生晚点名",
        "中心小学七年级（1）班",
    ]


async def test_a_month_without_school_days_is_refused_and_one_must_be_named(town):
    with pytest.raises(NothingThere, match="没有上课日"):
        await book(town, month="2026-12-01")
    with pytest.raises(BadInput, match="须写明月份"):
        await book(town, month=None)
