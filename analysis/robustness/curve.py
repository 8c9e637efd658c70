"""The specification curve: one effect under every reasonable way of analysing the same patients."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from analysis.cohort.selection import StudyCohort
from analysis.design.design import Design, design_patients
from analysis.design.fewer_partners import goes_in_rounds, with_fewer_partners
from analysis.design.propensity import PropensityModel, fit_propensity
from analysis.errors import EstimationError, SettingsError
from analysis.phrases import phrase
from analysis.robustness.difference import LargestDifference
from analysis.robustness.effect import (
    AskedEffect,
    EffectData,
    EstimatedEffect,
    asked_effect,
    effect_data,
    estimate_effect,
)
from analysis.robustness.parallel import suitable_jobs, work_through
from analysis.robustness.part import columns_with_markers, patients_with, without_outcomes
from analysis.robustness.result import SpecificationCurve, SpecificationResult
from analysis.robustness.specifications import Specification
from analysis.settings import StudySettings

PIECE = 10
"""Specifications that are worked on at a time, between two looks at whether to go on."""


def specification_curve(
    patients: StudyCohort,
    specifications: Sequence[Specification],
    *,
    earlier: SpecificationCurve | None = None,
    n_jobs: int | None = None,
    dask_address: str | None = None,
    on_progress: Callable[[int, int], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> SpecificationCurve:
    """Carry out every specification on the same patients.

    Each has its score, design, balance and effect as a run of its own would have them. Scores are fitted once for each
    choice of covariates. Who is studied does not change: patients whom a covariate's missing value left out of the study
    stay out of the specifications without that covariate.

    Parameters
    ----------
    patients : StudyCohort
        With complete covariates and outcomes, of the study whose specifications these are.
    specifications : sequence of Specification
        As `specifications` lists them.
    earlier : SpecificationCurve, optional
        A curve of the same specifications that was cancelled; what it holds is not done again.
    n_jobs : int, optional
        Processes; as many as suit the work when absent. The numbers do not depend on it.
    dask_address : str, optional
        See `work_through`.
    on_progress : callable, optional
        Called with the number of specifications done and that of all.
    cancelled : callable, optional
        Asked every few specifications; when it says yes the curve holds what was done until then.

    Returns
    -------
    SpecificationCurve

    Raises
    ------
    SettingsError
        There is no specification, the effect asked for does not exist in the study, covariates are still to be
        imputed, or ``earlier`` is of other specifications.

    Notes
    -----
    Source: Simonsohn, Simmons & Nelson 2020, doi:10.1038/s41562-020-0912-z.
    """
    listed = tuple(specifications)
    settings, asked = _checked(patients, listed, earlier)
    task = _task(patients, settings, asked)
    done = {} if earlier is None else {result.number: result for result in earlier.results}
    wanted = [item for item in listed if item.number not in done]
    found = work_through(
        _carry_out,
        _pieces(patients, task, wanted),
        n_jobs=suitable_jobs(n_jobs, patients.treated.size, len(wanted)),
        dask_address=dask_address,
        cancelled=cancelled,
    )
    for results in found:
        done |= {result.number: result for result in results}
        if on_progress is not None:
            on_progress(len(done), len(listed))
    return SpecificationCurve(
        measure=asked.measure,
        endpoint=asked.endpoint,
        nothing=asked.nothing,
        confidence_level=asked.confidence_level,
        specifications=listed,
        results=tuple(done[number] for number in sorted(done)),
    )


def _checked(
    patients: StudyCohort, listed: tuple[Specification, ...], earlier: SpecificationCurve | None
) -> tuple[StudySettings, AskedEffect]:
    if not listed:
        raise SettingsError(phrase("A specification curve needs at least one specification; none was given."))
    if [item.number for item in listed] != list(range(len(listed))):
        raise ValueError("specifications must be numbered by their place")
    if patients.incomplete:
        raise SettingsError(
            phrase(
                "A specification curve needs complete covariates; some are still to be imputed. Give "
                "the patients of one imputed set."
            )
        )
    settings = listed[0].settings
    if earlier is not None and [item.settings for item in earlier.specifications] != [item.settings for item in listed]:
        raise SettingsError(
            phrase("A curve can be continued with its own specifications only; these are others. Begin a new curve.")
        )
    return settings, asked_effect(settings)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Task:
    """What all specifications share."""

    patients: StudyCohort
    asked: AskedEffect
    data: EffectData
    differences: LargestDifference


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Piece:
    """A few specifications of the same covariates and score, or why there is no score.

    Specifications of one family differ in nothing but the ratio, the largest first: one matching is enough for all.
    """

    task: _Task
    columns: tuple[str, ...]
    propensity: PropensityModel | EstimationError
    families: tuple[tuple[Specification, ...], ...]


def _task(patients: StudyCohort, settings: StudySettings, asked: AskedEffect) -> _Task:
    return _Task(
        patients=without_outcomes(patients),
        asked=asked,
        data=effect_data(patients, asked),
        differences=LargestDifference.of(patients.covariates, patients.treated, settings.balance),
    )


def _pieces(patients: StudyCohort, task: _Task, wanted: list[Specification]) -> Iterator[_Piece]:
    """The specifications in their order, a few at a time, each score fitted when it is first needed."""
    scores: dict[object, PropensityModel | EstimationError] = {}
    for families in _runs(wanted):
        settings = families[0][0].settings
        key, columns = _score_key(settings), columns_with_markers(patients, settings)
        if key not in scores:
            scores[key] = _score(patients, columns, settings)
        yield _Piece(task=task, columns=columns, propensity=scores[key], families=families)


def _runs(wanted: list[Specification]) -> Iterator[tuple[tuple[Specification, ...], ...]]:
    """Families in the order of their first member, about ten specifications of one score at a time."""
    families: dict[object, list[Specification]] = {}
    for item in wanted:
        families.setdefault(_family_key(item), []).append(item)
    run: list[tuple[Specification, ...]] = []
    for members in families.values():
        family = tuple(sorted(members, key=lambda item: -item.settings.matching.ratio))
        other_score = run and _score_key(run[0][0].settings) != _score_key(family[0].settings)
        if other_score or sum(map(len, run)) >= PIECE:
            yield tuple(run)
            run = []
        run.append(family)
    if run:
        yield tuple(run)


def _family_key(specification: Specification) -> object:
    settings = specification.settings
    if settings.weighting is not None or not goes_in_rounds(settings.matching):
        return specification.number
    return _score_key(settings), settings.matching.model_copy(update={"ratio": 1})


def _score_key(settings: StudySettings) -> object:
    return settings.covariates, settings.propensity


def _score(
    patients: StudyCohort, columns: tuple[str, ...], settings: StudySettings
) -> PropensityModel | EstimationError:
    try:
        return fit_propensity(
            patients.covariates.loc[:, list(columns)], patients.treated, settings.propensity, patients.score
        )
    except EstimationError as error:
        return error


def _carry_out(piece: _Piece) -> tuple[SpecificationResult, ...]:
    patients = patients_with(piece.task.patients, piece.columns)
    return tuple(result for family in piece.families for result in _family_results(piece, patients, family))


def _family_results(
    piece: _Piece, patients: StudyCohort, family: tuple[Specification, ...]
) -> Iterator[SpecificationResult]:
    """The results of one family, from one matching."""
    widest: Design | None = None
    for item in family:
        ratio = item.settings.matching.ratio
        try:
            if isinstance(piece.propensity, EstimationError):
                raise piece.propensity
            if widest is None:
                widest = design_patients(patients, piece.propensity, item.settings)
                design = widest
            else:
                design = with_fewer_partners(widest, patients.treated, ratio)
        except EstimationError as error:
            yield _result(piece.task, item.number, None, error.problems[0])
        else:
            yield _result(piece.task, item.number, design, None)


def _result(task: _Task, number: int, design: Design | None, failure: str | None) -> SpecificationResult:
    effect: EstimatedEffect | None = None
    if design is not None:
        try:
            effect = estimate_effect(
                task.asked, task.data, design.weights, design.cluster, plain_tests=design.plain_tests
            )
        except EstimationError as error:
            failure = error.problems[0]
    return SpecificationResult(
        number=number,
        estimate=None if effect is None else effect.estimate,
        ci_lower=None if effect is None else effect.ci_lower,
        ci_upper=None if effect is None else effect.ci_upper,
        p_value=None if effect is None else effect.p_value,
        n_sets=None if design is None or design.sets is None else design.sets.n_sets,
        n_treated=0 if design is None else design.n_treated,
        n_control=0 if design is None else design.n_control,
        effective_sample_size_treated=0.0 if design is None else design.effective_sample_size_treated,
        effective_sample_size_control=0.0 if design is None else design.effective_sample_size_control,
        largest_smd=None if design is None else task.differences.under(design.weights),
        failure=failure,
    )
