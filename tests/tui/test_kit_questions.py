import pytest

from core.rules.news import Where
from tests.tui.kit import FormToy, Toy, ToyApp, a_desk, page, settle
from tui.screens.ask import Ask
from tui.screens.confirm import Confirm
from tui.screens.frame import News
from tui.screens.pick import Pick
from tui.screens.text import TextPage


@pytest.fixture
async def toy():
    toy = Toy(a_desk())
    async with ToyApp(toy).run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        toy.pilot = pilot
        yield toy


async def answer(toy, screen, *keys):
    """Push a question, press keys, and return what it answered (a list), or []."""
    answers = []
    toy.app.push_screen(screen, answers.append)
    await settle(toy.pilot)
    await toy.pilot.press(*keys)
    await settle(toy.pilot)
    return answers


@pytest.mark.parametrize(
    ("keys", "answers"),
    [
        (("enter",), [True]),
        (("1",), [True]),
        (("１",), [True]),
        (("escape",), [False]),
        (("f10",), [False]),
        (("2",), [False]),
        (("y",), []),
        (("space",), []),
    ],
)
async def test_a_question_has_two_answers(toy, keys, answers):
    assert await answer(toy, Confirm("提交吗？"), *keys) == answers


async def test_news_that_reaches_a_question_just_answered_ends_nothing(toy):
    question = Confirm("提交吗？")
    assert await answer(toy, question, "enter") == [True]
    question.on_news(News(Where(township_id=990101100), frozenset({"roll"})))
    assert question.below is None
    question = Confirm("提交吗？")
    toy.app.push_screen(question)
    question.post_message(News(Where(township_id=990101100), frozenset({"roll"})))
    question.dismiss(True)
    await settle(toy.pilot)
    assert toy.app._exception is None


@pytest.mark.parametrize(
    ("keys", "answers"),
    [
        (("enter",), []),
        (("1",), []),
        (("是", "enter"), [True]),
        ((*"YES", "enter"), [True]),
        ((*"no", "enter"), []),
        (("是", "escape"), [False]),
        (("enter", "是", "enter"), [True]),
    ],
)
async def test_a_grave_question_wants_its_word(toy, keys, answers):
    assert await answer(toy, Confirm("全部删除吗？", word="是"), *keys) == answers


@pytest.mark.parametrize(
    ("keys", "answers"),
    [
        (("enter",), []),
        (("space", "enter"), []),
        (("误", "报", "enter"), ["误报"]),
        (("误", "报", "f2"), ["误报"]),
        (("误", "报", "f9"), ["误报"]),
        ((*"12345", "enter"), ["1234"]),
        (("误", "escape"), [None]),
    ],
)
async def test_a_reason_is_asked_for_and_cannot_be_empty(toy, keys, answers):
    assert await answer(toy, Ask("原因", limit=4), *keys) == answers


@pytest.mark.parametrize(
    ("keys", "answers"),
    [
        (("2",), ["b"]),
        (("down", "enter"), ["b"]),
        (("乙",), []),
        (("3",), []),
        (("f10",), [None]),
    ],
)
async def test_one_of_several_is_picked(toy, keys, answers):
    assert await answer(toy, Pick("方式", (("a", "甲"), ("b", "乙"))), *keys) == answers


async def test_a_page_of_text_is_wrapped_and_scrolled(toy):
    lines = [f"第{n}行\x1b[31m" for n in range(1, 50)]
    toy.app.push_screen(TextPage("书面报告", ["字" * 78, *lines]))
    await settle(toy.pilot)
    assert page(toy.app)[0] == " 书面报告"
    assert page(toy.app)[1] == " " + "字" * 39
    assert page(toy.app)[2] == " " + "字" * 39
    assert page(toy.app)[3] == " 第1行?[31m"
    await toy.pilot.press("pagedown")
    assert page(toy.app)[1] == " 第19行?[31m"
    await toy.pilot.press("end", "down")
    assert page(toy.app)[21] == " 第49行?[31m"
    await toy.pilot.press("home", "up")
    assert page(toy.app)[1] == " " + "字" * 39
    await toy.pilot.press("f10")
    await settle(toy.pilot)
    assert toy.app.screen is toy


@pytest.mark.parametrize("key", ["f1", "insert", "0", "０"])
async def test_the_help_is_a_numbered_way_to_every_function_key(toy, key):
    await toy.pilot.press(key)
    await settle(toy.pilot)
    lines = page(toy.app)
    assert lines[0] == " 帮助  名单"
    assert lines[2].split() == [">", "1", "F9", "提交", "提交后不能修改"]
    assert "每日八点半前点名。" in "".join(lines)
    await toy.pilot.press("1")
    await settle(toy.pilot)
    assert page(toy.app)[2] == " 提交吗？"


async def test_a_digit_in_the_help_of_a_form_runs_the_forms_own_action():
    toy = FormToy(a_desk())
    async with ToyApp(toy).run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await pilot.press("0", "insert")
        await settle(pilot)
        await pilot.press("1")
        await settle(pilot)
        assert toy.form.values()["name"] == "0"
        assert toy.message == " 请选择方式。"


@pytest.mark.parametrize(
    ("screen", "told"),
    [
        (Confirm("提交吗？"), " Enter/1：是  Esc/F10/2：否"),
        (Ask("原因", limit=9), " Enter：确定  F9/F2：确定  F10/Esc：返回"),
        (Pick("学校", (("1", "河湾小学"),)), " Enter：选择  1-9：直选  F10/Esc：返回"),
    ],
)
async def test_f1_names_every_key_of_a_question_and_answers_nothing(toy, screen, told):
    assert await answer(toy, screen, "f1") == []
    assert page(toy.app)[-2].rstrip() == told
