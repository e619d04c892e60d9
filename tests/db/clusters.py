"""Looking at an embedded cluster from outside."""

import stat
from pathlib import Path

import asyncpg

from db.local import (
    Cluster,
)
from db.programs import Programs


def cluster_at(home: Path) -> Cluster:
    return Cluster(home, Programs(Path("/nowhere"), 18, "18.0"), None)


def mode(path: Path) -> str:
    return oct(stat.S_IMODE(path.stat().st_mode))


async def told(dsn: str, question: str) -> object:
    conn = await asyncpg.connect(dsn)
    try:
        return await conn.fetchval(question)
    finally:
        await conn.close()


ROOT_FOLDER = Path(__file__).parents[2]
