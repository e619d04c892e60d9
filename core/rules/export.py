"""Exports: which papers there are, who may have them made, and when a purpose is asked.

What a paper's columns are is in core/papers; the rows are read by db/register_*.
"""

from datetime import date, timedelta
from types import MappingProxyType
from typing import Final

from core.rules.base import Coded, Note, Record
from core.rules.errors import BadInput, NotYours, Refusal
from core.rules.month import ReportKind
from core.rules.paper import Edition
from core.rules.staff import Actor, Role, Scope
from core.rules.time import Moment

KEPT_FOR: Final = timedelta(hours=24)
MAX_BYTES: Final = 20 * 1024 * 1024
# Above so many rows a purpose is asked in any edition (safety.md, exports).
ASKS_ABOVE: Final = 200
# Above so many rows the workbook is made in a process of its own.
LARGE: Final = 2_000


class Listing(Coded):
    """The papers that are filled from the database."""

    ROSTER = "roster", "学生花名册"
    ATTENDANCE = "attendance", "学生考勤月表"
    LEAVE = "leave", "请假登记册"
    ABSENCES = "absences", "疑似辍学、辍学学生台账"
    VISITS = "visits", "家访劝返记录"
    CHANGES = "changes", "学生异动花名册"
    MONTH = "month", "月报表"
    UNRETURNED = "unreturned", "未返校学生名单"
    INSPECTION = "inspection", "迎检材料"
    KEY_STUDENTS = "key_students", "重点生名册"


class MonthPaper(Coded):
    """Which of a month's two papers: what was filed, or who filed and who did not (39)."""

    TABLE = "table", "月报表"
    OWING = "owing", "应报未报情况表"


class Ledger(Coded):
    """The three ledgers that a county keeps, each a part of a listing."""

    SCHOOL_AGE = "school_age", "适龄儿童台账"
    SUSPECTED = "suspected", "疑似辍学学生台账"
    DROPPED = "dropped", "辍学学生台账"

    @property
    def listing(self) -> Listing:
        """Return the listing whose rows it takes."""
        return Listing.ROSTER if self is Ledger.SCHOOL_AGE else Listing.ABSENCES


def ledgers_of(listing: Listing) -> tuple[Ledger, ...]:
    """Return the ledgers that a listing may be made as."""
    return tuple(ledger for ledger in Ledger if ledger.listing is listing)


# Papers with identity numbers, 学籍号 or telephones: masked, or whole for a purpose.
GUARDED: Final = frozenset(
    {
        Listing.ROSTER,
        Listing.ABSENCES,
        *(Listing.CHANGES, Listing.UNRETURNED, Listing.KEY_STUDENTS),
        Listing.INSPECTION,
    }
)
# Disability, poverty, and what was said at home stand in these, whatever the edition.
SENSITIVE: Final = frozenset(
    {
        *(Listing.ROSTER, Listing.ABSENCES, Listing.VISITS),
        *(Listing.KEY_STUDENTS, Listing.INSPECTION),
    }
)

_OF_SCHOOLS: Final = (
    Role.LEADER,
    Role.REGISTRAR,
    Role.OFFICE,
    Role.GOVERNMENT,
    Role.BUREAU,
    Role.SUPERVISION,
)
_OF_CLASSES: Final = (Role.CLASS_TEACHER, *_OF_SCHOOLS)
# A year of a school with everything that was corrected in it: for those who answer for
# the school, and for those who inspect it.
_OF_YEARS: Final = (Role.LEADER, Role.OFFICE, Role.BUREAU, Role.SUPERVISION)
# Short enough for the message line of a screen.
_WHO: Final = MappingProxyType(
    {
        _OF_SCHOOLS: "学校、教管组或上级",
        _OF_CLASSES: "班主任、学校、教管组或上级",
        _OF_YEARS: "校领导、教管组、基教科或督导室",
    }
)


class Asked(Record):
    """An export as a person asks for it; `last_on` is the last day covered."""

    listing: Listing
    edition: Edition = Edition.INTERNAL
    purpose: Note = ""
    school_code: str | None = None
    # A class by its name, as it is typed, or by its id, as it is chosen from a list.
    class_label: str | None = None
    class_id: int | None = None
    # The first day of the month of 考勤月表 and 月报.
    month: date | None = None
    term: str | None = None
    from_on: date | None = None
    last_on: date | None = None
    kind: ReportKind = ReportKind.BUREAU
    paper: MonthPaper = MonthPaper.TABLE
    # One of the three ledgers, rather than the whole listing.
    ledger: Ledger | None = None

    @property
    def label(self) -> str:
        """Return what the paper is called."""
        return self.listing.label if self.ledger is None else self.ledger.label

    @property
    def full_numbers(self) -> bool:
        """Tell whether whole numbers leave the system with it."""
        return self.edition is Edition.SUBMITTED and self.listing in GUARDED


class ExportLine(Record):
    """An export that can still be fetched, without its bytes; `size` in bytes."""

    id: int
    township_id: int
    file_name: str
    purpose: str
    full_numbers: bool
    row_count: int
    size: int
    sha256: str
    made_at: Moment

    @property
    def gone_at(self) -> Moment:
        """Return when it can no longer be fetched."""
        return self.made_at + KEPT_FOR


class Exported(Record):
    """An export with its bytes."""

    line: ExportLine
    data: bytes


class PurposeNeeded(Refusal):
    """Whole numbers, sensitive columns and long lists are given for a purpose only."""

    def __init__(self) -> None:
        super().__init__(
            f"完整号码、敏感信息或超过{ASKS_ABOVE}行须注明用途，请填写（命令行用 --purpose）。"
        )


class TooLarge(Refusal):
    """The workbook is larger than what is kept and handed out."""

    def __init__(self) -> None:
        super().__init__(
            f"导出内容超过{MAX_BYTES // 1024 // 1024}MB，请按学校或缩短时间分次导出。"
        )


class TooSlow(Refusal):
    """The export took longer than the server gives to one."""

    def __init__(self) -> None:
        super().__init__("导出超时，未生成文件，请按学校或缩短时间分次导出。")


class NothingThere(Refusal):
    """There is nothing of which a paper could be made."""


class Gone(Refusal):
    """The export is somebody else's, was never made, or is more than a day old."""

    def __init__(self) -> None:
        super().__init__("没有这份导出，或已超过24小时被清除，请重新导出。")


def may_export(listing: Listing, edition: Edition) -> tuple[Role, ...]:
    """Return whose grants count for a paper.

    A class teacher has the papers of the class; whole numbers leave through the school.
    """
    if listing is Listing.INSPECTION:
        return _OF_YEARS
    whole = edition is Edition.SUBMITTED and listing in GUARDED
    return _OF_SCHOOLS if whole or listing is Listing.MONTH else _OF_CLASSES


def printers() -> tuple[Role, ...]:
    """Return who prints an issued paper: it carries whole numbers by its nature."""
    return _OF_SCHOOLS


def scope_for(actor: Actor, listing: Listing, edition: Edition) -> Scope:
    """Return what a person may export: the part of their sight that such grants give.

    Raises NotYours when none of their grants does.
    """
    roles = may_export(listing, edition)
    held = tuple(grant for grant in actor.grants if grant.role in roles)
    if not held:
        raise NotYours(_WHO[roles])
    return actor.model_copy(update={"grants": held}).scope


def must_tell_purpose(asked: Asked, rows: int = 0) -> None:
    """Refuse an export that says not what it is for, where that is asked (PurposeNeeded)."""
    if asked.purpose.strip():
        return
    if asked.full_numbers or asked.listing in SENSITIVE or rows > ASKS_ABOVE:
        raise PurposeNeeded


def month_of(text: str) -> date:
    """Return the first day of `2026-11`; raises BadInput."""
    year, _, month = text.strip().partition("-")
    try:
        return date(int(year), int(month), 1)
    except ValueError as error:
        raise BadInput(f"月份“{text[:20]}”不正确，应写成 2026-11。") from error


def term_of(key: str) -> tuple[int, int]:
    """Return (school year, number) of `2026-2027-1`; raises BadInput."""
    parts = key.strip().split("-")
    if len(parts) == 3 and all(part.isascii() and part.isdigit() for part in parts):  # noqa: PLR2004
        first, second, number = (int(part) for part in parts)
        if second == first + 1 and number in {1, 2}:
            return first, number
    raise BadInput(f"学期“{key[:20]}”不正确，应写成 2026-2027-1。")
