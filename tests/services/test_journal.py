"""The journal's chain: nothing committed is left out, and whatever is done to it shows (P7)."""

from uuid import uuid4

import pytest

from core.rules.errors import NotYours
from core.rules.journal import BadAnchor, heads_of
from core.rules.journal_line import Sought
from core.services import journal, journal_line, seat
from db.pool import Pool
from tests.hand import hand
from tests.services.export_township import (
    ADMIN,
    NOW,
    OFFICE,
    QINGSHI,
    build,
    desk,
    seated,
)
from tests.services.journal_chain import (
    faults,
    sealed,
    tamper,
    touch,
    watching,
)


@pytest.fixture
async def town(pool: Pool) -> Pool:
    await build(pool)
    return pool


async def test_every_row_is_sealed_and_the_chain_is_sound(town):
    for n in range(3):
        await touch(town, f"第{n}户")
    await sealed(town)
    (of_town,) = [
        check
        for check in await journal.verify(desk(town, ADMIN))
        if check.township_id == QINGSHI
    ]
    assert (of_town.unsealed, of_town.faults) == (0, ())
    rows = "SELECT count(*) FROM journal WHERE township_id = 990101100"
    assert of_town.rows == await town.fetchval(rows)


async def test_new_rows_wait_and_the_next_block_takes_them(town):
    await sealed(town)
    await touch(town, "新户")
    checks = await journal.verify(desk(town, ADMIN))
    assert [c.unsealed for c in checks if c.township_id == QINGSHI] == [1]
    await sealed(town)
    assert not any(c.unsealed for c in await journal.verify(desk(town, ADMIN)))


@pytest.mark.parametrize(
    ("statements", "told"),
    [
        (["UPDATE journal SET act = 'roll.submit' WHERE id = {last}"], "第{last}条被改动"),
        (["UPDATE journal SET became = NULL WHERE id = {last}"], "第{last}条被改动"),
        (
            ["UPDATE journal SET at = at - interval '1us' WHERE id = {last}"],
            "第{last}条被改动",
        ),
        (["DELETE FROM journal WHERE id = {last}"], "第{last}条被删除"),
        (
            [
                "UPDATE journal SET id = -1 WHERE id = {last}",
                "UPDATE journal SET id = {last} WHERE id = {last} - 1",
                "UPDATE journal SET id = {last} - 1 WHERE id = -1",
            ],
            "第{last}条被改动",
        ),
        (
            [
                (
                    "INSERT INTO journal (id, township_id, at, account_id, op_id, act, relation)"
                    " SELECT 0, township_id, at, account_id,"
                    " op_id, act, relation FROM journal WHERE id = {last}"
                )
            ],
            "条系事后插入",
        ),
        (["DELETE FROM journal WHERE township_id = 990101100"], "第{last}条被删除"),
        (
            ["DELETE FROM journal_block WHERE township_id = 990101100 AND number = 1"],
            "第1段缺失",
        ),
        (
            [
                "UPDATE journal_block SET digests = decode(repeat('00', length(digests)), 'hex')"
            ],
            "不相接",
        ),
    ],
)
async def test_what_is_done_to_the_journal_afterwards_is_found(town, statements, told):
    await sealed(town)
    await touch(town, "一户")
    last = await touch(town, "二户")
    await sealed(town)
    assert await faults(town) == []
    await tamper(town, *(s.format(last=last) for s in statements))
    assert any(told.format(last=last) in fault for fault in await faults(town))


async def test_a_tail_that_is_cut_shows_against_an_anchor_alone(town):
    await sealed(town)
    await touch(town, "一户")
    await sealed(town)
    anchors = await journal.heads(watching(town))
    assert await faults(town, anchors) == []
    number = max(head.number for head in anchors if head.township_id == QINGSHI)
    await tamper(
        town,
        "DELETE FROM journal WHERE township_id = 990101100 AND id ="
        " (SELECT max(id) FROM journal WHERE township_id = 990101100)",
        f"DELETE FROM journal_block WHERE township_id = 990101100 AND number = {number}",
    )
    assert await faults(town) == []
    assert await faults(town, anchors) == [f"锚点所记第{number}段不在，其后留痕被截去"]


async def test_a_block_is_never_changed_by_the_program(town):
    await sealed(town)
    import asyncpg  # noqa: PLC0415 - only here

    for sql in ("UPDATE journal_block SET number = 9", "DELETE FROM journal_block"):
        with pytest.raises((asyncpg.RaiseError, asyncpg.InsufficientPrivilegeError)):
            await town.execute(sql)


AUDIT = """
    INSERT INTO account_grant (account_id, role, township_id, from_on, given_by, given_at)
    VALUES (4, 'auditor', $1, '2026-09-01', 0, $2)
"""


@pytest.mark.parametrize(
    ("reach", "reads"), [(QINGSHI, True), (990101000, True), (0, True), (990101101, False)]
)
async def test_an_auditor_reads_the_journal_of_their_reach_and_no_child(town, reach, reads):
    await touch(town, "甲户")
    async with hand(town, NOW).writing("test.grant", uuid4()) as (conn, _):
        await conn.execute(AUDIT, reach, NOW)
    auditor = await seat.seat(seat.front_desk(town, lambda _: NOW), 4)
    lines = await journal_line.show(auditor, Sought(act="test.touch"))
    assert bool(lines) is reads
    assert all("甲户" in (line.became or "") for line in lines)
    async with auditor.reading() as (conn, _):
        assert await conn.fetch("SELECT 1 FROM student") == []
    async with auditor.auditing() as (conn, _):
        may = "SELECT has_table_privilege('student', 'SELECT')"
        assert not await conn.fetchval(may)


async def test_nobody_else_checks_it(town):
    office = await seated(town, OFFICE)
    with pytest.raises(NotYours):
        await journal.verify(office)


def test_an_anchor_file_is_read_back_and_another_refused():
    text = f"990101100 12 {'ab' * 32}\n0 3 {'cd' * 32}\n"
    heads = heads_of(text, "锚点.txt")
    assert [str(head) for head in heads] == text.split("\n")[:2]
    for wrong in ("990101100 12", "x 1 ab", "1 2 zz"):
        with pytest.raises(BadAnchor, match="锚点.txt 不是"):
            heads_of(wrong, "锚点.txt")
