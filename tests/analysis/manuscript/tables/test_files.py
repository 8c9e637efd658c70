"""The files that tables become: real tables, every cell as printed, the same bytes again, and labels that stay text."""

import csv
import io
import re
import zipfile
from dataclasses import replace

import docx
import openpyxl
import pytest
from docx.oxml.ns import qn
from lxml import etree, html

from analysis.manuscript.tables.csv import csv_text, inert
from analysis.manuscript.tables.docx import add_table, docx_bytes, drop_empty_end
from analysis.manuscript.tables.html import html_fragment
from analysis.manuscript.tables.latex import latex, latex_text
from analysis.manuscript.tables.layout import clean, is_wide
from analysis.manuscript.tables.table import Column, Footnote, ManuscriptTable, Row
from analysis.manuscript.tables.xlsx import xlsx_bytes
from tests.analysis.manuscript.tables.conftest import MARKUP

Tables = tuple[ManuscriptTable, ...]

NASTY = ManuscriptTable(
    name="table_1_nasty",
    title='Title <b>bold</b> & "quoted" \\input{x}',
    columns=(
        Column(head="Row", align="left"),
        Column(head="=1+1", group="A & B"),
        Column(head="[x] ~^_#$%", group="A & B"),
        Column(head="plain"),
    ),
    rows=(
        Row(cells=("heading <i>", "", "", ""), heading=True),
        Row(cells=("[bracketed]", "=cmd|' /C calc'!A0", "a\nb\x00\x0b", "1"), level=1, marks=("a", "b")),
        Row(cells=("*starred*", "<script>alert(1)</script>", "", "2")),
        Row(cells=("@SUM(A1)", "{=1}", "https://example.org", "0012")),
    ),
    footnotes=(Footnote(text="of all <x>"), Footnote(text="one", mark="a"), Footnote(text="two & three", mark="b")),
    abbreviations=(("CI", "confidence interval"),),
)


def cells_of(table: ManuscriptTable) -> list[str]:
    """Every cell of the body as it should be read, marks after the name."""
    found: list[str] = []
    for row in table.rows:
        name = clean(row.cells[0]) + ",".join(row.marks)
        found += [name] if row.heading else [name, *map(clean, row.cells[1:])]
    return found


def below(table: ManuscriptTable) -> list[str]:
    return [clean(line) for line in table.below()]


class TestWord:
    def test_cells_titles_and_footnotes_are_as_printed(self, imputed_tables: Tables) -> None:
        document = docx.Document(io.BytesIO(docx_bytes([*imputed_tables, NASTY])))
        printed = [*imputed_tables, NASTY]
        assert len(document.tables) == len(printed)
        paragraphs = [paragraph.text for paragraph in document.paragraphs]
        for found, table in zip(document.tables, printed, strict=True):
            rows = found._tbl.findall(qn("w:tr"))
            heads = 2 if any(column.group for column in table.columns) else 1
            cells = [
                "".join(text.text for text in cell.iter(qn("w:t")))
                for row in rows[heads:]
                for cell in row.findall(qn("w:tc"))
            ]
            assert cells == cells_of(table)
            assert clean(table.title) in paragraphs
            assert set(below(table)) <= set(paragraphs)

    def test_heads_are_repeated_and_no_row_is_broken(self, matched_tables: Tables) -> None:
        document = docx.Document(io.BytesIO(docx_bytes(matched_tables)))
        for found, table in zip(document.tables, matched_tables, strict=True):
            rows = found._tbl.findall(qn("w:tr"))
            repeated = [row.find(f"{qn('w:trPr')}/{qn('w:tblHeader')}") is not None for row in rows]
            heads = 2 if any(column.group for column in table.columns) else 1
            assert repeated == [True] * heads + [False] * (len(rows) - heads)
            assert all(row.find(f"{qn('w:trPr')}/{qn('w:cantSplit')}") is not None for row in rows)

    def test_readers_aloud_are_told_what_a_table_is(self) -> None:
        document = docx.Document(io.BytesIO(docx_bytes([NASTY])))
        properties = document.tables[0]._tbl.tblPr
        assert properties.find(qn("w:tblCaption")).get(qn("w:val")) == NASTY.title
        assert document.core_properties.title == NASTY.title
        style = next(p for p in document.paragraphs if p.text == NASTY.title).style
        assert style is not None
        assert style.element.pPr.find(qn("w:outlineLvl")) is not None

    @pytest.mark.parametrize(("language", "tag"), [("ko", "ko-KR"), ("ja", "ja-JP")])
    def test_the_language_is_set(self, language: str, tag: str) -> None:
        with zipfile.ZipFile(io.BytesIO(docx_bytes([replace(NASTY, language=language)]))) as archive:
            styles = etree.fromstring(archive.read("word/styles.xml"))
        tags = {element.get(qn("w:eastAsia")) for element in styles.iter(qn("w:lang"))}
        assert tags == {tag}

    def test_wide_tables_lie_on_their_side_and_no_page_is_empty(self, matched_tables: Tables) -> None:
        document = docx.Document(io.BytesIO(docx_bytes(matched_tables)))
        sideways = [section.page_width > section.page_height for section in document.sections]  # type: ignore[operator]
        assert sideways == [is_wide(table) for table in matched_tables]
        assert True in sideways
        assert False in sideways

    def test_a_table_in_another_document_leaves_it_upright(self, matched_tables: Tables) -> None:
        document, wide = docx.Document(), next(table for table in matched_tables if is_wide(table))
        document.add_paragraph("before")
        add_table(document, wide)
        add_table(document, wide)
        document.add_paragraph("after")
        assert [section.page_width > section.page_height for section in document.sections] == [False, True, True, False]  # type: ignore[operator]
        drop_empty_end(document)
        assert document.paragraphs[-1].text == "after"


class TestExcel:
    def test_a_sheet_a_table_with_every_cell_as_text(self, imputed_tables: Tables) -> None:
        printed = [*imputed_tables, NASTY]
        book = openpyxl.load_workbook(io.BytesIO(xlsx_bytes([*imputed_tables, replace(NASTY, name="table_9_nasty")])))
        assert len(book.sheetnames) == len(printed)
        for sheet, table in zip(book.worksheets, printed, strict=True):
            heads = 2 if any(column.group for column in table.columns) else 1
            assert sheet["A1"].value == clean(table.title)
            assert sheet.freeze_panes == f"B{heads + 2}"
            assert sheet.page_setup.orientation == ("landscape" if is_wide(table) else "portrait")
            for place, row in enumerate(table.rows, start=heads + 2):
                shown = [sheet.cell(place, column + 1).value or "" for column in range(len(table.columns))]
                assert shown == [clean(row.cells[0]) + ",".join(row.marks), *map(clean, row.cells[1:])]
            assert {cell.data_type for line in sheet.iter_rows() for cell in line} <= {"s", "n"}
            assert all(cell.value is None for line in sheet.iter_rows() for cell in line if cell.data_type == "n")
            assert all(cell.hyperlink is None for line in sheet.iter_rows() for cell in line)

    def test_sheets_carry_the_numbers_of_the_tables(self, matched_tables: Tables) -> None:
        book = openpyxl.load_workbook(io.BytesIO(xlsx_bytes(matched_tables)))
        assert book.sheetnames[:4] == ["Table 1", "Table 2", "Table 3", "Table S1"]


class TestWeb:
    def test_labels_are_text_and_heads_have_a_scope(self) -> None:
        found = html.fromstring(html_fragment(NASTY))
        assert {element.tag for element in found.iter()} == {
            "table", "caption", "thead", "tbody", "tfoot", "tr", "th", "td", "sup",
        }  # fmt: skip
        assert found.find("caption").text_content() == NASTY.title
        assert all(head.get("scope") for head in found.iter("th"))
        assert [cell.text_content() for cell in found.iterfind("tfoot/tr/td")] == below(NASTY)

    def test_cells_are_as_printed(self, imputed_tables: Tables) -> None:
        for table in (*imputed_tables, NASTY):
            found = html.fromstring(html_fragment(table))
            assert [cell.text_content() for cell in found.iterfind("tbody/tr/*")] == cells_of(table)

    def test_heads_fill_the_grid(self, matched_tables: Tables) -> None:
        for table in matched_tables:
            rows = html.fromstring(html_fragment(table)).findall("thead/tr")
            spanned = sum(int(head.get("colspan", 1)) for head in rows[0])
            assert spanned == len(table.columns)

    def test_the_language_is_told(self, imputed_tables: Tables) -> None:
        assert html.fromstring(html_fragment(replace(imputed_tables[0], language="ko"))).get("lang") == "ko"


class TestLatex:
    @pytest.mark.parametrize("which", ["matched_tables", "weighted_tables", "imputed_tables"])
    def test_every_row_has_every_cell_and_braces_close(self, which: str, request: pytest.FixtureRequest) -> None:
        for table in (*request.getfixturevalue(which), NASTY):
            written = latex(table)
            body = written[written.index(r"\midrule") : written.index(r"\bottomrule")].splitlines()[1:]
            for line, row in zip(body, table.rows, strict=True):
                assert line.endswith(r" \\")
                separators = len(re.findall(r"(?<!\\)&", line))
                assert separators == (0 if row.heading else len(table.columns) - 1)
            plain = re.sub(r"\\[{}%&#$_]", "", written)
            assert plain.count("{") == plain.count("}")
            assert written.count(r"\begin{") == written.count(r"\end{")

    def test_a_label_is_never_a_command(self) -> None:
        commands = set(re.findall(r"\\([A-Za-z]+)", latex(NASTY)))
        own = {"usepackage", "setmainfont", "begin", "end", "centering", "caption", "label", "footnotesize", "tabcolsep",
               "setlength", "toprule", "midrule", "bottomrule", "cmidrule", "multicolumn", "hspace", "tnote", "item",
               "textbackslash", "textless", "textgreater", "textbar", "textasciitilde", "textasciicircum", "symbol"}  # fmt: skip
        assert commands <= own
        assert r"\input" not in latex(NASTY)

    def test_the_end_of_a_line_takes_no_option_from_a_label(self) -> None:
        assert not re.search(r"\\\\\s*[\[*]", latex(NASTY))

    def test_east_asian_letters_ask_for_their_engine(self, imputed_tables: Tables) -> None:
        assert "% XeLaTeX or LuaLaTeX" in latex(imputed_tables[0])
        assert "XeLaTeX" not in latex(NASTY)

    def test_signs_of_our_own_are_commands(self) -> None:
        assert latex_text("≤ −1.5 – 2") == r"$\leq$ $-$1.5 -- 2"


class TestCsv:
    def test_rows_are_as_printed_and_run_nothing(self, imputed_tables: Tables) -> None:
        for table in (*imputed_tables, NASTY):
            rows = list(csv.reader(io.StringIO(csv_text(table))))
            assert len(rows) == 2 + len(table.rows) + len(below(table))
            for written, row in zip(rows[2:], table.rows, strict=False):
                assert len(written) == len(table.columns)
                shown = [cell.removeprefix("'") for cell in written[1:]]
                assert shown == [clean(cell).removeprefix("'") for cell in row.cells[1:]]
            assert not any(re.match(r"\s*[=@\t\r]", cell) for row in rows for cell in row)

    @pytest.mark.parametrize("text", ["=1+1", "+A1", "-cmd|x", "@SUM(1)", " =1", "+HYPERLINK(1)", "−B2"])
    def test_what_could_run_has_an_apostrophe(self, text: str) -> None:
        assert inert(text) == (text if text.startswith("−") else f"'{text}")

    @pytest.mark.parametrize("text", ["+28.0 (+3.5 to +48.8)", "−0.10", "+1.6 (+1.0 to NR)", "12 (48.0)"])
    def test_numbers_stay_as_printed(self, text: str) -> None:
        assert inert(text) == text


@pytest.mark.parametrize("make", [docx_bytes, xlsx_bytes])
def test_files_are_the_same_again_and_need_a_table(make, imputed_tables: Tables) -> None:  # type: ignore[no-untyped-def]
    first = make(imputed_tables)
    assert make(imputed_tables) == first
    with zipfile.ZipFile(io.BytesIO(first)) as archive:
        assert {entry.date_time[0] for entry in archive.infolist()} == {1980}
    with pytest.raises(ValueError, match="at least one table"):
        make([])


def test_markup_in_an_arm_s_label_stays_text(imputed_tables: Tables) -> None:
    assert MARKUP in html.fromstring(html_fragment(imputed_tables[0])).text_content()
    assert "<b>" not in html_fragment(imputed_tables[0])
    document = docx.Document(io.BytesIO(docx_bytes(imputed_tables[:1])))
    assert MARKUP in "".join(document.tables[0]._tbl.itertext())
