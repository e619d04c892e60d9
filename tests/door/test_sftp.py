"""SFTP's packets without a connection: what is hostile, cut short, or never read."""

import asyncio

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.services.desk import Desk
from tests.door.packets import INIT, asked, string
from tests.tui.kit import a_desk
from tui.door.files import transfer


class Wire:
    """A client that has sent everything already, and reads when it likes."""

    def __init__(self, sent: bytes) -> None:
        self.sent, self.got, self.said = bytearray(sent), b"", b""
        self.reads = asyncio.Event()
        self.reads.set()

    async def source(self, most: int) -> bytes:
        taken = bytes(self.sent[:most])
        del self.sent[:most]
        return taken

    def write(self, data: bytes) -> None:
        self.got += data

    async def drain(self) -> None:
        await self.reads.wait()

    async def run(self, *words: str, idle: float = 5) -> int:
        nowhere: Desk = a_desk()
        return await transfer(nowhere, words, self.source, self, _Silent(), idle)


class _Silent:
    def write(self, data: bytes) -> None:
        del data


async def test_a_client_that_reads_nothing_is_answered_once():
    wire = Wire(INIT + asked(16, 1, string(b".")) * 1000)
    wire.reads.clear()
    running = asyncio.create_task(wire.run("sftp"))
    for _ in range(10):
        await asyncio.sleep(0)
    assert wire.got == asked(2, 3)
    wire.reads.set()
    assert await running == 0
    assert len(wire.got) > 1000 * 20


async def test_the_root_is_as_far_as_a_path_goes_up():
    wire = Wire(INIT + asked(16, 7, string("../../上传/../..".encode())))
    assert await wire.run("sftp") == 0
    assert wire.got.startswith(asked(2, 3))
    assert wire.got[9 + 4 :].startswith(b"\x68\0\0\0\x07\0\0\0\x01" + string(b"/"))


# Nothing here reaches the database: paths are those of no list, handles are made up.
PART = st.one_of(
    st.binary(max_size=40),
    st.integers(0, 2**32 - 1).map(lambda n: n.to_bytes(4, "big")),
    st.sampled_from([b"/", b"..", b"\xff", b"/etc/x", b"1"]).map(string),
)
PACKET = st.builds(
    lambda kind, parts: asked(kind, *parts),
    st.integers(0, 255),
    st.lists(PART, max_size=5),
)


@settings(max_examples=100, deadline=None)
@given(st.lists(st.one_of(PACKET, st.binary(max_size=30)), max_size=8))
def test_no_packets_end_it_but_with_a_status(packets):
    async def run() -> int:
        return await Wire(INIT + b"".join(packets)).run("sftp")

    assert asyncio.run(run()) in {0, 1}


@pytest.mark.parametrize(
    "sent",
    [b"", b"\0\0\0\x05\x02\0\0\0\x03", b"\xff\xff\xff\xff", b"\0\0\0\0", b"SSH-2.0-x\r\n"],
)
async def test_who_speaks_something_else_is_let_go(sent):
    wire = Wire(sent)
    assert await wire.run("sftp") in {0, 1}
    assert wire.got == b""
