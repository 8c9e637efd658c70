"""A table as HTML that readers aloud understand: caption, heads with their scope, footnotes in the foot."""

from collections.abc import Iterator
from html import escape

from analysis.manuscript.tables.layout import clean, has_groups, note_lines, spans
from analysis.manuscript.tables.table import Column, ManuscriptTable, Row


def html_fragment(table: ManuscriptTable) -> str:
    """One ``table`` element, every text escaped; how it looks is left to the page.

    Parameters
    ----------
    table : ManuscriptTable

    Returns
    -------
    str
        With classes ``manuscript-table``, ``level-1`` and ``level-2`` for indented names, ``heading``, ``left``, ``right``
        and ``center``.
    """
    return "\n".join(
        (
            f'<table class="manuscript-table" id="{escape(table.name, quote=True)}" lang="{table.language}">',
            f"<caption>{_text(table.title)}</caption>",
            *_head(table),
            *_bodies(table),
            *_foot(table),
            "</table>",
        )
    )


def _text(text: str) -> str:
    return escape(clean(text), quote=True)


def _head(table: ManuscriptTable) -> Iterator[str]:
    yield "<thead>"
    if has_groups(table):
        yield "<tr>"
        for span in spans(table):
            if span.group:
                yield f'<th scope="colgroup" colspan="{span.width}">{_text(span.group)}</th>'
            else:
                for column in table.columns[span.first : span.first + span.width]:
                    yield f'<th scope="col" rowspan="2" class="{column.align}">{_text(column.head)}</th>'
        yield "</tr>"
    yield "<tr>"
    for column in table.columns:
        if column.group or not has_groups(table):
            yield f'<th scope="col" class="{column.align}">{_text(column.head)}</th>'
    yield "</tr>"
    yield "</thead>"


def _bodies(table: ManuscriptTable) -> Iterator[str]:
    yield "<tbody>"
    for place, row in enumerate(table.rows):
        if row.heading:
            if place:
                yield "</tbody>"
                yield "<tbody>"
            yield (
                f'<tr class="heading"><th scope="rowgroup" colspan="{len(table.columns)}">{_text(row.cells[0])}'
                f"{_marks(row)}</th></tr>"
            )
        else:
            cells = "".join(_cell(column, cell) for column, cell in zip(table.columns[1:], row.cells[1:], strict=True))
            level = f' class="level-{row.level}"' if row.level else ""
            yield f'<tr><th scope="row"{level}>{_text(row.cells[0])}{_marks(row)}</th>{cells}</tr>'
    yield "</tbody>"


def _cell(column: Column, cell: str) -> str:
    return f'<td class="{column.align}">{_text(cell)}</td>'


def _marks(row: Row) -> str:
    return f"<sup>{_text(','.join(row.marks))}</sup>" if row.marks else ""


def _foot(table: ManuscriptTable) -> Iterator[str]:
    lines = list(note_lines(table))
    if lines:
        yield "<tfoot>"
        for mark, text in lines:
            shown = f"<sup>{_text(mark)}</sup> {_text(text)}" if mark else _text(text)
            yield f'<tr><td colspan="{len(table.columns)}">{shown}</td></tr>'
        yield "</tfoot>"
