"""Identity numbers in a roster: two children may exchange theirs, none takes another's."""

import pytest

from core.services import roster, roster_write
from core.services.roster import Import
from db.pool import Pool
from tests.services.file_town import Town, build

HEADS = "姓名,性别,出生日期,班级,学籍号,身份证件号"
# Each number holds the sex and the birth date of the child whose it truly is.
XIN, XIN_NO, XIN_ID = (
    "罗欣,女,2018-03-04,三年级（1）班",
    "G1" + "0" * 17,
    "990101201803040025",
)
NAN, NAN_NO, NAN_ID = (
    "罗楠,男,2018-03-04,三年级（1）班",
    "G2" + "0" * 17,
    "990101201803040017",
)
NUMBERS = """
SELECT s.name, whole(s.township_id, 'identity', s.id::text, i.cipher) AS number
  FROM student s JOIN student_identity i ON i.student_id = s.id
 WHERE s.name LIKE '罗%' ORDER BY s.name
"""


@pytest.fixture
async def town(pool: Pool) -> Town:
    return await build(pool)


async def take_in(town: Town, *rows: str) -> Import:
    data = "\n".join((HEADS, *rows)).encode("utf-8-sig")
    return await roster.take_in(await town.desk("reg"), "2199010001", data, dry_run=False)


async def numbers(town: Town) -> dict[str, str]:
    return {row["name"]: row["number"] for row in await town.pool.fetch(NUMBERS)}


@pytest.mark.parametrize("batch", [1, 1000])
async def test_two_children_exchange_numbers_written_the_wrong_way_round(
    town: Town, monkeypatch: pytest.MonkeyPatch, batch: int
):
    monkeypatch.setattr(roster_write, "A_BATCH", batch)
    wrong = (f"{XIN},{XIN_NO},{NAN_ID}", f"{NAN},{NAN_NO},{XIN_ID}")
    assert (await take_in(town, *wrong)).plan.summary.startswith("新增 2")
    assert await numbers(town) == {"罗欣": NAN_ID, "罗楠": XIN_ID}
    right = (f"{XIN},{XIN_NO},{XIN_ID}", f"{NAN},{NAN_NO},{NAN_ID}")
    assert (await take_in(town, *right)).plan.summary.startswith("新增 0  变更 2")
    assert await numbers(town) == {"罗欣": XIN_ID, "罗楠": NAN_ID}


async def test_a_number_another_child_keeps_costs_its_row_and_no_other(town: Town):
    await take_in(town, f"{XIN},{XIN_NO},{XIN_ID}", f"{NAN},{NAN_NO},")
    done = await take_in(
        town, f"{NAN},{NAN_NO},{XIN_ID}", "罗雨,男,2018-05-04,三年级（1）班,,"
    )
    (fault,) = done.plan.refused
    assert (fault.row_number, fault.value_masked) == (2, "990101********0025")
    assert "另一名学生的证件号相同" in fault.reason
    assert done.plan.summary.startswith("新增 1  变更 0")
    assert await numbers(town) == {"罗欣": XIN_ID}
