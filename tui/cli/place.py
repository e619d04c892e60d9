"""place: townships, villages and schools."""

from argparse import ArgumentParser, Namespace
from typing import Final

from core.rules.errors import BadInput
from core.rules.place import Combined, SchoolKind, class_name
from core.services import combined, place
from core.services.desk import Desk
from core.services.place import PlaceList
from tui.cli.command import Command, Sink, Source, say

_KINDS: Final = {kind.label: kind for kind in SchoolKind}


def _township_options(parser: ArgumentParser) -> None:
    parser.add_argument("code", type=int, metavar="代码", help="九位乡镇代码")
    parser.add_argument("name", metavar="名称")


def _village_options(parser: ArgumentParser) -> None:
    parser.add_argument("code", metavar="代码", help="十二位村代码")
    parser.add_argument("name", metavar="名称")


def _school_options(parser: ArgumentParser) -> None:
    parser.add_argument("code", metavar="标识码", help="十位学校标识码（教学点可用自编码）")
    parser.add_argument("name", metavar="名称")
    parser.add_argument(
        "--township", type=int, metavar="代码", required=True, help="九位乡镇代码"
    )
    parser.add_argument(
        "--kind", metavar="类别", help="类别（不写则由标识码判断）：" + "、".join(_KINDS)
    )
    parser.add_argument("--parent", metavar="标识码", help="教学点的隶属学校标识码")


async def add_township(
    desk: Desk, args: Namespace, stdin: Source, stdout: Sink, stderr: Sink
) -> int:
    """Make a township."""
    del stdin, stderr
    await place.add_township(desk, args.code, args.name)
    say(stdout, f"已添加乡镇 {args.code} {args.name}。")
    return 0


async def add_village(
    desk: Desk, args: Namespace, stdin: Source, stdout: Sink, stderr: Sink
) -> int:
    """Make a village."""
    del stdin, stderr
    await place.add_village(desk, args.code, args.name)
    say(stdout, f"已添加村 {args.code} {args.name}。")
    return 0


async def add_school(
    desk: Desk, args: Namespace, stdin: Source, stdout: Sink, stderr: Sink
) -> int:
    """Make a school."""
    del stdin, stderr
    if args.kind is not None and args.kind not in _KINDS:
        raise BadInput(f"没有“{args.kind}”这个类别，可选：{'、'.join(_KINDS)}。")
    kind = None if args.kind is None else _KINDS[args.kind]
    await place.add_school(desk, args.code, args.name, args.township, kind, args.parent)
    say(stdout, f"已添加学校 {args.code} {args.name}。")
    return 0


def _combined_options(parser: ArgumentParser) -> None:
    parser.add_argument("name", metavar="名称", help="如 复式一班")
    parser.add_argument("--school", metavar="标识码", required=True)
    parser.add_argument(
        "--class",
        dest="classes",
        metavar="班级",
        action="append",
        required=True,
        help="逐个写，如 --class 一年级（1）班 --class 二年级（1）班",
    )


def _end_options(parser: ArgumentParser) -> None:
    parser.add_argument("name", metavar="名称")
    parser.add_argument("--school", metavar="标识码", required=True)


async def add_combined(
    desk: Desk, args: Namespace, stdin: Source, stdout: Sink, stderr: Sink
) -> int:
    """Make a 复式班 of several classes."""
    del stdin, stderr
    await combined.combine(desk, args.school, args.name, args.classes)
    say(stdout, f"已设复式班 {args.name}：{'、'.join(args.classes)}，今后同屏点名。")
    return 0


async def end_combined(
    desk: Desk, args: Namespace, stdin: Source, stdout: Sink, stderr: Sink
) -> int:
    """Take a 复式班 apart."""
    del stdin, stderr
    await combined.part(desk, args.school, args.name)
    say(stdout, f"已撤销复式班 {args.name}，各班分别点名。")
    return 0


def _classes_of(one: Combined, found: PlaceList) -> str:
    return "、".join(
        class_name(c.cohort, c.number, found.today)
        for c in found.classes
        if (c.township_id, c.combined_id) == (one.township_id, one.id)
    )


async def listing(
    desk: Desk, args: Namespace, stdin: Source, stdout: Sink, stderr: Sink
) -> int:
    """List the place tree."""
    del args, stdin, stderr
    found = await place.listing(desk)
    for township in found.townships:
        say(stdout, f"{township.township_id}  {township.name}")
        for village in found.villages:
            if village.township_id == township.township_id:
                say(stdout, f"  村 {village.code}  {village.name}")
        for school in found.schools:
            if school.township_id != township.township_id:
                continue
            say(stdout, f"  {school.kind.label} {school.code}  {school.name}")
            names = [
                class_name(c.cohort, c.number, found.today)
                for c in found.classes
                if c.school_id == school.id
            ]
            if names:
                say(stdout, f"    {'、'.join(names)}")
            for one in found.combined:
                if one.school_id == school.id:
                    say(stdout, f"    复式班 {one.name}：{_classes_of(one, found)}")
    if not found.townships:
        say(stdout, "还没有乡镇，请用 place add township 添加。")
    return 0


COMMANDS: Final = (
    Command(("place", "add", "township"), "添加乡镇", add_township, _township_options),
    Command(("place", "add", "village"), "添加村", add_village, _village_options),
    Command(("place", "add", "school"), "添加学校", add_school, _school_options),
    Command(
        ("place", "add", "combined"),
        "设复式班：几个班同屏点名",
        add_combined,
        _combined_options,
    ),
    Command(("place", "end", "combined"), "撤销复式班", end_combined, _end_options),
    Command(("place", "list"), "列出乡镇、村、学校、班级", listing),
)
