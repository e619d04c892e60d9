"""The gate: who comes in, and what strangers cost."""

import asyncio
import stat

import asyncssh
import pytest

from core.rules.sign_in import SignInOutcome
from tests.story.terminal import Terminal, dial
from tui.door.gate import Gate, possible_name
from tui.door.hostkey import host_key


async def connect(house, name, **how):
    async with dial(house.port, name, **how) as conn:
        return conn.get_extra_info("username")


async def test_the_right_password_opens(house):
    assert await connect(house, "li", password="pw-li") == "li"
    assert house.asked == [("li", "pw-li", "127.0.0.1")]


async def test_a_key_on_file_opens_for_its_own_name(house):
    async with Terminal.connect(house.port, "li", key=house.key) as t:
        await t.wait_for("t7")
    assert house.asked == []
    assert [e["by"] for e in house.events("signed in")] == ["key"]


async def test_a_key_on_file_does_not_open_for_another_name(house):
    with pytest.raises(asyncssh.PermissionDenied):
        await connect(house, "wang", key=house.key)


async def test_a_strange_key_does_not_open(house):
    with pytest.raises(asyncssh.PermissionDenied):
        await connect(house, "li", key=asyncssh.generate_private_key("ssh-ed25519"))


class NamedConn:
    """A connection as far as the gate asks it who has just proved to be who."""

    def __init__(self, name):
        self.name = name

    def get_extra_info(self, what):
        return {"username": self.name}[what]

    def create_server_channel(self, window):
        return window

    def close(self):
        pass


async def test_a_key_only_shown_for_one_name_opens_nothing_of_hers_for_another(house):
    entered = []
    gate = Gate(
        house.door.reception,
        "198.51.100.7",
        lambda guest, _: entered.append(guest),
        lambda: None,
        lambda _: None,
    )
    gate.connection_made(NamedConn("wang"))
    assert await gate.validate_public_key("li", house.key.convert_to_public())
    assert await gate.validate_password("wang", "pw-wang")
    gate.auth_completed()
    gate.session_requested()
    gate.connection_lost(None)
    assert [(g.account_id, g.address) for g in entered] == [(8, "198.51.100.7")]


async def test_a_stranger_s_broken_packet_is_a_refusal_and_no_fault_of_ours(house):
    _, writer = await asyncio.open_connection("127.0.0.1", house.port)
    # A key exchange (20) of twelve bytes, which ends before its lists begin.
    writer.write(b"SSH-2.0-broken\r\n" + bytes([0, 0, 0, 12, 4, 20]) + bytes(10))
    async with asyncio.timeout(30):
        while not house.events("refused"):
            await asyncio.sleep(0.01)
    writer.close()
    assert house.events("refused")[0]["reason"] == "did not sign in"
    assert house.events("fault") == []


async def test_a_wrong_password_is_refused_and_logged_without_it(house):
    with pytest.raises(asyncssh.PermissionDenied):
        await connect(house, "li", password="geheim-1")
    assert "geheim" not in "".join(house.lines)
    assert house.events("refused") == [
        {
            "event": "refused",
            "address": "127.0.0.1",
            "account": 7,
            "reason": "wrong password",
        }
    ]


async def test_whoever_goes_without_signing_in_is_logged_as_well(house):
    _, writer = await asyncio.open_connection("127.0.0.1", house.port)
    writer.close()
    async with asyncio.timeout(30):
        while not house.events("refused"):
            await asyncio.sleep(0.01)
    assert house.events("refused")[0]["reason"] == "did not sign in"
    assert house.porch.waiting.total() == 0


async def test_what_was_typed_in_place_of_a_name_is_not_logged(house):
    """It may be a password, or a child's name."""
    with pytest.raises(asyncssh.PermissionDenied):
        await connect(house, "Geheim-2026", password="x")
    assert "Geheim" not in "".join(house.lines)
    assert house.events("refused")[0]["account"] == 0


@pytest.mark.parametrize("outcome", [SignInOutcome.SHUT, SignInOutcome.CROWDED])
async def test_a_password_that_is_not_looked_at_ends_the_connection_with_a_sentence(
    house, outcome
):
    house.outcome = outcome
    told = []

    class Reader(asyncssh.SSHClient):
        def auth_banner_received(self, msg, _lang):
            told.append(msg)

        def password_auth_requested(self):
            return "pw-li"

    with pytest.raises(asyncssh.PermissionDenied, match=str(outcome).capitalize()):
        await asyncssh.connect(
            "127.0.0.1",
            house.port,
            username="li",
            client_factory=Reader,
            known_hosts=None,
            config=None,
            client_keys=None,
            agent_path=None,
        )
    assert len(house.asked) == 1
    assert [t.strip() for t in told] == [
        {
            SignInOutcome.SHUT: "密码错误次数过多，请15分钟后再试，或改用密钥登录。",
            SignInOutcome.CROWDED: "正在登录的人太多，请稍候再试。",
        }[outcome]
    ]
    assert house.events("refused")[0]["reason"] == outcome


async def test_the_third_wrong_password_ends_the_connection(house):
    tried = []

    class Guesser(asyncssh.SSHClient):
        def password_auth_requested(self):
            tried.append(1)
            return f"guess-{len(tried)}"

    with pytest.raises(asyncssh.PermissionDenied, match="Too many"):
        await asyncssh.connect(
            "127.0.0.1",
            house.port,
            username="li",
            client_factory=Guesser,
            known_hosts=None,
            config=None,
            client_keys=None,
            agent_path=None,
        )
    assert [a[1] for a in house.asked] == ["guess-1", "guess-2", "guess-3"]
    assert len(tried) == 3


async def test_ten_keys_may_be_offered_and_not_eleven(house):
    keys = [asyncssh.generate_private_key("ssh-ed25519") for _ in range(12)]
    with pytest.raises(asyncssh.PermissionDenied, match="Too many"):
        await asyncssh.connect(
            "127.0.0.1",
            house.port,
            username="li",
            password="pw-li",
            client_keys=keys,
            known_hosts=None,
            config=None,
            agent_path=None,
        )
    assert house.asked == []


async def test_a_name_nobody_has_is_checked_all_the_same(house):
    for name in ("zhao", "a b", "x" * 65):
        with pytest.raises(asyncssh.PermissionDenied):
            await connect(house, name, password="whatever")
    assert [(a[0], a[1]) for a in house.asked] == [
        ("zhao", "whatever"),
        ("-", "whatever"),
        ("-", "whatever"),
    ]


@pytest.mark.parametrize(
    ("name", "possible"),
    [
        ("li", True),
        ("李秀英", True),
        ("", False),
        ("a" * 64, True),
        ("a" * 65, False),
        ("a\x1bb", False),
        ("a\u202eb", False),
        ("a b", False),
    ],
)
def test_a_name_is_short_and_visible(name, possible):
    assert possible_name(name) is possible


async def test_a_fault_of_the_house_refuses_and_is_logged_by_its_places_only(house):
    async def broken(name, password, address):
        raise RuntimeError("欧阳雨桐")

    object.__setattr__(house.door.reception, "check_password", broken)
    with pytest.raises((asyncssh.Error, OSError)):
        await connect(house, "li", password="pw-li")
    await asyncio.sleep(0.05)
    fault = house.events("fault")[0]
    assert fault["at"][0] == "RuntimeError"
    assert "欧" not in str(fault)


async def test_strangers_beyond_the_porch_are_turned_away_and_places_come_free(house):
    pairs = [await asyncio.open_connection("127.0.0.1", house.port) for _ in range(20)]
    greetings = [await reader.readline() for reader, _ in pairs]
    assert all(g.startswith(b"SSH-2.0-baoxue") for g in greetings)
    reader, writer = await asyncio.open_connection("127.0.0.1", house.port)
    try:
        greeting = await reader.read()
    except ConnectionResetError:
        greeting = b""
    assert greeting == b""
    writer.close()
    for _, each in pairs:
        each.close()
    await asyncio.sleep(0.1)
    assert await connect(house, "li", password="pw-li") == "li"


async def test_a_signed_in_person_stands_on_the_porch_no_longer(house):
    async with dial(house.port, "li", password="pw-li"):
        assert house.porch.waiting.total() == 0


async def test_one_connection_has_one_session(house):
    async with Terminal.connect(house.port, "li", password="pw-li") as t:
        await t.wait_for("王小明")
        with pytest.raises(asyncssh.ChannelOpenError):
            await t.conn.create_session(asyncssh.SSHClientSession, encoding=None)


async def test_nothing_is_forwarded_and_no_subsystem_but_sftp_runs(house):
    async with dial(house.port, "li", password="pw-li") as conn:
        with pytest.raises(asyncssh.ChannelOpenError):
            await conn.open_connection("127.0.0.1", house.port)
        with pytest.raises(asyncssh.ChannelListenError):
            await conn.forward_remote_port("", 0, "127.0.0.1", 1)
        with pytest.raises(asyncssh.ChannelOpenError):
            await conn.open_unix_connection("/nowhere/socket")
        for subsystem in ("netconf", "SFTP", "sftp-server"):
            with pytest.raises(asyncssh.ChannelOpenError):
                await conn.create_process(subsystem=subsystem, encoding=None)


def test_the_host_key_is_made_once_for_its_owner_only(tmp_path):
    path = tmp_path / "deep" / "key"
    first = host_key(path).get_fingerprint()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    path.chmod(0o644)
    assert host_key(path).get_fingerprint() == first
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [p.name for p in path.parent.iterdir()] == ["key"]
