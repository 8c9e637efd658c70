"""The bootstrap of a study: patients drawn, scored and matched anew, or matched sets drawn as they are."""

import math
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from analysis.cohort.selection import StudyCohort
from analysis.design.design import Design, design_patients
from analysis.design.propensity import fit_propensity
from analysis.errors import EstimationError, SettingsError
from analysis.notes import Note
from analysis.phrases import phrase
from analysis.robustness.draws import Draws, patient_draws, set_draws
from analysis.robustness.effect import Measure, asked_effect, effect_data, estimate_effect, with_horizon
from analysis.robustness.interval import AcceleratedInterval, Interval, accelerated_interval, percentile_interval
from analysis.robustness.parallel import suitable_jobs, work_through
from analysis.robustness.part import without_outcomes
from analysis.settings import BootstrapSettings, StudySettings

PIECE = 20
"""Replicates that are worked on at a time, between two looks at whether to go on."""

MOST_GROUPS = 500
"""More units than these are left out in groups; the acceleration then errs by about a thousandth."""

FEWEST_UNITS = 10
"""Fewer have too few different samples."""

Outcomes = dict[int, float | str]
"""Effect of each replicate by number, or the sentence that says why it has none."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Bootstrap:
    """An effect and its replicates.

    Attributes
    ----------
    draws : {"patients", "sets"}
        What was drawn.
    measure, endpoint, confidence_level
        As in `AskedEffect`.
    estimate : float
        In the study itself.
    n_units : int
        Patients or sets of the study, and of each replicate.
    seed : int
    n_planned : int
        Replicates asked for.
    number : ndarray of int64, shape (k,)
        Replicates with an effect, counted from 0, ascending.
    value : ndarray of float64, shape (k,)
        Their effects.
    failed : tuple of (int, str)
        Replicates without, and why.
    left_out : tuple of float or None
        Effects with one unit, or one group of units, left out, None where there is none; empty until all are known.
    standard_error : float or None
        SD of the replicates, of their logarithms for a ratio; None where they are too few for limits.
    percentile : Interval or None
        None where they are too few.
    accelerated : AcceleratedInterval or None
        By BCa; None with a note that says why.
    notes : tuple of Note
    """

    draws: Literal["patients", "sets"]
    measure: Measure
    endpoint: str
    confidence_level: float
    estimate: float
    n_units: int
    seed: int
    n_planned: int
    number: NDArray[np.int64]
    value: NDArray[np.float64]
    failed: tuple[tuple[int, str], ...]
    left_out: tuple[float | None, ...]
    standard_error: float | None
    percentile: Interval | None
    accelerated: AcceleratedInterval | None
    notes: tuple[Note, ...]

    @property
    def complete(self) -> bool:
        """Whether every replicate was drawn and every unit left out once."""
        return self.number.size + len(self.failed) == self.n_planned and bool(self.left_out)


def bootstrap_study(
    patients: StudyCohort,
    settings: StudySettings,
    *,
    earlier: Bootstrap | None = None,
    n_jobs: int | None = None,
    dask_address: str | None = None,
    on_progress: Callable[[int, int], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> Bootstrap:
    """Draw the study again and again, and see how its effect varies.

    ``robustness.bootstrap`` says what is drawn, with replacement, as many as there are. Of ``patients``, both arms
    together, each replicate is a study of its own: the score is fitted again, patients are matched or weighted again.
    A covariate that is the same for everyone drawn has no part in that replicate. Of ``sets``, each replicate keeps
    matched sets whole, with their weights. The effect is that of ``robustness.specifications``. Restricted means keep the
    horizon of the study: a curve whose last patients are not drawn stays at its level up to it.

    Replicate i is drawn by child i of the seed, so that neither processes nor pieces, nor an interruption, change a
    number.

    Parameters
    ----------
    patients : StudyCohort
        With complete covariates and outcomes.
    settings : StudySettings
        The study.
    earlier : Bootstrap, optional
        Of the same study and seed, with fewer replicates or cancelled: what it holds is not done again.
    n_jobs, dask_address, on_progress, cancelled
        As in `specification_curve`; progress counts replicates and leave-outs together.

    Returns
    -------
    Bootstrap

    Raises
    ------
    SettingsError
        Covariates are still to be imputed, the study has no sets to draw, or ``earlier`` is of another study, of
        another seed or of more replicates.
    EstimationError
        The study itself has no effect, or there are fewer than ten units.

    Notes
    -----
    Limits of a ratio are made on the logarithm. The acceleration of BCa comes from leaving out one patient or set at a
    time, or one of 500 groups of them where there are more: Efron 1987, doi:10.1080/01621459.1987.10478410.

    The bootstrap is in general not valid for nearest-neighbour matching: Abadie & Imbens 2008, doi:10.3982/ECTA6474. In
    simulations of matching without replacement, drawing pairs gave standard errors closer to the truth than drawing
    patients: Austin & Small 2014, doi:10.1002/sim.6276.
    """
    chosen = settings.robustness.bootstrap
    study = _study(patients, settings)
    known = _Known(drawn={}, left_out={}) if earlier is None else _known(earlier, study, chosen)
    groups = _groups(study.draws.n_units, chosen.seed)
    n_groups = int(groups.max()) + 1
    pieces = [
        *_pieces(study.draws, chosen.seed, None, (i for i in range(chosen.replicates) if i not in known.drawn)),
        *_pieces(study.draws, chosen.seed, groups, (i for i in range(n_groups) if i not in known.left_out)),
    ]
    n_all = chosen.replicates + n_groups
    found = work_through(
        _carry_out,
        pieces,
        n_jobs=suitable_jobs(n_jobs, patients.treated.size, n_all),
        dask_address=dask_address,
        cancelled=cancelled,
    )
    for leaves_out, outcomes in found:
        (known.left_out if leaves_out else known.drawn).update(outcomes)
        if on_progress is not None:
            on_progress(len(known.drawn) + len(known.left_out), n_all)
    return _bootstrap(study, settings, known, n_groups)


def require_bootstrap(patients: StudyCohort, settings: StudySettings) -> None:
    """Make sure, before anything long is begun, that the study can be drawn again.

    Raises
    ------
    SettingsError, EstimationError
        What `bootstrap_study` would raise.
    """
    _study(patients, settings)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Study:
    draws: Draws
    design: Design
    measure: Measure
    endpoint: str
    estimate: float


def _study(patients: StudyCohort, settings: StudySettings) -> _Study:
    """The study itself, and what is drawn from it."""
    if patients.incomplete:
        raise SettingsError(
            phrase(
                "A bootstrap needs complete covariates; some are still to be imputed. Give the "
                "patients of one imputed set."
            )
        )
    asked = asked_effect(settings)
    data = effect_data(patients, asked)
    score = fit_propensity(patients.covariates, patients.treated, settings.propensity, patients.score)
    design = design_patients(patients, score, settings)
    effect = estimate_effect(asked, data, design.weights, design.cluster, plain_tests=design.plain_tests)
    asked = with_horizon(asked, data, design.weights)
    draws: Draws
    if settings.robustness.bootstrap.draws == "sets":
        draws = set_draws(design, asked, data)
    else:
        draws = patient_draws(without_outcomes(patients), settings, asked, data)
    if draws.n_units < FEWEST_UNITS:
        raise EstimationError(
            phrase(
                "A bootstrap needs at least {fewest} {units} to draw from; {n_units} were "
                "found. Show the figures of the study alone.",
                fewest=FEWEST_UNITS,
                units=_UNITS[settings.robustness.bootstrap.draws],
                n_units=draws.n_units,
            )
        )
    return _Study(draws=draws, design=design, measure=asked.measure, endpoint=asked.endpoint, estimate=effect.estimate)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Known:
    """What was found so far, by number of the replicate and of the group left out."""

    drawn: Outcomes
    left_out: Outcomes


def _known(earlier: Bootstrap, study: _Study, chosen: BootstrapSettings) -> _Known:
    same = (earlier.draws, earlier.seed, earlier.n_units, earlier.measure, earlier.endpoint, earlier.estimate)
    if same != (chosen.draws, chosen.seed, study.draws.n_units, study.measure, study.endpoint, study.estimate):
        raise SettingsError(
            phrase(
                "Replicates can be continued in the same study, with the same draws and seed; these "
                "are of another. Begin a new bootstrap."
            )
        )
    if earlier.n_planned > chosen.replicates:
        raise SettingsError(
            phrase(
                "Replicates can be continued to more of them; {n_planned:,} were planned and "
                "{replicates:,} are asked for. Ask for at least as many.",
                n_planned=earlier.n_planned,
                replicates=chosen.replicates,
            )
        )
    drawn: Outcomes = dict(zip(earlier.number.tolist(), earlier.value.tolist(), strict=True))
    left_out: Outcomes = {i: NO_LEFT_OUT if value is None else value for i, value in enumerate(earlier.left_out)}
    return _Known(drawn=drawn | dict(earlier.failed), left_out=left_out)


_UNITS = {"sets": phrase("sets"), "patients": phrase("patients")}

NO_LEFT_OUT = phrase("no effect without this unit")


def _groups(n_units: int, seed: int) -> NDArray[np.int64]:
    """The group of each unit that is left out with it: its own, or one of 500 dealt at random."""
    if n_units <= MOST_GROUPS:
        return np.arange(n_units, dtype=np.int64)
    dealt = np.arange(n_units, dtype=np.int64) % MOST_GROUPS
    return np.random.default_rng([seed, n_units]).permutation(dealt)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Piece:
    """Some replicates; or, where there are groups, some leave-outs."""

    draws: Draws
    seed: int
    groups: NDArray[np.int64] | None
    numbers: tuple[int, ...]


def _pieces(draws: Draws, seed: int, groups: NDArray[np.int64] | None, numbers: Iterable[int]) -> Iterator[_Piece]:
    wanted = tuple(numbers)
    for start in range(0, len(wanted), PIECE):
        yield _Piece(draws=draws, seed=seed, groups=groups, numbers=wanted[start : start + PIECE])


def _carry_out(piece: _Piece) -> tuple[bool, Outcomes]:
    outcomes: Outcomes = {}
    for number in piece.numbers:
        if piece.groups is None:
            units = drawn_units(piece.draws.n_units, piece.seed, number)
        else:
            units = np.flatnonzero(piece.groups != number)
        try:
            outcomes[number] = piece.draws.effect_in(units)
        except EstimationError as error:
            outcomes[number] = error.problems[0]
    return piece.groups is not None, outcomes


def drawn_units(n_units: int, seed: int, number: int) -> NDArray[np.int64]:
    """The units of one replicate: those that child ``number`` of the seed draws, whoever draws the others.

    >>> children = np.random.SeedSequence(3).spawn(2)
    >>> bool((drawn_units(9, 3, 1) == np.random.default_rng(children[1]).integers(0, 9, 9)).all())
    True
    """
    child = np.random.SeedSequence(seed, spawn_key=(number,))
    return np.random.default_rng(child).integers(0, n_units, n_units)


def _bootstrap(study: _Study, settings: StudySettings, known: _Known, n_groups: int) -> Bootstrap:
    chosen, level = settings.robustness.bootstrap, settings.confidence.level
    drawn = {number: known.drawn[number] for number in sorted(known.drawn)}
    value = np.array([found for found in drawn.values() if isinstance(found, float)])
    failed = tuple((number, found) for number, found in drawn.items() if isinstance(found, str))
    left_out: tuple[float | None, ...] = ()
    if len(known.left_out) == n_groups:
        ordered = [known.left_out[number] for number in range(n_groups)]
        left_out = tuple(found if isinstance(found, float) else None for found in ordered)
    limits = _limits(study, value, left_out, level)
    return Bootstrap(
        draws=chosen.draws,
        measure=study.measure,
        endpoint=study.endpoint,
        confidence_level=level,
        estimate=study.estimate,
        n_units=study.draws.n_units,
        seed=chosen.seed,
        n_planned=chosen.replicates,
        number=np.array([number for number, found in drawn.items() if isinstance(found, float)], dtype=np.int64),
        value=value,
        failed=failed,
        left_out=left_out,
        standard_error=limits.standard_error,
        percentile=limits.percentile,
        accelerated=limits.accelerated,
        notes=(*limits.notes, *_failure_notes(failed, len(drawn)), *_validity_notes(study.design, chosen.draws)),
    )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Limits:
    standard_error: float | None
    percentile: Interval | None
    accelerated: AcceleratedInterval | None
    notes: tuple[Note, ...]


def _limits(study: _Study, value: NDArray[np.float64], left_out: tuple[float | None, ...], level: float) -> _Limits:
    ratio = study.measure == "hazard_ratio"
    scaled = np.log(value) if ratio else value
    estimate = math.log(study.estimate) if ratio else study.estimate
    try:
        percentile = percentile_interval(scaled, level)
    except EstimationError as error:
        return _Limits(standard_error=None, percentile=None, accelerated=None, notes=_told(error))
    notes: tuple[Note, ...] = ()
    accelerated = None
    try:
        accelerated = accelerated_interval(estimate, scaled, _all_known(left_out, ratio), level)
    except EstimationError as error:
        notes = _told(error)
    error_of = float(scaled.std(ddof=1))
    if ratio:
        percentile = Interval(lower=math.exp(percentile.lower), upper=math.exp(percentile.upper))
        accelerated = None if accelerated is None else _exponential(accelerated)
    return _Limits(standard_error=error_of, percentile=percentile, accelerated=accelerated, notes=notes)


def _all_known(left_out: tuple[float | None, ...], ratio: bool) -> NDArray[np.float64]:
    known = [value for value in left_out if value is not None]
    if len(known) < max(len(left_out), 1):
        raise EstimationError(
            phrase(
                "A bias-corrected interval needs the effect with each unit left out; {n_known:,} of "
                "{n_left_out:,} were found. Give the percentile interval.",
                n_known=len(known),
                n_left_out=len(left_out),
            )
        )
    values = np.array(known)
    return np.log(values) if ratio else values


def _exponential(interval: AcceleratedInterval) -> AcceleratedInterval:
    return AcceleratedInterval(
        lower=math.exp(interval.lower),
        upper=math.exp(interval.upper),
        bias=interval.bias,
        acceleration=interval.acceleration,
    )


def _told(error: EstimationError) -> tuple[Note, ...]:
    return tuple(Note(code="no_bootstrap_interval", text=problem) for problem in error.problems)


def _failure_notes(failed: tuple[tuple[int, str], ...], n_drawn: int) -> tuple[Note, ...]:
    if not failed:
        return ()
    reason, _ = Counter(sentence for _, sentence in failed).most_common(1)[0]
    text = phrase(
        "{n_failed:,} of {n_drawn:,} replicates have no effect and are left out; the "
        "interval holds for the others. The most frequent reason: {reason}",
        n_failed=len(failed),
        n_drawn=n_drawn,
        reason=reason,
    )
    return (Note(code="replicates_failed", text=text),)


def _validity_notes(design: Design, draws: str) -> tuple[Note, ...]:
    """What is known of the bootstrap after matching; weights are smooth, and nothing speaks against theirs."""
    if design.kind != "matching":
        return ()
    if draws == "sets":
        text = phrase(
            "Drawing sets takes them as given: that other patients would have had other scores "
            "and other partners is not in this interval. In simulations of pairs without "
            "replacement its errors were close to the truth (Austin & Small 2014, "
            "doi:10.1002/sim.6276)."
        )
        return (Note(code="sets_taken_as_given", text=text),)
    text = phrase(
        "The bootstrap is in general not valid for matching with nearest neighbours, whose "
        "effect does not change smoothly with the patients drawn (Abadie & Imbens 2008, "
        "doi:10.3982/ECTA6474); drawing pairs came closer to the truth than drawing patients "
        "in simulations (Austin & Small 2014, doi:10.1002/sim.6276). Report the interval "
        "over sets, and this one as a look at how stable the whole procedure is."
    )
    return (Note(code="bootstrap_of_matching", text=text),)
