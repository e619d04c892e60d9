"""Small checkouts: our executable, empty lock files, and a program that tells how it was called."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

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
