"""A stranger's workbook opened: bytes in, raw rows out, in one bounded process of its own.

The child (`roster_sheet`, a fresh interpreter, never a fork) parses; here its answer is
read, counted and put into words.  Blocks: a server asks `roster_reading`, which does this
and understands the rows (`core/rules/roster`) in a process of its own.
"""

import subprocess
import sys
from collections.abc import Generator
from pathlib import Path
from threading import Timer
from typing import Final, TypeAlias

from pydantic import TypeAdapter, ValidationError

from core.papers import roster_sheet
from core.rules.base import Coded, Record
from core.rules.roster_cell import Cell
from core.rules.roster_record import RosterUnreadable

Row: TypeAlias = tuple[Cell, ...]

# Whoever understands the rows as they come holds the child up.
WALL_SECONDS: Final = 60.0
ANSWER_BYTES: Final = 64 * 2**20
LINE_BYTES: Final = 4 * 2**20
_ROW: Final = TypeAdapter(tuple[str | float | int | bool | None, ...])


class Unreadable(Coded):
    """Why a file cannot be taken: the child's word, and the sentence for the user."""

    BIG = "big", "文件超过10 MB，请按学校拆分后导入。"
    EMPTY = "empty", "文件是空的，请重新导出名册。"
    PASSWORD = "password", "文件有密码，请在Excel中去掉密码后重新导入。"
    HTML = "html", "这是网页，不是工作簿，请用Excel打开，另存为.xlsx后导入。"
    BROKEN = "broken", "文件已损坏或不是Excel工作簿，请重新导出名册。"
    BOMB = "bomb", "文件解压后过大，疑为异常文件，请重新导出名册。"
    WIDE = "wide", "表格超过200列，请使用学籍系统的名册模板。"
    TALL = "tall", "表格超过25000行，请按学校拆分后导入。"
    SEVERAL = "several", "有多张工作表含名册，请合并到一张工作表后导入。"
    HEAVY = "heavy", "文件内容过大或异常，不能读取，请重新导出名册。"


class _End(Record):
    """The child's last line."""

    rows: int | None = None
    refused: Unreadable | None = None


def rows_of(data: bytes) -> Generator[Row, None, None]:
    """Yield the raw rows of the sheet that holds the roster, from its first row on.

    At most 25,000 rows of 200 cells; a day is an ISO text.  Raises RosterUnreadable, at
    the latest in place of the end: only who has come to the end has the whole file.
    """
    child = _start(data)
    watchdog = Timer(WALL_SECONDS, child.kill)
    watchdog.start()
    try:
        with child:
            try:
                yield from _answer(child, data)
            except (BrokenPipeError, ValidationError):
                raise RosterUnreadable(Unreadable.HEAVY.label) from None
            finally:
                child.kill()
    finally:
        watchdog.cancel()


def _start(data: bytes) -> subprocess.Popen[bytes]:
    if len(data) > roster_sheet.FILE_BYTES:
        raise RosterUnreadable(Unreadable.BIG.label)
    # Isolated, without our environment: it must not even learn where the database is.
    return subprocess.Popen(  # noqa: S603 - our own interpreter and our own file
        [sys.executable, "-I", "-B", "-X", "utf8", str(Path(roster_sheet.__file__))],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={},
    )


def _answer(child: "subprocess.Popen[bytes]", data: bytes) -> Generator[Row, None, None]:
    if child.stdin is None or child.stdout is None:  # pragma: no cover - both are pipes
        raise RosterUnreadable(Unreadable.HEAVY.label)
    child.stdin.write(data)
    child.stdin.close()
    count = size = 0
    # A child that died says nothing more: its last line is missing.
    while line := child.stdout.readline(LINE_BYTES):
        size += len(line)
        if size > ANSWER_BYTES:
            break
        if line.startswith(b"{"):
            end = _End.model_validate_json(line)
            if end.refused is not None:
                raise RosterUnreadable(end.refused.label)
            if end.rows == count:
                return
            break
        yield _ROW.validate_json(line)
        count += 1
    raise RosterUnreadable(Unreadable.HEAVY.label)
