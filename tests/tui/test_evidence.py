"""佐证 on the child's page: brought from 上传, checked by another, and what is still missing."""

from uuid import uuid4

from core.rules.case import CaseStep, Settlement
from core.rules.roll import Mark
from core.services import case, report, upload
from core.services.case import Claim
from db.pool import Pool
from tests.services.evidence_acts import PNG
from tests.services.school_town import TOWNSHIP, XIAOYU, build
from tests.tui.school_walk import walking
from tui.screens.evidence import EvidenceScreen
from tui.screens.owed import ReceiptsScreen


async def test_a_file_is_brought_and_checked_on_the_screen(pool: Pool) -> None:
    town = await build(pool)
    town.clock("11-23 08:10")
    await town.roll("11-23 am", _101=Mark.ABSENT)
    town.clock("11-25 08:30")
    await town.ring()
    claim = Claim(step=CaseStep.SETTLE, note="转走", settled_as=Settlement.TRANSFER)
    await case.ask(await town.desk("reg"), TOWNSHIP, XIAOYU, claim, uuid4())
    await upload.keep(await town.desk("reg"), "接收.png", PNG)
    await upload.keep(await town.desk("reg"), "名册.csv", b"a,b\n")
    place = (TOWNSHIP, XIAOYU)
    async with walking(EvidenceScreen(await town.desk("reg"), *place), "待核验0") as walk:
        assert "转学核实：接收学校证明或学籍系统截图 未提供" in walk.text
        assert "还没有佐证。把照片或扫描件传到“上传”目录，再按1选用。" in walk.text
        await walk.press("1")
        await walk.until("提供佐证 赵小雨")
        assert "个案" in walk.text
        await walk.press("f9")
        await walk.until("请选择文件")
        await walk.press("1", "down", "down", "1", "f9")
        await walk.until("已提供接收学校证明，待另一人核验。")
        await walk.until("待核验1")
        await walk.press("2")
        await walk.until("此项由教管组、教育局基教科办理")
        assert all(len(line.encode("gb18030")) <= 80 for line in walk.lines)
    async with walking(
        EvidenceScreen(await town.desk("office"), *place), "待核验1"
    ) as walk:
        await walk.press("3")
        await walk.until("不予认可的原因")
        await walk.press("a", "enter")
        await walk.until("已退回提供人。")
        await walk.press("4")
        await walk.until("已导出 佐证")
        await walk.press("enter")
        await walk.until("佐证详情")
        assert "原因　　a" in walk.text


async def test_an_addressee_has_its_papers_in_one_list(pool: Pool) -> None:
    town = await build(pool)
    town.clock("11-23 08:10")
    await town.roll("11-23 am", _101=Mark.ABSENT)
    town.clock("11-25 08:30")
    await town.ring()
    async with walking(ReceiptsScreen(await town.desk("gov")), "0件") as walk:
        assert "没有待签收的文书。" in walk.text
    paper = await pool.fetchval("SELECT id FROM paper")
    await report.sign(await town.desk("wang"), TOWNSHIP, paper, uuid4())
    async with walking(ReceiptsScreen(await town.desk("gov")), "1件") as walk:
        assert "签收     赵小雨书面报告  河湾小学" in walk.text
        await walk.press("enter")
        await walk.until("特此报告")
