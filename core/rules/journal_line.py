"""What the auditor reads: lines of the journal and of the read log, and one line in full.

Whole numbers, ciphers and bytes never leave for a screen.  Sealing is core/rules/journal's.
"""

import re
from datetime import date, datetime, time, timedelta
from types import MappingProxyType
from typing import Final, TypeAlias

from pydantic import JsonValue, TypeAdapter

from core.rules.base import Coded, Record
from core.rules.mask import mask_number, mask_phone
from core.rules.time import Moment, moment

# Lines of one reading; the rest is asked for from the last of them on.
MOST: Final = 200

_Body: TypeAlias = dict[str, JsonValue]
_READ: Final = TypeAdapter(_Body)
_CIPHER: Final = re.compile(r"cipher:[0-9a-f]+")
_BYTES: Final = re.compile(r"\\+x[0-9a-f]{16,}")
_IDENTITY: Final = re.compile(r"(?<!\d)\d{17}[0-9Xx](?!\d)")
_PHONE: Final = re.compile(r"(?<!\d)1[3-9]\d{9}(?!\d)")

# What a table is about; one that is not here goes by its own name.
_TABLES: Final = MappingProxyType(
    {
        "absence": "未到校",
        "account": "账号",
        "account_grant": "授权",
        "alarm": "报警",
        "area_child": "适龄儿童登记",
        "case_event": "个案经过",
        "case_step": "个案办理",
        "change": "异动",
        "class": "班级",
        "class_confirmation": "班级月报",
        "closure": "停课",
        "contact": "联系",
        "credential": "密码公钥",
        "delivery": "送达",
        "dropout_case": "个案",
        "duty": "待办",
        "enrolment": "学籍",
        "evidence": "证明材料",
        "guardian": "监护人",
        "guardian_phone": "监护人电话",
        "handover": "离任移交",
        "key_student": "重点生",
        "leave": "请假",
        "leaving_sign": "辍学迹象",
        "month_event": "月报办理",
        "month_report": "月报",
        "opening_figure": "期初数",
        "paper": "文书",
        "policy": "政策参数",
        "receipt": "签收",
        "roll": "点名",
        "roll_correction": "点名更正",
        "roll_mark": "点名记号",
        "roster_import": "名册导入",
        "school": "学校",
        "session_plan": "点名时段",
        "sign_out": "结束登录",
        "student": "学生",
        "student_group": "学生类别",
        "student_identity": "证件号",
        "student_phone": "学生电话",
        "term": "学期",
        "township": "乡镇",
        "village": "村",
        "visit": "家访",
        "visit_member": "家访人员",
    }
)
_KINDS: Final = MappingProxyType(
    {
        "export": "导出",
        "file": "学生页",
        "identity": "证件号",
        "journal": "留痕",
        "phone": "电话",
        "report": "书面报告",
        "search": "查找",
        "whereabouts": "外地就读",
    }
)


class Log(Coded):
    """Which of the two logs is read."""

    CHANGES = "changes", "改动记录"
    READS = "reads", "查看记录"


class Sought(Record):
    """What an auditor looks for; nothing given is everything within reach.

    Days are inclusive; `person` is a sign-in name or a name, `child` a name or the number
    of a student; `table` a table's name, in either language.
    """

    log: Log = Log.CHANGES
    township_id: int | None = None
    from_on: date | None = None
    to_on: date | None = None
    person: str | None = None
    act: str | None = None
    table: str | None = None
    child: str | None = None
    before_id: int | None = None
    most: int = MOST

    @property
    def from_at(self) -> datetime | None:
        """Return the first moment."""
        return None if self.from_on is None else moment(self.from_on, time.min)

    @property
    def to_at(self) -> datetime | None:
        """Return the moment after the last."""
        if self.to_on is None:
            return None
        return moment(self.to_on + timedelta(days=1), time.min)

    @property
    def told(self) -> str:
        """Return what was looked for as the read log keeps it: whose name is not in it."""
        child = self.child and (self.child if self.child.isdigit() else "姓名")
        given = (
            ("from", self.from_on),
            ("to", self.to_on),
            ("person", self.person),
            ("act", self.act),
            ("table", self.relation),
            ("child", child),
            ("before", self.before_id),
        )
        return " ".join((self.log.value, *(f"{k}={v}" for k, v in given if v is not None)))

    @property
    def relation(self) -> str | None:
        """Return the table's own name."""
        by_word = {word: name for name, word in _TABLES.items()}
        return None if self.table is None else by_word.get(self.table, self.table)


class JournalLine(Record):
    """One row of the journal as an auditor reads it; its sides are JSON, numbers masked."""

    id: int
    township_id: int
    at: Moment
    account_name: str
    signin_name: str
    act: str
    relation: str
    was: str | None
    became: str | None

    @property
    def about(self) -> str:
        """Return what its table is about."""
        return _TABLES.get(self.relation, self.relation)

    @property
    def how(self) -> str:
        """Return what became of the row."""
        if self.was is None:
            return "新增"
        return "删除" if self.became is None else "改动"


class ReadLine(Record):
    """One row of the read log: who read what of whom, when and what for."""

    id: int
    township_id: int
    at: Moment
    account_name: str
    signin_name: str
    kind: str
    subject: str
    purpose: str | None
    row_count: int | None
    sha256: str | None

    @property
    def about(self) -> str:
        """Return what kind of reading it was."""
        return _KINDS.get(self.kind, self.kind)


class Side(Record):
    """One column of a row: what it was, and what it became."""

    name: str
    was: str | None
    became: str | None


def masked(text: str) -> str:
    """Return a text without ciphers, bytes and whole numbers."""
    text = _BYTES.sub("（文件内容）", _CIPHER.sub("（密文）", text))
    text = _IDENTITY.sub(lambda found: mask_number(found[0]), text)
    return _PHONE.sub(lambda found: mask_phone(found[0]), text)


def sides(line: JournalLine) -> tuple[Side, ...]:
    """Return the columns of a row that were written; of a change, those that differ."""
    was, became = _body(line.was), _body(line.became)
    both = line.was is not None and line.became is not None
    return tuple(
        Side(name=name, was=_told(was, name), became=_told(became, name))
        for name in {**was, **became}
        if not both or was.get(name) != became.get(name)
    )


def _body(text: str | None) -> _Body:
    return {} if text is None else _READ.validate_json(text)


def _told(body: _Body, name: str) -> str | None:
    if name not in body or body[name] is None:
        return None
    value = body[name]
    return (
        value
        if isinstance(value, str)
        else TypeAdapter(JsonValue).dump_json(value).decode()
    )
