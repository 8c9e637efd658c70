"""The tasks as the product does them."""

from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np

from analysis.design.balance import CovariateBalance, covariate_balance
from analysis.design.design import Design, design_patients
from analysis.design.matched_sets import MatchedSets
from analysis.design.matching import match_nearest
from analysis.design.propensity import fit_propensity
from analysis.outcomes.competing.incidence import CompetingIncidence, cumulative_incidence, incidence_at
from analysis.outcomes.cox import cox_hazard_ratio
from analysis.outcomes.logrank import logrank_test
from analysis.outcomes.response import ResponseComparison, compare_response
from analysis.outcomes.rmst import rmst_comparison
from analysis.outcomes.survival import KaplanMeierCurve, kaplan_meier_by_arm, survival_at
from analysis.settings import StudySettings
from analysis.study import PopulationOutcomes, outcomes_after, outcomes_before
from benchmarks.cohorts import TWO_ENDPOINTS
from benchmarks.material import CALIPER, EXACT, HORIZON, TIMES, Material, Prepared
from benchmarks.programs.task import Values, Work

DATA_ORDER = TWO_ENDPOINTS.model_copy(update={"matching": TWO_ENDPOINTS.matching.model_copy(update={"order": "data"})})
"""The study matched in the order in which every program can match."""

Recompute = tuple[Design, CovariateBalance, PopulationOutcomes, PopulationOutcomes]


def versions() -> str:
    """What is compared, with its version."""
    return "this product"


def works(material: Material, prepared: Prepared) -> dict[str, Work]:
    """Every task, by name.

    Parameters
    ----------
    material : Material
    prepared : Prepared
        The same patients as the product holds them.
    """
    return {
        "score": _score(prepared),
        **{f"match_{order}": _match(material, order=order) for order in ("closest", "largest", "smallest", "random")},
        "match_data": _match(material, order="data"),
        "match_ratio": _match(material, order="data", ratio=2),
        "match_replacement": _match(material, replacement=True),
        "match_exact": _match(material, order="data", strata=material[EXACT].astype(np.int64)),
        "balance": Work(
            run=lambda: covariate_balance(
                prepared.patients.covariates, prepared.patients.treated, prepared.pairs.weights
            ),
            read=balance_values,
        ),
        "kaplan_meier": _curves(material),
        "log_rank": _log_rank(material),
        "cox": _cox(material),
        "rmst": _mean_times(material),
        "aalen_johansen": _incidence(material),
        "response": _response(material),
        "whole": Work(run=lambda: recompute(prepared, DATA_ORDER), read=_recomputed),
    }


def recompute(prepared: Prepared, settings: StudySettings) -> Recompute:
    """Everything from the score to the responses, before and after matching.

    Parameters
    ----------
    prepared : Prepared
        Its patients only; their scores and pairs are made again.
    settings : StudySettings
        The study.
    """
    patients = prepared.patients
    propensity = fit_propensity(patients.covariates, patients.treated, settings.propensity)
    design = design_patients(patients, propensity, settings)
    return (
        design,
        covariate_balance(patients.covariates, patients.treated, design.weights, settings.balance),
        outcomes_before(patients, settings.outcomes, settings.confidence),
        outcomes_after(patients, design, settings.outcomes, settings.confidence),
    )


def _score(prepared: Prepared) -> Work:
    patients = prepared.patients
    return Work(
        run=lambda: fit_propensity(patients.covariates, patients.treated),
        read=lambda model: {"coefficients": list(model.coefficients)},
    )


def _match(material: Material, **options: Any) -> Work:
    logit, treated = material["logit"], material["z"] == 1
    return Work(run=lambda: match_nearest(logit, treated, caliper=CALIPER, seed=0, **options), read=_pairs)


def _pairs(sets: MatchedSets) -> Values:
    order = np.lexsort((sets.control_row, sets.treated_row))
    return {"pairs": np.concatenate([sets.treated_row[order], sets.control_row[order]]).tolist()}


def balance_values(balance: CovariateBalance) -> Values:
    """The columns of a balance table that every program can give, by term."""
    names = [f"{measure}_{when}" for measure in ("smd", "variance_ratio", "ks") for when in ("before", "after")]
    found = {name: _known(getattr(balance, name)) for name in names}
    continuous = np.array([kind == "continuous" for kind in balance.kind])
    for measure in ("variance_ratio", "ks"):
        both = [np.array(found[f"{measure}_{when}"])[continuous] for when in ("before", "after")]
        found[f"{measure}_of_numbers"] = np.concatenate(both).tolist()
    return found


def _curves(material: Material) -> Work:
    time, event, treated = material["os_months"], material["os_event"] == 1, material["z"] == 1

    def run() -> list[KaplanMeierCurve]:
        return list(kaplan_meier_by_arm(time, event, treated))[::-1]

    def read(curves: list[KaplanMeierCurve]) -> Values:
        at = [item for curve in curves for item in survival_at(curve, TIMES)]
        return {
            "survival": [item.survival for item in at],
            "survival_limits": _known(limit for item in at for limit in (item.ci_lower, item.ci_upper)),
            "median": _known(curve.median for curve in curves),
            "median_limits": _known(
                limit for curve in curves for limit in (curve.median_ci_lower, curve.median_ci_upper)
            ),
        }

    return Work(run=run, read=read)


def _log_rank(material: Material) -> Work:
    time, event, treated = material["os_months"], material["os_event"] == 1, material["z"] == 1
    return Work(
        run=lambda: logrank_test(time, event, treated),
        read=lambda test: {"chi_square": [test.chi_square], "p_value": [test.p_value]},
    )


def _cox(material: Material) -> Work:
    matched = material.matched()
    time, cluster = matched["time"].to_numpy(), matched["subclass"].to_numpy()
    event, treated = matched["event"].to_numpy() == 1, matched["treated"].to_numpy() == 1
    return Work(
        run=lambda: cox_hazard_ratio(time, event, treated, cluster=cluster),
        read=lambda ratio: {
            "log_hazard_ratio": [ratio.log_hazard_ratio],
            "clustered_error": [ratio.standard_error],
        },
    )


def _mean_times(material: Material) -> Work:
    time, event, treated = material["os_months"], material["os_event"] == 1, material["z"] == 1
    return Work(
        run=lambda: rmst_comparison(time, event, treated, horizon=HORIZON),
        read=lambda means: {
            "rmst": [means.control, means.treated],
            "rmst_error": [means.control_error, means.treated_error],
        },
    )


def _incidence(material: Material) -> Work:
    time, cause, treated = material["pfs_months"], material["pfs_cause"].astype(np.int64), material["z"] == 1

    def read(found: CompetingIncidence) -> Values:
        curves = [curve for arm in (found.control, found.treated) for curve in arm]
        at = [item for curve in curves for item in incidence_at(curve, TIMES)]
        last = [np.searchsorted(curve.time, TIMES, side="right") - 1 for curve in curves]
        return {
            "incidence": [item.incidence for item in at],
            "incidence_error": [
                float(curve.standard_error[place])
                for curve, places in zip(curves, last, strict=True)
                for place in places
            ],
        }

    return Work(run=lambda: cumulative_incidence(time, cause, treated), read=read)


def _response(material: Material) -> Work:
    code = material["best_response"].astype(np.int8)
    objective, controlled, treated = code <= 1, code <= 2, material["z"] == 1
    return Work(run=lambda: compare_response(objective, controlled, code, treated), read=response_values)


def response_values(found: ResponseComparison) -> Values:
    """Rates with limits, their difference and ratio, and the test, of response and of disease control."""
    rates = [rate for arm in (found.control, found.treated) for rate in (arm.objective_response, arm.disease_control)]
    contrasts = [found.objective_response, found.disease_control]
    return {
        "rates": [rate.rate for rate in rates],
        "rate_limits": [limit for rate in rates for limit in (rate.ci_lower, rate.ci_upper)],
        "difference_limits": _known(
            limit for item in contrasts for limit in (item.risk_difference.ci_lower, item.risk_difference.ci_upper)
        ),
        "ratio": _known(item.risk_ratio.estimate for item in contrasts),
        "pearson": _known(item.tests["pearson"] for item in contrasts),
    }


def _recomputed(found: Recompute) -> Values:
    design, balance, *populations = found
    comparisons = [item.comparison for population in populations for item in population.survival]
    arms = [arm for item in comparisons for arm in (item.control, item.treated)]
    return {
        **_pairs(design.sets),
        **{name: values for name, values in balance_values(balance).items() if name.startswith("smd")},
        "survival": [at.survival for arm in arms for at in arm.at],
        "median": _known(arm.curve.median for arm in arms),
        "chi_square": [item.log_rank.chi_square for item in comparisons],
        "log_hazard_ratio": [item.cox.log_hazard_ratio for item in comparisons],
        "standard_error": [item.cox.standard_error for item in comparisons],
        "rmst": [mean for item in comparisons for mean in (item.rmst.control, item.rmst.treated)],
        "rates": [rate for population in populations for rate in _rates(population)],
    }


def _rates(population: PopulationOutcomes) -> Iterator[float]:
    for item in population.response:
        for arm in (item.comparison.control, item.comparison.treated):
            yield arm.objective_response.rate
            yield arm.disease_control.rate


def _known(values: Iterable[float | None]) -> list[float]:
    return [float("nan") if value is None else float(value) for value in values]
