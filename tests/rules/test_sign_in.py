"""Wrong passwords: five of a name, thirty of an address, and whose turn it is."""

from datetime import datetime, timedelta

import pytest

from core.rules.sign_in import (
    Checked,
    SignInLimits,
    SignInOutcome,
    is_full,
    origin_of,
    tally_of,
    turn_at,
)
from core.rules.time import SHANGHAI

LIMITS = SignInLimits()
EIGHT = datetime(2026, 11, 23, 8, 0, tzinfo=SHANGHAI)


def after(minutes: float, seconds: float = 0) -> datetime:
    return EIGHT + timedelta(minutes=minutes, seconds=seconds)


def test_the_fifth_wrong_one_within_fifteen_minutes_shuts():
    four = [after(n) for n in range(4)]
    assert not is_full(four, 5, after(4), LIMITS)
    assert is_full([*four, after(4)], 5, after(4), LIMITS)


def test_it_is_the_last_five_that_count_wherever_they_lie():
    wrong = [after(0), after(14), after(14), after(14), after(15, 1), after(15, 2)]
    assert is_full(wrong, 5, after(16), LIMITS)


@pytest.mark.parametrize(
    ("first_to_last", "shuts"), [((14, 59), True), ((15, 0), True), ((15, 1), False)]
)
def test_five_wrong_ones_shut_when_they_lie_within_fifteen_minutes(first_to_last, shuts):
    wrong = [after(0), after(1), after(2), after(3), after(*first_to_last)]
    assert is_full(wrong, 5, after(*first_to_last), LIMITS) is shuts


@pytest.mark.parametrize(("since", "shut"), [((14, 59), True), ((15, 0), False)])
def test_it_opens_fifteen_minutes_after_the_last_wrong_one(since, shut):
    wrong = [after(0)] * 5
    assert is_full(wrong, 5, after(*since), LIMITS) is shut


def test_at_an_address_of_its_own_the_sixth_try_waits_five_seconds():
    assert turn_at([after(0)] * 4, after(0), LIMITS) == after(0)
    assert turn_at([after(0)] * 5, after(0), LIMITS) == after(0, 5)
    assert turn_at([after(0)] * 5, after(0, 3), LIMITS) == after(0, 5)
    assert turn_at([after(0)] * 5, after(0, 5), LIMITS) == after(0, 5)
    assert turn_at([after(0)] * 5, after(2), LIMITS) == after(2)


def test_three_may_wait_for_their_turn_and_not_four():
    wrong = [after(0)] * 5
    turns = []
    for _ in range(4):
        turn = turn_at(wrong, after(0), LIMITS)
        turns.append(turn)
        if turn is not None:
            wrong.append(turn)
    assert turns == [after(0, 5), after(0, 10), after(0, 15), None]


@pytest.mark.parametrize(
    ("address", "origin"),
    [
        ("198.51.100.7", "198.51.100.7"),
        ("::ffff:198.51.100.7", "198.51.100.7"),
        ("2001:db8:0:1:aaaa::7", "2001:db8:0:1::/64"),
        ("2001:db8:0:1:bbbb::8", "2001:db8:0:1::/64"),
        ("2001:db8:0:2::7", "2001:db8:0:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("local", "local"),
    ],
)
def test_what_counts_as_one_address(address, origin):
    assert origin_of(address) == origin


def test_a_tally_tells_no_name_and_no_two_share_one():
    assert len(tally_of("name", "li")) == 32
    assert b"li" not in tally_of("name", "li")
    keys = {tally_of("own", "a", "b"), tally_of("own", "ab", ""), tally_of("name", "a")}
    assert len(keys) == 3


def test_only_a_right_password_lets_the_account_in():
    found = {o: Checked(outcome=o, account_id=7) for o in SignInOutcome}
    assert {o: c.signed_in for o, c in found.items()} == {
        SignInOutcome.RIGHT: 7,
        SignInOutcome.WRONG: None,
        SignInOutcome.SHUT: None,
        SignInOutcome.CROWDED: None,
    }
    assert [str(c.refusal) for c in found.values()] == [
        "None",
        "登录名或密码不正确，请重新输入。",
        "密码错误次数过多，请15分钟后再试，或改用密钥登录。",
        "正在登录的人太多，请稍候再试。",
    ]
