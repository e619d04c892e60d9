"""A real mail server and a real robot on loopback: they keep what they are told."""

import asyncio
import base64
import json
import socketserver
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass
class Mailbox:
    """What a mail server took, who signed in, and what it answers to a message."""

    port: int = 0
    mails: list[EmailMessage] = field(default_factory=list)
    signed_in: list[str] = field(default_factory=list)
    refuses: str = ""


class MailTalk(socketserver.StreamRequestHandler):
    """One conversation: a verb a method."""

    def setup(self) -> None:
        self.line = self.request
        if self.server.tls is not None and not self.server.starts:
            self.wrap()
        super().setup()

    def wrap(self) -> None:
        self.request = self.server.tls.wrap_socket(self.line, server_side=True)

    def finish(self) -> None:
        super().finish()
        self.request.close()

    def say(self, *lines: str) -> None:
        self.wfile.write("".join(f"{line}\r\n" for line in lines).encode())

    def handle(self) -> None:
        self.say("220 box")
        while words := self.rfile.readline().decode().split():
            getattr(self, words[0].lower(), self.well)(*words[1:])

    def well(self, *_: str) -> None:
        self.say("250 ok")

    def ehlo(self, *_: str) -> None:
        closed = self.request is not self.line or not self.server.starts
        self.say("250-box", "250 AUTH PLAIN" if closed else "250 STARTTLS")

    def starttls(self) -> None:
        self.say("220 go on")
        self.wrap()
        super().setup()

    def auth(self, _: str, told: str) -> None:
        self.server.box.signed_in.append(base64.b64decode(told).decode().replace("\0", "/"))
        self.say("235 ok")

    def rcpt(self, *_: str) -> None:
        self.say(self.server.box.refuses or "250 ok")

    def data(self) -> None:
        self.say("354 go on")
        told = b"".join(iter(self.rfile.readline, b".\r\n"))
        self.server.box.mails.append(message_from_bytes(told, policy=policy.default))
        self.say("250 taken")

    def quit(self) -> None:
        self.say("221 bye")


class MailServer(socketserver.ThreadingTCPServer):
    daemon_threads = True

    def __init__(self, tls: ssl.SSLContext | None, *, starts: bool) -> None:
        super().__init__(("127.0.0.1", 0), MailTalk)
        self.tls, self.starts = tls, starts
        self.box = Mailbox(port=self.server_address[1])

    def shutdown_request(self, request: object) -> None:
        """Its handler has closed it, encrypted or not."""

    def handle_error(self, request: object, _: object) -> None:
        """A caller that does not trust us hangs up."""
        request.close()


@contextmanager
def mail_server(
    tls: ssl.SSLContext | None = None, *, starts: bool = False
) -> Iterator[Mailbox]:
    """Run a small SMTP server: closed from the start, or after STARTTLS."""
    with MailServer(tls, starts=starts) as server:
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        yield server.box
        server.shutdown()


@dataclass
class Post:
    """One call of a robot."""

    path: str
    key: str
    words: str


@dataclass
class RobotBox:
    """What a robot heard, and what it answers; `before` runs before it answers."""

    url: str = ""
    posts: list[Post] = field(default_factory=list)
    answers: tuple[int, str] = (200, '{"errcode":0,"errmsg":"ok"}')
    before: Callable[[], None] | None = None

    async def hears(self, count: int) -> None:
        """Wait until so many calls came."""
        async with asyncio.timeout(30):
            while len(self.posts) < count:
                await asyncio.sleep(0.02)


@contextmanager
def robot() -> Iterator[RobotBox]:
    """Run a robot."""
    box = RobotBox()

    class Talk(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            assert body["msgtype"] == "text"
            words, key = body["text"]["content"], self.headers["Idempotency-Key"]
            box.posts.append(Post(self.path, key, words))
            if box.before is not None:
                box.before()
            status, answer = box.answers
            self.send_response(status)
            self.end_headers()
            self.wfile.write(answer.encode())

        def log_message(self, *said: object) -> None:
            """Say nothing."""

    class Server(ThreadingHTTPServer):
        def handle_error(self, request: object, address: object) -> None:
            """A caller that was killed reads no answer."""

    with Server(("127.0.0.1", 0), Talk) as server:
        box.url = f"http://127.0.0.1:{server.server_address[1]}/robot/send?access_token=t"
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        yield box
        server.shutdown()
