"""case open and case evidence: opened; brought, listed, checked by another, taken out."""

from io import BytesIO

import pytest

from core.rules.case_open import NotMissing
from core.rules.errors import BadInput
from core.rules.evidence_file import NoSubject, NoSuchCase
from core.rules.roll import Mark
from core.services import upload
from core.services.case_open import NoSuchPupil
from db.pool import Pool
from tests.services.evidence_acts import JPEG
from tests.services.school_town import SchoolTown, build
from tui.cli.case_open import COMMANDS as OPENS
from tui.cli.evidence import COMMANDS
from tui.cli.parser import read
from tui.cli.table import GROUPS


async def call(
    town: SchoolTown, who: str, *words: str, given: bytes = b"", remote: bool = False
) -> tuple[bytes, str]:
    """Run a command; return what it wrote, and what it said."""

    async def stdin(most: int) -> bytes:
        return given[:most]

    path = ["case", *words] if words[0] == "open" else ["case", "evidence", *words]
    command, args = read((*COMMANDS, *OPENS), GROUPS, "", path)
    args.remote = remote
    out, err = BytesIO(), BytesIO()
    assert await command.run(await town.desk(who), args, stdin, out, err) == 0
    return out.getvalue(), err.getvalue().decode()


async def test_a_file_is_brought_by_one_and_checked_by_another(pool: Pool, tmp_path):
    town = await build(pool)
    town.clock("11-23 08:10")
    await town.roll("11-23 am", _101=Mark.ABSENT)
    town.clock("11-25 08:30")
    await town.ring()
    number = await pool.fetchval("SELECT number FROM dropout_case")
    kind = ("--kind", "情况说明")
    out, _ = await call(town, "reg", "add", number, *kind, given=JPEG)
    assert out.decode() == f"已提供个案{number}的情况说明，编号1，待另一人核验。\n"
    await upload.keep(await town.desk("reg"), "证明.jpg", JPEG)
    sent = ("add", number, "上传/证明.jpg", *kind, "--until", "2026-12-31")
    await call(town, "reg", *sent, remote=True)
    here = tmp_path / "说明.jpg"
    here.write_bytes(JPEG)
    with pytest.raises(BadInput, match="上传/文件名"):
        await call(town, "reg", "add", number, str(here), *kind, remote=True)
    await call(town, "reg", "add", number, str(here), *kind)
    for more, refusal in (
        (("2026-999", *kind), NoSuchCase),
        ((number, *kind, "--visit", "1"), NoSubject),
    ):
        with pytest.raises(refusal):
            await call(town, "reg", "add", *more, given=JPEG)
    await call(town, "office", "check", number, "1")
    await call(town, "office", "check", number, "2", "--reject", "不清楚")
    told = (await call(town, "li", "list", number))[0].decode().splitlines()
    assert [line.split("\t")[2] for line in told] == ["待核验", "不予认可", "已核验"]
    assert (await call(town, "office", "get", number, "1"))[0] == JPEG


async def test_a_case_is_opened_by_class_and_number_never_by_name(pool: Pool):
    town = await build(pool)
    town.clock("11-23 08:10")
    await town.roll("11-23 am", _101=Mark.ABSENT)
    pupil = ("open", "--school", "2199010001", "--class", "三年级(1)班", "--seat")
    why = ("--cause", "外出务工", "--note", "邻居称已随舅舅去广东")
    for seat, refusal in (("99", NoSuchPupil), ("13", NotMissing)):
        with pytest.raises(refusal):
            await call(town, "wang", *pupil, seat, *why)
    with pytest.raises(BadInput, match="没有“病假”这种立案原因"):
        await call(town, "wang", *pupil, "12", "--cause", "病假", "--note", "发热")
    out, _ = await call(town, "wang", *pupil, "12", *why, remote=True)
    assert out.decode() == "已立案，编号2026-001；书面报告今日内由校长签发。\n"
    assert "sign_report:principal" in await town.duties()
