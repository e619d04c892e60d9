"""case evidence: a file that proves something of a case's child; listed, taken out, checked."""

from argparse import ArgumentParser, Namespace
from collections.abc import Iterable
from datetime import date
from functools import partial
from typing import Final
from uuid import uuid4

from core.rules.errors import BadInput
from core.rules.evidence import EvidenceKind
from core.rules.evidence_file import MAX_BYTES, About, NoSubject, Subject
from core.services import evidence, evidence_view
from core.services.desk import Desk
from core.services.evidence import Proof
from tui.cli.command import Command, Sink, Source, say
from tui.cli.given import given
from tui.cli.hand_over import hand_over, output_option


def _kind(typed: str) -> EvidenceKind:
    """Return the kind that is called so; raises BadInput."""
    for kind in EvidenceKind:
        if typed in {kind.label, kind.value}:
            return kind
    called = "、".join(kind.label for kind in EvidenceKind)
    raise BadInput(f"没有“{typed[:20]}”这种佐证，可写：{called}。")


def _case_argument(parser: ArgumentParser) -> None:
    parser.add_argument("case", metavar="个案编号", help="如 2026-001")


def _number_argument(parser: ArgumentParser) -> None:
    _case_argument(parser)
    parser.add_argument(
        "number", type=int, metavar="佐证编号", help="case evidence list 列出的编号"
    )


def _add_options(parser: ArgumentParser) -> None:
    _case_argument(parser)
    parser.add_argument(
        "file",
        metavar="文件",
        nargs="?",
        help="jpg、png 或 pdf；不写或写 - 则读标准输入；经 SSH 时可写 上传/文件名",
    )
    parser.add_argument(
        "--kind",
        type=_kind,
        metavar="类别",
        required=True,
        help="、".join(kind.label for kind in EvidenceKind),
    )
    parser.add_argument("--visit", metavar="次", help="证明第几次家访（不写则为个案）")
    parser.add_argument("--change", action="store_true", help="证明该生最近一次异动")
    parser.add_argument(
        "--until", type=date.fromisoformat, metavar="日期", help="有效至，如 2027-01-31"
    )


def _check_options(parser: ArgumentParser) -> None:
    _number_argument(parser)
    parser.add_argument("--reject", metavar="原因", help="不予认可的原因；不写则为属实")


def _get_options(parser: ArgumentParser) -> None:
    _number_argument(parser)
    output_option(parser)


def _subject(subjects: Iterable[Subject], args: Namespace) -> Subject:
    """Return what the arguments name; the newest comes first (NoSubject)."""
    about, code = About.CASE, str(args.case)
    if args.visit is not None:
        about, code = About.VISIT, str(args.visit)
    elif args.change:
        about, code = About.CHANGE, ""
    for one in subjects:
        if one.about is about and code in {"", one.code}:
            return one
    raise NoSubject


async def add(
    desk: Desk, args: Namespace, stdin: Source, stdout: Sink, stderr: Sink
) -> int:
    """Attach a file."""
    del stderr
    place = await evidence_view.of_case(desk, args.case)
    seen = await evidence_view.view(desk, *place)
    subject = _subject(seen.subjects, args)
    remote = bool(getattr(args, "remote", False))
    data = await given(desk, args.file, stdin, MAX_BYTES, remote=remote)
    proof = Proof(
        about=subject.about,
        subject_id=subject.id,
        kind=args.kind,
        valid_until=args.until,
    )
    number = await evidence.attach(desk, place, proof, data, uuid4())
    say(stdout, f"已提供{subject.called}的{proof.kind.label}，编号{number}，待另一人核验。")
    return 0


async def listing(
    desk: Desk, args: Namespace, stdin: Source, stdout: Sink, stderr: Sink
) -> int:
    """List the files of a case's child, and what is still wanted."""
    del stdin, stderr
    place = await evidence_view.of_case(desk, args.case)
    seen = await evidence_view.view(desk, *place)
    for line in seen.lines:
        state = line.state_on(seen.now.date()).label
        told = f"{line.attached_at:%m-%d %H:%M}\t{state}\t{line.called}\t{line.kind.label}"
        say(stdout, f"{line.id}\t{told}")
    for one in seen.wanted:
        say(stdout, f"{one.step}：{one.demand.called} {one.state.label}")
    if not seen.lines and not seen.wanted:
        say(stdout, "还没有佐证，现在也不需要。")
    return 0


async def get(
    desk: Desk, args: Namespace, stdin: Source, stdout: Sink, stderr: Sink
) -> int:
    """Hand over a file as it was sent in."""
    del stdin
    township_id, _ = await evidence_view.of_case(desk, args.case)
    make = partial(evidence_view.take, desk, township_id, args.number, uuid4())
    return await hand_over(make, args, stdout, stderr)


async def check(
    desk: Desk, args: Namespace, stdin: Source, stdout: Sink, stderr: Sink
) -> int:
    """Say that a file holds, or send it back."""
    del stdin, stderr
    township_id, _ = await evidence_view.of_case(desk, args.case)
    ok = args.reject is None
    key = (township_id, args.number)
    await evidence.check(desk, *key, args.reject or "", uuid4(), ok=ok)
    say(stdout, "已核验。" if ok else "已退回提供人。")
    return 0


COMMANDS: Final = (
    Command(("case", "evidence", "add"), "提供佐证", add, _add_options, remote=True),
    Command(
        ("case", "evidence", "list"),
        "列出佐证，还缺什么",
        listing,
        _case_argument,
        remote=True,
    ),
    Command(("case", "evidence", "get"), "取出一份佐证", get, _get_options, remote=True),
    Command(("case", "evidence", "check"), "核验佐证", check, _check_options, remote=True),
)
