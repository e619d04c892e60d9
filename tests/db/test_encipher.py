"""An older database whose numbers stood in the open: moved whole, or not at all."""

import asyncio
import json
import re
import sys
from asyncio.subprocess import PIPE
from pathlib import Path

import asyncpg

from core.services import journal
from db.migrate import MIGRATIONS, make_database, migrate, migrations
from db.pool import open_pool
from tests.hand import hand
from tests.services.export_township import ADMIN, NOW, desk
from tests.services.journal_chain import sealed, tamper

CHECKOUT = Path(__file__).parents[2]
ID, NATIONAL, AUX = "990101201703150212", "G990101201703150212", "L990101201703150212"
PHONE, KIN = "19900000007", "19900000001"
ANCHOR = f"990101100-99-{'ab' * 8}"
SAID_THERE = f'{{"phone": "{KIN}", "anchor": "{ANCHOR}", "guardian": "李梅"}}'
TOWN = f"""
INSERT INTO township VALUES (990101100, '青石镇', 1);
INSERT INTO student (township_id, id, name, sex, born_on, pinyin, pinyin_key, national_no, aux_no)
VALUES (990101100, 1, '赵小雨', 'female', '2017-03-15', '{{zxy}}', 'zhao xiao yu', '{NATIONAL}', '{AUX}'),
       (990101100, 2, '赵"phone": "大山', 'male', '2017-03-15', '{{zds}}', 'zhao da shan', NULL, NULL);
INSERT INTO student_identity VALUES (990101100, 1, '1', '{ID}');
INSERT INTO student_phone VALUES (990101100, 1, '{PHONE}');
INSERT INTO guardian (township_id, id, student_id, ordinal, name, relation, is_guardian)
VALUES (990101100, 9, 1, 2, '李梅', '52', true);
INSERT INTO guardian_phone VALUES (990101100, 9, '{KIN}');
INSERT INTO school (township_id, id, code, name, kind, system, live_on)
VALUES (990101100, 1, '990101', '河湾小学', 'primary', '6-3', '2026-09-01');
INSERT INTO paper (township_id, id, kind, school_id, student_id, state, number, title, made_at,
                   signed_at, content)
VALUES (990101100, 5, 'report', 1, 1, 'signed', '河小报〔2026〕3号', '报告', '2026-11-20 08:30+08',
        '2026-11-20 10:00+08', '{SAID_THERE}'),
       (990101100, 6, 'report', 1, 2, 'to_sign', NULL, '报告', '2026-11-20 08:30+08', NULL, '{{}}');
INSERT INTO paper_original VALUES (990101100, 5, 'bureau', 'PK{KIN}', 'x');
"""
# After the seal: who was written down wrongly, put right.
CORRECTED = "UPDATE student_identity SET number = '990101201703150239'"
OPENED = """
SELECT whole(s.township_id, 'identity', s.id::text, i.cipher) AS identity,
       whole(s.township_id, 'national_no', s.id::text, s.national_cipher) AS national_no,
       whole(s.township_id, 'aux_no', s.id::text, s.aux_cipher) AS aux_no,
       whole(s.township_id, 'phone', s.id::text, p.cipher) AS phone,
       whole(s.township_id, 'guardian_phone', s.id || '/' || g.ordinal, k.cipher) AS kin
  FROM student s
  JOIN student_identity i ON i.student_id = s.id
  JOIN student_phone p ON p.student_id = s.id
  JOIN guardian g ON g.student_id = s.id
  JOIN guardian_phone k ON k.guardian_id = g.id
"""
PAPERS = """
SELECT p.id, whole(p.township_id, 'paper', p.id::text, p.said) AS said, p.anchor,
       whole(p.township_id, 'original', p.id || '/bureau', o.cipher) AS original
  FROM paper p
  LEFT JOIN paper_original o ON o.paper_id = p.id
 ORDER BY p.id
"""
IN_THE_OPEN = (
    "SELECT concat(p, o) FROM paper p LEFT JOIN paper_original o ON o.paper_id = p.id"
)
SAID = "SELECT string_agg(concat(was, became), ' ') FROM journal"
WALLED = """
SELECT count(*) FROM pg_class c
 WHERE c.relname IN ('student', 'student_identity', 'student_phone', 'guardian',
                     'guardian_phone', 'journal', 'paper', 'paper_original')
   AND c.relnamespace = 'public'::regnamespace AND c.relrowsecurity AND c.relforcerowsecurity
   AND NOT EXISTS (SELECT FROM pg_trigger t WHERE t.tgrelid = c.oid AND t.tgenabled <> 'O')
"""


async def killed(dsn, keys, folder, every: int) -> int:
    """Kill the one upgrade that is lacking at each so-manyth statement; return how often."""
    words = (sys.executable, "-m", "tests.db.killing", dsn, keys.path, folder, str(every))
    killing = await asyncio.create_subprocess_exec(*words, cwd=CHECKOUT, stdout=PIPE)
    told, _ = await killing.communicate()
    kills, halves = map(int, told.split())
    assert halves == 0
    return kills


def lay(folder: Path, last: str) -> None:
    """Lay the migrations before `last`, and `last`, in a folder."""
    for name, text in migrations(MIGRATIONS).items():
        if name <= last:
            (folder / name).write_text(text, encoding="utf-8")


async def test_numbers_in_the_open_are_moved_into_ciphers_or_an_upgrade_changes_nothing(
    server, keys, tmp_path
):
    lay(tmp_path, "0024")
    dsn = await make_database(server, "in_the_open")
    conn = await asyncpg.connect(dsn)
    await migrate(conn, keys, tmp_path)
    async with open_pool(dsn, keys) as pool:
        async with hand(pool, NOW).writing("test.town") as (signed, _):
            await signed.execute(TOWN)
        await sealed(pool)
        async with hand(pool, NOW).writing("test.corrected") as (signed, _):
            await signed.execute(CORRECTED)
        said = await conn.fetchval(SAID)
    assert {ID, NATIONAL, AUX, PHONE, KIN} <= set(re.findall(r"[GL]?\d{11,}", said))

    number = "SELECT number FROM student_identity"
    assert await conn.fetchval(number) == "990101201703150239"
    await conn.close()
    lay(tmp_path, "0024_cipher.sql")
    assert await killed(dsn, keys, tmp_path, 5) >= 5
    conn = await asyncpg.connect(dsn)
    assert await conn.fetchval(WALLED) == 8
    lay(tmp_path, "0039_z")
    await migrate(conn, keys, tmp_path)
    await conn.close()
    lay(tmp_path, "0040_paper_ciphers.sql")
    assert await killed(dsn, keys, tmp_path, 2) >= 12
    conn = await asyncpg.connect(dsn)
    said = "SELECT count(*) FROM paper WHERE said IS NOT NULL AND content <> '{}'"
    assert await conn.fetchval(said) == 1

    await migrate(conn, keys)
    assert await conn.fetchval(WALLED) == 8
    await conn.close()
    async with open_pool(dsn, keys) as pool:
        row = await pool.fetchrow(OPENED)
        assert tuple(row) == ("990101201703150239", NATIONAL, AUX, PHONE, KIN)
        papers = [tuple(row) for row in await pool.fetch(PAPERS)]
        assert [row[0] for row in papers] == [5, 6]
        assert json.loads(papers[0][1]) == json.loads(SAID_THERE)
        assert papers[0][2:] == (ANCHOR, f"PK{KIN}".encode())
        assert papers[1][1:] == (None, None, None)
        assert all(KIN not in row[0] for row in await pool.fetch(IN_THE_OPEN))
        # Nothing of them is left in the journal, and it still proves what it said.
        hidden = await pool.fetchval(SAID)
        assert not re.findall(r"19900000\d{3}|990101201703", hidden)
        assert '赵\\"phone\\": \\"大山' in hidden
        await sealed(pool)
        (check,) = [c for c in await journal.verify(desk(pool, ADMIN)) if c.rows > 1]
        # Of a block that is not there: the anchor moved with the paper, and is compared.
        assert check.faults == ("锚点所记第99段不在，其后留痕被截去",)
        assert check.rows == 11
        forged = "UPDATE journal SET became = jsonb_set(became, '{kind}', '\"6\"')"
        await tamper(pool, f"{forged} WHERE relation = 'student_identity'")
        (check,) = [c for c in await journal.verify(desk(pool, ADMIN)) if c.rows > 1]
        assert len(check.faults) == 3
