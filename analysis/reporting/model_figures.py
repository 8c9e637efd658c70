"""The figures of Cox tables, subgroups and endpoints for print."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from analysis.reporting.model_results import StudyModels, study_models
from analysis.study import StudyResult
from charts.endpoint_board import board_publication
from charts.forest import cox_publication, subgroups_publication
from charts.style import Population

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_POPULATIONS: tuple[Population, ...] = ("before", "after")


def model_figures(
    result: StudyResult, names: Sequence[str], models: StudyModels | None = None
) -> Iterator[tuple[str, "Figure"]]:
    """Draw every endpoint beside the others, the Cox table of each survival endpoint, and the subgroups of each endpoint.

    Parameters
    ----------
    result : StudyResult
        One run, of which no count is to be hidden: every figure prints some.
    names : sequence of str
        Of the survival endpoints, then of the responses, as parts of file names.
    models : StudyModels, optional
        What `study_models` gives, where it is at hand.

    Yields
    ------
    name : str
        Such as ``cox_OS_after``.
    figure : matplotlib.figure.Figure
    """
    models = models or study_models(result)
    arms: dict[str, Any] = {
        "treated_label": result.patients.treated_label,
        "control_label": result.patients.control_label,
        "design_word": result.design.kind,
    }
    yield "endpoints_before_and_after", board_publication(models.board, population="compare", **arms)
    for name, (before, after) in zip(names, models.cox, strict=False):
        for population, found in zip(_POPULATIONS, (before, after), strict=True):
            if found.table is not None:
                figure = cox_publication(before, after, population=population, design_word=result.design.kind)
                yield f"cox_{name}_{population}", figure
    for name, pair in zip(names, models.subgroups, strict=False):
        for population in _POPULATIONS:
            yield f"subgroups_{name}_{population}", subgroups_publication(*pair, population=population, **arms)
