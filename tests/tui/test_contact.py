"""The first contact: at most eight keys and the note, nothing lost, nobody told by mistake."""

import asyncio
import json
from uuid import UUID, uuid4

import pytest

from core.services import contact, draft
from tests.services.file_acts import call
from tests.services.file_town import MONDAY, TOWNSHIP, XIAOYU, Town, build
from tests.tui.file_walk import at_page

NOTE = tuple("称随父外出")
LAST = "SELECT * FROM contact ORDER BY id DESC LIMIT 1"


@pytest.fixture
async def town(pool) -> Town:
    return await build(pool)


async def recorded(town: Town) -> int:
    count: int = await town.pool.fetchval("SELECT count(*) FROM contact")
    return count


async def test_a_first_contact_takes_at_most_eight_keys_and_the_note(town: Town) -> None:
    await town.missing()
    keys = ("1", "enter", "enter", "1", "enter", "f9")
    assert len(keys) <= 8
    async with at_page(town, "li") as walk:
        await walk.press(keys[0])
        await walk.until("登记联系 赵小雨 三年级（1）班 12号 03-14生")
        await walk.press(*keys[1:5], *NOTE, keys[5])
        await walk.until("已登记第1次联系。")
        await walk.until("第1次联系 电话 母亲 李梅：已联系；称随父外出（李秀英）")
    row = await town.pool.fetchrow(LAST)
    assert (row["method"], row["outcome"], row["spoken_to"]) == (
        "phone",
        "reached",
        "母亲 李梅",
    )
    assert row["contacted_at"] == MONDAY
    assert await town.duties() == []


async def test_every_field_stands_on_one_screen_without_a_whole_number(town: Town) -> None:
    await town.missing()
    async with at_page(town, "li") as walk:
        await walk.press("1")
        await walk.until("报警时间")
        for seen in (
            "首次未到校",
            "母亲 李梅  138****0000",
            "父亲 赵强  未登记电话",
            "1电话 2微信 3视频 4短信 5约谈到校 6委托核查",
            "1已联系2正在来校3监护人请假4拒绝返校5未联系上6去向不明",
            "联系情况",
            "2026-11-23 周一",
            "09:10",
            "是否报警",
        ):
            assert seen in walk.text
        assert "13800000000" not in walk.text


async def test_f6_shows_the_number_and_what_was_typed_stays(town: Town) -> None:
    async with at_page(town, "li") as walk:
        await walk.press("1")
        await walk.until("联系结果")
        await walk.press("enter", "enter", "5", "enter", *NOTE, "f6")
        await walk.until("母亲 李梅 13800000000（已登记查看，30秒后隐藏）")
        assert "称随父外出" in walk.text
        assert "[未联系上  ]" in walk.text
    row = await town.pool.fetchrow("SELECT purpose FROM read_log WHERE kind = 'phone'")
    assert row["purpose"] == "登记联系"


async def test_f9_before_the_form_is_read_is_answered_and_keeps_nothing(
    town: Town, monkeypatch
) -> None:
    read, form = asyncio.Event(), contact.form

    async def late(*given, **how):
        await read.wait()
        return await form(*given, **how)

    monkeypatch.setattr(contact, "form", late)
    async with at_page(town, "li") as walk:
        await walk.press("1", "f9")
        await walk.until("正在读取，请稍候再提交。")
        read.set()
        await walk.until("联系结果")
    assert await recorded(town) == 0
    assert await town.pool.fetchval("SELECT count(*) FROM draft") == 0


async def test_without_a_result_nothing_is_recorded(town: Town) -> None:
    async with at_page(town, "li") as walk:
        await walk.press("1")
        await walk.until("联系结果")
        await walk.press("f9")
        await walk.until("请选择联系结果。")
        assert await recorded(town) == 0


async def test_a_lost_child_is_asked_about_before_everybody_is_told(town: Town) -> None:
    await town.missing()
    async with at_page(town, "li") as walk:
        await walk.press("1")
        await walk.until("联系结果")
        await walk.press("enter", "enter", "6", "f9")
        await walk.until("提交后立即报告校长、乡镇政府和教育局基教科。确认提交？")
        assert "赵小雨（12号 03-14生）去向不明" in walk.text
        await walk.press("2")
        await walk.until("登记联系 赵小雨")
        assert await town.duties() == ["contact:class_teacher"]
        await walk.press("f9")
        await walk.until("确认提交？")
        await walk.press("1")
        # 12: whether and when the police were told is asked first.
        await walk.until("监护人也不知去向，请填写是否报警")
        assert await recorded(town) == 0
        await walk.press(*("enter",) * 1, "tab", "tab", "tab")
        await walk.until("> 是否报警")
        await walk.press("1", "enter", "enter", *"0905", "f9")
        await walk.until("确认提交？")
        await walk.press("1")
        await walk.until("已登记第1次联系。")
    assert "not_known:bureau" in await town.duties()
    row = await town.pool.fetchrow(LAST)
    assert row["police_told_at"] == MONDAY.replace(minute=5)


async def test_what_is_wrong_stays_to_be_read_when_the_draft_is_kept(town: Town) -> None:
    async with at_page(town, "li") as walk:
        await walk.press("1")
        await walk.until("联系结果")
        await walk.press("enter", "enter", "down", *NOTE, "f9")
        await walk.until("请选择联系结果。")
        kept = "SELECT count(*) FROM draft"
        for _ in range(200):
            if await town.pool.fetchval(kept):
                break
            await walk.pilot.pause(0.02)
        await walk.pilot.pause()
        assert "请选择联系结果。" in walk.text


async def test_what_is_typed_is_kept_and_resumed_and_cleared_by_submission(
    town: Town,
) -> None:
    desk = await town.desk("li")
    async with at_page(town, "li") as walk:
        await walk.press("1")
        await walk.until("联系结果")
        await walk.press("enter", "enter", "5", "enter", *NOTE)
        await walk.until("已存草稿 09:10")
    left = await draft.load(desk, "contact", str(XIAOYU))
    assert left is not None
    assert json.loads(left.body)["note"] == "称随父外出"
    async with at_page(town, "li") as walk:
        await walk.press("1")
        await walk.until("已恢复 11-23 09:10 的草稿。")
        assert "称随父外出" in walk.text
        assert "[未联系上  ]" in walk.text
        await walk.press("f9")
        await walk.until("已登记第1次联系。")
        await walk.pilot.pause(1.0)
    assert await draft.load(desk, "contact", str(XIAOYU)) is None
    assert (await town.pool.fetchrow(LAST))["note"] == "称随父外出"


async def test_what_is_typed_while_the_draft_is_being_read_is_newer_and_stays(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = json.dumps({"method": "video", "result": "not_reached", "note": "称随父外出"})
    await draft.save(await town.desk("li"), "contact", str(XIAOYU), uuid4(), old)
    load, read = draft.load, asyncio.Event()

    async def slowly(*given: object) -> object:
        await read.wait()
        return await load(*given)

    monkeypatch.setattr(draft, "load", slowly)
    async with at_page(town, "li") as walk:
        await walk.press("1")
        await walk.until("联系结果")
        await walk.press("2")
        await walk.until("[微信    ]")
        read.set()
        await walk.until("已恢复 11-23 09:10 的草稿。")
        assert "[微信    ]" in walk.text
        assert "[未联系上  ]" in walk.text
        assert "称随父外出" in walk.text


async def test_what_was_typed_just_before_submission_leaves_no_draft(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    record = contact.record

    async def slowly(*given: object) -> int:
        number = await record(*given)
        await asyncio.sleep(1.0)  # a slow line: committed, and not yet answered
        return number

    monkeypatch.setattr(contact, "record", slowly)
    async with at_page(town, "li") as walk:
        await walk.press("1")
        await walk.until("联系结果")
        await walk.press("enter", "enter", "1", "enter", *NOTE, "f9")
        await walk.until("已登记第1次联系。")
    assert await draft.load(await town.desk("li"), "contact", str(XIAOYU)) is None


async def test_what_was_typed_just_before_a_refusal_is_kept(town: Town) -> None:
    async with at_page(town, "li") as walk:
        await walk.press("1")
        await walk.until("联系结果")
        await walk.press("enter", "enter", "1", "enter", *NOTE, "tab", "right", "f9")
        await walk.until("联系时间晚于现在")
    left = await draft.load(await town.desk("li"), "contact", str(XIAOYU))
    assert left is not None
    assert json.loads(left.body)["note"] == "称随父外出"
    assert await recorded(town) == 0


async def test_a_contact_saved_although_its_answer_was_lost_is_not_doubled(
    town: Town,
) -> None:
    desk = await town.desk("li")
    body = '{"method": "phone", "whom": "母亲 李梅", "result": "reached"}'
    await draft.save(desk, "contact", str(XIAOYU), UUID(int=9), body)
    async with at_page(town, "li") as walk:
        await walk.press("1")
        await walk.until("已恢复")
        await contact.record(desk, call(), UUID(int=9))
        await walk.press("f9")
        await walk.until("此项已经保存，无需重复提交。")
        await walk.until("个案 赵小雨")
    assert await recorded(town) == 1
    assert await draft.load(desk, "contact", str(XIAOYU)) is None


async def test_the_earlier_contacts_stand_under_the_form(town: Town) -> None:
    await contact.record(await town.desk("li"), call(note="无人接听"), UUID(int=3))
    async with at_page(town, "wang") as walk:
        await walk.press("1")
        await walk.until("第2次联系")
        assert "此前联系" in walk.text
        assert "11-23 09:10 电话 母亲 李梅：已联系 无人接听" in walk.text
    assert await town.pool.fetchval("SELECT township_id FROM contact") == TOWNSHIP
