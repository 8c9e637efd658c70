"""Balance and effects by centre: the key "centres" of the results file, and a table of a row each."""

from collections.abc import Collection, Iterator
from typing import Any

import pandas as pd

from analysis.design.balance import SubgroupBalance
from analysis.study import StudyResult
from analysis.study.centres import CentreComparison, CentreEffect, Heterogeneity, compare_centres

Json = dict[str, Any]

_COLUMNS = (
    "outcome",
    "population",
    "centre",
    "measure",
    "n_treated",
    "n_control",
    "events",
    "estimate",
    "ci_lower",
    "ci_upper",
    "standard_error",
    "few",
)
_COUNTS = ("n_treated", "n_control", "events")
_NUMBERS = ("estimate", "ci_lower", "ci_upper", "standard_error")


def centre_comparisons(result: StudyResult) -> tuple[CentreComparison, ...]:
    """Compare the arms within each centre on every endpoint.

    Parameters
    ----------
    result : StudyResult
        One run.

    Returns
    -------
    tuple of CentreComparison
        In the order of the endpoints; none where the study names no centres.
    """
    patients = result.patients
    if patients.centre is None:
        return ()
    names = [*(item.name for item in patients.endpoints), *(item.name for item in patients.responses)]
    return tuple(compare_centres(patients, result.design, result.settings, name) for name in names)


def centre_document(comparisons: tuple[CentreComparison, ...]) -> Json | None:
    """Centres as plain values: how alike the arms are in each, and the effect of each endpoint.

    Parameters
    ----------
    comparisons : tuple of CentreComparison
        As `centre_comparisons` gives them.

    Returns
    -------
    dict or None
    """
    if not comparisons:
        return None
    return {
        "column": comparisons[0].centre,
        "balance": [_level(comparisons[0].balance, place) for place in range(len(comparisons[0].balance.levels))],
        "effects": [
            {
                "outcome": comparison.endpoint,
                "measure": comparison.measure,
                "before": [_effect(effect) for effect in comparison.before],
                "after": [_effect(effect) for effect in comparison.after],
                "heterogeneity_before": _heterogeneity(comparison.heterogeneity_before),
                "heterogeneity_after": _heterogeneity(comparison.heterogeneity_after),
            }
            for comparison in comparisons
        ],
    }


def _level(balance: SubgroupBalance, place: int) -> Json:
    return {
        "centre": balance.levels[place],
        "n_treated_before": balance.n_treated_before[place],
        "n_control_before": balance.n_control_before[place],
        "n_treated_after": balance.n_treated_after[place],
        "n_control_after": balance.n_control_after[place],
        "effective_sample_size_treated_after": balance.effective_sample_size_treated_after[place],
        "effective_sample_size_control_after": balance.effective_sample_size_control_after[place],
        "largest_smd_before": balance.largest_smd_before[place],
        "largest_smd_after": balance.largest_smd_after[place],
        "chance_smd_before": balance.chance_smd_before[place],
        "chance_smd_after": balance.chance_smd_after[place],
        "smd_before": dict(zip(balance.terms, balance.smd_before[place], strict=True)),
        "smd_after": dict(zip(balance.terms, balance.smd_after[place], strict=True)),
    }


def _effect(effect: CentreEffect) -> Json:
    return {
        "centre": effect.level,
        "n_treated": effect.n_treated,
        "n_control": effect.n_control,
        "events": effect.n_events,
        "estimate": effect.estimate,
        "ci_lower": effect.ci_lower,
        "ci_upper": effect.ci_upper,
        "standard_error": effect.standard_error,
        "few": effect.few,
        "reason": effect.reason,
    }


def _heterogeneity(found: Heterogeneity | None) -> Json | None:
    if found is None:
        return None
    return {
        "q": found.q,
        "degrees_of_freedom": found.degrees_of_freedom,
        "p_value": found.p_value,
        "i_squared": found.i_squared,
        "n_centres": found.n_levels,
    }


def centres_table(comparisons: tuple[CentreComparison, ...], hidden: Collection[str] = ()) -> pd.DataFrame:
    """Every effect in every centre in a row.

    Parameters
    ----------
    comparisons : tuple of CentreComparison
        As `centre_comparisons` gives them.
    hidden : collection of str
        Centres to leave out.

    Returns
    -------
    DataFrame
        Full precision; an effect that the centre cannot support is missing.
    """
    rows = [row for row in _rows(comparisons) if row["centre"] not in hidden]
    table = pd.DataFrame(rows, columns=list(_COLUMNS))
    return table.astype(dict.fromkeys(_COUNTS, "Int64") | dict.fromkeys(_NUMBERS, "float64"))


def _rows(comparisons: tuple[CentreComparison, ...]) -> Iterator[Json]:
    for comparison in comparisons:
        for population, effects in (("before", comparison.before), ("after", comparison.after)):
            for effect in effects:
                named = {"outcome": comparison.endpoint, "population": population, "measure": comparison.measure}
                yield named | {key: value for key, value in _effect(effect).items() if key != "reason"}
