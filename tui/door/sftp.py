"""SFTP, version 3, over a pair of streams: what OpenSSH, WinSCP and FileZilla all speak.

One request after another, each answered before the next is read.  What may be seen and
sent in is the tree's; what a client has open is sftp_files'.
"""

from collections.abc import Awaitable, Callable
from types import MappingProxyType
from typing import Final

from core.rules.errors import Refusal
from tui.cli.command import Sink, say
from tui.door import sftp_packet as p
from tui.door.sftp_files import Handles, NoMore
from tui.door.streams import Feed, Pipe
from tui.door.tree import MISSING, Entry, NotHere, Tree, absolute

_VERSION: Final = 3
_HEAD: Final = 4
# OpenSSH sends 32 KB a packet, others up to a quarter of a megabyte.
_LONGEST: Final = 256 * 1024 + 1024
# A client asks these to find out: that nothing is there is no news to its person.
_ASKING: Final = frozenset({p.STAT, p.LSTAT, p.FSTAT, p.OPENDIR, p.READDIR, p.REALPATH})
_ANSWERS: Final = MappingProxyType(
    {
        p.OPEN: p.HANDLE,
        p.OPENDIR: p.HANDLE,
        p.READ: p.DATA,
        p.READDIR: p.NAME,
        p.REALPATH: p.NAME,
        p.STAT: p.ATTRS,
        p.LSTAT: p.ATTRS,
        p.FSTAT: p.ATTRS,
    }
)
_DONE: Final = p.status(p.OK, "")


class Unsupported(Exception):
    """A request that makes no sense here: links, locks, extensions."""


class Sftp:
    """One client's requests."""

    def __init__(self, tree: Tree, feed: Feed, out: Pipe, err: Sink) -> None:
        self._tree, self._feed, self._out, self._err = tree, feed, out, err
        self._handles = Handles(tree, self._tell)
        self._acts: dict[int, Callable[[p.Given], Awaitable[bytes]]] = {
            p.OPEN: self._begin,
            p.CLOSE: self._close,
            p.READ: self._read,
            p.WRITE: self._write,
            p.LSTAT: self._stat,
            p.STAT: self._stat,
            p.FSTAT: self._fstat,
            p.SETSTAT: self._setstat,
            p.FSETSTAT: self._fsetstat,
            p.OPENDIR: self._opendir,
            p.READDIR: self._readdir,
            p.REMOVE: self._remove,
            p.MKDIR: self._no_folder,
            p.RMDIR: self._no_folder,
            p.REALPATH: self._realpath,
            p.RENAME: self._rename,
        }

    async def run(self) -> int:
        """Answer until the client has gone; return the exit status.

        What is open then is forgotten.  Raises IdleTooLong.
        """
        if (first := await self._packet()) is None:
            return 0
        if first[0] != p.INIT:
            return 1
        await self._answer(p.packet(p.VERSION, p.number(_VERSION)))
        while (came := await self._packet()) is not None:
            given = p.Given(came[1:])
            try:
                asked = given.number()
            except p.Malformed:
                return 1
            kind, rest = await self._act(came[0], given)
            await self._answer(p.packet(kind, p.number(asked), rest))
        return 0

    async def _packet(self) -> bytes | None:
        head = await self._feed.exactly(_HEAD)
        size = int.from_bytes(head, "big")
        if len(head) < _HEAD or not 0 < size <= _LONGEST:
            return None
        came = await self._feed.exactly(size)
        return came if len(came) == size else None

    async def _answer(self, data: bytes) -> None:
        self._out.write(data)
        await self._feed.patiently(self._out.drain())

    async def _act(self, kind: int, given: p.Given) -> tuple[int, bytes]:
        act = self._acts.get(kind, _unsupported)
        try:
            return _ANSWERS.get(kind, p.STATUS), await act(given)
        except p.Malformed:
            answer = p.status(p.BAD_MESSAGE, "请求不完整，或文件名不是UTF-8编码。")
        except Unsupported:
            answer = p.status(p.UNSUPPORTED, "不支持此项操作。")
        except NoMore:
            answer = p.status(p.EOF, "")
        except Refusal as refusal:
            answer = p.status(_code(refusal), str(refusal))
            if kind not in _ASKING:
                self._tell(refusal)
        return p.STATUS, answer

    def _tell(self, refusal: Refusal) -> None:
        # OpenSSH's own client shows a code's name, and what is said on standard error.
        say(self._err, str(refusal))

    async def _begin(self, given: p.Given) -> bytes:
        return p.string(await self._handles.open(absolute(given.text()), given.number()))

    async def _close(self, given: p.Given) -> bytes:
        return _done_unless(await self._handles.close(given.string()))

    async def _read(self, given: p.Given) -> bytes:
        handle, offset, size = given.string(), given.long(), given.number()
        return p.string(self._handles.read(handle, offset, size))

    async def _write(self, given: p.Given) -> bytes:
        handle, offset, data = given.string(), given.long(), given.string()
        return _done_unless(self._handles.write(handle, offset, data))

    async def _stat(self, given: p.Given) -> bytes:
        return p.attributes(await self._tree.entry(given.text()))

    async def _fstat(self, given: p.Given) -> bytes:
        return p.attributes(self._handles.entry(given.string()))

    async def _setstat(self, given: p.Given) -> bytes:
        # Times and permissions are not kept; a client that sets them after a transfer
        # must not take that for a failure.
        return _set(await self._tree.entry(given.text()))

    async def _fsetstat(self, given: p.Given) -> bytes:
        return _set(self._handles.entry(given.string()))

    async def _opendir(self, given: p.Given) -> bytes:
        return p.string(await self._handles.open_folder(absolute(given.text())))

    async def _readdir(self, given: p.Given) -> bytes:
        names = self._handles.names(given.string())
        return p.number(len(names)) + b"".join(p.name(entry) for entry in names)

    async def _remove(self, given: p.Given) -> bytes:
        await self._tree.remove(given.text())
        return _DONE

    async def _rename(self, given: p.Given) -> bytes:
        await self._tree.rename(given.text(), given.text())
        return _DONE

    async def _realpath(self, given: p.Given) -> bytes:
        return p.number(1) + p.name(Entry(name=absolute(given.text())))

    async def _no_folder(self, given: p.Given) -> bytes:
        del given
        raise NotHere


async def _unsupported(given: p.Given) -> bytes:
    del given
    raise Unsupported


def _set(entry: Entry) -> bytes:
    if not entry.writable:
        raise NotHere
    return _DONE


def _done_unless(refusal: Refusal | None) -> bytes:
    return _DONE if refusal is None else p.status(_code(refusal), str(refusal))


def _code(refusal: Refusal) -> int:
    if isinstance(refusal, MISSING):
        return p.NO_SUCH_FILE
    return p.PERMISSION_DENIED if isinstance(refusal, NotHere) else p.FAILURE
