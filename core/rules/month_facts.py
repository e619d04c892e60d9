"""A filed 月报: what it says, in one canonical text, from which its paper is made again.

Kinds, days, states and what is zero are month's.
"""

import hashlib
import json

from core.rules.balance import MonthLine
from core.rules.base import Record, Words
from core.rules.month import ReportKind, Window, ZeroFacts
from core.rules.time import Moment


class MonthFacts(Record):
    """Everything that a report prints, as frozen when it was filed."""

    kind: ReportKind
    school_id: int
    school_name: Words
    year: int
    month: int
    version: int
    window: Window
    lines: tuple[MonthLine, ...]
    zero: ZeroFacts
    is_zero: bool
    filed_at: Moment
    filed_by: Words
    # 代签 or 代录: how somebody else's hand came here.
    filed_as: str = ""
    notes: tuple[str, ...] = ()
    # 代录: where it came from, from whom, when (33).
    entered_for: str | None = None
    school_code: str = ""
    phone: str = ""
    # Where the journal's chain ended when it was filed.
    anchor: str = ""

    @property
    def canonical(self) -> str:
        """Return the one text of these facts: sorted keys, no spaces, UTF-8."""
        facts = self.model_dump(mode="json")
        return json.dumps(facts, ensure_ascii=False, sort_keys=True, separators=(",", ":"))

    @property
    def sha256(self) -> str:
        """Return the fingerprint of `canonical`, in hexadecimal."""
        return hashlib.sha256(self.canonical.encode()).hexdigest()
