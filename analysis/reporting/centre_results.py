"""Balance and effects by centre: the key "centres" of the results file, and a table of a row each."""

from collections.abc import Collection, Iterator
from typing import Any

import pandas as pd

from analysis.design.balance import SubgroupBalance
from analysis.study import PopulationOutcomes, StudyResult
from analysis.study.centres import CentreComparison, CentreEffect, Heterogeneity, compare_centres

Json = dict[str, Any]

ALL_CENTRES = "All centres"

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


def overall_effect(outcomes: PopulationOutcomes | None, endpoint: str) -> CentreEffect | None:
    """The study's own effect on an endpoint, as a row beneath those of its centres.

    Parameters
    ----------
    outcomes : PopulationOutcomes or None
        Of the population before or after the design.
    endpoint : str
        A survival or response endpoint.

    Returns
    -------
    CentreEffect or None
        The hazard ratio, or the difference of objective response rates; None where the endpoint was not compared.
    """
    if outcomes is None:
        return None
    for survival in outcomes.survival:
        if survival.name == endpoint and survival.comparison is not None and survival.comparison.cox is not None:
            arms, ratio = (survival.comparison.treated, survival.comparison.control), survival.comparison.cox
            limits = (ratio.hazard_ratio, ratio.ci_lower, ratio.ci_upper)
            return _overall((arms[0].n, arms[1].n), arms[0].n_events + arms[1].n_events, limits)
    for response in outcomes.response:
        if response.name == endpoint and response.comparison is not None:
            found = response.comparison
            rates = (found.treated.objective_response, found.control.objective_response)
            difference = found.objective_response.risk_difference
            sizes = (found.treated.n, found.control.n)
            ends = (difference.estimate, difference.ci_lower, difference.ci_upper)
            return _overall(sizes, rates[0].count + rates[1].count, ends)
    return None


def _overall(
    sizes: tuple[int, int], n_events: int, limits: tuple[float | None, float | None, float | None]
) -> CentreEffect:
    return CentreEffect(
        level=ALL_CENTRES,
        n_treated=sizes[0],
        n_control=sizes[1],
        n_events=n_events,
        estimate=limits[0],
        ci_lower=limits[1],
        ci_upper=limits[2],
        standard_error=None,
        few=False,
        reason=None,
    )


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
