"""The auditor's reading: everything in reach, nothing whole, and never unseen (R68)."""

from datetime import date, datetime, timedelta

import pytest

from core.rules.errors import NotYours
from core.rules.journal_line import JournalLine, Log, Sought, masked, sides
from core.services import file, find, journal_line
from core.services.desk import Desk
from tests.hand import hand
from tests.services.month_town import at
from tests.services.sight_town import (
    PEOPLE_IN_ORDER,
    TOWNSHIP,
    XIAOYU,
    SightTown,
    build,
)

NINE = at(11, 23, 9)
TOUCH = "UPDATE student SET address = $1 WHERE (township_id, id) = ($2, $3)"
NAME = "SELECT name FROM student WHERE (township_id, id) = ($1, $2)"


@pytest.fixture
async def town(pool) -> SightTown:
    return await build(pool)


async def touch(
    town: SightTown, address: str, when: datetime = NINE, act: str = "test.touch"
) -> None:
    async with hand(town.pool, when).writing(act) as (conn, _):
        await conn.execute(TOUCH, address, TOWNSHIP, XIAOYU)


async def acts(auditor: Desk, **sought: object) -> list[str]:
    return [line.act for line in await journal_line.show(auditor, Sought(**sought))]


async def test_nobody_but_the_auditor_reads_either_log(town):
    for who in PEOPLE_IN_ORDER:
        desk = await town.desk(who)
        for read in (journal_line.show, journal_line.reads):
            if who == "audit":
                await read(desk, Sought())
                continue
            with pytest.raises(NotYours, match="此项由审计办理"):
                await read(desk, Sought())
    readers = "SELECT array_agg(DISTINCT account_id) FROM read_log"
    assert await town.pool.fetchval(readers) == [
        (await town.desk("audit")).actor.account_id
    ]


async def test_a_day_begins_and_ends_at_midnight_in_beijing(town):
    for word, when in (
        ("a", at(11, 22, 23, 59, 59.999)),
        ("b", at(11, 23, 0, 0, 0)),
        ("c", at(11, 23, 23, 59, 59.999)),
        ("d", at(11, 24, 0, 0, 0)),
    ):
        await touch(town, word, when, f"at.{word}")
    auditor = await town.desk("audit")
    day = date(2026, 11, 23)
    assert await acts(auditor, act="at.", from_on=day, to_on=day) == ["at.c", "at.b"]
    assert await acts(auditor, act="at.", from_on=day + timedelta(1)) == ["at.d"]
    assert await acts(auditor, act="at.", to_on=day - timedelta(1)) == ["at.a"]


async def test_lines_are_found_by_person_table_child_and_place_in_the_book(town):
    await touch(town, "甲户")
    async with hand(town.pool, at(11, 23, 9)).writing("test.school") as (conn, _):
        await conn.execute(
            "UPDATE school SET phone = '0551-1' WHERE township_id = $1", TOWNSHIP
        )
    auditor = await town.desk("audit")
    name = await town.pool.fetchval(NAME, TOWNSHIP, XIAOYU)
    assert "test.touch" in await acts(auditor, child=name)
    assert "test.touch" in await acts(auditor, child=str(XIAOYU))
    assert "test.school" not in await acts(auditor, child=name)
    assert await acts(auditor, child="查无此人") == []
    assert set(await acts(auditor, table="学校", act="test.sc")) == {"test.school"}
    assert set(await acts(auditor, table="school", act="test.sc")) == {"test.school"}
    assert await acts(auditor, person="baoxue", act="test.touch") == ["test.touch"]
    assert await acts(auditor, person="系统", act="test.touch") == ["test.touch"]
    assert await acts(auditor, person="li", act="test.touch") == []
    newest, older, *_ = await journal_line.show(auditor, Sought())
    (again, *_) = await journal_line.show(auditor, Sought(before_id=newest.id))
    assert again == older
    (first,) = await journal_line.show(auditor, Sought(most=1))
    assert first == newest


async def test_every_reading_of_a_log_is_in_the_log_and_names_no_child(town):
    auditor = await town.desk("audit")
    name = await town.pool.fetchval(NAME, TOWNSHIP, XIAOYU)
    found = await journal_line.show(auditor, Sought(child=name, table="学生"))
    await journal_line.reads(auditor, Sought(person="li"))
    told = "SELECT account_id, kind, subject, row_count FROM read_log ORDER BY id"
    assert [tuple(row) for row in await town.pool.fetch(told)] == [
        (
            auditor.actor.account_id,
            "journal",
            "changes table=student child=姓名",
            len(found),
        ),
        (auditor.actor.account_id, "journal", "reads person=li", 0),
    ]


async def test_who_looked_at_a_child_is_found_by_the_child_and_by_the_person(town):
    teacher = await town.desk("li")
    await file.timeline(teacher, TOWNSHIP, XIAOYU)
    await find.find(teacher, "zxy")
    auditor = await town.desk("audit")

    async def kinds(**sought: object) -> list[str]:
        return [line.kind for line in await journal_line.reads(auditor, Sought(**sought))]

    assert await kinds(child=str(XIAOYU)) == ["file"]
    assert await kinds(person=teacher.actor.signin_name) == ["search", "file"]
    assert await kinds(person="nobody") == []
    assert "journal" in await kinds()


async def test_no_whole_number_no_password_and_no_bytes_are_shown(town):
    await touch(town, "电话13800138000，证件990101201501021234，学号G990101201501021234")
    async with hand(town.pool, at(11, 23, 9)).writing("test.secret") as (conn, _):
        await conn.execute(
            "INSERT INTO credential (account_id, kind, secret, added_at)"
            " VALUES (34, 'password', '$argon2id$x', '2026-11-23')"
        )
        await conn.execute("UPDATE credential SET secret = '$argon2id$y'")
    # Accounts are nobody's township's: they are in the reach of who audits the whole server.
    await town.write("UPDATE account_grant SET township_id = 0 WHERE account_id = 35")
    auditor = await town.desk("audit")
    lines = await journal_line.show(auditor, Sought(most=5000))
    assert any(line.relation == "credential" for line in lines)
    told = "\n".join(f"{line.was}\n{line.became}" for line in lines)
    assert "电话138****8000，证件990101********1234" in told
    for hidden in ("13800138000", "990101201501021234", "argon2", "cipher:", "\\x"):
        assert hidden not in told


def test_of_a_change_only_what_differs_is_told_and_of_a_new_row_all():
    line = JournalLine(
        id=1, township_id=0, at=at(11, 23), account_name="系统", signin_name="baoxue",
        act="test", relation="leave", was='{"a": 1, "b": "x", "c": null}',
        became='{"a": 1, "b": "y", "d": [2]}',
    )  # fmt: skip
    told = {side.name: (side.was, side.became) for side in sides(line)}
    assert told == {"b": ("x", "y"), "d": (None, "[2]")}
    new = line.model_copy(update={"was": None})
    assert {side.name: side.became for side in sides(new)} == {
        "a": "1", "b": "y", "d": "[2]",
    }  # fmt: skip
    assert (line.how, new.how) == ("改动", "新增")
    assert line.model_copy(update={"became": None}).how == "删除"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("13800138000", "138****8000"),
        ("138001380001", "138001380001"),  # no telephone: it is longer
        ("12800138000", "12800138000"),
        ("99010120150102123X", "990101********123X"),
        ("cipher:01ab", "（密文）"),
        ("\\x0123456789abcdef", "（文件内容）"),
        ("2026-11-23T08:00:00.000001+08:00", "2026-11-23T08:00:00.000001+08:00"),
    ],
)
def test_what_is_hidden_and_what_is_not(text, shown):
    assert masked(text) == shown


async def test_a_table_is_asked_for_by_a_word_that_the_database_has(town):
    auditor = await town.desk("audit")
    kept = {
        row["name"]
        for row in await town.pool.fetch(
            "SELECT tgrelid::regclass::text AS name FROM pg_trigger"
            " WHERE tgname = 'journal_added'"
        )
    }
    words = ("点名", "请假", "学籍", "个案", "联系", "家访", "异动", "月报", "账号", "授权")
    assert {Sought(table=word).relation for word in words} <= kept
    assert Sought(table="nothing").relation == "nothing"
    assert await acts(auditor, table="nothing") == []
    assert Log.READS.label == "查看记录"
