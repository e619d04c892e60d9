import asyncio

import pytest
from textual.worker import WorkerFailed

from core.rules.errors import BadInput, Changed
from core.rules.news import Where
from core.rules.staff import Grant, Role
from tests.tui.kit import LI, MONDAY, Toy, ToyApp, a_desk, page, settle
from tui.screens.base import DeskScreen, News
from tui.screens.confirm import Confirm


@pytest.fixture
async def toy():
    toy = Toy(a_desk())
    async with ToyApp(toy).run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        toy.pilot = pilot
        yield toy


async def test_title_message_and_keys_stand_on_their_lines_at_any_height():
    for width, height in ((80, 24), (120, 40), (40, 12)):
        toy = Toy(a_desk())
        app = ToyApp(toy)
        async with app.run_test(size=(width, height)) as pilot:
            await settle(pilot)
            toy.set_title("名单  三年级（1）班", "11-23 周一")
            toy.tell("已保存。")
            await settle(pilot)
            lines = page(app)
            assert len(lines) == height
            assert lines[0].startswith(" 名单  三年级（1）班")
            assert lines[0].endswith("11-23 周一")
            assert lines[-2] == " 已保存。"
            assert lines[-1].endswith("F10返回")
            assert toy.listing.size == (width, height - 3)


SENTENCE = (
    "不能作零报告：" + "、".join(f"近两个上课日未点名{n}节" for n in range(1, 6)) + "。"
)


async def test_a_sentence_longer_than_the_line_is_told_whole(toy):
    toy.tell(SENTENCE)
    await settle(toy.pilot)
    lines = page(toy.app)
    assert len(lines) == 24
    assert "".join(line.strip() for line in lines[21:23]) == SENTENCE
    assert lines[23].endswith("F10返回")
    toy.tell("已保存。")
    await settle(toy.pilot)
    assert page(toy.app)[21:23] == ["", " 已保存。"]
    await toy.pilot.resize_terminal(60, 20)
    toy.tell(SENTENCE)
    await settle(toy.pilot)
    assert "".join(line.strip() for line in page(toy.app)[16:19]) == SENTENCE


async def test_a_title_cut_for_what_stands_at_the_right_is_kept_apart_from_it(toy):
    toy.set_title(
        "登记家访 吾买尔江·艾合买提 三年级（1）班 12号 03-14生", "须三方共同家访 第2次"
    )
    await settle(toy.pilot)
    assert page(toy.app)[0] == (
        " 登记家访 吾买尔江·艾合买提 三年级（1）班 12号 03-14生     须三方共同家访 第2次"
    )
    await toy.pilot.resize_terminal(60, 20)
    await settle(toy.pilot)
    assert page(toy.app)[0] == (
        " 登记家访 吾买尔江·艾合买提 三年级（.. 须三方共同家访 第2次"
    )


@pytest.mark.parametrize(("key", "name"), [("f7", "F7"), ("8", "8"), ("８", "8")])
async def test_a_key_that_does_nothing_here_says_so_until_the_next_key(toy, key, name):
    await toy.pilot.press(key)
    await settle(toy.pilot)
    assert toy.message == f" 此处不用“{name}”；可用的键见最下一行。"
    await toy.pilot.press("down")
    await settle(toy.pilot)
    assert toy.message == ""


async def test_what_was_told_is_gone_when_one_comes_back(toy):
    toy.tell("没有找到“赵”。")
    toy.app.push_screen(Toy(a_desk()))
    await settle(toy.pilot)
    await toy.pilot.press("f10")
    await settle(toy.pilot)
    assert toy.message == ""


async def test_a_screen_is_read_once_when_it_comes_up_and_again_on_f5(toy):
    assert toy.loads == 1
    await toy.pilot.press("f5")
    await settle(toy.pilot)
    assert toy.loads == 2


async def test_a_screen_is_read_again_when_it_comes_back_on_top(toy):
    toy.app.push_screen(Toy(a_desk()))
    await settle(toy.pilot)
    assert toy.app.screen is not toy
    await toy.pilot.press("f10")
    await settle(toy.pilot)
    assert toy.app.screen is toy
    assert toy.loads == 2


@pytest.mark.parametrize("key", ["f10", "escape"])
async def test_a_question_over_a_screen_does_not_read_it_again(toy, key):
    toy.app.push_screen(Confirm("好吗？"))
    await settle(toy.pilot)
    await toy.pilot.press(key)
    await settle(toy.pilot)
    assert toy.app.screen is toy
    assert toy.loads == 1
    toy.app.push_screen(Toy(a_desk()))
    await settle(toy.pilot)
    await toy.pilot.press(key)
    await settle(toy.pilot)
    assert toy.loads == 2


async def test_an_act_is_done_once_and_the_screen_read_after_it(toy):
    await toy.pilot.press("f9")
    await settle(toy.pilot)
    assert page(toy.app)[2] == " 提交吗？"
    await toy.pilot.press("enter")
    await settle(toy.pilot)
    assert (toy.done, toy.message, toy.loads) == (["submit"], " 已保存。", 2)


async def test_a_key_repeated_while_an_act_is_under_way_is_no_second_act(toy):
    going = asyncio.Event()
    done = []

    async def slow():
        await going.wait()
        done.append(1)

    toy.act(slow)
    await settle(toy.pilot)
    toy.act(slow)
    assert toy.message == " 正在办理，请稍候…"
    toy.busy("正在生成月报…")
    toy.act(slow)
    assert toy.message == " 正在生成月报…"
    await toy.pilot.press("f10")
    await settle(toy.pilot)
    assert toy.app.screen is toy
    going.set()
    await settle(toy.pilot)
    assert done == [1]
    toy.act(slow)
    await settle(toy.pilot)
    assert done == [1, 1]


async def test_a_refusal_is_a_sentence_and_what_was_typed_stays(toy):
    async def refused():
        raise BadInput("请填写原因。")

    toy.act(refused)
    await settle(toy.pilot)
    assert page(toy.app)[22] == " 请填写原因。"
    assert toy.loads == 1


async def test_what_somebody_else_changed_is_read_again(toy):
    async def refused():
        raise Changed

    toy.act(refused)
    await settle(toy.pilot)
    assert page(toy.app)[22] == " 内容已被他人修改，已为您刷新，请核对后再办理。"
    assert toy.loads == 2


async def test_a_refusal_to_read_is_a_sentence_and_f5_tries_again(toy):
    stock = toy.load

    async def refused():
        raise BadInput("暂时不能读取。")

    toy.load = refused
    await toy.pilot.press("f5")
    await settle(toy.pilot)
    assert toy.message == " 暂时不能读取。"
    toy.load = stock
    await toy.pilot.press("f5")
    await settle(toy.pilot)
    assert (toy.message, toy.loads) == ("", 2)


async def test_a_fault_ends_the_session_loudly():
    async def broken():
        raise ZeroDivisionError

    async def session():
        toy = Toy(a_desk())
        async with ToyApp(toy).run_test() as pilot:
            await settle(pilot)
            toy.act(broken)
            await settle(pilot)

    with pytest.raises(WorkerFailed, match="ZeroDivisionError"):
        await session()


GRANTED = LI.model_copy(
    update={
        "grants": (
            Grant(
                id=1,
                role=Role.CLASS_TEACHER,
                township_id=99001,
                school_id=1,
                class_id=3,
                from_on=MONDAY,
            ),
        )
    }
)


@pytest.mark.parametrize(
    ("township_id", "nouns", "loads"),
    [
        (99001, {"roll", "leave"}, 2),
        (99001, {"leave"}, 1),
        (99002, {"roll"}, 1),
    ],
)
async def test_news_of_this_township_and_noun_reads_the_screen_again(
    township_id, nouns, loads
):
    toy = Toy(a_desk(GRANTED))
    app = ToyApp(toy)
    async with app.run_test() as pilot:
        await settle(pilot)
        app.screen.post_message(News(Where(township_id=township_id), frozenset(nouns)))
        await settle(pilot)
        assert toy.loads == loads
        app.push_screen(Confirm("好吗？"))
        await settle(pilot)
        app.screen.post_message(News(Where(township_id=township_id), frozenset(nouns)))
        await settle(pilot)
        assert toy.loads == 2 * loads - 1


async def test_news_in_a_rush_reads_once_more_and_not_each_time():
    toy = Toy(a_desk(GRANTED))
    going = asyncio.Event()
    async with ToyApp(toy).run_test() as pilot:
        await settle(pilot)
        stock, reads = toy.load, []

        async def slow():
            reads.append(1)
            await going.wait()
            await stock()

        toy.load = slow
        for _ in range(50):
            toy.post_message(News(Where(township_id=99001), frozenset({"roll"})))
            await pilot.pause()
        assert len(reads) == 1
        going.set()
        await settle(pilot)
        assert len(reads) == 2


async def test_on_the_first_screen_going_back_asks_first(toy):
    await toy.pilot.press("escape")
    await settle(toy.pilot)
    assert page(toy.app)[2] == " 退出系统？"
    await toy.pilot.press("escape")
    await settle(toy.pilot)
    assert toy.app.screen is toy
    assert toy.app.is_running
    await toy.pilot.press("f10")
    await settle(toy.pilot)
    await toy.pilot.press("1")
    await settle(toy.pilot)
    assert toy.app._exit


async def test_a_screen_must_say_what_it_reads():
    with pytest.raises(NotImplementedError):
        await DeskScreen(a_desk()).load()
