"""What the documents show and name is what the program shows and has.

    python -m tests.story.test_manual

puts the screens of the running program into the documents anew; without it a document
that has fallen behind fails here, with the screen it ought to show.
"""

import ast
import re
import sys
from io import BytesIO

import pytest

from core.rules.policy import Policy, code_of, setting, setting_names
from core.services import sweep
from tests.story.conftest import Town, at
from tests.story.manual import (
    DOCUMENTS,
    ROOT,
    blocks,
    printed,
    quoted,
    rewritten,
    table,
)
from tests.story.terminal import Terminal
from tui.cli.local import CHORES
from tui.cli.table import commands, run_words

WRITER = "writes the screens into the documents"


class Screens:
    """Screens by name, as a document prints them."""

    def __init__(self) -> None:
        self.shown: dict[str, str] = {}

    async def keep(self, name: str, terminal: Terminal, *words: str) -> None:
        await terminal.wait_for(*words)
        await terminal.quiet()
        self.shown[name] = printed(terminal.text())


async def open_from_menu(terminal: Terminal, label: str) -> None:
    """Open a screen by the number it has in the menu today."""
    await terminal.press("f4")
    await terminal.wait_for(label)
    await terminal.quiet()
    found = re.search(rf"^[> ] *(\d) {label}", terminal.text(), re.MULTILINE)
    assert found is not None, terminal.text()
    await terminal.press(found[1])


async def monday(town: Town, screens: Screens) -> None:
    """李秀英 takes two rolls, and telephones."""
    async with town.sign_in("lixiuying") as t:
        # The month's duty comes with the door's own first sweep, whenever that is.
        await screens.keep("home", t, "今日待办", "应到44", "08:30前", "班级月报待确认")
        town.clock.now = at("11-23", "08:05")
        await t.press("enter")
        await t.wait_for("点名", "应到44")
        await t.press("5", "down", "down", "3", "right", "2")
        await screens.keep("roll", t, "未到1 请假1", "草稿08:05")
        await t.press("f9")
        await t.wait_for("缪俊杰未到校，请联系监护人")
        town.clock.now = at("11-23", "14:05")
        await t.press("f5")
        await t.wait_for("三年级（1）班 下午")
        await open_from_menu(t, "点名情况")
        await t.wait_for("点名情况", "下午")
        await t.press("enter")
        await t.wait_for("点名", "下午", "缪俊杰")
        await t.press("down", "down", "down", "5", "f9")
        await screens.keep("still", t, "确认提交", "仍未到")
        await t.press("enter")
        await t.wait_for("点名情况", "14:05 李秀英")
        await t.press("f10")
        await t.wait_for("菜单")
        await t.press("f10")
        await t.wait_for("今日待办")
        await t.press("f3")
        await t.wait_for("查找学生")
        await t.type("mjj")
        await t.press("enter")
        await screens.keep("find", t, "找到 ", "缪俊杰")
        await t.press("enter")
        await screens.keep("case", t, "个案", "缪俊杰", "下一步")
        await t.press("1")
        await screens.keep("contact", t, "登记联系", "联系结果")


async def later(town: Town, screens: Screens) -> None:
    """The clocks run; at the first of them the system rings by itself."""
    town.clock.now = at("11-24", "08:00")
    screens.shown["status"] = await asked(town, "status")
    town.clock.now = at("11-24", "16:00")
    async with town.sign_in("lixiuying") as t:
        await t.wait_for("今日待办")
        await open_from_menu(t, "班级月报")
        await screens.keep("class-month", t, "班级月报", "待确认1", "人数平衡")
    async with town.sign_in("wangjianguo") as t:
        await t.wait_for("今日待办")
        await open_from_menu(t, "48小时未到校跟踪")
        await screens.keep("missing", t, "48小时未到校跟踪", "未到校2 超时0")
    town.clock.now = at("11-25", "08:30")
    await sweep.everything(town.front)
    # What rang is told on every screen for a minute: the page is read after it.
    town.clock.now = at("11-25", "08:32")
    async with town.sign_in("wangjianguo") as t:
        await t.wait_for("缪俊杰书面报告待签发")
        await t.press("1")
        await screens.keep("report", t, "书面报告", "特此报告")


async def asked(town: Town, *words: str) -> str:
    """What a command answers the office of the township."""
    out, err = BytesIO(), BytesIO()

    async def nothing(_most: int) -> bytes:
        return b""

    desk = await town.desk("jiaoguan")
    assert await run_words(desk, words, nothing, out, err, remote=False) == 0
    assert not err.getvalue()
    return printed(out.getvalue().decode())


async def test_the_documents_show_the_running_screens(
    town: Town, request: pytest.FixtureRequest
) -> None:
    screens = Screens()
    await monday(town, screens)
    await later(town, screens)
    if request.config.pluginmanager.has_plugin(WRITER):
        for path in DOCUMENTS:
            text = path.read_text("utf-8")
            path.write_text(rewritten(text, screens.shown), "utf-8")
    named = {path: blocks(path.read_text("utf-8")) for path in DOCUMENTS}
    behind = [
        f"{path.relative_to(ROOT)} name={name}, now:\n{screens.shown.get(name)}"
        for path, found in named.items()
        for name, block in found.items()
        if screens.shown.get(name) != block
    ]
    assert not behind, "\n".join(behind)
    shown = {name for found in named.values() for name in found}
    assert shown == screens.shown.keys()


def test_the_picture_of_both_readmes_is_the_same() -> None:
    english, chinese = (
        blocks((ROOT / name).read_text("utf-8"))
        for name in ("README.md", "README.zh-CN.md")
    )
    assert english.keys() == chinese.keys() == {"roll"}


def test_the_policy_document_is_the_policy() -> None:
    """Name, meaning, unit, default and source of every setting, in the code's order."""
    code = [
        (name, *setting(name)[:2], code_of(Policy(), name), setting(name).source)
        for name in setting_names()
    ]
    assert [row[:5] for row in table(ROOT / "docs/policy.md")] == code


def test_every_setting_is_read_by_something() -> None:
    """A setting that nothing reads is a lie on a screen."""
    code = "\n".join(
        path.read_text("utf-8")
        for floor in ("core", "tui")
        for path in (ROOT / floor).rglob("*.py")
    )
    unread = [name for name in setting_names() if not re.search(rf"\.{name}\b", code)]
    assert unread == []


def test_the_glossary_names_only_what_the_code_has() -> None:
    code = "\n".join(
        path.read_text("utf-8")
        for floor in ("core", "db", "tui")
        for path in (ROOT / floor).rglob("*")
        if path.suffix in {".py", ".sql"}
    )
    words = set(re.findall(r"\w+", code))
    rows = list(table(ROOT / "docs/glossary.md"))
    assert len(rows) > 40
    assert [term for term, *_ in rows if term not in code] == []
    assert [
        name for _, name, *_ in rows if not set(re.findall(r"\w+", name)) <= words
    ] == []


def test_every_file_a_document_names_is_there() -> None:
    named = set(quoted(r"`((?:core|db|tui|tests|docs)/[\w./]*\w)`"))
    named |= set(quoted(r"\]\(((?!http)[^)#\s]+)\)"))
    assert len(named) > 40
    missing = [
        (document, path)
        for document, path in sorted(named)
        if "NOUN" not in path  # whatever noun the reader adds
        and not (ROOT / path).exists()
        and not (ROOT / document).parent.joinpath(path).exists()
    ]
    assert missing == []


def test_every_test_a_document_names_is_there() -> None:
    named = sorted(quoted(r"`(test_\w+)`"))
    assert len(named) > 30
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef)
    there = {
        node.name
        for path in (ROOT / "tests").rglob("test_*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, kinds)
    }
    assert [(document, name) for document, name in named if name not in there] == []


def test_every_command_a_document_names_is_there() -> None:
    paths = {command.words for command in commands()}
    paths |= {chore.command.words for chore in CHORES} | {("test",)}
    known = {path[:n] for path in paths for n in range(1, len(path) + 1)}
    named = sorted(quoted(r"(?:\./baoxue|^bx|`bx)((?: [a-z]+)+)"))
    assert len(named) > 20
    assert [(d, w) for d, w in named if tuple(w.split())[:1] not in known] == []
    groups = {path[0] for path in paths if len(path) > 1}
    assert [
        (document, words)
        for document, words in named
        if words.split()[0] in groups
        and len(words.split()) > 1
        and tuple(words.split())[:2] not in known
    ] == []


class _Writing:
    """A pytest plugin whose presence asks for the documents to be written."""

    def pytest_configure(self, config: pytest.Config) -> None:
        config.pluginmanager.register(object(), WRITER)


if __name__ == "__main__":
    test = test_the_documents_show_the_running_screens.__name__
    sys.exit(pytest.main([f"{__file__}::{test}"], plugins=[_Writing()]))
