"""Names that are markup, through every screen of a school: text, never an action."""

import re

from tests.story.conftest import Town, at
from tests.story.terminal import Terminal
from tests.story.walk import back_to

# Each would end the application, or run an action of it, wherever markup is on.
NAMES = ("[/]", "[@click=x]赵[/]", "[b]钱[/b]", "[red]孙", "[link='x']李", "{0}%s\\")


HOME = "今日待办 ─"


def offered(t: Terminal) -> list[str]:
    return re.findall(r"^[>│| ]+(\d) ", t.text(), re.MULTILINE)


async def items_of(t: Terminal) -> list[str]:
    """The numbers that the menu offers: every school has four at the least."""
    await t.press("f4")
    await t.wait_for(" 菜单\n")
    await t.until(lambda: len(offered(t)) >= 4)
    await t.quiet()
    return offered(t)


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
        for number in await items_of(t):
            for key in (number, "enter", "enter", "f1"):
                await t.press(key)
                await t.quiet(0.15)
                seen += t.text()
            await back_to(t, HOME)
            await t.press("f4")
            await t.wait_for(" 菜单\n")
        assert not t.chan.is_closing()
    assert "[/]" in seen
    assert "[@click=x]赵" in seen
