"""Labelled fields drawn one under another, and where among them the cursor is.

Stops at drawing and moving: what keys do is the form's.
"""

from collections.abc import Iterable, Mapping
from typing import Final

from rich.segment import Segment
from textual.events import Focus, Resize
from textual.geometry import Offset

from tui.widgets.cells import cell_len, fit
from tui.widgets.drawn import Drawn
from tui.widgets.field import Box, Field
from tui.widgets.style import Tone
from tui.widgets.window import Window

_MARK_CELLS: Final = 2  # ">" where the cursor is, "!" where the value is wrong


class Sheet(Drawn):
    """Holds fields; the cursor never rests on one that only shows."""

    def __init__(self, *fields: Field, id: str | None = None) -> None:  # noqa: A002 - Textual's own name
        super().__init__(id=id)
        self._fields: tuple[Field, ...] = fields
        self._here = self._editable(1)
        self._window = Window()  # of lines; it follows the last line of the current field

    @property
    def fields(self) -> tuple[Field, ...]:
        """Return the fields in order."""
        return self._fields

    @fields.setter
    def fields(self, fields: Iterable[Field]) -> None:
        self._fields = tuple(fields)
        self._here = self._editable(1)
        self._settle()

    @property
    def current(self) -> Field | None:
        """Return the field the cursor is in."""
        return self._fields[self._here] if self._fields else None

    def field(self, name: str) -> Field:
        """Return the field of that name."""
        return next(field for field in self._fields if field.name == name)

    def values(self) -> Mapping[str, str]:
        """Return every field's value by its name."""
        return {field.name: field.value for field in self._fields}

    def set_value(self, name: str, value: str) -> None:
        """Put a value into a field as if it had stood there; posts nothing."""
        self.field(name).value = value
        self._settle()

    def go_to(self, name: str) -> None:
        """Put the cursor into a field."""
        self._go(self._fields.index(self.field(name)))

    def problem(self) -> str | None:
        """Return a sentence on the first field that is wrong, and put the cursor there."""
        sentences = [(row, field.problem()) for row, field in enumerate(self._fields)]
        wrong = [(row, sentence) for row, sentence in sentences if sentence is not None]
        if wrong and self._fields[wrong[0][0]].editable:
            self._here = wrong[0][0]
        self._settle()
        return wrong[0][1] if wrong else None

    @property
    def cursor_screen_offset(self) -> Offset:
        """Return where on the screen the caret is: input methods open their list there."""
        x, y = self.region.offset
        first = sum(field.height for field in self._fields[: self._here])
        boxes = () if self.current is None else self.current.draw(self._room)
        carets = (
            (n, box, box.caret) for n, box in enumerate(boxes) if box.caret is not None
        )
        for number, box, caret in carets:
            left = self._label_cells + 1 + cell_len(box.text[:caret])
            return Offset(x + left, y + first + number - self._window.top)
        return Offset(x, y + first - self._window.top)

    def draw(self, y: int, cells: int) -> Iterable[Segment]:
        """Draw the mark, the label and the box of the field on that line."""
        line = y + self._window.top
        for row, field in enumerate(self._fields):
            if line < field.height:
                return self._line_of(field, line, cells, here=row == self._here)
            line -= field.height
        return (self.segment(" " * cells),)

    def on_focus(self, event: Focus) -> None:
        """Put the terminal's own cursor into the field."""
        del event
        self._settle()

    def on_resize(self, event: Resize) -> None:
        """Keep the cursor in sight."""
        del event
        self._settle()

    @property
    def _label_cells(self) -> int:
        """Return the cells before the boxes: mark, longest label, star."""
        widest = max((cell_len(field.label) for field in self._fields), default=0)
        return _MARK_CELLS + widest + 1

    @property
    def _room(self) -> int:
        return self.size.width - self._label_cells

    def _editable(self, step: int) -> int:
        """Return the first (1) or last (-1) field that can be filled in."""
        rows = [row for row, field in enumerate(self._fields) if field.editable]
        return (rows or [0])[0 if step > 0 else -1]

    def _go(self, row: int) -> None:
        if row != self._here:
            self._fields[self._here].leave()
            self._here = row
            self._settle()

    def _settle(self) -> None:
        """Scroll to the cursor, send what changed, and tell the terminal where to type."""
        if not self.is_mounted:
            return
        last = sum(field.height for field in self._fields[: self._here + 1]) - 1
        self._window.resize(sum(field.height for field in self._fields), self.size.height)
        self._window.go(last)
        self.repaint()
        if self.has_focus:
            self.app.cursor_position = self.cursor_screen_offset

    def _line_of(
        self, field: Field, number: int, cells: int, *, here: bool
    ) -> Iterable[Segment]:
        here = here and self.has_focus
        tone = Tone.WARNING if field.bad else Tone.PLAIN
        bad = "!" if field.bad else " "
        label = fit(field.label, self._label_cells - _MARK_CELLS - 1)
        star = "*" if field.required else " "
        box = field.draw(self._room)[number]
        if number:
            yield self.segment(" " * self._label_cells)
        else:
            yield self.segment(">" if here else " ", bar=here)
            yield self.segment(f"{bad}{label}{star}", tone)
        yield from self._boxed(box, here=here)
        used = self._label_cells + cell_len(box.text) + 2
        yield self.segment(fit(f" {box.after}", max(0, cells - used)))

    def _boxed(self, box: Box, *, here: bool) -> Iterable[Segment]:
        """Draw the box, its caret reversed: the terminal's own cursor is hidden."""
        left, right = "[]" if box.open else "  "
        if not here or box.caret is None:
            return (self.segment(f"{left}{box.text}{right}"),)
        at, end = box.caret, box.caret + 1
        under = box.text[at:end] or " "
        return (
            self.segment(left + box.text[:at]),
            self.segment(under, Tone.CARET),
            self.segment(box.text[end:] + right),
        )
