"""What every paper keeps, whichever its columns are."""

import zipfile
from collections.abc import Iterator
from datetime import UTC, timedelta
from io import BytesIO

import pytest
from xlsxwriter import Workbook

from core.papers import changes, ledger, roster
from core.papers.form import Column, Form, Leaf
from core.papers.sheet import OPTIONS, Unsorted, write_book, write_leaf
from core.papers.sheet_row import CellLost, WrongEdition
from core.rules.change import ChangeKind
from core.rules.paper import Edition, PaperHead, file_name
from core.rules.register import RosterLine
from tests.papers.samples import (
    AT,
    EVIL,
    IDENTITY,
    NATIONAL,
    change_row,
    find,
    head,
    read,
    roster_line,
    words,
)


def bytes_of(one: PaperHead, *rows: RosterLine) -> bytes:
    out = BytesIO()
    roster.write(out, one, map(roster.cells, rows))
    return out.getvalue()


def test_the_same_content_gives_the_same_bytes() -> None:
    first = bytes_of(head(), roster_line())
    assert bytes_of(head(), roster_line()) == first
    assert bytes_of(head(), roster_line(student_name="钱小山")) != first
    with zipfile.ZipFile(BytesIO(first)) as archive:
        assert {info.date_time[0] for info in archive.infolist()} == {1980}
        core = archive.read("docProps/core.xml").decode()
    assert core.count("2026-11-25T00:00:00Z") == 2  # created and modified: the paper's day


def test_a_name_that_looks_like_a_formula_stays_a_name() -> None:
    evil = roster_line(
        student_name=EVIL, guardian="+1+1", address="@SUM(A1)", note="http://x"
    )
    raw = bytes_of(head(title=EVIL), evil)
    with zipfile.ZipFile(BytesIO(raw)) as archive:
        sheet = archive.read("xl/worksheets/sheet1.xml").decode()
    assert "<f>" not in sheet
    assert "hyperlink" not in sheet
    page = read(lambda out: roster.write(out, head(), [roster.cells(evil)])).worksheets[0]
    row, column = find(page, EVIL)
    assert page.cell(row, column).data_type == "s"
    for text in ("+1+1", "@SUM(A1)", "http://x"):
        assert page.cell(*find(page, text)).data_type == "s"


def test_numbers_of_people_are_text_to_the_last_digit() -> None:
    page = read(
        lambda out: roster.write(out, head(), [roster.cells(roster_line())])
    ).worksheets[0]
    for text in (IDENTITY, NATIONAL, "19900000001"):
        assert page.cell(*find(page, text)).data_type == "s"


def test_nought_is_0_and_what_is_not_known_is_a_dash() -> None:
    form: Form[RosterLine] = Form(
        columns=(
            Column("有", 8, lambda _: 0),
            Column("无", 8, lambda _: None),
            Column("空", 8, lambda _: ""),
        ),
        numbered=False,
    )
    leaf = Leaf("试", form, head(), [roster_line()])
    page = read(lambda out: write_book(out, [leaf])).worksheets[0]
    row = find(page, "—")[0]
    assert page.cell(row, 1).value == 0
    assert page.cell(row, 1).data_type == "n"
    assert page.cell(row, 2).value == "—"
    assert page.cell(row, 3).value == ""


def test_a_page_is_lying_a4_one_wide_with_its_heads_repeated() -> None:
    page = read(
        lambda out: roster.write(out, head(), [roster.cells(roster_line())])
    ).worksheets[0]
    assert page.page_setup.orientation == "landscape"
    assert page.page_setup.paperSize == 9
    assert page.sheet_properties.pageSetUpPr.fitToPage
    # The format leaves a width of one page unsaid.
    assert page.page_setup.fitToWidth in {None, 1}
    assert page.page_setup.fitToHeight == 0
    assert page.print_title_rows == "$4:$5"
    wide = read(lambda out: ledger.write(out, head(), [])).worksheets[0]
    assert wide.page_setup.paperSize == 8


def test_every_head_is_there_though_the_memory_is_constant() -> None:
    page = read(
        lambda out: roster.write(out, head(), [roster.cells(roster_line())])
    ).worksheets[0]
    row = find(page, "序号")[0]
    for at, column in enumerate(roster.FORM.all_columns, start=1):
        if column.group:
            assert page.cell(row + 1, at).value == column.head
        else:
            assert page.cell(row, at).value == column.head
    merged = {str(one) for one in page.merged_cells.ranges}
    assert {"A1:R1", "A2:R2", "A4:A5", "B4:B5", "M4:O4", "R4:R5"} <= merged
    assert page.cell(*find(page, "监护人")).coordinate == "M4"


def test_what_stands_around_the_table() -> None:
    one = head(notes=("本表一式两份。",), sentence="特此零报告。", made_by="甲&乙")
    page = read(
        lambda out: roster.write(out, one, [roster.cells(roster_line())])
    ).worksheets[0]
    told = words(page)
    assert told[0] == "青石镇九年一贯制学校学生花名册"
    assert told[1] == "（报送版）"
    assert told[2] == "填报单位（盖章）：青石镇九年一贯制学校"
    assert told[3] == "填报日期：2026年11月25日"
    signatures = next(text for text in told if text.startswith("单位负责人（签字）："))
    assert [part for part in signatures.split("　") if part] == [
        "单位负责人（签字）：",
        "审核人：",
        "填表人：李秀英",
        "联系电话：",
    ]
    assert told[-1] == "说明：1．本表一式两份。"
    assert told.index("特此零报告。") < told.index(signatures)
    # ElementTree hands && back as it stands in the file: one & on paper.
    foot = f"{page.oddFooter.left.text}{page.oddFooter.right.text}"
    assert "甲&&乙 2026-11-25 16:05 E1024" in foot


def test_a_register_without_rows_says_so() -> None:
    page = read(lambda out: roster.write(out, head(), [])).worksheets[0]
    assert "（无）" in words(page)


def test_each_kind_of_change_ends_with_its_count() -> None:
    rows = [
        change_row(),
        change_row(student_name="钱小山"),
        change_row(ChangeKind.DROPOUT, student_name="孙小海"),
    ]
    told = words(read(lambda out: changes.write(out, head(), rows)).worksheets[0])
    assert told.index("钱小山") < told.index("转入小计：2人") < told.index("孙小海")
    assert told.index("孙小海") < told.index("辍学小计：1人")
    with pytest.raises(Unsorted):
        changes.write(BytesIO(), head(), [*rows, change_row()])


@pytest.mark.parametrize("field", ["identity_number", "national_no", "phone"])
def test_an_internal_paper_holds_no_whole_number_and_a_submitted_one_no_masked(
    field: str,
) -> None:
    masked = {
        "identity_number": "990101********0212",
        "national_no": "G990101********0212",
        "phone": "199****0001",
    }
    internal = head(edition=Edition.INTERNAL)
    bytes_of(internal, roster_line(**masked))
    bytes_of(head(), roster_line())
    whole = roster_line(**(masked | {field: getattr(roster_line(), field)}))
    with pytest.raises(WrongEdition):
        bytes_of(internal, whole)
    with pytest.raises(WrongEdition):
        bytes_of(head(), roster_line(**{field: masked[field]}))


def test_a_cell_that_does_not_fit_is_a_fault_and_not_a_hole() -> None:
    with pytest.raises(CellLost):
        bytes_of(head(), roster_line(note="长" * 32_768))


def test_rows_are_taken_one_by_one() -> None:
    taken = 0

    def many() -> Iterator[RosterLine]:
        nonlocal taken
        for _ in range(300):
            taken += 1
            yield roster_line()

    roster.write(BytesIO(), head(), map(roster.cells, many()))
    assert taken == 300


def test_the_edition_and_the_day_stand_in_the_file_name() -> None:
    assert file_name(head(title="花名册"), "xlsx") == (
        "花名册_青石镇九年一贯制学校_20261125_报送版.xlsx"
    )
    odd = head(title="../表/一", edition=Edition.INTERNAL)
    assert file_name(odd, "xlsx").startswith("_表_一_")
    assert "内部版" in file_name(odd, "xlsx")


def test_a_footer_does_not_move_with_the_machine_s_zone() -> None:
    elsewhere = head(made_at=AT.astimezone(UTC))
    assert bytes_of(elsewhere, roster_line()) == bytes_of(head(), roster_line())
    later = head(made_at=AT + timedelta(minutes=1))
    assert bytes_of(later, roster_line()) != bytes_of(head(), roster_line())


TALL: Form[tuple[str, str]] = Form(
    # 12 digits of 7 pixels hold six characters of 10.5 points, or twelve Latin ones.
    columns=(Column("甲", 12, lambda row: row[0]), Column("乙", 12, lambda row: row[1])),
    numbered=False,
)


def test_a_row_is_as_high_as_its_longest_cell() -> None:
    rows = [
        ("一二三四五六", "2026-11-02"),
        ("一二三四五六七", "—"),
        ("—", "2026-11-02 08:00"),
        ("一二三四五六七八九十甲乙丙", "一"),
        ("一\n二\n三", "一"),
        ("一", "二"),
        # Two lines, then twelve characters for two, then one too many.
        ("2026-11-02 08:00", "一二三四五六七八九十甲乙"),
        ("2026-11-02 08:00", "一二三四五六七八九十甲乙丙"),
        ("一二三四五六七", "2026-11-02 08:00 至 12:00"),
    ]
    page = read(lambda out: write_book(out, (Leaf("表", TALL, head(), rows),))).worksheets[
        0
    ]
    first, _ = find(page, "一二三四五六")
    # 15 points and 15.225 for every further line, in whole pixels; nothing of a row of one.
    heights = [page.row_dimensions[first + n].height for n in range(9)]
    assert heights[:6] == [None, 30.0, 30.0, 45.75, 45.75, None]
    assert heights[6:] == [30.0, 45.75, 45.75]


def test_the_heights_of_rows_gone_by_are_not_kept() -> None:
    out = BytesIO()
    book = Workbook(out, OPTIONS)
    sheet = book.add_worksheet("表")
    kept = []

    def rows() -> Iterator[tuple[str, str]]:
        for _ in range(50):
            yield ("一二三四五六七", "一")
            kept.append(len(sheet.row_info))

    write_leaf(book, Leaf("表", TALL, head(), rows()), sheet)
    book.close()
    # The title, both heads, and one row.
    assert max(kept) <= 4
