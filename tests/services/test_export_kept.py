"""What becomes of an export once it is made: kept for a day, and written down for good."""

from datetime import timedelta
from hashlib import sha256
from io import BytesIO
from uuid import uuid4

import pytest
from openpyxl import load_workbook

from core.rules.errors import AlreadyDone
from core.rules.export import Asked, Gone, Listing
from core.rules.paper import Edition
from core.services import export
from db.export import forget_old
from tests.services.export_township import NOW, OFFICE, WANG, build, desk


@pytest.fixture
async def town(pool):
    await build(pool)
    return pool


def asked(**more: object) -> Asked:
    return Asked.model_validate({"listing": Listing.ROSTER, "purpose": "核对名单"} | more)


async def test_an_export_is_kept_and_written_down_with_its_fingerprint(town):
    ask = asked(edition=Edition.SUBMITTED, purpose="报县局核对")
    made = await export.make(desk(town, WANG), ask)
    line = made.line
    assert line.sha256 == sha256(made.data).hexdigest()
    assert (line.row_count, line.full_numbers, line.size) == (3, True, len(made.data))
    async with town.acquire() as conn:
        logged = await conn.fetch("SELECT * FROM read_log")
        kept = await conn.fetchrow("SELECT * FROM export")
        act = await conn.fetchval("SELECT name FROM act WHERE account_id = 2")
    (read,) = logged
    assert dict(read) | {"id": 0} == {
        "id": 0,
        "township_id": 990101100,
        "at": NOW,
        "account_id": 2,
        "kind": "export",
        "subject": f"roster:E{line.id}",
        "purpose": "报县局核对",
        "row_count": 3,
        "sha256": line.sha256,
    }
    assert (kept["bytes"], kept["size"], kept["made_at"]) == (None, len(made.data), NOW)
    assert made.data[:4] not in kept["cipher"]
    again = await export.fetched(desk(town, WANG), line.id)
    assert again.data == made.data
    assert act == "export.make"


async def test_the_footer_names_the_person_the_moment_and_the_export(town):
    made = await export.make(desk(town, WANG), asked())
    sheet = load_workbook(BytesIO(made.data)).active
    footer = sheet.oddFooter.left.text
    assert footer == f"王建国 2026-11-23 10:00 E{made.line.id}"


async def test_the_same_act_twice_makes_one_export(town):
    op_id = uuid4()
    await export.make(desk(town, WANG), asked(), op_id)
    with pytest.raises(AlreadyDone):
        await export.make(desk(town, WANG), asked(), op_id)
    assert len(await export.mine(desk(town, WANG))) == 1


async def test_an_export_can_be_fetched_by_its_maker_for_24_hours(town):
    made = await export.make(desk(town, WANG), asked())
    day = timedelta(hours=24)
    last = desk(town, WANG, NOW + day - timedelta(seconds=1))
    assert await export.fetched(last, made.line.id) == made
    assert await export.mine(last) == (made.line,)
    for other in (desk(town, WANG, NOW + day), desk(town, OFFICE)):
        assert await export.mine(other) == ()
        with pytest.raises(Gone):
            await export.fetched(other, made.line.id)
    async with town.acquire() as conn:
        subjects = await conn.fetch("SELECT subject FROM read_log ORDER BY id")
    assert [row["subject"] for row in subjects] == [
        f"roster:E{made.line.id}",
        f"fetch:E{made.line.id}",
    ]


async def test_the_sweep_forgets_the_bytes_and_not_that_they_were_made(town):
    await export.make(desk(town, WANG), asked())
    for before, left in ((NOW - timedelta(seconds=1), 1), (NOW, 0)):
        async with town.acquire() as conn:
            await forget_old(conn, before)
            assert await conn.fetchval("SELECT count(*) FROM export") == left
            assert await conn.fetchval("SELECT count(*) FROM read_log") == 1
