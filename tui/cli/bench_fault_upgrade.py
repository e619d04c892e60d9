"""An upgrade killed behind each statement of each migration: the database is as it was before.

Each is a process of its own that is killed with no signal it could hear.
"""

import asyncio
import sys
from pathlib import Path
from typing import Final

from db import bench_upgrade as rows
from db.keys import KeyFile
from db.migrate import make_database, migrate, migrations, pending
from db.pool import Migrator, open_pool
from tui.cli.bench_figure import Figure, Target
from tui.cli.bench_place import Place

_ROOT: Final = Path(__file__).resolve().parents[2]
_LOOK: Final = 0.01
_PATIENCE: Final = 300.0


async def upgrade(dsn: str, key_file: str, folder: str) -> None:
    """Run what is lacking, as a process that may be killed."""
    keys = KeyFile(Path(key_file))
    async with open_pool(dsn, keys, most=1) as pool, pool.acquire() as conn:
        await migrate(conn, keys, Path(folder))


PROGRAM: Final = (
    f"import asyncio, sys; from {__name__} import {upgrade.__name__} as upgrade;"
    " asyncio.run(upgrade(*sys.argv[1:]))"
)


async def measure(place: Place, most: int | None) -> tuple[Figure, ...]:
    """Kill at so many boundaries at most; return after how many something was left."""
    dsn, folder = await make_database(place.dsn, "upgrade"), place.folder / "upgrade"
    folder.mkdir()
    tried = halves = 0
    async with (
        open_pool(dsn, place.keys, most=1, patience=_PATIENCE) as pool,
        pool.acquire() as conn,
    ):
        for name, sql in migrations().items():
            before = await rows.whole(conn)
            for stopping in rows.stopping(sql):
                if tried == most:
                    break
                (folder / name).write_text(stopping, encoding="utf-8")
                await _killed(place, conn, dsn, folder)
                tried += 1
                same = await rows.whole(conn) == before
                halves += not (same and (await pending(conn, folder)) == [name])
            if tried == most:
                break
            (folder / name).write_text(sql, encoding="utf-8")
            await migrate(conn, place.keys, folder)
    return (
        Figure("faults.upgrade.kills", tried, "count"),
        Figure("faults.upgrade.half_done", halves, "count", Target(0)),
    )


async def _killed(place: Place, conn: Migrator, dsn: str, folder: Path) -> None:
    """Let an upgrade run to its stop, and kill it there."""
    words = (sys.executable, "-c", PROGRAM, dsn, str(place.keys.path), str(folder))
    victim = await asyncio.create_subprocess_exec(*words, cwd=_ROOT)
    try:
        while (pid := await rows.stopped(conn)) is None:
            if victim.returncode is not None:
                raise ChildProcessError(folder)
            await asyncio.sleep(_LOOK)
    finally:
        if victim.returncode is None:
            victim.kill()
        await victim.wait()
    await rows.end(conn, pid)
