"""The commands as an operator types them, on an empty home and on a shared database.

On the embedded database each is a real process; what is refused, of which there is more, is
typed in this process, on the shared one.
"""

import io
import json
import os
import pty
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from functools import partial
from itertools import count

import asyncssh
import pytest

from tests.cli.program import ADMIN, ROOT, WORDS, call, environment, refused, start
from tui.__main__ import main
from tui.settings import os_user
from tui.widgets.cells import cell_len

TOWNSHIP, SCHOOL, VILLAGE = "990101100", "3199010001", "990101100201"
NATIONAL = ROOT / "tests" / "data" / "roster-national.xlsx"
SHOUTED = r"\b(?!JSON\b)[A-Z]{4,}\b"
_number = count(1)
Done = subprocess.CompletedProcess[str]
Typed = Callable[..., Done]


@pytest.fixture
def embedded(open_folder) -> Iterator[dict[str, str]]:
    """Somebody with an empty home and no database yet."""
    home = open_folder / f"c{next(_number)}"
    yield environment(home)
    shutil.rmtree(home, ignore_errors=True)


@pytest.fixture
def shared(dsn, keys, tmp_path) -> dict[str, str]:
    """Somebody whose BAOXUE_DSN names a migrated database."""
    return environment(tmp_path, BAOXUE_DSN=dsn, BAOXUE_KEY_FILE=str(keys.path))


@pytest.fixture
def typed(capsys, monkeypatch, tmp_path) -> Typed:
    """Type a command in this process; nothing of this machine's settings counts."""
    monkeypatch.setenv("BAOXUE_HOME", str(tmp_path))
    monkeypatch.delenv("BAOXUE_DSN", raising=False)

    def run(*words: str, given: bytes = b"") -> Done:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(given)))
        status = main(words)
        return Done(words, status, *capsys.readouterr())

    return run


def commands(typed: Typed, *path: str) -> Iterator[tuple[str, ...]]:
    """Yield every command below a word of the tree, as its menus list them."""
    out = typed(*path, "--help").stdout
    if "命令：" not in out:
        yield path
        return
    menu = out.partition("命令：")[2].partition("\n\n")[0]
    for word in re.findall(r"^  ([a-z]+) ", menu, re.MULTILINE):
        yield from commands(typed, *path, word)


# --- help and refusals that need no database


def test_every_command_explains_itself_in_chinese(typed):
    found = list(commands(typed))
    for known in ("place add township", "staff disable", "roster import", "export month"):
        assert tuple(known.split()) in found
    for known in ("serve", "open", "migrate", "sweep", "status", "doctor", "demo"):
        assert (known,) in found
    for words in found:
        done = typed(*words, "--help")
        assert (done.returncode, done.stderr) == (0, ""), words
        assert done.stdout.startswith(f"用法：./baoxue {' '.join(words)} [-h]"), words
        assert done.stdout == typed(*words, "-h").stdout
        # No English but the words one types: options, commands, endings, JSON.
        english = re.findall(rf"usage|positional|options|show this|{SHOUTED}", done.stdout)
        assert english == [], done.stdout
        assert max(map(cell_len, done.stdout.splitlines())) <= 80
    told = typed("roster", "import", "--help").stdout.splitlines()
    # What each is for stands in one column: a Chinese character is two cells.
    lines = [(line, re.split(" {2,}", line)[-1]) for line in told if line.startswith("  -")]
    assert [words for _, words in lines] == [
        "显示这份说明",
        "学校标识码",
        "只核对，不写入",
    ]
    assert {cell_len(line) - cell_len(words) for line, words in lines} == {19}
    assert "--as 登录名" in told[-1]


def test_a_command_reads_neither_the_screens_nor_ssh(tmp_path):
    seen = (
        "import sys, tui.cli.program; print({'asyncssh', 'textual.app'} & set(sys.modules))"
    )
    done = subprocess.run(
        [*WORDS[:2], "-c", seen], env=environment(tmp_path), capture_output=True, check=True
    )
    assert done.stdout == b"set()\n"


def test_what_is_typed_wrongly_is_answered_with_what_to_type(typed):
    for line, sentence in (
        ("nonsense", "没有“nonsense”这个命令。请用 ./baoxue --help 查看有哪些命令。"),
        ("staff fire", "没有“fire”这个命令。请用 ./baoxue staff --help 查看有哪些命令。"),
        (
            "place add school",
            "缺少参数：标识码、名称、--township。请用 ./baoxue place add school --help 查看用法。",
        ),
        (
            "staff disable",
            "缺少参数：登录名。请用 ./baoxue staff disable --help 查看用法。",
        ),
        ("status --jso", "不认识的参数：--jso。请用 ./baoxue status --help 查看用法。"),
        ("place add township x 镇", "代码“x”不正确。"),
        ("staff grant li --role 班主任 --to 明天", "--to“明天”不正确。"),
        ("export month 1 --kind x", "--kind 不能是“x”，可选：bureau、office。"),
        ("status --as", "--as 后面要写登录名。"),
    ):
        assert refused(typed(*line.split())).startswith(sentence), line
    for words in ((), ("help",), ("place",), ("place", "add", "help")):
        done = typed(*words)
        assert (done.returncode, done.stderr) == (0, "")
        assert done.stdout.startswith("用法：./baoxue ")


def test_a_wrong_address_for_the_demonstration_is_told_before_it_is_built(typed, tmp_path):
    assert refused(typed("demo", "--serve", "8022")).startswith("监听地址“8022”不正确")
    assert list(tmp_path.iterdir()) == []


def test_a_database_that_is_not_there_is_a_sentence(typed, monkeypatch):
    for dsn in ("postgresql://127.0.0.1:1/none", "nonsense"):
        monkeypatch.setenv("BAOXUE_DSN", dsn)
        assert refused(typed("status")).startswith("连接不上数据库")


# --- from an empty database to a school with its people


AT = ("--township", TOWNSHIP)
AT_SCHOOL = ("--school", SCHOOL)
TOWN = ("place", "add", "township", TOWNSHIP, "青石镇")
PLACE = ("place", "add", "school", SCHOOL, "青石镇九年一贯制学校", *AT)
ROSTER = ("roster", "import", "-", "--school", SCHOOL)
LI = ("staff", "add", "lixiuying", "李秀英", "--role", "班主任", "--school", SCHOOL)
THIRD = (*LI, "--class", "三年级（1）班", "--password-stdin")


def does(run: Typed, sentence: str, *words: str, given: bytes = b"") -> str:
    done = run(*words, given=given)
    assert (done.returncode, done.stderr) == (0, ""), done
    assert sentence in done.stdout
    return done.stdout


def set_up(run: Typed) -> None:
    """Make the first administrator, the places, a roster and a class teacher."""
    made = does(run, "已添加 管理员（guanli，系统管理员）。", *ADMIN)
    assert re.search(
        r"^初始密码：\w{12}（只显示这一次，首次登录须更换）$", made, re.MULTILINE
    )
    assert "下一步，建乡镇：./baoxue place add township" in made
    # From now on the operating-system user is that administrator.
    does(run, "已添加乡镇", *TOWN)
    does(run, "已添加学校", *PLACE)
    data = NATIONAL.read_bytes()
    does(run, "新增 672  变更 0  缺失 0  拒绝 0  提醒 0\n", *ROSTER, given=data)
    made = does(
        run, "已添加 李秀英（lixiuying，班主任）。", *THIRD, given=b"Qingshi7#tkz\n"
    )
    assert "密码" not in made


def looks(run: Typed, upkeep: str) -> None:
    """Look at what was set up, from the outside."""
    seen = run("staff", "list").stdout.splitlines()
    assert "guanli\t管理员\t系统管理员\t" in seen
    school = "青石镇 青石镇九年一贯制学校"
    # A class by the name that `staff add` took, not by its cohort.
    assert f"lixiuying\t李秀英\t班主任\t{school} 三年级（1）班" in seen
    state = run("status", "--json")
    assert (state.returncode, state.stderr, state.stdout.count("\n")) == (0, "", 1)
    told = json.loads(state.stdout)
    assert list(told) == [
        "now",
        "missing",
        "rolls_not_taken",
        "reports_due",
        "undelivered",
        "upkeep",
    ]
    assert told["upkeep"] == upkeep
    assert told["missing"] == []
    report = run("doctor").stdout.splitlines()
    assert {line.split()[0] for line in report} <= {"正常", "注意"}
    for words in ("PostgreSQL", "迁移齐全", "时钟", "青石镇：校历排到", "磁盘已用"):
        assert any(words in line for line in report), words


def test_an_empty_home_becomes_a_school_with_its_people(embedded):
    run = partial(call, embedded)
    set_up(run)
    looks(run, "还没有备份，请执行 ./baoxue backup 并设定时任务")


def test_a_shared_database_does_the_same_and_refuses_what_is_wrong(
    typed, monkeypatch, shared
):
    monkeypatch.setenv("BAOXUE_DSN", shared["BAOXUE_DSN"])
    monkeypatch.setenv("BAOXUE_KEY_FILE", shared["BAOXUE_KEY_FILE"])

    def refuses(sentence: str, *words: str, given: bytes = b"") -> None:
        assert sentence in refused(typed(*words, given=given))

    for words in (
        TOWN,
        ("status",),
        ("place", "list"),
        ("staff", "list"),
        ("export", "list"),
        # An empty server has no place either, but who makes places comes first.
        THIRD,
        ("staff", "add", "jiaoguan", "陈立", "--role", "教管组", *AT),
    ):
        refuses("还没有系统管理员", *words)
    set_up(typed)
    # A shared database's backups are its administrator's.
    looks(typed, "")
    for words in (("backup",), ("drill",), ("restore", "--to", "x")):
        refuses("由其管理员用 PostgreSQL 的工具备份和恢复", *words)
    refuses("登录名 guanli 已有人使用", *ADMIN)
    refuses("已绑定其他账号", *ADMIN[:2], "er", *ADMIN[3:], "--os-user", os_user())
    refuses("登录名应以小写字母开头", *ADMIN[:2], "Guanli", *ADMIN[3:])
    refuses("已存在", *TOWN)
    refuses("已存在", *PLACE)
    refuses("不正确", "place", "add", "school", "一二三", "某校", *AT)
    refuses("不能为空", "place", "add", "school", "2199010001", " ", *AT)
    does(typed, "已添加村", "place", "add", "village", VILLAGE, "河湾村")
    refuses("已存在", "place", "add", "village", VILLAGE, "河湾村")
    two = ("--class", "一年级（1）班", "--class", "二年级（1）班")
    both = ("place", "add", "combined", "复式一班", "--school", SCHOOL, *two)
    does(typed, "已设复式班 复式一班：一年级（1）班、二年级（1）班", *both)
    does(typed, "复式班 复式一班：一年级（1）班、二年级（1）班", "place", "list")
    refuses("已在一个复式班里", *both)
    does(typed, "各班分别点名", "place", "end", "combined", "复式一班", *AT_SCHOOL)
    refuses("没有名为“复式一班”", "place", "end", "combined", "复式一班", *AT_SCHOOL)
    refuses(
        "应为十二位数字", *ADMIN[:2], "cun", "张", "--role", "包村干部", "--village", "x"
    )
    refuses("容易被猜到", *THIRD[:2], "li", *THIRD[3:], given=b"Qingshi@2026\n")
    refuses("密码须为10至128位", *THIRD[:2], "li", *THIRD[3:], given=b"weak\n")
    refuses("现有班级：", *LI, "--class", "十年级（1）班")
    grant = ("staff", "grant", "lixiuying", "--role", "校领导", "--school", SCHOOL)
    days = ("--from", "2026-12-01", "--to", "2026-12-01")
    refuses("须晚于起始日期", *grant, *days)
    public = asyncssh.generate_private_key("ssh-ed25519").export_public_key()
    does(typed, "已为 lixiuying 添加公钥。", "staff", "key", "lixiuying", given=public)
    refuses(
        "请从标准输入给出一行 SSH 公钥", "staff", "key", "lixiuying", given=b"ssh-rsa x"
    )
    word = ("staff", "password", "lixiuying", "--password-stdin")
    does(typed, "下次登录须更换", *word, given=b"Hewan7#tkpz2\n")
    refuses("须由不同账号担任", *grant[:2], "lixiuying", "--role", "系统管理员")
    does(typed, "现在没有人登录。", "staff", "sessions")
    refuses("lixiuying 现在没有登录", "staff", "signout", "lixiuying")
    liu = ("liufang", "刘芳", "--role", "任课/包人教师", *AT_SCHOOL)
    does(typed, "已添加 刘芳", "staff", "add", *liu)
    refuses("没有登录名为 nobody", "staff", "leave", "liufang", "--to", "nobody")
    leave = ("staff", "leave", "liufang", "--to", "lixiuying")
    does(typed, "刘芳 已离任，由 李秀英 接任：青石镇九年一贯制学校 任课/包人教师；", *leave)
    does(typed, "已停用 lixiuying。", "staff", "disable", "lixiuying")
    # A line for each of her two posts, and one for who left.
    assert typed("staff", "list").stdout.count("已停用") == 3
    refuses("不能停用自己的账号", "staff", "disable", "guanli")
    refuses("open 需要在终端里运行。", "open")


def test_two_commands_at_once_share_the_embedded_database(embedded):
    # Both are the first command ever: one makes the cluster, one of them the administrator.
    first = [start(embedded, *ADMIN) for _ in range(2)]
    said = [process.communicate()[0].decode() for process in first]
    assert sorted(process.returncode for process in first) == [0, 1]
    assert sum("已添加 管理员" in out for out in said) == 1
    killed = start(embedded, "staff", "list")
    other = start(embedded, "place", "add", "township", TOWNSHIP, "青石镇")
    killed.kill()
    killed.communicate()
    assert "已添加乡镇" in other.communicate()[0].decode()
    assert "青石镇" in call(embedded, "place", "list").stdout


def test_a_workbook_is_not_written_to_a_terminal(shared):
    assert call(shared, *ADMIN).returncode == 0
    here, there = pty.openpty()
    done = subprocess.run(
        [*WORDS, "export", "roster"],
        check=False,
        stdout=there,
        stderr=subprocess.PIPE,
        cwd="/",
        env=shared,
    )
    os.close(there)
    os.close(here)
    assert done.returncode == 1
    assert "-o" in done.stderr.decode()
    assert done.stderr.count(b"\n") == 1
