"""Uploads: what a person may send in, under which name, how much, and for how long.

What a file is, is told from its content: upload_kind.
"""

import re
import unicodedata
from datetime import timedelta
from typing import Final

from core.rules.base import HOSTILE, Record
from core.rules.errors import Refusal
from core.rules.time import Moment
from core.rules.upload_kind import FileKind

# What the folder is called.
UPLOADS: Final = "上传"
# An inbox, not an archive; a week spans the days between a home visit and the desk.
KEPT_FOR: Final = timedelta(days=7)
MAX_BYTES: Final = 20 * 1024 * 1024
MAX_FILES: Final = 50
MAX_TOGETHER: Final = 100 * 1024 * 1024
LONGEST_NAME: Final = 100
# WinSCP sends a large file under this ending, and gives it its own name when it is whole.
PART: Final = ".filepart"
# What no Windows file may be called, and what no Unix file may: it must fit on either.
_UNFIT: Final = re.compile(r'[\\/:*?"<>|]')


class UploadLine(Record):
    """An upload without its bytes; `size` in bytes."""

    file_name: str
    kind: FileKind
    size: int
    uploaded_at: Moment


class BadName(Refusal):
    """A file may not be called so."""

    def __init__(self) -> None:
        super().__init__(
            '文件名不合适：最多100个字，不能以点开头，不能含控制字符或 \\ / : * ? " < > |。'
        )


class WrongEnding(Refusal):
    """The name's ending says something else than the content."""

    def __init__(self, kind: FileKind) -> None:
        super().__init__(f"文件内容是{kind.label}，文件名应以 {kind.endings[0]} 结尾。")


class TooBig(Refusal):
    """The file is larger than what is taken."""

    def __init__(self) -> None:
        super().__init__(f"文件超过{MAX_BYTES // 1024 // 1024}MB，不能上传，请压缩后再传。")


class Full(Refusal):
    """A person has sent in as much as is kept."""

    def __init__(self) -> None:
        super().__init__(
            f"“{UPLOADS}”最多放{MAX_FILES}个文件、共{MAX_TOGETHER // 1024 // 1024}MB，"
            "请先删除不用的文件。"
        )


class NoUpload(Refusal):
    """There is no such upload of this person's."""

    def __init__(self) -> None:
        super().__init__(
            f"“{UPLOADS}”中没有这个文件，或已超过{KEPT_FOR.days}天被清除，请重新上传。"
        )


class NameTaken(Refusal):
    """Another upload is called so."""

    def __init__(self) -> None:
        super().__init__(f"“{UPLOADS}”中已有同名文件，请先删除或改名。")


def name_of(text: str) -> str:
    """Return the name an upload is kept under; raises BadName."""
    name = unicodedata.normalize("NFC", text)
    fits = 0 < len(name) <= LONGEST_NAME and name == name.strip() and name[0] != "."
    if not fits or HOSTILE.search(name) or _UNFIT.search(name) or not name.isprintable():
        raise BadName
    return name


def must_end_as(kind: FileKind, name: str) -> None:
    """Refuse a name whose ending is not the content's (WrongEnding)."""
    if not name.lower().removesuffix(PART).endswith(kind.endings):
        raise WrongEnding(kind)


def must_fit(held: tuple[UploadLine, ...], name: str, size: int) -> None:
    """Refuse a file for which there is no room beside the others (TooBig, Full)."""
    if size > MAX_BYTES:
        raise TooBig
    others = [line.size for line in held if line.file_name != name]
    if len(others) >= MAX_FILES or sum(others) + size > MAX_TOGETHER:
        raise Full
