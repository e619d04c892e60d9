"""The key file: made once, nobody else's to read, and this database's or refused."""

import stat

import pytest

from core.rules.cipher import Held, Unreadable, Whole
from db.key_proof import must_fit
from db.keys import BadKeyFile, KeyFile


def test_the_file_is_made_once_and_is_its_owner_s_alone(tmp_path):
    file = KeyFile(tmp_path / "home" / "keys.json")
    first = file.make()
    assert stat.S_IMODE(file.path.stat().st_mode) == 0o600
    assert KeyFile(file.path).make() == first
    assert [one.name for one in file.path.parent.iterdir()] == ["keys.json"]


def test_a_file_that_others_may_read_is_refused(tmp_path):
    file = KeyFile(tmp_path / "keys.json")
    file.make()
    file.path.chmod(0o640)
    with pytest.raises(BadKeyFile, match="可被他人读取，请先执行 chmod 600"):
        KeyFile(file.path).look()


@pytest.mark.parametrize("text", ["", "{}", '{"current": "00", "keys": [], "index": ""}'])
def test_a_broken_file_is_refused_and_is_not_made_anew(tmp_path, text):
    path = tmp_path / "keys.json"
    path.write_text(text)
    path.chmod(0o600)
    with pytest.raises(BadKeyFile, match="请从备份恢复后重试"):
        KeyFile(path).make()
    assert path.read_text() == text


def test_a_new_key_closes_and_the_old_one_still_opens(tmp_path):
    file = KeyFile(tmp_path / "keys.json")
    old = file.make()
    new = file.add_key()
    assert new.current != old.current
    assert new.keys == (old.current, new.current)
    assert new.index == old.index
    assert KeyFile(file.path).look() == new
    assert stat.S_IMODE(file.path.stat().st_mode) == 0o600


async def test_another_or_no_file_is_refused_before_anything_is_read(pool, keys, tmp_path):
    async with pool.acquire() as conn:
        await must_fit(conn, keys)
        other = KeyFile(tmp_path / "keys.json")
        with pytest.raises(BadKeyFile, match="找不到密钥文件"):
            await must_fit(conn, other)
        other.make()
        with pytest.raises(BadKeyFile, match="不是本数据库的"):
            await must_fit(conn, other)


async def test_a_number_goes_in_whole_and_lies_there_closed(pool):
    number = Whole(990101100, Held.IDENTITY, "1", "990101201703150212")
    async with pool.acquire() as conn:
        body = await conn.fetchval("SELECT ($1::enciphered).body", number)
        assert number.text.encode() not in body
        opened = "SELECT whole(990101100, 'identity', $1, $2)"
        assert await conn.fetchval(opened, "1", body) == number.text
        with pytest.raises(Unreadable):
            await conn.fetchval(opened, "2", body)
        assert await conn.fetchval(opened, "1", None) is None
