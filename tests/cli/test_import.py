"""roster import as a shell runs it: what it says line by line, and what is in the database."""

import io
import re
import signal
import subprocess
import time
from contextlib import suppress
from pathlib import Path

import pytest
from openpyxl import load_workbook

from core.rules.staff import Role
from core.rules.staff_account import GrantPlace, NewAccount
from core.services import place, seat, staff
from tests.cli.program import ROOT, WORDS, call, environment, refused, start
from tests.papers import hostile
from tui.cli.table import run_words
from tui.settings import os_user

DATA = ROOT / "tests" / "data"
NATIONAL, MESSY = DATA / "roster-national.xlsx", DATA / "roster-messy.xlsx"
NINE_YEAR, RIVER = "3199010001", "2199010002"
NOTHING_NEW = "新增 0  变更 0  缺失 0  拒绝 0  提醒 0"
# Three title rows and the head: data row 8 of the list of faults is row 11 of the sheet.
FAULTS = [
    "拒绝 第11行 身份证号（990101********4151）：身份证号校验码不符",
    "拒绝 第23行 身份证号（990101********3024）：号码被存成数字，末几位已丢失",
    "拒绝 第35行 姓名：姓名为空",
    "拒绝 第47行 身份证号（990101********5600）：与第4行的身份证件号相同，只收第4行",
    "拒绝 第75行 姓名（曾?宇）：含有不可见的控制字符",
    "拒绝 第87行 姓名（=1+1）：疑为公式",
    "提醒 第61行 出生日期（2001-01-01）：与身份证号中的出生日期不一致，已按表中收入",
]
FACTS = """
SELECT (SELECT count(*) FROM student), (SELECT count(*) FROM enrolment),
       (SELECT count(*) FROM class), (SELECT count(*) FROM guardian),
       (SELECT count(*) FROM change), (SELECT count(*) FROM roster_import)
"""
# The program itself needs 90; what it reads a strange file with is another process.
MOST_MEGABYTES = 180


@pytest.fixture
async def town(pool):
    """Two schools without a pupil; whoever runs the test is the administrator."""
    front = seat.front_desk(pool)
    new = NewAccount(signin_name="guanli", name="管理员", os_user=os_user())
    await staff.add(front, new, GrantPlace(role=Role.ADMIN, township_id=0))
    admin = await seat.seat_by_name(front, "guanli")
    await place.add_township(admin, 990101100, "青石镇")
    await place.add_school(admin, NINE_YEAR, "青石镇九年一贯制学校", 990101100)
    await place.add_school(admin, RIVER, "河湾小学", 990101100)
    return pool


@pytest.fixture
def env(dsn, keys, tmp_path) -> dict[str, str]:
    return environment(tmp_path, BAOXUE_DSN=dsn, BAOXUE_KEY_FILE=str(keys.path))


async def facts(town) -> tuple[int, ...]:
    return tuple(await town.fetchrow(FACTS))


def take_in(
    env: dict[str, str], file: Path, school: str
) -> "subprocess.CompletedProcess[str]":
    return call(env, "roster", "import", str(file), "--school", school)


async def here(town, file: Path, school: str, *more: str) -> tuple[int, list[str], str]:
    """Run the same command in this process: its status, its lines and what it refused."""
    desk = await seat.seat_by_name(seat.front_desk(town), "guanli")
    out, err = io.BytesIO(), io.BytesIO()
    words = ["roster", "import", str(file), "--school", school, *more]
    status = await run_words(desk, words, _nothing, out, err, remote=False)
    return status, out.getvalue().decode().splitlines(), err.getvalue().decode()


def said(done: "subprocess.CompletedProcess[str]") -> list[str]:
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout.splitlines()


def peak_of(process: "subprocess.Popen[str]") -> float:
    """Return the most memory a process had, in megabytes, when it has ended."""
    peak = 0
    while process.poll() is None:
        with suppress(OSError):
            status = Path(f"/proc/{process.pid}/status").read_text()
            found = re.search(r"VmHWM:\s+(\d+) kB", status)
            peak = max(peak, int(found[1]) if found else 0)
        time.sleep(0.01)
    return peak / 1024


async def test_the_national_roster_is_taken_in_once(town, env):
    _, rehearsed, _ = await here(town, NATIONAL, NINE_YEAR, "--dry-run")
    assert rehearsed[-2:] == [
        "以上仅为核对，没有写入。",
        "新增 672  变更 0  缺失 0  拒绝 0  提醒 0",
    ]
    assert sum(line.startswith("新增 第") for line in rehearsed) == 672
    assert await facts(town) == (0, 0, 0, 0, 0, 0)
    lines = said(take_in(env, NATIONAL, NINE_YEAR))
    assert lines[0] == f"青石镇九年一贯制学校（{NINE_YEAR}）"
    assert lines[1].startswith("班级 15 个：")
    assert lines[2:] == ["新增 672  变更 0  缺失 0  拒绝 0  提醒 0"]
    after = await facts(town)
    assert after[:3] == (672, 672, 15)
    assert (await here(town, NATIONAL, NINE_YEAR))[1][-1] == NOTHING_NEW
    # Only the import itself is noted, the second time.
    assert await facts(town) == (*after[:5], 2)


async def test_a_missing_pupil_is_named_and_never_deleted(town, env, tmp_path):
    assert (await here(town, NATIONAL, NINE_YEAR))[1][-1].startswith("新增 672")
    book = load_workbook(NATIONAL)
    name = next(
        row[column].value
        for column, cell in enumerate(book.active[1])
        if cell.value == "姓名"
        for row in book.active.iter_rows(min_row=2, max_row=2)
    )
    book.active.delete_rows(2)
    book.save(tmp_path / "shorter.xlsx")
    lines = said(take_in(env, tmp_path / "shorter.xlsx", NINE_YEAR))
    assert lines[-1] == "新增 0  变更 0  缺失 1  拒绝 0  提醒 0"
    assert f"缺失 {name}：名册中没有，可能有异动，请核实后办理异动登记。" in lines
    assert (await facts(town))[:2] == (672, 672)


async def test_the_messy_roster_names_its_seven_faults_by_row(town, env):
    lines = said(take_in(env, MESSY, RIVER))
    assert lines[-1] == "新增 135  变更 0  缺失 0  拒绝 6  提醒 1"
    found = [line for line in lines if line.startswith(("拒绝", "提醒"))]
    assert [line.split("，请")[0] for line in found] == FAULTS
    assert (await facts(town))[:2] == (135, 135)
    again = (await here(town, MESSY, RIVER))[1]
    assert again[-1] == "新增 0  变更 0  缺失 0  拒绝 6  提醒 1"
    assert (await facts(town))[:2] == (135, 135)


async def test_another_schools_roster_is_refused_row_by_row(town, env):
    lines = said(take_in(env, NATIONAL, RIVER))
    assert lines[-1] == "新增 0  变更 0  缺失 0  拒绝 672  提醒 0"
    assert (await facts(town))[:2] == (0, 0)
    status, lines, refusal = await here(town, NATIONAL, "2199019999")
    assert (status, lines) == (1, [])
    assert "没有标识码为 2199019999 的学校" in refusal


async def test_a_hostile_file_is_one_sentence_and_changes_nothing(town, env, tmp_path):
    before = await facts(town)
    wide = hostile.workbook([[f"列{n}" for n in range(10_000)]])
    for name, data in (
        ("空.xlsx", b""),
        ("网页.xls", "<html><table><tr><td>姓名</td></tr></table></html>".encode()),
        ("加密.xls", hostile.xls([["姓名"]], locked=True)),
        ("宽.xlsx", wide),
        ("炸弹.xlsx", hostile.lying_bomb(400)),
    ):
        file = tmp_path / name
        file.write_bytes(data)
        process = subprocess.Popen(
            [*WORDS, "roster", "import", str(file), "--school", NINE_YEAR],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            cwd="/",
            env=env,
            text=True,
        )
        peak = peak_of(process)
        done = subprocess.CompletedProcess([], process.returncode, *process.communicate())
        assert refused(done).endswith("。"), name
        assert 0 < peak < MOST_MEGABYTES, name
    assert await facts(town) == before


async def test_two_imports_of_one_school_at_once_never_double_a_pupil(town, env):
    words = ("roster", "import", str(NATIONAL), "--school", NINE_YEAR)
    both = [start(env, *words) for _ in range(2)]
    ended = [(process.communicate()[0].decode(), process.returncode) for process in both]
    last = sorted((status, out.splitlines()[-1]) for out, status in ended)
    waited = (0, NOTHING_NEW)
    busy = (1, "他人正在保存同一内容，请稍候再按一次；已填内容没有丢失。")
    taken = (0, "新增 672  变更 0  缺失 0  拒绝 0  提醒 0")
    assert taken in last
    last.remove(taken)
    assert last in ([waited], [busy])
    assert (await facts(town))[:3] == (672, 672, 15)


@pytest.mark.parametrize("moment", ["已读取 5000 人", "已写入 5000/12000 人"])
async def test_a_long_import_says_how_far_it_is_and_is_stopped_by_one_key(
    town, env, tmp_path, moment
):
    # Long enough to be stopped in time, however slowly the one who stops it reads.
    rows = "".join(f"张三{n},男,2018-03-04,三(1)班,G99010{n:013}\n" for n in range(12_000))
    file = tmp_path / "long.csv"
    file.write_text(f"姓名,性别,出生日期,班级,学籍号\n{rows}", "utf-8")
    # A shell's background job, which these tests may be, ignores the key; a child would too.
    heard = signal.signal(signal.SIGINT, signal.default_int_handler)
    process = start(env, "roster", "import", str(file), "--school", RIVER)
    signal.signal(signal.SIGINT, heard)
    assert process.stdout is not None
    said = [process.stdout.readline().decode()]
    while not said[-1].startswith(moment) and said[-1]:
        said.append(process.stdout.readline().decode())
    process.send_signal(signal.SIGINT)
    rest, _ = process.communicate()
    assert (said[-1].startswith(moment), rest, process.returncode) == (True, b"", 130)
    assert await facts(town) == (0, 0, 0, 0, 0, 0)


async def test_a_path_typed_over_ssh_never_opens_a_file_of_the_server(pool):
    said = io.BytesIO()
    told = ["roster", "import", "/etc/passwd", "--school", "3199010001"]
    desk = seat.front_desk(pool)
    status = await run_words(desk, told, _nothing, io.BytesIO(), said, remote=True)
    assert (status, "标准输入" in said.getvalue().decode()) == (1, True)


async def _nothing(most: int) -> bytes:
    return b""
