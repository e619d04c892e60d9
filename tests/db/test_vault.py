"""A closed file opens whole, by its own key and its own name, or not at all (P10)."""

import os
from pathlib import Path

import pytest

from core.rules.backup import BadBackup
from db.keys import KeyFile
from db.vault import close_file, open_file

PIECE = 2**20
SEALED = PIECE + 16
HEAD = 24


def opened(keys: KeyFile, path: Path, name: str = "wal/1") -> bytes:
    return b"".join(open_file(keys, path, name))


@pytest.fixture
def keys(tmp_path: Path) -> KeyFile:
    file = KeyFile(tmp_path / "keys.json")
    file.make()
    return file


@pytest.mark.parametrize("size", [0, 1, PIECE - 600, PIECE, 2 * PIECE + 1])
def test_what_is_closed_opens_the_same(keys, tmp_path, size):
    path, text = tmp_path / "a", os.urandom(size)
    written = close_file(keys.ring, path, "wal/1", (text[:7], text[7:]))
    assert (opened(keys, path), written) == (text, path.stat().st_size)
    assert path.stat().st_mode & 0o777 == 0o600


def test_it_still_opens_after_the_keys_were_changed(keys, tmp_path):
    close_file(keys.ring, tmp_path / "a", "wal/1", [b"text"])
    keys.add_key()
    assert opened(keys, tmp_path / "a") == b"text"


def test_another_key_file_is_told_from_a_spoilt_file(keys, tmp_path):
    close_file(keys.ring, tmp_path / "a", "wal/1", [b"text"])
    other = KeyFile(tmp_path / "other.json")
    other.make()
    with pytest.raises(BadBackup, match="other.json 不是这份备份的：请用 BAOXUE_KEY_FILE"):
        opened(other, tmp_path / "a")


@pytest.mark.parametrize(
    "spoil",
    [
        lambda _: b"",
        lambda told: told[:HEAD],
        lambda told: told[: HEAD + SEALED],  # whole pieces, the last ones gone
        lambda told: told[:-1],
        lambda told: told[:-1] + bytes([told[-1] ^ 1]),
        lambda told: told[:10] + bytes([told[10] ^ 1]) + told[11:],
        lambda told: told + b"x",
        # Two pieces exchanged, one repeated.
        lambda told: (
            told[:HEAD]
            + told[HEAD + SEALED : HEAD + 2 * SEALED]
            + told[HEAD : HEAD + SEALED]
            + told[HEAD + 2 * SEALED :]
        ),
        lambda told: told[: HEAD + SEALED] + told[HEAD:],
    ],
)
def test_a_file_that_is_cut_or_changed_is_refused(keys, tmp_path, spoil):
    path = tmp_path / "a"
    close_file(keys.ring, path, "wal/1", [os.urandom(2 * PIECE + 100)])
    path.write_bytes(spoil(path.read_bytes()))
    with pytest.raises(BadBackup, match="不完整或被改动过"):
        opened(keys, path)


def test_a_file_under_another_name_is_refused(keys, tmp_path):
    close_file(keys.ring, tmp_path / "a", "wal/1", [b"text"])
    with pytest.raises(BadBackup, match="被改动过"):
        opened(keys, tmp_path / "a", "wal/2")


def test_what_fails_on_the_way_leaves_nothing_that_looks_whole(keys, tmp_path):
    def breaks():
        yield b"half"
        raise OSError

    with pytest.raises(OSError):
        close_file(keys.ring, tmp_path / "a", "wal/1", breaks())
    assert not (tmp_path / "a").exists()
