"""Wiring: which database, whose desk.  The composition root of every command."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from typing import Final

from core.rules.errors import Refusal
from core.rules.time import Clock
from core.services import seat
from core.services.desk import Desk, database_time
from core.services.staff import NoAdmin
from db.keeper import embedded
from db.key_proof import must_fit
from db.keys import KeyFile
from db.local import door_of
from db.migrate import make_database, migrate, pending
from db.pool import OLDEST, Pool, open_pool, server_version
from tui.settings import Settings, os_user

DATABASE: Final = "baoxue"


class OldSchema(Refusal):
    """The shared database waits for a migration nobody has run."""

    def __init__(self) -> None:
        super().__init__("数据库版本比程序旧，请先执行 ./baoxue migrate。")


class OldServer(Refusal):
    """The PostgreSQL server is older than its row-level security is sound."""

    def __init__(self) -> None:
        super().__init__("PostgreSQL 版本过低，需 15.14 或更高版本，请升级数据库。")


@dataclass(frozen=True)
class Office:
    """One process's way to the data: the pool, and the program's own desk."""

    pool: Pool
    front: Desk
    # The embedded cluster is this program's own: it may bring the schema up to date.
    own: bool


@contextmanager
def database(settings: Settings, name: str = DATABASE) -> Iterator[str]:
    """Yield the address of the database: BAOXUE_DSN's, or the embedded one's."""
    if settings.dsn is not None:
        yield settings.dsn
        return
    with embedded(settings.home, bindir=settings.pg_bindir) as server:
        yield asyncio.run(make_database(server, name))


@asynccontextmanager
async def office(
    dsn: str,
    keys: KeyFile,
    *,
    own: bool,
    clock: Clock = database_time,
    most: int = 8,
    patience: float = 60,
) -> AsyncIterator[Office]:
    """Open the pool on a database whose schema this program knows.

    The embedded one is brought up to date by its owner, and used as the login that owns
    nothing; of a shared one the address says as whom.  Raises BadKeyFile where `keys` are
    not this database's.
    """
    if own:
        await migrate_now(dsn, keys)
        dsn = door_of(dsn)
    async with open_pool(dsn, keys, most=most, patience=patience) as pool:
        if await server_version(pool) < OLDEST:
            raise OldServer
        async with pool.acquire() as conn:
            if await pending(conn):
                raise OldSchema
            await must_fit(conn, keys)
        yield Office(pool, seat.front_desk(pool, clock), own)


async def desk_for(front: Desk, signs_as: str | None, *, first: bool = False) -> Desk:
    """Return the desk a local command works at.

    `--as` names an account; else the account bound to the OS user; else, while there is
    no 系统管理员 yet, the program's own desk for the command that makes the `first` one.
    Raises NoAccount, NoAdmin, or Refusal for an OS user that is bound to nobody.
    """
    if signs_as is not None:
        return await seat.seat_by_name(front, signs_as)
    bound = await seat.seat_of_os_user(front, os_user())
    if bound is not None:
        return bound
    if await seat.has_admin(front):
        raise Refusal(
            f"操作系统用户 {os_user()} 没有对应的账号，请用 --as 登录名 指定以谁的身份办理。"
        )
    if not first:
        raise NoAdmin
    return front


async def migrate_now(dsn: str, keys: KeyFile) -> list[str]:
    """Bring the database up to date; return the migrations that were run."""
    async with open_pool(dsn, keys, most=1, patience=600, hurried=False) as pool:
        if await server_version(pool) < OLDEST:
            raise OldServer
        async with pool.acquire() as conn:
            return await migrate(conn, keys)
