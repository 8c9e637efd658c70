"""Known incidences, tests and ratios where one event keeps another from happening."""

from collections.abc import Callable

import numpy as np

from analysis.outcomes.competing import (
    cause_specific_hazard_ratio,
    cumulative_incidence,
    fine_gray,
    gray_test,
    incidence_at,
)
from analysis.phrases import phrase
from analysis.validation.known_answer import CLOSED_FORM, ITERATED, TAIL, KnownAnswer, Tolerance, Value, Values
from analysis.validation.shelf import CAUSES, Shelf

TICKS = (1, 3, 5, 10)
NAMES = ("died", "transplanted")

STOPPED = Tolerance(relative=2e-5, absolute=1e-12, reason=phrase("crr stops looking for the maximum there"))


def competing_answers(shelf: Shelf) -> tuple[KnownAnswer, ...]:
    """Checks of death and transplantation in the PBC trial.

    Parameters
    ----------
    shelf : Shelf

    Returns
    -------
    tuple of KnownAnswer
    """
    parts: tuple[tuple[str, str, str, str, Tolerance, Callable[[Shelf, str], Values]], ...] = (
        (
            phrase("Cumulative incidence"),
            "incidence",
            phrase("at 1, 3, 5 and 10 years by arm, with errors"),
            "cuminc",
            CLOSED_FORM,
            _incidence,
        ),
        (phrase("Gray's test"), "gray", phrase("incidence compared between the arms"), "cuminc", TAIL, _gray),
        (
            phrase("Cause-specific hazard ratio"),
            "cause_specific",
            phrase("ratio, limits and p"),
            "coxph",
            ITERATED,
            _cause_specific,
        ),
        (
            phrase("Fine–Gray model"),
            "fine_gray",
            phrase("log ratio of subdistribution hazards and its error"),
            "crr",
            STOPPED,
            _fine_gray,
        ),
    )
    return tuple(
        KnownAnswer(
            group="Competing risks",
            name=name,
            what=phrase("PBC trial, death and transplantation: {what}", what=what),
            source=f"{shelf.software('survival' if function == 'coxph' else 'cmprsk')}, {function}",
            expected=_by_cause(lambda cause, key=key: shelf.expected("pbc", cause, key)),  # type: ignore[misc]
            tolerance=tolerance,
            compute=lambda compute=compute: _by_cause(lambda cause: compute(shelf, cause)),  # type: ignore[misc]
        )
        for name, key, what, function, tolerance, compute in parts
    )


def _by_cause(values: Callable[[str], Values]) -> Values:
    return {f"{cause}: {name}": value for cause in NAMES for name, value in values(cause).items()}


def _incidence(shelf: Shelf, cause: str) -> Values:
    curves = cumulative_incidence(shelf.trial.time, shelf.trial.cause, shelf.trial.treated)
    found: dict[str, Value] = {}
    for arm, all_causes in (("treated", curves.treated), ("control", curves.control)):
        curve = all_causes[CAUSES[cause] - 1]
        errors = np.concatenate([[0.0], curve.standard_error])[np.searchsorted(curve.time, TICKS, side="right")]
        for moment, error in zip(incidence_at(curve, TICKS), errors, strict=True):
            found |= {f"{arm} at {moment.time:g}": moment.incidence, f"{arm} at {moment.time:g}, error": float(error)}
    return found


def _gray(shelf: Shelf, cause: str) -> Values:
    trial = shelf.trial
    test = gray_test(trial.time, trial.cause, trial.treated, cause_of_interest=CAUSES[cause])
    return {"chi-squared": test.chi_square, "p": test.p_value}


def _cause_specific(shelf: Shelf, cause: str) -> Values:
    trial = shelf.trial
    ratio = cause_specific_hazard_ratio(trial.time, trial.cause, trial.treated, cause_of_interest=CAUSES[cause])
    return {"HR": ratio.hazard_ratio, "lower": ratio.ci_lower, "upper": ratio.ci_upper, "p": ratio.p_value}


def _fine_gray(shelf: Shelf, cause: str) -> Values:
    trial = shelf.trial
    ratio = fine_gray(trial.time, trial.cause, trial.treated, cause_of_interest=CAUSES[cause])
    return {"log ratio": ratio.log_hazard_ratio, "error": ratio.standard_error}
