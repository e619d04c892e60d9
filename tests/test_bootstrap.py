"""./baoxue makes its own environment, once, whoever calls it, and hands over.

The checkouts here are small: our executable, empty lock files, and a program that tells
how it was called.  So nothing is downloaded; the environment itself is a real one.
"""

import ast
import os
import pwd
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PROGRAM = """
import json, os, sys
print(json.dumps([sys.argv[1:], os.getcwd(), __file__, sys.prefix, os.environ.get("HOME")]))
sys.exit(7)
"""
CHECKER = """
import os, sys
print("{}", *sys.argv[1:], flush=True)
sys.exit(int(os.path.exists("{}.fails")) * 5)
"""
PYTEST = """
import os, sys
print("pytest", *sys.argv[1:], sorted(os.environ), os.environ["LANG"], flush=True)
sys.exit(3)
"""
INSTALLS = "首次约需"


def checkout_at(folder: Path) -> Path:
    """Make a small checkout."""
    (folder / "tui").mkdir(parents=True)
    shutil.copy(ROOT / "baoxue", folder)
    for name in ("requirements.lock", "requirements-dev.lock"):
        (folder / name).write_text(f"# {name}\n")
    (folder / "tui" / "__init__.py").touch()
    (folder / "tui" / "__main__.py").write_text(PROGRAM)
    (folder / "pytest.py").write_text(PYTEST)
    for name in ("ruff", "mypy", "vulture"):
        (folder / f"{name}.py").write_text(CHECKER.format(name, name))
    return folder


def call(
    checkout: Path,
    *words: str,
    cwd: Path = Path("/"),
    python: str = sys.executable,
    user: int | None = None,
    **environment: str,
) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [python, checkout / "baoxue", *words],
        check=False,
        capture_output=True,
        text=True,
        cwd=cwd,
        env={"PATH": os.environ["PATH"], "LANG": "C.UTF-8"} | environment,
        user=user,
        group=user,
        extra_groups=None if user is None else (),
    )


@pytest.fixture(scope="module")
def module_folder(open_folder: Path) -> Path:
    folder = open_folder / "checkout"
    folder.mkdir()
    return folder


@pytest.fixture(scope="module")
def two_first_runs(module_folder: Path) -> list[tuple[int, str, str]]:
    """What two first runs at the same moment said."""
    checkout = checkout_at(module_folder / "here")
    runs = [
        subprocess.Popen(
            [sys.executable, checkout / "baoxue", "demo", "--as", "李 秀英"],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            cwd="/",
            env={"PATH": os.environ["PATH"], "LANG": "C.UTF-8"},
        )
        for _ in range(2)
    ]
    said = [run.communicate() for run in runs]
    return [(r.returncode, out, err) for r, (out, err) in zip(runs, said, strict=True)]


@pytest.fixture
def checkout(module_folder: Path, two_first_runs: object) -> Path:
    """A checkout with its environment made."""
    return module_folder / "here"


def test_two_first_runs_at_once_install_once_and_both_hand_over(two_first_runs, checkout):
    assert [status for status, _, _ in two_first_runs] == [7, 7]
    for _, out, _ in two_first_runs:
        words, cwd, program, prefix, _ = ast.literal_eval(out.replace("null", "None"))
        assert words == ["demo", "--as", "李 秀英"]
        assert cwd == "/"
        assert program == str(checkout / "tui" / "__main__.py")
        assert prefix == str(checkout / ".venv")
    assert sum(INSTALLS in err for _, _, err in two_first_runs) == 1


def test_a_second_run_installs_nothing_and_says_nothing_of_its_own(checkout):
    done = call(checkout, "status", "--json")
    assert (done.returncode, done.stderr) == (7, "")


@pytest.mark.parametrize(
    "home", [{}, {"HOME": ""}, {"HOME": "/nonexistent"}, {"HOME": "/proc"}]
)
def test_any_home_will_do(checkout, home, tmp_path):
    done = call(checkout, "status", cwd=tmp_path, **home)
    assert (done.returncode, done.stderr) == (7, "")
    assert list(tmp_path.iterdir()) == []
    told = ast.literal_eval(done.stdout.replace("null", "None"))
    assert told[4] == (home.get("HOME") or None)


def test_a_folder_where_the_user_stands_is_not_taken_for_ours(checkout, tmp_path):
    for name in ("tui", "json"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "__init__.py").write_text("raise SystemExit('theirs')")
    done = call(checkout, cwd=tmp_path, PYTHONPATH=str(tmp_path))
    assert done.returncode == 7, done.stderr


def test_a_changed_lock_is_installed_and_the_larger_one_serves_both(checkout):
    (checkout / "requirements.lock").write_text("# changed\n")
    assert INSTALLS in call(checkout).stderr
    assert INSTALLS not in call(checkout).stderr
    assert INSTALLS in call(checkout, "test", "one").stderr
    assert INSTALLS not in call(checkout, "test", "one").stderr
    assert INSTALLS not in call(checkout).stderr


def test_a_build_that_was_killed_is_begun_again(checkout, module_folder):
    other = checkout_at(module_folder / "other")
    first = subprocess.Popen(
        [sys.executable, other / "baoxue"],
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    while not (other / ".venv" / "bin" / "python").is_symlink():
        time.sleep(0.001)
    os.killpg(first.pid, signal.SIGKILL)
    first.wait()
    assert not (other / ".venv" / "baoxue.stamp").exists()
    done = call(other)
    assert done.returncode == 7
    assert INSTALLS in done.stderr
    assert call(other).stderr == ""


def test_an_environment_whose_python_is_gone_is_made_again(checkout):
    python = checkout / ".venv" / "bin" / "python"
    python.unlink()
    python.symlink_to("/nonexistent/python3")
    done = call(checkout)
    assert done.returncode == 7
    assert INSTALLS in done.stderr


def test_without_the_venv_module_the_one_line_to_type_is_said(module_folder, tmp_path):
    checkout = checkout_at(module_folder / "bare")
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
        lock = checkout / "requirements.lock"
        lock.write_text(f"nothing-of-the-kind==1 --hash=sha256:{'0' * 64}\n")
        done = subprocess.run(
            [sys.executable, "-c", without, checkout / "baoxue"],
            check=False,
            capture_output=True,
            text=True,
            env={"PATH": str(tmp_path), "LANG": "C.UTF-8", "PIP_NO_INDEX": "1"},
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


class TestTheTests:
    @pytest.fixture
    def checkout(self, checkout: Path) -> Path:
        for name in ("lint-imports", "deptry"):
            (checkout / ".venv" / "bin" / name).write_text(CHECKER.format(name, name))
        return checkout

    def test_checks_run_first_and_pytest_has_the_last_word(self, checkout):
        done = call(checkout, "test")
        assert done.returncode == 3
        first_words = [line.split()[0] for line in done.stdout.splitlines()]
        checks = ["ruff", "ruff", "mypy", "lint-imports", "deptry", "vulture"]
        assert first_words == [*checks, "pytest"]
        assert "pytest -n 2" in done.stdout

    def test_a_failing_check_is_the_end(self, checkout):
        (checkout / "mypy.fails").touch()
        done = call(checkout, "test")
        (checkout / "mypy.fails").unlink()
        assert done.returncode == 5
        assert "检查未通过" in done.stderr
        assert "pytest" not in done.stdout

    def test_with_words_of_its_own_pytest_runs_alone(self, checkout):
        done = call(checkout, "test", "tests/db", "-k", "two words")
        assert done.returncode == 3
        assert done.stdout.startswith("pytest ")
        assert "tests/db -k two words" in done.stdout

    def test_nothing_in_the_environment_steers_the_tests(self, checkout):
        steering = {
            "BAOXUE_DSN": "x",
            "BAOXUE_HOME": "/nonexistent",
            "PGHOST": "x",
            "PGSERVICE": "x",
            "TEXTUAL": "x",
            "TEXTUAL_DRIVER": "x",
            "PYTEST_ADDOPTS": "--nonsense",
            "PYTHONPATH": "/x",
            "PYTHONOPTIMIZE": "2",
            "LC_ALL": "POSIX",
            "LANG": "zh_CN.GBK",
            "TZ": "America/New_York",
            "COLUMNS": "3",
            "NO_COLOR": "1",
        }
        # A clock that is set by a library comes in by these, and has to be let in.
        let_in = {"LD_PRELOAD": "", "FAKETIME": "@2027-03-01 08:00:00", "HOME": "/x"}
        done = call(checkout, "test", "one", **steering, **let_in)
        assert done.returncode == 3, done.stderr
        names = ast.literal_eval(
            done.stdout[done.stdout.index("[") : done.stdout.rindex("]") + 1]
        )
        assert done.stdout.rstrip().endswith("C.UTF-8")
        assert set(names) & steering.keys() == {"LANG"}
        assert let_in.keys() <= set(names)


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
        done = call(
            checkout, python=python, user=NOBODY.pw_uid, HOME="/", TMPDIR=str(spare)
        )
        assert done.returncode == 7, done.stderr
        shutil.rmtree(spare / f"baoxue-{NOBODY.pw_uid}")
        (spare / f"baoxue-{NOBODY.pw_uid}").mkdir()
        (spare / f"baoxue-{NOBODY.pw_uid}").chmod(0o777)
        done = call(
            checkout, python=python, user=NOBODY.pw_uid, HOME="/", TMPDIR=str(spare)
        )
        assert done.returncode == 1
        assert "BAOXUE_HOME" in done.stderr
