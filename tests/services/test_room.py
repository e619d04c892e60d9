"""A disk that is nearly full: people write nothing, alarms ring, drafts are kept (P8)."""

from dataclasses import replace
from pathlib import Path
from uuid import uuid4

import pytest

from core.rules.roll import Mark
from core.rules.trouble import NoRoom, Room
from core.services import draft, roll, seat, sweep
from tests.services.roll_acts import sent, sheet_of
from tests.services.school_town import build
from tui.cli import disk


@pytest.mark.parametrize(
    ("used", "is_short"), [(0.9499, False), (0.95, True), (0.9501, True), (1.0, True)]
)
def test_from_95_percent_on_the_disk_is_short(used, is_short):
    room = Room(is_short=not is_short)
    disk.look(room, Path("/"), lambda _: used)
    assert room.is_short is is_short


def test_the_disk_is_asked_how_much_of_it_is_used(tmp_path):
    assert 0 < disk.share_used(tmp_path) < 1


async def test_while_the_disk_is_short_people_write_nothing_and_lose_nothing(pool):
    town = await build(pool)
    town.clock("11-23 08:10")
    await town.roll("11-23 am", _101=Mark.ABSENT)
    town.clock("11-25 08:30")
    li = await town.desk("li")
    sheet = await sheet_of(town, "11-25 am")
    li.room.is_short = True
    with pytest.raises(NoRoom, match="服务器磁盘已满"):
        await roll.submit(li, sent(sheet, _101=Mark.LATE), uuid4())
    assert await pool.fetchval("SELECT count(*) FROM roll") == 1
    await draft.save(li, roll.FORM, "31", uuid4(), "{}")
    assert await draft.load(li, roll.FORM, "31") is not None
    front = seat.front_desk(pool, lambda _: town.now)
    assert await sweep.everything(replace(front, room=li.room)) == 1
    li.room.is_short = False
    await roll.submit(li, sent(sheet, _101=Mark.LATE), uuid4())
    assert await pool.fetchval("SELECT count(*) FROM roll") == 2


async def test_whoever_is_seated_shares_what_is_known_of_the_disk(pool):
    town = await build(pool)
    front = seat.front_desk(pool, lambda _: town.now)
    assert (await seat.seat_by_name(front, "li")).room is front.room
