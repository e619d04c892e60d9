"""The child process that opens a stranger's workbook: bytes in, lines of JSON out.

It is run by path, on its own, and imports nothing of this house: whatever a hostile file
does to it, the limits below end it, and `roster_in` says so in one sentence.  Each line
is a row; the last line tells how many there were, or by one word why there are none.
"""

import csv
import io
import json
import re
import resource
import sys
import zipfile
from collections.abc import Iterator
from datetime import date
from itertools import islice
from typing import Final, TypeAlias

from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    PasswordError,
    SheetTypeEnum,
    SheetVisibleEnum,
)

Value: TypeAlias = str | float | int | bool | None

MEMORY: Final = 512 * 2**20
CPU_SECONDS: Final = 20
FILE_BYTES: Final = 10 * 2**20
UNZIPPED_BYTES: Final = 200 * 2**20
RATIO: Final = 100
ENTRIES: Final = 200
ROWS: Final = 25_000
COLUMNS: Final = 200
# Longer than any cell a roster needs; what is cut is refused afterwards as too long.
CELL_CHARACTERS: Final = 1_000
HEAD_ROWS: Final = 11
HEAD_CHARACTERS: Final = 2_000
MERGED_RANGES: Final = 2_000
NAME_HEADS: Final = frozenset({"姓名", "学生姓名"})

ZIP: Final = b"PK\x03\x04"
OLE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
# An encrypted xlsx is an OLE file that holds a stream of this name.
ENCRYPTED: Final = "EncryptedPackage".encode("utf-16-le")
# An .xls with a password has a FILEPASS record next to the first one of its globals.
LOCKED: Final = re.compile(
    rb"\x09\x08\x10\0\0\x06\x05\0.{12}(?:\x86\0\0\0)?\x2f\0", re.DOTALL
)
UTF_16: Final = (b"\xff\xfe", b"\xfe\xff")


class Unreadable(Exception):
    """The file cannot be taken; the word tells the parent which sentence to say."""


def limit() -> None:
    """Bound this process before it has seen a byte: memory, processor, no files."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def rows_of(data: bytes) -> Iterator[list[Value]]:
    """Yield the rows of the sheet that holds the roster, from the sheet's first row."""
    if len(data) > FILE_BYTES:
        raise Unreadable("big")
    start = data.lstrip(b"\xef\xbb\xbf \t\r\n")[:1]
    if not start:
        raise Unreadable("empty")
    if data.startswith(ZIP):
        _weigh(data)
        return _sheet(data)
    if data.startswith(OLE):
        if ENCRYPTED in data or LOCKED.search(data):
            raise Unreadable("password")
        return _sheet(data)
    if start == b"<":
        raise Unreadable("html")
    return _csv(data)


def _weigh(data: bytes) -> None:
    """Refuse a zip that says it unpacks to too much; one that lies meets the limits."""
    try:
        entries = zipfile.ZipFile(io.BytesIO(data)).infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError):
        raise Unreadable("broken") from None
    whole = sum(entry.file_size for entry in entries)
    if len(entries) > ENTRIES or whole > UNZIPPED_BYTES or whole > RATIO * len(data):
        raise Unreadable("bomb")
    if any(entry.flag_bits & 1 for entry in entries):
        raise Unreadable("password")


def _sheet(data: bytes) -> Iterator[list[Value]]:
    """Return the rows of the one visible sheet that holds a roster."""
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(data))
        found: list[CalamineSheet] = []
        for shown in book.sheets_metadata:
            if (
                shown.typ is SheetTypeEnum.WorkSheet
                and shown.visible is SheetVisibleEnum.Visible
            ):
                sheet = book.get_sheet_by_name(shown.name)
                if sheet.height and (not found or _has_head(sheet)):
                    found.append(sheet)
    except PasswordError:
        raise Unreadable("password") from None
    except CalamineError:
        raise Unreadable("broken") from None
    rosters = [sheet for sheet in found if _has_head(sheet)]
    if len(rosters) > 1:
        raise Unreadable("several")
    if not found:
        raise Unreadable("empty")
    return _rows(rosters[0] if rosters else found[0])


def _has_head(sheet: CalamineSheet) -> bool:
    """Tell whether a sheet has a column for names among its first rows."""
    return any(
        isinstance(cell, str) and "".join(cell.split()).strip("★*＊") in NAME_HEADS
        for row in islice(sheet.iter_rows(), HEAD_ROWS)
        for cell in row
    )


def _rows(sheet: CalamineSheet) -> Iterator[list[Value]]:
    """Yield a sheet's rows; every cell merged downwards says what the first one says."""
    if sheet.width > COLUMNS:
        raise Unreadable("wide")
    if sheet.total_height > ROWS:
        raise Unreadable("tall")
    left = sheet.start[1] if sheet.start else 0
    merged = sheet.merged_cell_ranges or []
    # Only a range one column wide: a title across the sheet says its words once.
    down = {
        (row, column - left): (top, column - left)
        for (top, column), (bottom, right) in merged[:MERGED_RANGES]
        if column == right
        for row in range(top + 1, min(bottom, ROWS) + 1)
    }
    said: dict[tuple[int, int], Value] = {}
    sources = set(down.values())
    for number, row in enumerate(sheet.iter_rows()):
        cells = [_value(cell) for cell in row]
        for column in range(len(cells)):
            if (number, column) in sources:
                said[number, column] = cells[column]
            elif (source := down.get((number, column))) is not None:
                cells[column] = said.get(source)
        yield cells


def _value(cell: object) -> Value:
    """Return a cell as text, number or nothing; a day is its ISO date."""
    if isinstance(cell, str):
        return cell[:CELL_CHARACTERS] or None
    if isinstance(cell, bool | int | float):
        return cell
    if isinstance(cell, date):
        return cell.isoformat()[:10]
    return None if cell is None else str(cell)


def _csv(data: bytes) -> Iterator[list[Value]]:
    """Yield the rows of a text file, in the encodings that Excel writes in China."""
    text = _decoded(data)
    # Other control characters only cost the row they stand in.
    if "\0" in text:
        raise Unreadable("broken")
    start = text[:HEAD_CHARACTERS]
    delimiter = max(",\t;", key=start.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        for number, row in enumerate(reader, start=1):
            if number > ROWS:
                raise Unreadable("tall")
            if len(row) > COLUMNS:
                raise Unreadable("wide")
            yield [_bare(cell) for cell in row]
    except csv.Error:
        raise Unreadable("broken") from None


def _decoded(data: bytes) -> str:
    encodings = ("utf-16",) if data.startswith(UTF_16) else ("utf-8-sig", "gb18030")
    for encoding in encodings:
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise Unreadable("broken")


def _bare(cell: str) -> Value:
    """Return a cell without what exports wrap numbers in to keep them text: ="…", a tab."""
    found = cell.strip("\t")
    if found.startswith('="') and found.endswith('"') and len(found) > len('=""'):
        found = found[2:-1]
    return found[:CELL_CHARACTERS] or None


def answer(data: bytes) -> Iterator[str]:
    """Yield each row as a line of JSON, and last how many rows there were, or why none."""
    count = 0
    try:
        for row in rows_of(data):
            while row and row[-1] is None:
                row.pop()
            yield json.dumps(row, ensure_ascii=False, separators=(",", ":"))
            count += 1
    except Unreadable as why:
        yield json.dumps({"refused": str(why)})
    except MemoryError:
        yield json.dumps({"refused": "heavy"})
    else:
        yield json.dumps({"rows": count})


if __name__ == "__main__":
    limit()
    for line in answer(sys.stdin.buffer.read(FILE_BYTES + 1)):
        # A lone surrogate cannot be written; the rules refuse the "?" it becomes no less.
        sys.stdout.buffer.write(line.encode("utf-8", "replace") + b"\n")
    sys.stdout.buffer.flush()
