"""What one act says to the database, written down, and said again by pgbench.

For benchmarks only: the bare speed of the same statements is what ours is measured by.
"""

import re
import shutil
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Final, NamedTuple
from uuid import UUID

from asyncpg.connection import LoggedQuery

from db.bench_town import FORGET, QUIET
from db.local import Cluster
from db.pool import Pool
from db.programs import run

NEW_OP: Final = "SELECT gen_random_uuid() AS op"
BEGIN: Final = "BEGIN"
COMMIT: Final = "COMMIT"

_PLACEHOLDER: Final = re.compile(r"\$(\d+)")
_LATENCY: Final = re.compile(r" +(\d+\.\d+) +\d+ +\S")
_ELSEWHERE: Final = Path("/usr/lib/postgresql")


class Statement(NamedTuple):
    """One statement as it was sent."""

    query: str
    args: Sequence[object]


class Recorder:
    """Keeps what a connection says."""

    def __init__(self) -> None:
        self._said: list[Statement] = []

    def hear(self, said: LoggedQuery) -> None:
        """Keep one statement."""
        self._said.append(Statement(said.query.strip().rstrip(";"), tuple(said.args or ())))

    def last_transaction(self) -> tuple[Statement, ...]:
        """Return the last transaction that was committed, BEGIN and COMMIT included."""
        queries = [said.query for said in self._said]
        end = len(queries) - queries[::-1].index(COMMIT)
        begin = max(n for n, query in enumerate(queries[:end]) if query == BEGIN)
        return tuple(self._said[begin:end])


@asynccontextmanager
async def recording(pool: Pool) -> AsyncIterator[Recorder]:
    """Write down what the pool's only connection says; the pool may have one alone."""
    recorder = Recorder()
    async with pool.acquire() as conn:
        conn.add_query_logger(recorder.hear)
    try:
        yield recorder
    finally:
        async with pool.acquire() as conn:
            conn.remove_query_logger(recorder.hear)


def find_pgbench(cluster: Cluster) -> Path | None:
    """Return pgbench beside the server's own programs, or the system's, or None."""
    beside = cluster.programs.bindir / "pgbench"
    if beside.exists():
        return beside
    found = sorted(_ELSEWHERE.glob("*/bin/pgbench"))
    if found:
        return found[-1]
    named = shutil.which("pgbench")
    return None if named is None else Path(named)


@dataclass(frozen=True)
class Repeat:
    """An act to be said again: its statements, and the roll it is to forget each time."""

    statements: tuple[Statement, ...]
    forget: tuple[object, ...]

    @property
    def _all(self) -> tuple[Statement, ...]:
        return (
            *self.statements,
            Statement(BEGIN, ()),
            Statement(QUIET, ()),
            Statement(FORGET, self.forget),
            Statement(COMMIT, ()),
        )

    @property
    def script(self) -> str:
        """Return the act as pgbench reads it: one new op_id, then the same statements."""
        said = [f"{_for_pgbench(n, one)};" for n, one in enumerate(self._all)]
        return "\n".join([f"{NEW_OP} \\gset", *said, ""])

    @property
    def values(self) -> tuple[str, ...]:
        """Return pgbench's -D for every argument; what is not defined is NULL."""
        return tuple(
            word
            for n, statement in enumerate(self._all)
            for at, value in enumerate(statement.args, start=1)
            if value is not None and not isinstance(value, UUID)
            for word in ("-D", f"{_variable(n, statement, at)[1:]}={_spelled(value)}")
        )


def _for_pgbench(number: int, statement: Statement) -> str:
    def named(at: re.Match[str]) -> str:
        return _variable(number, statement, int(at[1]))

    return _PLACEHOLDER.sub(named, statement.query)


def _variable(number: int, statement: Statement, at: int) -> str:
    return ":op" if isinstance(statement.args[at - 1], UUID) else f":s{number}_{at}"


def _spelled(value: object) -> str:
    """Return a value as the server reads it from text."""
    match value:
        case bool():
            return "t" if value else "f"
        case datetime() | date():
            return value.isoformat()
        case str() | int():
            return str(value)
        case list() | tuple():
            inside = ",".join(
                "NULL" if one is None else f'"{_spelled(one)}"' for one in value
            )
            return f"{{{inside}}}"
    raise TypeError(type(value))


class PgbenchFailed(RuntimeError):
    """Pgbench did not run to its end; the words are its own."""


def seconds_of(pgbench: Path, dsn: str, repeat: Repeat, times: int, folder: Path) -> float:
    """Return the seconds one repetition takes pgbench, without what forgets it.

    Blocks.  Raises PgbenchFailed.
    """
    file = folder / "act.sql"
    file.write_text(repeat.script, encoding="utf-8")
    words = ("-n", "-r", "-M", "prepared", "-c", "1", "-t", str(times), "-f", str(file))
    done = run(None, pgbench, *words, *repeat.values, dsn)
    latencies = [
        float(line[1]) for line in map(_LATENCY.match, _lines(done.stdout)) if line
    ]
    expected = 1 + len(repeat.statements)
    if done.returncode != 0 or len(latencies) < expected:
        raise PgbenchFailed(done.stderr or done.stdout)
    return sum(latencies[1:expected]) / 1000


def _lines(text: str) -> list[str]:
    return text.partition("statement latencies")[2].splitlines()
