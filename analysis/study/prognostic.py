"""Balance of the prognostic score: whether what foretells the outcome is alike in both arms, in one number."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.cohort.selection import EndpointData, ResponseData, StudyCohort
from analysis.design.balance import covariate_balance
from analysis.design.logistic import dependent_columns, fit_logistic, standardise
from analysis.design.separation import separating_covariates
from analysis.design.terms import CovariateTerm, covariate_terms
from analysis.errors import EstimationError, SettingsError
from analysis.notes import Note
from analysis.outcomes.cox_model import cox_model
from analysis.phrases import phrase
from analysis.settings import BalanceSettings

FEWEST_EVENTS_PER_TERM = 5
"""With fewer events for each term a model of the outcome says little (Vittinghoff & McCulloch 2007,
doi:10.1093/aje/kwk052)."""

FEW_EVENTS_PER_TERM = 10

SCORE = phrase("prognostic score")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PrognosticBalance:
    """How alike the arms are in what the covariates foretell of one endpoint.

    Attributes
    ----------
    endpoint : str
    model : {"cox", "logistic"}
    score : ndarray of float64, shape (n,)
        Log hazard or log odds foretold for each patient without the treatment, mean 0 among the controls.
    terms : tuple of str
        What the model was made of.
    coefficients : ndarray of float64, shape (p,)
    n_controls, n_events : int
        Controls with a known outcome, and events among them (of responders and others the fewer).
    smd_before, smd_after : float or None
        Standardised difference of the score, treated minus control; None where it has no divisor.
    variance_ratio_before, variance_ratio_after : float or None
    chance_smd_before, chance_smd_after : float
        |SMD| that chance alone stays below in 95 % of randomised comparisons of this (effective) size.
    method : str
    notes : tuple of Note
    """

    endpoint: str
    model: Literal["cox", "logistic"]
    score: NDArray[np.float64]
    terms: tuple[str, ...]
    coefficients: NDArray[np.float64]
    n_controls: int
    n_events: int
    smd_before: float | None
    smd_after: float | None
    variance_ratio_before: float | None
    variance_ratio_after: float | None
    chance_smd_before: float
    chance_smd_after: float
    method: str
    notes: tuple[Note, ...]


def prognostic_balance(
    patients: StudyCohort,
    weights: NDArray[np.float64],
    endpoint: str | None = None,
    convention: BalanceSettings | None = None,
) -> PrognosticBalance:
    """Measure how alike the arms are in the outcome that the covariates foretell.

    A model of the outcome is fitted among all controls, before matching or weighting, with every covariate of the
    study: a Cox model of a survival endpoint, a logistic one of objective response. It foretells for every patient
    what would happen without the treatment. A covariate matters to bias as far as it foretells the outcome, so the
    standardised difference of this one score says more than many of single covariates do.

    It serves as a diagnosis and nothing else: the design is made without outcomes, and choosing among designs by this
    number would let the outcome in.

    Parameters
    ----------
    patients : StudyCohort
        Covariates, arms and outcomes.
    weights : ndarray of float64, shape (n,)
        Of the design; 0 for a patient left out.
    endpoint : str, optional
        A survival or response endpoint; the first of the study when absent.
    convention : BalanceSettings, optional
        What the difference is divided by.

    Returns
    -------
    PrognosticBalance

    Raises
    ------
    SettingsError
        The study has no such endpoint.
    EstimationError
        Fewer than 5 events among the controls for each term, or a model without a maximum.

    Notes
    -----
    The score is the linear predictor. Controls stand closer to their own foretold outcome than the treated do, since
    the model was made of them; with few events a difference may be partly that.

    Source: Stuart, Lee & Leacy 2013, doi:10.1016/j.jclinepi.2013.01.013.
    """
    chosen = _endpoint(patients, endpoint)
    controls = np.flatnonzero(chosen.known & ~patients.treated)
    terms, left_out = _usable_terms(list(covariate_terms(patients.covariates, every_level=False)), controls)
    n_events = _enough_events(chosen, controls, len(terms))
    table = np.column_stack([term.values for term in terms])
    coefficients = _coefficients(chosen, controls, table, terms)
    score = table @ coefficients
    score -= score[~patients.treated].mean()
    balance = covariate_balance(pd.DataFrame({SCORE: score}), patients.treated, weights, convention)
    model: Literal["cox", "logistic"] = "cox" if isinstance(chosen, EndpointData) else "logistic"
    return PrognosticBalance(
        endpoint=chosen.name,
        model=model,
        score=score,
        terms=tuple(term.name for term in terms),
        coefficients=coefficients,
        n_controls=controls.size,
        n_events=n_events,
        smd_before=balance.smd_before[0],
        smd_after=balance.smd_after[0],
        variance_ratio_before=balance.variance_ratio_before[0],
        variance_ratio_after=balance.variance_ratio_after[0],
        chance_smd_before=balance.chance_smd_before,
        chance_smd_after=balance.chance_smd_after,
        method=phrase("Cox model among {n:,} controls, linear predictor", n=controls.size)
        if model == "cox"
        else phrase("logistic model among {n:,} controls, linear predictor", n=controls.size),
        notes=_notes(chosen.name, n_events, len(terms), left_out),
    )


def _endpoint(patients: StudyCohort, name: str | None) -> EndpointData | ResponseData:
    offered: tuple[EndpointData | ResponseData, ...] = (*patients.endpoints, *patients.responses)
    for item in offered:
        if name is None or item.name == name:
            return item
    names = ", ".join(item.name for item in offered)
    raise SettingsError(
        phrase(
            "A prognostic score must be of an endpoint of the study: {names}. Name one.",
            names=names or phrase("it has none"),
        )
    )


def _usable_terms(terms: list[CovariateTerm], controls: NDArray[np.int64]) -> tuple[list[CovariateTerm], list[str]]:
    """Terms that vary among the controls and are not made up of others there, and the names of the rest."""
    varying = [term for term in terms if controls.size and np.ptp(term.values[controls]) > 0]
    left_out = [term.name for term in terms if all(term is not other for other in varying)]
    if not varying:
        raise EstimationError(
            phrase(
                "A prognostic score needs covariates that vary among the controls; none of {n_terms} "
                "does. Add a covariate that may foretell the outcome.",
                n_terms=len(terms),
            )
        )
    dependent = dependent_columns(standardise([term.values[controls] for term in varying]))
    left_out += [varying[place].name for place in dependent]
    return [term for place, term in enumerate(varying) if place not in dependent], left_out


def _enough_events(chosen: EndpointData | ResponseData, controls: NDArray[np.int64], n_terms: int) -> int:
    if isinstance(chosen, EndpointData):
        n_events, what = int(chosen.event[controls].sum()), phrase("events")
    else:
        responders = int(chosen.objective_response[controls].sum())
        n_events = min(responders, controls.size - responders)
        what = phrase("responders") if n_events == responders else phrase("non-responders")
    if n_events < FEWEST_EVENTS_PER_TERM * n_terms:
        raise EstimationError(
            phrase(
                "A prognostic score of {name} needs at least {fewest} {what} among "
                "the controls for each term of the model; {n_events} among {n_controls} controls were "
                "found for {terms}. Judge balance by the single covariates.",
                name=chosen.name,
                fewest=FEWEST_EVENTS_PER_TERM,
                what=what,
                n_events=n_events,
                n_controls=controls.size,
                terms=phrase("1 term", "of a model") if n_terms == 1 else phrase("{n} terms", "of a model", n=n_terms),
            )
        )
    return n_events


def _coefficients(
    chosen: EndpointData | ResponseData,
    controls: NDArray[np.int64],
    table: NDArray[np.float64],
    terms: list[CovariateTerm],
) -> NDArray[np.float64]:
    if isinstance(chosen, EndpointData):
        return cox_model(chosen.time[controls], chosen.event[controls], table[controls]).coefficients
    design, outcome = standardise(list(table[controls].T)), chosen.objective_response[controls]
    fit = fit_logistic(design, outcome)
    owners = tuple(term.covariate for term in terms)
    if not fit.converged or (not fit.proven and separating_covariates(design.matrix, owners, outcome)):
        raise EstimationError(
            phrase(
                "A prognostic score of {name} needs a logistic model with finite coefficients; "
                "{n_terms} terms tell {n_controls} controls' responses apart without error. Judge balance "
                "by the single covariates.",
                name=chosen.name,
                n_terms=len(terms),
                n_controls=controls.size,
            )
        )
    return fit.coefficients[1:]


def _notes(endpoint: str, n_events: int, n_terms: int, left_out: list[str]) -> tuple[Note, ...]:
    notes = []
    if n_events < FEW_EVENTS_PER_TERM * n_terms:
        text = phrase(
            "The prognostic score of {endpoint} rests on {n_events} events among the controls "
            "for {n_terms} terms, fewer than {few} for each: it fits the "
            "controls better than it foretells.",
            endpoint=endpoint,
            n_events=n_events,
            n_terms=n_terms,
            few=FEW_EVENTS_PER_TERM,
        )
        notes.append(Note(code="prognostic_few_events", text=text))
    if left_out:
        text = phrase(
            "The prognostic score of {endpoint} leaves out {terms}: among the controls there is "
            "no difference in it, or other terms tell it.",
            endpoint=endpoint,
            terms=", ".join(left_out),
        )
        notes.append(Note(code="prognostic_terms_left_out", text=text))
    return tuple(notes)
