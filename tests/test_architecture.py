"""The shape of the tree, kept by machine rather than by memory."""

import ast
import importlib
import pkgutil
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import core.rules
from core.rules.base import Coded

ROOT = Path(__file__).parents[1]
SOURCES = sorted(p for d in ("core", "db", "tui") for p in (ROOT / d).rglob("*.py"))
TESTS = sorted((ROOT / "tests").rglob("*.py"))
TEXTS = sorted(
    path
    for path in (
        *ROOT.glob("*"),
        *(
            p
            for d in (".ci", "core", "db", "tui", "tests", "docs")
            for p in (ROOT / d).rglob("*")
        ),
    )
    if path.is_file()
    and path.suffix
    in {"", ".py", ".md", ".sql", ".toml", ".lock", ".txt", ".service", ".tsv"}
)

# Containers that can be changed in place, written out or called for.
CHANGEABLE = (ast.List, ast.Dict, ast.Set, ast.ListComp, ast.DictComp, ast.SetComp)
MAKERS = {"list", "dict", "set", "defaultdict", "deque", "Counter", "OrderedDict", "count"}
CHANGES = {
    "append",
    "extend",
    "insert",
    "remove",
    "pop",
    "popitem",
    "clear",
    "update",
    "add",
} | {*("discard", "setdefault", "sort", "reverse", "appendleft", "popleft")}
# Textual reads these from the class; they say what a screen is made of, never whose it is.
TEXTUALS_OWN = {"BINDINGS", "COMPONENT_CLASSES", "SCREENS", "MODES", "COMMANDS"}
# The catalogue of caches: what they remember tells nothing about a person.
CACHES = {"core/rules/pinyin.py", "tui/door/cells.py"}
SQL = re.compile(
    r"\s*(SELECT\s|INSERT\s+INTO\s|UPDATE\s+\w+\s+(\w+\s+)?SET\s|DELETE\s+FROM\s|WITH\s+\w+\s+AS\s)"
)
CLOCKS = {
    *(
        ("datetime", "now"),
        ("datetime", "today"),
        ("datetime", "utcnow"),
        ("date", "today"),
    ),
    *(("time", "time"), ("time", "time_ns"), ("time", "localtime"), ("time", "gmtime")),
}
QUERIES = {"execute", "executemany", "fetch", "fetchrow", "fetchval", "prepare", "cursor"}


def named(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def strings(node: ast.AST) -> Iterator[ast.Constant]:
    """Every string constant that is not a docstring."""
    docs = {
        id(body[0].value)
        for parent in ast.walk(node)
        if isinstance(
            parent, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef
        )
        and (body := parent.body)
        and isinstance(body[0], ast.Expr)
    }
    for found in ast.walk(node):
        if isinstance(found, ast.Constant) and isinstance(found.value, str):
            if id(found) not in docs:
                yield found


def calls(node: ast.AST) -> Iterator[ast.Call]:
    return (found for found in ast.walk(node) if isinstance(found, ast.Call))


def spoken(call: ast.expr) -> str:
    """The last word of what is called: `count` of `itertools.count(1)`."""
    return call.attr if isinstance(call, ast.Attribute) else getattr(call, "id", "")


def test_arrows_point_down():
    program = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run(
        [sys.executable, program, "--no-cache", "--no-logo"],
        cwd=ROOT,
        check=False,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("path", SOURCES, ids=named)
def test_a_file_fits_in_the_head(path):
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 250


@pytest.mark.parametrize("path", [*SOURCES, *TESTS, ROOT / "baoxue"], ids=named)
def test_a_file_says_what_it_is_for(path):
    assert ast.get_docstring(tree(path)), path


@pytest.mark.parametrize("path", SOURCES, ids=named)
def test_sql_lives_in_db_and_is_never_put_together(path):
    if path.relative_to(ROOT).parts[0] != "db":
        assert not [s.lineno for s in strings(tree(path)) if SQL.match(s.value)]
        return
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.JoinedStr):
            first = node.values[0] if node.values else None
            assert not (isinstance(first, ast.Constant) and SQL.match(str(first.value))), (
                node.lineno
            )
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            if node.func.attr in QUERIES and node.args:
                # A constant has a name, so that one test can prepare it.
                assert not isinstance(
                    node.args[0], ast.Constant | ast.JoinedStr | ast.BinOp
                ), node.lineno


@pytest.mark.parametrize("path", [*SOURCES, *TESTS], ids=named)
def test_nobody_asks_the_machine_what_time_it_is(path):
    for call in calls(tree(path)):
        if isinstance(call.func, ast.Attribute):
            asked = (spoken(call.func.value), call.func.attr)
            assert asked not in CLOCKS, f"{named(path)}:{call.lineno}"


@pytest.mark.parametrize("path", SOURCES, ids=named)
def test_no_module_and_no_class_holds_data(path):
    """Many people's sessions live in one process, and one must never see another's."""
    module = tree(path)
    for scope in [module, *(n for n in ast.walk(module) if isinstance(n, ast.ClassDef))]:
        constants = isinstance(scope, ast.Module)
        for node in scope.body:
            if isinstance(node, ast.Assign | ast.AnnAssign) and node.value is not None:
                targets = node.targets if isinstance(node, ast.Assign) else [node.target]
                if changeable(node.value):
                    for target in targets:
                        name = getattr(target, "id", "")
                        assert name.strip("_").isupper() or dunder(name), (
                            f"{named(path)}:{node.lineno} {name}"
                        )
                        assert constants or name in TEXTUALS_OWN or final(node), (
                            f"{named(path)}:{node.lineno} {name}"
                        )
    assert not [n.lineno for n in ast.walk(module) if isinstance(n, ast.Global)]
    assert named(path) in CACHES or not [
        n.lineno
        for n in ast.walk(module)
        if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef)
        for d in n.decorator_list
        if spoken(d.func if isinstance(d, ast.Call) else d)
        in {"cache", "lru_cache", "cached_property"}
    ]


def changeable(value: ast.expr) -> bool:
    return isinstance(value, CHANGEABLE) or (
        isinstance(value, ast.Call) and spoken(value.func) in MAKERS
    )


def dunder(name: str) -> bool:
    return name.startswith("__") and name.endswith("__")


def final(node: ast.stmt) -> bool:
    return isinstance(node, ast.AnnAssign) and "ClassVar" in ast.unparse(node.annotation)


@pytest.mark.parametrize("path", SOURCES, ids=named)
def test_a_constant_is_never_changed(path):
    """A table named in capitals may be a list or a dict; then nothing may write to it."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            if node.func.attr in CHANGES:
                assert not capitals(node.func.value), f"{named(path)}:{node.lineno}"
        written = (
            node.targets
            if isinstance(node, ast.Assign | ast.Delete)
            else [node.target]
            if isinstance(node, ast.AugAssign)
            else []
        )
        for target in written:
            if isinstance(target, ast.Subscript):
                assert not capitals(target.value), f"{named(path)}:{node.lineno}"


def capitals(value: ast.expr) -> bool:
    return spoken(value).strip("_").isupper()


def test_each_chinese_term_is_written_once():
    """A label belongs to its code.  A screen that spells it out again will drift."""
    for module in pkgutil.iter_modules(core.rules.__path__, "core.rules."):
        importlib.import_module(module.name)
    labels = {member.label for kind in Coded.__subclasses__() for member in kind}
    assert labels
    spelled = [
        f"{named(path)}:{found.lineno} {found.value}"
        for path in SOURCES
        if path.relative_to(ROOT).parts[0] == "tui"
        for found in strings(tree(path))
        if found.value in labels
    ]
    assert not spelled


def test_no_two_codes_of_one_kind_share_a_label():
    for kind in Coded.__subclasses__():
        labels = [member.label for member in kind]
        assert len(set(labels)) == len(labels), kind


# Written in halves, so that this file may be among the files it reads.
FORBIDDEN = re.compile(
    "|".join(
        re.escape("".join(halves))
        for halves in (
            *(("/wor", "k/"), ("/tmp/", "brief"), ("/opt/", "pypi"), ("/opt/", "wheels")),
            *(("pypi", ".org"), ("python", "hosted"), ("index", "-url"), ("BRIEF", ".md")),
            *(("Cla", "ude"), ("Anth", "ropic"), ("Chat", "GPT"), ("Co-Auth", "ored-By")),
        )
    )
)
SHARED = re.compile(r"\.\./share" "d")


@pytest.mark.parametrize("path", TEXTS, ids=named)
def test_a_file_names_no_place_but_its_own(path):
    """A path of one machine, or a registry, would be wrong on every other."""
    text = path.read_text(encoding="utf-8")
    found = [*FORBIDDEN.findall(text), *SHARED.findall(text)]
    assert not found, found
