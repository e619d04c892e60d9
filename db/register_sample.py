"""A roster of children who do not exist, as long as a benchmark wants it.

The rows have the shape of register_roster's and come from a cursor like those; nothing is
stored.  The numbers are of region 99, which is nowhere.
"""

from collections.abc import AsyncIterator

from db.export import streamed
from db.pool import Conn
from db.register_roster import RosterRow

SAMPLE = """
    SELECT '青石镇第' || (n / 2000 + 1) || '小学' AS school_name, 2024 AS cohort,
           (n / 50) % 9 + 1 AS number, n % 50 + 1 AS seat_no,
           '赵' || chr(19968 + n % 20000) || chr(20000 + n % 9000) AS student_name,
           CASE n % 2 WHEN 0 THEN 'male' ELSE 'female' END AS sex,
           date '2017-01-01' + n % 365 AS born_on, '汉族' AS ethnicity,
           '9901012017' || lpad(n::text, 8, '0') AS identity_number,
           'G9901012017' || lpad(n::text, 8, '0') AS national_no, n % 3 = 0 AS boarder,
           '青石镇河东村' || n % 40 || '组' AS hukou_place,
           '河东村' || n || '号' AS address, '赵' || chr(20000 + n % 9000) AS guardian,
           '51' AS relation, '199' || lpad(n::text, 8, '0') AS phone, '[]' AS groups,
           'enrolled' AS status, NULL AS case_state
      FROM generate_series(1, $1::integer) n
"""


def sample(conn: Conn, pupils: int) -> AsyncIterator[tuple[RosterRow, ...]]:
    """Yield so many pupils as a roster's rows."""
    return streamed(conn, RosterRow, SAMPLE, pupils)
