"""What a monitor asks of the database: townships, open reports, versions, sizes."""

from collections.abc import Sequence
from datetime import datetime

from core.rules.base import Record
from core.rules.time import Moment
from db.pool import Conn
from db.rows import many


class ReportDue(Record):
    """A month's report that is owed."""

    township_id: int
    kind: str
    words: str
    due_at: Moment
    school_name: str | None


REPORTS_DUE = """
    SELECT d.township_id, d.kind, d.words, d.due_at, s.name AS school_name
      FROM duty d
      LEFT JOIN school s ON (s.township_id, s.id) = (d.township_id, d.school_id)
     WHERE d.township_id = ANY ($1) AND d.done_at IS NULL AND d.kind = ANY ($2)
     ORDER BY d.due_at, d.id
"""


async def reports_due(
    conn: Conn, townships: Sequence[int], kinds: Sequence[str]
) -> tuple[ReportDue, ...]:
    """Return the open duties of these kinds, nearest first."""
    rows = await conn.fetch(REPORTS_DUE, list(townships), list(kinds))
    return many(ReportDue, rows)


class Health(Record):
    """What the server says of itself."""

    server_version: int
    server_name: str
    now: datetime
    size_bytes: int


HEALTH = """
    SELECT current_setting('server_version_num')::integer AS server_version,
           current_setting('server_version') AS server_name,
           clock_timestamp() AS now,
           pg_database_size(current_database()) AS size_bytes
"""


async def health(conn: Conn) -> Health:
    """Return the server's version, time and size."""
    row = await conn.fetchrow(HEALTH)
    return Health.model_validate(dict(row or {}))


class Term(Record):
    """A township, and whether anybody runs rolls there."""

    township_id: int
    name: str
    schools: int


TERMS = """
    SELECT t.township_id, t.name,
           (SELECT count(*) FROM school s WHERE s.township_id = t.township_id) AS schools
      FROM township t
     ORDER BY t.township_id
"""


async def terms(conn: Conn) -> tuple[Term, ...]:
    """Return every township."""
    return many(Term, await conn.fetch(TERMS))


# An ERROR quotes the row it is about, and a logged statement its parameters.
LOG_SETTINGS = """
    SELECT w.name || '=' || w.good[1] AS told
      FROM (VALUES ('log_error_verbosity', ARRAY['terse']),
                   ('log_min_error_statement', ARRAY['panic', 'fatal']),
                   ('log_parameter_max_length', ARRAY['0']),
                   ('log_parameter_max_length_on_error', ARRAY['0'])) AS w (name, good)
     WHERE current_setting(w.name) <> ALL (w.good)
     ORDER BY 1
"""


async def loose_log_settings(conn: Conn) -> tuple[str, ...]:
    """Return the settings by which the server's log would hold children's data, put right."""
    return tuple(row["told"] for row in await conn.fetch(LOG_SETTINGS))
