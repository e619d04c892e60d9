"""Files over the real port, by OpenSSH's own sftp and scp, and by asyncssh's.

The real house and a real database: exports come out, uploads go in, and nothing of the
server can be named.
"""

import asyncio
import os
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import asyncssh
import pytest

from core.rules.export import Asked, Listing
from core.services import export, seat, staff, upload
from core.services.desk import Desk
from db.pool import Pool
from tests.door.packets import INIT, asked, string
from tests.services.export_township import ADMIN, NOW, WANG, build, desk, write
from tui.cli.serve import open_door
from tui.door.server import Door
from tui.house import HouseRules, IdleLimits

# A photograph of one grey point, whole.
JPEG = bytes.fromhex(
    "ffd8ffdb004300030202020202030202020303030304060404040404080606050609080a0a090809090a"
    "0c0f0c0a0b0e0b09090d110d0e0f101011100a0c12131210130f101010ffc9000b080001000101011100"
    "ffcc000600101005ffda0008010100003f00d2cf20ffd9"
)
CSV = "姓名,性别\n赵小雨,女\n".encode()
GRANT = """
    INSERT INTO account_grant (account_id, role, township_id, school_id, from_on, post,
                               given_by, given_at)
    VALUES (2, 'leader', 990101100, 1, '2026-09-01', 'principal', 0, '2026-09-01 00:00+08')
"""
NEEDS_OPENSSH = pytest.mark.skipif(
    not (shutil.which("sftp") and shutil.which("scp")),
    reason="OpenSSH's client is not on this machine; asyncssh's holds the same laws below",
)


@dataclass
class House:
    """The door, who comes through it, and their folder."""

    pool: Pool
    door: Door
    folder: Path
    key: Path

    @property
    def port(self) -> int:
        return self.door.port

    def connect(self, name: str = "wang"):
        return asyncssh.connect(
            "127.0.0.1", self.port, username=name, client_keys=[self.key], known_hosts=None
        )

    async def call(self, *words: str, stdin: bytes = b"") -> tuple[int, str]:
        """Run one of OpenSSH's programs in the folder; return its status and its words."""
        options = [
            *("-F", "none", "-i", str(self.key), "-o", "BatchMode=yes"),
            *("-o", "StrictHostKeyChecking=no", "-o", "UserKnownHostsFile=/dev/null"),
            *("-o", "LogLevel=ERROR", "-P", str(self.port)),
        ]
        process = await asyncio.create_subprocess_exec(
            words[0],
            *options,
            *words[1:],
            cwd=self.folder,
            env={"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8"},
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        out, _ = await process.communicate(stdin)
        return process.returncode, out.decode()

    async def batch(self, *lines: str) -> tuple[int, str]:
        return await self.call(
            "sftp", "-b", "-", "wang@127.0.0.1", stdin="\n".join(lines).encode()
        )

    @property
    def wang(self) -> Desk:
        return desk(self.pool, WANG)

    async def sent(self) -> dict[str, int]:
        return {one.file_name: one.size for one in await upload.mine(self.wang)}

    async def exported(self):
        ask = Asked(listing=Listing.ROSTER, purpose="核对名单")
        return await export.make(self.wang, ask)


@pytest.fixture
async def house(pool: Pool, tmp_path: Path) -> AsyncIterator[House]:
    async with opened(pool, tmp_path) as house:
        yield house


@pytest.fixture
async def house_of_haste(pool: Pool, tmp_path: Path) -> AsyncIterator[House]:
    async with opened(pool, tmp_path, end_after=0.1) as house:
        yield house


@asynccontextmanager
async def opened(pool: Pool, tmp_path: Path, end_after: float = 60) -> AsyncIterator[House]:
    await build(pool)
    await write(pool, GRANT)
    key = asyncssh.generate_private_key("ssh-ed25519")
    key.write_private_key(tmp_path / "key")
    (tmp_path / "key").chmod(0o600)
    admin = desk(pool, ADMIN)
    for name in ("wang", "li"):
        await staff.add_key(admin, name, key.export_public_key().decode().strip())
    (tmp_path / "pc").mkdir()
    front = seat.front_desk(pool, lambda _: NOW)
    rules = HouseRules(idle=IdleLimits(lock_after=end_after, end_after=end_after))
    async with open_door(front, "127.0.0.1:0", tmp_path, rules) as door:
        yield House(pool, door, tmp_path / "pc", tmp_path / "key")


@NEEDS_OPENSSH
async def test_sftp_brings_files_in_and_out(house):
    made = await house.exported()
    (house.folder / "家访 照片.jpg").write_bytes(JPEG)
    status, said = await house.batch(
        "ls -l",
        'put "家访 照片.jpg" 上传/',
        "cd 上传",
        "ls -l",
        "get *.jpg 回.jpg",
        "-rm x",
    )
    assert status == 0, said
    assert "导出" in said
    assert "上传" in said
    assert (house.folder / "回.jpg").read_bytes() == JPEG
    assert await house.sent() == {"家访 照片.jpg": len(JPEG)}
    status, said = await house.batch("get 导出/* 花名册.xlsx", 'rm "上传/家访 照片.jpg"')
    assert status == 0, said
    assert (house.folder / "花名册.xlsx").read_bytes() == made.data
    assert await house.sent() == {}


@NEEDS_OPENSSH
@pytest.mark.parametrize("kind", [(), ("-O",)])
async def test_both_kinds_of_scp_bring_files_in_and_out(house, kind):
    made = await house.exported()
    for name in ("1.jpg", "2.jpg"):
        (house.folder / name).write_bytes(JPEG)
    (house.folder / "病毒.jpg").write_bytes(b"MZ" + bytes(400))
    at = "wang@127.0.0.1:"
    assert await house.call("scp", *kind, "-p", "1.jpg", "2.jpg", f"{at}上传/") == (0, "")
    assert await house.call("scp", *kind, f"{at}导出/*", ".") == (0, "")
    assert (
        house.folder / f"{made.line.id}_{made.line.file_name}"
    ).read_bytes() == made.data
    assert (await house.call("scp", *kind, "-r", f"{at}上传", "回"))[0] == 0
    assert [p.name for p in sorted((house.folder / "回").iterdir())] == ["1.jpg", "2.jpg"]
    # One that is refused leaves the others alone, and the status tells.
    status, said = await house.call("scp", *kind, "病毒.jpg", "2.jpg", f"{at}上传/")
    assert (status, "只能上传 jpg、png、pdf" in said) == (1, True)
    assert await house.sent() == {"1.jpg": len(JPEG), "2.jpg": len(JPEG)}
    status, said = await house.call("scp", *kind, "1.jpg", f"{at}导出/")
    assert (status, "请把文件直接放到“上传”下" in said) == (1, True)
    status, said = await house.call("scp", *kind, f"{at}/etc/passwd", "x")
    assert status == 1


async def test_one_persons_files_are_nobody_elses(house):
    made = await house.exported()
    await upload.keep(house.wang, "名册.csv", CSV)
    async with house.connect("li") as conn, conn.start_sftp_client() as sftp:
        assert await sftp.listdir("/导出") == []
        assert await sftp.listdir("/上传") == []
        for path in (f"/导出/{made.line.id}_{made.line.file_name}", "/上传/名册.csv"):
            with pytest.raises(asyncssh.SFTPNoSuchFile):
                await sftp.open(path, "rb")
    async with house.connect() as conn, conn.start_sftp_client() as sftp:
        assert len(await sftp.listdir("/导出")) == 1
    logged = await house.pool.fetch("SELECT account_id, subject FROM read_log")
    assert [tuple(row) for row in logged] == [(2, f"roster:E{made.line.id}")]


async def test_taking_an_export_is_written_down_and_ends_after_a_day(house):
    made = await house.exported()
    name = f"/导出/{made.line.id}_{made.line.file_name}"
    async with house.connect() as conn, conn.start_sftp_client() as sftp:
        async with sftp.open(name, "rb") as file:
            assert await file.read() == made.data
        for write in (
            sftp.remove(name),
            sftp.rename(name, "/上传/x.xlsx"),
            sftp.mkdir("/a"),
        ):
            with pytest.raises(asyncssh.SFTPPermissionDenied):
                await write
        with pytest.raises(asyncssh.SFTPPermissionDenied):
            await sftp.open(name, "wb")
        taken = "SELECT count(*) FROM read_log WHERE subject LIKE 'fetch:%'"
        assert await house.pool.fetchval(taken) == 1
        await house.pool.execute(
            "UPDATE export SET made_at = made_at - $1::interval", timedelta(hours=24)
        )
        assert await sftp.listdir("/导出") == []
        with pytest.raises(asyncssh.SFTPNoSuchFile):
            await sftp.open(name, "rb")


async def test_an_upload_that_is_not_whole_is_never_seen(house):
    async with house.connect() as conn, conn.start_sftp_client() as sftp:
        file = await sftp.open("/上传/家访.jpg", "wb")
        await file.write(JPEG[:-2])
        assert await sftp.listdir("/上传") == []
        with pytest.raises(asyncssh.SFTPFailure, match="文件不完整"):
            await file.close()
        file = await sftp.open("/上传/家访.jpg", "wb")
        await file.write(JPEG)
        conn.abort()
    async with house.connect() as conn, conn.start_sftp_client() as sftp:
        assert await sftp.listdir("/上传") == []
        # A gap in the middle is no file either.
        file = await sftp.open("/上传/家访.jpg", "wb")
        await file.write(JPEG[40:], 40)
        with pytest.raises(asyncssh.SFTPFailure, match="文件不完整"):
            await file.close()
    path = string("/上传/家访.jpg".encode())
    async with house.connect() as conn:
        # A client that says no more, with all of the file here and the file not closed.
        process = await conn.create_process(subsystem="sftp", encoding=None)
        process.stdin.write(INIT + asked(3, 1, path, 0x1A, 0))
        process.stdin.write(asked(6, 2, string(b"1"), 0, 0, string(JPEG)))
        process.stdin.write_eof()
        done = await process.wait()
        assert done.exit_status == 0
        assert done.stdout.endswith(asked(101, 2, 0, string(b""), string(b"zh")))
    async with house.connect() as conn:
        process = await conn.create_process("scp -t 上传/", encoding=None)
        process.stdin.write(b"C0644 %d a.jpg\n" % (len(JPEG) + 1) + JPEG)
        process.stdin.write_eof()
        done = await process.wait()
        assert done.exit_status == 1
    assert await house.sent() == {}


async def test_a_byte_more_than_twenty_megabytes_is_not_taken(house):
    data = b"a,b\n" + b"1" * (20 * 1024 * 1024 - 4) + b"\n"
    async with house.connect() as conn, conn.start_sftp_client() as sftp:
        file = await sftp.open("/上传/大.csv", "wb")
        with pytest.raises(asyncssh.SFTPFailure, match="超过20MB"):
            await file.write(data)
        with pytest.raises(asyncssh.SFTPFailure, match="超过20MB"):
            await file.close()
    assert await house.sent() == {}
    async with house.connect() as conn:
        done = await conn.run(
            "scp -t 上传/", input=b"C0644 20971521 a.csv\n", encoding=None
        )
        assert (done.exit_status, done.stdout.decode()[2:]) == (
            1,
            "scp: 文件超过20MB，不能上传，请压缩后再传。\n",
        )


async def test_no_path_leads_outside_and_no_name_presses_keys(house):
    async with house.connect() as conn, conn.start_sftp_client() as sftp:
        assert await sftp.realpath("../../etc") == "/etc"
        for path in ("/etc/passwd", "../../../etc/passwd", "/上传/../../etc/passwd"):
            with pytest.raises(asyncssh.SFTPNoSuchFile):
                await sftp.open(path, "rb")
            with pytest.raises(asyncssh.SFTPPermissionDenied):
                await sftp.open(path, "wb")
        for name in (
            "a\x05.jpg",
            "a\x1b[2J.jpg",
            "a\u202egpj.exe",
            "a\\b.jpg",
            ".ssh",
            "长" * 101,
        ):
            with pytest.raises(asyncssh.SFTPFailure, match="文件名不合适"):
                await sftp.open(f"/上传/{name}", "wb")
        with pytest.raises(asyncssh.SFTPPermissionDenied):
            await sftp.open("/上传/里/a.jpg", "wb")
        with pytest.raises(asyncssh.SFTPOpUnsupported):
            await sftp.symlink("/etc/passwd", "/上传/a.jpg")
        with pytest.raises(asyncssh.SFTPBadMessage):
            await sftp.open(b"/\xc9\xcf\xb4\xab/a.jpg", "wb")
    for name in (b"../../etc/x.jpg", b"..", b"a\x05.jpg"):
        async with house.connect() as conn:
            process = await conn.create_process("scp -t 上传/", encoding=None)
            process.stdin.write(b"C0644 %d %b\n" % (len(JPEG), name))
            process.stdin.write_eof()
            done = await process.wait()
            assert (done.exit_status, done.stdout[:2]) == (1, b"\0\x01")
    assert await house.sent() == {}


async def test_winscps_way_of_sending_a_large_file_works(house):
    """It sends under another ending, gives the times, and renames."""
    async with house.connect() as conn, conn.start_sftp_client() as sftp:
        assert sftp.version == 3
        async with sftp.open("/上传/家访.jpg.filepart", "wb") as file:
            await file.write(JPEG)
        await sftp.setstat("/上传/家访.jpg.filepart", asyncssh.SFTPAttrs(atime=1, mtime=1))
        with pytest.raises(asyncssh.SFTPFailure, match="应以 .jpg 结尾"):
            await sftp.rename("/上传/家访.jpg.filepart", "/上传/家访.exe")
        await sftp.rename("/上传/家访.jpg.filepart", "/上传/家访.jpg")
        assert await sftp.listdir("/上传") == ["家访.jpg"]
        assert (await sftp.stat("/上传/家访.jpg")).size == len(JPEG)


async def test_a_transfer_that_stands_still_is_ended_like_a_terminal(house_of_haste):
    async with house_of_haste.connect() as conn:
        process = await conn.create_process(subsystem="sftp", encoding=None)
        done = await process.wait()
        assert (done.exit_status, done.stderr.decode()) == (
            1,
            "长时间没有操作，已退出，请重新登录。\r\n",
        )


async def test_a_first_password_opens_no_files_and_no_commands(house):
    await write(house.pool, "UPDATE account SET must_change_password = true WHERE id = 2")
    async with house.connect() as conn:
        done = await conn.run("export list", encoding=None)
        assert done.exit_status == 1
        assert "更换密码后再办理" in done.stderr.decode()
    async with house.connect() as conn:
        with pytest.raises(asyncssh.Error):
            await conn.start_sftp_client()


async def test_a_roster_is_imported_from_what_was_sent_in(house):
    await upload.keep(house.wang, "名册.csv", CSV)
    for path, said in (
        ("上传/名册.csv", "表头"),
        ("上传/没有.csv", "没有这个文件"),
        ("/etc/passwd", "标准输入"),
        ("上传", "标准输入"),
    ):
        async with house.connect() as conn:
            command = f"roster import --school 3199010001 --dry-run {path}"
            done = await conn.run(command, encoding=None)
            assert (done.exit_status, done.stdout) == (1, b"")
            assert said in done.stderr.decode()


async def test_what_a_client_does_not_read_waits_where_it_lies(house):
    await upload.keep(house.wang, "大.csv", b"a,b\n" + b"1" * 2**18 + b"\n")
    path = string("/上传/大.csv".encode())
    async with house.connect() as conn:
        process = await conn.create_process(subsystem="sftp", encoding=None, window=2**15)
        process.stdin.write(INIT + asked(3, 1, path, 1, 0))
        for number in range(100):
            process.stdin.write(asked(5, number, string(b"1"), 0, 0, 2**18))
        (session,) = house.door.sessions
        async with asyncio.timeout(10):
            while session._read.is_set():
                await asyncio.sleep(0.01)
        # One answer of the hundred, and not 25 MB.
        assert session._chan.get_write_buffer_size() < 2**19
        conn.abort()


async def test_a_transfer_ends_with_its_account(house, monkeypatch):
    monkeypatch.setattr("core.services.presence.EVERY", 0.05)
    async with house.connect("li") as conn:
        process = await conn.create_process(subsystem="sftp", encoding=None)
        process.stdin.write(INIT)
        await process.stdout.readexactly(9)
        await staff.disable(desk(house.pool, ADMIN), "li")
        done = await process.wait()
        assert done.exit_status == 1
        assert "账号已停用" in done.stderr.decode()
