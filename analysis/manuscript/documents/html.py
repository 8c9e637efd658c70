"""A report as one page: nothing is loaded from elsewhere, nothing runs, and it prints as a paper does."""

from collections.abc import Iterator, Mapping, Sequence
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING

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
from analysis.manuscript.documents.svg import figure_markup
from analysis.manuscript.documents.words import say
from analysis.manuscript.publication import Publication
from analysis.manuscript.tables.html import html_fragment
from analysis.manuscript.tables.layout import clean, is_wide
from charts.journal import manuscript_style

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def report_html(
    publication: Publication,
    *,
    figures: "Mapping[str, Figure] | None" = None,
    on_progress: OnProgress | None = None,
) -> bytes:
    """Write a run as one page with everything in it, in the order of a paper.

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
        UTF-8, the same for the same run. No script, no link to a file elsewhere, no row of a patient.
    """
    drawn = draw_figures(publication, on_progress) if figures is None else figures
    with manuscript_style(publication.result.settings.manuscript):
        parts = report_parts(publication)
        page = _Page(publication.language, drawn, Progress(on_progress, _n_figures(parts)))
        return "\n".join(page.lines(parts)).encode("utf-8")


def tables_html(publication: Publication) -> bytes:
    """Write the tables of a run alone as one page, those of the supplement after those of the paper.

    Parameters
    ----------
    publication : Publication

    Returns
    -------
    bytes
        UTF-8, the same for the same run.
    """
    with manuscript_style(publication.result.settings.manuscript):
        parts = report_parts(publication)
        kept = [part for part in parts if isinstance(part, Title) or _of_tables(part)]
        page = _Page(publication.language, {}, Progress(None, 0))
        return "\n".join(page.lines(kept)).encode("utf-8")


def _of_tables(part: Part) -> bool:
    if isinstance(part, TablePart):
        return not part.table.name.startswith("checklist")
    return isinstance(part, Heading) and part.name in ("tables", "supplementary_tables")


def _n_figures(parts: Sequence[Part]) -> int:
    return sum(isinstance(part, FigurePart) for part in parts)


class _Page:
    """Sets the parts of one report."""

    def __init__(self, language: str, figures: "Mapping[str, Figure]", progress: Progress) -> None:
        self._language, self._figures, self._progress = language, figures, progress
        self._placed = 0

    def lines(self, parts: Sequence[Part]) -> Iterator[str]:
        title = next(part for part in parts if isinstance(part, Title))
        language = self._language
        yield f'<!DOCTYPE html>\n<html lang="{language}">\n<head>\n<meta charset="utf-8">'
        yield '<meta name="viewport" content="width=device-width, initial-scale=1">'
        yield '<meta name="generator" content="Matched Cohort Explorer">'
        yield f"<title>{_text(title.text)}</title>"
        yield f"<style>\n{_style()}</style>\n</head>\n<body>"
        yield f'<a class="skip" href="#report">{_text(say(language, "page", "skip"))}</a>'
        yield '<div class="frame">'
        yield from self._contents(parts)
        yield '<main id="report">'
        yield from self._body(parts)
        yield "</main>\n</div>\n</body>\n</html>\n"
        self._progress.end()

    def _contents(self, parts: Sequence[Part]) -> Iterator[str]:
        words = _text(say(self._language, "heading", "contents"))
        yield f'<nav aria-labelledby="contents">\n<h2 id="contents">{words}</h2>\n<ol>'
        for heading, inside in _chapters(parts):
            yield f'<li><a href="#{heading.name}">{_text(heading.text)}</a>'
            entries = [_entry(part) for part in inside]
            listed = [f'<li><a href="#{name}">{_text(text)}</a></li>' for name, text in filter(None, entries)]
            if listed:
                yield "\n".join(("<ol>", *listed, "</ol>"))
            yield "</li>"
        yield "</ol>\n</nav>"

    def _body(self, parts: Sequence[Part]) -> Iterator[str]:
        yield from self._title(next(part for part in parts if isinstance(part, Title)))
        for heading, inside in _chapters(parts):
            yield f'<section aria-labelledby="{heading.name}">\n<h2 id="{heading.name}">{_text(heading.text)}</h2>'
            for part in inside:
                yield from self._part(part)
            yield "</section>"

    def _title(self, title: Title) -> Iterator[str]:
        yield f'<header>\n<p class="kind">{_text(title.kind)}</p>\n<h1>{_text(title.text)}</h1>'
        yield f'<p class="line">{_text(title.line)}</p>\n<p class="examined">{_text(title.examined)}</p>\n</header>'

    def _part(self, part: Part) -> Iterator[str]:
        if isinstance(part, Heading):
            yield f'<h3 id="{part.name}">{_text(part.text)}</h3>'
        elif isinstance(part, Paragraphs):
            yield from (f"<p>{_text(text)}</p>" for text in part.texts)
        elif isinstance(part, FigurePart):
            yield self._figure(part)
        elif isinstance(part, TablePart):
            yield self._table(part)
        elif isinstance(part, References):
            yield '<ol class="sources">'
            yield from (f"<li>{_text(_source(item.text, item.doi))}</li>" for item in part.citations)
            yield "</ol>"
        elif isinstance(part, FactList):
            yield "<dl>"
            yield from (f"<dt>{_text(name)}</dt><dd>{_text(value)}</dd>" for name, value in part.facts)
            yield "</dl>"

    def _figure(self, part: FigurePart) -> str:
        self._progress.begin(part.name)
        self._placed += 1
        drawing = figure_markup(self._figures[part.name], clean(part.alt), f"f{self._placed}-")
        caption = f"<strong>{_text(part.label + part.title)}</strong> {_text(part.caption)}"
        return f'<figure id="{figure_anchor(part)}">\n{drawing}\n<figcaption>{caption}</figcaption>\n</figure>'

    def _table(self, part: TablePart) -> str:
        table = part.table
        kinds = ["scroll"]
        kinds += ["wide"] if is_wide(table) else []
        kinds += ["checklist"] if table.name.startswith("checklist") else []
        words = _text(say(self._language, "page", "scroll", table=table.title))
        return (
            f'<div class="{" ".join(kinds)}" role="region" tabindex="0" aria-label="{words}">\n'
            f"{html_fragment(table)}\n</div>"
        )


def _chapters(parts: Sequence[Part]) -> list[tuple[Heading, list[Part]]]:
    """Each part of the paper with what stands in it."""
    found: list[tuple[Heading, list[Part]]] = []
    for part in parts:
        if isinstance(part, Heading) and part.level == 1:
            found.append((part, []))
        elif found:
            found[-1][1].append(part)
    return found


def _entry(part: Part) -> tuple[str, str] | None:
    """The anchor and the words of a part in the table of contents; None where it is not listed."""
    if isinstance(part, Heading):
        return part.name, part.text
    if isinstance(part, FigurePart):
        return figure_anchor(part), part.label + part.title
    return (part.table.name, part.table.title) if isinstance(part, TablePart) else None


def figure_anchor(part: FigurePart) -> str:
    """Where a figure is found in a document."""
    return f"figure_{part.name}"


def _source(text: str, doi: str) -> str:
    return f"{text} doi:{doi}" if doi else text


def _text(text: str) -> str:
    return escape(clean(text), quote=True)


def _style() -> str:
    return Path(__file__).with_name("page.css").read_text(encoding="utf-8")
