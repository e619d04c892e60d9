"""A law of every service test: no paper is printed on the event loop (serving.md, trap 6)."""

import asyncio
from collections.abc import Callable

import pytest
from docx.document import Document
from xlsxwriter import Workbook


class PrintedOnTheLoop(AssertionError):
    """Everybody else waited for this paper."""


@pytest.fixture(autouse=True)
def no_paper_is_printed_on_the_loop(monkeypatch: pytest.MonkeyPatch) -> None:
    """Refuse to close a workbook, or to save a letter, where an event loop runs."""

    def off_the_loop(finish: Callable[..., object]) -> Callable[..., object]:
        def guarded(*args: object) -> object:
            try:
                asyncio.get_running_loop()
            except RuntimeError:
                return finish(*args)
            raise PrintedOnTheLoop

        return guarded

    monkeypatch.setattr(Workbook, "close", off_the_loop(Workbook.close))
    monkeypatch.setattr(Document, "save", off_the_loop(Document.save))
