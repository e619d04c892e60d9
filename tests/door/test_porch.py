"""The porch: counts of strangers, as OpenSSH's MaxStartups 10:30:60 and 20 of an address."""

import pytest

from tui.door.porch import Porch


def addresses(number):
    return [f"198.51.100.{n}" for n in range(number)]


def admitted(porch, number):
    return [porch.admit(address) for address in addresses(number)]


def test_an_address_may_have_twenty_strangers_and_not_twenty_one():
    porch = Porch(chance=lambda: 1.0)
    assert [porch.admit("198.51.100.7") for _ in range(21)] == [True] * 20 + [False]
    assert porch.admit("198.51.100.8")
    porch.leave("198.51.100.7")
    assert porch.admit("198.51.100.7")


def test_the_sixtieth_is_the_last_whatever_chance_says():
    porch = Porch(chance=lambda: 0.999999)
    assert admitted(porch, 61) == [True] * 60 + [False]
    porch.leave("198.51.100.0")
    assert admitted(porch, 2) == [True, False]


def test_a_thousand_idle_strangers_of_many_addresses_are_sixty():
    porch = Porch()
    for n in range(1000):
        porch.admit(f"10.0.{n // 250}.{n % 250}")
    assert 10 <= porch.waiting.total() <= 60


@pytest.mark.parametrize(
    ("standing", "draw", "let_in"),
    [
        (9, 0.0, True),  # the tenth comes in whatever is drawn
        (10, 0.29, False),  # from then on thirty of a hundred are turned away
        (10, 0.3, True),
        (35, 0.64, False),  # halfway to sixty it is sixty-five
        (35, 0.66, True),
        (59, 0.98, False),
        (59, 0.99, True),
    ],
)
def test_from_the_tenth_on_chance_turns_some_away(standing, draw, let_in):
    draws = [1.0] * standing + [draw]
    porch = Porch(chance=lambda: draws.pop(0))
    assert admitted(porch, standing) == [True] * standing
    assert porch.admit("203.0.113.9") is let_in


def test_a_network_of_ipv6_is_one_address():
    porch = Porch(chance=lambda: 1.0)
    assert [porch.admit(f"2001:db8:0:1::{n:x}") for n in range(1, 22)][18:] == [
        True,
        True,
        False,
    ]
    assert porch.admit("2001:db8:0:2::1")
    porch.leave("2001:db8:0:1::ffff")
    assert porch.admit("2001:db8:0:1::1")


def test_nobody_is_remembered_who_has_gone():
    porch = Porch()
    for address in addresses(5):
        porch.admit(address)
        porch.leave(address)
    assert dict(porch.waiting) == {}
