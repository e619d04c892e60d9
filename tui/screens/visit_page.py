"""家访 to read: one version of a visit as it was recorded, and what a correction replaced.

Recording and correcting are visit's; here nothing is written.
"""

from core.papers.words import day, minute
from core.rules.visit_record import VisitLine, met_labels, roster_of
from tui.screens.text import TextPage


def page_of(name: str, line: VisitLine) -> TextPage:
    """Return the page of one version of a visit to a child."""
    return TextPage(
        f"第{line.number}次{line.method.label} {name} 第{line.version}版", _lines(line)
    )


def _lines(line: VisitLine) -> tuple[str, ...]:
    told = (
        ("家访时间", minute(line.visited_at)),
        ("家访人员", roster_of(line.members)),
        ("未参加原因", line.absent_reason),
        ("受访人", met_labels(line.met)),
        ("原因", line.cause.label if line.cause else ""),
        ("去向", line.whereabouts.label if line.whereabouts else ""),
        ("思想状况", line.mood),
        ("监护人意见", line.guardian_opinion),
        ("家访结果", line.result.label),
        ("约定返校", day(line.promised_on)),
        ("是否报警", line.police),
        ("补充说明", line.note),
        ("更正原因", line.reason),
        ("记录人", f"{line.entered_by} {minute(line.entered_at)}"),
    )
    replaced = () if line.newest else ("", "此版本已更正，以最新版本为准。")
    return ("", *(f"{label}：{words}" for label, words in told if words), *replaced)
