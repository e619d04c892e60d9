"""What is owed is announced outside: at least once, under one key, and never with a name."""

import asyncio
import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from core.rules.announcement import ANNOUNCED, Channel, Letter
from core.rules.duty import DutyKind
from core.services import announce, announce_mail, seat
from core.services.announce import Carrier, Carry, NotCarried
from core.services.announce_mail import MailSecurity, MailServer, mail_to
from core.services.announce_robot import Robot, post_to, signed
from db.pool import Pool
from tests.services.letterbox import RobotBox, mail_server, robot
from tests.services.school_town import RIVER, TOWNSHIP, XIAOYU, SchoolTown, at, build

CASE = """
INSERT INTO dropout_case (township_id, number, student_id, school_id, class_id, state, opened_at)
VALUES ($1, '2026-003', $2, $3, 11, 'suspected', $4)
"""
OWE = """
INSERT INTO duty (township_id, kind, owed_by, school_id, student_id, subject_id, words,
                  opened_at, due_at, climbs_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $8::timestamptz + interval '1 day',
        $8::timestamptz + interval '2 days')
RETURNING id
"""
# A name that would speak to a terminal, a header or a shell, if it were ever let out.
HOSTILE = "赵小雨Bcc: a@b.cn<script>990101201803140021"
RENAME = "UPDATE student SET name = $1 WHERE id = $2"
COPIES = """
SELECT tries, sent_at IS NOT NULL AS sent, dead_at IS NOT NULL AS dead, failure FROM dispatch
"""


@pytest.fixture
async def town(pool: Pool) -> SchoolTown:
    """赵小雨's case is open on Wednesday at 08:30."""
    made = await build(pool)
    made.clock("11-25 08:30")
    await made.write(CASE, TOWNSHIP, XIAOYU, RIVER, made.now)
    return made


async def owe(town: SchoolTown, kind: DutyKind, subject: int = 1) -> object:
    about = (RIVER, XIAOYU, subject, HOSTILE, town.now)
    return await town.written(OWE, TOWNSHIP, kind, kind.owes, *about)


async def deliver(town: SchoolTown, *carriers: Carrier) -> int:
    return await announce.deliver(seat.front_desk(town.pool, lambda _: town.now), carriers)


def to_robot(box: RobotBox, secret: str = "") -> Carrier:
    return Carrier(Channel.ROBOT, "webhook", post_to(Robot(box.url, secret)))


async def copies(town: SchoolTown) -> list[dict[str, object]]:
    return [dict(row) for row in await town.pool.fetch(COPIES)]


async def test_what_is_owed_is_announced_once_with_the_case_number_and_nothing_else(
    town: SchoolTown,
) -> None:
    first = await owe(town, DutyKind.ALARM_GOVERNMENT)
    # A class teacher's own daily duties stay on the screen.
    await owe(town, DutyKind.CONTACT)
    with robot() as box:
        assert [await deliver(town, to_robot(box)) for _ in range(3)] == [1, 0, 0]
    (post,) = box.posts
    assert post.words == (
        "【保学】乡镇政府：预警，个案2026-003，11月26日08:30前办理，请登录查看。"
    )
    assert post.key == f"{TOWNSHIP}-{first}-owed"
    assert post.path == "/robot/send?access_token=t"


async def test_what_was_missed_is_announced_to_whom_it_climbs(town: SchoolTown) -> None:
    await owe(town, DutyKind.SIGN_REPORT)
    with robot() as box:
        await deliver(town, to_robot(box))
        town.clock("11-27 09:00")
        await town.write("UPDATE duty SET climbed_to = 'office'")
        await deliver(town, to_robot(box))
    assert [post.words for post in box.posts] == [
        "【保学】校长：签发，个案2026-003，11月26日08:30前办理，请登录查看。",
        "【保学】教管组：签发逾期未办，个案2026-003，请登录查看。",
    ]
    assert [post.key.rpartition("-")[2] for post in box.posts] == ["owed", "climbed"]


async def test_what_is_done_before_it_could_be_told_is_not_told(town: SchoolTown) -> None:
    await owe(town, DutyKind.ALARM_BUREAU)
    with robot() as box:
        box.answers = (500, "")
        await deliver(town, to_robot(box))
        box.answers = (200, "{}")
        await town.write("UPDATE duty SET done_at = $1, done_by = 14", town.now)
        town.now += timedelta(hours=2)
        assert await deliver(town, to_robot(box)) == 0
    assert await copies(town) == []


async def test_no_kind_of_message_names_a_child(town: SchoolTown) -> None:
    """Every announced kind, missed or not, of a child with a hostile name."""
    await town.write(RENAME, HOSTILE, XIAOYU)
    for number, kind in enumerate(sorted(ANNOUNCED)):
        await owe(town, kind, number)
    await town.write("UPDATE duty SET climbed_to = 'bureau'")
    letters: list[Letter] = []
    sent = await deliver(town, Carrier(Channel.ROBOT, "webhook", letters.append))
    assert sent == len(letters) == 2 * len(ANNOUNCED) == 54
    server = MailServer("127.0.0.1", 1, MailSecurity.NONE, "bx@example.cn")
    secret = (
        "赵",
        "小雨",
        "script",
        "a@b.cn",
        "9901012018",
        "李梅",
        "赵强",
        "河湾",
        "3组",
        "138",
    )
    for told in letters:
        mail = announce_mail._mail(server, "zb@example.cn", told)
        heads = "".join(f"{name}: {value}\n" for name, value in mail.items())
        text = f"{told.key}{told.head}{told.words}{heads}{mail.get_content()}"
        assert [word for word in secret if word in text] == []
        assert "个案2026-003" in text
        assert "请登录查看" in text
        assert (mail["To"], mail["Bcc"]) == ("zb@example.cn", None)


async def test_a_failing_address_is_tried_again_later_and_holds_no_other_up(
    town: SchoolTown,
) -> None:
    await owe(town, DutyKind.ALARM_OFFICE, 1)
    await owe(town, DutyKind.ALARM_BUREAU, 2)
    with robot() as bad, mail_server() as mails:
        bad.answers = (200, '{"errcode":310000,"errmsg":"sign not match"}')
        server = MailServer("127.0.0.1", mails.port, MailSecurity.NONE, "bx@example.cn")
        mail = Carrier(Channel.MAIL, "zb@example.cn", mail_to(server, "zb@example.cn"))
        assert await deliver(town, mail, to_robot(bad)) == 2
        assert len(bad.posts) == 1
        failed = [copy for copy in await copies(town) if copy["tries"] and not copy["sent"]]
        assert failed == [
            {"tries": 1, "sent": False, "dead": False, "failure": "errcode 310000"}
        ]
        bad.answers = (200, '{"errcode":0}')
        # The one that failed waits its two minutes; the other goes at once.
        assert await deliver(town, mail, to_robot(bad)) == 1
        town.now += timedelta(seconds=119)
        assert await deliver(town, mail, to_robot(bad)) == 0
        town.now += timedelta(seconds=1)
        assert await deliver(town, mail, to_robot(bad)) == 1
    assert [post.key for post in bad.posts].count(bad.posts[0].key) == 2


async def test_after_twelve_tries_a_message_is_given_up_and_said_so_until_tried_anew(
    town: SchoolTown,
) -> None:
    await owe(town, DutyKind.ALARM_OFFICE)
    front = seat.front_desk(town.pool, lambda _: town.now)
    tried = []

    def refuse(letter: Letter) -> None:
        tried.append(letter.at)
        raise NotCarried("SMTP 550")

    carrier = Carrier(Channel.MAIL, "zb@example.cn", refuse)
    for _ in range(20):
        await deliver(town, carrier)
        town.now += timedelta(hours=1)
    assert len(tried) == 12
    left = await announce.undelivered(front)
    assert (left.dead, left.failing, left.failure) == (1, 0, "SMTP 550")
    assert left.since == at("11-25 08:30")
    assert await announce.revive(front) == 1
    assert (await announce.undelivered(front)).dead == 0
    with robot() as box:
        good = Carrier(Channel.MAIL, "zb@example.cn", post_to(Robot(box.url)))
        assert await deliver(town, good) == 1
    assert [copy["sent"] for copy in await copies(town)] == [True]


async def test_who_dies_in_every_try_is_given_up_as_well(town: SchoolTown) -> None:
    await owe(town, DutyKind.ALARM_OFFICE)

    def die(letter: Letter) -> None:
        raise MemoryError

    carrier = Carrier(Channel.MAIL, "zb@example.cn", die)
    for _ in range(12):
        with pytest.raises(MemoryError):
            await deliver(town, carrier)
        town.now += timedelta(hours=1)
    assert await deliver(town, carrier) == 0
    assert await copies(town) == [
        {"tries": 12, "sent": False, "dead": True, "failure": "killed"}
    ]


async def test_four_that_deliver_at_once_send_each_message_once(town: SchoolTown) -> None:
    for subject in range(12):
        await owe(town, DutyKind.ALARM_OFFICE, subject)
    with robot() as box:
        counts = await asyncio.gather(*(deliver(town, to_robot(box)) for _ in range(4)))
    assert sum(counts) == 12
    assert len({post.key for post in box.posts}) == len(box.posts) == 12


async def test_an_address_is_told_of_its_own_townships_alone(town: SchoolTown) -> None:
    await owe(town, DutyKind.ALARM_OFFICE)
    told: dict[str, list[Letter]] = {"": [], "990101": [], "990101100": [], "990102": []}
    carriers = [
        Carrier(Channel.MAIL, f"a{prefix}@example.cn", letters.append, prefix)
        for prefix, letters in told.items()
    ]
    assert await deliver(town, *carriers) == 3
    assert [len(letters) for letters in told.values()] == [1, 1, 1, 0]


async def test_a_channel_set_up_today_tells_nothing_older_than_thirty_days(
    town: SchoolTown,
) -> None:
    await owe(town, DutyKind.ALARM_OFFICE)
    with robot() as box:
        town.now += timedelta(days=30)
        assert await deliver(town, to_robot(box)) == 0
        town.now -= timedelta(seconds=1)
        assert await deliver(town, to_robot(box)) == 1


def letter() -> Letter:
    now = at("11-25 08:30")
    return Letter(
        key="990101100-7-owed", head="保学：预警", words="【保学】请登录。", at=now
    )


def test_a_signed_call_is_what_dingtalk_computes() -> None:
    """Computed apart: openssl dgst -sha256 -hmac SEC990101 over timestamp, newline, secret."""
    told = (
        "timestamp=1795566600000&sign=p2DaMRK12gT1LvSBD8WLmirnf%2FGn%2BkI4t%2BHoA4H1h3M%3D"
    )
    assert signed("SEC990101", at("11-25 08:30")) == told
    with robot() as box:
        post_to(Robot(box.url, "SEC990101"))(letter())
    assert box.posts[0].path == f"/robot/send?access_token=t&{told}"


@pytest.fixture(scope="module")
def closed(tmp_path_factory: pytest.TempPathFactory) -> tuple[ssl.SSLContext, Path]:
    """A server's certificate for localhost, and the file in which a client would trust it."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    since = datetime(2020, 1, 1, tzinfo=UTC)
    made = (
        x509.CertificateBuilder(
            name, name, key.public_key(), 1, since, since.replace(year=2100)
        )
        .add_extension(
            x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    file = tmp_path_factory.mktemp("tls") / "server.pem"
    pem = serialization.Encoding.PEM
    private = key.private_bytes(
        pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    file.write_bytes(private + made.public_bytes(pem))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    return context, file


@pytest.mark.parametrize("security", [MailSecurity.TLS, MailSecurity.STARTTLS])
def test_mail_goes_closed_and_only_to_a_server_that_is_who_it_says(
    closed: tuple[ssl.SSLContext, Path],
    security: MailSecurity,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    context, file = closed
    with mail_server(context, starts=security is MailSecurity.STARTTLS) as box:
        server = MailServer(
            "localhost", box.port, security, "bx@example.cn", "bx", "pass word"
        )
        carry = mail_to(server, "zb@example.cn")
        with pytest.raises(NotCarried, match=r"^SSLCertVerificationError$"):
            carry(letter())
        assert box.signed_in == box.mails == []
        monkeypatch.setenv("SSL_CERT_FILE", str(file))
        carry(letter())
    assert box.signed_in == ["/bx/pass word"]
    (mail,) = box.mails
    assert mail["Message-ID"] == "<990101100-7-owed@example.cn>"
    assert (mail["From"], mail["To"], mail["Subject"]) == (
        *("bx@example.cn", "zb@example.cn"),
        "保学：预警",
    )
    assert mail["Date"] == "Wed, 25 Nov 2026 08:30:00 +0800"
    assert mail.get_content() == "【保学】请登录。\n"


def test_a_failure_tells_its_code_and_repeats_nothing_that_was_sent() -> None:
    def why(carry: Carry) -> str:
        with pytest.raises(NotCarried) as failure:
            carry(letter())
        return str(failure.value)

    with mail_server() as box:
        server = MailServer("127.0.0.1", box.port, MailSecurity.NONE, "bx@example.cn")
        box.refuses = "550 no such user zb@example.cn"
        assert why(mail_to(server, "zb@example.cn")) == "SMTP 550"
    assert why(mail_to(server, "zb@example.cn")) == "ConnectionRefusedError"
    with robot() as box:
        box.answers = (302, "")
        assert why(post_to(Robot(box.url))) == "HTTP 302"
        box.answers = (200, '{"errcode":93000,"errmsg":"invalid webhook url"}')
        assert why(post_to(Robot(box.url))) == "errcode 93000"
    assert why(post_to(Robot("http://127.0.0.1:1/"))) == "ConnectionRefusedError"
