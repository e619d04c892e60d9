"""The papers that tell of a whole case: 家访劝返记录表, 一生一案, and 商请函 (domain.md 4.5, 4.6).

What each says is put together in case_paper_said; frozen when it is issued, under a number
of its school's own series.  Numbers of people stand in them in part: 内部版.
"""

from datetime import date
from typing import Final

from core.rules.base import Record, Words
from core.rules.case import CaseState
from core.rules.errors import BadInput, NotYours, Refusal
from core.rules.paper import Addressee, PaperKind
from core.rules.staff import Acting, Actor, Post, Role
from core.rules.time import Moment

_FILE: Final = "file"
KINDS: Final = (PaperKind.VISIT_RECORD, PaperKind.CASE_FILE, PaperKind.REQUEST)
# What is asked for has to fit on one sheet with the rest of the letter.
LONGEST_ASKED: Final = 150
MADE_BY: Final = (Role.CLASS_TEACHER, Role.REGISTRAR, Role.LEADER, Role.OFFICE)
# What stands between the school's name and the year: 访, 案, 商.
_MARKS: Final = (
    (PaperKind.VISIT_RECORD, "访"),
    (PaperKind.CASE_FILE, "案"),
    (PaperKind.REQUEST, "商"),
)


class NoCaseEver(Refusal):
    """The child never had a case, so there is none to tell of."""

    def __init__(self) -> None:
        super().__init__("该生没有个案，没有可打印的案卷。")


class NoVisitYet(Refusal):
    """A record of no visit is no record."""

    def __init__(self) -> None:
        super().__init__("该个案还没有家访，请先登记家访，再打印记录表。")


class NoPaper(BadInput):
    """No issued paper of that 文号 is in sight, or more than one."""

    def __init__(self, number: str) -> None:
        super().__init__(
            f"没有文号为“{number[:40]}”的文书，或不止一份，请用 case papers 核对文号。"
        )


class AskedMissing(BadInput):
    """A letter asks for something by name."""

    def __init__(self) -> None:
        super().__init__(f"请写明商请协助的事项（{LONGEST_ASKED}字以内），再提交。")


class CaseHead(Record):
    """A child's newest case, open or closed, as its papers name it."""

    case_id: int
    number: Words
    state: CaseState
    school_id: int
    school_name: Words
    school_phone: str | None
    township_name: Words
    missed_at: Moment
    opened_at: Moment
    closed_at: Moment | None
    close_reason: str | None


class Block(Record):
    """A sheet of a record: its heading, and rows of (what, said)."""

    heading: Words
    rows: tuple[tuple[str, str], ...]


class CasePaper(Record):
    """What one of these papers says, frozen as it was issued; without number before."""

    kind: PaperKind
    number: str
    school_name: Words
    sent_to: str
    case_number: Words
    student_name: Words
    # Of a letter; a record has blocks instead.
    paragraphs: tuple[str, ...] = ()
    blocks: tuple[Block, ...] = ()
    issued_on: date | None = None
    issued_by: str = ""
    by_mandate: bool = False

    @property
    def title(self) -> str:
        """Return its title."""
        return title_of(self.kind, self.student_name)


def title_of(kind: PaperKind, student_name: str) -> str:
    """Return a paper's title; a 函 asks, a record tells."""
    if kind is PaperKind.REQUEST:
        return f"关于商请协助做好学生{student_name}劝返工作的函"
    return f"学生{student_name}{kind.label}"


def goes_to(kind: PaperKind) -> str:
    """Return where the one original goes: a record into the file, the letter out."""
    return Addressee.GOVERNMENT if kind is PaperKind.REQUEST else _FILE


def mark_of(kind: PaperKind, school_name: str) -> str:
    """Return the 代字 of a school's papers of a kind."""
    return f"{school_name}{dict(_MARKS)[kind]}"


def must_make(
    actor: Actor, kind: PaperKind, place: tuple[int, int, int], asked: str
) -> bool:
    """Refuse a paper by the wrong post, or a letter that asks nothing; tell of 校长授权.

    `place` is (township, school, class).  Raises NotYours, AskedMissing.
    """
    township_id, school_id, class_id = place
    if kind is not PaperKind.REQUEST:
        where = {"township_id": township_id, "school_id": school_id}
        actor.must_hold(*MADE_BY, **where, class_id=class_id)
        return False
    grant = actor.signs_for(school_id)
    if grant is None:
        raise NotYours(Post.PRINCIPAL.label)
    if not 0 < len(asked.strip()) <= LONGEST_ASKED:
        raise AskedMissing
    return grant.acting is Acting.SIGNATURE
