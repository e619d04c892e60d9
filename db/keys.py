"""The key file: made once, kept beside the database and never in it, read again when it changes.

What the keys are used for is core/rules/cipher; whether they are a database's, db/key_proof.
"""

import fcntl
import json
import os
import secrets
from contextlib import suppress
from pathlib import Path
from typing import Final

from core.rules.base import Record
from core.rules.cipher import KEY_ID, SECRET, Key, Keyring, key_of, keyring_of
from core.rules.errors import Refusal

KEY_FILE: Final = "keys.json"


class BadKeyFile(Refusal):
    """The key file is missing, somebody else's to read, or not this database's."""


class _Key(Record):
    id: str
    secret: str


class _OnDisk(Record):
    current: str
    keys: tuple[_Key, ...]
    index: str


class KeyFile:
    """One key file; `ring` is what stood in it when it was last looked at."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._seen = (0, 0)
        self._ring: Keyring | None = None

    @property
    def ring(self) -> Keyring:
        """Return the keys; raises BadKeyFile."""
        return self._ring or self.look()

    def look(self) -> Keyring:
        """Return the keys, read again where the file is another; raises BadKeyFile."""
        try:
            now = self.path.stat()
        except OSError as error:
            raise BadKeyFile(
                f"找不到密钥文件 {self.path}：请从备份恢复，或用 BAOXUE_KEY_FILE 指定。"
            ) from error
        seen = (now.st_ino, now.st_mtime_ns)
        if self._ring is None or self._seen != seen:
            if now.st_mode & 0o077:
                raise BadKeyFile(f"密钥文件 {self.path} 可被他人读取，请先执行 chmod 600。")
            self._ring, self._seen = self._load(), seen
        return self._ring

    def _load(self) -> Keyring:
        try:
            told = _OnDisk.model_validate_json(self.path.read_bytes())
            keys = [key_of(bytes.fromhex(k.id), bytes.fromhex(k.secret)) for k in told.keys]
            return keyring_of(bytes.fromhex(told.current), keys, bytes.fromhex(told.index))
        except (OSError, ValueError) as error:
            raise BadKeyFile(
                f"密钥文件 {self.path} 读不出来或不完整，请从备份恢复后重试。"
            ) from error

    def make(self) -> Keyring:
        """Make the file unless it is there; return its keys.

        Of two programs that make it at once, the second reads what the first made.
        """
        if not self.path.exists():
            first = _new_key()
            fresh = self._write(keyring_of(first.id, (first,), secrets.token_bytes(SECRET)))
            with suppress(FileExistsError):
                os.link(fresh, self.path)
            fresh.unlink()
            self._settle()
        return self.look()

    def add_key(self) -> Keyring:
        """Put a new key beside the old ones; from now on it closes.

        One program at a time: a key that another has added meanwhile is never lost.
        """
        folder = os.open(self.path.parent, os.O_RDONLY)
        try:
            fcntl.flock(folder, fcntl.LOCK_EX)
            old, new = self.look(), _new_key()
            self._write(keyring_of(new.id, (*old.keys, new), old.index)).replace(self.path)
            os.fsync(folder)
        finally:
            os.close(folder)
        return self.look()

    def _write(self, ring: Keyring) -> Path:
        """Write a file beside, so that nobody ever reads half of one."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        fresh = self.path.with_name(f"{self.path.name}.{secrets.token_hex(4)}")
        told = {
            "current": ring.current.id.hex(),
            "keys": [{"id": k.id.hex(), "secret": k.secret.hex()} for k in ring.keys],
            "index": ring.index.hex(),
        }
        with open(  # noqa: PTH123 -- the mode has to be right from the first byte on
            os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600),
            "w",
            encoding="ascii",
        ) as out:
            json.dump(told, out, indent=1)
            out.flush()
            os.fsync(out.fileno())
        return fresh

    def _settle(self) -> None:
        """Let the name of the file survive a power cut too."""
        folder = os.open(self.path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


def _new_key() -> Key:
    return key_of(secrets.token_bytes(KEY_ID), secrets.token_bytes(SECRET))
