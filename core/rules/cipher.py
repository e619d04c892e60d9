"""How a number stands in the database: as a cipher, and as a mark by which it is found.

The cipher is AES-256-GCM and says of itself which key it needs; where it stands goes into
it, so that it opens nowhere else.  A mark is the same for the same number and tells nothing
without the key.  Keys on disk are db/keys, columns and rows are db/cipher.
"""

import hmac
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final, NamedTuple

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from core.rules.errors import Refusal

VERSION: Final = b"\x01"
KEY_ID: Final = 4
NONCE: Final = 12
HEAD: Final = len(VERSION) + KEY_ID
MARK: Final = 16
SECRET: Final = 32


class Unreadable(Refusal):
    """A cipher needs another key, or does not belong where it stands."""

    def __init__(self, place: str) -> None:
        super().__init__(
            f"加密内容（{place}）不能解开：密钥不符或数据被改动，请联系系统管理员核对密钥文件。"
        )


class Held(StrEnum):
    """What is kept as a cipher (密文); the word is part of each, and never changes."""

    IDENTITY = "identity"
    NATIONAL_NO = "national_no"
    AUX_NO = "aux_no"
    PHONE = "phone"
    GUARDIAN_PHONE = "guardian_phone"
    JOURNAL = "journal"
    DRAFT = "draft"
    EVIDENCE = "evidence"
    UPLOAD = "upload"
    EXPORT = "export"
    ORIGINAL = "original"
    PAPER = "paper"


# Found by their number in a township; the marks of others differ from row to row.
SOUGHT: Final = frozenset({Held.IDENTITY, Held.NATIONAL_NO})
# Kept as bytes: whole files, which are no text.
FILES: Final = frozenset({Held.EVIDENCE, Held.UPLOAD, Held.EXPORT, Held.ORIGINAL})


@dataclass(frozen=True)
class Key:
    """A key and its id, ready to be used."""

    id: bytes
    secret: bytes = field(repr=False)
    aes: AESGCM = field(repr=False, compare=False)


def key_of(key_id: bytes, secret: bytes) -> Key:
    """Return a key; ValueError unless it and its id have their lengths."""
    if (len(key_id), len(secret)) != (KEY_ID, SECRET):
        raise ValueError(key_id)
    return Key(key_id, secret, AESGCM(secret))


@dataclass(frozen=True)
class Keyring:
    """The keys: the one that closes, all that open, and those that mark.

    `index` marks within a township; `county`, made of it, marks within a county.
    """

    current: Key
    # Oldest first.
    keys: tuple[Key, ...]
    index: bytes = field(repr=False)
    county: bytes = field(repr=False)

    def key(self, key_id: bytes) -> Key | None:
        """Return the key of an id."""
        return next((key for key in self.keys if key.id == key_id), None)


def keyring_of(current: bytes, keys: Iterable[Key], index: bytes) -> Keyring:
    """Return the keys in use; ValueError where the current one is not among them."""
    held = tuple(keys)
    found = [key for key in held if key.id == current]
    if len(found) != 1 or len(index) != SECRET:
        raise ValueError(current)
    return Keyring(found[0], held, index, _digest(index, "baoxue/county"))


class Whole(NamedTuple):
    """A whole number on its way to its row; without a row it is only looked for."""

    township_id: int
    held: Held
    row: str | None
    text: str

    def __repr__(self) -> str:
        return f"Whole({self.place})"

    @property
    def place(self) -> str:
        """Return where the number stands, as its cipher knows it."""
        return f"{self.township_id}/{self.held}/{self.row}"


class Sealed(NamedTuple):
    """A whole file on its way to its row."""

    township_id: int
    held: Held
    row: str
    data: bytes

    def __repr__(self) -> str:
        return f"Sealed({self.place})"

    @property
    def place(self) -> str:
        """Return where the file stands, as its cipher knows it."""
        return f"{self.township_id}/{self.held}/{self.row}"


def whole(township_id: int, held: Held, row: str | None, text: str | None) -> Whole | None:
    """Return a number on its way; None where there is none."""
    return None if text is None else Whole(township_id, held, row, text)


def close(ring: Keyring, place: str, text: str, nonce: bytes) -> bytes:
    """Return the cipher of a text; `nonce` is 12 random bytes, never used before."""
    return close_bytes(ring, place, text.encode(), nonce)


def close_bytes(ring: Keyring, place: str, data: bytes, nonce: bytes) -> bytes:
    """Return the cipher of bytes; `nonce` is 12 random bytes, never used before."""
    head = VERSION + ring.current.id
    return head + nonce + ring.current.aes.encrypt(nonce, data, head + place.encode())


def open_(ring: Keyring, place: str, cipher: bytes) -> str:
    """Return the text of a cipher that stands in a place; raises Unreadable."""
    return open_bytes(ring, place, cipher).decode()


def open_bytes(ring: Keyring, place: str, cipher: bytes) -> bytes:
    """Return the bytes of a cipher that stands in a place; raises Unreadable."""
    head, nonce = cipher[:HEAD], cipher[HEAD : HEAD + NONCE]
    key = ring.key(key_id(cipher))
    if key is None or not head.startswith(VERSION):
        raise Unreadable(place)
    try:
        return key.aes.decrypt(nonce, cipher[HEAD + NONCE :], head + place.encode())
    except (InvalidTag, ValueError) as error:
        raise Unreadable(place) from error


def is_file(place: str) -> bool:
    """Tell whether what stands in a place is a file, and no text."""
    return place.split("/")[1] in FILES


def key_id(cipher: bytes) -> bytes:
    """Return the id of the key a cipher needs."""
    return cipher[len(VERSION) : HEAD]


def mark(ring: Keyring, number: Whole) -> bytes:
    """Return what stands for a number in its township: equal for equal numbers.

    A telephone's mark also depends on its row: that two families share one does not show.
    """
    sought = number.held in SOUGHT
    where = f"{number.township_id}/{number.held}" if sought else number.place
    return _digest(ring.index, f"{where}={number.text}")[:MARK]


def county_mark(ring: Keyring, number: Whole) -> bytes | None:
    """Return what stands for an identity number in its county, under a key of its own."""
    if number.held is not Held.IDENTITY:
        return None
    return _digest(ring.county, f"{number.township_id // 1000}={number.text}")[:MARK]


def proof(secret: bytes) -> bytes:
    """Return what a database keeps of a key, to know it again."""
    return _digest(secret, "baoxue/proof")[:MARK]


def _digest(secret: bytes, text: str) -> bytes:
    return hmac.digest(secret, text.encode(), "sha256")
