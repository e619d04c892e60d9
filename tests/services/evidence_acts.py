"""Attaching and checking a file, as the tests of cases and of evidence do it."""

from uuid import uuid4

from core.rules.evidence import EvidenceKind
from core.rules.evidence_file import About
from core.rules.paper import PaperKind
from core.services import case_paper, evidence
from core.services.evidence import Proof
from tests.services.school_town import TOWNSHIP, XIAOYU, SchoolTown

# A scan, and the end.
JPEG = b"\xff\xd8\xff\xda\x00\x03\x01data\xff\xd9"
PNG = b"\x89PNG\r\n\x1a\n" + b"..." + b"\0\0\0\0IEND\xaeB`\x82"


async def bring(
    town: SchoolTown,
    who: str,
    kind: EvidenceKind,
    about: About = About.CASE,
    student_id: int = XIAOYU,
    data: bytes = JPEG,
) -> int:
    """Attach a file to the child's newest case, visit or change."""
    newest = f"SELECT max(id) FROM {TABLES[about]} WHERE student_id = $1"
    subject_id = await town.pool.fetchval(newest, student_id)
    proof = Proof(about=about, subject_id=subject_id, kind=kind)
    place = (TOWNSHIP, student_id)
    return await evidence.attach(await town.desk(who), place, proof, data, uuid4())


TABLES = {About.CASE: "dropout_case", About.VISIT: "visit", About.CHANGE: "change"}


async def check(
    town: SchoolTown, who: str, evidence_id: int, reason: str = "", *, ok: bool = True
) -> None:
    """Say that a file holds, or send it back."""
    desk = await town.desk(who)
    await evidence.check(desk, TOWNSHIP, evidence_id, reason, uuid4(), ok=ok)


async def proven(
    town: SchoolTown, kind: EvidenceKind, student_id: int = XIAOYU, who: str = "reg"
) -> None:
    """Let the school bring a file of the child's case, and 教管组 find that it holds."""
    brought = await bring(town, who, kind, student_id=student_id)
    await check(town, "office", brought)


async def photographed(town: SchoolTown, student_id: int = XIAOYU) -> None:
    """Let the class teacher bring a photograph of a child that is back."""
    await bring(town, "li", EvidenceKind.PHOTO, student_id=student_id)


async def determined(town: SchoolTown) -> None:
    """Let 教管组 bring 认定表, the bureau check it, and 一生一案 be issued."""
    brought = await bring(town, "office", EvidenceKind.DETERMINATION)
    await check(town, "bureau", brought)
    place, kind = (TOWNSHIP, XIAOYU), PaperKind.CASE_FILE
    await case_paper.issue(await town.desk("office"), place, kind, "", uuid4())
