"""Announcing, as a process that may be killed: a message comes twice rather than never."""

import asyncio
import socket
from datetime import timedelta
from functools import partial
from operator import add

import pytest

from core.rules.announcement import Channel
from core.rules.errors import Refusal
from core.services import announce, seat
from core.services.announce import Carrier
from core.services.announce_mail import MailSecurity, MailServer, mail_to
from core.services.announce_robot import Robot, post_to
from db.pool import Pool
from tests.cli.program import call, environment, start
from tests.hand import hand
from tests.services.file_town import MONDAY
from tests.services.letterbox import mail_server, robot
from tests.services.school_town import TOWNSHIP, build
from tui.cli import doctor
from tui.cli.carriers import carriers
from tui.cli.errand import Errand
from tui.cli.worker import _sweep
from tui.settings import Settings, read_settings

OWE = """
INSERT INTO duty (township_id, kind, owed_by, student_id, subject_id, words, opened_at, due_at)
SELECT $1, 'alarm_office', 'office', 101, 1, '赵小雨', now(), now() RETURNING id
"""
COPY = "SELECT tries, sent_at IS NOT NULL, failure FROM dispatch"


@pytest.fixture
async def owed(pool: Pool) -> int:
    """An alarm that was told to 教管组 just now."""
    await build(pool)
    async with hand(pool, MONDAY).writing("test.owe") as (conn, _):
        return await conn.fetchval(OWE, TOWNSHIP)


async def test_killed_between_sending_and_marking_it_comes_again_under_the_same_key(
    pool, dsn, keys, owed, tmp_path
):
    with robot() as box:
        env = environment(
            tmp_path,
            BAOXUE_DSN=dsn,
            BAOXUE_KEY_FILE=str(keys.path),
            BAOXUE_WEBHOOK_URL=box.url,
        )
        sending = start(env, "announce")
        # It has handed the message over, and waits for the answer, when it dies.
        box.before = sending.kill
        await box.hears(1)
        await asyncio.to_thread(sending.communicate)
        assert sending.returncode == -9
        assert tuple(await pool.fetchrow(COPY)) == (1, False, None)
        box.before = None
        to = Carrier(Channel.ROBOT, "webhook", post_to(Robot(box.url)))
        # Nobody else begins while a try may still be under way.
        assert await announce.deliver(seat.front_desk(pool), [to]) == 0
        later = seat.front_desk(pool, lambda at: at + timedelta(minutes=2))
        assert [await announce.deliver(later, [to]) for _ in range(2)] == [1, 0]
    assert tuple(await pool.fetchrow(COPY)) == (2, True, None)
    assert [post.key for post in box.posts] == [f"{TOWNSHIP}-{owed}-owed"] * 2
    assert box.posts[0].words == "【保学】教管组：预警，请登录查看。"


async def test_the_process_that_sweeps_delivers(pool, owed):
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    ours.setblocking(False)
    theirs.setblocking(False)
    errand = Errand(theirs)
    with ours, robot() as box:
        settings = Settings(webhook_url=box.url)
        working = asyncio.create_task(_sweep(seat.front_desk(pool), settings, errand))
        await box.hears(1)
        errand.leaving.set()
        await working


async def test_what_is_not_delivered_is_told_by_the_doctor_and_sent_again_on_demand(
    pool, dsn, keys, owed, tmp_path
):
    front = seat.front_desk(pool)
    assert await doctor.announcements(front) == []
    with mail_server() as box:
        env = environment(
            tmp_path,
            BAOXUE_DSN=dsn,
            BAOXUE_KEY_FILE=str(keys.path),
            BAOXUE_SMTP_HOST="127.0.0.1",
            BAOXUE_SMTP_PORT=str(box.port),
            BAOXUE_SMTP_SECURITY="none",
            BAOXUE_SMTP_FROM="bx@example.cn",
            BAOXUE_SMTP_TO="zb@example.cn",
        )
        server = MailServer("127.0.0.1", box.port, MailSecurity.NONE, "bx@example.cn")
        to = Carrier(Channel.MAIL, "zb@example.cn", mail_to(server, "zb@example.cn"))
        box.refuses = "550 no"
        for hours in range(12):
            later = seat.front_desk(pool, partial(add, timedelta(hours=hours)))
            assert await announce.deliver(later, [to]) == 0
        (found,) = await doctor.announcements(front)
        assert not found.well
        assert found.words.startswith(
            "通知未能送出：已放弃 1 条、仍在重试 0 条（SMTP 550），修好渠道后执行"
        )
        box.refuses = ""
        done = await asyncio.to_thread(call, env, "announce", "--again")
        assert (done.returncode, done.stdout) == (
            0,
            "重新发送未能送达的通知 1 条。\n已送出通知 1 条。\n",
        )
    assert await doctor.announcements(front) == []


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SMTP_TO", "a@b.cn, c@d.cn"),
        ("SMTP_TO", "a@b.cn\nBcc:c@d.cn"),
        ("SMTP_TO", "99:a@b.cn"),
        ("SMTP_FROM", "nobody"),
        ("SMTP_SECURITY", "ssl"),
        ("SMTP_PASSWORD", "秘密"),
        ("WEBHOOK_URL", "ftp://robot.example/"),
        ("WEBHOOK_URL", "http://robot.example/\r\nHost: x"),
    ],
)
def test_a_mistaken_channel_names_its_variable(monkeypatch, name, value):
    monkeypatch.setenv(f"BAOXUE_{name}", value)
    with pytest.raises(Refusal, match=f"环境变量 BAOXUE_{name} 的值不正确"):
        read_settings()


def test_addresses_with_and_without_the_code_of_their_townships(monkeypatch):
    told = "jj@a.cn,990101:xian@a.cn,990101100:zhen@a.cn"
    settings = Settings(smtp_host="mx", smtp_from="bx@a.cn", smtp_to=told)
    assert [(c.channel, c.prefix, c.target) for c in carriers(settings)] == [
        (Channel.MAIL, "", "jj@a.cn"),
        (Channel.MAIL, "990101", "xian@a.cn"),
        (Channel.MAIL, "990101100", "zhen@a.cn"),
    ]
    with pytest.raises(Refusal, match="BAOXUE_SMTP_FROM 和 BAOXUE_SMTP_TO"):
        carriers(Settings(smtp_host="mx", smtp_from="bx@a.cn"))
    assert carriers(Settings()) == ()
