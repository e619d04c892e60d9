"""From what a terminal sends to key presses; any bytes at all are survived.

Where Textual's own parser types what it does not understand into the focused field,
this one swallows it whole: a terminal's late answer, a mouse report, a window size in
band, half a sequence.  It knows no screen and no clock; the driver tells it when to stop
waiting.

Text from an input method arrives as one packet: every character becomes a key press of
its own, so a list jumps by it exactly as by a typed letter, and a field takes it all.
A full-width digit or letter becomes the plain one (the key always; the character unless
a text field has the focus), because the input method was only left on.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, TypeAlias

from textual.events import Key, Paste
from textual.keys import _character_to_key

from tui.door import limits
from tui.door.sequences import KEY_OF


@dataclass(frozen=True)
class Position:
    """Where the terminal says its cursor is: an answer, no key."""

    row: int
    column: int


Pressed: TypeAlias = Key | Paste
Typed: TypeAlias = Pressed | Position

_PASTE_BEGINS: Final = "\x1b[200~"
_PASTE_ENDS: Final = "\x1b[201~"
# ECMA-48: parameters, intermediates, final byte; the Linux console's [[A; SS3, whose last
# function key on a VT100+ is O[; and the strings that end in BEL or ST, of which only the
# beginning is looked for.
_SEQUENCE: Final = re.compile(
    r"\x1b(?:\[\[[A-E]|\[[\x30-\x3f]*[\x20-\x2f]*[\x40-\x5a\x5c-\x7e]|O[0-9]?[A-Za-z\[])"
)
_BEGUN: Final = re.compile(r"\x1b(?:\[\[?[\x30-\x3f]*[\x20-\x2f]*|O[0-9]?)?\Z")
_POSITION: Final = re.compile(r"\x1b\[(\d{1,4});(\d{1,4})R")
_BROKEN: Final = re.compile(r"\x1b[\[O][\x20-\x3f]*")
_STRING: Final = re.compile(r"\x1b[P\]_^X]")
_STRING_ENDS: Final = re.compile(r"\x07|\x1b\\|\x9c")
_CONTROLS: Final = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029]")
# No other key of ours has Ctrl, and some of Textual's do harm: Ctrl+Q, which people press
# after Ctrl+S has frozen a terminal, would quit.
_KEPT_CONTROLS: Final = MappingProxyType(
    {"\r": "enter", "\t": "tab", "\x08": "backspace", "\x7f": "backspace"}
)
_FULL_WIDTH: Final = re.compile("[\uff10-\uff19\uff21-\uff3a\uff41-\uff5a\u3000]")


def folded(character: str) -> str:
    """Return the plain digit, letter or space for a full-width one; anything else as is."""
    if _FULL_WIDTH.fullmatch(character):
        return unicodedata.normalize("NFKC", character)
    return character


def pressed(character: str, *, verbatim: bool) -> Key:
    """Make the key press of one printable character.

    `verbatim` keeps what was typed as the character; the key's name is always folded.
    """
    plain = folded(character)
    return Key(_character_to_key(plain), character if verbatim else plain)


class Keyboard:
    """One terminal's stream of characters, and where in it we are."""

    def __init__(self) -> None:
        self._waiting = ""  # the beginning of a sequence
        self._pasting = False
        self._unmarked = False  # a paste from a terminal that does not say so
        self._pasted: list[str] = []
        self._in_string = False

    @property
    def patience(self) -> float | None:
        """Seconds of silence after which `lapse` is due; None where nothing is pending."""
        if self._pasting:
            return limits.PASTE_ENDS_AFTER
        if self._unmarked:
            return limits.PASTE_PAUSES
        if self._waiting or self._in_string:
            return limits.ESCAPE_AFTER
        return None

    def lapse(self) -> Iterator[Typed]:
        """Stop waiting: a lone ESC was the key, an unended paste has ended."""
        waiting, self._waiting = self._waiting, ""
        pasting, self._pasting = self._pasting, False
        in_string, self._in_string = self._in_string, False
        if pasting or self._unmarked:
            yield self._paste()
        elif waiting == "\x1b" and not in_string:
            yield Key("escape", "\x1b")

    def feed(self, text: str, *, verbatim: bool = False) -> Iterator[Typed]:
        """Take the text of one packet; yield what was typed."""
        if not self._pasting and not self._in_string:
            if self._waiting == "\x1b" and not text.startswith(tuple("[OP]_^X\x1b")):
                # A key's bytes travel in one packet: this ESC was pressed by itself.
                self._waiting = ""
                yield Key("escape", "\x1b")
            self._unmarked = self._unmarked or (not self._waiting and _was_pasted(text))
            if self._unmarked:
                self._keep(_SEQUENCE.sub("", text))
                return
        text, self._waiting = self._waiting + text, ""
        at = 0
        while at < len(text):
            if self._pasting:
                at = self._take_paste(text, at)
                if not self._pasting:
                    yield self._paste()
            elif self._in_string:
                at = self._skip_string(text, at)
            elif text[at] == "\x1b":
                at, keys = self._escape(text, at)
                yield from keys
            else:
                yield from _plain(text[at], verbatim=verbatim)
                at += 1

    def _escape(self, text: str, at: int) -> tuple[int, Iterator[Typed]]:
        """Read what begins with ESC at `at`; return where it ends, and its keys."""
        nothing: Iterator[Typed] = iter(())
        if text.startswith(_PASTE_BEGINS, at):
            self._pasting = True
            return at + len(_PASTE_BEGINS), nothing
        if whole := _SEQUENCE.match(text, at):
            return whole.end(), _named(whole[0])
        if _STRING.match(text, at):
            self._in_string = True
            return at + 2, nothing
        if _BEGUN.match(text, at):
            if len(text) - at <= limits.LONGEST_SEQUENCE:
                self._waiting = text[at:]
            return len(text), nothing
        if text[at + 1] == "\x1b":
            return at + 1, iter((Key("escape", "\x1b"),))
        # ESC and a character in one packet: Alt was held.  No key of ours has Alt.
        broken = _BROKEN.match(text, at)
        return (broken.end() if broken else at + 2), nothing

    def _skip_string(self, text: str, at: int) -> int:
        if end := _STRING_ENDS.search(text, at):
            self._in_string = False
            return end.end()
        if text.endswith("\x1b"):
            self._waiting = "\x1b"
        return len(text)

    def _take_paste(self, text: str, at: int) -> int:
        """Add to the paste up to its end marker; return where reading goes on."""
        end = text.find(_PASTE_ENDS, at)
        if end >= 0:
            self._pasting = False
            stop, after = end, end + len(_PASTE_ENDS)
        else:
            stop = after = len(text)
            tail = text.rfind("\x1b", at)
            if tail >= 0 and _PASTE_ENDS.startswith(text[tail:]):
                stop, self._waiting = tail, text[tail:]
        self._keep(text[at:stop])
        return after

    def _keep(self, text: str) -> None:
        room = limits.LONGEST_PASTE - sum(map(len, self._pasted))
        if room > 0:
            self._pasted.append(text[:room])

    def _paste(self) -> Paste:
        self._unmarked = False
        pasted, self._pasted = "".join(self._pasted), []
        return Paste(_clean(pasted))


def _plain(character: str, *, verbatim: bool) -> Iterator[Key]:
    if folded(character).isprintable():
        yield pressed(character, verbatim=verbatim)
    elif character in _KEPT_CONTROLS:
        yield Key(_KEPT_CONTROLS[character], character)


def _named(sequence: str) -> Iterator[Typed]:
    if sequence in KEY_OF:
        yield Key(KEY_OF[sequence], None)
    elif found := _POSITION.fullmatch(sequence):
        yield Position(int(found[1]), int(found[2]))


def _was_pasted(text: str) -> bool:
    """Tell whether more was typed at once than anybody types; held keys are not typed."""
    if _PASTE_BEGINS in text:
        return False
    return sum(map(str.isprintable, _SEQUENCE.sub("", text))) > limits.LONGEST_COMMIT


def _clean(text: str) -> str:
    """Cut a paste to 4 KB of UTF-8, one kind of line end, and no control character."""
    cut = text.encode("utf-8", "replace")[: limits.LONGEST_PASTE].decode("utf-8", "ignore")
    return _CONTROLS.sub("", cut.replace("\r\n", "\n").replace("\r", "\n"))
