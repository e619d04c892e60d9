"""Files closed under the key file, piece by piece: a cut, a change or another name shows.

Each file has a key of its own, made of the current key and random bytes at its head; a
piece knows its number, the file's name, and whether it is the last.  What is inside is
compressed.  The key file itself is never put into one.
"""

import hmac
import os
import secrets
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import BinaryIO, Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from core.rules.backup import BadBackup
from core.rules.cipher import KEY_ID, Keyring
from db.keys import KeyFile

SUFFIX: Final = ".bxv"
_MAGIC: Final = b"BXV1"
_SALT: Final = 16
_HEAD: Final = len(_MAGIC) + KEY_ID + _SALT
_PIECE: Final = 2**20
_TAG: Final = 16
_QUICK: Final = 1  # how hard to compress


def close_file(ring: Keyring, path: Path, name: str, source: Iterable[bytes]) -> int:
    """Write what a source yields as a closed file; return its bytes.

    It stands at its path only when it is whole and on the disk; it opens by its name only.
    """
    beside = path.with_name(f".{path.name}.new")
    with open(  # noqa: PTH123 -- the mode has to be right from the first byte on
        os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb"
    ) as out:
        salt = secrets.token_bytes(_SALT)
        head = _MAGIC + ring.current.id + salt
        out.write(head)
        aes, bound = AESGCM(_key(ring.current.secret, salt)), head + name.encode()
        out.writelines(
            aes.encrypt(nonce, piece, bound) for piece, nonce in _pieces(_squeezed(source))
        )
        out.flush()
        os.fsync(out.fileno())
        size = out.tell()
    beside.rename(path)
    settle(path.parent)
    return size


def open_file(keys: KeyFile, path: Path, name: str) -> Iterator[bytes]:
    """Yield what a closed file of a name holds; raises BadBackup, at the latest where it is wrong."""
    try:
        with path.open("rb") as file:
            yield from _opened(keys, path, name, file)
    except FileNotFoundError as error:
        raise BadBackup(f"备份文件 {path} 不在了，请改用另一份备份。") from error
    except (InvalidTag, zlib.error) as error:
        raise _spoilt(path) from error


def settle(folder: Path) -> None:
    """Let the names in a folder survive a power cut."""
    held = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(held)
    finally:
        os.close(held)


def _opened(keys: KeyFile, path: Path, name: str, file: BinaryIO) -> Iterator[bytes]:
    head = file.read(_HEAD)
    if len(head) < _HEAD or not head.startswith(_MAGIC):
        raise _spoilt(path)
    key = keys.ring.key(head[len(_MAGIC) : len(_MAGIC) + KEY_ID])
    if key is None:
        raise BadBackup(
            f"密钥文件 {keys.path} 不是这份备份的：请用 BAOXUE_KEY_FILE 指定备份时的密钥文件。"
        )
    aes = AESGCM(_key(key.secret, head[-_SALT:]))
    bound = head + name.encode()
    inflate = zlib.decompressobj()
    number, piece = 0, file.read(_PIECE + _TAG)
    while True:
        following = file.read(_PIECE + _TAG)
        nonce = _nonce(number, last=not following)
        yield from _inflated(inflate, aes.decrypt(nonce, piece, bound))
        if not following:
            break
        number, piece = number + 1, following
    if not inflate.eof:
        raise _spoilt(path)


def _inflated(inflate: "zlib._Decompress", piece: bytes) -> Iterator[bytes]:
    """Yield what a piece was compressed from, never much of it at once."""
    while piece:
        if data := inflate.decompress(piece, _PIECE):
            yield data
        piece = inflate.unconsumed_tail


def _squeezed(source: Iterable[bytes]) -> Iterator[bytes]:
    deflate = zlib.compressobj(_QUICK)
    for data in source:
        yield deflate.compress(data)
    yield deflate.flush()


def _pieces(source: Iterable[bytes]) -> Iterator[tuple[bytes, bytes]]:
    """Yield pieces of one length, each with its nonce; the last's says that it is."""
    held = bytearray()
    number = 0
    for data in source:
        held += data
        while len(held) > _PIECE:
            yield bytes(held[:_PIECE]), _nonce(number, last=False)
            number += 1
            del held[:_PIECE]
    yield bytes(held), _nonce(number, last=True)


def _key(secret: bytes, salt: bytes) -> bytes:
    return hmac.digest(secret, b"baoxue/backup" + salt, "sha256")


def _nonce(number: int, *, last: bool) -> bytes:
    return number.to_bytes(11, "big") + bytes([last])


def _spoilt(path: Path) -> BadBackup:
    return BadBackup(f"备份文件 {path} 不完整或被改动过，请改用另一份备份。")
