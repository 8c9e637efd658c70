"""The tasks that scikit-survival does."""

import numpy as np
import sksurv
from sksurv.compare import compare_survival
from sksurv.linear_model import CoxPHSurvivalAnalysis
from sksurv.nonparametric import cumulative_incidence_competing_risks, kaplan_meier_estimator
from sksurv.util import Surv

from benchmarks.material import TIMES, Material
from benchmarks.programs.task import Values, Work


def versions() -> str:
    """What is compared, with its version."""
    return f"scikit-survival {sksurv.__version__}"


def works(material: Material) -> dict[str, Work]:
    """The tasks, by name; it has no restricted mean, no median's limits and no clustered variance.

    Parameters
    ----------
    material : Material
    """
    return {
        "kaplan_meier:scikit-survival kaplan_meier_estimator": _curves(material),
        "log_rank:scikit-survival compare_survival": _log_rank(material),
        "cox:scikit-survival CoxPHSurvivalAnalysis, no clusters": _cox(material),
        "aalen_johansen:scikit-survival cumulative_incidence_competing_risks": _incidence(material),
    }


def _curves(material: Material) -> Work:
    time, event, treated = material["os_months"], material["os_event"] == 1, material["z"] == 1

    def run() -> list[tuple[np.ndarray, ...]]:
        return [kaplan_meier_estimator(event[arm], time[arm], conf_type="log-log") for arm in (~treated, treated)]

    def read(curves: list[tuple[np.ndarray, ...]]) -> Values:
        survival, limits = [], []
        for times, values, interval in curves:
            places = np.searchsorted(times, TIMES, side="right") - 1
            survival += values[places].tolist()
            limits += [float(interval[side][place]) for place in places for side in (0, 1)]
        return {"survival": survival, "survival_limits": limits}

    return Work(run=run, read=read)


def _log_rank(material: Material) -> Work:
    outcome = Surv.from_arrays(material["os_event"] == 1, material["os_months"])
    arm = material["z"]
    return Work(
        run=lambda: compare_survival(outcome, arm),
        read=lambda test: {"chi_square": [float(test[0])], "p_value": [float(test[1])]},
    )


def _cox(material: Material) -> Work:
    matched = material.matched()
    outcome = Surv.from_arrays(matched["event"] == 1, matched["time"])
    treated = matched[["treated"]].to_numpy()
    return Work(
        run=lambda: CoxPHSurvivalAnalysis(ties="efron").fit(treated, outcome),
        read=lambda fit: {"log_hazard_ratio": fit.coef_.tolist()},
    )


def _incidence(material: Material) -> Work:
    time, cause, treated = material["pfs_months"], material["pfs_cause"].astype(np.int64), material["z"] == 1

    def run() -> list[tuple[np.ndarray, np.ndarray]]:
        return [cumulative_incidence_competing_risks(cause[arm], time[arm]) for arm in (~treated, treated)]

    def read(arms: list[tuple[np.ndarray, np.ndarray]]) -> Values:
        found: list[float] = []
        for times, incidence in arms:
            places = np.searchsorted(times, TIMES, side="right") - 1
            found += [float(incidence[number][place]) for number in (1, 2) for place in places]
        return {"incidence": found}

    return Work(run=run, read=read)
