"""What may be sent in: told from content, refused where its end is missing."""

import struct
from datetime import datetime
from io import BytesIO
from zipfile import ZipFile

import pytest
from docx import Document
from xlsxwriter import Workbook

from core.rules.time import SHANGHAI
from core.rules.upload import (
    BadName,
    Full,
    TooBig,
    UploadLine,
    WrongEnding,
    must_end_as,
    must_fit,
    name_of,
)
from core.rules.upload_kind import FileKind, NotTaken, NotWhole, kind_of
from tests.papers import hostile

AT = datetime(2026, 11, 23, 10, tzinfo=SHANGHAI)
MB = 1024 * 1024
# Start, a comment that holds a thumbnail with an end of its own, a scan, the end.
JPEG = b"\xff\xd8\xff\xfe\x00\x0athumb\xff\xd9.\xff\xda\x00\x03\x01data\xff\x00more\xff\xd0x\xff\xd9"
PNG = b"\x89PNG\r\n\x1a\n" + b"..." + b"\0\0\0\0IEND\xaeB`\x82"
PDF = b"%PDF-1.4\n...\nstartxref\n9\n%%EOF\r\n"
CSV = "姓名,性别\n赵小雨,女\n".encode()


def xlsx() -> bytes:
    out = BytesIO()
    with Workbook(out) as book:
        book.add_worksheet().write(0, 0, "姓名")
    return out.getvalue()


def docx() -> bytes:
    out = BytesIO()
    Document().save(out)
    return out.getvalue()


def packed(name: str) -> bytes:
    out = BytesIO()
    with ZipFile(out, "w") as archive:
        archive.writestr(name, "x")
    return out.getvalue()


WHOLE = {
    FileKind.JPEG: JPEG,
    FileKind.PNG: PNG,
    FileKind.PDF: PDF,
    FileKind.XLSX: xlsx(),
    FileKind.DOCX: docx(),
    FileKind.XLS: hostile.xls([["姓名", "性别"], ["赵小雨", "女"]]),
    FileKind.CSV: CSV,
}


@pytest.mark.parametrize(
    ("kind", "cut"),
    [
        (FileKind.JPEG, 1),
        (FileKind.PNG, 1),
        (FileKind.PDF, 3),  # a line end behind the end is no loss
        (FileKind.XLSX, 1),
        (FileKind.DOCX, 1),
        (FileKind.XLS, 512),  # a last sector need not be filled up
        (FileKind.CSV, 1),
    ],
)
def test_each_kind_is_told_from_its_content_and_a_stump_is_refused(kind, cut):
    data = WHOLE[kind]
    assert kind_of(data) is kind
    for size in (len(data) - cut, len(data) // 2 + 3):
        with pytest.raises(NotWhole):
            kind_of(data[:size])


@pytest.mark.parametrize("size", range(3, len(JPEG)))
def test_a_photograph_that_stops_anywhere_is_not_whole(size):
    with pytest.raises(NotWhole):
        kind_of(JPEG[:size])


@pytest.mark.parametrize("filler", [b"\xff", b"\xff\x01", b"\xff\xfe\0\0"])
def test_twenty_megabytes_of_markers_are_looked_through_at_once(filler):
    with pytest.raises(NotWhole):
        kind_of(b"\xff\xd8\xff" + filler * (20 * MB // len(filler)))


def test_a_long_table_is_told_by_its_beginning_and_its_end():
    long = "姓名,性别\n".encode("gb18030") * 10_000
    assert kind_of(long) is FileKind.CSV
    for data in (long + "赵".encode(), long + b"\x1b[2J\n", long + b"\0\n"):
        with pytest.raises((NotWhole, NotTaken)):
            kind_of(data)


def test_what_a_telephone_puts_behind_a_photograph_is_taken():
    assert kind_of(JPEG + b"motion") is FileKind.JPEG


@pytest.mark.parametrize("text", [CSV.decode(), "姓名\t性别\n"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_a_roster_as_text_comes_in_any_of_the_usual_encodings(text, encoding):
    assert kind_of(text.encode(encoding)) is FileKind.CSV


@pytest.mark.parametrize(
    "data",
    [
        b"MZ\x90\0" + bytes(60),
        b"#!/bin/sh\nrm -rf /\n",
        b"<html></html>\n",
        b"\x7fELF" + bytes(60),
        packed("evil.exe"),
        packed("xl/workbook.xml"),
        b"a,b\x1b[2J\n",
        b"GIF89a" + bytes(9),
        struct.pack("<8s", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1") + bytes(600),
    ],
)
def test_whatever_else_comes_is_refused(data):
    with pytest.raises(NotTaken):
        kind_of(data)


def test_nothing_is_no_file():
    with pytest.raises(NotWhole):
        kind_of(b"")


@pytest.mark.parametrize(
    "name", ["家访 11月23日（1）.jpg", "阿卜杜拉·买买提.pdf", "𠮷.png", "a" * 100]
)
def test_a_name_is_kept_as_it_is(name):
    assert name_of(name) == name


@pytest.mark.parametrize(
    "name",
    [
        *(
            "",
            ".",
            "..",
            ".ssh",
            " a.jpg",
            "a.jpg ",
            "a" * 101,
            "a/b.jpg",
            "a\\b.jpg",
            "C:a",
        ),
        *(
            "a\0.jpg",
            "a\x05.jpg",
            "a\x1b[2J",
            "a\n",
            "a\x9b",
            "a\u202egpj.exe",
            "a\ufeff",
            "a\ue000",
        ),
    ],
)
def test_a_name_that_fits_no_folder_or_presses_keys_is_refused(name):
    with pytest.raises(BadName):
        name_of(name)


def test_a_name_ends_as_its_content_is():
    for name in ("a.jpg", "a.JPEG", "a.jpg.filepart"):
        must_end_as(FileKind.JPEG, name)
    for name in ("a.png", "a", "jpg", "a.jpg.exe", "a.filepart"):
        with pytest.raises(WrongEnding, match=r"\.jpg 结尾"):
            must_end_as(FileKind.JPEG, name)


def line(name: str, size: int) -> UploadLine:
    return UploadLine(file_name=name, kind=FileKind.PDF, size=size, uploaded_at=AT)


def test_a_file_has_at_most_twenty_megabytes():
    must_fit((), "a", 20 * MB)
    with pytest.raises(TooBig):
        must_fit((), "a", 20 * MB + 1)


def test_all_together_have_at_most_a_hundred_megabytes():
    held = tuple(line(f"{n}", 20 * MB) for n in range(4))
    must_fit(held, "a", 20 * MB)
    with pytest.raises(Full):
        must_fit((*held, line("x", 1)), "a", 20 * MB)
    # What it takes the place of does not count.
    must_fit((*held, line("a", 20 * MB)), "a", 20 * MB)


def test_fifty_files_are_kept_and_no_more():
    must_fit(tuple(line(f"{n}", 1) for n in range(49)), "a", 1)
    fifty = tuple(line(f"{n}", 1) for n in range(50))
    with pytest.raises(Full):
        must_fit(fifty, "a", 1)
    must_fit(fifty, "49", 1)
