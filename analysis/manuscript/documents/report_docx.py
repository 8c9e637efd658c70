"""A report as a Word document: real headings, captions, tables and page numbers, figures with their words."""

import io
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

import docx
from docx.document import Document
from docx.enum.section import WD_ORIENT
from docx.oxml import parse_xml
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor

from analysis.manuscript.documents.figures import draw_figures
from analysis.manuscript.documents.outline import (
    FactList,
    FigurePart,
    Heading,
    Paragraphs,
    Part,
    References,
    TablePart,
    Title,
    report_parts,
)
from analysis.manuscript.documents.progress import OnProgress, Progress
from analysis.manuscript.documents.words import say
from analysis.manuscript.publication import Publication
from analysis.manuscript.tables.archive import timeless
from analysis.manuscript.tables.docx import (
    add_table,
    begins_page,
    drop_empty_end,
    set_fonts,
    set_language,
    set_page,
    set_properties,
)
from analysis.manuscript.tables.layout import clean, is_wide
from charts.files import figure_file
from charts.journal import manuscript_style

if TYPE_CHECKING:
    from matplotlib.figure import Figure

TEXT_WIDTH: Final = Cm(17)
TALLEST_FIGURE: Final = Cm(20)
"""What leaves room for a caption on the same page."""

EMU_PER_INCH: Final = 914400
FIGURE_DPI: Final = 300
_NEW_PAGE: Final = ("figures", "tables", "supplementary_tables", "supplementary_figures", "checklists", "references")
_NAMESPACE: Final = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_STYLES: Final[tuple[tuple[str, float, bool, float, float], ...]] = (
    ("Normal", 10.5, False, 0.0, 6.0),
    ("Title", 20.0, True, 0.0, 6.0),
    ("Subtitle", 10.5, False, 0.0, 3.0),
    ("Heading 1", 15.0, True, 18.0, 6.0),
    ("Heading 2", 11.5, True, 12.0, 3.0),
    ("Caption", 9.0, False, 4.0, 16.0),
    ("Figure", 10.5, False, 6.0, 0.0),
    ("Reference", 9.5, False, 0.0, 3.0),
    ("Fact", 9.5, False, 0.0, 3.0),
)
"""Name, size, bold, space before and after, in points."""


def report_docx(
    publication: Publication,
    *,
    figures: "Mapping[str, Figure] | None" = None,
    on_progress: OnProgress | None = None,
) -> bytes:
    """Write a run as a Word document with everything in it, in the order of a paper.

    Parameters
    ----------
    publication : Publication
        One run; language, journal and number style are those of its study.
    figures : mapping of str to matplotlib.figure.Figure, optional
        As `draw_figures` gives them, where they are drawn already.
    on_progress : callable, optional
        Called with what is being made, how many parts are done and how many are planned.

    Returns
    -------
    bytes
        A4, the same for the same run. Figures are pixels at 300 dpi; no row of a patient.
    """
    drawn = draw_figures(publication, on_progress) if figures is None else figures
    with manuscript_style(publication.result.settings.manuscript):
        parts = report_parts(publication)
        progress = Progress(on_progress, sum(isinstance(part, FigurePart) for part in parts))
        document = _empty_document(publication.language)
        _Writer(document, publication.language, drawn, progress).write(parts)
    title = next(part for part in parts if isinstance(part, Title))
    set_properties(document, title.text, publication.language)
    made = io.BytesIO()
    document.save(made)
    progress.end()
    return timeless(made.getvalue())


def _empty_document(language: str) -> Document:
    document = docx.Document()
    set_page(document.sections[0], wide=False)
    set_language(document, language)
    names = {style.name for style in document.styles}
    for name, size, bold, before, after in _STYLES:
        style: Any = document.styles[name] if name in names else document.styles.add_style(name, 1)
        if name not in names:
            style.base_style = document.styles["Normal"]
        style.font.size, style.font.bold, style.font.italic = Pt(size), bold, False
        style.font.color.rgb = RGBColor(0, 0, 0)
        set_fonts(style.element.get_or_add_rPr(), language)
        layout = style.paragraph_format
        layout.space_before, layout.space_after = Pt(before), Pt(after)
        layout.line_spacing = 1.15 if name in ("Normal", "Reference") else 1.0
    _finish_styles(document)
    _number_pages(document, language)
    return document


def _finish_styles(document: Document) -> None:
    styles: Any = document.styles
    styles["Subtitle"].font.color.rgb = RGBColor(0x40, 0x48, 0x52)
    styles["Figure"].paragraph_format.keep_with_next = True
    styles["Caption"].paragraph_format.keep_together = True
    styles["Reference"].paragraph_format.left_indent = Cm(0.9)
    styles["Reference"].paragraph_format.first_line_indent = Cm(-0.9)
    styles["Reference"].paragraph_format.tab_stops.add_tab_stop(Cm(0.9))
    for name in ("Title", "Subtitle"):
        for path in (f"{qn('w:pPr')}/{qn('w:pBdr')}", f"{qn('w:rPr')}/{qn('w:spacing')}"):
            found = styles[name].element.find(path)
            if found is not None:
                found.getparent().remove(found)


def _number_pages(document: Document, language: str) -> None:
    """Put the number of the page and of all pages into the foot of every page."""
    paragraph = document.sections[0].footer.paragraphs[0]
    paragraph.alignment = 1
    words = say(language, "page", "number", page="\x00", pages="\x01")
    for text in words.replace("\x00", "|\x00|").replace("\x01", "|\x01|").split("|"):
        if text in ("\x00", "\x01"):
            field = {"\x00": "PAGE", "\x01": "NUMPAGES"}[text]
            paragraph._p.append(
                parse_xml(f'<w:fldSimple {_NAMESPACE} w:instr="{field}"><w:r><w:t>1</w:t></w:r></w:fldSimple>')
            )
        elif text:
            paragraph.add_run(text)


class _Writer:
    """Sets the parts of one report."""

    def __init__(self, document: Document, language: str, figures: "Mapping[str, Figure]", progress: Progress) -> None:
        self._document, self._language, self._figures, self._progress = document, language, figures, progress
        self._n_figures = 0

    def write(self, parts: Sequence[Part]) -> None:
        waiting: list[Heading] = []
        for place, part in enumerate(parts):
            following = parts[place + 1] if place + 1 < len(parts) else None
            if isinstance(part, Heading) and isinstance(following, TablePart) and is_wide(following.table):
                # A wide table begins a page of its own; its heading goes there with it.
                waiting.append(part)
                continue
            self._part(part)
            if waiting and isinstance(part, TablePart):
                self._head(part, waiting)
                waiting = []
        drop_empty_end(self._document)
        for section in self._document.sections:
            section.footer_distance = Cm(0.9)
            if section.orientation == WD_ORIENT.LANDSCAPE:
                section.top_margin = section.bottom_margin = Cm(1.6)
        titles: Any = self._document.styles
        if "Table title" in {style.name for style in titles}:
            titles["Table title"].paragraph_format.space_before = Pt(13)

    def _part(self, part: Part) -> None:
        if isinstance(part, Title):
            self._document.add_paragraph(clean(part.text), style="Title")
            for text in (part.line, part.examined):
                self._document.add_paragraph(clean(text), style="Subtitle")
        elif isinstance(part, Heading):
            self._heading(part)
        elif isinstance(part, Paragraphs):
            for text in part.texts:
                self._document.add_paragraph(clean(text))
        elif isinstance(part, FigurePart):
            self._figure(part)
        elif isinstance(part, TablePart):
            add_table(self._document, part.table)
        elif isinstance(part, References):
            for item in part.citations:
                told = f"{item.number}.\t{item.text}" + (f" doi:{item.doi}" if item.doi else "")
                self._document.add_paragraph(style="Reference").add_run("\t".join(map(clean, told.split("\t"))))
        elif isinstance(part, FactList):
            for name, value in part.facts:
                paragraph = self._document.add_paragraph(style="Fact")
                paragraph.add_run(f"{clean(name)}: ").bold = True
                paragraph.add_run(clean(value))

    def _heading(self, part: Heading) -> None:
        fresh = begins_page(self._document)
        paragraph = self._document.add_paragraph(clean(part.text), style=f"Heading {part.level}")
        paragraph.paragraph_format.page_break_before = part.name in _NEW_PAGE and not fresh

    def _head(self, part: TablePart, headings: list[Heading]) -> None:
        """Put headings above the title of the table that was just set."""
        body = self._document.element.body
        title = next(
            element
            for element in reversed(body)
            if element.tag == qn("w:p") and element.pPr is not None and element.pPr.style == "Tabletitle"
        )
        for heading in headings:
            paragraph = self._document.add_paragraph(clean(heading.text), style=f"Heading {heading.level}")
            title.addprevious(paragraph._p)

    def _figure(self, part: FigurePart) -> None:
        self._progress.begin(part.name)
        self._n_figures += 1
        figure = self._figures[part.name]
        wide, high = (side * EMU_PER_INCH for side in figure.get_size_inches())
        scale = min(1.0, TEXT_WIDTH / wide, TALLEST_FIGURE / high)
        pixels = io.BytesIO(figure_file(figure, "png", dpi=FIGURE_DPI))
        run = self._document.add_paragraph(style="Figure").add_run()
        shape: Any = run.add_picture(pixels, width=round(wide * scale), height=round(high * scale))
        properties = shape._inline.docPr
        properties.set("name", clean(part.label).strip(" .．"))
        properties.set("descr", clean(part.alt))
        properties.set("title", clean(part.title)[:255])
        caption = self._document.add_paragraph(style="Caption")
        caption.add_run(clean(part.label + part.title)).bold = True
        caption.add_run(f" {clean(part.caption)}")
