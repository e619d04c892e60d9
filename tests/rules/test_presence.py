"""Three places a person, and who must go when there are more."""

from datetime import datetime, timedelta
from uuid import UUID

import pytest

from core.rules.presence import Place, PlaceKind, TooManyPlaces, to_end
from core.rules.time import SHANGHAI

EIGHT = datetime(2026, 11, 23, 8, 0, tzinfo=SHANGHAI)


def place(number: int, minutes: int, kind: PlaceKind = PlaceKind.TERMINAL) -> Place:
    touched_at = EIGHT + timedelta(minutes=minutes)
    return Place(id=UUID(int=number), kind=kind, touched_at=touched_at)


def ended(*held: Place, kind: PlaceKind = PlaceKind.TERMINAL) -> list[int]:
    return [found.int for found in to_end(held, kind, 3)]


def test_up_to_three_places_nobody_must_go():
    assert ended() == []
    assert ended(place(1, 0), place(2, 0)) == []


def test_a_fourth_terminal_ends_the_one_left_longest():
    assert ended(place(1, 5), place(2, 1), place(3, 9)) == [2]


def test_a_command_is_never_ended_and_ends_nobody():
    command = place(1, 0, PlaceKind.COMMAND)
    assert ended(command, place(2, 1), place(3, 2)) == [2]
    with pytest.raises(TooManyPlaces, match="您已在3处登录"):
        ended(place(1, 0), place(2, 1), place(3, 2), kind=PlaceKind.COMMAND)
    with pytest.raises(TooManyPlaces):
        ended(command, command, command)


def test_whoever_has_too_many_already_is_brought_down_to_three():
    five = [place(n, n) for n in range(5)]
    assert ended(*five) == [0, 1, 2]
