"""./baoxue where something is in its way: no venv module, an old Python, another's checkout."""

import ast
import os
import pwd
import shutil
import subprocess
import sys

import pytest

from tests.checkouts import ROOT, call, checkout_at

PYTHON = """#!/bin/sh
[ "$2" = venv ] || exit 1
/bin/mkdir -p "$3/bin"
/bin/cp "$0" "$3/bin/python"
"""


def test_without_the_venv_module_the_one_line_to_type_is_said(tmp_path):
    checkout = checkout_at(tmp_path / "bare")
    without = (
        "import sys; sys.modules['ensurepip'] = None; sys.argv = sys.argv[1:];"
        "exec(compile(open(sys.argv[0]).read(), sys.argv[0], 'exec'),"
        " {'__name__': '__main__', '__file__': sys.argv[0]})"
    )
    done = subprocess.run(
        [sys.executable, "-c", without, checkout / "baoxue"],
        check=False,
        capture_output=True,
        text=True,
        # No apt-get here: what somebody who is not root, or not on Debian, meets.
        env={"PATH": str(tmp_path), "LANG": "C.UTF-8"},
    )
    assert done.returncode == 1
    assert "sudo apt-get install -y python3-venv" in done.stderr
    assert "Traceback" not in done.stderr
    if os.geteuid() == 0:
        (tmp_path / "apt-get").write_text(f'#!/bin/sh\necho "$@" >> {tmp_path}/apt\n')
        (tmp_path / "apt-get").chmod(0o755)
        # A Python that makes an environment at once, and whose pip finds nothing.
        python = tmp_path / "python3"
        python.write_text(PYTHON)
        python.chmod(0o755)
        there = f"import sys; sys.executable = {str(python)!r};{without}"
        done = subprocess.run(
            [sys.executable, "-c", there, checkout / "baoxue"],
            check=False,
            capture_output=True,
            text=True,
            env={"PATH": str(tmp_path), "LANG": "C.UTF-8"},
        )
        # The module was to be had; the package in the lock was not.
        assert done.returncode == 1
        assert done.stderr.endswith("请按上面的提示排除（多为网络不通），然后重试。\n")
        assert (tmp_path / "apt").read_text() == "update -q\ninstall -y -q python3-venv\n"


def test_an_old_python_is_told_in_one_sentence():
    source = (ROOT / "baoxue").read_text(encoding="utf-8")
    # Python 3.6 must be able to read the file before it can be told anything.
    ast.parse(source, feature_version=(3, 6))
    old = f"import sys; sys.version_info = (3, 10, 9); exec(open({str(ROOT / 'baoxue')!r}).read())"
    done = subprocess.run(
        [sys.executable, "-X", "utf8", "-c", old],
        check=False,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert "Python 3.11" in done.stderr


if os.geteuid() == 0:
    NOBODY = pwd.getpwnam("nobody")

    def test_somebody_elses_checkout_gets_an_environment_of_ones_own(open_folder):
        python = "/usr/bin/python3"
        found = "import sys, ensurepip; sys.exit(sys.version_info < (3, 11))"
        if subprocess.run([python, "-c", found], check=False, cwd="/").returncode:
            pytest.skip("the system's own Python is too old, or has no ensurepip")
        checkout = checkout_at(open_folder / "theirs")
        home = open_folder / "home-of-nobody"
        home.mkdir()
        os.chown(home, NOBODY.pw_uid, NOBODY.pw_gid)
        for _ in range(2):
            done = call(checkout, python=python, user=NOBODY.pw_uid, HOME=str(home))
            assert done.returncode == 7, done.stderr
        assert done.stderr == ""
        assert not (checkout / ".venv").exists()
        assert list((home / ".local/share/baoxue").glob("venv-*/baoxue.stamp"))

        # Without a home there is still the temporary folder, if it is really one's own.
        spare = open_folder / "tmp"
        spare.mkdir()
        spare.chmod(0o1777)
        held = spare / f"baoxue-{NOBODY.pw_uid}"
        (home / ".local/share/baoxue").rename(held)
        done = call(
            checkout, python=python, user=NOBODY.pw_uid, HOME="/", TMPDIR=str(spare)
        )
        assert (done.returncode, done.stderr) == (7, "")
        shutil.rmtree(held)
        held.mkdir()
        held.chmod(0o777)
        done = call(
            checkout, python=python, user=NOBODY.pw_uid, HOME="/", TMPDIR=str(spare)
        )
        assert done.returncode == 1
        assert "BAOXUE_HOME" in done.stderr
