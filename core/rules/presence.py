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
