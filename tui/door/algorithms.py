"""Which ciphers the door offers: none that `ssh-audit` calls a failure (a test runs it).

Old clients of schools decide the lower end: PuTTY 0.6x and Xshell 5 know group exchange
and AES in counter mode with SHA-2, and are let in by those.
"""

from typing import Final

KEX: Final = (
    "mlkem768x25519-sha256",
    "curve25519-sha256",
    "curve25519-sha256@libssh.org",
    "diffie-hellman-group16-sha512",
    "diffie-hellman-group18-sha512",
    "diffie-hellman-group-exchange-sha256",
    "diffie-hellman-group14-sha256",
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
