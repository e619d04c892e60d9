"""How many columns of pupils stand beside one another, and how wide each is."""

from typing import Final

BEFORE_NAME: Final = 8  # cursor 1, seat 3, gap, state 2, gap
_NAME: Final = 18  # 吾买尔江·艾合买提 needs 17, and 18 where · is wide
_CELLS: Final = BEFORE_NAME + _NAME


def layout(pupils: int, longest: int, width: int, height: int) -> tuple[int, int]:
    """Return columns and the cells of each: as many columns as the width takes.

    Fewer and wider ones for the sake of a name of `longest` cells, a grade before it or a
    birthday behind it, where everybody still stands on one screen.
    """
    most = max(1, width // _CELLS)
    if longest > _NAME:
        for columns in range(most, 0, -1):
            wide = width // columns
            if columns * height >= pupils and wide >= BEFORE_NAME + longest:
                return columns, wide
    return most, _CELLS
