"""What was sent in stays for a week, for whoever sent it alone."""

from datetime import timedelta

import pytest

from core.rules.upload import NameTaken, NoUpload, WrongEnding
from core.rules.upload_kind import NotTaken
from core.services import seat, sweep, upload
from tests.services.export_township import LI, NOW, WANG, build, desk

CSV = b"a,b\n"
WEEK = timedelta(days=7)
SECOND = timedelta(seconds=1)


@pytest.fixture
async def town(pool):
    await build(pool)
    return pool


async def names(at) -> list[str]:
    return [one.file_name for one in await upload.mine(at)]


async def test_a_file_is_its_senders_and_replaces_what_was_called_so(town):
    await upload.keep(desk(town, WANG), "名册.csv", b"a,b\nc,d\n")
    await upload.keep(desk(town, WANG), "名册.csv", CSV)
    assert await upload.fetched(desk(town, WANG), "名册.csv") == CSV
    kept = await town.fetchrow("SELECT bytes, cipher, size FROM upload")
    assert (kept["bytes"], kept["size"]) == (None, len(CSV))
    assert CSV not in kept["cipher"]
    await upload.rename(desk(town, WANG), "名册.csv", "新名册.csv")
    assert await upload.fetched(desk(town, WANG), "新名册.csv") == CSV
    await upload.rename(desk(town, WANG), "新名册.csv", "名册.csv")
    assert await names(desk(town, LI)) == []
    for act in (upload.fetched, upload.drop):
        with pytest.raises(NoUpload):
            await act(desk(town, LI), "名册.csv")
    with pytest.raises(NoUpload):
        await upload.rename(desk(town, LI), "名册.csv", "我的.csv")
    assert await names(desk(town, WANG)) == ["名册.csv"]
    acts = await town.fetch("SELECT name FROM act WHERE account_id = 2")
    assert [act["name"] for act in acts] == [
        *["upload.keep"] * 2,
        *["upload.rename"] * 2,
    ]


async def test_what_is_refused_leaves_what_was_there(town):
    await upload.keep(desk(town, WANG), "名册.csv", CSV)
    with pytest.raises(NotTaken):
        await upload.keep(desk(town, WANG), "名册.csv", b"MZ")
    with pytest.raises(WrongEnding):
        await upload.keep(desk(town, WANG), "名册.xlsx", CSV)
    assert await upload.fetched(desk(town, WANG), "名册.csv") == CSV


async def test_a_name_that_is_taken_is_not_given_again(town):
    for name in ("1.csv", "2.csv"):
        await upload.keep(desk(town, WANG), name, CSV)
    with pytest.raises(NameTaken):
        await upload.rename(desk(town, WANG), "1.csv", "2.csv")
    await upload.rename(desk(town, WANG), "1.csv", "3.csv")
    assert await names(desk(town, WANG)) == ["2.csv", "3.csv"]


async def test_after_a_week_it_is_gone_and_the_sweep_forgets_it(town):
    await upload.keep(desk(town, WANG), "名册.csv", CSV)
    assert await names(desk(town, WANG, NOW + WEEK - SECOND)) == ["名册.csv"]
    late = desk(town, WANG, NOW + WEEK)
    assert await names(late) == []
    with pytest.raises(NoUpload):
        await upload.fetched(late, "名册.csv")
    # Until it is swept its name is free all the same.
    await upload.keep(late, "新.csv", CSV)
    await upload.rename(late, "新.csv", "名册.csv")
    assert await names(late) == ["名册.csv"]
    await sweep._forget(seat.front_desk(town, lambda _: NOW + 2 * WEEK - SECOND))
    assert await town.fetchval("SELECT count(*) FROM upload") == 1
    await sweep._forget(seat.front_desk(town, lambda _: NOW + 2 * WEEK))
    assert await town.fetchval("SELECT count(*) FROM upload") == 0
