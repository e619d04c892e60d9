"""The journal: one row, its fingerprint, and what a look at the chain finds wrong.

The journal is written by triggers; sealing and checking it is core/services/journal.
"""

from datetime import date
from hashlib import sha256
from typing import Final, TypeAlias

from core.rules.base import Record
from core.rules.errors import Refusal

DIGEST: Final = 32
# How much of a hash a report prints: to find another that begins so is out of reach.
PRINTED: Final = 8
_WITH_DAY: Final = 4
# What stands between the fields of a row; JSON escapes it, so that no value can hold it.
SEPARATOR: Final = "\x1f"

Fields: TypeAlias = tuple[int, int, int, int, str, str, str, str, str]


def digest_of(fields: Fields) -> bytes:
    """Return the fingerprint of a row.

    (id, township, microseconds since 1970, account, op id, act, relation, was, became);
    the last two as PostgreSQL prints jsonb, "" where there is none.
    """
    return sha256(SEPARATOR.join(map(str, fields)).encode()).digest()


def hash_of(before: bytes, number: int, digests: bytes) -> bytes:
    """Return the hash of a block: the one before it, its number, its rows' fingerprints."""
    return sha256(before + number.to_bytes(8, "big") + digests).digest()


class Head(Record):
    """Where a township's chain ends: what an anchor keeps, the hash whole or its beginning."""

    township_id: int
    number: int
    hash: bytes

    def __str__(self) -> str:
        return f"{self.township_id} {self.number} {self.hash.hex()}"

    @property
    def printed(self) -> str:
        """Return it as a filed report prints it: short enough to be typed from paper."""
        return f"{self.township_id}-{self.number}-{self.hash[:PRINTED].hex()}"

    def line_of(self, day: date) -> str:
        """Return its line in the anchor file of a day."""
        return f"{day} {self}"


class Check(Record):
    """What a look at one township's chain found."""

    township_id: int
    rows: int
    blocks: int
    # Rows that are not sealed yet: those of the last minute, where a sealer runs.
    unsealed: int
    faults: tuple[str, ...]


class BadAnchor(Refusal):
    """An anchor file is not one."""

    def __init__(self, name: str) -> None:
        super().__init__(f"{name} 不是留痕锚点文件，请核对后重试。")


def heads_of(text: str, name: str) -> tuple[Head, ...]:
    """Read an anchor file; raises BadAnchor.

    A line is "code number hash", with or without a day before it, or as a report prints it.
    """
    try:
        return tuple(_head_of(line) for line in text.splitlines() if line.strip())
    except ValueError as error:
        raise BadAnchor(name) from error


def _head_of(line: str) -> Head:
    words = line.split()
    if len(words) == 1:
        words = words[0].split("-")
    elif len(words) == _WITH_DAY:
        date.fromisoformat(words.pop(0))
    code, number, digest = words
    head = Head(township_id=int(code), number=int(number), hash=bytes.fromhex(digest))
    if not PRINTED <= len(head.hash) <= DIGEST:
        raise ValueError(digest)
    return head
