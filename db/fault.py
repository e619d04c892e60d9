"""Which of PostgreSQL's errors are troubles of the moment, and the sentence for each.

What is not here is a fault of ours, and stays one.
"""

from typing import Final

import asyncpg

from core.rules.errors import Refusal
from core.rules.trouble import Collided, Lost, NoRoom, Overloaded

# The line is gone: the server was stopped, killed or restarted, or the network was.
_CUT: Final = (
    asyncpg.PostgresConnectionError,
    asyncpg.CannotConnectNowError,
    asyncpg.AdminShutdownError,
    asyncpg.CrashShutdownError,
    asyncpg.IdleInTransactionSessionTimeoutError,
)
# These tell of a gone line only where the connection is closed; else they are ours.
_PERHAPS_CUT: Final = (OSError, asyncpg.InterfaceError, asyncpg.InternalClientError)
# Besides, where a connection is being had.
OPENING_FAULTS: Final = (*_CUT, *_PERHAPS_CUT, asyncpg.TooManyConnectionsError)


class Busy(Refusal):
    """Somebody else is saving the same class or school right now."""

    def __init__(self) -> None:
        super().__init__("他人正在保存同一内容，请稍候再按一次；已填内容没有丢失。")


def is_cut(error: BaseException, *, closed: bool) -> bool:
    """Tell whether an error on a connection, `closed` or not since, is a cut line."""
    return isinstance(error, _CUT) or (closed and isinstance(error, _PERHAPS_CUT))


def trouble_of(error: BaseException, *, closed: bool) -> Refusal | None:
    """Return what to say of an error before COMMIT; None where it is no trouble of these."""
    if is_cut(error, closed=closed):
        return Lost()
    match error:
        case asyncpg.DeadlockDetectedError() | asyncpg.SerializationError():
            return Collided()
        case asyncpg.LockNotAvailableError():
            return Busy()
        case asyncpg.DiskFullError() | asyncpg.ReadOnlySQLTransactionError():
            return NoRoom()
        case asyncpg.QueryCanceledError() | asyncpg.InsufficientResourcesError():
            return Overloaded()
        case _:
            return None
