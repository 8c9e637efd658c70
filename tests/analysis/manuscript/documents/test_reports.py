"""Reports as files: complete, the same each time, readable aloud, and opened by an office."""

import io
import itertools
import re
import shutil
import subprocess
from pathlib import Path

import docx
import pytest
from docx.document import Document
from docx.oxml.ns import qn
from lxml import html
from pptx import Presentation

from analysis.manuscript.documents import draw_figures, report_docx, report_files, report_html, report_pptx, tables_html
from analysis.manuscript.documents.outline import FigurePart, Heading, TablePart, report_parts
from analysis.manuscript.documents.report_pptx import SMALLEST_SIZE
from analysis.manuscript.publication import Publication
from tests.analysis.manuscript.tables.conftest import MARKUP, hiding, in_language

KOREAN = re.compile("[가-힣]")


@pytest.fixture(scope="module")
def markup(imputed: Publication) -> str:
    return report_html(imputed).decode("utf-8")


@pytest.fixture(scope="module")
def page(markup: str) -> html.HtmlElement:
    return html.document_fromstring(markup)


@pytest.fixture(scope="module")
def written(weighted: Publication) -> tuple[dict[str, bytes], list[tuple[str, int, int]]]:
    """Every report of the weighted run, and what was told meanwhile."""
    told: list[tuple[str, int, int]] = []
    files = dict(report_files(weighted, ("html", "docx", "pptx"), lambda *step: told.append(step)))
    return files, told


Written = tuple[dict[str, bytes], list[tuple[str, int, int]]]


class TestPage:
    def test_it_holds_every_figure_and_table_and_labels_are_text(
        self, page: html.HtmlElement, imputed: Publication
    ) -> None:
        parts = report_parts(imputed)
        assert [item.get("id") for item in page.iter("figure")] == [
            f"figure_{part.name}" for part in parts if isinstance(part, FigurePart)
        ]
        assert [item.get("id") for item in page.iter("table")] == [
            part.table.name for part in parts if isinstance(part, TablePart)
        ]
        assert not list(page.iter("b"))
        assert MARKUP in page.text_content()

    def test_nothing_is_loaded_and_nothing_runs(self, markup: str) -> None:
        text = markup
        assert not re.search(r"<(script|link|iframe|object|embed|base)\b", text)
        assert not re.search(r"\son\w+=", text)
        addresses = re.findall(r"(?:href|src|url)\s*[=(]\s*[\"']?([^\"')\s>]+)", text)
        assert addresses
        assert all(address.startswith(("#", "data:image/png;base64,")) for address in addresses)
        assert "@import" not in text

    def test_ids_are_unique_and_every_link_arrives(self, page: html.HtmlElement) -> None:
        names = [item.get("id") for item in page.iter() if item.get("id")]
        assert len(set(names)) == len(names)
        links = [item.get("href")[1:] for item in page.iter("a")]
        assert set(links) <= set(names)
        used = [value[1:] for item in page.iter("use") for key, value in item.items() if key.endswith("href")]
        assert used
        assert set(used) <= set(names)

    def test_headings_nest_and_figures_are_told(self, page: html.HtmlElement) -> None:
        levels = [int(item.tag[1]) for item in page.find(".//main").iter("h1", "h2", "h3")]
        assert levels.count(1) == 1
        assert all(later - earlier <= 1 for earlier, later in itertools.pairwise(levels))
        drawings = list(page.iter("svg", "img"))
        assert drawings
        assert all((item.get("aria-label") or item.get("alt")) for item in drawings)
        assert page.get("lang") == "en"

    def test_tables_alone_make_a_page(self, weighted: Publication) -> None:
        found = html.document_fromstring(tables_html(weighted).decode("utf-8"))
        assert not list(found.iter("figure"))
        names = [item.get("id") for item in found.iter("table")]
        assert names[0] == "table_1_baseline"
        assert not [name for name in names if name.startswith("checklist")]


@pytest.fixture(scope="module")
def korean(weighted: Publication) -> Publication:
    return in_language(weighted, "ko")


@pytest.fixture(scope="module")
def document(korean: Publication) -> Document:
    return docx.Document(io.BytesIO(report_docx(korean)))


class TestDocument:
    def test_headings_captions_tables_and_alt_texts_are_real(self, document: Document, korean: Publication) -> None:
        parts = report_parts(korean)
        figures = [part for part in parts if isinstance(part, FigurePart)]
        properties = document.element.body.findall(f".//{qn('wp:docPr')}")
        assert [item.get("descr") for item in properties] == [part.alt for part in figures]
        captions = [item.text for item in document.paragraphs if item.style.name == "Caption"]
        assert captions == [f"{part.label}{part.title} {part.caption}" for part in figures]
        assert len(document.tables) == sum(isinstance(part, TablePart) for part in parts)
        styles = [item.style.name for item in document.paragraphs]
        assert styles[0] == "Title"
        assert {"Heading 1", "Heading 2", "Table title"} <= set(styles)
        empty = [
            item
            for item in document.paragraphs
            if not item.text
            and item.style.name != "Table note"  # keeps two tables apart
            and not item._p.findall(f".//{qn('w:drawing')}")
            and item._p.pPr.find(qn("w:sectPr")) is None
        ]
        assert not empty

    def test_pages_are_numbered_and_language_and_title_are_set(self, document: Document) -> None:
        fields = [item.get(qn("w:instr")) for item in document.sections[0].footer._element.iter(qn("w:fldSimple"))]
        assert fields == ["PAGE", "NUMPAGES"]
        assert document.core_properties.language == "ko-KR"
        assert KOREAN.search(document.core_properties.title)
        assert document.sections[0].page_width.cm == pytest.approx(21.0, abs=0.01)

    def test_headings_are_all_there_whatever_page_their_tables_take(
        self, document: Document, korean: Publication
    ) -> None:
        headings = [item.text for item in document.paragraphs if item.style.name == "Heading 1"]
        assert sorted(headings) == sorted(
            part.text for part in report_parts(korean) if isinstance(part, Heading) and part.level == 1
        )
        sideways = [section.page_width > section.page_height for section in document.sections]
        assert True in sideways
        assert False in sideways


class TestSlides:
    def test_five_slides_with_titles_notes_and_told_figures(self, imputed: Publication) -> None:
        deck = Presentation(io.BytesIO(report_pptx(imputed)))
        slides = list(deck.slides)
        assert len(slides) == 5
        for slide in slides:
            assert slide.shapes.title.text_frame.text.strip()
            assert slide.notes_slide.notes_text_frame.text.strip()
            groups = [shape for shape in slide.shapes if shape.shape_type == 6]
            assert all(shape._element.nvGrpSpPr.cNvPr.get("descr") for shape in groups)
        assert sum(any(shape.shape_type == 6 for shape in slide.shapes) for slide in slides) == 4

    def test_no_lettering_beside_figures_is_small(self, written: Written) -> None:
        deck = Presentation(io.BytesIO(written[0]["slides.pptx"]))
        for slide in deck.slides:
            for shape in slide.shapes:
                frames = [shape.text_frame] if shape.has_text_frame else []
                if shape.has_table:
                    frames += [cell.text_frame for row in shape.table.rows for cell in row.cells]
                for paragraph in (item for frame in frames for item in frame.paragraphs if item.text):
                    assert paragraph.font.size.pt >= SMALLEST_SIZE

    def test_the_effects_of_the_last_slide_are_those_of_the_run(self, weighted: Publication, written: Written) -> None:
        deck = Presentation(io.BytesIO(written[0]["slides.pptx"]))
        table = next(shape.table for shape in list(deck.slides)[-1].shapes if shape.has_table)
        after = weighted.result.after.survival[0].comparison
        assert after is not None
        assert after.cox is not None
        told = [cell.text for cell in table.rows[1].cells]
        assert told[0] == "RFS"
        assert told[3] == f"{after.cox.hazard_ratio:.2f} ({after.cox.ci_lower:.2f}–{after.cox.ci_upper:.2f})"

    def test_hidden_counts_are_on_no_slide(self, matched: Publication) -> None:
        deck = Presentation(io.BytesIO(report_pptx(hiding(matched, 30))))
        texts = " ".join(
            shape.text_frame.text for slide in deck.slides for shape in slide.shapes if shape.has_text_frame
        )
        assert "events in" not in texts
        assert "25 matched pairs" not in texts


def test_the_same_run_gives_the_same_bytes_and_progress_reaches_the_end(
    weighted: Publication, written: Written
) -> None:
    first, told = written
    assert list(first) == ["report.html", "report.docx", "slides.pptx"]
    assert all(0 <= done <= planned for _, done, planned in told)
    assert told[-1][1] == told[-1][2] > 0
    figures = draw_figures(weighted)
    assert report_html(weighted, figures=figures) == first["report.html"]
    assert report_docx(weighted, figures=figures) == first["report.docx"]
    assert report_pptx(weighted) == first["slides.pptx"]


@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
def test_an_office_opens_document_and_slides(written: Written, tmp_path: Path) -> None:
    for name in ("report.docx", "slides.pptx"):
        content = written[0][name]
        (tmp_path / name).write_bytes(content)
        subprocess.run(
            [
                *("soffice", f"-env:UserInstallation=file://{tmp_path}/profile", "--headless"),
                *("--convert-to", "pdf", "--outdir", str(tmp_path), str(tmp_path / name)),
            ],
            check=True,
            capture_output=True,
        )
        assert (tmp_path / name).with_suffix(".pdf").read_bytes().startswith(b"%PDF")
