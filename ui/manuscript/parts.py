"""What of a document is being made, in words."""

from collections.abc import Mapping
from typing import Final

from analysis.manuscript.documents.progress import OnProgress
from analysis.manuscript.publication import Publication
from analysis.manuscript.text.figures import Figure, study_figures
from analysis.phrases import join_phrases, phrase
from charts.style import DesignWord, population_name

KINDS: Final = {
    "flow": phrase("flow of patients"),
    "missing": phrase("missing covariates"),
    "balance": phrase("balance of the covariates"),
    "overlap": phrase("overlap of the propensity scores"),
    "calibration": phrase("calibration of the score"),
    "left_out": phrase("patients left out"),
    "weights": phrase("weights"),
    "survival": phrase("survival curves"),
    "incidence": phrase("cumulative incidence"),
    "response": phrase("response"),
    "endpoints": phrase("all endpoints"),
    "cox": phrase("Cox regression"),
    "subgroups": phrase("subgroups"),
    "curve": phrase("specification curve"),
    "orders": phrase("random orders"),
    "waterfall": phrase("waterfall plot"),
    "spider": phrase("spider plot"),
    "swimmer": phrase("swimmer plot"),
    "agreement": phrase("agreement of the criteria"),
    "adverse_events": phrase("adverse events"),
    "tipping": phrase("tipping point"),
    "centres": phrase("effects by centre"),
}
"""Figures by what they draw."""

_SLIDES: Final = phrase("slides")


def in_words(publication: Publication, on_progress: OnProgress) -> OnProgress:
    """Tell of each part by what a reader calls it, instead of by the name of its file.

    Parameters
    ----------
    publication : Publication
    on_progress : callable
        Told of each part in words.
    """
    known = _figures(publication)

    def tell(part: str, done: int, planned: int) -> None:
        on_progress(known.get(part, _SLIDES) if part else "", done, planned)

    return tell


def figure_words(figure: Figure, design: DesignWord) -> str:
    """A figure by what it draws, of what and for whom.

    Examples
    --------
    >>> figure = Figure(stem="survival_pfs_before", kind="survival", population="before", endpoint="PFS")
    >>> figure_words(figure, "weighting")
    'survival curves, PFS, before weighting'
    """
    told = [KINDS[figure.kind], figure.endpoint]
    if figure.population != "compare":
        told.append(population_name("before" if figure.population == "before" else "after", design))
    return join_phrases([part for part in told if part], ", ")


def _figures(publication: Publication) -> Mapping[str, str]:
    design = publication.result.design.kind
    return {figure.stem: figure_words(figure, design) for figure in study_figures(publication)}
