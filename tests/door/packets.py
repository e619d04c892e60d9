"""SFTP's packets, put together by hand."""

INIT = b"\0\0\0\x05\x01\0\0\0\x03"


def string(data: bytes) -> bytes:
    return len(data).to_bytes(4, "big") + data


def asked(kind: int, *parts: int | bytes) -> bytes:
    body = b"".join(x if isinstance(x, bytes) else x.to_bytes(4, "big") for x in parts)
    return string(bytes([kind]) + body)
