"""The server's own key: made once, readable by its owner only, never replaced."""

import os
from pathlib import Path
from typing import Final

import asyncssh

# Its name in the data folder.
HOST_KEY: Final = "ssh_host_ed25519_key"
_OWNER_ONLY: Final = 0o600


def host_key(path: Path) -> asyncssh.SSHKey:
    """Read the host key at `path`, or make an ed25519 one there with mode 0600.

    Raises OSError where the file can be neither read nor made.  Two processes that start
    at once agree: the key is written whole under another name, then linked.
    """
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        fresh = path.with_name(f".{path.name}.{os.getpid()}")
        made = asyncssh.generate_private_key("ssh-ed25519", comment="baoxue")
        handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, _OWNER_ONLY)
        with os.fdopen(handle, "wb") as file:
            file.write(made.export_private_key())
            file.flush()
            os.fsync(file.fileno())
        try:
            path.hardlink_to(fresh)
        except FileExistsError:
            pass  # somebody else was first: theirs is the key
        finally:
            fresh.unlink()
    if path.stat().st_mode & 0o077:
        path.chmod(_OWNER_ONLY)
    return asyncssh.read_private_key(path)
