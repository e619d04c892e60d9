"""A township and made-up children, written as signed rows and by no service."""

from datetime import datetime
from uuid import UUID

from core.rules.time import SHANGHAI
from db.signature import Signature
from tests.hand import UNWALLED

TOWNSHIP = 990101100
OP = UUID("00000000-0000-4000-8000-000000000001")
AT = datetime(2026, 11, 23, 8, 30, tzinfo=SHANGHAI)
SIGNATURE = Signature(account_id=0, op_id=OP, act="test.act", badge=UNWALLED, at=AT)
TOWN = f"INSERT INTO township VALUES ({TOWNSHIP}, '青石镇', 1)"
CHILDREN = f"""
INSERT INTO student (township_id, id, name, sex, born_on, pinyin, pinyin_key)
SELECT {TOWNSHIP}, n, '赵' || n, 'male', '2018-03-04', ARRAY['z'], 'zhao'
  FROM generate_series(1, $1::integer) n
"""
SCHOOL = f"""
INSERT INTO school (township_id, id, code, name, kind, system, live_on)
VALUES ({TOWNSHIP}, 1, '2199010002', '河湾小学', 'primary', '6-3', '2026-09-01');
INSERT INTO class (township_id, id, school_id, cohort, number)
VALUES ({TOWNSHIP}, 1, 1, 2024, 1);
"""
