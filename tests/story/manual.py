"""The documents as text: their named screens, their tables, and what they point at.

A screen stands in a fenced block whose first line is ```text name=roll; the same screen
may stand in several documents.
"""

import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
DOCUMENTS = (
    *sorted(ROOT.glob("*.md")),
    *sorted((ROOT / "docs").rglob("*.md")),
)
BLOCK = re.compile(r"^```text name=(\S+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
GAP = re.compile(r"\n{3,}")


def printed(screen: str) -> str:
    """A screen as a document shows it: several empty lines in a row become one."""
    return GAP.sub("\n\n", "\n" + screen).strip("\n") + "\n"


def blocks(text: str) -> dict[str, str]:
    """The named screens of a document."""
    return dict(BLOCK.findall(text))


def rewritten(text: str, screens: dict[str, str]) -> str:
    """The document with every screen that is known put in anew."""

    def fresh(block: re.Match[str]) -> str:
        name, old = block.groups()
        return f"```text name={name}\n{screens.get(name, old)}```"

    return BLOCK.sub(fresh, text)


def table(path: Path) -> Iterator[tuple[str, ...]]:
    """The rows of a document's tables, without heads: cells free of code marks."""
    lines = path.read_text("utf-8").splitlines()
    for line, after in zip(lines, [*lines[1:], ""], strict=True):
        if line.startswith("| ") and not after.startswith("|--"):
            yield tuple(cell.strip().strip("`") for cell in line.strip("|").split("|"))


def quoted(pattern: str) -> Iterator[tuple[str, str]]:
    """Each (document, words) whose words fit `pattern`, screens left out."""
    for path in DOCUMENTS:
        text = BLOCK.sub("", path.read_text("utf-8"))
        for found in re.findall(pattern, text, re.MULTILINE):
            yield path.relative_to(ROOT).as_posix(), found
