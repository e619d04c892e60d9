"""The child's page: what it shows, to whom, and where its keys lead."""

from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

import pytest

from core.rules.news import Where
from core.services import contact, visit
from tests.services.file_acts import call, history, trip
from tests.services.file_town import (
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
from tests.tui.file_walk import at_page
from tui.screens.base import News
from tui.screens.case import CaseScreen

OFFICE_ALARM = f"""
INSERT INTO duty (township_id, kind, owed_by, school_id, class_id, student_id, subject_id,
                  words, opened_at, due_at)
SELECT {TOWNSHIP}, 'alarm_office', 'office', {RIVER}, {THIRD}, {XIAOYU}, 900, '赵小雨',
       '2026-11-23 08:30+08', '2026-11-23 08:30+08'
"""


@pytest.fixture
async def town(pool) -> Town:
    return await build(pool)


async def test_the_page_tells_who_since_when_what_happened_and_what_is_next(
    town: Town,
) -> None:
    await history(town)
    await town.owe("visit", 77, MONDAY)
    async with at_page(town, "li") as walk:
        assert walk.lines[0].startswith(" 个案 2026-017 赵小雨 三年级（1）班 女 8岁")
        assert walk.lines[0].endswith("疑似辍学")
        assert "12号 03-14生  河湾小学  证件 990101********0212" in walk.lines[1]
        assert "母亲 李梅 138****0000  父亲 赵强 未登记电话" in walk.lines[2]
        assert "首次未到校 周五 上午 11-20 08:00" in walk.lines[3]
        assert walk.lines[3].endswith("时限 11-23 08:30 超40分")
        assert "11-20 08:00 点名     上午点名：缺（补点名）（李秀英）" in walk.lines[5]
        assert walk.lines[11].startswith("> 11-23 08:50 个案")
        assert "下一步：家访：赵小雨未到校满一天，须入户家访  11-23 10:10前" in walk.text
        assert all(len(line.encode("gb18030")) <= 80 for line in walk.lines)


async def test_an_empty_page_says_what_will_stand_there(town: Town) -> None:
    async with at_page(town, "li") as walk:
        assert "还没有记录。点名、联系、家访、请假等会按时间列在这里。" in walk.text
        assert "目前没有未到校记录" in walk.text
        assert "下一步：无待办事项" in walk.text


@pytest.mark.parametrize("student_id", [HAORAN, 999_999])
async def test_a_child_out_of_sight_is_told_in_the_same_words(
    town: Town, student_id: int
) -> None:
    async with at_page(town, "li", student_id) as walk:
        await walk.until("您无权查看该学生，请联系学校管理员。")
        assert "冯浩然" not in walk.text
        await walk.press("1", "2", "6", "8", "9")
        assert "登记联系" not in walk.text
        assert "冯浩然" not in walk.text


@pytest.mark.parametrize("key", ["1", "2", "3"])
async def test_who_only_reads_is_told_whose_act_it_is(town: Town, key: str) -> None:
    async with at_page(town, "bureau") as walk:
        await walk.press(key)
        await walk.until("此项由班主任、校领导、教务/学籍管理员办理")
        assert walk.lines[0].startswith(" 个案")


@pytest.mark.parametrize(
    ("key", "opened"),
    [("1", "登记联系 赵小雨"), ("2", "登记家访 赵小雨"), ("3", "请假登记")],
)
async def test_each_digit_opens_its_form_and_f10_comes_back(
    town: Town, key: str, opened: str
) -> None:
    async with at_page(town, "li") as walk:
        await walk.press(key)
        await walk.until(opened)
        await walk.press("f10")
        await walk.until("下一步")


async def test_what_another_person_records_appears_by_itself(town: Town) -> None:
    async with at_page(town, "wang") as walk:
        await contact.record(await town.desk("li"), call(note="称随父外出"), uuid4())
        walk.pilot.app.screen.post_message(
            News(Where(township_id=TOWNSHIP), frozenset({"contact"}))
        )
        await walk.until("第1次联系 电话 母亲 李梅：已联系；称随父外出")
    # The page was opened once, and that is what is written down.
    kinds = await town.pool.fetch("SELECT kind FROM read_log")
    assert [row["kind"] for row in kinds] == ["file"]


async def test_a_long_event_is_read_whole(town: Town) -> None:
    note = "母亲称孩子随父亲到外省打工地点，" * 10
    await contact.record(await town.desk("li"), call(note=note), uuid4())
    async with at_page(town, "li") as walk:
        await walk.press("enter")
        await walk.until("联系 2026-11-23 09:10")
        shown = "".join(line.strip() for line in walk.lines)
        assert note in shown


async def test_a_whole_number_is_shown_for_a_while_and_written_down(town: Town) -> None:
    async with at_page(town, "li") as walk:
        assert "13800000000" not in walk.text
        await walk.press("6")
        await walk.until("母亲 李梅  138****0000")
        await walk.press("enter")
        await walk.until("母亲 李梅 13800000000")
        row = await town.pool.fetchrow(
            "SELECT subject, purpose FROM read_log WHERE kind='phone'"
        )
        assert tuple(row) == (f"guardian:{MOTHER}", "查看个案")
        await walk.press("f5")
        await walk.until(lambda: "13800000000" not in walk.text)


async def test_an_identity_number_is_shown_for_a_reason_and_hidden_again(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    hiding: list[Callable[[], None]] = []
    real = CaseScreen.set_timer

    def set_timer(screen: CaseScreen, delay: float, *rest: Callable[[], None]) -> object:
        return hiding.extend(rest) if delay == 30 else real(screen, delay, *rest)

    async with at_page(town, "li") as walk:
        monkeypatch.setattr(CaseScreen, "set_timer", set_timer)
        await walk.press("6")
        await walk.until("赵小雨 身份证件号  990101********0212")
        await walk.press("down", "enter")
        await walk.until("查看证件号的用途")
        await walk.press(*"核对", "enter")
        await walk.until(lambda: "990101201803140212" in walk.text)
        row = await town.pool.fetchrow(
            "SELECT subject, purpose FROM read_log WHERE kind = 'identity'"
        )
        assert tuple(row) == (f"student:{XIAOYU}", "核对")
        (hide,) = hiding
        hide()
        await walk.until(lambda: "990101201803140212" not in walk.text)


async def test_a_lost_child_is_taken_note_of_once(town: Town) -> None:
    told = {"police_told": True, "police_told_at": MONDAY, "whom": None}
    await contact.record(await town.desk("li"), call("not_known", **told), uuid4())
    async with at_page(town, "gov") as walk:
        assert "下一步：紧急：赵小雨去向不明，请确认是否报警" in walk.text
        await walk.press("9")
        await walk.until("已确认知悉。")
        assert await town.duties() == ["not_known:bureau", "not_known:principal"]
        await walk.press("9")
        await walk.until("没有需要您确认知悉的事项。")


@pytest.mark.parametrize(
    ("who", "key", "refusal"),
    [
        ("office", "4", "此项由班主任、教务/学籍管理员、校领导办理，您的岗位不能办理。"),
        ("li", "4", "返校以点名为准：请先在点名中把该生记为到校，再登记返校。"),
        ("li", "5", "此项由校领导、教务/学籍管理员、教管组办理，您的岗位不能办理。"),
    ],
)
async def test_a_step_nobody_could_take_is_refused_before_anything_is_typed(
    town: Town, who: str, key: str, refusal: str
) -> None:
    await history(town)
    async with at_page(town, who) as walk:
        await walk.press(key)
        await walk.until(refusal)


async def test_a_case_is_opened_before_the_clock_rings_by_who_may(town: Town) -> None:
    async with at_page(town, "wang") as walk:
        await walk.press("0")
        await walk.until("立案（未满48小时已明确不来，或六升七未到）")
        await walk.press("1")
        await walk.until("该生没有未到校记录，也不在六升七未到名单，不能立案")
    await town.missing()
    async with at_page(town, "wang") as walk:
        await walk.press("0")
        await walk.until("立案（未满48小时")
        await walk.press("1")
        await walk.until("选择 立案原因")
        await walk.press("2")
        await walk.until("了解到的情况（何时、谁反映、如何说）")
        await walk.paste("邻居称已去广东")
        await walk.press("enter")
        await walk.until("已立案，编号2026-001；书面报告今日内由校长签发。")
        await walk.until("疑似辍学；立案（外出务工）：邻居称已去广东")
    async with at_page(town, "li") as walk:
        await walk.press("0")
        await walk.until("选择 文书和认定")
        assert "立案" not in walk.text


async def test_an_alarm_is_taken_note_of_by_the_key_its_line_names(town: Town) -> None:
    await history(town)
    await town.write(OFFICE_ALARM)
    async with at_page(town, "office") as walk:
        assert "下一步：预警：赵小雨超过48小时未到校  逾期超40分，按9确认知悉" in walk.text
        await walk.press("9")
        await walk.until("下一步：无待办事项")


async def test_only_the_newest_version_of_a_visit_is_corrected(town: Town) -> None:
    town.now = MONDAY - timedelta(hours=1)
    desk = await town.desk("li")
    await contact.record(desk, call(at=town.now - timedelta(hours=1)), uuid4())
    await visit.submit(desk, trip(town.now), uuid4())
    made = await town.pool.fetchval("SELECT id FROM visit")
    await visit.correct(desk, made, trip(town.now), "漏写", uuid4())
    async with at_page(town, "li") as walk:
        await walk.press("up", "8")
        await walk.until("此版本已更正")
        await walk.press("up", "8")
        await walk.until("请把光标移到要更正的家访记录上")
        await walk.press("down", "down", "8")
        await walk.until("更正家访 赵小雨")
    assert (await town.pool.fetchval("SELECT count(*) FROM visit")) == 2
    assert await town.pool.fetchval("SELECT DISTINCT student_id FROM visit") == XIAOYU
