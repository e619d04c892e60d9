"""Which escape sequence is which key, on the terminals that schools have.

Only keys that a screen may use stand here.  Whatever else a terminal sends, such as a key
with Ctrl, F11, or PuTTY's Shift+F1 (it sends F11), does nothing.  A keypad that has been
switched to application mode sends ESC O p to ESC O y; those are no digits here, because
some terminals send them for F5 to F10, and a digit marks a child.  ENTER (`driver`)
switches the keypad to plain digits.
"""

from collections.abc import Iterator
from itertools import product
from types import MappingProxyType
from typing import Final

_FUNCTION_KEYS: Final = tuple(f"f{number}" for number in range(1, 11))

_KEYS: Final = MappingProxyType(
    {
        "up": "[A OA",
        "down": "[B OB",
        "right": "[C OC",
        "left": "[D OD",
        # xterm; VT220, PuTTY, tmux, screen; rxvt; and PuTTY's rxvt mode for End.
        "home": "[H OH [1~ [7~",
        "end": "[F OF [4~ [8~ Ow",
        # The last of each is SCO's.
        "insert": "[2~ [L",
        "delete": "[3~",
        "pageup": "[5~ [I",
        "pagedown": "[6~ [G",
        "shift+tab": "[Z",
        "enter": "OM",
    }
)
# F1 to F10, a row a family.
_FAMILIES: Final = (
    # xterm, tmux, screen, Windows: PF1 to PF4, then as a VT220 has it.
    "OP OQ OR OS [15~ [17~ [18~ [19~ [20~ [21~",
    # PuTTY, Xshell, rxvt: as a VT220 would, from F1 on.
    "[11~ [12~ [13~ [14~ [15~ [17~ [18~ [19~ [20~ [21~",
    # The Linux console.
    "[[A [[B [[C [[D [[E [17~ [18~ [19~ [20~ [21~",
    # VT100+.
    "OP OQ OR OS OT OU OV OW OX OY",
    # SCO.
    "[M [N [O [P [Q [R [S [T [U [V",
    # Sun.
    "[224z [225z [226z [227z [228z [229z [230z [231z [232z [233z",
)


def _pairs() -> Iterator[tuple[str, str]]:
    for key, sequences in _KEYS.items():
        yield from product(sequences.split(), (key,))
    for family in _FAMILIES:
        yield from zip(family.split(), _FUNCTION_KEYS, strict=True)


KEY_OF: Final = MappingProxyType({f"\x1b{rest}": key for rest, key in _pairs()})
