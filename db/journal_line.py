"""What an auditor reads: rows of the journal and of the read log, newest first."""

from core.rules.journal_line import JournalLine, ReadLine, Sought, masked
from db.pool import Conn
from db.rows import many

# A password's hash and a file's bytes are nobody's to read.  A child is found by the rows
# that the journal has of it: the auditor sees no child's own.
SHOW = """
    SELECT j.id, j.township_id, j.at, a.name AS account_name, a.signin_name, j.act,
           j.relation, (j.was - 'secret' - 'bytes')::text AS was,
           (j.became - 'secret' - 'bytes')::text AS became
      FROM journal j
      JOIN account a ON a.id = j.account_id
     WHERE ($1::integer IS NULL OR j.township_id = $1)
       AND ($2::timestamptz IS NULL OR j.at >= $2)
       AND ($3::timestamptz IS NULL OR j.at < $3)
       AND ($4::text IS NULL OR $4 IN (a.signin_name, a.name))
       AND ($5::text IS NULL OR j.act LIKE $5 || '%')
       AND ($6::text IS NULL OR j.relation = $6)
       AND ($7::bigint IS NULL OR j.id < $7)
       AND ($8::text IS NULL
            OR CASE j.relation WHEN 'student' THEN coalesce(j.became, j.was) ->> 'id'
                               ELSE coalesce(j.became, j.was) ->> 'student_id' END
               IN (SELECT coalesce(s.became, s.was) ->> 'id' FROM journal s
                    WHERE s.relation = 'student'
                      AND $8 IN (coalesce(s.became, s.was) ->> 'id',
                                 coalesce(s.became, s.was) ->> 'name')))
     ORDER BY j.id DESC
     LIMIT $9
"""


async def show(conn: Conn, sought: Sought) -> tuple[JournalLine, ...]:
    """Return the newest rows of the journal first, within what this person may read."""
    found = await conn.fetch(
        SHOW,
        sought.township_id,
        sought.from_at,
        sought.to_at,
        sought.person,
        sought.act,
        sought.relation,
        sought.before_id,
        sought.child,
        sought.most,
    )
    return tuple(
        line.model_copy(
            update={
                "was": line.was and masked(line.was),
                "became": line.became and masked(line.became),
            }
        )
        for line in many(JournalLine, found)
    )


READS = """
    SELECT r.id, r.township_id, r.at, a.name AS account_name, a.signin_name, r.kind,
           r.subject, r.purpose, r.row_count, r.sha256
      FROM read_log r
      JOIN account a ON a.id = r.account_id
     WHERE ($1::integer IS NULL OR r.township_id = $1)
       AND ($2::timestamptz IS NULL OR r.at >= $2)
       AND ($3::timestamptz IS NULL OR r.at < $3)
       AND ($4::text IS NULL OR $4 IN (a.signin_name, a.name))
       AND ($5::text IS NULL OR r.kind LIKE $5 || '%')
       AND ($6::text IS NULL OR r.subject = 'student:' || $6)
       AND ($7::bigint IS NULL OR r.id < $7)
     ORDER BY r.id DESC
     LIMIT $8
"""


async def reads(conn: Conn, sought: Sought) -> tuple[ReadLine, ...]:
    """Return the newest rows of the read log first, within what this person may read."""
    found = await conn.fetch(
        READS,
        sought.township_id,
        sought.from_at,
        sought.to_at,
        sought.person,
        sought.act,
        sought.child,
        sought.before_id,
        sought.most,
    )
    return tuple(
        line.model_copy(
            update={
                "subject": masked(line.subject),
                "purpose": line.purpose and masked(line.purpose),
            }
        )
        for line in many(ReadLine, found)
    )
