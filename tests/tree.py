"""The program's source as syntax trees, and asking them what stands where."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import TypeAlias

ROOT = Path(__file__).parents[1]

FLOORS = ("core", "db", "tui")


@cache
def trees() -> dict[str, ast.Module]:
    """Read every file; only by who asks, for each worker of the tests imports this."""
    return {
        path.relative_to(ROOT).as_posix(): ast.parse(path.read_text(encoding="utf-8"))
        for floor in (*FLOORS, "tests")
        for path in sorted((ROOT / floor).rglob("*.py"))
    }


@cache
def sources() -> dict[str, ast.Module]:
    """The program's own files."""
    return {name: tree for name, tree in trees().items() if not name.startswith("tests/")}


# What can be changed in place: written out, or called for.
WRITTEN_OUT = (ast.List, ast.Dict, ast.Set, ast.ListComp, ast.DictComp, ast.SetComp)

CALLED_FOR = {"list", "dict", "set", "defaultdict", "deque", "Counter", "count", "WeakSet"}

Found: TypeAlias = Iterator[tuple[str, ast.AST]]


@cache
def nodes(name: str) -> list[ast.AST]:
    """Everything in a file: walking a tree takes longer than looking at what is in it."""
    return list(ast.walk(trees()[name]))


def every(trees: dict[str, ast.Module]) -> Found:
    return ((name, node) for name in trees for node in nodes(name))


def forget() -> None:
    """Give back the memory of two million nodes, which every search for garbage looks at."""
    nodes.cache_clear()
    sources.cache_clear()
    trees.cache_clear()


def places(found: Found) -> list[str]:
    return [f"{name}:{getattr(node, 'lineno', 1)}" for name, node in found]


def last_word(value: ast.expr) -> str:
    """`count` of `itertools.count`, `cache` of `cache`."""
    return value.attr if isinstance(value, ast.Attribute) else getattr(value, "id", "")


def texts(trees: dict[str, ast.Module]) -> Iterator[tuple[str, ast.Constant]]:
    """Every string constant that is not a docstring."""
    docstrings = {
        id(node.body[0].value)
        for _, node in every(trees)
        if isinstance(
            node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef
        )
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    for name, node in every(trees):
        is_text = isinstance(node, ast.Constant) and isinstance(node.value, str)
        if is_text and id(node) not in docstrings:
            yield name, node


def floor(*names: str) -> dict[str, ast.Module]:
    return {name: tree for name, tree in sources().items() if name.split("/")[0] in names}


def assignments(scope: ast.Module | ast.ClassDef) -> Iterator[tuple[str, ast.expr, str]]:
    """The names a module or a class gives to changeable values, with their annotation."""
    for node in scope.body:
        annotation = ast.unparse(node.annotation) if isinstance(node, ast.AnnAssign) else ""
        if isinstance(node, ast.Assign | ast.AnnAssign) and (value := node.value):
            called = isinstance(value, ast.Call) and last_word(value.func) in CALLED_FOR
            if called or isinstance(value, WRITTEN_OUT):
                for target in (
                    node.targets if isinstance(node, ast.Assign) else [node.target]
                ):
                    yield last_word(target), value, annotation


def is_constant(name: str) -> bool:
    return name.strip("_").isupper() or (name.startswith("__") and name.endswith("__"))
