"""佐证 as a file: what it is of, who brings it, who checks it, and how long it proves anything.

The bytes and their cipher are the database's; what a step needs is in evidence_demand.
"""

from datetime import date, timedelta
from typing import Final

from core.rules.base import Coded, Note, Record, Words
from core.rules.change import ChangeKind
from core.rules.duty import Owes
from core.rules.errors import BadInput, NotYours, Refusal
from core.rules.evidence import EvidenceKind, EvidenceState, must_be_second_person
from core.rules.staff import Actor, Role
from core.rules.time import Moment
from core.rules.upload_kind import FileKind, kind_of

MAX_BYTES: Final = 2 * 1024 * 1024
TAKEN: Final = (FileKind.JPEG, FileKind.PNG, FileKind.PDF)
# 就读证明 is asked for anew each half year (domain.md 4.4 has 下次核实日期, and no figure).
VALID_FOR: Final = timedelta(days=180)
LAPSES: Final = frozenset({EvidenceKind.STUDY_CERTIFICATE})
# So long before it lapses somebody is asked for the next one.
ASKED_BEFORE: Final = timedelta(days=14)
KEPT_BY: Final = (Role.LEADER, Role.REGISTRAR)
BROUGHT_BY: Final = (
    (Role.CLASS_TEACHER, Owes.CLASS_TEACHER),
    (Role.REGISTRAR, Owes.REGISTRAR),
    (Role.LEADER, Owes.PRINCIPAL),
    (Role.OFFICE, Owes.OFFICE),
    (Role.GOVERNMENT, Owes.GOVERNMENT),
)
_ABOVE: Final = (Role.OFFICE, Role.BUREAU)


class About(Coded):
    """What a file proves."""

    CASE = "case", "个案"
    VISIT = "visit", "家访"
    CHANGE = "change", "异动"


class Subject(Record):
    """One thing of a child that a file may prove; `code` is its number, or its kind."""

    about: About
    id: int
    school_id: int
    # Of a 教学点: the school that checks its changes (19).
    parent_id: int | None
    code: Words
    at: Moment

    @property
    def called(self) -> str:
        """Return 个案2026-001, 家访第2次 or 异动转出."""
        return called(self.about, self.code)


class EvidenceLine(Record):
    """A file without its bytes; `size` in bytes."""

    township_id: int
    id: int
    student_id: int
    school_id: int
    parent_id: int | None
    about: About
    subject_id: int
    code: Words
    kind: EvidenceKind
    file_kind: FileKind
    size: int
    sha256: str
    valid_until: date | None
    brought_by: Owes
    attached_by: int
    attached_by_name: Words
    attached_at: Moment
    state: EvidenceState
    checked_by_name: str | None
    checked_at: Moment | None
    reason: Note

    @property
    def called(self) -> str:
        """Return 个案2026-001, 家访第2次 or 异动转出."""
        return called(self.about, self.code)

    def state_on(self, day: date) -> EvidenceState:
        """Return how far it has come: what has lapsed proves nothing any more."""
        lapsed = self.valid_until is not None and day > self.valid_until
        verified = self.state is EvidenceState.VERIFIED
        return EvidenceState.EXPIRED if verified and lapsed else self.state

    def may_check(self, actor: Actor) -> bool:
        """Tell whether a person may say that it holds."""
        place = {"township_id": self.township_id}
        if self.about is About.VISIT:
            roles = (*KEPT_BY, Role.OFFICE)
            return actor.holds(*roles, **place, school_id=self.school_id)
        parent = self.about is About.CHANGE and self.parent_id is not None
        if parent and actor.holds(*KEPT_BY, **place, school_id=self.parent_id):
            return True
        return actor.holds(*_ABOVE, **place, school_id=self.school_id)


def called(about: About, code: str) -> str:
    """Return what a file is of, in words."""
    if about is About.CHANGE:
        return f"{about.label}{ChangeKind.of(code).label}"
    return f"{about.label}第{code}次" if about is About.VISIT else f"{about.label}{code}"


class NotAProof(Refusal):
    """A file of another kind, or one too large, proves nothing to a counter."""

    def __init__(self) -> None:
        super().__init__(
            f"佐证只收 jpg、png、pdf，每份不超过{MAX_BYTES // 1024 // 1024}MB，"
            "请拍照或扫描后重新上传。"
        )


class NoSubject(BadInput):
    """The child has no such case, visit or change."""

    def __init__(self) -> None:
        super().__init__("没有这项个案、家访或异动，请核对后重选。")


class NoSuchCase(BadInput):
    """No case of that number is in sight, or more than one."""

    def __init__(self, number: str) -> None:
        super().__init__(
            f"没有编号为“{number[:20]}”的个案，或不止一个乡镇有此编号，请核对，或在个案页办理。"
        )


class NoEvidence(Refusal):
    """There is no such file in sight."""

    def __init__(self) -> None:
        super().__init__("没有这份佐证，请按F5刷新后核对。")


class CheckedAlready(Refusal):
    """Somebody has checked the file."""

    def __init__(self, state: EvidenceState) -> None:
        super().__init__(f"该佐证{state.label}，无须再核验。")


class RejectedWhy(BadInput):
    """A file that goes back without a reason cannot be put right."""

    def __init__(self) -> None:
        super().__init__("不予认可须写明原因，请填写后再提交。")


class LapsedAlready(BadInput):
    """A certificate that is over proves nothing."""

    def __init__(self) -> None:
        super().__init__("有效期不能早于今天，请核对日期或换一份有效的证明。")


def must_be_proof(data: bytes) -> FileKind:
    """Return what a file is; raises NotAProof, NotTaken or NotWhole."""
    if len(data) > MAX_BYTES:
        raise NotAProof
    kind = kind_of(data)
    if kind not in TAKEN:
        raise NotAProof
    return kind


def valid_until(kind: EvidenceKind, typed: date | None, today: date) -> date | None:
    """Return until when a file proves anything; None for ever.  Raises LapsedAlready."""
    if typed is not None and typed < today:
        raise LapsedAlready
    if typed is None and kind in LAPSES:
        return today + VALID_FOR
    return typed


def must_bring(actor: Actor, township_id: int, school_id: int, class_id: int) -> Owes:
    """Return in which post a person brings a file; raises NotYours."""
    place = {"township_id": township_id, "school_id": school_id}
    for role, owes in BROUGHT_BY:
        if actor.holds(role, **place, class_id=class_id):
            return owes
    raise NotYours("、".join(role.label for role, _ in BROUGHT_BY))


def checked_by(subject: Subject, brought_by: Owes) -> tuple[Owes, int]:
    """Return who owes the check, and for which school: never the post that brought it."""
    if subject.about is About.VISIT and brought_by is Owes.CLASS_TEACHER:
        return Owes.PRINCIPAL, subject.school_id
    if subject.about is About.CHANGE and subject.parent_id is not None:
        return Owes.REGISTRAR, subject.parent_id
    upward = brought_by is Owes.OFFICE and subject.about is not About.VISIT
    return Owes.BUREAU if upward else Owes.OFFICE, subject.school_id


def must_check(actor: Actor, line: EvidenceLine, reason: str, *, ok: bool) -> None:
    """Refuse a check by the wrong person, twice, or without the reason it goes back for.

    Raises NotYours, SamePerson, CheckedAlready, RejectedWhy.
    """
    if not line.may_check(actor):
        roles = (*KEPT_BY, Role.OFFICE) if line.about is About.VISIT else _ABOVE
        raise NotYours("、".join(role.label for role in roles))
    must_be_second_person(line.attached_by, actor.account_id)
    if line.state is not EvidenceState.PENDING:
        raise CheckedAlready(line.state)
    if not ok and not reason.strip():
        raise RejectedWhy
