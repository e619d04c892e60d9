"""What a piece of work costs: seconds on the wall, and of each processor that worked for it.

A busy machine stretches the wall and hardly the processors' own time, so both are told.
The PostgreSQL that a benchmark starts is this process's own, and its backend is counted
by its number, from the kernel's books.
"""

import os
import resource
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter, process_time
from typing import Final

from db.bench_town import backend
from db.pool import Pool

_TICKS: Final = os.sysconf("SC_CLK_TCK")
# Of /proc/PID/stat behind the name: what the process used itself, in user and kernel mode.
_USER, _SYSTEM = 11, 12


@dataclass(frozen=True)
class Cost:
    """Seconds: on the wall, in this process, in processes it waited for, in PostgreSQL."""

    wall: float
    own: float
    children: float
    server: float

    @property
    def cpu(self) -> float:
        """Return all processors' seconds together."""
        return self.own + self.children + self.server


class Meter:
    """Reads all clocks at once; `cost` tells what has passed since it was made."""

    def __init__(self, server: int | None = None) -> None:
        self._server = server
        self._began = self._read()

    @property
    def cost(self) -> Cost:
        """Return what was used so far."""
        now = self._read()
        return Cost(*(late - early for late, early in zip(now, self._began, strict=True)))

    def _read(self) -> tuple[float, float, float, float]:
        ended = resource.getrusage(resource.RUSAGE_CHILDREN)
        server = 0.0 if self._server is None else used_by(self._server)
        return perf_counter(), process_time(), ended.ru_utime + ended.ru_stime, server


async def meter_of(pool: Pool) -> Meter:
    """Return a meter that also counts the backend of a pool of one connection."""
    async with pool.acquire() as conn:
        return Meter(await backend(conn))


def used_by(pid: int) -> float:
    """Return the seconds of processor that a process has used; 0 where it is gone."""
    with suppress(OSError):
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[_USER]) + int(fields[_SYSTEM])) / _TICKS
    return 0.0


def load() -> float:
    """Return how many processes of this machine have wanted a processor in the last minute."""
    return round(os.getloadavg()[0], 2)
