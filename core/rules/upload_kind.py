"""What a file is, from its content alone, and whether it is there to its end.

A transfer that somebody stopped looks to us like one that is over; so each kind must show
its end: of a text that is no more than the end of its last line.  Nothing is unpacked here.
"""

import re
import struct
from codecs import getincrementaldecoder
from typing import Final

from core.rules.base import Coded
from core.rules.errors import Refusal

_OLE_HEAD: Final = 512
_OLE_FREE: Final = 0xFFFFFFFA  # from here on: no sector
_ZIP_END: Final = b"PK\x05\x06"
_ZIP_END_LENGTH: Final = 22
_ZIP_COMMENT: Final = 65_535
_JPEG_MARK: Final = re.compile(rb"\xff([^\x00\xff\xd0-\xd7])", re.DOTALL)
# No photograph has so many; a file made of nothing else would keep everybody waiting.
_JPEG_MARKS: Final = 10_000
_PIECE: Final = 64 * 1024
_JPEG_SCAN, _JPEG_END = 0xDA, 0xD9
_JPEG_BARE: Final = frozenset({0x01, 0xD8})
_PDF_TAIL: Final = 2048
# Enough to tell a table by; what reads all of it does so in a process of its own.
_TEXT_HEAD: Final = 64 * 1024
_CONTROLS: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


class FileKind(Coded):
    """What may be sent in: photographs, certificates, rosters."""

    JPEG = "jpeg", "JPEG 图片"
    PNG = "png", "PNG 图片"
    PDF = "pdf", "PDF 文件"
    DOCX = "docx", "Word 文档"
    XLSX = "xlsx", "Excel 工作簿"
    XLS = "xls", "Excel 97 工作簿"
    CSV = "csv", "CSV 文本"

    @property
    def endings(self) -> tuple[str, ...]:
        """Return how a name of such a file ends, the usual one first."""
        return (".jpg", ".jpeg") if self is FileKind.JPEG else (f".{self.value}",)


class NotTaken(Refusal):
    """The content is none of the kinds that are taken."""

    def __init__(self) -> None:
        super().__init__(
            "只能上传 jpg、png、pdf、docx、xlsx、xls、csv 文件；内容不符的不收。"
        )


class NotWhole(Refusal):
    """The file ends before its end."""

    def __init__(self) -> None:
        super().__init__("文件不完整，没有保存，请重新上传（csv 的最后一行须换行）。")


def kind_of(data: bytes) -> FileKind:
    """Return what a file is; raises NotTaken, or NotWhole where its end is missing."""
    if data.startswith(b"\xff\xd8\xff"):
        return _whole(FileKind.JPEG, whole=_jpeg_ends(data))
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return _whole(FileKind.PNG, whole=b"IEND\xaeB`\x82" in data[-64:])
    if data.startswith(b"%PDF-"):
        return _whole(FileKind.PDF, whole=b"%%EOF" in data[-_PDF_TAIL:])
    if data.startswith(b"PK\x03\x04"):
        return _packed(data)
    if data.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        if "Workbook".encode("utf-16-le") not in data and b"B\0o\0o\0k\0" not in data:
            raise NotTaken
        return _whole(FileKind.XLS, whole=_ole_ends(data))
    if not data:
        raise NotWhole
    text = _text(data)
    if text is None or not ("," in text or "\t" in text):
        raise NotTaken
    return _whole(FileKind.CSV, whole=data.endswith((b"\n", b"\n\0")))


def _whole(kind: FileKind, *, whole: bool) -> FileKind:
    if not whole:
        raise NotWhole
    return kind


def _jpeg_ends(data: bytes) -> bool:
    """Walk from marker to marker: a thumbnail has an end of its own inside."""
    at = 2
    for _ in range(_JPEG_MARKS):
        if (found := _next_mark(data, at)) is None:
            return False
        mark, at = found.group(1)[0], found.end()
        if mark == _JPEG_END:
            return True
        if mark in _JPEG_BARE:
            continue
        if len(data) < at + 2:
            return False
        at += int.from_bytes(data[at : at + 2], "big")
    return False


def _next_mark(data: bytes, at: int) -> re.Match[bytes] | None:
    """Search piece by piece: nobody else's turn comes while one search goes on."""
    for start in range(at, len(data), _PIECE):
        if found := _JPEG_MARK.search(data, start, start + _PIECE + 1):
            return found
    return None


def _packed(data: bytes) -> FileKind:
    """Tell a workbook from a document by the names in the list at the end of a zip."""
    end = data.rfind(_ZIP_END, -_ZIP_END_LENGTH - _ZIP_COMMENT)
    if end < 0 or end + _ZIP_END_LENGTH > len(data):
        raise NotWhole
    size, start = struct.unpack_from("<II", data, end + 12)
    if start + size > end:
        raise NotWhole
    names = data[start : start + size]
    for kind, name in (
        (FileKind.XLSX, b"xl/workbook."),
        (FileKind.DOCX, b"word/document."),
    ):
        if b"[Content_Types].xml" in names and name in names:
            return kind
    raise NotTaken


def _ole_ends(data: bytes) -> bool:
    """Tell whether every sector that the first allocation tables name is there."""
    if len(data) < _OLE_HEAD:
        return False
    (shift,) = struct.unpack_from("<H", data, 30)
    if shift != 9:  # noqa: PLR2004 - 512 bytes a sector, as every .xls has
        return False
    tables = [t for t in struct.unpack_from("<109I", data, 76) if t < _OLE_FREE]
    last = 0
    for place, table in enumerate(tables):
        start = _OLE_HEAD + table * 512
        if start + 512 > len(data):
            return False
        sectors = struct.unpack_from("<128I", data, start)
        used = [n for n, follows in enumerate(sectors) if follows != 0xFFFFFFFF]  # noqa: PLR2004
        last = max(last, place * 128 + used[-1]) if used else last
    # The last sector need not be filled up.
    return len(data) > _OLE_HEAD + last * 512


def _text(data: bytes) -> str | None:
    """Return how a text in an encoding of spreadsheets begins; None where it is none."""
    wide = data.startswith((b"\xff\xfe", b"\xfe\xff"))
    if not wide and any(control in data for control in (b"\0", b"\x1b")):
        return None
    for encoding in ("utf-16",) if wide else ("utf-8-sig", "gb18030"):
        decoder = getincrementaldecoder(encoding)()
        try:
            text = decoder.decode(data[:_TEXT_HEAD], final=len(data) <= _TEXT_HEAD)
        except UnicodeDecodeError:
            continue
        return None if not text or _CONTROLS.search(text) else text
    return None
