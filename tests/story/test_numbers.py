"""No number of a child stands whole in any table of the database (safety.md 1.7)."""

import re
from collections.abc import Iterable
from uuid import uuid4

from python_calamine import CalamineWorkbook

from core.services import draft
from tests.story.conftest import ROSTER

# In a form that nobody has submitted yet.
TYPED = "990101201805050015"
TABLES = """
SELECT c.oid::regclass::text AS name FROM pg_class c
 WHERE c.relnamespace IN ('public'::regnamespace, 'seat'::regnamespace)
   AND c.relkind IN ('r', 'p', 'm')
"""
# Overlapping, so that a number beside other digits is seen too.
NUMBER = re.compile(r"(?=(\d{17}[\dX]|\d{11}))")


def numbers_of_roster() -> set[str]:
    """Every identity number and telephone in the file that was taken in."""
    sheet = CalamineWorkbook.from_path(ROSTER).get_sheet_by_index(0)
    cells = (str(cell) for row in sheet.to_python() for cell in row)
    return {
        found for cell in cells for found in re.findall(r"\b\d{17}[\dX]|\b1\d{10}\b", cell)
    }


def numbers_in(lines: Iterable[str]) -> set[str]:
    """Every run of digits that could be one, also where bytes are printed as hex."""
    found: set[str] = set()
    for line in lines:
        found.update(NUMBER.findall(line))
        for hexed in re.findall(r"\\x([0-9a-f]+)", line):
            text = bytes.fromhex(hexed[: len(hexed) // 2 * 2]).decode("latin-1")
            found.update(NUMBER.findall(text))
    return found


async def test_no_table_of_a_township_holds_a_whole_number(town):
    given = numbers_of_roster()
    assert len(given) > 100
    desk, op_id = await town.desk("zhouming"), uuid4()
    typed = f'{{"number": "{TYPED}"}}'
    for _ in range(2):
        await draft.save(desk, "arrival", "1", op_id, typed)
    kept = await draft.load(desk, "arrival", "1")
    assert kept is not None
    assert (kept.op_id, kept.body) == (op_id, typed)
    pool = town.front.pool
    whole: dict[str, set[str]] = {}
    for (table,) in await pool.fetch(TABLES):
        rows = await pool.fetch(f"SELECT t::text FROM {table} t")
        if left := numbers_in(row[0] for row in rows) & {*given, TYPED}:
            whole[table] = left
    assert whole == {}
    # What was typed before drafts were ciphers is still there.
    await pool.execute("UPDATE draft SET body = $1, cipher = NULL", '{"number": ""}')
    before = await draft.load(desk, "arrival", "1")
    assert before is not None
    assert before.body == '{"number": ""}'
