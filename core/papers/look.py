"""The faces of a printed table: fonts, borders, alignment; one set for each sheet."""

from typing import Final

from xlsxwriter import Workbook

BODY: Final = "宋体"
BOLD: Final = "黑体"


class Look:
    """The formats of one sheet whose body is `font` points."""

    def __init__(self, book: Workbook, font: float) -> None:
        middle = {"valign": "vcenter", "text_wrap": True, "font_name": BODY}
        cell = {**middle, "font_size": font, "border": 1}
        centre = {"align": "center"}
        self.text = book.add_format(cell)
        self.figure = book.add_format({**cell, **centre})
        self.centred = self.figure
        self.strong = book.add_format({**cell, **centre, "bold": True})
        self.head = book.add_format({**cell, **centre, "bold": True})
        line = {**middle, "font_size": font, "text_wrap": False}
        self.left = book.add_format(line)
        self.right = book.add_format({**line, "align": "right"})
        self.title = book.add_format(
            {**middle, **centre, "font_name": BOLD, "font_size": 18}
        )
        self.edition = book.add_format({**line, **centre})
        self.statement = book.add_format({**middle, "font_size": font, "bold": True})
        self.note = book.add_format({**middle, "font_size": font})
