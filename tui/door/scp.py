"""scp's own old protocol (`scp -O`, and every scp before OpenSSH 9): files one by one.

Both sides acknowledge each step by a zero byte, or say in a line what is wrong.
"""

import posixpath
import re
from argparse import Namespace
from collections.abc import Sequence
from fnmatch import fnmatchcase
from typing import Final

from core.rules.errors import BadInput, Refusal
from core.rules.presence import IdleTooLong
from tui.cli.parser import Parser
from tui.door.streams import Feed, Pipe
from tui.door.tree import Entry, NoSuchFile, NotHere, Tree, absolute, joined

_OK: Final = b"\0"
_FILE: Final = re.compile(rb"C[0-7]{4} (\d{1,12}) (.+)", re.DOTALL)


class NoFolder(Refusal):
    """A folder was asked for without `-r`."""

    def __init__(self) -> None:
        super().__init__("这是目录，请用 scp -r，或写明文件名。")


class Garbled(Refusal):
    """The other side does not speak this protocol, or not to its end."""

    def __init__(self) -> None:
        super().__init__("传输中断，没有保存。")


def asked(words: Sequence[str]) -> Namespace:
    """Read what the client's scp calls ours with; raises BadInput."""
    parser = Parser("scp")
    parser.add_argument("-t", dest="to_here", action="store_true")
    parser.add_argument("-f", dest="from_here", action="store_true")
    for ignored in ("-p", "-v", "-q", "-d"):
        parser.add_argument(ignored, action="store_true")
    parser.add_argument("-r", dest="folders", action="store_true")
    parser.add_argument("path", nargs="+")
    args = parser.parse_args(list(words))
    if args.to_here == args.from_here:
        raise BadInput("请在自己的电脑上运行 scp。")
    return args


class Scp:
    """One call of scp on the other side."""

    def __init__(self, tree: Tree, feed: Feed, out: Pipe) -> None:
        self._tree, self._feed, self._out = tree, feed, out
        self._failed = False

    async def run(self, args: Namespace) -> int:
        """Send files or take them; return the exit status.  Raises IdleTooLong."""
        # A shell would have taken blanks for the end of a name; there is none here.
        path = " ".join(args.path)
        try:
            if args.from_here:
                await self._send_all(path, folders=args.folders)
            else:
                await self._take_all(path)
        except Refusal as refusal:
            self._complain(refusal)
        return int(self._failed)

    def _complain(self, refusal: Refusal) -> None:
        self._failed = True
        self._out.write(b"\x01scp: " + str(refusal).encode() + b"\n")

    async def _said_ok(self) -> bool:
        said = await self._feed.exactly(1)
        if said == _OK:
            return True
        await self._feed.line()
        self._failed = True
        if said != b"\x01":
            raise Garbled
        return False

    # --- from here

    async def _send_all(self, path: str, *, folders: bool) -> None:
        if not await self._said_ok():
            return
        for found in await self._found(path):
            try:
                entry = await self._tree.entry(found)
                if not entry.folder:
                    await self._send(found)
                elif folders:
                    await self._send_folder(found, entry)
                else:
                    raise NoFolder
            except (Garbled, IdleTooLong):
                raise
            except Refusal as refusal:
                self._complain(refusal)

    async def _found(self, path: str) -> list[str]:
        """Return what a path names; `*` and `?` are for us, as there is no shell."""
        folder, name = posixpath.split(absolute(path))
        if not any(letter in name for letter in "*?["):
            return [absolute(path)]
        names = [one.name for one in await self._tree.entries(folder)]
        fitting = [joined(folder, one) for one in names if fnmatchcase(one, name)]
        if not fitting:
            raise NoSuchFile
        return fitting

    async def _send(self, path: str) -> None:
        data = await self._tree.read(path)
        name = posixpath.basename(path).encode()
        self._out.write(b"C0600 %d %b\n" % (len(data), name))
        if await self._said_ok():
            self._out.write(data + _OK)
            await self._feed.patiently(self._out.drain())
            await self._said_ok()

    async def _send_folder(self, path: str, entry: Entry) -> None:
        self._out.write(b"D0700 0 " + entry.name.strip("/").encode() + b"\n")
        if await self._said_ok():
            for one in await self._tree.entries(path):
                if not one.folder:
                    await self._send(joined(path, one.name))
            self._out.write(b"E\n")
            await self._said_ok()

    # --- to here

    async def _take_all(self, path: str) -> None:
        self._out.write(_OK)
        while line := await self._feed.line():
            match line[:1]:
                case b"C":
                    await self._take(path, line)
                case b"T" | b"E":
                    self._out.write(_OK)
                case b"D":
                    self._complain(NotHere())
                case b"\x01":
                    self._failed = True
                case _:
                    raise Garbled

    async def _take(self, path: str, line: bytes) -> None:
        head = _FILE.fullmatch(line)
        if head is None:
            raise Garbled
        try:
            where, size = await self._where(path, head.group(2)), int(head.group(1))
            await self._tree.must_take(where, size)
        except Refusal as refusal:
            # The other side leaves this file out, and goes on.
            self._complain(refusal)
            return
        self._out.write(_OK)
        data = await self._feed.exactly(size)
        if len(data) < size or not await self._said_ok():
            self._failed = True
            return
        try:
            await self._tree.put(where, data)
        except Refusal as refusal:
            self._complain(refusal)
        else:
            self._out.write(_OK)

    async def _where(self, path: str, sent: bytes) -> str:
        try:
            name = sent.decode()
        except UnicodeDecodeError as error:
            raise BadInput("文件名不是UTF-8编码，请改名后再传。") from error
        try:
            entry = await self._tree.entry(path)
        except NoSuchFile:
            return absolute(path)
        return joined(path, name) if entry.folder else absolute(path)
