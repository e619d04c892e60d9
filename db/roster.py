"""What a roster changes on disk: children, guardians, classes and enrolments, set-based."""

from collections.abc import Sequence
from datetime import date
from functools import partial

from core.rules.base import Record
from core.rules.cipher import Held, whole
from core.rules.pinyin import Pinyin
from core.rules.roster_record import Pupil
from db.pool import Conn

# Between its statements an import thinks for seconds, on a slow machine for many.
BE_PATIENT = "SELECT set_config('idle_in_transaction_session_timeout', '120s', true)"


async def be_patient(conn: Conn) -> None:
    """Let this transaction think for longer than others may."""
    await conn.execute(BE_PATIENT)


# A foreign key is checked by a statement planned once, by what is known of its table's size.
# Of a new school's classes nothing is known yet, and each check would read all of them.
# Where another import is at it, the checks are slower and no less true.
MEASURE_CLASSES = "SELECT seat.measure_classes()"


async def measure_classes(conn: Conn) -> None:
    """Let the server see how many classes there are, those of this transaction included."""
    await conn.execute(MEASURE_CLASSES)


NUMBERS_LAST = "SET CONSTRAINTS student_identity_number_once DEFERRED"


async def look_at_numbers_last(conn: Conn) -> None:
    """Let children of this transaction exchange their identity numbers."""
    await conn.execute(NUMBERS_LAST)


IDS = "SELECT nextval(pg_get_serial_sequence('student', 'id')) FROM generate_series(1, $1)"


async def new_ids(conn: Conn, count: int) -> tuple[int, ...]:
    """Return fresh student ids, so that one statement a table can follow."""
    return tuple(row[0] for row in await conn.fetch(IDS, count))


class Placed(Record):
    """A child about to be written: id, facts, and how the name is found and sorted."""

    student_id: int
    pupil: Pupil
    pinyin: Pinyin


PUT_STUDENTS = """
    INSERT INTO student (township_id, id, name, sex, born_on, ethnicity, pinyin,
                         pinyin_key, national_cipher, national_mark, aux_cipher,
                         hukou_code, hukou_place, address)
    SELECT $1, i.id, i.name, i.sex, i.born_on, i.ethnicity,
           string_to_array(i.pinyin, ' '), i.pinyin_key, i.national_cipher,
           i.national_mark, i.aux_cipher, i.hukou_code, i.hukou_place, i.address
      FROM unnest($2::bigint[], $3::text[], $4::text[], $5::date[], $6::text[], $7::text[],
                  $8::text[], $9::text[], $10::text[], $11::text[], $12::enciphered[],
                  $13::enciphered[])
        AS i (id, name, sex, born_on, ethnicity, pinyin, pinyin_key, hukou_code,
              hukou_place, address, national_place, national_cipher, national_mark,
              national_county, aux_place, aux_cipher, aux_mark, aux_county)
        ON CONFLICT (township_id, id)
        DO UPDATE SET name = excluded.name, sex = excluded.sex, born_on = excluded.born_on,
                      ethnicity = excluded.ethnicity, pinyin = excluded.pinyin,
                      pinyin_key = excluded.pinyin_key,
                      national_cipher = excluded.national_cipher,
                      national_mark = excluded.national_mark,
                      aux_cipher = excluded.aux_cipher, hukou_code = excluded.hukou_code,
                      hukou_place = excluded.hukou_place, address = excluded.address
"""
PUT_IDENTITIES = """
    INSERT INTO student_identity (township_id, student_id, kind, cipher, mark, county_mark)
    SELECT $1, i.id, i.kind, i.cipher, i.mark, i.county_mark
      FROM unnest($2::bigint[], $3::text[], $4::enciphered[])
        AS i (id, kind, place, cipher, mark, county_mark)
        ON CONFLICT (township_id, student_id)
        DO UPDATE SET kind = excluded.kind, cipher = excluded.cipher,
                      mark = excluded.mark, county_mark = excluded.county_mark
     WHERE (student_identity.kind, student_identity.mark)
           IS DISTINCT FROM (excluded.kind, excluded.mark)
"""
PUT_PHONES = """
    INSERT INTO student_phone (township_id, student_id, cipher, mark)
    SELECT $1, i.id, i.cipher, i.mark
      FROM unnest($2::bigint[], $3::enciphered[]) AS i (id, place, cipher, mark, county)
        ON CONFLICT (township_id, student_id)
        DO UPDATE SET cipher = excluded.cipher, mark = excluded.mark
     WHERE student_phone.mark <> excluded.mark
"""
# Who comes to a child that had guardians is a change as of $9; a name put right is none.
PUT_GUARDIANS = """
      WITH input AS (
           SELECT * FROM unnest($2::bigint[], $3::smallint[], $4::text[], $5::text[],
                                $6::boolean[], $7::text[], $8::enciphered[])
               AS i (student_id, ordinal, name, relation, is_guardian, address, place,
                     cipher, mark, county)),
           put AS (
           INSERT INTO guardian (township_id, student_id, ordinal, name, relation,
                                 is_guardian, address, changed_on)
           SELECT $1, student_id, ordinal, name, relation, is_guardian, address,
                  CASE WHEN is_guardian AND EXISTS (
                            SELECT FROM guardian o
                             WHERE (o.township_id, o.student_id) = ($1, input.student_id))
                       THEN $9::date END
             FROM input
               ON CONFLICT (township_id, student_id, ordinal)
               DO UPDATE SET name = excluded.name, relation = excluded.relation,
                             is_guardian = excluded.is_guardian, address = excluded.address
        RETURNING id, student_id, ordinal)
    INSERT INTO guardian_phone (township_id, guardian_id, cipher, mark)
    SELECT $1, put.id, input.cipher, input.mark
      FROM put JOIN input USING (student_id, ordinal)
     WHERE input.cipher IS NOT NULL
        ON CONFLICT (township_id, guardian_id)
        DO UPDATE SET cipher = excluded.cipher, mark = excluded.mark
     WHERE guardian_phone.mark <> excluded.mark
"""
DROP_GROUPS = """
    DELETE FROM student_group g
     USING unnest($2::bigint[]) AS i (id)
     WHERE g.township_id = $1 AND g.student_id = i.id
       AND NOT EXISTS (SELECT FROM unnest($3::bigint[], $4::text[]) AS k (id, kind)
                        WHERE (k.id, k.kind) = (g.student_id, g.kind))
"""
PUT_GROUPS = """
    INSERT INTO student_group (township_id, student_id, kind, detail)
    SELECT $1, i.id, i.kind, i.detail
      FROM unnest($2::bigint[], $3::text[], $4::text[]) AS i (id, kind, detail)
        ON CONFLICT (township_id, student_id, kind) DO UPDATE SET detail = excluded.detail
     WHERE student_group.detail IS DISTINCT FROM excluded.detail
"""


async def put(conn: Conn, township_id: int, placed: Sequence[Placed], day: date) -> None:
    """Write children, new or changed, with guardians and groups: one statement a table."""
    if not placed:
        return
    facts = [(one.student_id, one.pupil) for one in placed]
    of = partial(whole, township_id)
    await conn.execute(
        PUT_STUDENTS,
        township_id,
        [i for i, _ in facts],
        [p.name for _, p in facts],
        [p.sex for _, p in facts],
        [p.born_on for _, p in facts],
        [p.ethnicity for _, p in facts],
        [" ".join(one.pinyin.initials) for one in placed],
        [one.pinyin.key for one in placed],
        [p.hukou_code for _, p in facts],
        [p.hukou_place for _, p in facts],
        [p.address for _, p in facts],
        [of(Held.NATIONAL_NO, str(i), p.national_no) for i, p in facts],
        [of(Held.AUX_NO, str(i), p.aux_no) for i, p in facts],
    )
    numbered = [(i, p.identity) for i, p in facts if p.identity is not None]
    await conn.execute(
        PUT_IDENTITIES,
        township_id,
        [i for i, _ in numbered],
        [identity.kind for _, identity in numbered],
        [of(Held.IDENTITY, str(i), identity.number) for i, identity in numbered],
    )
    phones = [(i, p.phone) for i, p in facts if p.phone is not None]
    await conn.execute(
        PUT_PHONES,
        township_id,
        [i for i, _ in phones],
        [of(Held.PHONE, str(i), phone) for i, phone in phones],
    )
    kin = [(i, guardian) for i, p in facts for guardian in p.guardians]
    await conn.execute(
        PUT_GUARDIANS,
        township_id,
        [i for i, _ in kin],
        [g.ordinal for _, g in kin],
        [g.name for _, g in kin],
        [g.relation for _, g in kin],
        [g.is_guardian for _, g in kin],
        [g.address for _, g in kin],
        [of(Held.GUARDIAN_PHONE, f"{i}/{g.ordinal}", g.phone) for i, g in kin],
        day,
    )
    groups = [(i, group) for i, p in facts for group in p.groups]
    ids, kinds = [i for i, _ in groups], [g.kind for _, g in groups]
    await conn.execute(DROP_GROUPS, township_id, [i for i, _ in facts], ids, kinds)
    await conn.execute(PUT_GROUPS, township_id, ids, kinds, [g.detail for _, g in groups])
