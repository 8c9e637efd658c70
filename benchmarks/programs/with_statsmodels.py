"""The tasks that statsmodels does."""

import numpy as np
import statsmodels
from statsmodels.discrete.discrete_model import Logit
from statsmodels.duration.hazard_regression import PHReg
from statsmodels.duration.survfunc import SurvfuncRight, survdiff
from statsmodels.stats.proportion import confint_proportions_2indep, proportion_confint, proportions_chisquare

from benchmarks.material import TIMES, Material
from benchmarks.programs.task import Values, Work
from benchmarks.programs.with_numpy import indicator_columns


def versions() -> str:
    """What is compared, with its version."""
    return f"statsmodels {statsmodels.__version__}"


def works(material: Material) -> dict[str, Work]:
    """The tasks, by name; it has no restricted mean and no Aalen–Johansen estimator.

    Parameters
    ----------
    material : Material
    """
    return {
        "score:statsmodels Logit": _score(material),
        "kaplan_meier:statsmodels SurvfuncRight": _curves(material),
        "log_rank:statsmodels survdiff": _log_rank(material),
        "cox:statsmodels PHReg": _cox(material),
        "response:statsmodels proportion": Work(run=lambda: rates_of(material), read=lambda found: found),
    }


def _score(material: Material) -> Work:
    covariates, treated = material.covariates(), material["z"]

    def run() -> np.ndarray:
        design = indicator_columns(covariates)
        design.insert(0, "intercept", 1.0)
        return Logit(treated, design).fit(method="newton", tol=1e-12, disp=0).params.to_numpy()

    return Work(run=run, read=lambda coefficients: {"coefficients": coefficients.tolist()})


def _curves(material: Material) -> Work:
    time, event, treated = material["os_months"], material["os_event"], material["z"] == 1

    def run() -> list[tuple[SurvfuncRight, float, tuple[float, float]]]:
        curves = [SurvfuncRight(time[arm], event[arm]) for arm in (~treated, treated)]
        return [(curve, curve.quantile(0.5), curve.quantile_ci(0.5)) for curve in curves]

    def read(found: list[tuple[SurvfuncRight, float, tuple[float, float]]]) -> Values:
        return {
            "survival": [
                float(curve.surv_prob[np.searchsorted(curve.surv_times, at, side="right") - 1])
                for curve, _, _ in found
                for at in TIMES
            ],
            "median": [float(median) for _, median, _ in found],
        }

    return Work(run=run, read=read)


def _log_rank(material: Material) -> Work:
    time, event, arm = material["os_months"], material["os_event"], material["z"]
    return Work(
        run=lambda: survdiff(time, event, arm),
        read=lambda test: {"chi_square": [float(test[0])], "p_value": [float(test[1])]},
    )


def _cox(material: Material) -> Work:
    matched = material.matched()
    time, event, treated, cluster = (matched[name].to_numpy(float) for name in ("time", "event", "treated", "subclass"))
    return Work(
        run=lambda: PHReg(time, treated[:, None], status=event, ties="efron").fit(groups=cluster.astype(int)),
        read=lambda fit: {"log_hazard_ratio": [float(fit.params[0])]},
    )


def rates_of(material: Material, rows: np.ndarray | None = None) -> Values:
    """Rates with limits, their difference and ratio, and the test, of response and of disease control.

    Parameters
    ----------
    material : Material
    rows : ndarray of int, optional
        Patients who take part; everyone when absent.
    """
    code, arm = material["best_response"], material["z"]
    if rows is not None:
        code, arm = code[rows], arm[rows]
    n = np.array([np.count_nonzero(arm == 0), np.count_nonzero(arm == 1)])
    found: Values = {"rates": [], "rate_limits": [], "difference_limits": [], "ratio": [], "pearson": []}
    counts = [[np.count_nonzero((arm == side) & (code <= last)) for side in (0, 1)] for last in (1, 2)]
    for side in (0, 1):
        for count in counts:
            found["rates"].append(count[side] / n[side])
            found["rate_limits"] += [float(x) for x in proportion_confint(count[side], n[side], method="beta")]
    for control, treated in counts:
        limits = confint_proportions_2indep(treated, n[1], control, n[0], method="newcomb", compare="diff")
        found["difference_limits"] += [float(x) for x in limits]
        found["ratio"].append(float((treated / n[1]) / (control / n[0])))
        found["pearson"].append(float(proportions_chisquare([control, treated], n)[1]))
    return found
