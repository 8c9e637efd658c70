"""One Word table as XML: borders of three lines, spans of heads, indents, marks, and what readers aloud are told."""

from collections.abc import Iterator
from typing import Final
from xml.sax.saxutils import escape, quoteattr

from analysis.manuscript.tables.layout import DIGIT, GAP, LETTER, SHORTEST_NAME, clean, column_widths, has_groups, spans
from analysis.manuscript.tables.table import Column, ManuscriptTable, Row

NAMESPACE: Final = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
THICK, THIN = 12, 6
"""Lines in eighths of a point: above and below the table, and below its heads."""

INDENT: Final = 170
"""Of a row that belongs to the heading above it, in twentieths of a point."""


def table_xml(table: ManuscriptTable, available: int, style: str) -> str:
    """The ``w:tbl`` element of a table.

    Parameters
    ----------
    table : ManuscriptTable
    available : int
        The width of the text in twentieths of a point.
    style : str
        The id of the paragraphs' style.

    Returns
    -------
    str
        Rows of heads are repeated on every page and no row is broken; the title is the table's caption and its heads its
        description.
    """
    widths = _widths(table, available)
    border = "".join(
        f'<w:{side} w:val="single" w:sz="{THICK}" w:space="0" w:color="000000"/>' for side in ("top", "bottom")
    )
    told = "; ".join(clean(column.head) for column in table.columns)
    return "".join(
        (
            f"<w:tbl {NAMESPACE}><w:tblPr>",
            f'<w:tblW w:w="{sum(widths)}" w:type="dxa"/><w:tblBorders>{border}</w:tblBorders>',
            '<w:tblLayout w:type="fixed"/><w:tblCellMar><w:top w:w="20" w:type="dxa"/><w:left w:w="50" w:type="dxa"/>',
            '<w:bottom w:w="20" w:type="dxa"/><w:right w:w="50" w:type="dxa"/></w:tblCellMar>',
            '<w:tblLook w:val="0020" w:firstRow="1" w:lastRow="0" w:firstColumn="0" w:lastColumn="0"/>',
            f"<w:tblCaption w:val={quoteattr(clean(table.title))}/><w:tblDescription w:val={quoteattr(told)}/>",
            "</w:tblPr><w:tblGrid>",
            *(f'<w:gridCol w:w="{width}"/>' for width in widths),
            "</w:tblGrid>",
            *_heads(table, widths, style),
            *(_row(table, row, widths, style, last=row is table.rows[-1]) for row in table.rows),
            "</w:tbl>",
        )
    )


def _widths(table: ManuscriptTable, available: int) -> list[int]:
    """Twentieths of a point a column: what it wants, the first less where there is not enough, then all of them."""
    first, *others = column_widths(table)
    wanted = [LETTER * first + GAP, *(DIGIT * width + GAP for width in others)]
    missing = sum(wanted) - available
    if missing > 0:
        given = min(missing, max(0, wanted[0] - SHORTEST_NAME * LETTER - GAP))
        wanted[0] -= given
        scale = min(1.0, available / sum(wanted))
        return [int(width * scale) for width in wanted]
    # Room that is left goes to the columns alike, up to half as much again as they want.
    scale = min(1.5, available / sum(wanted))
    return [int(width * scale) for width in wanted]


def _heads(table: ManuscriptTable, widths: list[int], style: str) -> Iterator[str]:
    if has_groups(table):
        yield "<w:tr><w:trPr><w:cantSplit/><w:tblHeader/></w:trPr>"
        for span in spans(table):
            width = sum(widths[span.first : span.first + span.width])
            if span.group:
                yield _cell(span.group, width, style, align="center", bold=True, span=span.width, line=True)
                continue
            for place in range(span.first, span.first + span.width):
                column = table.columns[place]
                yield _cell(
                    column.head, widths[place], style, align=column.align, bold=True, line=True, merge="restart"
                )
        yield "</w:tr>"
    yield "<w:tr><w:trPr><w:cantSplit/><w:tblHeader/></w:trPr>"
    for column, width in zip(table.columns, widths, strict=True):
        merged = has_groups(table) and not column.group
        text, merge = ("", "continue") if merged else (column.head, "")
        yield _cell(text, width, style, align=column.align, bold=True, line=True, merge=merge)
    yield "</w:tr>"


def _row(table: ManuscriptTable, row: Row, widths: list[int], style: str, *, last: bool) -> str:
    marks = ",".join(row.marks)
    cells: list[str] = []
    if row.heading:
        cells.append(
            _cell(row.cells[0], sum(widths), style, align="left", bold=True, span=len(widths), marks=marks, keep=True)
        )
    else:
        for column, text, width, first in _placed(table, row, widths):
            cells.append(
                _cell(
                    text,
                    width,
                    style,
                    align="left" if first else column.align,
                    indent=INDENT * row.level if first else 0,
                    marks=marks if first else "",
                    keep=last,
                )
            )
    return f"<w:tr><w:trPr><w:cantSplit/></w:trPr>{''.join(cells)}</w:tr>"


def _placed(table: ManuscriptTable, row: Row, widths: list[int]) -> Iterator[tuple[Column, str, int, bool]]:
    for place, (column, text, width) in enumerate(zip(table.columns, row.cells, widths, strict=True)):
        yield column, text, width, place == 0


def _cell(
    text: str,
    width: int,
    style: str,
    *,
    align: str,
    bold: bool = False,
    span: int = 1,
    line: bool = False,
    merge: str = "",
    indent: int = 0,
    marks: str = "",
    keep: bool = False,
) -> str:
    properties = f'<w:tcW w:w="{width}" w:type="dxa"/>'
    properties += f'<w:gridSpan w:val="{span}"/>' if span > 1 else ""
    properties += f'<w:vMerge w:val="{merge}"/>' if merge else ""
    if line:
        properties += (
            f'<w:tcBorders><w:bottom w:val="single" w:sz="{THIN}" w:space="0" w:color="000000"/></w:tcBorders>'
        )
        properties += '<w:vAlign w:val="bottom"/>'
    weight = "<w:rPr><w:b/></w:rPr>" if bold else ""
    runs = f'<w:r>{weight}<w:t xml:space="preserve">{escape(clean(text))}</w:t></w:r>' if text else ""
    if marks:
        runs += f'<w:r><w:rPr><w:vertAlign w:val="superscript"/></w:rPr><w:t>{escape(marks)}</w:t></w:r>'
    paragraph = f'<w:pStyle w:val="{style}"/>' + ("<w:keepNext/>" if keep or line else "")
    paragraph += f'<w:ind w:left="{indent}"/>' if indent else ""
    paragraph += f'<w:jc w:val="{align}"/>'
    return f"<w:tc><w:tcPr>{properties}</w:tcPr><w:p><w:pPr>{paragraph}</w:pPr>{runs}</w:p></w:tc>"
