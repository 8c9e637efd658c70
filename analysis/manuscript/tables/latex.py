"""A table as LaTeX with booktabs and threeparttable; nothing in a label is ever a command."""

import re
from collections.abc import Iterator
from typing import Final

from analysis.manuscript.tables.layout import clean, has_groups, is_wide, note_lines, spans
from analysis.manuscript.tables.table import ManuscriptTable, Row

_ESCAPED: Final = {
    "\\": r"\textbackslash{}",
    "&": r"\&",
    "%": r"\%",
    "$": r"\$",
    "#": r"\#",
    "_": r"\_",
    "{": r"\{",
    "}": r"\}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    "<": r"\textless{}",
    ">": r"\textgreater{}",
    "|": r"\textbar{}",
    '"': r"\symbol{34}",
    "`": r"\textasciigrave{}",
    # After the end of a line these would be taken as its options.
    "[": "{[}",
    "]": "{]}",
    "*": "{*}",
    "-": "-{}",
    "'": "'{}",
    "–": "--",
    "—": "---",
    "−": "$-$",
    "±": r"$\pm$",
    "×": r"$\times$",
    "≤": r"$\leq$",
    "≥": r"$\geq$",
    "∞": r"$\infty$",
    "·": r"\textperiodcentered{}",
    "Σ": r"$\Sigma$",
    "Γ": r"$\Gamma$",
    "κ": r"$\kappa$",
    "²": r"$^2$",
    "\u202f": r"\,",
    "\xa0": "~",
    "‘": "`",
    "’": "'",
}
_FONTS: Final = {"ko": "Noto Serif CJK KR", "ja": "Noto Serif CJK JP"}
_LATIN: Final = 0x250


def latex(table: ManuscriptTable) -> str:
    """A float of its own, on its side where the table is wide, for ``\\input`` in a manuscript.

    Parameters
    ----------
    table : ManuscriptTable

    Returns
    -------
    str
        Its first lines are comments that say which packages it needs, and for letters beyond Latin which engine. The
        number stands in the title, so that LaTeX does not count.
    """
    body = "\n".join((*_opening(table), *_head(table), *_rows(table), *_closing(table)))
    return "\n".join((*_needs(table, body), body)) + "\n"


def latex_text(text: str) -> str:
    """A text as LaTeX prints it, letter by letter.

    Examples
    --------
    >>> latex_text(r"\\input{x} 50%")
    '\\\\textbackslash{}input\\\\{x\\\\} 50\\\\%'
    """
    return "".join(_ESCAPED.get(letter, letter) for letter in clean(text))


def _needs(table: ManuscriptTable, body: str) -> Iterator[str]:
    packages = ["booktabs", "threeparttable", "caption", *(["rotating"] if is_wide(table) else [])]
    yield rf"% Preamble: \usepackage{{{','.join(packages)}}}"
    if any(ord(letter) >= _LATIN for letter in body):
        font = _FONTS.get(table.language, _FONTS["ko"])
        yield rf"% XeLaTeX or LuaLaTeX: \usepackage{{fontspec}} \setmainfont{{{font}}} (or another font with these letters)"


def _opening(table: ManuscriptTable) -> Iterator[str]:
    yield rf"\begin{{{'sidewaystable' if is_wide(table) else 'table'}}}{'' if is_wide(table) else '[htbp]'}"
    yield r"\centering"
    yield r"\begin{threeparttable}"
    yield rf"\caption*{{{latex_text(table.title)}}}"
    yield rf"\label{{tab:{re.sub('[^A-Za-z0-9_-]', '', table.name)}}}"
    yield r"\footnotesize"
    yield r"\setlength{\tabcolsep}{3pt}"
    yield rf"\begin{{tabular}}{{@{{}}{''.join(column.align[0] for column in table.columns)}@{{}}}}"
    yield r"\toprule"


def _head(table: ManuscriptTable) -> Iterator[str]:
    if has_groups(table):
        groups = list(spans(table))
        cells = [
            rf"\multicolumn{{{span.width}}}{{c}}{{{latex_text(span.group)}}}"
            if span.group
            else " & ".join([""] * span.width)
            for span in groups
        ]
        yield " & ".join(cells) + r" \\"
        yield " ".join(rf"\cmidrule(lr){{{span.first + 1}-{span.first + span.width}}}" for span in groups if span.group)
    yield " & ".join(latex_text(column.head) for column in table.columns) + r" \\"
    yield r"\midrule"


def _rows(table: ManuscriptTable) -> Iterator[str]:
    for row in table.rows:
        name = rf"\hspace{{{row.level}em}}" * bool(row.level) + latex_text(row.cells[0]) + _marks(row)
        if row.heading:
            yield rf"\multicolumn{{{len(table.columns)}}}{{@{{}}l}}{{{name}}} \\"
        else:
            yield " & ".join((name, *(latex_text(cell) for cell in row.cells[1:]))) + r" \\"


def _marks(row: Row) -> str:
    return rf"\tnote{{{latex_text(','.join(row.marks))}}}" if row.marks else ""


def _closing(table: ManuscriptTable) -> Iterator[str]:
    yield r"\bottomrule"
    yield r"\end{tabular}"
    lines = list(note_lines(table))
    if lines:
        yield r"\begin{tablenotes}\footnotesize"
        for mark, text in lines:
            yield rf"\item[{latex_text(mark)}] {latex_text(text)}"
        yield r"\end{tablenotes}"
    yield r"\end{threeparttable}"
    yield rf"\end{{{'sidewaystable' if is_wide(table) else 'table'}}}"
