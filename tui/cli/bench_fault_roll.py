"""Two people on one roll in every order of their steps: no submitted mark is lost.

Each loads the roll, marks a pupil, saves the draft and submits; the same is done for two
pupils and for one, where the second to submit has to be asked.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import combinations, islice
from typing import Final
from uuid import uuid4

from core.rules.calendar import SessionCode
from core.rules.roll import Mark
from core.rules.sheet import RollConflict, Sheet, Submission, SubmittedPart, current_marks
from core.rules.time import day_of
from core.services import draft, roll, seat
from core.services.desk import Desk
from db.bench_town import TOWNSHIP, forget
from tui.cli.bench_crowd import Crowd, crowded
from tui.cli.bench_figure import Figure, Target
from tui.cli.bench_place import Place, Town

CLASS: Final = 1
PUPILS: Final = 3
# What one person does, in this order; the other's steps come in between.
STEPS: Final = ("load", "mark", "save", "submit")
# Of the first school's classes, their principal is one, and their class teacher the other.
_HEAD: Final = "head1"


def orders() -> Iterator[tuple[bool, ...]]:
    """Yield every order of two people's steps: True for the first one's."""
    whole = 2 * len(STEPS)
    for firsts in combinations(range(whole), len(STEPS)):
        yield tuple(n in firsts for n in range(whole))


@dataclass
class Person:
    """One of the two: whom they mark, and what came of it."""

    desk: Desk
    day: date
    pupil: int
    mark: Mark
    sheet: Sheet | None = None
    done: int = 0
    # In the order of all steps; None while it has not been.
    loaded: int = -1
    submitted: int | None = None
    asked: bool = False

    async def step(self, now: int) -> None:
        """Do the next step."""
        name = STEPS[self.done]
        self.done += 1
        if name == "load":
            self.loaded = now
            self.sheet = await roll.open_sheet(
                self.desk, TOWNSHIP, (CLASS,), self.day, SessionCode.AM
            )
        elif name == "save":
            subject = roll.subject_of((CLASS,), self.day, SessionCode.AM)
            await draft.save(self.desk, roll.FORM, subject, uuid4(), "{}")
        elif name == "submit" and self.sheet is not None:
            try:
                await roll.submit(self.desk, self._submission(self.sheet), uuid4())
            except RollConflict:
                self.asked = True
            else:
                self.submitted = now

    def _submission(self, sheet: Sheet) -> Submission:
        base = current_marks(sheet.parts[0])
        pupil = sheet.parts[0].pupils[self.pupil].student_id
        wanted = tuple(
            one.model_copy(update={"mark": self.mark}) if one.student_id == pupil else one
            for one in base
        )
        return Submission(
            township_id=TOWNSHIP,
            day=self.day,
            session=sheet.session,
            parts=(SubmittedPart(class_id=CLASS, base=base, wanted=wanted),),
            told_by=self.desk.actor.name if sheet.needs_teller else None,
        )


def lost(stands: dict[int, Mark], one: Person, other: Person) -> bool:
    """Tell whether what `one` was told is saved is gone, though nobody overwrote it knowingly."""
    if one.submitted is None:
        return not one.asked or one.pupil != other.pupil
    knowing = other.pupil == one.pupil and other.loaded > one.submitted
    return stands[one.pupil] is not one.mark and not (knowing and other.submitted)


async def measure(place: Place, most: int) -> tuple[Figure, ...]:
    """Return how many submitted marks were lost in so many orders at most, twice each."""
    async with crowded(place, "roll", 1, PUPILS) as crowd:
        tries = asked = gone = 0
        for second in (1, 0):
            for order in islice(orders(), most):
                ann, bob = await _play(crowd, order, second)
                stands = await _stands(crowd.town, ann.day)
                tries += 1
                asked += ann.asked + bob.asked
                gone += lost(stands, ann, bob) + lost(stands, bob, ann)
    return (
        Figure("faults.roll.orders", tries, "count"),
        Figure("faults.roll.asked", asked, "count"),
        Figure("faults.roll.lost_updates", gone, "count", Target(0)),
    )


async def _play(
    crowd: Crowd, order: tuple[bool, ...], second: int
) -> tuple[Person, Person]:
    town = crowd.town
    async with town.desk.reading() as (_, now):
        day = day_of(now)
    async with town.pool.acquire() as conn:
        await forget(conn, CLASS, day)
    head = await seat.seat_by_name(seat.front_desk(town.pool), _HEAD)
    ann = Person(town.desk, day, 0, Mark.LATE)
    bob = Person(head, day, second, Mark.EARLY)
    for now_at, hers in enumerate(order):
        await (ann if hers else bob).step(now_at)
    return ann, bob


async def _stands(town: Town, day: date) -> dict[int, Mark]:
    sheet = await roll.open_sheet(town.desk, TOWNSHIP, (CLASS,), day, SessionCode.AM)
    return {n: pupil.current for n, pupil in enumerate(sheet.parts[0].pupils)}
