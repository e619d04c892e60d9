"""文号: which series a paper is counted in, and how its number reads (docs/adr/0014).

A series is 发文机关 × 文种 × year.  Counting is db/paper_number's.
"""

from core.rules.base import Record, Words
from core.rules.paper import PaperKind


class Series(Record):
    """The papers of one kind that one organ issues in one year, counted from 1."""

    kind: PaperKind
    # The school that issues it; None is the township's government.
    school_id: int | None
    year: int
    # 发文机关代字: what stands before the year.
    mark: Words

    @property
    def key(self) -> str:
        """Return the name under which the series is counted."""
        issuer = "township" if self.school_id is None else self.school_id
        return f"{self.kind}-{issuer}-{self.year}"

    def at(self, serial: int) -> "PaperNumber":
        """Return the number at a place of the series."""
        text = number_text(self.mark, self.year, serial)
        return PaperNumber(series=self.key, serial=serial, text=text)


class PaperNumber(Record):
    """A number as given: its place, and its text as printed."""

    series: Words
    serial: int
    text: Words


def number_text(mark: str, year: int, serial: int | None) -> str:
    """Return 文号, e.g. 青九校报〔2026〕3号; blank until it is given at 签发."""
    return f"{mark}〔{year}〕{'　' if serial is None else serial}号"
