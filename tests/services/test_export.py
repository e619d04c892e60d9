"""Exports: who gets what, what is asked for it, what is kept and written down."""

from io import BytesIO

import pytest
from openpyxl import load_workbook

from core.rules.class_label import UnclearClass
from core.rules.errors import BadInput, NotYours, OutOfSight
from core.rules.export import (
    ASKS_ABOVE,
    Asked,
    Listing,
    PurposeNeeded,
)
from core.rules.paper import Edition
from core.rules.staff import Role
from core.services import export
from core.services.place import NoSuchSchool
from tests.papers.samples import words
from tests.services.export_township import (
    ADMIN,
    BUREAU,
    CADRE,
    DISTANT,
    DUTY,
    FENG,
    GOVERNMENT,
    LI,
    LUO,
    NINE_YEAR,
    OFFICE,
    RIVER,
    SUPERVISION,
    WANG,
    WHITE,
    ZHAO,
    build,
    desk,
    seated,
    write,
)


@pytest.fixture
async def town(pool):
    await build(pool)
    return pool


def asked(listing: Listing = Listing.ROSTER, **more: object) -> Asked:
    return Asked.model_validate({"listing": listing, "purpose": "核对名单"} | more)


async def text(town, actor, ask: Asked) -> str:
    """Make an export and return every word on it."""
    made = await export.make(await seated(town, actor), ask)
    book = load_workbook(BytesIO(made.data), read_only=True)
    return "\n".join(word for sheet in book for word in words(sheet))


async def test_an_internal_roster_holds_no_whole_number(town):
    told = await text(town, WANG, asked())
    assert "990101********0212" in told
    assert "G990101********0212" in told
    assert "199****0001" in told
    assert "（内部版）" in told
    for whole in (ZHAO, LUO, FENG, "19900000001", "19900000003"):
        assert whole not in told


async def test_a_submitted_roster_holds_whole_numbers_as_text(town):
    told = await text(town, WANG, asked(edition=Edition.SUBMITTED))
    for whole in (ZHAO, LUO, FENG, f"G{ZHAO}", "19900000001"):
        assert whole in told
    assert "（报送版）" in told
    assert "*" not in told


async def test_a_roster_says_of_each_child_what_the_database_holds(town):
    made = await export.make(desk(town, WANG), asked())
    sheet = load_workbook(BytesIO(made.data)).active
    rows = [[c.value for c in row] for row in sheet.iter_rows(min_row=6, max_row=8)]
    assert rows[0][1:6] == ["三年级（1）班", 1, "赵小雨", "女", "2017-03-15"]
    assert rows[0][9:17] == [
        "住校",
        "青石镇河东村",
        "河东村二组",
        "赵大山",
        "父亲",
        "199****0001",
        "残疾（肢体残疾）、留守",
        "在籍在校",
    ]
    assert [row[3] for row in rows] == ["赵小雨", "罗子涵", "冯浩然"]
    assert rows[1][9] == "走读"
    assert rows[2][1] == "七年级（1）班"
    assert made.line.file_name == ("青石镇九年一贯制学校学生花名册_20261123_内部版.xlsx")


async def test_a_class_teacher_exports_the_class_and_no_other(town):
    told = await text(town, LI, asked())
    assert "赵小雨" in told
    assert "罗子涵" in told
    assert "冯浩然" not in told
    with pytest.raises(BadInput, match="可导出的班级：三年级（1）班"):
        await export.make(desk(town, LI), asked(class_label="七年级（1）班"))
    with pytest.raises(NoSuchSchool):
        await export.make(desk(town, LI), asked(school_code=RIVER))


async def test_a_class_teacher_gets_no_whole_numbers(town):
    with pytest.raises(NotYours):
        await export.make(desk(town, LI), asked(edition=Edition.SUBMITTED))
    # Papers without numbers have both editions.
    await export.make(desk(town, LI), asked(Listing.LEAVE, edition=Edition.SUBMITTED))


async def test_a_school_never_exports_another_school(town):
    told = await text(town, WANG, asked())
    assert "陈雨桐" not in told
    with pytest.raises(NoSuchSchool):
        await export.make(desk(town, WANG), asked(school_code=RIVER))


async def test_a_township_exports_its_schools_and_no_other_township(town):
    told = await text(town, OFFICE, asked())
    assert "青石镇九年一贯制学校三年级（1）班" in told
    assert "河湾小学三年级（1）班" in told
    assert "白晓" not in told
    with pytest.raises(NoSuchSchool):
        await export.make(desk(town, OFFICE), asked(school_code=WHITE))


@pytest.mark.parametrize("actor", [BUREAU, SUPERVISION])
async def test_bureau_and_supervision_export_their_county_and_no_other(town, actor):
    told = await text(town, actor, asked())
    for name in ("赵小雨", "陈雨桐", "白晓"):
        assert name in told
    assert "远航" not in told
    with pytest.raises(NoSuchSchool):
        await export.make(desk(town, actor), asked(school_code=DISTANT))
    made = await export.make(desk(town, actor), asked(school_code=NINE_YEAR))
    assert (made.line.row_count, made.line.township_id) == (3, 990101100)


@pytest.mark.parametrize("actor", [DUTY, CADRE, ADMIN])
@pytest.mark.parametrize("listing", [Listing.ROSTER, Listing.LEAVE, Listing.MONTH])
async def test_posts_without_papers_export_nothing(town, actor, listing):
    with pytest.raises(NotYours):
        await export.make(desk(town, actor), asked(listing))


async def test_a_grant_of_another_school_gives_no_whole_numbers_of_the_class(town):
    both = LI.model_copy(
        update={"grants": (*LI.grants, WANG.grants[0].model_copy(update={"school_id": 2}))}
    )
    told = await text(town, both, asked(edition=Edition.SUBMITTED))
    assert "陈雨桐" in told
    assert "赵小雨" not in told


async def test_a_grant_for_no_existing_place_sees_nothing(town):
    nowhere = OFFICE.model_copy(
        update={"grants": (OFFICE.grants[0].model_copy(update={"township_id": 990101199}),)}
    )
    with pytest.raises(OutOfSight):
        await export.make(await seated(town, nowhere), asked())


async def test_the_purpose_is_asked_for_numbers_and_for_what_is_sensitive(town):
    for listing in (Listing.ROSTER, Listing.ABSENCES, Listing.VISITS):
        with pytest.raises(PurposeNeeded):
            await export.make(desk(town, WANG), asked(listing, purpose=" "))
    with pytest.raises(PurposeNeeded):
        await export.make(
            desk(town, WANG), asked(Listing.CHANGES, purpose="", edition=Edition.SUBMITTED)
        )
    for listing in (Listing.CHANGES, Listing.LEAVE):
        await export.make(desk(town, WANG), asked(listing, purpose=""))


MANY = """
INSERT INTO student (township_id, id, name, sex, born_on, pinyin, pinyin_key)
SELECT 990101100, 1000 + n, '学生', 'male', '2017-01-01', '{}', '~'
  FROM generate_series(1, {count}) n;
INSERT INTO enrolment (township_id, student_id, school_id, class_id, boarder, status,
                       from_on, to_on)
SELECT 990101100, 1000 + n, 1, 31, false, 'enrolled', '2026-09-01', '2026-09-02'
  FROM generate_series(1, {count}) n;
INSERT INTO leave (township_id, number, student_id, school_id, class_id, kind, from_day,
                   from_session, to_day, to_session, from_at, to_at, asked_by, asked_how,
                   reason, state, entered_by, entered_at, alone_until, evidence)
SELECT 990101100, '2026-' || lpad(n::text, 4, '0'), 1000 + n, 1, 31, 'sick', '2026-11-19',
       'am', '2026-11-23', 'pm', '2026-11-19 08:00+08', '2026-11-23 17:00+08', '家长',
       'phone', '感冒', 'approved', 1, '2026-11-19 07:30+08', '2026-11-23 17:00+08', ''
  FROM generate_series(1, {count}) n
"""


@pytest.mark.parametrize(("count", "refused"), [(0, False), (1, True)])
async def test_the_purpose_is_asked_above_200_rows_in_any_edition(town, count, refused):
    await write(town, MANY.replace("{count}", str(ASKS_ABOVE + count)))
    ask = asked(Listing.LEAVE, purpose="")
    if refused:
        with pytest.raises(PurposeNeeded):
            await export.make(desk(town, WANG), ask)
        assert await export.mine(desk(town, WANG)) == ()
    else:
        assert (await export.make(desk(town, WANG), ask)).line.row_count == ASKS_ABOVE


async def test_a_class_is_found_under_every_spelling_and_never_guessed(town):
    told = await text(town, WANG, asked(class_label="七(1)班"))
    assert "冯浩然" in told
    assert "赵小雨" not in told
    assert "青石镇九年一贯制学校七年级（1）班学生花名册" in told
    with pytest.raises(UnclearClass):
        await export.make(desk(town, WANG), asked(class_label="七年级"))
    with pytest.raises(BadInput, match="还须写明学校"):
        await export.make(desk(town, OFFICE), asked(class_label="七年级（1）班"))


async def test_the_choices_are_the_places_one_may_export(town):
    of_teacher = await export.choices(desk(town, LI), Listing.ROSTER)
    assert [c.id for c in of_teacher.classes] == [31]
    assert [s.code for s in of_teacher.schools] == [NINE_YEAR]
    assert of_teacher.term == (2026, 1)
    of_township = await export.choices(desk(town, GOVERNMENT), Listing.ROSTER)
    assert {s.code for s in of_township.schools} == {NINE_YEAR, RIVER, "YL0001"}
    with pytest.raises(NotYours):
        await export.choices(desk(town, LI), Listing.MONTH)
    assert Role.CLASS_TEACHER is LI.grants[0].role
