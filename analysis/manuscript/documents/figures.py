"""Every figure of a report, drawn once for all of its documents."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from analysis.manuscript.documents.progress import OnProgress, Progress
from analysis.manuscript.publication import Publication
from analysis.manuscript.text.figures import Figure as FigureFacts
from analysis.manuscript.text.figures import study_figures as figures_of_run
from analysis.reporting.figure_files import study_figures
from analysis.settings import StudySettings

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_IN_PAPER = ("flow", "balance", "endpoints")
_UNDER_DESIGN = ("survival", "incidence", "response")


def draw_figures(publication: Publication, on_progress: OnProgress | None = None) -> Mapping[str, "Figure"]:
    """Draw the figures of a run as its study asks.

    Parameters
    ----------
    publication : Publication
    on_progress : callable, optional
        Told of each figure.

    Returns
    -------
    mapping of str to matplotlib.figure.Figure
        By the stem of the figure's file. Where small counts are hidden, figures that would print one are not among them.
    """
    planned = [figure.stem for figure in figures_of_run(publication)]
    progress = Progress(on_progress, len(planned))
    drawn: dict[str, Figure] = {}
    for name, figure in study_figures(publication.result, publication.missing, publication.findings):
        drawn[name] = figure
        progress.begin(name)
    progress.end()
    return drawn


def paper_figures(publication: Publication) -> tuple[str, ...]:
    """The stems of the figures that belong in the paper: who was compared, how even they became, what was found."""
    return tuple(figure.stem for figure in figures_of_run(publication) if _belongs(figure))


def supplementary_figures(publication: Publication) -> tuple[str, ...]:
    """The stems of all other figures."""
    return tuple(figure.stem for figure in figures_of_run(publication) if not _belongs(figure))


def _belongs(figure: FigureFacts) -> bool:
    return figure.kind in _IN_PAPER or (figure.kind in _UNDER_DESIGN and figure.population == "after")


def single_column(publication: Publication, stems: frozenset[str]) -> Iterator[tuple[str, "Figure"]]:
    """Some figures at the width of one column, whose lettering is large on a slide; none is drawn after the last."""
    settings = publication.result.settings
    asked = settings.manuscript.model_copy(update={"column": "single"})
    narrow = _with_manuscript(publication, settings.model_copy(update={"manuscript": asked}))
    left = set(stems)
    if not left:
        return
    for name, figure in study_figures(narrow.result, narrow.missing, narrow.findings):
        if name in left:
            yield name, figure
            left.remove(name)
            if not left:
                return


def _with_manuscript(publication: Publication, settings: StudySettings) -> Publication:
    return replace(publication, result=replace(publication.result, settings=settings))
