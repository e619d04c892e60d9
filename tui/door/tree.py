"""The tree that SFTP and scp show: 导出 and 上传, and no folder of the server behind it.

A path is words about two lists of this person's; there is nothing else that it could name.
How the bytes travel is sftp's and scp's.
"""

import posixpath
import unicodedata
from typing import Final

from core.rules.base import Record
from core.rules.errors import Refusal
from core.rules.export import ExportLine, Gone
from core.rules.time import Moment
from core.rules.upload import UPLOADS, NameTaken, NoUpload
from core.services import export, upload
from core.services.desk import Desk

EXPORTS: Final = "导出"


class NoSuchFile(Refusal):
    """Nothing is called so here."""

    def __init__(self) -> None:
        super().__init__(f"没有这个文件或目录；这里只有“{EXPORTS}”和“{UPLOADS}”两个目录。")


class NotHere(Refusal):
    """Nothing can be written in this place."""

    def __init__(self) -> None:
        super().__init__(f"这里不能写入或删除，请把文件直接放到“{UPLOADS}”下。")


class NoFile(Refusal):
    """A folder stands where a file is asked for."""

    def __init__(self) -> None:
        super().__init__("这是目录，不是文件，请写明文件名。")


# What a client is told as "no such file".
MISSING: Final = (NoSuchFile, NoUpload, Gone)


class Entry(Record):
    """A file or a folder; `size` in bytes."""

    name: str
    size: int = 0
    at: Moment | None = None
    folder: bool = False
    writable: bool = False


_ROOT: Final = Entry(name="/", folder=True)
_FOLDERS: Final = (
    Entry(name=EXPORTS, folder=True),
    Entry(name=UPLOADS, folder=True, writable=True),
)


def absolute(path: str) -> str:
    """Return a path from the root, without `.` and `..`: above the root is the root."""
    whole = posixpath.normpath(posixpath.join("/", unicodedata.normalize("NFC", path)))
    return f"/{whole.lstrip('/')}"


def joined(folder: str, name: str) -> str:
    """Return the path of a name within a folder."""
    return absolute(f"{folder}/{name}")


def _named(line: ExportLine) -> str:
    """Return what an export is called here: two of a day may have one title."""
    return f"{line.id}_{line.file_name}"


class Tree:
    """What one person sees, and may put there."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def entry(self, path: str) -> Entry:
        """Return what stands at a path (NoSuchFile)."""
        folder, name = posixpath.split(absolute(path))
        if not name:
            return _ROOT
        for one in await self.entries(folder):
            if one.name == name:
                return one
        raise NoSuchFile

    async def entries(self, path: str) -> tuple[Entry, ...]:
        """Return what stands in a folder (NoSuchFile)."""
        match absolute(path).split("/")[1:]:
            case [""]:
                return _FOLDERS
            case [one] if one == EXPORTS:
                return tuple(
                    Entry(name=_named(line), size=line.size, at=line.made_at)
                    for line in await export.mine(self._desk)
                )
            case [one] if one == UPLOADS:
                return tuple(
                    Entry(
                        name=line.file_name,
                        size=line.size,
                        at=line.uploaded_at,
                        writable=True,
                    )
                    for line in await upload.mine(self._desk)
                )
        raise NoSuchFile

    async def read(self, path: str) -> bytes:
        """Return a file's bytes; that an export was taken is written down (NoSuchFile)."""
        match absolute(path).split("/")[1:]:
            case [folder, name] if folder == UPLOADS:
                return await upload.fetched(self._desk, name)
            case [folder, name] if folder == EXPORTS:
                for line in await export.mine(self._desk):
                    if _named(line) == name:
                        return (await export.fetched(self._desk, line.id)).data
        if (await self.entry(path)).folder:
            raise NoFile
        raise NoSuchFile

    async def must_take(self, path: str, size: int = 0, *, new: bool = False) -> None:
        """Refuse a coming file before it is sent (NotHere, BadName, TooBig, Full, NameTaken)."""
        name = self._upload(path)
        await upload.must_have_room(self._desk, name, size)
        if new and await self.exists(path):
            raise NameTaken

    async def exists(self, path: str) -> bool:
        """Tell whether something stands at a path."""
        try:
            await self.entry(path)
        except NoSuchFile:
            return False
        return True

    async def put(self, path: str, data: bytes) -> None:
        """Keep a whole file; raises NotHere and what `upload.keep` does."""
        await upload.keep(self._desk, self._upload(path), data)

    async def remove(self, path: str) -> None:
        """Forget an upload (NotHere, NoUpload)."""
        await upload.drop(self._desk, self._upload(path))

    async def rename(self, old: str, new: str) -> None:
        """Give an upload another name; raises NotHere and what `upload.rename` does."""
        await upload.rename(self._desk, self._upload(old), self._upload(new))

    def _upload(self, path: str) -> str:
        match absolute(path).split("/")[1:]:
            case [folder, name] if folder == UPLOADS:
                return name
        raise NotHere
