"""./baoxue makes its own environment, once, whoever calls it, and hands over.

The checkouts here are small: our executable, empty lock files, and a program that tells
how it was called.  So nothing is downloaded; the environment itself is a real one.
"""

import ast
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.checkouts import CHECKER, INSTALLS, call, checkout_at


@pytest.fixture(scope="module")
def module_folder(open_folder: Path) -> Iterator[Path]:
    folder = open_folder / "checkout"
    folder.mkdir()
    yield folder
    # A worker may be given some of these tests, then others, then these again.
    shutil.rmtree(folder, ignore_errors=True)


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


def test_an_environment_whose_python_is_gone_is_made_again_though_its_building_is_killed(
    checkout,
):
    venv = checkout / ".venv"
    python = venv / "bin" / "python"
    python.unlink()
    python.symlink_to("/nonexistent/python3")
    first = subprocess.Popen(
        [sys.executable, checkout / "baoxue"],
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    while not python.exists():
        assert first.poll() is None
        time.sleep(0.001)
    os.killpg(first.pid, signal.SIGKILL)
    first.wait()
    assert (venv / "baoxue.building").exists()
    done = call(checkout)
    assert done.returncode == 7
    assert INSTALLS in done.stderr
    assert call(checkout).stderr == ""


class TestTheTests:
    @pytest.fixture
    def checkout(self, checkout: Path) -> Path:
        program = checkout / ".venv" / "bin" / "deptry"
        program.write_text(CHECKER.format("deptry", "deptry"))
        return checkout

    def test_checks_run_first_and_pytest_has_the_last_word(self, checkout):
        done = call(checkout, "test")
        assert done.returncode == 3
        first_words = [line.split()[0] for line in done.stdout.splitlines()]
        checks = ["ruff", "ruff", "mypy", "deptry"]
        assert first_words == [*checks, "pytest"]
        assert "pytest -n 4" in done.stdout

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
