"""Presence: in how many places one person may be signed in at once, and who must go.

A terminal that comes as a fourth ends the one whose keys have rested longest: after a
dropped line the dead one must not keep its owner out.  A command ends nobody's screen.
"""

from collections.abc import Sequence
from datetime import timedelta
from enum import StrEnum
from typing import Final
from uuid import UUID

from core.rules.base import Record
from core.rules.errors import Refusal
from core.rules.time import Moment

# A process not heard of for so long is dead, and its people are gone.
DEAD_AFTER: Final = timedelta(seconds=30)
CLEARED_AFTER: Final = timedelta(minutes=10)


class PlaceKind(StrEnum):
    """What a person does in a place."""

    TERMINAL = "terminal"
    COMMAND = "command"


class Place(Record):
    """One terminal or one command of somebody's, now."""

    id: UUID
    kind: PlaceKind
    touched_at: Moment


class Seated(Record):
    """One place that is taken now, as a list shows it."""

    id: UUID
    account_id: int
    signin_name: str
    name: str
    kind: PlaceKind
    by: str
    address: str
    started_at: Moment
    touched_at: Moment

    @property
    def how(self) -> str:
        """Return how the person came in, and to what."""
        opened = "密钥" if self.by == "key" else "密码"
        return f"{opened}·命令" if self.kind is PlaceKind.COMMAND else opened


class Cause(StrEnum):
    """Why a place must end that its process still holds."""

    DISABLED = "disabled"
    ORDERED = "ordered"
    BY_ONESELF = "by oneself"
    PUSHED_OUT = "pushed out"

    @property
    def refusal(self) -> Refusal:
        """Return what the person is told."""
        match self:
            case Cause.DISABLED:
                return Disabled()
            case Cause.ORDERED:
                return SignedOutByOther()
            case Cause.BY_ONESELF:
                return SignedOutElsewhere()
            case Cause.PUSHED_OUT:
                return PushedOut()


class Newcomer(Record):
    """Somebody about to take a place, and from where."""

    account_id: int
    address: str
    origin: str
    by: str
    kind: PlaceKind


class TooManyPlaces(Refusal):
    """Every place this person may hold is taken."""

    def __init__(self, most: int) -> None:
        super().__init__(f"您已在{most}处登录，请先退出一处再办理。")


class PushedOut(Refusal):
    """The person has signed in elsewhere, and this was the place they had left longest."""

    def __init__(self) -> None:
        super().__init__("您已在别处登录，此处已退出。")


class SignedOut(Refusal):
    """The person has signed out, and too many of their terminals wait for the next one."""

    def __init__(self) -> None:
        super().__init__("已退出。")


class SignedOutByOther(Refusal):
    """Whoever answers for the person has ended the place."""

    def __init__(self) -> None:
        super().__init__("管理人员已结束您在此处的登录；如有疑问，请联系管理员。")


class SignedOutElsewhere(Refusal):
    """The person has ended this place from another one."""

    def __init__(self) -> None:
        super().__init__("您已在别处结束此处的登录。")


class NotSignedIn(Refusal):
    """The place has ended already, or is none that this person may end."""

    def __init__(self) -> None:
        super().__init__("这一处已经退出，请刷新后查看。")


class Disabled(Refusal):
    """The account was shut."""

    def __init__(self) -> None:
        super().__init__("账号已停用，请联系管理员。")


class IdleTooLong(Refusal):
    """Nobody has pressed a key for so long that the place was given up."""

    def __init__(self) -> None:
        super().__init__("长时间没有操作，已退出，请重新登录。")


class ServerEnds(Refusal):
    """The server is being stopped."""

    def __init__(self) -> None:
        super().__init__("服务器正在维护，已退出，请稍后重新登录。")


def to_end(places: Sequence[Place], kind: PlaceKind, most: int) -> tuple[UUID, ...]:
    """Return which of a person's places end when one more of `kind` begins.

    Raises TooManyPlaces where none may be ended for it.
    """
    excess = len(places) + 1 - most
    if excess <= 0:
        return ()
    terminals = sorted(
        (place for place in places if place.kind is PlaceKind.TERMINAL),
        key=lambda place: (place.touched_at, place.id),
    )
    if kind is PlaceKind.COMMAND or len(terminals) < excess:
        raise TooManyPlaces(most)
    return tuple(place.id for place in terminals[:excess])
