"""Text under the hands of somebody who types: its characters, and where the caret is.

Pure: every edit returns another value.  The caret is counted in characters; how many
cells they take is the field's concern.
"""

from dataclasses import dataclass, replace


@dataclass(frozen=True)
class Typed:
    """A text with a caret before character `at`."""

    text: str = ""
    at: int = 0

    @classmethod
    def ending(cls, text: str) -> "Typed":
        """Return a text with the caret at its end."""
        return cls(text, len(text))

    def insert(self, more: str, limit: int) -> "Typed":
        """Put text before the caret, as much as `limit` characters in all leave room for."""
        more = more[: max(0, limit - len(self.text))]
        return Typed(
            self.text[: self.at] + more + self.text[self.at :], self.at + len(more)
        )

    def backspace(self) -> "Typed":
        """Take away the character before the caret."""
        if self.at == 0:
            return self
        return Typed(self.text[: self.at - 1] + self.text[self.at :], self.at - 1)

    def delete(self) -> "Typed":
        """Take away the character after the caret."""
        return replace(self, text=self.text[: self.at] + self.text[self.at + 1 :])

    def go(self, at: int) -> "Typed":
        """Put the caret before a character, or as near as there is one."""
        return replace(self, at=max(0, min(at, len(self.text))))
