"""export on the command line: where the bytes go, and what is refused before any are made."""

import stat
from io import BytesIO

import pytest
from openpyxl import load_workbook

from core.rules.errors import BadInput, Refusal
from core.rules.export import Gone, PurposeNeeded
from core.services import export as service
from tests.services.export_township import LI, NINE_YEAR, OFFICE, WANG, build, desk
from tui.cli.export import COMMANDS
from tui.cli.parser import HelpAsked, read
from tui.cli.table import GROUPS


class Channel:
    """An SSH channel: it takes bytes and is no file."""

    def __init__(self) -> None:
        self.data = b""

    def write(self, data: bytes, /) -> None:
        self.data += data


class Terminal(BytesIO):
    def isatty(self) -> bool:
        return True


async def nothing(limit: int) -> bytes:
    return b""


@pytest.fixture
async def town(pool):
    await build(pool)
    return pool


async def call(town, actor, *words: str, stdout=None):
    """Run a command; return what it wrote, and what it said."""
    command, args = read(COMMANDS, GROUPS, "", ["export", *words])
    out, err = BytesIO() if stdout is None else stdout, BytesIO()
    assert await command.run(desk(town, actor), args, nothing, out, err) == 0
    data = out.data if isinstance(out, Channel) else out.getvalue()
    return data, err.getvalue().decode()


async def test_a_roster_goes_to_standard_output_and_the_words_beside_it(town):
    data, said = await call(
        town, OFFICE, "roster", "--school", NINE_YEAR, "--purpose", "核对"
    )
    assert load_workbook(BytesIO(data)).active["A2"].value == "（内部版）"
    assert "3行" in said
    assert "export get" in said


async def test_full_is_the_submitted_edition_and_wants_a_purpose(town):
    with pytest.raises(PurposeNeeded):
        await call(town, WANG, "roster", "--full")
    data, said = await call(town, WANG, "roster", "--full", "--purpose", "报县局")
    assert "报送版" in said
    assert load_workbook(BytesIO(data)).active["A2"].value == "（报送版）"


async def test_a_terminal_gets_a_sentence_instead_of_a_workbook(town):
    with pytest.raises(BadInput, match=r"-o 文件.xlsx.*> 文件.xlsx"):
        await call(town, WANG, "leave", stdout=Terminal())
    assert await service.mine(desk(town, WANG)) == ()


async def test_a_file_is_written_whole_and_for_its_owner_only(town, tmp_path):
    wanted = tmp_path / "名册.xlsx"
    for out in (Terminal(), BytesIO()):
        data, said = await call(town, WANG, "leave", "-o", str(wanted), stdout=out)
        assert data == b""
        assert "已导出" in said
    (line, _) = await service.mine(desk(town, WANG))
    made = await service.fetched(desk(town, WANG), line.id)
    assert wanted.read_bytes() == made.data
    assert stat.S_IMODE(wanted.stat().st_mode) == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["名册.xlsx"]


async def test_a_file_that_cannot_be_written_is_a_sentence_before_anything_is_made(
    town, tmp_path
):
    for place, why in (
        (tmp_path / "无此目录" / "x.xlsx", "没有这个目录"),
        (tmp_path, "这是一个目录"),
    ):
        with pytest.raises(BadInput, match=f"（{why}），请换一个位置"):
            await call(town, WANG, "leave", "-o", str(place))
    assert await service.mine(desk(town, WANG)) == ()
    assert list(tmp_path.parent.glob(".*.part")) == list(tmp_path.iterdir()) == []


async def test_over_ssh_no_file_is_ever_written_on_the_server(town, tmp_path):
    wanted = tmp_path / "x.xlsx"
    for words in (("leave",), ("get", "1"), ("month", "2026-11")):
        with pytest.raises(BadInput, match="不能用 -o"):
            await call(town, WANG, *words, "-o", str(wanted), stdout=Channel())
    assert list(tmp_path.iterdir()) == []
    data, _ = await call(town, WANG, "leave", stdout=Channel())
    assert data.startswith(b"PK")


@pytest.mark.parametrize(
    "words",
    [
        ("attendance", "2026-11", "--class", "三年级（1）班"),
        ("leave", "--from", "2026-09-01", "--to", "2026-11-23"),
        ("absences", "--purpose", "自查"),
        ("school_age", "--purpose", "自查", "--class", "三年级（1）班"),
        ("suspected", "--purpose", "自查"),
        ("dropped", "--purpose", "自查", "--to", "2026-11-23"),
        ("visits", "--purpose", "自查", "--from", "2026-09-01"),
        ("changes", "--term", "2026-2027-1"),
        ("changes",),
    ],
)
async def test_every_register_comes_as_a_workbook(town, words):
    data, _ = await call(town, LI, *words)
    assert load_workbook(BytesIO(data)).active["A2"].value == "（内部版）"


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("attendance", "2026-13"), "应写成 2026-11"),
        (("attendance", "十一月"), "应写成 2026-11"),
        (("attendance",), "缺少参数"),
        (("changes", "--term", "2026-1"), "应写成 2026-2027-1"),
        (("leave", "--from", "明天"), "--from“明天”不正确"),
        (("month", "2026-11", "--kind", "county"), "可选"),
        (("month", "2026-11"), "尚未报送"),
        (("roster", "--school", "2199010002", "--purpose", "x"), "没有标识码为"),
    ],
)
async def test_what_cannot_be_taken_is_answered_with_what_to_type(town, words, told):
    with pytest.raises(Refusal, match=told):
        await call(town, WANG, *words)


async def test_an_export_is_listed_and_fetched_again_by_its_maker_only(town):
    data, _ = await call(town, WANG, "leave")
    listed, _ = await call(town, WANG, "list")
    number, at, name, _ = listed.decode().split("\t")
    assert at == "11-23 10:00"
    assert name == "青石镇九年一贯制学校请假登记册_20261123_内部版.xlsx"
    assert (await call(town, WANG, "get", number))[0] == data
    with pytest.raises(Gone):
        await call(town, OFFICE, "get", number)
    assert (await call(town, OFFICE, "list"))[0].decode().startswith("24小时内没有导出")


async def test_40_an_inspection_is_packed_on_the_command_line_and_over_ssh(town):
    days = ("--from", "2026-09-01", "--to", "2026-11-23")
    with pytest.raises(PurposeNeeded):
        await call(town, OFFICE, "inspection", *days)
    asked = ("inspection", *days, "--school", NINE_YEAR, "--purpose", "市督导检查")
    data, said = await call(town, OFFICE, *asked, stdout=Channel())
    book = load_workbook(BytesIO(data))
    assert book.sheetnames[0] == "目录"
    assert book.active["A1"].value == "青石镇九年一贯制学校迎检材料目录"
    assert "迎检材料" in said
    data, _ = await call(town, OFFICE, "inspection", "--full", "--purpose", "市督导检查")
    assert load_workbook(BytesIO(data)).active["A2"].value == "（报送版）"


def test_every_export_command_may_be_asked_for_over_ssh_and_explains_itself():
    assert {c.words[1] for c in COMMANDS} == {
        "roster",
        "attendance",
        "leave",
        "absences",
        "school_age",
        "suspected",
        "dropped",
        "visits",
        "changes",
        "month",
        "owing",
        "unreturned",
        "key_students",
        "inspection",
        "report",
        "list",
        "get",
    }
    for command in COMMANDS:
        assert command.remote
        with pytest.raises(HelpAsked, match="用法：./baoxue export"):
            read(COMMANDS, GROUPS, "", [*command.words, "--help"])
