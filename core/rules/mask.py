"""How a number is shown to somebody who has no need of the whole of it.

Masking happens in the services, before a record leaves for a screen (safety.md 1.7); the
full number is not in what the screen receives.  Nothing here decides who may unmask.
"""

from typing import Final

SHOWN_AT_END: Final = 4
SHORT_SHOWN: Final = 2
LANDLINE_SHORTEST: Final = 8


def mask_number(number: str, shown_at_start: int = 6) -> str:
    """Return `990101********0212`: the region and the last four, stars between.

    A number too short to hide anything keeps only its last two characters.
    """
    hidden = len(number) - shown_at_start - SHOWN_AT_END
    if hidden < SHOWN_AT_END:
        shown = number[-SHORT_SHOWN:] if len(number) > SHORT_SHOWN else ""
        return shown.rjust(len(number), "*")
    return f"{number[:shown_at_start]}{'*' * hidden}{number[-SHOWN_AT_END:]}"


def mask_student_no(number: str) -> str:
    """Return `G990101********0212`: a 学籍号 holds an identity number after its letter."""
    return mask_number(number, shown_at_start=7)


def mask_phone(phone: str) -> str:
    """Return `138****0000`; a landline keeps its first three and last four digits too."""
    if len(phone) < LANDLINE_SHORTEST:
        return mask_number(phone)
    return f"{phone[:3]}{'*' * (len(phone) - 7)}{phone[-4:]}"
