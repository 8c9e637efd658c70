"""Tables as Word tables: three lines, heads on every page, rows that stay whole, footnotes below."""

import io
from collections.abc import Sequence
from copy import deepcopy
from datetime import datetime
from typing import Any, Final

import docx
from docx.document import Document
from docx.enum.section import WD_ORIENT, WD_SECTION
from docx.oxml import parse_xml
from docx.oxml.ns import qn
from docx.shared import Cm, Pt

from analysis.manuscript.tables.archive import EARLIEST, timeless
from analysis.manuscript.tables.docx_table import table_xml
from analysis.manuscript.tables.layout import clean, is_wide, note_lines
from analysis.manuscript.tables.table import ManuscriptTable

EMU_PER_TWIP: Final = 635
MARGIN: Final = Cm(2)
SHORT_SIDE, LONG_SIDE = Cm(21), Cm(29.7)
TEXT, TITLE, NOTE = "Table text", "Table title", "Table note"
LATIN_FONT: Final = "Arial"
EAST_ASIAN_FONTS: Final = {"en": "Malgun Gothic", "ko": "Malgun Gothic", "ja": "Yu Gothic"}
TAGS: Final = {"en": "en-US", "ko": "ko-KR", "ja": "ja-JP"}


def docx_bytes(tables: Sequence[ManuscriptTable]) -> bytes:
    """A document with each table on a page of its own, wide ones on their side.

    Parameters
    ----------
    tables : sequence of ManuscriptTable
        At least one.

    Returns
    -------
    bytes
        The same for the same tables.

    Raises
    ------
    ValueError
        There is no table.
    """
    if not tables:
        raise ValueError("a document needs at least one table")
    document = docx.Document()
    set_page(document.sections[0], wide=False)
    set_language(document, tables[0].language)
    for place, table in enumerate(tables):
        if place and not begins_page(document):
            document.add_section(WD_SECTION.NEW_PAGE)
            _tidy(document)
        add_table(document, table)
    drop_empty_end(document)
    set_properties(document, tables[0].title, tables[0].language)
    made = io.BytesIO()
    document.save(made)
    return timeless(made.getvalue())


def add_table(document: Document, table: ManuscriptTable) -> None:
    """Add a table with its title and footnotes at the end of a document.

    Parameters
    ----------
    document : Document
        Gets the styles ``Table title``, ``Table text`` and ``Table note`` where it has none. A wide table stands in a
        section of its own on its side, after which an upright one begins; `drop_empty_end` takes away the last of these.
    table : ManuscriptTable
    """
    _add_styles(document, table.language)
    wide = is_wide(table)
    if wide:
        _turn(document)
    title = document.add_paragraph(clean(table.title), style=TITLE)
    title.paragraph_format.keep_with_next = True
    section: Any = document.sections[-1]
    width = int((section.page_width - section.left_margin - section.right_margin) / EMU_PER_TWIP)
    element = parse_xml(table_xml(table, width, TEXT.replace(" ", "")))
    document.element.body.insert(len(document.element.body) - 1, element)
    lines = list(note_lines(table)) or [("", "")]
    for mark, text in lines:
        paragraph = document.add_paragraph(style=NOTE)
        if mark:
            paragraph.add_run(mark).font.superscript = True
            paragraph.add_run(f" {text}")
        else:
            paragraph.add_run(text)
    if wide:
        set_page(document.add_section(WD_SECTION.NEW_PAGE), wide=False)
        _tidy(document)


def drop_empty_end(document: Document) -> None:
    """Take away a last section that holds nothing, such as the one after a wide table.

    Parameters
    ----------
    document : Document
    """
    body = document.element.body
    if len(body) < 2 or not begins_page(document):
        return
    last = body[-2]
    kept = last.pPr.find(qn("w:sectPr"))
    last.pPr.remove(kept)
    body.replace(body[-1], kept)


def begins_page(document: Document) -> bool:
    """Whether the last section holds nothing yet."""
    body = document.element.body
    if len(body) < 2:
        return True
    last = body[-2]
    return last.tag == qn("w:p") and last.pPr is not None and last.pPr.find(qn("w:sectPr")) is not None


def _turn(document: Document) -> None:
    """Begin a section on its side, in place of an empty one."""
    if not begins_page(document):
        document.add_section(WD_SECTION.NEW_PAGE)
        _tidy(document)
    set_page(document.sections[-1], wide=True)


def _tidy(document: Document) -> None:
    """Let the last paragraph end its section: an empty one after a full page would take a page of its own."""
    ending = document.element.body[-2]
    before = ending.getprevious()
    if before is not None and before.tag == qn("w:p") and not ending.findall(qn("w:r")):
        properties = before.get_or_add_pPr()
        if properties.find(qn("w:sectPr")) is None:
            properties.append(deepcopy(ending.pPr.find(qn("w:sectPr"))))
            ending.getparent().remove(ending)


def set_page(section: Any, *, wide: bool) -> None:
    """Make a section A4, upright or on its side, with margins of 2 cm."""
    section.orientation = WD_ORIENT.LANDSCAPE if wide else WD_ORIENT.PORTRAIT
    section.page_width, section.page_height = (LONG_SIDE, SHORT_SIDE) if wide else (SHORT_SIDE, LONG_SIDE)
    section.left_margin = section.right_margin = section.top_margin = section.bottom_margin = MARGIN


def _add_styles(document: Document, language: str) -> None:
    names = {style.name for style in document.styles}
    for name, size, bold in ((TITLE, 9.5, True), (TEXT, 8.0, False), (NOTE, 7.5, False)):
        if name in names:
            continue
        style: Any = document.styles.add_style(name, 1)
        style.base_style = document.styles["Normal"]
        style.font.size, style.font.bold, style.font.italic = Pt(size), bold, False
        style.paragraph_format.space_before = Pt(0)
        style.paragraph_format.space_after = Pt({TITLE: 4.0, TEXT: 0.0, NOTE: 1.5}[name])
        style.paragraph_format.line_spacing = 1.0
        set_fonts(style.element.get_or_add_rPr(), language)
        if name == TITLE:  # a heading of the second level for readers aloud and for the outline
            style.element.get_or_add_pPr().append(parse_xml(f'<w:outlineLvl {_NAMESPACE} w:val="1"/>'))


_NAMESPACE: Final = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def set_fonts(properties: Any, language: str) -> None:
    """Give run properties the fonts and the language of their letters, Latin and East Asian."""
    fonts = properties.get_or_add_rFonts()
    for key in list(fonts.attrib):
        del fonts.attrib[key]
    east = EAST_ASIAN_FONTS.get(language, EAST_ASIAN_FONTS["en"])
    for key, font in (("ascii", LATIN_FONT), ("hAnsi", LATIN_FONT), ("cs", LATIN_FONT), ("eastAsia", east)):
        fonts.set(qn(f"w:{key}"), font)
    for old in properties.findall(qn("w:lang")):
        properties.remove(old)
    tag = TAGS.get(language, TAGS["en"])
    east_tag = tag if language in ("ko", "ja") else TAGS["ko"]
    # Latin letters stay English in every language: words of a source or a label would break anywhere in a line.
    properties.append(parse_xml(f'<w:lang {_NAMESPACE} w:val="{TAGS["en"]}" w:eastAsia="{east_tag}"/>'))


def set_language(document: Document, language: str) -> None:
    """Set the language and the fonts of a whole document."""
    styles = document.styles.element
    defaults = styles.find(f"{qn('w:docDefaults')}/{qn('w:rPrDefault')}/{qn('w:rPr')}")
    set_fonts(defaults, language)
    normal: Any = document.styles["Normal"]
    set_fonts(normal.element.get_or_add_rPr(), language)


def set_properties(document: Document, title: str, language: str) -> None:
    """Write title and language into a document, and no date."""
    properties = document.core_properties
    properties.title, properties.author, properties.comments = clean(title)[:255], "", ""
    properties.language = TAGS.get(language, TAGS["en"])
    properties.created = properties.modified = datetime(*EARLIEST)
    properties.revision = 1
