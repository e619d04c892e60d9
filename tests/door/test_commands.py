"""Commands over the door: words in, bytes through, a status back."""

import asyncio

import asyncssh

from tests.story.terminal import dial
from tui.door import limits


async def run(house, command, stdin=None):
    async with dial(house.port, "li", password="pw-li") as conn:
        done = await conn.run(command, input=stdin, encoding=None)
        return done.exit_status, done.stdout, done.stderr


async def test_a_command_gets_its_words_and_its_status_travels(house):
    assert await run(house, "echo '一 二' --x") == (
        3,
        "7 ['一 二', '--x']".encode(),
        "说明\n".encode(),
    )


async def test_a_commands_input_is_binary_and_bounded(house):
    every = bytes(range(256)) * 1000
    assert await run(house, "copy 999999", every) == (0, every, b"")
    assert (await run(house, "copy 1000", every))[1] == every[:1000]


async def test_a_refused_command_says_why(house):
    status, out, err = await run(house, "dance")
    assert (status, out, err.decode().strip()) == (1, b"", "没有这个命令。")


async def test_unpaired_quotes_are_refused(house):
    status, _, err = await run(house, "echo 'x")
    assert status == 1
    assert "引号" in err.decode()


async def test_a_commands_fault_names_no_child(house):
    status, _, err = await run(house, "fault")
    assert status == 1
    assert "系统出错" in err.decode()
    assert "欧阳雨桐" not in err.decode() + str(house.events("fault"))


async def test_a_cut_command_is_stopped(house):
    async with dial(house.port, "li", password="pw-li") as conn:
        await conn.create_process("wait", encoding=None)
        task = next(iter(house.door.sessions)).task
        conn.abort()
        await asyncio.wait([task], timeout=5)
        assert task.cancelled()


async def test_without_a_terminal_there_is_a_sentence_instead(house):
    async with dial(house.port, "li", password="pw-li") as conn:
        done = await conn.run(encoding=None, stdin=asyncssh.DEVNULL)
        assert done.exit_status == 1
        assert "ssh -t" in done.stderr.decode()


async def test_input_that_no_command_asks_for_does_not_pile_up(house):
    async with dial(house.port, "li", password="pw-li") as conn:
        process = await conn.create_process("wait", encoding=None)
        process.stdin.write(b"x" * 5_000_000)
        await asyncio.sleep(0.3)
        intake = next(iter(house.door.sessions))._intake
        assert limits.UNCLAIMED <= len(intake._got) <= limits.UNCLAIMED + 64 * 1024
        conn.abort()
