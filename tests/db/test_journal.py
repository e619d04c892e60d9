"""What the database writes down of itself: who changed which rows, once each."""

from uuid import uuid4

import asyncpg
import pytest

from db.transaction import signed_transaction
from tests.db.children import AT, CHILDREN, OP, SIGNATURE, TOWN, TOWNSHIP

PHONE = "INSERT INTO student_phone VALUES ($1, 1, '\\x01', '\\x02')"
FACTS = """
SELECT township_id, at, account_id, op_id, act, relation, was ->> 'name' AS was,
       became ->> 'name' AS became
  FROM journal WHERE relation = 'student' ORDER BY id
"""


@pytest.fixture
async def town(pool):
    other = SIGNATURE.model_copy(update={"op_id": uuid4()})
    async with signed_transaction(pool, other) as (conn, _):
        await conn.execute(TOWN)
    return pool


async def facts(pool) -> list[tuple[object, ...]]:
    return [tuple(row) for row in await pool.fetch(FACTS)]


def signed(was: str | None, became: str | None) -> tuple[object, ...]:
    return (TOWNSHIP, AT, 0, OP, "test.act", "student", was, became)


async def test_each_row_of_a_statement_is_journalled_once_and_signed(town):
    async with signed_transaction(town, SIGNATURE) as (conn, _):
        await conn.execute(CHILDREN, 3)
        await conn.execute("UPDATE student SET name = '钱二' WHERE id = 2")
        await conn.execute("UPDATE student SET name = name")
        await conn.execute("DELETE FROM student WHERE id <> 2")
    found = await facts(town)
    assert found[:3] == [signed(None, "赵1"), signed(None, "赵2"), signed(None, "赵3")]
    assert found[3] == signed("赵2", "钱二")
    assert found[4:] == [signed("赵1", None), signed("赵3", None)]


async def test_the_whole_row_is_kept_to_the_letter(town):
    async with signed_transaction(town, SIGNATURE) as (conn, _):
        await conn.execute(CHILDREN, 1)
        await conn.execute("DELETE FROM student")
    whole = """
        {"township_id": 990101100, "id": 1, "name": "赵1", "sex": "male",
         "born_on": "2018-03-04", "ethnicity": null, "pinyin": ["z"], "pinyin_key": "zhao",
         "national_cipher": null, "national_mark": null, "aux_cipher": null,
         "hukou_code": null, "hukou_place": null, "address": null}
    """
    kept = "SELECT became = $1::text::jsonb FROM journal WHERE became IS NOT NULL"
    gone = "SELECT was = $1::text::jsonb FROM journal WHERE was IS NOT NULL"
    assert await town.fetchval(f"{kept} AND relation = 'student'", whole) is True
    assert await town.fetchval(f"{gone} AND relation = 'student'", whole) is True


async def test_an_unsigned_row_fails_and_an_unsigned_statement_without_rows_does_not(town):
    async with signed_transaction(town, SIGNATURE) as (conn, _):
        await conn.execute(CHILDREN, 1)
    # Never signed, and signed before: the settings are missing, or empty.
    for _ in range(2):
        async with town.acquire() as conn:
            await conn.execute(CHILDREN, 0)
            await conn.execute("DELETE FROM student WHERE id = 99")
            with pytest.raises(asyncpg.PostgresError, match=r"ledger|invalid input syntax"):
                await conn.execute(PHONE, TOWNSHIP)
            with pytest.raises(asyncpg.PostgresError, match=r"ledger|invalid input syntax"):
                await conn.execute("DELETE FROM student")
    assert await facts(town) == [signed(None, "赵1")]
