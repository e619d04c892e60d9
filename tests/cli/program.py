"""The program as a shell runs it: real processes, their words, status, output."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
WORDS = (sys.executable, "-P", "-m", "tui")
ADMIN = ("staff", "add", "guanli", "管理员", "--role", "系统管理员")


def environment(home: Path, **more: str) -> dict[str, str]:
    """Return the environment of somebody who has set nothing but what is named."""
    kept = {"PATH": os.environ["PATH"], "HOME": str(home), "LANG": "C.UTF-8"}
    return kept | {"PYTHONPATH": str(ROOT), "BAOXUE_HOME": str(home)} | more


def call(
    env: dict[str, str], *words: str, given: bytes = b""
) -> "subprocess.CompletedProcess[str]":
    """Run one command to its end."""
    done = subprocess.run(
        [*WORDS, *words], check=False, capture_output=True, cwd="/", env=env, input=given
    )
    return subprocess.CompletedProcess(
        words, done.returncode, done.stdout.decode(), done.stderr.decode()
    )


def start(env: dict[str, str], *words: str) -> "subprocess.Popen[bytes]":
    """Start a command; output and errors come together."""
    return subprocess.Popen(
        [*WORDS, *words],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        cwd="/",
        env=env,
    )


def refused(done: "subprocess.CompletedProcess[str]") -> str:
    """Return the one sentence of a command that was refused."""
    assert (done.returncode, done.stdout) == (1, ""), done
    assert done.stderr.count("\n") == 1, done.stderr
    assert "Error" not in done.stderr
    return done.stderr.rstrip("\n")
