"""Files that a stranger might send: each is made here, none is kept in the tree."""

import io
import struct
import zipfile
import zlib
from collections.abc import Sequence

import xlsxwriter

SHEET = "xl/worksheets/sheet1.xml"
MEGABYTE = 2**20
# Places of the sizes in a zip's central directory entry.
CENTRAL = b"PK\x01\x02"
SIZE_AT = 24


def workbook(*sheets: Sequence[Sequence[str]], hidden: int | None = None) -> bytes:
    """Return an .xlsx of text cells."""
    made = io.BytesIO()
    with xlsxwriter.Workbook(made, {"in_memory": True}) as book:
        for number, rows in enumerate(sheets):
            sheet = book.add_worksheet()
            for row, cells in enumerate(rows):
                for column, cell in enumerate(cells):
                    sheet.write_string(row, column, cell)
            if number == hidden:
                sheet.hide()
    return made.getvalue()


def with_sheet(xml: bytes) -> bytes:
    """Return a workbook whose only sheet is `xml`."""
    made = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(workbook([["姓名"]]))) as old,
        zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for name in old.namelist():
            new.writestr(name, xml if name == SHEET else old.read(name))
    return made.getvalue()


def declaring(data: bytes, size: int) -> bytes:
    """Return a zip whose first entry says it unpacks to `size` bytes, and the others to 0."""
    made = bytearray(data)
    at = made.find(CENTRAL)
    while at != -1:
        made[at + SIZE_AT : at + SIZE_AT + 4] = struct.pack("<I", size)
        size = 0
        at = made.find(CENTRAL, at + 4)
    return bytes(made)


def lying_bomb(megabytes: int) -> bytes:
    """Return a workbook whose sheet says it is small and unpacks to so many megabytes.

    One compressed megabyte is repeated, so that making it costs nothing.
    """
    squeezed = zlib.compressobj(9, zlib.DEFLATED, -15)
    opening = (
        b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
    )
    start = squeezed.compress(opening + b"<sheetData><row><c t='str'><v>") + squeezed.flush(
        zlib.Z_FULL_FLUSH
    )
    block = squeezed.compress(b"x" * MEGABYTE) + squeezed.flush(zlib.Z_FULL_FLUSH)
    stream = start + block * megabytes + squeezed.flush(zlib.Z_FINISH)
    # Store the stream in place of the sheet, then call it deflated and small.
    made = bytearray(_stored(b"?" * len(stream)))
    at = made.find(b"?" * 64)
    made[at : at + len(stream)] = stream
    local = made.rfind(b"PK\x03\x04", 0, at)
    made[local + 8 : local + 10] = struct.pack("<H", zipfile.ZIP_DEFLATED)
    name = made.rfind(SHEET.encode()) - 46
    made[name + 10 : name + 12] = struct.pack("<H", zipfile.ZIP_DEFLATED)
    return bytes(made)


def _stored(xml: bytes) -> bytes:
    made = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(workbook([["姓名"]]))) as old,
        zipfile.ZipFile(made, "w", zipfile.ZIP_STORED) as new,
    ):
        for name in old.namelist():
            if name != SHEET:
                new.writestr(name, old.read(name))
        new.writestr(SHEET, xml)
    return made.getvalue()


def corner_to_corner(last: str) -> bytes:
    """Return a workbook of two cells: the first, and one of the last row Excel has."""
    cell = '<row r="{0}"><c r="{1}" t="str"><v>姓名</v></c></row>'
    rows = cell.format(1, "A1") + cell.format(1_048_576, f"{last}1048576")
    opening = (
        '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
    )
    return with_sheet(f"{opening}<sheetData>{rows}</sheetData></worksheet>".encode())


def xls(rows: Sequence[Sequence[str]], *, locked: bool = False) -> bytes:
    """Return an .xls (BIFF8) of text cells."""
    start = _record(0x0809, struct.pack("<HHHHII", 0x0600, 5, 0, 0, 0, 0))
    if locked:
        start += _record(0x002F, struct.pack("<HHH", 1, 1, 1) + b"\0" * 48)
    name = struct.pack("<BB", 1, 1) + "a".encode("utf-16-le")
    sheet = _record(0x0809, struct.pack("<HHHHII", 0x0600, 0x10, 0, 0, 0, 0))
    for row, cells in enumerate(rows):
        for column, cell in enumerate(cells):
            words = cell.encode("utf-16-le")
            place = struct.pack("<HHHHB", row, column, 0, len(words) // 2, 1)
            sheet += _record(0x0204, place + words)
    sheet += _record(0x000A, b"")
    # The BOUNDSHEET record (6 + 4 + the name) and the end stand before the sheet.
    offset = len(start) + 4 + 6 + len(name) + 4
    bound = _record(0x0085, struct.pack("<IBB", offset, 0, 0) + name)
    return ole("Workbook", start + bound + _record(0x000A, b"") + sheet)


def _record(kind: int, data: bytes) -> bytes:
    return struct.pack("<HH", kind, len(data)) + data


def ole(name: str, stream: bytes) -> bytes:
    """Return an OLE file of one stream: sector 0 the FAT, 1 the directory, then the stream."""
    stream = stream.ljust(max(4096, -(-len(stream) // 512) * 512), b"\0")
    sectors = len(stream) // 512
    end, free = 0xFFFFFFFE, 0xFFFFFFFF
    fat = [0xFFFFFFFD, end, *range(3, sectors + 2), end]
    fat += [free] * (128 - len(fat))
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 16
    header += struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + b"\0" * 6
    header += struct.pack("<IIIIIIIII", 0, 1, 1, 0, 4096, end, 0, end, 0)
    header += struct.pack("<I", 0) + struct.pack("<I", free) * 108
    directory = _entry("Root Entry", 5, 1, end, 0) + _entry(name, 2, free, 2, len(stream))
    directory = directory.ljust(512, b"\0")
    return header + struct.pack("<128I", *fat) + directory + stream


def _entry(name: str, kind: int, child: int, start: int, size: int) -> bytes:
    words = name.encode("utf-16-le") + b"\0\0"
    free = 0xFFFFFFFF
    return (
        words.ljust(64, b"\0")
        + struct.pack("<HBBIII", len(words), kind, 1, free, free, child)
        + b"\0" * 36
        + struct.pack("<IQ", start, size)
    )
