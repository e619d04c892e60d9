"""复式班: eight pupils, three grades, one sheet and one submit (days.md 18)."""

from uuid import uuid4

import pytest

from core.rules.errors import BadInput, NotYours
from core.rules.roll import Mark, PupilMark
from core.rules.sheet import RollConflict, Sheet, Submission, SubmittedPart, current_marks
from core.services import board, combined, duty, roll
from core.services.combined import AlreadyCombined, NameTaken, NoCombined
from db.pool import Pool
from tests.services.file_town import CLOUD
from tests.services.school_town import TOWNSHIP, SchoolTown, build, session
from tui.screens.home_rows import rows_of
from tui.screens.roll_sheet import missing_of, pupils_of, title_of

# 云岭小学: 一年级 3, 二年级 3, 三年级 2 pupils; 冯浩然 of file_town is one of the last.
FIRST, SECOND, THIRD = 31, 32, 21
CODE = "2199010003"
NAMES = ("一年级（1）班", "二年级（1）班", "三年级（1）班")
MANY = f"""
INSERT INTO class (township_id, id, school_id, cohort, number)
VALUES ({TOWNSHIP}, {FIRST}, {CLOUD}, 2026, 1), ({TOWNSHIP}, {SECOND}, {CLOUD}, 2025, 1),
       ({TOWNSHIP}, 33, {CLOUD}, 2023, 1)
"""
PUPIL = """
WITH made AS (
INSERT INTO student (township_id, id, name, sex, born_on, pinyin, pinyin_key)
VALUES ($1, $2, $3, 'male', '2019-01-01', '{aa}', 'aa') RETURNING id)
INSERT INTO enrolment (township_id, student_id, school_id, class_id, seat_no, boarder, status,
                       from_on)
SELECT $1, id, $4, $5, $6, false, 'enrolled', '2026-09-01' FROM made
"""
WHO = (
    (401, "马一", FIRST),
    (402, "马二", FIRST),
    (403, "马三", FIRST),
    (404, "杨一", SECOND),
    (405, "杨二", SECOND),
    (406, "杨三", SECOND),
    (407, "冯一", THIRD),
)


@pytest.fixture
async def town(pool: Pool) -> SchoolTown:
    made = await build(pool)
    await made.write(MANY)
    for seat, (student_id, name, class_id) in enumerate(WHO, 1):
        await made.write(PUPIL, TOWNSHIP, student_id, name, CLOUD, class_id, seat)
    for class_id in (FIRST, SECOND):
        await made.write(
            "INSERT INTO account_grant (account_id, role, township_id, school_id, class_id,"
            " from_on, given_by, given_at)"
            " VALUES (11, 'class_teacher', $1, $2, $3, '2026-09-01', 0, $4)",
            TOWNSHIP,
            CLOUD,
            class_id,
            made.now,
        )
    made.clock("11-23 08:10")
    return made


async def one_class(town: SchoolTown, who: str = "office") -> None:
    await combined.combine(await town.desk(who), CODE, "复式一班", NAMES)


async def sheet_of(town: SchoolTown, who: str = "zhou") -> Sheet:
    (due,) = (await duty.today(await town.desk(who))).rolls
    ids = tuple(line.class_id for line in due.lines)
    return await roll.open_sheet(await town.desk(who), TOWNSHIP, ids, *session("11-23 am"))


def sent(sheet: Sheet, **marks: Mark) -> Submission:
    told = {int(key[1:]): mark for key, mark in marks.items()}
    parts = tuple(
        SubmittedPart(
            class_id=part.class_id,
            base=current_marks(part),
            wanted=tuple(
                PupilMark(student_id=m.student_id, mark=told.get(m.student_id, m.mark))
                for m in current_marks(part)
            ),
        )
        for part in sheet.parts
    )
    return Submission(
        township_id=TOWNSHIP, day=sheet.day, session=sheet.session, parts=parts
    )


async def test_18_three_grades_are_one_line_one_screen_and_one_submit(town):
    assert len((await duty.today(await town.desk("zhou"))).rolls) == 3
    await one_class(town)
    today = await duty.today(await town.desk("zhou"))
    assert [row.words for row in rows_of(today)] == ["复式一班 上午  应到8"]
    sheet = await sheet_of(town)
    assert {part.class_id for part in sheet.parts} == {FIRST, SECOND, THIRD}
    # The grade stands before the name, and 应到 is told by grade.
    names = {pupil.student_id: pupil.name for pupil in pupils_of(sheet)}
    assert (names[401], names[404], names[407]) == ("一 马一", "二 杨一", "三 冯一")
    wanted = tuple(mark for part in sheet.parts for mark in current_marks(part))
    title, _ = title_of(sheet, wanted, None, 80)
    assert title == (
        "点名 复式一班 11-23 周一上午 应到8（一3 二3 三2） 到8 未到0 请假0 迟到0"
    )
    # Where the line is too short the weekday goes, then the counts of nobody.
    assert title_of(sheet, wanted, None, 60)[0] == (
        "点名 复式一班 11-23上午 应到8（一3 二3 三2） 到8 未到0"
    )
    await roll.submit(await town.desk("zhou"), sent(sheet, _404=Mark.ABSENT), uuid4())
    assert (await duty.today(await town.desk("zhou"))).rolls == ()


async def test_18_each_grade_keeps_its_own_figures(town):
    await one_class(town)
    sheet = await sheet_of(town)
    await roll.submit(await town.desk("zhou"), sent(sheet, _404=Mark.ABSENT), uuid4())
    lines = (await board.rolls(await town.desk("office"))).lines
    told = {
        line.class_name: (line.expected, line.taken.absent)
        for line in lines
        if line.school_id == CLOUD and line.taken is not None
    }
    assert told == dict(zip(NAMES, [(3, 0), (3, 1), (2, 0)], strict=True))
    rolls = await town.pool.fetch("SELECT class_id, expected FROM roll ORDER BY class_id")
    assert [tuple(row) for row in rolls] == [(THIRD, 2), (FIRST, 3), (SECOND, 3)]
    assert await town.run(404) == "11-23 08:00"


async def test_18_one_submit_is_one_transaction_all_grades_or_none(town):
    await one_class(town)
    mine, other = await sheet_of(town), await sheet_of(town)
    # Meanwhile another hand has marked a pupil of 三年级, the last of the three.
    await roll.submit(await town.desk("zhou"), sent(other, _407=Mark.LATE), uuid4())
    await town.write("DELETE FROM roll WHERE class_id IN ($1, $2)", FIRST, SECOND)
    wanted = sent(mine, _401=Mark.ABSENT, _407=Mark.ABSENT)
    with pytest.raises(RollConflict):
        await roll.submit(await town.desk("zhou"), wanted, uuid4())
    assert await town.pool.fetchval("SELECT count(*) FROM roll") == 1
    assert await town.run(401) is None


async def test_18_f9_names_who_is_missing_behind_the_grade(town):
    await one_class(town)
    sheet = await sheet_of(town)
    await roll.submit(await town.desk("zhou"), sent(sheet, _404=Mark.ABSENT), uuid4())
    town.clock("11-23 14:05")
    (due,) = (await duty.today(await town.desk("zhou"))).rolls
    ids = tuple(line.class_id for line in due.lines)
    again = await roll.open_sheet(
        await town.desk("zhou"), TOWNSHIP, ids, *session("11-23 pm")
    )
    wanted = tuple(mark for part in again.parts for mark in current_marks(part))
    assert [pupil.name for pupil in missing_of(again, wanted)] == ["二 杨一"]


async def test_a_combined_class_is_made_of_two_or_more_that_are_free(town):
    office = await town.desk("office")
    with pytest.raises(BadInput, match="至少由两个班"):
        await combined.combine(office, CODE, "复式一班", (NAMES[0], "一年级(1)班"))
    with pytest.raises(BadInput, match="没有“五年级（1）班”"):
        await combined.combine(office, CODE, "复式一班", (NAMES[0], "五年级（1）班"))
    await combined.combine(office, CODE, "复式一班", NAMES[:2])
    with pytest.raises(AlreadyCombined, match="二年级（1）班已在"):
        await combined.combine(office, CODE, "复式二班", NAMES[1:])
    await combined.part(office, CODE, "复式一班")
    with pytest.raises(NoCombined):
        await combined.part(office, CODE, "复式一班")
    await combined.combine(office, CODE, "复式一班", NAMES[1:])
    with pytest.raises(NameTaken):
        await combined.combine(office, CODE, "复式一班", (NAMES[0], "四年级（1）班"))


@pytest.mark.parametrize("who", ["zhou", "gov", "bureau", "wang"])
async def test_only_who_keeps_the_school_s_classes_combines_them(town, who):
    with pytest.raises(NotYours):
        await one_class(town, who)
