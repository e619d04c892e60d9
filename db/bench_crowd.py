"""A class teacher for every class of a filled township, all with one password and one key.

Names may be made of characters that stand in nobody else's class and nowhere else in the
program, so that a single one of them betrays whose it is.  Only for throw-away databases,
as db/bench_town is.
"""

from typing import Final

from core.rules.staff import Role
from db.bench_faults import SYSTEM
from db.bench_town import QUIET, TOWNSHIP
from db.pool import Pool

# Above the accounts that a filled township has.
FIRST: Final = 1000

HEADS = """
      WITH heads AS (
           SELECT $2 + id AS account_id, 'head' || id AS signin_name, school_id, id AS class_id
             FROM class WHERE township_id = $1),
           who AS (
           INSERT INTO account (id, signin_name, name, must_change_password, created_at)
           SELECT account_id, signin_name, '钱' || chr((19968 + class_id)::integer), false,
                  now()
             FROM heads),
           secrets AS (
           INSERT INTO credential (account_id, kind, secret, added_at)
           SELECT account_id, kind, secret, now()
             FROM heads, (VALUES ('password', $3), ('ssh_key', $4)) AS s (kind, secret))
    INSERT INTO account_grant (account_id, role, township_id, school_id, class_id, from_on,
                               given_by, given_at)
    SELECT account_id, $5, $1, school_id, class_id, current_date - 1, 0, now() FROM heads
"""


async def hire_heads(pool: Pool, password_hash: str, public_key: str) -> None:
    """Give class n the class teacher `head<n>`."""
    async with pool.acquire() as conn, conn.transaction():
        await conn.execute(QUIET)
        await conn.execute(SYSTEM, TOWNSHIP)
        await conn.execute(
            HEADS, TOWNSHIP, FIRST, password_hash, public_key, Role.CLASS_TEACHER
        )


# A block of characters that no screen of the program and no usual name has.
FIRST_LETTER: Final = 0x3400
LETTERS_A_CLASS: Final = 64

RENAME = """
      WITH pupils AS (
           UPDATE student s
              SET name = chr($2 + (e.class_id * $3)::integer + e.seat)
                         || chr($2 + (e.class_id * $3)::integer + e.seat)
             FROM (SELECT student_id, class_id, seat_no::integer AS seat FROM enrolment
                    WHERE township_id = $1) e
            WHERE s.id = e.student_id)
    UPDATE account a SET name = chr($2 + ((a.id - $4) * $3)::integer)
     WHERE a.id > $4 AND a.system_of IS NULL
       AND EXISTS (SELECT FROM class c WHERE c.township_id = $1 AND c.id = a.id - $4)
"""


def letters_of(class_id: int) -> frozenset[str]:
    """Return the characters that only names of one class are made of, after `rename`."""
    first = FIRST_LETTER + class_id * LETTERS_A_CLASS
    return frozenset(chr(first + n) for n in range(LETTERS_A_CLASS))


async def rename(pool: Pool) -> None:
    """Name pupils and class teachers so that one character tells their class."""
    async with pool.acquire() as conn, conn.transaction():
        await conn.execute(QUIET)
        await conn.execute(RENAME, TOWNSHIP, FIRST_LETTER, LETTERS_A_CLASS, FIRST)
