"""What is said when the database is away, busy or full.

Nothing here is about what the rules forbid: the same request may be granted a moment later.
"""

from collections.abc import Callable
from dataclasses import dataclass

from core.rules.base import Coded
from core.rules.errors import Refusal


class Trouble(Coded):
    """What a request is waiting for."""

    AWAY = "away", "与服务器的连接中断，正在重连"
    CHECKING = "checking", "正在核对是否已保存，请勿重复提交"


def _nobody(trouble: Trouble | None) -> None:
    del trouble


@dataclass(frozen=True)
class Patience:
    """How many seconds a request waits for a database that is away, and who is told of it.

    `opening`: until it has begun; `settling`: for the answer whether it was saved.  `told`
    hears what it waits for, and None when it goes on.
    """

    opening: float = 5.0
    settling: float = 60.0
    told: Callable[[Trouble | None], None] = _nobody


@dataclass
class Room:
    """Whether the database's disk has room for what people write; who watches it says so."""

    is_short: bool = False


class Lost(Refusal):
    """The line to the database was cut before anything was saved."""

    def __init__(self) -> None:
        super().__init__("与数据库的连接中断，本次没有保存，请再按一次；已填内容没有丢失。")


class Collided(Refusal):
    """Two acts waited for each other, and this one gave way."""

    def __init__(self) -> None:
        super().__init__(
            "与他人的办理撞在一起，本次没有保存，请再按一次；已填内容没有丢失。"
        )


class Away(Refusal):
    """There is no connection to the database for the time being."""

    def __init__(self) -> None:
        super().__init__("暂时连接不上数据库，请稍候再试；本次没有保存，已填内容没有丢失。")


class Unsure(Refusal):
    """The answer to COMMIT did not come, and nobody could be asked."""

    def __init__(self) -> None:
        super().__init__("连接中断，未能核对是否已保存：请按 F5 核对，确实没有再重新提交。")


class Overloaded(Refusal):
    """The database did not answer in the time a person waits."""

    def __init__(self) -> None:
        super().__init__("数据库繁忙，本次没有保存，请稍候再按一次；已填内容没有丢失。")


class NoRoom(Refusal):
    """The database's disk is full, or it takes nothing for want of room."""

    def __init__(self) -> None:
        super().__init__(
            "服务器磁盘已满，不能保存，请告诉系统管理员；已填内容请先不要退出。"
        )
