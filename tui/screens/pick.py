"""One of several, picked by digit, by cursor, or by what it is called."""

from collections.abc import Callable, Iterator, Sequence
from typing import ClassVar, Final, TypeAlias

from textual.widget import Widget

from tui.screens.frame import Answer
from tui.widgets.keys import Key
from tui.widgets.listing import Column, Listing

Option: TypeAlias = tuple[str, str]

_LABEL: Final = Column[Option]("", 0, lambda option: option[1])


class Pick(Answer[str | None]):
    """Show (code, label) options; answer with a code, or None where one goes back.

    `jump_fn` gives an option's pinyin initials, where letters should find it.
    """

    TITLE_TEXT = "请选择"
    KEYS: ClassVar[tuple[Key, ...]] = (
        Key("enter", "选择"),
        Key("1,2,3,4,5,6,7,8,9", "直选", shown="1-9"),
    )

    def __init__(
        self,
        title: str,
        options: Sequence[Option],
        *,
        jump_fn: Callable[[Option], Sequence[str]] | None = None,
    ) -> None:
        super().__init__()
        self._title = title
        self._listing = Listing(
            (_LABEL,),
            key=lambda option: option[0],
            jump_fn=jump_fn,
            empty="没有可选的内容。",
            numbered=True,
        )
        self._listing.rows = tuple(options)

    def compose(self) -> Iterator[Widget]:
        """Show the options."""
        yield self._listing

    def on_mount(self) -> None:
        """Write what is to be picked."""
        self.set_title(f"选择 {self._title}")

    def on_listing_chosen(self, chosen: Listing.Chosen[Option]) -> None:
        """Answer with the option's code."""
        self.dismiss(chosen.record[0])
