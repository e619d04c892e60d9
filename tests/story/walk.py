"""What a person does on every screen: find a line, fill a field, open the menu, count keys."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

from tests.story.conftest import Town
from tests.story.terminal import Terminal


@contextmanager
def within(t: Terminal, most: int) -> Iterator[None]:
    """Hold a journey to its budget of keys; what is typed as text is not counted."""
    before = t.pressed
    yield
    assert t.pressed - before <= most, f"{t.pressed - before} keys\n{t.text()}"


def row_of(t: Terminal, *words: str) -> int:
    """Return the one row above the message line that holds every word."""
    lines = t.lines()[:-2]
    rows = [y for y, line in enumerate(lines) if all(word in line for word in words)]
    assert len(rows) == 1, f"{words} in {len(rows)} rows\n{t.text()}"
    return rows[0]


def cursor_row(t: Terminal) -> int:
    """Return the row in which the cursor stands."""
    rows = [y for y, line in enumerate(t.lines()) if line.lstrip("|│").startswith(">")]
    assert len(rows) == 1, t.text()
    return rows[0]


async def open_line(t: Terminal, *words: str) -> None:
    """Open the line that holds every word: by its digit, else by the cursor and Enter."""

    def stands() -> bool:
        return any(all(word in line for word in words) for line in t.lines())

    if re.search(r" 1-\d+/\d+\b", t.text()):
        # A longer list than the screen: a page at a time.
        while not stands():
            page = t.text()
            await t.press("pgdn")
            await t.until(lambda page=page: t.text() != page, ("one page more for", *words))
            await t.quiet(0.1)
    await t.until(stands, words)
    # A frame that has come by half may show a line beside another one's digit.
    await t.quiet(0.05)
    row = row_of(t, *words)
    if digit := re.match(r"[|│]?[> ] (\d) ", t.lines()[row]):
        await t.press(digit[1])
        return
    steps = row - cursor_row(t)
    await t.press(*["down" if steps > 0 else "up"] * abs(steps), "enter")


async def open_from_menu(t: Terminal, label: str) -> None:
    """Open a screen by the number it has in the menu today, or by the cursor."""
    await t.press("f4")
    await t.wait_for("点名情况", label)
    await open_line(t, label)


async def go_to(t: Terminal, label: str) -> None:
    """Go to the field of that label, from wherever the cursor is."""
    field = re.compile(rf"^[> ][ !]{re.escape(label)}[ *]", re.MULTILINE)
    await t.until(lambda: field.search(t.text()) is not None, (label,))
    await t.quiet(0.05)
    # Until it stays there: a key pressed before may still be on its way.
    while not field.match(t.lines()[here := cursor_row(t)]):
        before = t.text()[: field.search(t.text()).start()]
        await t.press("tab" if before.count("\n") > here else "backtab")
        await t.until(lambda here=here: cursor_row(t) != here)
        await t.quiet(0.05)


def label_of(t: Terminal) -> str:
    """Return the first word of the title, which a screen keeps while it is read."""
    return (t.lines()[0].split() or [""])[0]


async def back_to(t: Terminal, words: str) -> None:
    """Go back, a screen at a time, until the words stand there."""
    # Nothing is there yet for whoever has just signed in.
    await t.until(lambda: t.lines()[0] != "", ("any title",))
    while words not in t.text():
        if t.lines()[0].startswith(" 保学 "):
            # The first screen: one F10 more would ask whether to sign out.
            await t.wait_for(words)
            return
        label = label_of(t)
        await t.press("f10")
        # The same screen may write the rest of its title meanwhile.
        await t.until(lambda label=label: label_of(t) != label, ("not", label))
        await t.quiet(0.05)


# A scan, and the end.
_JPEG = b"\xff\xd8\xff\xda\x00\x03\x01data\xff\xd9"


async def brings(town: Town, who: str, kind: str, number: str = "2026-001") -> None:
    """Bring a file of a case by the command, from one's own computer."""
    words = f"case evidence add {number} --kind {kind}"
    status, _, said = await town.run(who, words, _JPEG)
    assert status == 0, said
