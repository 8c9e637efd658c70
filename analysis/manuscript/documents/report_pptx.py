"""A report as five slides whose figures are shapes that can be edited."""

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

from pptx import Presentation
from pptx.dml.color import RGBColor
from pptx.enum.shapes import MSO_CONNECTOR
from pptx.enum.text import MSO_ANCHOR, PP_ALIGN
from pptx.oxml.ns import qn
from pptx.util import Inches, Length, Pt

from analysis.manuscript.documents.figures import single_column
from analysis.manuscript.documents.outline import report_title
from analysis.manuscript.documents.progress import OnProgress, Progress
from analysis.manuscript.documents.slide_content import EffectRow, SlideContent, five_slides
from analysis.manuscript.documents.words import say
from analysis.manuscript.publication import Publication
from analysis.manuscript.tables.docx import EAST_ASIAN_FONTS, LATIN_FONT, TAGS
from charts.files import DRAWING
from charts.journal import manuscript_style
from charts.slides import deck_bytes, slide_shapes

if TYPE_CHECKING:
    from matplotlib.figure import Figure
    from pptx.slide import Slide

WIDTH, HEIGHT = Inches(13.333), Inches(7.5)
MARGIN: Final = Inches(0.55)
TITLE_TOP, TITLE_HEIGHT = Inches(0.4), Inches(0.8)
BODY_TOP: Final = Inches(1.4)
BODY_WIDTH: Final = Length(WIDTH - 2 * MARGIN)
FOOT_TOP, FOOT_HEIGHT = Inches(6.9), Inches(0.4)
TEXT_WIDTH: Final = Inches(4.5)
GAP: Final = Inches(0.3)
TITLE_SIZE, TEXT_SIZE, SMALLEST_SIZE = 30, 18, 14
_TITLE_ONLY: Final = 5
_INK, _SOFT, _ACCENT, _TINT, _WHITE = (
    RGBColor.from_string(code)  # type: ignore[no-untyped-call]
    for code in ("0F1216", "4C5661", "0B5394", "EEF2F6", "FFFFFF")
)
_NO_LETTERS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff\ud800-\udfff]+")


def report_pptx(publication: Publication, *, on_progress: OnProgress | None = None) -> bytes:
    """Write a run as five slides: question and design, balance, two endpoints, and what it means.

    Parameters
    ----------
    publication : Publication
        One run; language, journal and number style are those of its study.
    on_progress : callable, optional
        Called with what is being made, how many parts are done and how many are planned.

    Returns
    -------
    bytes
        The same for the same run. Every word, line and area of a figure can be edited; captions stand in the notes.
    """
    with manuscript_style(publication.result.settings.manuscript):
        slides, title = five_slides(publication), report_title(publication).text
    progress = Progress(on_progress, 2 * len(slides))
    drawn: dict[str, Figure] = {}
    for name, figure in single_column(publication, frozenset(slide.figure for slide in slides if slide.figure)):
        progress.begin(name)
        drawn[name] = figure
    deck = Presentation()
    deck.slide_width, deck.slide_height = WIDTH, HEIGHT
    with manuscript_style(publication.result.settings.manuscript):
        writer = _Deck(deck, publication.language, title)
        for number, content in enumerate(slides, start=1):
            progress.begin(content.title)
            writer.add(content, drawn.get(content.figure or ""), number)
    progress.end()
    return deck_bytes(deck, title=title)


class _Deck:
    """Sets slides."""

    def __init__(self, deck: Any, language: str, title: str) -> None:
        self._deck, self._language, self._title = deck, language, title

    def add(self, content: SlideContent, figure: "Figure | None", number: int) -> None:
        slide = self._deck.slides.add_slide(self._deck.slide_layouts[_TITLE_ONLY])
        self._heading(slide, content.title)
        top: int = BODY_TOP
        if content.effects:
            top = self._table(slide, content.effects) + GAP
        width = TEXT_WIDTH if figure is not None else BODY_WIDTH
        if content.lines:
            self._lines(slide, content.lines, top, width)
        if figure is not None and content.caption is not None:
            self._figure(slide, figure, content)
        self._foot(slide, number)
        slide.notes_slide.notes_text_frame.text = _printable(content.notes)
        self._speak(slide.notes_slide.notes_text_frame)

    def _heading(self, slide: "Slide", text: str) -> None:
        heading: Any = slide.shapes.title
        heading.left, heading.top, heading.width, heading.height = MARGIN, TITLE_TOP, BODY_WIDTH, TITLE_HEIGHT
        frame = heading.text_frame
        frame.text, frame.word_wrap, frame.vertical_anchor = _printable(text), True, MSO_ANCHOR.MIDDLE
        frame.margin_left = frame.margin_right = 0
        paragraph = frame.paragraphs[0]
        paragraph.alignment = PP_ALIGN.LEFT
        paragraph.font.size, paragraph.font.bold, paragraph.font.color.rgb = Pt(TITLE_SIZE), True, _INK
        self._speak(frame)
        foot = Length(TITLE_TOP + TITLE_HEIGHT)
        rule = slide.shapes.add_connector(MSO_CONNECTOR.STRAIGHT, MARGIN, foot, Length(WIDTH - MARGIN), foot)
        rule.line.color.rgb, rule.line.width, rule.name = _ACCENT, Pt(1.5), "Rule"

    def _lines(self, slide: "Slide", lines: Sequence[str], top: int, width: int) -> None:
        box: Any = slide.shapes.add_textbox(MARGIN, Length(top), Length(width), Length(FOOT_TOP - top))
        box.name = "Text"
        frame = box.text_frame
        frame.word_wrap = True
        frame.margin_left = frame.margin_right = 0
        size = _fitting_size(lines, width, FOOT_TOP - top)
        for place, line in enumerate(lines):
            paragraph = frame.paragraphs[0] if place == 0 else frame.add_paragraph()
            paragraph.text = _printable(line)
            paragraph.font.size, paragraph.font.color.rgb = Pt(size), _INK
            paragraph.space_after = Pt(size * 0.55)
        self._speak(frame)

    def _figure(self, slide: "Slide", figure: "Figure", content: SlideContent) -> None:
        left = MARGIN + TEXT_WIDTH + GAP
        room, tallest = WIDTH - MARGIN - left, FOOT_TOP - BODY_TOP
        wide, high = figure.get_size_inches()
        width = int(min(room, tallest * wide / high))
        top = int(BODY_TOP + (tallest - width * high / wide) / 2)
        assert content.caption is not None
        with DRAWING:
            slide_shapes(
                slide,
                figure,
                int(left + (room - width) / 2),
                top,
                width,
                name=content.caption.title,
                alt=content.caption.alt,
            )

    def _table(self, slide: "Slide", rows: Sequence[EffectRow]) -> int:
        """The table of effects; where it ends."""
        heads = [say(self._language, "column", name) for name in ("endpoint", "measure", "before", "after")]
        shown = rows[:6]
        height = Length(Inches(0.42) * (len(shown) + 1))
        shape: Any = slide.shapes.add_table(len(shown) + 1, 4, MARGIN, BODY_TOP, BODY_WIDTH, height)
        shape.name = "Effects"
        shape._element.nvGraphicFramePr.cNvPr.set("descr", "; ".join(heads))
        table = shape.table
        cells = [heads, *([row.endpoint, row.measure, row.before, row.after] for row in shown)]
        for line, texts in enumerate(cells):
            for place, text in enumerate(texts):
                cell = table.cell(line, place)
                cell.text, cell.vertical_anchor = _printable(text), MSO_ANCHOR.MIDDLE
                cell.margin_top = cell.margin_bottom = Inches(0.03)
                paragraph = cell.text_frame.paragraphs[0]
                paragraph.font.size, paragraph.font.bold = Pt(16), line == 0
                paragraph.font.color.rgb = _WHITE if line == 0 else _INK
                cell.fill.solid()
                cell.fill.fore_color.rgb = _ACCENT if line == 0 else _TINT if line % 2 else _WHITE
                self._speak(cell.text_frame)
        return int(BODY_TOP + height)

    def _foot(self, slide: "Slide", number: int) -> None:
        box: Any = slide.shapes.add_textbox(MARGIN, FOOT_TOP, BODY_WIDTH, FOOT_HEIGHT)
        box.name = "Foot"
        frame = box.text_frame
        frame.word_wrap = True
        frame.margin_left = frame.margin_right = 0
        shown = self._title if len(self._title) <= 90 else f"{self._title[:89].rstrip()}…"
        frame.text = _printable(f"{number}  ·  {shown}")
        frame.paragraphs[0].font.size, frame.paragraphs[0].font.color.rgb = Pt(SMALLEST_SIZE), _SOFT
        self._speak(frame)

    def _speak(self, frame: Any) -> None:
        """Give every run the fonts and the language of its letters."""
        for paragraph in frame.paragraphs:
            for run in paragraph.runs:
                properties = run._r.get_or_add_rPr()
                properties.set("lang", TAGS[self._language])
                if self._language != "en":
                    properties.set("altLang", TAGS["en"])
                run.font.name = LATIN_FONT
                for old in properties.findall(qn("a:ea")):
                    properties.remove(old)
                latin = properties.find(qn("a:latin"))
                east = latin.makeelement(qn("a:ea"), {"typeface": EAST_ASIAN_FONTS[self._language]})
                latin.addnext(east)


def _fitting_size(lines: Sequence[str], width: int, height: int) -> int:
    """The largest lettering, from 18 points down to 14, at which the lines have room."""
    for size in range(TEXT_SIZE, SMALLEST_SIZE, -1):
        across = width / (Pt(size) * 0.52)
        needed = sum((1 + int(_letters(line) / across)) * 1.2 + 0.55 for line in lines) * Pt(size)
        if needed <= height:
            return size
    return SMALLEST_SIZE


def _letters(text: str) -> int:
    return sum(2 if ord(letter) > 0x1100 and not 0x2000 <= ord(letter) < 0x2E80 else 1 for letter in text)


def _printable(text: str) -> str:
    return _NO_LETTERS.sub(" ", text)
