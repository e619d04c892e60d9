"""The shape of the tree, kept by machine rather than by memory.

Each rule names every place that breaks it.
"""

import ast
import importlib
import pkgutil
import re
import subprocess
import sys
from pathlib import Path

import pytest

import core.rules
from core.rules.base import Coded
from tests.tree import (
    FLOORS,
    ROOT,
    Found,
    assignments,
    every,
    floor,
    forget,
    is_constant,
    last_word,
    places,
    sources,
    texts,
    trees,
)

KINDS_OF_TEXT = {"", ".py", ".md", ".sql", ".toml", ".lock", ".txt", ".service", ".tsv"}

CHANGES = {
    *("append", "extend", "insert", "remove", "pop", "popitem", "clear", "update", "add"),
    *("discard", "setdefault", "sort", "reverse", "appendleft", "popleft"),
}
# Textual reads these from a class: what a screen is made of, never whose it is.
TEXTUALS_OWN = {"BINDINGS", "COMPONENT_CLASSES", "SCREENS", "MODES", "COMMANDS"}
REMEMBERING = {"cache", "lru_cache", "cached_property"}
# Single characters, colours and the program's own CSS are remembered here: nobody can be
# told from them.
MAY_REMEMBER = {
    *("core/rules/pinyin.py", "tui/ruler.py"),
    *("tui/door/cells.py", "tui/door/stylesheet.py", "tui/widgets/handlers.py"),
}

SQL = re.compile(
    r"\s*(SELECT\s|INSERT\s+INTO\s|UPDATE\s+\w+\s+(\w+\s+)?SET\s|DELETE\s+FROM\s"
    r"|WITH\s+\w+\s+AS\s)"
)
QUERIES = {"execute", "executemany", "fetch", "fetchrow", "fetchval", "prepare", "cursor"}
CLOCKS = {
    *(
        ("datetime", "now"),
        ("datetime", "today"),
        ("datetime", "utcnow"),
        ("date", "today"),
    ),
    *(("time", "time"), ("time", "time_ns"), ("time", "localtime"), ("time", "gmtime")),
}

# `doctor` compares the machine's clock with the database's.
MAY_ASK = {"tui/cli/local.py"}


@pytest.fixture(scope="module", autouse=True)
def forgetful():
    yield
    forget()


def test_arrows_point_down():
    program = Path(sys.executable).with_name("lint-imports")
    words = [sys.executable, program, "--no-cache", "--no-logo"]
    done = subprocess.run(words, cwd=ROOT, check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout


def test_nothing_is_there_that_nobody_calls():
    """What only a library calls stands in a list in pyproject.toml."""
    words = [sys.executable, "-m", "vulture"]
    done = subprocess.run(words, cwd=ROOT, check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout


def test_a_file_fits_in_the_head():
    lengths = {
        name: len((ROOT / name).read_text("utf-8").splitlines()) for name in sources()
    }
    assert {name: length for name, length in lengths.items() if length > 250} == {}


def test_a_file_says_what_it_is_for():
    assert [name for name, tree in sources().items() if not ast.get_docstring(tree)] == []


def test_sql_lives_in_db():
    found = ((n, text) for n, text in texts(floor("core", "tui")) if SQL.match(text.value))
    assert places(found) == []


def test_sql_has_a_name_and_is_never_put_together():
    """A named constant can be prepared by one test; a sentence put together cannot."""

    def broken() -> Found:
        for name, node in every(floor("db")):
            if isinstance(node, ast.JoinedStr) and node.values:
                first = node.values[0]
                if isinstance(first, ast.Constant) and SQL.match(str(first.value)):
                    yield name, node
            if isinstance(node, ast.Call) and last_word(node.func) in QUERIES:
                asked = node.args[:1]
                if any(
                    isinstance(a, ast.Constant | ast.JoinedStr | ast.BinOp) for a in asked
                ):
                    yield name, node

    assert places(broken()) == []


def test_nobody_asks_the_machine_what_time_it_is():
    """Time comes from the database through the desk, or is an argument; in tests too."""
    found = (
        (name, node)
        for name, node in every(trees())
        if name not in MAY_ASK
        and isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and (last_word(node.func.value), node.func.attr) in CLOCKS
    )
    assert places(found) == []


def test_no_module_and_no_class_holds_data():
    """Many people's sessions live in one process, and one must never see another's."""

    def broken() -> Found:
        for name, scope in every(sources()):
            if isinstance(scope, ast.Module):
                for given, value, _ in assignments(scope):
                    if not is_constant(given):
                        yield name, value
            if isinstance(scope, ast.ClassDef):
                for given, value, annotation in assignments(scope):
                    declared = "ClassVar" in annotation and is_constant(given)
                    if not declared and given not in TEXTUALS_OWN:
                        yield name, value
            if isinstance(scope, ast.Global):
                yield name, scope

    assert places(broken()) == []


def test_a_constant_is_never_changed():
    """A table named in capitals may be a list or a dict; then nothing may write to it."""

    def broken() -> Found:
        for name, node in every(sources()):
            changes = isinstance(node, ast.Call) and last_word(node.func) in CHANGES
            if changes and is_constant(last_word(getattr(node.func, "value", node.func))):
                yield name, node
            targets: list[ast.expr] = []
            if isinstance(node, ast.Assign | ast.Delete):
                targets = node.targets
            elif isinstance(node, ast.AugAssign):
                targets = [node.target]
            for target in targets:
                if isinstance(target, ast.Subscript) and is_constant(
                    last_word(target.value)
                ):
                    yield name, node

    assert places(broken()) == []


def test_nothing_remembers_what_it_was_asked():
    """A cache is data in a module: it would keep children's names between sessions."""
    found = (
        (name, node)
        for name, node in every(sources())
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and name not in MAY_REMEMBER
        and REMEMBERING
        & {last_word(d.func if isinstance(d, ast.Call) else d) for d in node.decorator_list}
    )
    assert places(found) == []


def test_text_is_measured_by_the_terminal_s_own_ruler():
    """Rich knows one width for `·`; terminals know two."""
    found = (
        (name, node)
        for name, node in every(floor("tui"))
        if isinstance(node, ast.ImportFrom) and node.module == "rich.cells"
    )
    assert {place.partition(":")[0] for place in places(found)} == {"tui/ruler.py"}


def test_each_chinese_term_is_written_once():
    """A label belongs to its code.  A screen that spells it out again will drift."""
    for module in pkgutil.iter_modules(core.rules.__path__, "core.rules."):
        importlib.import_module(module.name)
    labels = {member.label for kind in Coded.__subclasses__() for member in kind}
    assert "班主任" in labels
    spelled = [
        f"{n}:{t.lineno} {t.value}" for n, t in texts(floor("tui")) if t.value in labels
    ]
    assert spelled == []


# Written in halves, so that this file may be among the files it reads.
ELSEWHERE = re.compile(
    "|".join(
        re.escape("".join(halves))
        for halves in (
            *(("/wor", "k/"), ("../sha", "red"), ("/tm", "p/brief"), ("BRI", "EF.md")),
            *(
                ("/opt/py", "pi"),
                ("/opt/whe", "els"),
                ("pypi", ".org"),
                ("python", "hosted"),
            ),
            *(("index", "-url"), ("Cla", "ude"), ("Anth", "ropic"), ("Chat", "GPT")),
            *(("Co-Auth", "ored-By"), ("sub", "agent")),
        )
    ),
    re.IGNORECASE,
)


def test_no_file_names_a_place_of_one_machine():
    """A path of one machine, or a registry, would be wrong on every other."""
    folders = (".ci", "docs", "tests", *FLOORS)
    files = [*ROOT.glob("*"), *(p for f in folders for p in (ROOT / f).rglob("*"))]
    found = {
        str(path.relative_to(ROOT)): ELSEWHERE.findall(path.read_text(encoding="utf-8"))
        for path in files
        if path.is_file()
        and path.suffix in KINDS_OF_TEXT
        and "__pycache__" not in path.parts
    }
    assert {"baoxue", ".ci/run", "pyproject.toml"} <= found.keys()
    assert {name: words for name, words in found.items() if words} == {}
