"""One cell of a roster understood: a number, a day, a name, an address.

Cells come as people type them: full-width, as Excel's numbers, with stray spaces.  Each
function raises BadInput with the sentence that says what to type instead.  Most cells need
none of that care: those are told by one expression, and taken as they stand.
"""

import math
import re
import unicodedata
from datetime import date, datetime, timedelta
from typing import Final, TypeAlias

from core.rules.base import HOSTILE
from core.rules.errors import BadInput

Cell: TypeAlias = str | float | int | bool | date | None

BLANK: Final = frozenset({"", "无", "暂无", "没有", "/", "-", "--", "—", "#N/A", "NULL"})
LINE_LONGEST: Final = 100
NAME_LONGEST: Final = 50
# A double keeps fifteen digits; Excel writes noughts for the rest.
DIGITS_KEPT: Final = 10**15
EXCEL_EPOCH: Final = date(1899, 12, 30)
# 1954 to 2119: a number in this range can only be Excel's count of days.
SERIALS: Final = range(20_000, 80_000)
# Only what stands at the ends and cannot be meant: a control character is not trimmed.
SPACES: Final = " \u3000\u00a0"
DOTS: Final = re.compile("[•‧∙⋅・･．]|(?<=[^\\x00-\\x7f])\\.(?=[^\\x00-\\x7f])")
_DATE: Final = re.compile(
    r"(\d{4}) ?(?:年|[-/.]) ?(\d{1,2}) ?(?:月|[-/.]) ?(\d{1,2}) ?日?(?:[T ][\d:.]+)?",
    re.ASCII,
)
# 2019-08-16 and 20190816: both are ISO's, and most days are written so.
_ISO_DAY: Final = re.compile(r"\d{4}(-?)\d\d\1\d\d", re.ASCII)
_SERIAL: Final = re.compile(r"(\d{5})(?:\.\d+)?", re.ASCII)
_EXPONENT: Final = re.compile(r"\d(\.\d+)?E\+?\d+", re.ASCII)
_PHONE: Final = re.compile(r"\+?\d[\d-]{4,19}", re.ASCII)
_BREAKS: Final = re.compile(r"[\t\r\n]+")
_LATIN: Final = re.compile("[A-Za-z]")
# Nothing to fold, to trim or to refuse: such a cell is taken as it stands.
_PLAIN_NAME: Final = re.compile("[\u4e00-\u9fff]{1,50}")
_PLAIN_NUMBER: Final = re.compile(r"[A-Z]?\d{15,18}X?", re.ASCII)
_PLAIN_PHONE: Final = re.compile(r"1\d{10}", re.ASCII)


def text(cell: Cell) -> str:
    """Return what a cell shows, without spaces at its ends; a whole number has no point."""
    if isinstance(cell, str):
        return cell.strip(SPACES)
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "是" if cell else "否"
    if isinstance(cell, float) and math.isfinite(cell) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, date):
        return cell.isoformat()[:10]
    return str(cell)


def folded(cell: Cell) -> str:
    """Return a cell half-width, in capitals and without spaces: for numbers and codes."""
    return "".join(unicodedata.normalize("NFKC", text(cell)).split()).upper()


def checked(found: str) -> str:
    """Return a text that may stand on one line.  Raises BadInput."""
    if HOSTILE.search(found):
        raise BadInput("含有不可见的控制字符，请删去后重填。")
    if len(found) > LINE_LONGEST:
        raise BadInput("超过100字，请缩短。")
    return found


def line(cell: Cell) -> str | None:
    """Return a short text such as an address, a line break in the cell made a space."""
    if cell is None:
        return None
    found = text(cell)
    if HOSTILE.search(found):
        found = _BREAKS.sub(" ", found).strip(SPACES)
    if found.upper() in BLANK:
        return None
    # Other scripts' spaces are stripped as well, once it is known that none is a control.
    return checked(found).strip() or None


def name(cell: Cell) -> str | None:
    """Return a person's name; never NFKC, which would rewrite rare characters.

    Spaces inside a Chinese name are padding and go; the dot of a minority name is `·`.
    """
    if cell is None or (isinstance(cell, str) and _PLAIN_NAME.fullmatch(cell)):
        return cell
    found = text(cell)
    if not found:
        return None
    if HOSTILE.search(found):
        raise BadInput("含有不可见的控制字符，请删去后重填。")
    if found[0] in "=+-@＝＋－＠":
        raise BadInput("疑为公式，请填写姓名。")
    if not any(unicodedata.category(mark)[0] in "LC" for mark in found):
        raise BadInput("不是姓名，请填写姓名。")
    found = " ".join(DOTS.sub("·", found).split())
    if not _LATIN.search(found):
        found = found.replace(" ", "")
    if len(found) > NAME_LONGEST:
        raise BadInput("超过50字，请核对。")
    return found


def number(cell: Cell) -> str | None:
    """Return the number of a document; one that Excel kept as a number has lost digits."""
    if cell is None or (isinstance(cell, str) and _PLAIN_NUMBER.fullmatch(cell)):
        return cell
    found = folded(cell).lstrip("'")
    if found in BLANK:
        return None
    rounded = isinstance(cell, float | int) and abs(cell) >= DIGITS_KEPT
    if rounded or _EXPONENT.fullmatch(found):
        raise BadInput("号码被存成数字，末几位已丢失，请将该列设为文本格式后重新填写。")
    if HOSTILE.search(found):
        raise BadInput("含有不可见的控制字符，请删去后重填。")
    return found


def day(cell: Cell) -> date | None:
    """Return a date in any of the ways rosters write one, Excel's count included."""
    if isinstance(cell, datetime):
        return cell.date()
    if cell is None or isinstance(cell, date):
        return cell
    found = " ".join(unicodedata.normalize("NFKC", text(cell)).split())
    if found in BLANK:
        return None
    try:
        if _ISO_DAY.fullmatch(found):
            return date.fromisoformat(found)
        if parts := _DATE.fullmatch(found):
            return date(int(parts[1]), int(parts[2]), int(parts[3]))
    except ValueError:
        raise BadInput("没有这一天，请核对日期。") from None
    whole = _SERIAL.fullmatch(found)
    if whole and int(whole[1]) in SERIALS:
        return EXCEL_EPOCH + timedelta(days=int(whole[1]))
    raise BadInput("日期无法识别，请按2019-08-16的样式填写。")


def phone(cell: Cell) -> str | None:
    """Return the first telephone number of a cell."""
    if cell is None or (isinstance(cell, str) and _PLAIN_PHONE.fullmatch(cell)):
        return cell
    shown = unicodedata.normalize("NFKC", text(cell)).replace(" ", "").lstrip("'")
    if shown.upper() in BLANK:
        return None
    first = re.split(r"[/、,;\n]", shown)[0]
    if not _PHONE.fullmatch(first):
        raise BadInput("电话号码无法识别，未收入，请核对。")
    return first
