"""A number as a cipher and as a mark: it opens in its own place alone, and is found by both."""

import pytest

from core.rules.cipher import (
    Held,
    Unreadable,
    Whole,
    close,
    county_mark,
    key_of,
    keyring_of,
    mark,
    open_,
)

NUMBER = "990101201703150212"
OLD, NEW = key_of(b"old1", b"\x01" * 32), key_of(b"new2", b"\x02" * 32)
RING = keyring_of(b"old1", [OLD], b"\x07" * 32)
LATER = keyring_of(b"new2", [OLD, NEW], b"\x07" * 32)
HERE = Whole(990101100, Held.IDENTITY, "12", NUMBER)
NONCE = bytes(range(12))
CIPHER = close(RING, HERE.place, NUMBER, NONCE)


def test_a_cipher_opens_where_it_was_closed_and_does_not_hold_the_number():
    assert open_(RING, HERE.place, CIPHER) == NUMBER
    assert NUMBER.encode() not in CIPHER


@pytest.mark.parametrize(
    "place",
    [
        "990101100/identity/13",  # another child
        "990101101/identity/12",  # another township
        "990101100/national_no/12",  # another column
        "990101100/identity/1",
    ],
)
def test_a_cipher_that_was_moved_does_not_open(place):
    with pytest.raises(Unreadable, match="请联系系统管理员核对密钥文件"):
        open_(RING, place, CIPHER)


@pytest.mark.parametrize("at", range(len(CIPHER)))
def test_no_byte_of_a_cipher_can_be_changed(at):
    broken = bytes([*CIPHER[:at], CIPHER[at] ^ 1, *CIPHER[at + 1 :]])
    with pytest.raises(Unreadable):
        open_(LATER, HERE.place, broken)


@pytest.mark.parametrize("length", [0, 4, 5, 16, 17, 32])
def test_a_cipher_that_was_cut_is_a_refusal(length):
    with pytest.raises(Unreadable):
        open_(RING, HERE.place, CIPHER[:length])


def test_a_cipher_says_which_key_it_needs():
    fresh = close(LATER, HERE.place, NUMBER, NONCE)
    assert open_(LATER, HERE.place, CIPHER) == open_(LATER, HERE.place, fresh) == NUMBER
    with pytest.raises(Unreadable):
        open_(RING, HERE.place, fresh)


def test_a_number_has_one_mark_in_its_township_and_one_in_its_county():
    other = HERE._replace(row="13")
    assert mark(RING, other) == mark(RING, HERE) == mark(LATER, HERE._replace(row=None))
    assert county_mark(RING, other) == county_mark(RING, HERE)
    next_door = HERE._replace(township_id=990101101)
    assert mark(RING, next_door) != mark(RING, HERE)
    assert county_mark(RING, next_door) == county_mark(RING, HERE) != mark(RING, HERE)
    beyond = HERE._replace(township_id=990202100)
    assert county_mark(RING, beyond) != county_mark(RING, HERE)
    assert mark(RING, HERE._replace(text="990101201703150213")) != mark(RING, HERE)


def test_that_two_families_share_a_telephone_does_not_show():
    one = Whole(990101100, Held.GUARDIAN_PHONE, "12/1", "13800000000")
    assert mark(RING, one) != mark(RING, one._replace(row="13/1"))
    assert county_mark(RING, one) is None


def test_neither_a_number_nor_a_key_is_in_what_an_error_would_print():
    told = repr((HERE, RING, LATER))
    assert NUMBER not in told
    assert repr(OLD.secret) not in told
    assert repr(RING.index) not in told
    assert repr(RING.county) not in told
