"""Two children of one name, told apart by seat and birthday beside the name (28).

Lists from the database do the same in SQL (`called`); both say it in the same words.
"""

from datetime import date


def told_apart(seat_no: int | None, born_on: date) -> str:
    """Return 12号 03-14生."""
    seat = "" if seat_no is None else f"{seat_no}号 "
    return f"{seat}{born_on:%m-%d}生"


def called(name: str, seat_no: int | None, born_on: date, *, shared: bool) -> str:
    """Return the name, and what tells the child apart where the name is `shared`."""
    return f"{name}（{told_apart(seat_no, born_on)}）" if shared else name
