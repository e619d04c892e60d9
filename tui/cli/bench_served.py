"""The server under measurement: `serve` as everybody runs it, and what its workers cost.

Its gate is as it comes: nothing is switched off, so whoever measures signs in as people
would, each with an account of their own and few at a time.
"""

import asyncio
import json
import os
import sys
from collections import Counter
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from core.rules.errors import Refusal
from db.local import door_of
from tui.cli.bench_clock import used_by
from tui.cli.bench_place import Town
from tui.door.worker import Role

_ROOT: Final = Path(__file__).resolve().parents[2]
_LEAVES: Final = 30.0


@dataclass
class Served:
    """A server that runs: its port, and what its log has said so far."""

    port: int
    process: asyncio.subprocess.Process
    events: Counter[str] = field(default_factory=Counter)
    workers: list[int] = field(default_factory=list)
    # Workers that ended though nobody had told them to.
    deaths: int = 0

    @property
    def memory_mb(self) -> float:
        """Return what the workers hold, shared pages shared out (Pss)."""
        return sum(_pss_kb(pid) for pid in self.workers) / 1024

    @property
    def cpu(self) -> float:
        """Return the seconds of processor that the workers have used."""
        return sum(used_by(pid) for pid in self.workers)

    async def listen(self, log: asyncio.StreamReader) -> None:
        """Read the log until it ends."""
        while line := await log.readline():
            with suppress(ValueError, KeyError):
                self._hear(json.loads(line))

    def _hear(self, said: Mapping[str, str | int]) -> None:
        event = str(said["event"])
        self.events[event] += 1
        if event == "worker" and said["role"] == Role.DOOR:
            self.workers.append(int(said["worker"]))
        if event == "worker ended":
            self.deaths += int(said["missed"])
            with suppress(ValueError):
                self.workers.remove(int(said["worker"]))


@asynccontextmanager
async def served(town: Town, home: Path) -> AsyncIterator[Served]:
    """Run `serve` on a filled township for as long as the block lasts."""
    kept = {name: text for name, text in os.environ.items() if name[:7] != "BAOXUE_"}
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-P", "-m", "tui", "serve", "--listen", "127.0.0.1:0"),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        env=kept
        | {
            "PYTHONPATH": str(_ROOT),
            "BAOXUE_HOME": str(home),
            "BAOXUE_DSN": door_of(town.dsn),
            "BAOXUE_KEY_FILE": str(town.keys.path),
        },
        start_new_session=True,
    )
    if process.stdout is None or process.stderr is None:
        raise OSError
    found = Served(0, process)
    listening = asyncio.create_task(found.listen(process.stderr))
    try:
        said = (await process.stdout.readline()).decode().split()
        if len(said) < 2:  # noqa: PLR2004 -- the line that tells the port
            raise Refusal("serve 未能启动。")
        found.port = int(said[1].rpartition(":")[2])
        yield found
    finally:
        with suppress(ProcessLookupError):
            process.terminate()
        try:
            async with asyncio.timeout(_LEAVES):
                await process.wait()
        except TimeoutError:
            process.kill()
            await process.wait()
        await listening


def _pss_kb(pid: int) -> int:
    with suppress(OSError):
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1])
    return 0
