"""立案 for a child in no school: owed until it is, the same case and papers, back by a roster."""

from uuid import uuid4

import pytest

from core.rules.area_child import AreaState
from core.rules.arrival import Arrival
from core.rules.case import CaseStep
from core.rules.case_open import NobodyAnswers, NoClassYet, NotToEnrol
from core.rules.case_refused import NotSeenYet, ProofMissing, StillOpen
from core.rules.errors import NotYours, OutOfSight
from core.rules.paper import PaperKind
from core.rules.roll import Mark
from core.services import (
    area_child,
    area_child_case,
    case,
    case_board,
    case_paper,
    change_receive,
    contact,
    notice,
    notice_view,
    report,
    report_view,
    roster,
)
from core.services.case import Claim
from core.services.file import timeline
from db.pool import Pool
from tests.hand import hand
from tests.services.evidence_acts import photographed
from tests.services.file_town import CLOUD, CLOUDS
from tests.services.school_town import RIVER, THIRD, TOWNSHIP, SchoolTown, build
from tests.services.test_area_child import AWAY, GIRL, entry

HOME = {
    "school_id": RIVER,
    "guardian": "罗大山",
    "phone": "13900000077",
    "address": "河湾村7组",
    "identity_number": GIRL,
    "name": "罗小丫",
}
OWED = """
    SELECT kind || ':' || owed_by AS what, school_id, due_at FROM duty
     WHERE kind IN ('enrol', 'verify_area', 'renew_area') AND done_at IS NULL
"""
FOUND = "上门摸排，父亲称等明年"


@pytest.fixture
async def town(pool: Pool) -> SchoolTown:
    made = await build(pool)
    made.clock("11-23 09:10")
    return made


async def enters(
    town: SchoolTown, who: str = "reg", child: int | None = None, **told
) -> int:
    desk = await town.desk(who)
    return await area_child.enter(desk, entry(**HOME | told), uuid4(), child)


async def opens(town: SchoolTown, child: int, who: str = "wang", note: str = FOUND) -> str:
    return await area_child_case.open_case(await town.desk(who), child, note, uuid4())


async def owed(town: SchoolTown) -> list[str]:
    return [row["what"] for row in await town.pool.fetch(OWED)]


async def file_of(town: SchoolTown) -> int:
    return await town.pool.fetchval("SELECT student_id FROM area_child")


async def test_48_a_child_in_no_school_is_owed_until_it_has_a_case_or_a_place(town):
    child = await enters(town)
    (row,) = await town.pool.fetch(OWED)
    assert (row["what"], row["school_id"]) == ("enrol:principal", RIVER)
    assert f"{row['due_at']:%m-%d}" == "11-30"
    # Said again, it is no less late; of another school, it is that school's.
    town.clock("11-29 09:10")
    await enters(town, child=child, identity_number=None)
    assert f"{(await town.pool.fetchrow(OWED))['due_at']:%m-%d}" == "11-30"
    await enters(town, "office", child, school_id=CLOUD, identity_number=None)
    assert [r["school_id"] for r in await town.pool.fetch(OWED)] == [CLOUD]
    await enters(town, "office", child, **AWAY, identity_number=None)
    assert await owed(town) == ["verify_area:office"]
    gov = await town.desk("gov")
    read, _ = await area_child.one_child(gov, child)
    await area_child.verify(gov, read, uuid4())
    assert await owed(town) == []
    # Time alone makes it owed again, by the sweep.
    town.now = town.now.replace(year=2027, month=2, day=15)
    await area_child.watch(hand(town.pool, town.now), TOWNSHIP)
    assert await owed(town) == ["renew_area:office"]


async def test_48_it_has_the_same_case_with_the_same_paper(town):
    child = await enters(town)
    assert await opens(town, child) == "2026-001"
    assert await owed(town) == []
    student = await file_of(town)
    assert await town.duties(student) == [
        "opened_bureau:bureau",
        "opened_government:government",
        "opened_office:office",
        "sign_report:principal",
    ]
    (line,) = (await case_board.board(await town.desk("bureau"))).cases
    assert (line.student_name, line.class_id, line.state.value) == (
        "罗小丫",
        THIRD,
        "suspected",
    )
    paper = await town.pool.fetchval("SELECT id FROM paper")
    await report.sign(await town.desk("wang"), TOWNSHIP, paper, uuid4())
    said = "".join((await report_view.view(await town.desk("gov"), TOWNSHIP, paper)).lines)
    assert said.startswith("关于适龄儿童罗小丫未入学情况的报告")
    assert (
        "我校学区内适龄儿童罗小丫（女，2019年5月15日出生，监护人罗大山，"
        "电话139****0077，住河湾村7组），适龄未入学：上门摸排，父亲称等明年。" in said
    )
    assert "未到校" not in said
    # It is in nobody's class: no roll calls it, no roster has it.
    await town.roll("11-23 am")
    assert await town.pool.fetchval("SELECT expected FROM roll") == 2
    page = await timeline(await town.desk("office"), TOWNSHIP, student)
    assert page.child.school_id == RIVER
    with pytest.raises(StillOpen):
        await opens(town, child)


async def test_48_its_notice_asks_for_entering_not_for_coming_back(town):
    await opens(town, await enters(town))
    student = await file_of(town)
    paper = await town.pool.fetchval("SELECT id FROM paper")
    await report.sign(await town.desk("wang"), TOWNSHIP, paper, uuid4())
    made = await notice.draft(
        await town.desk("wang"), TOWNSHIP, student, (PaperKind.RETURN_NOTICE, ""), uuid4()
    )
    said = (await notice_view.view(await town.desk("gov"), TOWNSHIP, made)).lines
    assert said[0] == "督促入学通知书"
    whole = "".join(said)
    assert "系河湾小学学区内适龄儿童，至今未入学接受义务教育，未办理延缓入学手续。" in whole
    assert "送罗小丫到河湾小学入学就读。逾期未送入学的" in whole
    assert "返校" not in whole


async def test_48_who_is_received_leaves_the_register_and_comes_back_by_the_roll(town):
    await opens(town, await enters(town))
    student = await file_of(town)
    arrival = Arrival(
        school_id=RIVER,
        class_id=THIRD,
        name="罗小丫",
        identity_number=GIRL,
        happened_on=town.now.date(),
        other_school="未入学",
    )
    await change_receive.receive(await town.desk("reg"), arrival, uuid4())
    await area_child.watch(hand(town.pool, town.now), TOWNSHIP)
    assert await town.pool.fetchval("SELECT struck_as FROM area_child") == "enrolled"
    claim = Claim(step=CaseStep.RETURN, note="已到校上课")
    with pytest.raises(NotSeenYet):
        await case.ask(await town.desk("li"), TOWNSHIP, student, claim, uuid4())
    town.clock("11-24 08:10")
    # With an open case it is missing until its own key says otherwise.
    await town.roll("11-24 am", **{f"_{student}": Mark.PRESENT})
    assert await town.pool.fetchval("SELECT expected FROM roll") == 3
    await case.ask(await town.desk("li"), TOWNSHIP, student, claim, uuid4())
    await photographed(town, student)
    await case.decide(await town.desk("reg"), TOWNSHIP, student, "", uuid4(), accept=True)
    assert await town.pool.fetchval("SELECT state FROM dropout_case") == "returned"


async def test_who_may_open_it_and_of_whom(town):
    child = await enters(town)
    for who in ("reg", "gov"):
        with pytest.raises(NotYours):
            await opens(town, child, who)
    with pytest.raises(OutOfSight):
        await opens(town, child, "zhou")
    with pytest.raises(ProofMissing):
        await opens(town, child, note=" ")
    nobody = await enters(
        town, "office", name="罗小山", identity_number=None, guardian=None
    )
    with pytest.raises(NobodyAnswers):
        await opens(town, nobody)
    young = {"identity_number": None, "born_on": entry().born_on.replace(year=2021)}
    with pytest.raises(NotToEnrol):
        await opens(town, await enters(town, name="罗小妹", **young))
    late = {"state": AreaState.DEFERRED, "basis": "3号", "until_on": AWAY["until_on"]}
    with pytest.raises(NotToEnrol):
        await opens(town, await enters(town, name="罗小弟", identity_number=None, **late))
    await town.write(
        "UPDATE enrolment SET to_on = '2026-11-23' WHERE school_id = $1", CLOUD
    )
    elsewhere = {"school_id": CLOUD, "name": "云小朵", "identity_number": None}
    with pytest.raises(NoClassYet):
        await opens(town, await enters(town, "office", **elsewhere), "office")
    assert not await town.pool.fetch("SELECT FROM dropout_case")


async def test_each_who_was_told_of_a_case_opened_by_hand_takes_note_for_itself(town):
    await opens(town, await enters(town))
    student = await file_of(town)
    await contact.take_note(await town.desk("gov"), TOWNSHIP, student, uuid4())
    assert "opened_government:government" not in await town.duties(student)
    assert "opened_bureau:bureau" in await town.duties(student)


async def test_18_a_roster_brings_the_case_to_the_class_that_has_the_child(town):
    """Of another school, by the number alone; the same with a leaver of primary school."""
    await opens(town, await enters(town))
    data = f"姓名,性别,出生日期,班级,身份证件号\n罗小丫,女,2019-05-15,三年级（1）班,{GIRL}"
    cloud = ("2199010003", data.encode("utf-8-sig"))
    await roster.take_in(await town.desk("office"), *cloud, dry_run=False)
    (line,) = (await case_board.board(await town.desk("office"))).cases
    assert (line.school_id, line.class_id) == (CLOUD, CLOUDS)
    town.clock("11-24 08:10")
    student = await file_of(town)
    await town.roll("11-24 am", CLOUDS, "zhou", **{f"_{student}": Mark.PRESENT})
    claim = Claim(step=CaseStep.RETURN, note="已到校上课")
    await case.ask(await town.desk("zhou"), TOWNSHIP, student, claim, uuid4())


async def test_48_no_paper_of_it_speaks_of_a_class_or_of_a_kin_nobody_told(town):
    await opens(town, await enters(town))
    student = await file_of(town)
    wang, place = await town.desk("wang"), (TOWNSHIP, student)
    letter = await case_paper.preview(wang, *place, PaperKind.REQUEST, "请协助劝学")
    said = "我校学区内适龄儿童罗小丫（女，2019年5月15日出生，住河湾村7组），至今未入学"
    assert said in "".join(letter.lines)
    whole = "".join((await case_paper.preview(wang, *place, PaperKind.CASE_FILE)).lines)
    assert "责任学校：河湾小学（未入学）" in whole
    assert "三年级" not in whole
