"""What a keyboard made of packets, for the tests of keys and pastes."""

from textual.events import Key

from tui.door.keys import Keyboard, Position


def typed(*packets: str, verbatim: bool = False) -> list[str]:
    keyboard = Keyboard()
    got = [e for p in packets for e in keyboard.feed(p, verbatim=verbatim)]
    got += keyboard.lapse()
    return [
        e.key if isinstance(e, Key) else f"paste:{e.text}"
        for e in got
        if not isinstance(e, Position)
    ]


def characters(*packets: str, verbatim: bool) -> str:
    keyboard = Keyboard()
    got = [e for p in packets for e in keyboard.feed(p, verbatim=verbatim)]
    return "".join(e.character or "" for e in got if isinstance(e, Key))
