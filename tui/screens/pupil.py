"""Asking for a pupil by name or pinyin initials, told apart from others of the name.

What is then done with the pupil is the screen's that asks.
"""

from datetime import date

from core.rules.found import Found
from core.rules.place import class_name
from core.services import find, place
from tui.screens.ask import Ask
from tui.screens.base import DeskScreen
from tui.screens.pick import Pick
from tui.widgets.style import Tone


def told_apart(one: Found, day: date) -> str:
    """Return a pupil with school, class, seat and birthday (28)."""
    where = f"{one.school_name} {class_name(one.cohort, one.number, day)}"
    seat = "" if one.seat_no is None else f" {one.seat_no}号"
    return f"{one.name}  {where}{seat} {one.born_on:%m-%d}生"


async def pupil_asked(screen: DeskScreen) -> Found | None:
    """Ask for a pupil; None where the person goes back or nobody goes by the name."""
    typed = await screen.app.push_screen_wait(Ask("学生姓名或拼音首字母", limit=20))
    if typed is None:
        return None
    found = await find.find(screen.desk, typed)
    if not found:
        screen.tell(f"没有找到“{typed}”，请核对后重输。", Tone.WARNING)
        return None
    day = await place.today(screen.desk)
    options = tuple((str(one.student_id), told_apart(one, day)) for one in found)
    code = await screen.app.push_screen_wait(Pick("学生", options))
    return next((one for one in found if str(one.student_id) == code), None)
