"""Which ciphers the door offers: none that `ssh-audit` calls a failure (a test runs it).

The host key is ed25519; every client that can check it (PuTTY 0.68, Xshell 6, OpenSSH 6.5
and later) knows curve25519 as well.  Groups of big numbers would only cost strangers
little and us much.
"""

from typing import Final

KEX: Final = (
    "mlkem768x25519-sha256",
    "curve25519-sha256",
    "curve25519-sha256@libssh.org",
)
ENCRYPTION: Final = (
    "chacha20-poly1305@openssh.com",
    "aes256-gcm@openssh.com",
    "aes128-gcm@openssh.com",
    "aes256-ctr",
    "aes192-ctr",
    "aes128-ctr",
)
MACS: Final = (
    "hmac-sha2-256-etm@openssh.com",
    "hmac-sha2-512-etm@openssh.com",
    "umac-128-etm@openssh.com",
    "hmac-sha2-256",
    "hmac-sha2-512",
)
# For lines of 32 kbit/s; the client asks for it.
COMPRESSION: Final = ("none", "zlib@openssh.com")
