"""The children a roster is compared with: the school's, and whoever bears its numbers."""

from collections.abc import Iterable
from datetime import date

from pydantic import Json

from core.rules.base import Record
from core.rules.cipher import Held, Whole
from core.rules.class_label import ClassKey
from core.rules.identity import Identity, IdKind
from core.rules.place import School
from core.rules.roster_record import KnownPupil, Pupil
from core.rules.student import EnrolmentStatus, Guardian, Sex, SpecialGroup
from db.pool import Conn


class KnownRow(Record):
    """A child on record as one row."""

    student_id: int
    school_code: str | None
    status: EnrolmentStatus
    missing: bool
    name: str
    sex: Sex
    born_on: date
    cohort: int
    number: int
    id_kind: IdKind | None
    id_number: str | None
    national_no: str | None
    aux_no: str | None
    seat_no: int | None
    ethnicity: str | None
    boarder: bool | None
    hukou_code: str | None
    hukou_place: str | None
    address: str | None
    phone: str | None
    guardians: Json[tuple[Guardian, ...]]
    # Each guardian's, in the same order.
    guardian_phones: tuple[str | None, ...]
    groups: Json[tuple[SpecialGroup, ...]]


# The school's children of today, and of the township whoever bears one of the numbers.
KNOWN = """
    SELECT s.id AS student_id, sc.code AS school_code, e.status,
           EXISTS (SELECT FROM absence a
                    WHERE (a.township_id, a.student_id) = (s.township_id, s.id)
                      AND a.ended_at IS NULL) AS missing, s.name, s.sex, s.born_on,
           c.cohort, c.number, i.kind AS id_kind,
           whole(s.township_id, 'identity', s.id::text, i.cipher) AS id_number,
           whole(s.township_id, 'national_no', s.id::text, s.national_cipher) AS national_no,
           whole(s.township_id, 'aux_no', s.id::text, s.aux_cipher) AS aux_no,
           e.seat_no, s.ethnicity, e.boarder, s.hukou_code, s.hukou_place,
           s.address, whole(s.township_id, 'phone', s.id::text, p.cipher) AS phone,
           (SELECT coalesce(jsonb_agg(jsonb_build_object(
                       'ordinal', g.ordinal, 'name', g.name, 'relation', g.relation,
                       'is_guardian', g.is_guardian, 'address', g.address)
                       ORDER BY g.ordinal), '[]')
              FROM guardian g
             WHERE (g.township_id, g.student_id) = (s.township_id, s.id)) AS guardians,
           ARRAY (SELECT whole(g.township_id, 'guardian_phone',
                               s.id || '/' || g.ordinal, gp.cipher)
                    FROM guardian g
                    LEFT JOIN guardian_phone gp
                      ON (gp.township_id, gp.guardian_id) = (g.township_id, g.id)
                   WHERE (g.township_id, g.student_id) = (s.township_id, s.id)
                   ORDER BY g.ordinal) AS guardian_phones,
           (SELECT coalesce(jsonb_agg(jsonb_build_object('kind', k.kind,
                                                         'detail', k.detail)
                                      ORDER BY k.kind), '[]')
              FROM student_group k
             WHERE (k.township_id, k.student_id) = (s.township_id, s.id)) AS groups
      FROM student s
      LEFT JOIN LATERAL (SELECT e.school_id, e.class_id, e.seat_no, e.boarder, e.status,
                                  e.to_on
                           FROM enrolment e
                          WHERE (e.township_id, e.student_id) = (s.township_id, s.id)
                            AND e.from_on <= $3
                          ORDER BY e.from_on DESC LIMIT 1) e ON true
      LEFT JOIN school sc ON (sc.township_id, sc.id) = (s.township_id, e.school_id)
                         AND (e.to_on IS NULL OR e.to_on > $3)
      JOIN class c ON (c.township_id, c.id) = (s.township_id, e.class_id)
      LEFT JOIN student_identity i ON (i.township_id, i.student_id) = (s.township_id, s.id)
      LEFT JOIN student_phone p ON (p.township_id, p.student_id) = (s.township_id, s.id)
     WHERE s.township_id = $1
       AND (s.id IN (SELECT student_id FROM enrolment
                      WHERE township_id = $1 AND school_id = $2 AND from_on <= $3
                        AND (to_on IS NULL OR to_on > $3))
            OR i.mark IN (SELECT mark FROM unnest($4::enciphered[]))
            OR s.national_mark IN (SELECT mark FROM unnest($5::enciphered[])))
     ORDER BY s.id
"""


def _known(row: KnownRow) -> KnownPupil:
    identity = None
    if row.id_kind is not None and row.id_number is not None:
        identity = Identity(kind=row.id_kind, number=row.id_number)
    return KnownPupil(
        student_id=row.student_id,
        school_code=row.school_code,
        status=row.status,
        missing=row.missing,
        pupil=Pupil(
            name=row.name,
            sex=row.sex,
            born_on=row.born_on,
            class_key=ClassKey(cohort=row.cohort, number=row.number),
            identity=identity,
            national_no=row.national_no,
            aux_no=row.aux_no,
            seat_no=row.seat_no,
            ethnicity=row.ethnicity,
            boarder=row.boarder,
            hukou_code=row.hukou_code,
            hukou_place=row.hukou_place,
            address=row.address,
            phone=row.phone,
            guardians=tuple(
                one.model_copy(update={"phone": phone})
                for one, phone in zip(row.guardians, row.guardian_phones, strict=True)
            ),
            groups=row.groups,
        ),
    )


async def known(
    conn: Conn, school: School, day: date, pupils: Iterable[Pupil]
) -> tuple[KnownPupil, ...]:
    """Return the children a roster is compared with."""
    asked = tuple(pupils)

    def of(held: Held, text: str) -> Whole:
        return Whole(school.township_id, held, None, text)

    rows = await conn.fetch(
        KNOWN,
        school.township_id,
        school.id,
        day,
        [of(Held.IDENTITY, p.identity.number) for p in asked if p.identity is not None],
        [of(Held.NATIONAL_NO, p.national_no) for p in asked if p.national_no is not None],
    )
    return tuple(_known(KnownRow.model_validate(dict(row))) for row in rows)
