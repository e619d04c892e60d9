"""The papers' screens: the 48-hour report printed, the 抄送函 recorded as sent (days.md 27)."""

from uuid import uuid4

import pytest

from core.rules.roll import Mark
from core.services import report
from tests.services.school_town import TOWNSHIP, XIAOYU, SchoolTown, build
from tests.tui.school_walk import typed, walking
from tui.screens.letter import LetterScreen
from tui.screens.report import ReportScreen


@pytest.fixture
async def town(pool) -> SchoolTown:
    made = await build(pool)
    await made.write("UPDATE student SET hukou_code = '990101203' WHERE id = $1", XIAOYU)
    made.clock("11-23 08:10")
    await made.roll("11-23 am", _101=Mark.ABSENT)
    made.clock("11-25 08:30")
    await made.ring()
    return made


async def paper_of(town: SchoolTown, kind: str) -> int:
    return await town.pool.fetchval("SELECT id FROM paper WHERE kind = $1", kind)


async def test_the_report_is_printed_before_and_after_its_signature(town):
    paper = await paper_of(town, "report")
    screen = ReportScreen(await town.desk("wang"), TOWNSHIP, paper)
    async with walking(screen, "特此报告") as walk:
        await walk.press("4")
        await walk.until("书面报告（主送乡镇人民政府）")
        await walk.press("1")
        await walk.until("待签发_2026-001.docx")
        await walk.press("4")
        await walk.until("3 抄送函")
        await walk.press("3")
        await walk.until("该报告没有抄送函")


async def test_27_a_letter_is_recorded_as_sent_in_a_few_keys(town):
    paper = await paper_of(town, "report")
    await report.sign(await town.desk("wang"), TOWNSHIP, paper, uuid4())
    letter = await paper_of(town, "hukou_letter")
    screen = LetterScreen(await town.desk("reg"), TOWNSHIP, letter)
    async with walking(screen, "特此函告") as walk:
        assert "待寄送" in walk.lines[0]
        await walk.press("f9")
        await walk.until("1 邮寄")
        await walk.press("1")
        await walk.until("收件单位或邮件号")
        await typed(walk, "EMS123")
        await walk.press("enter")
        await walk.until("已寄送：邮寄 EMS123（何静）")
        assert "11-25已寄送" in walk.lines[0]
        await walk.press("f9")
        await walk.until("此函已登记寄送")
