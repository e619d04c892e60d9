"""Two children of one name are told apart wherever the name stands (days.md 28)."""

from datetime import timedelta
from uuid import uuid4

import pytest

from core.rules.balance import Unbalanced
from core.rules.change import ChangeDraft, ChangeKind
from core.rules.month import ReportKind
from core.rules.roll import Mark, PupilMark, still_missing_words
from core.rules.sheet import RollConflict, Sheet, Submission, SubmittedPart, current_marks
from core.services import change, duty, leave_book, missing, month, roll, status
from db.pool import Pool
from tests.services.file_town import CLOUDS
from tests.services.school_town import (
    RIVER,
    THIRD,
    TOWNSHIP,
    XIAOYU,
    SchoolTown,
    build,
    session,
)
from tui.screens.roll_sheet import missing_of, pupils_of

OTHER, AWAY = 104, 204
NAMESAKE = """
WITH made AS (
INSERT INTO student (township_id, id, name, sex, born_on, pinyin, pinyin_key)
VALUES ($1, $2, '赵小雨', 'male', '2018-09-08', '{zxy}', 'zhaoxiaoyu') RETURNING id)
INSERT INTO enrolment (township_id, student_id, school_id, class_id, seat_no, boarder, status,
                       from_on)
SELECT $1, id, $3, $4, $5, false, 'enrolled', '2026-09-01' FROM made
"""
ONE, TWO = "赵小雨（12号 03-14生）", "赵小雨（31号 09-08生）"


@pytest.fixture
async def town(pool: Pool) -> SchoolTown:
    return await build(pool)


async def two_in_class(town: SchoolTown) -> None:
    await town.write(NAMESAKE, TOWNSHIP, OTHER, RIVER, THIRD, 31)


async def one_elsewhere(town: SchoolTown) -> None:
    """The other of the name is at 云岭小学."""
    await town.write(NAMESAKE, TOWNSHIP, AWAY, 2, CLOUDS, 31)


async def everywhere(town: SchoolTown, who: str) -> dict[str, list[str]]:
    """The names in the lists a person reads."""
    desk = await town.desk(who)
    register = await leave_book.register(desk)
    return {
        "missing": [one.student_name for one in (await missing.listing(desk)).children],
        "status": [one.student_name for one in (await status.status(desk)).missing],
        "duties": sorted({one.words for one in (await duty.today(desk)).duties}),
        "leave": [line.leave.student_name for line in register.lines],
        "long": [line.student_name for line in (await leave_book.long_board(desk)).lines],
        "changes": [entry.student_name for entry in await change.this_year(desk)],
    }


async def happenings(town: SchoolTown) -> None:
    """赵小雨 leaves on leave for three weeks, is missing afterwards, and may move away."""
    await town.live("11-02")
    town.clock("11-02 08:00")
    for entered, first, last in (
        ("11-02 08:00", "11-02 am", "11-04 pm"),
        ("11-05 08:00", "11-05 am", "11-09 pm"),
        ("11-10 08:00", "11-10 am", "11-12 pm"),
        ("11-13 08:00", "11-13 am", "11-17 pm"),
    ):
        town.clock(entered)
        await town.leave(first, last, who="wang")
    town.clock("11-18 08:10")
    await town.roll("11-18 am", _101=Mark.ABSENT)
    draft = ChangeDraft(
        student_id=XIAOYU,
        kind=ChangeKind.TRANSFER_OUT,
        happened_on=town.now.date(),
        side="outside",
        other_school="县城三小",
    )
    await change.enter(await town.desk("reg"), draft, uuid4())


@pytest.mark.parametrize("who", ["li", "wang", "office"])
async def test_28_one_name_in_sight_stands_alone_in_every_list(town, who):
    await happenings(town)
    found = await everywhere(town, who)
    assert found["missing"] == found["status"] == found["long"] == ["赵小雨"]
    assert set(found["leave"]) == set(found["changes"]) == {"赵小雨"}
    assert not any("（" in words for words in found["duties"])


@pytest.mark.parametrize("who", ["li", "wang", "office"])
async def test_28_two_of_one_name_bear_seat_and_birthday_in_every_list(town, who):
    await two_in_class(town)
    await happenings(town)
    found = await everywhere(town, who)
    assert found["missing"] == found["status"] == found["long"] == [ONE]
    assert set(found["leave"]) == set(found["changes"]) == {ONE}
    assert any("赵小雨" in words for words in found["duties"]) is (who != "wang")
    assert all(ONE in words for words in found["duties"] if "赵小雨" in words)
    if who == "office":
        assert f"{ONE}转出" in found["duties"]


async def test_28_the_name_is_shared_only_where_the_reader_sees_both(town):
    await one_elsewhere(town)
    await happenings(town)
    assert (await everywhere(town, "li"))["missing"] == ["赵小雨"]
    assert (await everywhere(town, "office"))["missing"] == [ONE]


async def test_28_who_has_left_shares_no_name(town):
    await two_in_class(town)
    await town.write(
        "UPDATE enrolment SET to_on = '2026-11-01' WHERE student_id = $1", OTHER
    )
    await happenings(town)
    assert (await everywhere(town, "li"))["missing"] == ["赵小雨"]


async def sheet_of(town: SchoolTown, when: str, who: str = "li") -> Sheet:
    day, code = session(when)
    return await roll.open_sheet(await town.desk(who), TOWNSHIP, (THIRD,), day, code)


async def test_28_the_roll_and_its_question_tell_them_apart(town):
    await two_in_class(town)
    town.clock("11-23 08:10")
    await town.roll("11-23 am", _101=Mark.ABSENT)
    town.clock("11-23 14:05")
    sheet = await sheet_of(town, "11-23 pm")
    names = {pupil.student_id: pupil.name for pupil in pupils_of(sheet)}
    assert (names[XIAOYU], names[OTHER]) == ("赵小雨 03-14", "赵小雨 09-08")
    wanted = current_marks(sheet.parts[0])
    asked = still_missing_words(missing_of(sheet, wanted))
    assert asked.startswith(f"仍未到 1人：{ONE}（上次点名已缺")


async def test_28_two_hands_on_one_of_them_are_told_which(town):
    await two_in_class(town)
    town.clock("11-23 08:10")
    sheet = await sheet_of(town, "11-23 am")
    base = current_marks(sheet.parts[0])
    await town.roll("11-23 am", _104=Mark.LATE)
    wanted = tuple(
        PupilMark(
            student_id=m.student_id, mark=Mark.ABSENT if m.student_id == OTHER else m.mark
        )
        for m in base
    )
    sent = Submission(
        township_id=TOWNSHIP,
        day=sheet.day,
        session=sheet.session,
        parts=(SubmittedPart(class_id=THIRD, base=base, wanted=wanted),),
    )
    with pytest.raises(RollConflict, match="赵小雨（31号 09-08生）：他人已记"):
        await roll.submit(await town.desk("wang"), sent, uuid4())


async def test_28_a_month_that_does_not_balance_says_which_of_them(town):
    await town.live("11-02")
    # The school has filed nothing yet: who comes in without a change is astray.
    town.now += timedelta(days=1)
    await town.write(
        NAMESAKE.replace("2026-09-01", "2026-11-10"), TOWNSHIP, OTHER, RIVER, THIRD, 31
    )
    with pytest.raises(Unbalanced, match=TWO):
        await month.file(
            await town.desk("wang"),
            RIVER,
            ReportKind.BUREAU,
            town.now.date().replace(day=1),
            "",
            uuid4(),
        )
