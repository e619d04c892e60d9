"""OpenSSH's own sshd in front of `open`: keys, the application, commands and files."""

import asyncio
import os
import shutil
import socket
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import asyncssh
import pytest

from core.services import seat, staff, upload
from tests.cli.program import environment
from tests.services.export_township import ADMIN, NOW, WANG, build, desk
from tests.story.terminal import Terminal
from tui.cli.fronted import KeyUnknown, Told, told
from tui.cli.keys import line_for

SSHD = shutil.which("sshd", path=f"{os.environ['PATH']}:/usr/sbin:/sbin")
# sshd asks for its own empty folder, and only root's programs may be asked for keys.
NEEDS_SSHD = pytest.mark.skipif(
    SSHD is None or os.geteuid() != 0 or not Path("/run/sshd").is_dir(),
    reason="needs OpenSSH's server, run by root, and its folder /run/sshd",
)
CONFIG = """
ListenAddress 127.0.0.1
Port {port}
HostKey {folder}/host
PidFile none
UsePAM no
LogLevel ERROR
PasswordAuthentication no
KbdInteractiveAuthentication no
PermitRootLogin prohibit-password
AuthorizedKeysFile none
AuthorizedKeysCommandUser root
AuthorizedKeysCommand /usr/bin/env {variables} {python} -P -m tui keys %t %k
ExposeAuthInfo yes
ForceCommand /usr/bin/env {variables} {python} -P -m tui open
DisableForwarding yes
PermitUserRC no
Subsystem sftp sftp
"""


@dataclass
class Front:
    """An sshd, and the key that 王建国 has."""

    port: int
    key: asyncssh.SSHKey


@pytest.fixture
async def front(dsn: str, pool, keys, tmp_path: Path) -> AsyncIterator[Front]:
    await build(pool)
    key, host = (asyncssh.generate_private_key("ssh-ed25519") for _ in range(2))
    await staff.add_key(desk(pool, ADMIN), "wang", key.export_public_key().decode().strip())
    host.write_private_key(tmp_path / "host")
    (tmp_path / "host").chmod(0o600)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    variables = environment(tmp_path, BAOXUE_DSN=dsn, BAOXUE_KEY_FILE=str(keys.path))
    config = CONFIG.format(
        port=port,
        folder=tmp_path,
        python=sys.executable,
        variables=" ".join(f'"{name}={value}"' for name, value in variables.items()),
    )
    (tmp_path / "config").write_text(config)
    process = await asyncio.create_subprocess_exec(
        SSHD, "-D", "-e", "-f", tmp_path / "config", cwd="/"
    )
    try:
        await _listens(port)
        yield Front(port, key)
    finally:
        process.terminate()
        await process.wait()


async def _listens(port: int) -> None:
    while True:
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", port)
        except OSError:
            await asyncio.sleep(0.01)
        else:
            writer.close()
            return


@NEEDS_SSHD
async def test_behind_sshd_a_key_opens_its_accounts_screens_commands_and_files(front, pool):
    async with Terminal.connect(front.port, "root", key=front.key) as t:
        await t.wait_for("今日待办", "王建国")
        async with t.conn.start_sftp_client() as sftp:
            assert sorted(await sftp.listdir("/")) == ["上传", "导出"]
            async with sftp.open("/上传/名册.csv", "wb") as file:
                await file.write(b"a,b\n")
    assert await upload.fetched(desk(pool, WANG), "名册.csv") == b"a,b\n"
    rows = await pool.fetch("SELECT account_id, address FROM signin_session")
    assert {tuple(row) for row in rows} == {(2, "127.0.0.1")}


async def test_a_key_is_printed_for_sshd_where_it_opens_one_account(pool):
    await build(pool)
    front = seat.front_desk(pool, lambda _: NOW)
    shared, own, gone = (
        "ssh-ed25519 AAAAC3shared",
        "ssh-ed25519 AAAAC3own",
        "ssh-rsa AAAAB3",
    )
    for name, line in (("wang", own + " wang@pc"), ("wang", shared), ("li", shared)):
        await staff.add_key(desk(pool, ADMIN), name, line)
    await staff.add_key(desk(pool, ADMIN), "bureau", gone)
    await staff.disable(desk(pool, ADMIN), "bureau")
    assert await line_for(front, *own.split()) == f"restrict,pty {own}\n"
    for none in (shared, gone, "ssh-ed25519 AAAAC3", "ssh-rsa AAAAC3own"):
        assert await line_for(front, *none.split()) == ""


def test_what_sshd_says_is_read_and_no_sshd_says_nothing(tmp_path):
    said = tmp_path / "auth"
    said.write_text("publickey ssh-ed25519 AAAAC3\n")
    environ = {
        "SSH_USER_AUTH": str(said),
        "SSH_CONNECTION": "198.51.100.7 50000 192.0.2.1 22",
    }
    assert told({}) is None
    assert told({"SSH_CONNECTION": "198.51.100.7 1 192.0.2.1 22"}) is None
    assert told(environ) == Told(("ssh-ed25519", "AAAAC3"), "198.51.100.7", "")
    asked = environ | {"SSH_ORIGINAL_COMMAND": "export list"}
    assert told(asked).command == "export list"
    for other in ("", "password\n", "publickey ssh-ed25519\n"):
        said.write_text(other)
        with pytest.raises(KeyUnknown):
            told(environ)
    with pytest.raises(KeyUnknown):
        told(environ | {"SSH_USER_AUTH": str(tmp_path / "gone")})
