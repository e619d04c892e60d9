"""serve on the embedded database: the parent's workers, its fingerprint, and its sudden end."""

import json
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.program import ADMIN, WORDS, call, environment


@pytest.fixture(scope="module")
def env(open_folder: Path) -> Iterator[dict[str, str]]:
    """An empty home, with an administrator in it."""
    home = open_folder / "serve"
    found = environment(home)
    assert call(found, *ADMIN).returncode == 0
    yield found
    shutil.rmtree(home, ignore_errors=True)


def test_workers_share_the_embedded_server_and_go_when_their_parent_is_killed(env):
    with subprocess.Popen(
        [*WORDS, "serve", "--listen", "127.0.0.1:0"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd="/",
        env=env | {"BAOXUE_WORKERS": "1"},
    ) as serving:
        workers = look_and_kill(env, serving)
    assert len(workers) == 2
    while any(Path(f"/proc/{pid}/cmdline").exists() for pid in workers):
        time.sleep(0.01)
    assert "guanli" in call(env, "staff", "list").stdout


def look_and_kill(env: dict[str, str], serving: "subprocess.Popen[bytes]") -> list[int]:
    """Kill the parent, after a look at what it serves; return its workers."""
    said = serving.stdout.readline().decode()
    port, printed = int(said.split()[1].rpartition(":")[2]), said.split()[-1]
    # Another command finds the same server, and the same key.
    assert f"主机密钥指纹 {printed}" in call(env, "doctor").stdout
    with socket.create_connection(("127.0.0.1", port)) as conn:
        assert conn.recv(64).startswith(b"SSH-2.0-baoxue")
    serving.kill()
    # Their ends of the pipe close as well: each has left.
    lines = [json.loads(line) for line in serving.stderr.read().splitlines()]
    with pytest.raises(OSError):
        socket.create_connection(("127.0.0.1", port)).close()
    return [line["worker"] for line in lines if line["event"] == "worker"]


def test_a_port_that_is_taken_is_refused_before_anybody_is_started(env):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = call(env, "serve", "--listen", f"127.0.0.1:{port}")
    assert done.returncode == 1
    assert done.stderr.startswith(f"无法在 127.0.0.1:{port} 上监听（端口已被占用）")
    assert "worker" not in done.stderr
