"""The door's numbers, in one place: what a stranger or a sick terminal may cost us.

asyncssh has none of OpenSSH's limits, so each is set here and kept by the gate, the
driver or the session.  Where a limit belongs to people's posts, it is not here.
"""

from typing import Final

# A window of 4294967295 columns takes a process to 24 GB: clamp before anybody sees it.
LEAST_SIZE: Final = (20, 10)
MOST_SIZE: Final = (200, 70)
USUAL_SIZE: Final = (80, 24)

# Before sign-in; how many strangers there may be is the porch's.
SIGN_IN_GRACE: Final = 30
PASSWORD_TRIES: Final = 3
KEY_OFFERS: Final = 10
LONGEST_NAME: Final = 64

KEEPALIVE_EVERY: Final = 15
KEEPALIVE_MISSES: Final = 3

# Between one packet that ends in ESC and the rest of a key, on a poor line; seconds.
ESCAPE_AFTER: Final = 0.3
# A paste whose end marker never comes is taken as ended after so many silent seconds.
PASTE_ENDS_AFTER: Final = 1.0
LONGEST_PASTE: Final = 4096
LONGEST_SEQUENCE: Final = 64
# More printable characters than this in one packet were pasted, not typed (consoles
# without bracketed paste); an input method commits about twenty.
LONGEST_COMMIT: Final = 30
# Silence after which such a paste is at its end: what comes sooner, an Enter too, is in it.
PASTE_PAUSES: Final = 0.05

# Seconds that the first frame waits for an unknown terminal's answer; and after which its
# person is asked instead.
ANSWER_AWAITED: Final = 0.5
PERSON_ASKED_AFTER: Final = 2.0

# Keys handed over at once, and seconds until the next so many: an App works off all it
# has been handed before anybody else's turn comes.  Beyond the backlog, keys are lost.
KEYS_AT_ONCE: Final = 20
KEYS_EVERY: Final = 0.05
KEY_BACKLOG: Final = 1024

# Bytes that may wait for a slow reader before frames are dropped, and the seconds a
# reader may stand still before the session is given up.
UNREAD: Final = 16 * 1024
STALL: Final = 60
# Bytes of standard input a command may leave unread.
UNCLAIMED: Final = 64 * 1024
# Bytes a terminal is heard of a second, and what may be on its way to us unheard: a paste
# of ten megabytes is everybody's time.
HEARD_A_SECOND: Final = 64 * 1024
WINDOW: Final = 256 * 1024
# Seconds that an ended application may take to leave.
LEAVING: Final = 5

# Workers, in seconds: to come up, to leave, between two tries to replace one; how often
# each says that it lives, and after how much silence it is killed.
CREW_STARTS: Final = 60
CREW_LEAVES: Final = 20
RESTART_AFTER_AT_MOST: Final = 30
ALIVE_EVERY: Final = 5
SILENT: Final = 60


def clamp(width: int, height: int) -> tuple[int, int]:
    """Bring a window's size, in cells, into the range that screens are drawn for.

    A terminal that does not know its size says 0, and gets 80x24.
    """
    if width <= 0 or height <= 0:
        return USUAL_SIZE
    return (
        min(max(width, LEAST_SIZE[0]), MOST_SIZE[0]),
        min(max(height, LEAST_SIZE[1]), MOST_SIZE[1]),
    )
