"""A township in which every class has a teacher who may sign in, for benchmarks of the door."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from math import ceil
from typing import Final

import asyncssh

from core.rules.time import day_of
from core.services import seat
from core.services.password import hash_password
from db.bench_crowd import hire_heads
from db.bench_town import Filling
from tui.cli.bench_place import Place, Town, empty, filled
from tui.cli.bench_roll import school_days

PASSWORD: Final = "Qingshi-2026"  # noqa: S105 -- of made-up people in a database thrown away
_IN_A_SCHOOL: Final = 20


@dataclass(frozen=True)
class Crowd:
    """A filled township, and the key that opens for each of its class teachers."""

    town: Town
    key: str


@asynccontextmanager
async def crowded(place: Place, name: str, heads: int, pupils: int) -> AsyncIterator[Crowd]:
    """Fill a township with so many class teachers and their classes, on a school day."""
    async with empty(place, "clock") as (_, pool), seat.front_desk(pool).reading() as seen:
        today = day_of(seen[1])
    days = school_days(today, 3)
    schools = ceil(heads / _IN_A_SCHOOL)
    filling = Filling(
        schools=schools,
        classes=ceil(heads / schools),
        pupils=pupils,
        live_on=days[0],
        days=days,
        until=today,
        teaching=(today,),
    )
    async with filled(place, name, filling) as town:
        key = asyncssh.generate_private_key("ssh-ed25519")
        public = key.export_public_key().decode()
        await hire_heads(town.pool, hash_password(PASSWORD), public)
        yield Crowd(town, key.export_private_key().decode())
