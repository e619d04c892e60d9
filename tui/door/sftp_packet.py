"""SFTP's packets, version 3 (draft-ietf-secsh-filexfer-02): numbers, strings, attributes.

What they mean is sftp's.
"""

import struct
from typing import Final

from tui.door.tree import Entry

INIT, VERSION, OPEN, CLOSE, READ, WRITE = 1, 2, 3, 4, 5, 6
LSTAT, FSTAT, SETSTAT, FSETSTAT, OPENDIR, READDIR = 7, 8, 9, 10, 11, 12
REMOVE, MKDIR, RMDIR, REALPATH, STAT, RENAME = 13, 14, 15, 16, 17, 18
STATUS, HANDLE, DATA, NAME, ATTRS = 101, 102, 103, 104, 105

OK, EOF, NO_SUCH_FILE, PERMISSION_DENIED, FAILURE, BAD_MESSAGE, UNSUPPORTED = (
    *range(6),
    8,
)

WRITING, APPENDING, CREATING, TRUNCATING, NEW = 2, 4, 8, 16, 32

_SIZE, _PERMISSIONS, _TIMES = 1, 4, 8
_FOLDER, _FILE = 0o40500, 0o100400
_WRITABLE: Final = 0o200


class Malformed(Exception):
    """A packet ends before what it must hold, or holds what is no text."""


class Given:
    """A packet that came, read from its beginning."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0

    def number(self) -> int:
        """Take a number of four bytes."""
        return int.from_bytes(self._take(4), "big")

    def long(self) -> int:
        """Take a number of eight bytes."""
        return int.from_bytes(self._take(8), "big")

    def string(self) -> bytes:
        """Take bytes after their length."""
        return self._take(self.number())

    def text(self) -> str:
        """Take a path."""
        try:
            return self.string().decode()
        except UnicodeDecodeError as error:
            raise Malformed from error

    def _take(self, size: int) -> bytes:
        taken = self._data[self._at : self._at + size]
        if len(taken) < size:
            raise Malformed
        self._at += size
        return taken


def number(value: int) -> bytes:
    """Return a number as four bytes."""
    return struct.pack(">I", value)


def string(data: bytes) -> bytes:
    """Return bytes after their length."""
    return number(len(data)) + data


def packet(kind: int, *parts: bytes) -> bytes:
    """Return a packet to send."""
    return string(bytes((kind,)) + b"".join(parts))


def status(code: int, sentence: str) -> bytes:
    """Return what a request came to; the sentence is what WinSCP shows."""
    return number(code) + string(sentence.encode()) + string(b"zh")


def attributes(entry: Entry) -> bytes:
    """Return size, permissions and, of a file, its time."""
    times = b""
    if entry.at is not None:
        times = number(int(entry.at.timestamp())) * 2
    flags = _SIZE | _PERMISSIONS | (_TIMES if times else 0)
    return struct.pack(">IQI", flags, entry.size, _mode(entry)) + times


def name(entry: Entry) -> bytes:
    """Return a line of a list: the name, how `ls -l` would show it, its attributes."""
    kind, write = "d" if entry.folder else "-", "w" if entry.writable else "-"
    enter = "x" if entry.folder else "-"
    at = "" if entry.at is None else f"{entry.at:%b %d %H:%M}"
    shown = f"{kind}r{write}{enter}------ 1 - - {entry.size:>10} {at:>12} {entry.name}"
    return string(entry.name.encode()) + string(shown.encode()) + attributes(entry)


def _mode(entry: Entry) -> int:
    return (_FOLDER if entry.folder else _FILE) | (_WRITABLE if entry.writable else 0)
