"""Names that are markup, through every screen of a school: text, never an action."""

import re

from tests.story.conftest import Town, at
from tests.story.terminal import Terminal

# Each would end the application, or run an action of it, wherever markup is on.
NAMES = ("[/]", "[@click=x]赵[/]", "[b]钱[/b]", "[red]孙", "[link='x']李", "{0}%s\\")


HOME = "今日待办 ─"


async def home(t: Terminal) -> None:
    """Go back to the first screen, from wherever; each step is waited for."""
    while HOME not in t.text():
        before = t.text()
        await t.press("f10")
        await t.until(lambda was=before: t.text() != was, ("another screen",))
        await t.quiet(0.05)


async def items_of(t: Terminal) -> list[str]:
    """The numbers that the menu offers."""
    await t.press("f4")
    await t.wait_for("菜单")
    await t.quiet()
    return re.findall(r"^[>│| ]+(\d) ", t.text(), re.MULTILINE)


async def test_trap_9_no_name_is_markup_on_any_screen(town: Town) -> None:
    async with town.admin.writing("test.rename") as (conn, _):
        await conn.execute(
            "UPDATE student SET name = ($1::text[])[1 + id % $2] || id",
            list(NAMES),
            len(NAMES),
        )
    town.clock.now = at("11-23", "08:05")
    seen = ""
    async with town.sign_in("wangjianguo") as t:
        await t.wait_for(HOME)
        numbers = await items_of(t)
        assert len(numbers) >= 4
        for number in numbers:
            for key in (number, "enter", "enter", "f1"):
                await t.press(key)
                await t.quiet(0.15)
                seen += t.text()
            await home(t)
            await t.press("f4")
            await t.wait_for("菜单")
        assert not t.chan.is_closing()
    assert "[/]" in seen
    assert "[@click=x]赵" in seen
