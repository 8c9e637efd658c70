"""The tasks that lifelines does, and the whole study as a careful Python user writes it around lifelines."""

import importlib.util

import lifelines
import numpy as np
import pandas as pd
from lifelines import AalenJohansenFitter, CoxPHFitter, KaplanMeierFitter
from lifelines.statistics import logrank_test
from lifelines.utils import median_survival_times, restricted_mean_survival_time

from benchmarks.material import HORIZON, TIMES, Material
from benchmarks.programs.task import Values, Work
from benchmarks.programs.with_numpy import balance_table, fit_score, match_in_order


def versions() -> str:
    """What is compared, with its version."""
    return f"lifelines {lifelines.__version__}"


def works(material: Material) -> dict[str, Work]:
    """The tasks, by name; the whole study where statsmodels is there for its rates.

    Parameters
    ----------
    material : Material
    """
    found = {
        "kaplan_meier:lifelines KaplanMeierFitter": _curves(material),
        "log_rank:lifelines logrank_test": _log_rank(material),
        "cox:lifelines CoxPHFitter": _cox(material),
        "rmst:lifelines restricted_mean_survival_time": _mean_times(material),
        "aalen_johansen:lifelines AalenJohansenFitter": _incidence(material),
    }
    if importlib.util.find_spec("statsmodels") is not None:
        found["whole:the lifelines path"] = Work(run=lambda: study(material), read=lambda values: values)
    return found


def _curves(material: Material) -> Work:
    time, event, treated = material["os_months"], material["os_event"], material["z"] == 1

    def run() -> list[tuple[KaplanMeierFitter, float, pd.DataFrame]]:
        fits = [KaplanMeierFitter().fit(time[arm], event[arm]) for arm in (~treated, treated)]
        return [(fit, fit.median_survival_time_, median_survival_times(fit.confidence_interval_)) for fit in fits]

    def read(found: list[tuple[KaplanMeierFitter, float, pd.DataFrame]]) -> Values:
        limits = [fit.confidence_interval_.loc[:at].iloc[-1].tolist() for fit, _, _ in found for at in TIMES]
        return {
            "survival": [float(value) for fit, _, _ in found for value in fit.survival_function_at_times(TIMES)],
            "survival_limits": [value for pair in limits for value in pair],
            "median": [float(median) for _, median, _ in found],
        }

    return Work(run=run, read=read)


def _log_rank(material: Material) -> Work:
    time, event, treated = material["os_months"], material["os_event"], material["z"] == 1
    return Work(
        run=lambda: logrank_test(time[treated], time[~treated], event[treated], event[~treated]),
        read=lambda test: {"chi_square": [float(test.test_statistic)], "p_value": [float(test.p_value)]},
    )


def _cox(material: Material) -> Work:
    matched = material.matched()
    return Work(
        run=lambda: CoxPHFitter().fit(matched, "time", "event", cluster_col="subclass"),
        read=lambda fit: {
            "log_hazard_ratio": fit.params_.tolist(),
            "clustered_error": fit.standard_errors_.tolist(),
        },
    )


def _mean_times(material: Material) -> Work:
    time, event, treated = material["os_months"], material["os_event"], material["z"] == 1

    def run() -> list[float]:
        fits = [KaplanMeierFitter().fit(time[arm], event[arm]) for arm in (~treated, treated)]
        return [restricted_mean_survival_time(fit, t=HORIZON) for fit in fits]

    return Work(run=run, read=lambda means: {"rmst": [float(mean) for mean in means]})


def _incidence(material: Material) -> Work:
    time, cause, treated = material["pfs_months"], material["pfs_cause"].astype(int), material["z"] == 1

    def run() -> list[AalenJohansenFitter]:
        return [
            AalenJohansenFitter(seed=0, calculate_variance=True).fit(time[arm], cause[arm], event_of_interest=number)
            for arm in (~treated, treated)
            for number in (1, 2)
        ]

    def read(fits: list[AalenJohansenFitter]) -> Values:
        return {"incidence": [float(fit.cumulative_density_.loc[:at].iloc[-1, 0]) for fit in fits for at in TIMES]}

    return Work(run=run, read=read)


def study(material: Material) -> Values:
    """The whole study: score, pairs in the order of the data, balance, and every endpoint before and after.

    Parameters
    ----------
    material : Material
    """
    treated = material["z"] == 1
    covariates = material.covariates()
    logit, _ = fit_score(covariates, treated)
    pairs = match_in_order(logit, np.flatnonzero(treated), np.flatnonzero(~treated), 0.2 * float(np.std(logit, ddof=1)))
    weights = np.zeros(treated.size)
    weights[np.concatenate(pairs)] = 1.0
    balance = balance_table(covariates, treated, weights)
    subclass = np.full(treated.size, -1)
    for rows in pairs:
        subclass[rows] = np.arange(rows.size)
    found: Values = {
        "pairs": [*pairs[0].tolist(), *pairs[1].tolist()],
        "smd_before": balance["smd_before"].tolist(),
        "smd_after": balance["smd_after"].tolist(),
    }
    for rows in (None, np.flatnonzero(weights)):
        for endpoint in ("os", "pfs"):
            _add(found, _endpoint(material, endpoint, rows, None if rows is None else subclass))
        _add(found, _rates(material, rows))
    return found


def _endpoint(material: Material, endpoint: str, rows: np.ndarray | None, subclass: np.ndarray | None) -> Values:
    kept = slice(None) if rows is None else rows
    time, event, arm = material[f"{endpoint}_months"][kept], material[f"{endpoint}_event"][kept], material["z"][kept]
    fits = [KaplanMeierFitter().fit(time[arm == side], event[arm == side]) for side in (0, 1)]
    table = pd.DataFrame({"time": time, "event": event, "treated": arm})
    if subclass is None:
        cox = CoxPHFitter().fit(table, "time", "event")
    else:
        cox = CoxPHFitter().fit(table.assign(subclass=subclass[kept]), "time", "event", cluster_col="subclass")
    test = logrank_test(time[arm == 1], time[arm == 0], event[arm == 1], event[arm == 0])
    for fit in fits:
        median_survival_times(fit.confidence_interval_)
    return {
        "survival": [float(value) for fit in fits for value in fit.survival_function_at_times(TIMES)],
        "median": [float(fit.median_survival_time_) for fit in fits],
        "chi_square": [float(test.test_statistic)],
        "log_hazard_ratio": cox.params_.tolist(),
        "standard_error": cox.standard_errors_.tolist(),
        "rmst": [float(restricted_mean_survival_time(fit, t=HORIZON)) for fit in fits],
    }


def _rates(material: Material, rows: np.ndarray | None) -> Values:
    from benchmarks.programs.with_statsmodels import rates_of

    return {"rates": rates_of(material, rows)["rates"]}


def _add(found: Values, more: Values) -> None:
    for name, values in more.items():
        found.setdefault(name, []).extend(values)
