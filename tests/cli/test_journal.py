"""journal: checked, anchored and read from the command line."""

import json
from io import BytesIO

import pytest

from core.services import seat
from db.pool import Pool
from tests.hand import hand
from tests.services.export_township import ADMIN, NOW, OFFICE, build, desk, seated
from tests.services.journal_chain import tamper, touch
from tui.cli.table import run_words


@pytest.fixture
async def town(pool: Pool) -> Pool:
    await build(pool)
    return pool


async def typed(desk, *words: str, remote: bool = False) -> tuple[int, str, str]:
    out, err = BytesIO(), BytesIO()

    async def nothing(_: int) -> bytes:
        return b""

    status = await run_words(desk, words, nothing, out, err, remote=remote)
    return status, out.getvalue().decode(), err.getvalue().decode()


async def test_an_anchor_kept_elsewhere_proves_the_chain(town, tmp_path):
    admin = desk(town, ADMIN)
    await touch(town, "一户")
    first = await typed(admin, "journal", "anchor")
    assert first == (0, "", "还没有封存的留痕，请过20秒再取锚点。\n")
    status, anchors, _ = await typed(admin, "journal", "anchor")
    assert status == 0
    assert {line.split()[0] for line in anchors.splitlines()} == {"0", "990101100"} | {
        "990101101", "990202100",
    }  # fmt: skip
    kept = tmp_path / "锚点.txt"
    kept.write_text(anchors, encoding="utf-8")
    status, told, _ = await typed(admin, "journal", "verify", "--anchors", str(kept))
    assert (status, told.splitlines()[-1]) == (0, "留痕完整。")
    code, number, digest = next(
        line.split() for line in anchors.splitlines() if line.startswith("990101100")
    )
    printed = f"{code}-{number}-{digest[:16]}"
    whole = ("journal", "verify", "--anchors", str(tmp_path), "--printed", printed)
    assert (await typed(admin, *whole))[0] == 0
    await tamper(town, "DELETE FROM journal_block WHERE township_id = 990101100")
    status, told, _ = await typed(admin, "journal", "verify", "--printed", printed)
    assert (status, "其后留痕被截去" in told) == (1, True)
    status, told, _ = await typed(admin, "journal", "verify", "--anchors", str(kept))
    assert status == 1
    assert "其后留痕被截去" in told
    assert told.splitlines()[-1].startswith("留痕被改动过")
    status, told, _ = await typed(
        admin, "journal", "verify", "--json", "--anchors", str(kept)
    )
    assert (status, json.loads(told)["sound"]) == (1, False)


async def test_what_is_no_anchor_file_is_one_sentence(town, tmp_path):
    admin = desk(town, ADMIN)
    (tmp_path / "x").write_text("不是锚点")
    for name, said in (("x", "不是留痕锚点文件"), ("none", "读不了锚点文件")):
        words = ("journal", "verify", "--anchors", str(tmp_path / name))
        status, told, error = await typed(admin, *words)
        assert (status, told, error.count("\n")) == (1, "", 1)
        assert said in error


AUDIT = """
    INSERT INTO account_grant (account_id, role, township_id, from_on, given_by, given_at)
    VALUES (4, 'auditor', 990101100, '2026-09-01', 0, $1)
"""


async def test_the_auditor_reads_it_over_ssh_and_nobody_else(town):
    await touch(town, "甲户")
    async with hand(town, NOW).writing("test.grant") as (conn, _):
        await conn.execute(AUDIT, NOW)
    auditor = await seat.seat(seat.front_desk(town, lambda _: NOW), 4)
    words = ("journal", "show", "--act", "test.touch", "--rows", "1")
    status, told, _ = await typed(auditor, *words, remote=True)
    assert status == 0
    (line,) = (json.loads(line) for line in told.splitlines())
    assert (line["relation"], json.loads(line["became"])["address"]) == ("student", "甲户")
    status, told, error = await typed(await seated(town, OFFICE), *words, remote=True)
    assert (status, told) == (1, "")
    assert "审计" in error
    # Nobody missing, none untaken: to an auditor that would be no fact.
    status, told, error = await typed(auditor, "status", remote=True)
    assert (status, told) == (1, "")
    assert "此项由学校、教管组和系统管理员办理" in error
    # Over SSH the help names what is typed there.
    _, told, _ = await typed(auditor, "journal", "show", "--help", remote=True)
    assert told.startswith("用法：ssh 登录名@服务器地址 journal show [-h]")
