"""What an auditor of SSH servers says of the door as it is, and what old clients need."""

import asyncio
import json
import sys
from pathlib import Path

import asyncssh
import pytest

AUDIT = Path(sys.executable).with_name("ssh-audit")


async def test_the_auditor_finds_no_failure_in_the_default_configuration(house):
    process = await asyncio.create_subprocess_exec(
        *(AUDIT, "--json", "--skip-rate-test", "--timeout", "30"),
        *("--port", str(house.port), "127.0.0.1"),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    out, err = await process.communicate()
    found = json.loads(out)
    graded = {kind: found[kind] for kind in ("kex", "key", "enc", "mac")}
    assert all(graded.values()), err
    assert [
        (one["algorithm"], one["notes"]["fail"])
        for algorithms in graded.values()
        for one in algorithms
        if one.get("notes", {}).get("fail")
    ] == []
    assert found["cves"] == []
    # 3 would be a failure, 2 is a warning: clients without post-quantum keys are let in.
    assert process.returncode in {0, 2}


@pytest.mark.parametrize(
    "how",
    [
        # OpenSSH 9.9, 7.4; PuTTY 0.68 with each of its ciphers; compression for bad lines.
        {"kex_algs": ["mlkem768x25519-sha256"]},
        {"kex_algs": ["curve25519-sha256"], "encryption_algs": ["aes128-gcm@openssh.com"]},
        {
            "kex_algs": ["curve25519-sha256@libssh.org"],
            "encryption_algs": ["aes256-ctr"],
            "mac_algs": ["hmac-sha2-256"],
        },
        {
            "kex_algs": ["curve25519-sha256@libssh.org"],
            "encryption_algs": ["chacha20-poly1305@openssh.com"],
        },
        {"compression_algs": ["zlib@openssh.com"]},
    ],
)
async def test_the_clients_of_schools_find_something_they_know(house, how):
    async with asyncssh.connect(
        "127.0.0.1",
        house.port,
        username="li",
        password="pw-li",
        known_hosts=None,
        config=None,
        client_keys=None,
        agent_path=None,
        server_host_key_algs=["ssh-ed25519"],
        **how,
    ) as conn:
        assert conn.get_extra_info("recv_compression") in {"none", "zlib@openssh.com"}


@pytest.mark.parametrize(
    "how",
    [
        {"kex_algs": ["diffie-hellman-group14-sha1"]},
        {"kex_algs": ["ecdh-sha2-nistp256"]},
        {"encryption_algs": ["aes256-cbc"]},
        {"mac_algs": ["hmac-sha1"], "encryption_algs": ["aes256-ctr"]},
        {"compression_algs": ["zlib"]},
    ],
)
async def test_what_is_broken_or_begins_before_sign_in_is_not_offered(house, how):
    with pytest.raises(asyncssh.KeyExchangeFailed):
        await asyncssh.connect(
            "127.0.0.1",
            house.port,
            username="li",
            password="pw-li",
            known_hosts=None,
            config=None,
            client_keys=None,
            agent_path=None,
            **how,
        )
