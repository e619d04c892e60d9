import importlib
import pkgutil
import re
from pathlib import Path

import pytest
from rich.cells import cell_len
from textual.binding import Binding
from textual.events import Key as KeyPress

import tui.screens
from tests.tui import kit
from tui.screens.base import DeskScreen, Key
from tui.screens.frame import BACK, Framed
from tui.screens.help import entries, wrapped_entries
from tui.widgets.keys import NAMES, folded, key_line, typed_character

# Answered by the list, form or page under the cursor, so that no action is bound.
BY_WIDGET = (
    frozenset(NAMES)
    - {"escape", "insert", "0"}
    - {f"f{number}" for number in range(1, 11) if number != 4}
)


MODULES = [
    kit.__name__,
    *(
        module.name
        for module in pkgutil.walk_packages(tui.screens.__path__, "tui.screens.")
    ),
]


@pytest.fixture(params=MODULES)
def screens(request) -> list[type[Framed[object]]]:
    """Every screen a module makes: a new screen is tested by being there."""
    module = importlib.import_module(request.param)
    made = [value for value in vars(module).values() if isinstance(value, type)]
    return [cls for cls in made if issubclass(cls, Framed) and cls is not Framed]


def bound(screen: type[Framed[object]]) -> dict[str, list[Binding]]:
    return screen._merged_bindings.key_to_bindings


def test_a_screen_binds_only_keys_that_every_terminal_sends(screens):
    for screen in screens:
        assert set(bound(screen)) <= set(NAMES), screen


def test_no_key_of_a_screen_stands_twice(screens):
    for screen in screens:
        keys = [key for line in screen.every_key() for key in line.keys]
        assert len(keys) == len(set(keys)), screen


def test_every_key_of_a_screen_does_something(screens):
    for screen in screens:
        for line in screen.every_key():
            if line.action:
                assert callable(getattr(screen, f"action_{line.action.partition('(')[0]}"))
            else:
                assert set(line.keys) <= BY_WIDGET, screen


def test_the_help_of_a_screen_tells_every_binding(screens):
    for screen in screens:
        told = {entry.keys: entry.says for entry in entries(screen.every_key())}
        for key, bindings in bound(screen).items():
            (line,) = (line for line in screen.every_key() if key in line.keys)
            assert [binding.action for binding in bindings] == [line.action]
            assert told[line.names].startswith(line.label)


@pytest.mark.parametrize("cells", [48, 28])  # what 80 and 60 cells leave beside the keys
def test_the_help_of_a_screen_is_told_whole(screens, cells):
    for screen in screens:
        text = screen.HELP_TEXT if issubclass(screen, DeskScreen) else ()
        whole = entries(screen.every_key(), (), text)
        lines = wrapped_entries(whole, cells)
        assert all(cell_len(line.says) <= cells for line in lines)
        assert "".join(line.says for line in lines) == "".join(e.says for e in whole)
        assert [line.place for line in lines] == list(range(len(lines)))
        told = [(line.keys, line.action) for line in lines if line.keys]
        assert told == [(e.keys, e.action) for e in whole if e.keys]


def test_every_screen_has_a_way_back_and_shows_it_within_80_cells(screens):
    for screen in screens:
        assert {"f10", "escape"} <= set(bound(screen)), screen
        own = [key for key in screen.every_key() if key in screen.KEYS]
        standing = [key for key in screen.every_key() if key not in screen.KEYS]
        line = key_line(own, standing, 80)
        back = next(key for key in screen.every_key() if "f10" in key.keys)
        assert line.endswith(f"{back.name}{back.label}")
        assert cell_len(line) <= 80


def test_every_desk_screen_has_f1_and_f5_and_a_route_without_function_keys(screens):
    for screen in screens:
        if issubclass(screen, DeskScreen):
            assert {"f1", "f5", "insert"} <= set(bound(screen)), screen


def test_every_desk_screen_is_opened_from_somewhere(screens):
    """A screen that the program only defines and imports is one nobody can reach."""
    sources = [path.read_text("utf-8") for path in Path("tui").rglob("*.py")]
    told = "\n".join(
        re.sub(r"^(?:from|import|class) .*", "", s, flags=re.MULTILINE) for s in sources
    )
    for screen in screens:
        if issubclass(screen, DeskScreen) and screen.__module__.startswith("tui."):
            used = re.search(rf"\b{screen.__name__}\b", told)
            assert used or screen.__subclasses__(), screen


F1, F5 = Key("f1", "帮助", "help"), Key("f5", "刷新", "reload")
OWN = (Key("f3", "查找", "find"), Key("enter", "办理"), Key("space", "改状态", "turn"))
WHOLE = " F1帮助 F3查找 Enter办理 空格改状态 F5刷新 F10返回"  # 50 cells


@pytest.mark.parametrize(
    ("cells", "line"),
    [
        (50, WHOLE),
        (49, " F1帮助 F3查找 Enter办理 空格改状态 F10返回"),
        (43, " F1帮助 F3查找 Enter办理 空格改状态 F10返回"),
        (42, " F3查找 Enter办理 空格改状态 F10返回"),
        (36, " F3查找 Enter办理 空格改状态 F10返回"),
        (35, " F3查找 Enter办理 F10返回"),
        (8, " F10返回"),
    ],
)
def test_the_key_line_gives_up_what_everybody_knows_first_and_the_way_back_never(
    cells, line
):
    assert key_line(OWN, (F1, F5, BACK), cells) == line


@pytest.mark.parametrize(
    ("press", "key", "character"),
    [
        (KeyPress("fullwidth_digit_one", "１"), "1", "1"),
        (KeyPress("fullwidth_latin_small_letter_z", "ｚ"), "z", "z"),
        (KeyPress("upper_z", "Z"), "Z", "z"),
        (KeyPress("ideographic_space", "\u3000"), "space", ""),
        (KeyPress("space", " "), "space", ""),
        (KeyPress("cjk_unified_ideograph_8d75", "赵"), "cjk_unified_ideograph_8d75", "赵"),
        (KeyPress("enter", "\r"), "enter", ""),
        (KeyPress("f10", None), "f10", ""),
        (KeyPress("circled_digit_one", "①"), "1", "1"),
    ],
)
def test_a_key_typed_with_the_input_method_on_is_the_plain_key(press, key, character):
    assert (folded(press), typed_character(press)) == (key, character)
