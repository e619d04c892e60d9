"""关于函告学生×××未到校情况的函: to the township where the child is registered (27)."""

from typing import BinaryIO, Final

from docx.enum.text import WD_ALIGN_PARAGRAPH

from core.papers.letter import Line, write_letter
from core.papers.words import long_day, minute
from core.rules.hukou_letter import HukouLetter
from core.rules.paper import Addressee

CLOSING: Final = "特此函告。"
RIGHT: Final = WD_ALIGN_PARAGRAPH.RIGHT
LEFT: Final = WD_ALIGN_PARAGRAPH.LEFT


def write(out: BinaryIO, letter: HukouLetter) -> None:
    """Write the letter, on one sheet."""
    write_letter(out, letter.title, letter.school_name, letter.signed_on, lines(letter))


def lines(letter: HukouLetter) -> tuple[Line, ...]:
    """Return its paragraphs."""
    mandate = "（校长授权）" if letter.by_mandate else ""
    phone = f"（电话{letter.school_phone}）" if letter.school_phone else ""
    place = letter.hukou_place or f"区划代码{letter.hukou_code}"
    return (
        Line(letter.number, LEFT, indent=False),
        Line(f"{letter.sent_to}：", LEFT, indent=False),
        Line(
            f"户籍在贵辖区的学生{letter.student_name}（{letter.sex}，"
            f"{long_day(letter.born_on)}出生，户籍地{place}，监护人{letter.guardian}，"
            f"系其{letter.relation}），就读我校{letter.class_name}，"
            f"自{minute(letter.missed_at)}起未到校，未履行请假手续，已超过48小时。"
        ),
        Line(
            f"我校已以{letter.report_number}报告{letter.township_name}人民政府和"
            f"{Addressee.BUREAU.label}。请协助了解该生去向，共同做好劝返复学工作；"
            f"有关情况请告我校{phone}。"
        ),
        Line(CLOSING),
        Line(f"{letter.school_name}（盖章）", RIGHT, indent=False, keep=2),
        Line(long_day(letter.signed_on), RIGHT, indent=False, keep=4),
        Line(f"签发人：{letter.signed_by}{mandate}", LEFT, indent=False),
        Line(
            f"抄送：{letter.township_name}人民政府、{Addressee.BUREAU.label}",
            LEFT,
            indent=False,
        ),
    )
