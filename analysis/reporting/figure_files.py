"""Every figure of a study as files, named for what they hold."""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, cast

from analysis.cohort.missing import MissingPicture
from analysis.design.calibration import calibration
from analysis.design.left_out import compare_left_out
from analysis.errors import EstimationError
from analysis.outcomes.response import ResponseComparison
from analysis.reporting.centre_results import overall_effect
from analysis.reporting.findings import Findings, study_findings
from analysis.reporting.model_figures import model_figures
from analysis.reporting.response_figures import response_course_figures
from analysis.reporting.robustness_results import robustness_figures
from analysis.reporting.sensitivity_results import StudySensitivity
from analysis.reporting.sentences import imputed_set_words
from analysis.reporting.small_counts import (
    flow_has_small_counts,
    missing_has_small_counts,
    responses_have_small_counts,
)
from analysis.reporting.suppression import is_active
from analysis.study import PopulationOutcomes, StudyResult
from analysis.study.centres import CentreComparison
from analysis.study.competing import compare_competing, has_competing
from charts.balance import love_publication
from charts.calibration import calibration_publication
from charts.centres import centres_publication
from charts.files import FigureFormat, figure_file
from charts.flow import flow_publication
from charts.incidence import incidence_publication
from charts.journal import manuscript_style
from charts.left_out import left_out_publication
from charts.missing import missing_publication
from charts.overlap import overlap_publication
from charts.response import response_publication
from charts.style import Population
from charts.survival import survival_publication
from charts.tipping_point import tipping_point_publication
from charts.weights import weights_differ, weights_publication

if TYPE_CHECKING:
    from matplotlib.figure import Figure

NAME_LENGTH = 60
"""Characters of an endpoint's name in a file's name."""


def figure_files(
    result: StudyResult,
    formats: Sequence[str],
    missing: MissingPicture | None = None,
    findings: Findings | None = None,
) -> Iterator[tuple[str, bytes]]:
    """Draw every figure of a study for print.

    Parameters
    ----------
    result : StudyResult
        One run.
    formats : sequence of {"png", "svg", "pdf", "eps", "tiff", "pptx"}
        Each figure is written in each of them.
    missing : MissingPicture, optional
        Where covariates are missing, as `missing_by_arm` counts it; not drawn when nothing is missing.
    findings : Findings, optional
        What `study_findings` gives, where it is at hand.

    Yields
    ------
    name : str
        Such as ``survival_OS_after.png``: what is drawn, of which endpoint, in which population.
    content : bytes
        The file, the same bytes for the same study.

    Notes
    -----
    Widths, colours, numbers and the resolution of PNG and TIFF follow ``result.settings.manuscript``.

    The weights are drawn where they differ within an arm, centres where the study names them.

    Where small counts are hidden, curves are printed without the numbers at risk, and the flow of patients, the missing
    covariates and the responses not at all when they would print a hidden count. A step of a curve still shows when
    someone had an event. Calibration, who was left out, weights and centres, which say how many patients they
    rest on, are then not drawn either, nor are endpoints, Cox tables and subgroups.
    """
    asked = result.settings.manuscript
    for name, figure in study_figures(result, missing, findings):
        for file_format in formats:
            title = name.replace("_", " ")
            yield (
                f"{name}.{file_format}",
                figure_file(figure, cast(FigureFormat, file_format), dpi=asked.resolution, title=title),
            )


def study_figures(
    result: StudyResult, missing: MissingPicture | None = None, findings: Findings | None = None
) -> Iterator[tuple[str, "Figure"]]:
    """Every figure of a study as its manuscript asks, by the stem of its file's name; arguments as in `figure_files`.

    Raises
    ------
    SettingsError
        When the study names a journal, a palette or a number style that is not known.
    """
    figures = _figures(result, missing, findings or study_findings(result))
    while True:
        # Nothing of the style may hold while the caller has the turn.
        with manuscript_style(result.settings.manuscript):
            drawn = next(figures, None)
        if drawn is None:
            return
        yield drawn


def _figures(result: StudyResult, missing: MissingPicture | None, findings: Findings) -> Iterator[tuple[str, "Figure"]]:
    patients, design = result.patients, result.design
    below = result.settings.exports.suppress_below
    if not flow_has_small_counts(patients, design, below):
        # Who has no time, no event or no evaluable response may be few.
        drawn = flow_publication(patients, design, design_word=design.kind, analysed=not is_active(below))
        yield "flow_of_patients", drawn
    if missing is not None and missing.columns and not missing_has_small_counts(missing, below):
        yield "missing_covariates", missing_publication(missing)
    yield (
        "balance_before_and_after",
        love_publication(
            result.balance, population="compare", design_word=design.kind, other_balance=findings.other_balance
        ),
    )
    for population in _POPULATIONS:
        yield (
            f"overlap_{population}",
            overlap_publication(
                result.propensity.propensity_score,
                patients.treated,
                design.weights,
                population=population,
                design_word=design.kind,
                treated_label=patients.treated_label,
                control_label=patients.control_label,
            ),
        )
    if not is_active(below):
        yield from _design_figures(result)
    yield from _survival_figures(result)
    yield from _response_figures(result)
    if not is_active(below):
        endpoints = [item.name for item in result.before.survival] + [item.name for item in result.before.response]
        yield from model_figures(result, distinct_names(endpoints), findings.models)
        yield from robustness_figures(findings.robustness, result.settings.cohort.time_unit)
        yield from response_course_figures(result, distinct_names)
        yield from _tipping_figures(result, findings.sensitivity)
        yield from _centre_figures(result, findings.centres)


_POPULATIONS: tuple[Population, ...] = ("before", "after")


def _design_figures(result: StudyResult) -> Iterator[tuple[str, "Figure"]]:
    patients, weights = result.patients, result.design.weights
    treated_label, control_label = patients.treated_label, patients.control_label
    found = calibration(result.propensity.propensity_score, patients.treated)
    yield "calibration_of_the_score", calibration_publication(found, treated_label=treated_label)
    moved = compare_left_out(patients.covariates, patients.treated, weights, result.settings.balance)
    yield "left_out", left_out_publication(moved, treated_label=treated_label, control_label=control_label)
    if weights_differ(weights, patients.treated):
        yield (
            "weights",
            weights_publication(weights, patients.treated, treated_label=treated_label, control_label=control_label),
        )


def _survival_figures(result: StudyResult) -> Iterator[tuple[str, "Figure"]]:
    patients = result.patients
    names = distinct_names(outcome.name for outcome in result.before.survival)
    for name, before, after in zip(names, result.before.survival, result.after.survival, strict=True):
        if has_competing(patients, before.name):
            yield from _incidence_figures(result, before.name, name)
            continue
        for population, outcome in zip(_POPULATIONS, (before, after), strict=True):
            if outcome.comparison is not None:
                figure = survival_publication(
                    before.comparison,
                    after.comparison,
                    population=population,
                    treated_label=patients.treated_label,
                    control_label=patients.control_label,
                    outcome=outcome.name,
                    time_unit=patients.time_unit,
                    design_word=result.design.kind,
                    table_rows=() if is_active(result.settings.exports.suppress_below) else None,
                    shown_set=imputed_set_words(result.imputation),
                )
                yield f"survival_{name}_{population}", figure


def _incidence_figures(result: StudyResult, endpoint: str, name: str) -> Iterator[tuple[str, "Figure"]]:
    """Of an endpoint with competing events: one minus its Kaplan–Meier curve would be the share of no patients."""
    patients, below = result.patients, result.settings.exports.suppress_below
    for population, design in (("before", None), ("after", result.design)):
        try:
            found = compare_competing(patients, design, result.settings, endpoint)
        except EstimationError:
            continue
        figure = incidence_publication(
            found if population == "before" else None,
            found if population == "after" else None,
            population="before" if population == "before" else "after",
            treated_label=patients.treated_label,
            control_label=patients.control_label,
            outcome=endpoint,
            time_unit=patients.time_unit,
            design_word=result.design.kind,
            table_rows=() if is_active(below) else ("at risk",),
            shown_set=imputed_set_words(result.imputation),
        )
        yield f"incidence_{name}_{population}", figure


def _response_figures(result: StudyResult) -> Iterator[tuple[str, "Figure"]]:
    before, after = _comparisons(result.before), _comparisons(result.after)
    below = result.settings.exports.suppress_below
    for population, shown in zip(_POPULATIONS, (before, after), strict=True):
        if shown is not None and not responses_have_small_counts(shown, below):
            figure = response_publication(
                before,
                after,
                population=population,
                design_word=result.design.kind,
                treated_label=result.patients.treated_label,
                control_label=result.patients.control_label,
                shown_set=imputed_set_words(result.imputation),
            )
            yield f"response_{population}", figure


def _centre_figures(result: StudyResult, comparisons: tuple[CentreComparison, ...]) -> Iterator[tuple[str, "Figure"]]:
    names = distinct_names(found.endpoint for found in comparisons)
    for name, found in zip(names, comparisons, strict=True):
        figure = centres_publication(
            found,
            population="compare",
            treated_label=result.patients.treated_label,
            control_label=result.patients.control_label,
            overall_before=overall_effect(result.before, found.endpoint),
            overall_after=overall_effect(result.after, found.endpoint),
            design_word=result.design.kind,
        )
        yield f"centres_{name}_before_and_after", figure


def _tipping_figures(result: StudyResult, found: StudySensitivity) -> Iterator[tuple[str, "Figure"]]:
    names = distinct_names(item.effect.endpoint for item in found.confounding[0].endpoints)
    for population, one in zip(_POPULATIONS, found.confounding, strict=True):
        for name, item in zip(names, one.endpoints, strict=True):
            if item.tipping is not None:
                figure = tipping_point_publication(
                    item.tipping,
                    treated_label=result.patients.treated_label,
                    control_label=result.patients.control_label,
                )
                yield f"tipping_point_{name}_{population}", figure


def _comparisons(outcomes: PopulationOutcomes) -> dict[str, ResponseComparison | None] | None:
    """Every response endpoint by name; None where none could be compared."""
    comparisons = {outcome.name: outcome.comparison for outcome in outcomes.response}
    return comparisons if any(item is not None for item in comparisons.values()) else None


def distinct_names(names: Iterable[str]) -> list[str]:
    """Names of endpoints as parts of file names that are safe and different on every system.

    Parameters
    ----------
    names : iterable of str
        As the study has them.

    Returns
    -------
    list of str
        Letters, digits and underscores of any script, at most 60 characters and a number where two would be alike,
        capitals aside.

    Examples
    --------
    >>> distinct_names(["OS", "os", "../PFS (months)", "無再発生存"])
    ['OS', 'os_2', 'PFS_months', '無再発生存']
    """
    found: list[str] = []
    taken: set[str] = set()
    for name in names:
        plain = re.sub(r"\W+", "_", name).strip("_")[:NAME_LENGTH] or "endpoint"
        candidate, number = plain, 1
        while candidate.casefold() in taken:
            number += 1
            candidate = f"{plain}_{number}"
        taken.add(candidate.casefold())
        found.append(candidate)
    return found
