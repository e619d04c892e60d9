"""Announcements to a group's robot: 企业微信 (the key is in its address) and 钉钉 (signed)."""

import base64
import hashlib
import hmac
import http.client
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from http import HTTPStatus
from typing import Final
from urllib.parse import quote_plus, urlsplit

from core.rules.announcement import Letter
from core.services.announce import NotCarried

_PATIENCE: Final = 10.0  # seconds for each answer
_LONGEST: Final = 65536  # bytes of an answer that are read


@dataclass(frozen=True)
class Robot:
    """Where a robot listens; with a secret every call is signed (钉钉 加签)."""

    url: str = field(repr=False)
    secret: str = field(default="", repr=False)


def signed(secret: str, at: datetime) -> str:
    """Return timestamp and signature as 钉钉 asks for them, as parts of a query."""
    timestamp = int(at.timestamp() * 1000)
    text = f"{timestamp}\n{secret}".encode()
    made = hmac.new(secret.encode(), text, hashlib.sha256).digest()
    return f"timestamp={timestamp}&sign={quote_plus(base64.b64encode(made))}"


def post_to(robot: Robot) -> Callable[[Letter], None]:
    """Return what posts a message to a robot."""

    def carry(letter: Letter) -> None:
        try:
            status, body = _post(robot, letter)
        except (OSError, http.client.HTTPException) as error:
            raise NotCarried(type(error).__name__) from error
        if status != HTTPStatus.OK:
            raise NotCarried(f"HTTP {status}")
        if code := _error_code(body):
            raise NotCarried(f"errcode {code}")

    return carry


def _post(robot: Robot, letter: Letter) -> tuple[int, bytes]:
    where = urlsplit(robot.url)
    secure = where.scheme == "https"
    kind = http.client.HTTPSConnection if secure else http.client.HTTPConnection
    query = [where.query] if where.query else []
    if robot.secret:
        query.append(signed(robot.secret, letter.at))
    path = (where.path or "/") + (f"?{'&'.join(query)}" if query else "")
    told = {"msgtype": "text", "text": {"content": letter.words}}
    heads = {
        "Content-Type": "application/json; charset=utf-8",
        # Twice the same: a gateway of one's own may drop the second.
        "Idempotency-Key": letter.key,
    }
    line = kind(where.hostname or "", where.port, timeout=_PATIENCE)
    try:
        line.request("POST", path, json.dumps(told).encode(), heads)
        answer = line.getresponse()
        return answer.status, answer.read(_LONGEST)
    finally:
        line.close()


def _error_code(body: bytes) -> int:
    """Return what a robot says is wrong: both answer 200 and an `errcode`; 0 is well."""
    try:
        told = json.loads(body)
    except ValueError:
        return 0
    code = told.get("errcode", 0) if isinstance(told, dict) else 0
    return code if isinstance(code, int) else -1
