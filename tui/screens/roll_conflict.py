"""Two people marked one pupil differently: each such pupil is asked about.

What was saved meanwhile and what comes of the answers is roll's.
"""

from collections.abc import Mapping

from textual.app import App

from core.rules.roll import Mark
from core.rules.sheet import RollConflict
from tui.screens.pick import Pick


async def whose_stand(
    app: App[None], conflict: RollConflict, names: Mapping[int, str]
) -> dict[int, tuple[Mark, Mark]]:
    """Ask, pupil by pupil; return what was seen there and what stands, where answered."""
    settled: dict[int, tuple[Mark, Mark]] = {}
    for one in conflict.conflicts:
        answer = await app.push_screen_wait(
            Pick(
                f"{names.get(one.student_id, '')}：两人所记不同",
                (
                    ("theirs", f"用他人所记：{one.current.label}"),
                    ("mine", f"用我所记：{one.wanted.label}"),
                ),
            )
        )
        if answer is not None:
            stands = one.current if answer == "theirs" else one.wanted
            settled[one.student_id] = (one.current, stands)
    return settled
