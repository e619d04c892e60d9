"""The journal: one row, its fingerprint, and what a look at the chain finds wrong.

The journal is written by triggers; sealing and checking it is core/services/journal.
"""

from hashlib import sha256
from typing import Final, TypeAlias

from core.rules.base import Record
from core.rules.errors import Refusal
from core.rules.time import Moment

DIGEST: Final = 32
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
    """Where a township's chain ends: what an anchor keeps."""

    township_id: int
    number: int
    hash: bytes

    def __str__(self) -> str:
        return f"{self.township_id} {self.number} {self.hash.hex()}"


class JournalLine(Record):
    """One row of the journal as an auditor reads it."""

    id: int
    township_id: int
    at: Moment
    account_name: str
    act: str
    relation: str
    was: str | None
    became: str | None


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
    """Read an anchor file: a line a township, "code number hash".  Raises BadAnchor."""
    try:
        lines = [line.split() for line in text.splitlines() if line.strip()]
        return tuple(
            Head(township_id=int(code), number=int(number), hash=bytes.fromhex(digest))
            for code, number, digest in lines
        )
    except ValueError as error:
        raise BadAnchor(name) from error
