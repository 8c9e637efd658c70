"""The design as printed tables: balance, who was left out, the sets and the propensity model."""

from collections import Counter
from collections.abc import Callable

import numpy as np
import pandas as pd

from analysis.cohort.selection import StudyCohort
from analysis.design.balance import CovariateBalance
from analysis.design.design import Design
from analysis.design.matched_sets import MatchedSets
from analysis.design.propensity import PropensityModel
from analysis.phrases import capitalised, phrase
from charts.style import MINUS, format_interval, format_percent, format_ratio, format_smd

SMALL_LOG_RATIO = 0.05

NORMAL_975 = 1.959963984540054
"""The 97.5th percentile of the standard normal distribution, for Wald intervals."""


def balance_rows(
    balance: CovariateBalance,
    treated_label: str,
    control_label: str,
    *,
    before: bool = True,
    after: bool = True,
    largest_first: bool = False,
) -> pd.DataFrame:
    """Balance as printed rows: means or shares of both arms, SMD, variance ratio and KS of each population shown.

    Parameters
    ----------
    balance : CovariateBalance
        As computed.
    treated_label, control_label : str
        The arms.
    before, after : bool
        Which populations to show.
    largest_first : bool
        By the size of the difference in the last population shown; else in the order of the study.

    Returns
    -------
    DataFrame
        One row per term; text only. A binary term's mean is its share in percent.
    """
    columns: dict[str, list[str]] = {phrase("Term"): list(balance.terms)}
    for heading, wanted in ((phrase("Before"), before), (phrase("After"), after)):
        if not wanted:
            continue
        when = heading.lower()
        for arm, label in (("treated", treated_label), ("control", control_label)):
            means = getattr(balance, f"mean_{arm}_{when}")
            columns[phrase("{population}: {heading}", population=heading, heading=label)] = [
                printed_mean(*pair) for pair in zip(means, balance.kind, strict=True)
            ]
        columns[phrase("{population}: {heading}", population=heading, heading="SMD")] = [
            format_smd(value) for value in getattr(balance, f"smd_{when}")
        ]
        columns[phrase("{population}: {heading}", population=heading, heading="VR")] = [
            format_ratio(value) for value in getattr(balance, f"variance_ratio_{when}")
        ]
        columns[phrase("{population}: {heading}", population=heading, heading="KS")] = [
            format_smd(value) for value in getattr(balance, f"ks_{when}")
        ]
    table = pd.DataFrame(columns)
    if not largest_first:
        return table
    sizes = [-1.0 if smd is None else abs(smd) for smd in (balance.smd_after if after else balance.smd_before)]
    return table.iloc[np.argsort(-np.array(sizes), kind="stable")].reset_index(drop=True)


def printed_mean(mean: float, kind: str) -> str:
    """A mean with four digits; a share in percent."""
    return format_percent(mean) if kind == "binary" else f"{mean:,.4g}".replace("-", MINUS)


def left_out_table(patients: StudyCohort, design: Design | None) -> pd.DataFrame:
    """How many patients of each arm are not compared, by reason.

    Parameters
    ----------
    patients : StudyCohort
        Who has complete covariates, and who was excluded before.
    design : Design or None
        Who is compared; None while there is none.

    Returns
    -------
    DataFrame
        Columns reason and one for each arm; counts.
    """
    labels = (patients.treated_label, patients.control_label)
    counts: Counter[tuple[str, str]] = Counter()
    for arm, reason in zip(patients.excluded["arm"], patients.excluded["reason"], strict=True):
        if arm in labels:
            counts[(reason, str(arm))] += 1
    if design is not None:
        arms = np.where(patients.treated, *labels)
        left_out = design.weights == 0
        counts.update(zip(design.reason[left_out], arms[left_out], strict=True))
    reasons = list(dict.fromkeys(reason for reason, _ in counts))
    return pd.DataFrame(
        {phrase("Reason"): [capitalised(reason) for reason in reasons]}
        | {label: [counts[(reason, label)] for reason in reasons] for label in labels}
    )


def printed_sets(
    patients: StudyCohort, propensity: PropensityModel, matching: MatchedSets, *, most: int = 500
) -> pd.DataFrame:
    """The matched sets, the least alike first.

    Parameters
    ----------
    patients, propensity, matching
        Results of the stages of one run.
    most : int
        Rows to print at most.

    Returns
    -------
    DataFrame
        Set number, both ids, both scores and the distance, as numbers.
    """
    order = np.argsort(-matching.link_distance, kind="stable")[:most]
    treated, control = matching.treated_row[order], matching.control_row[order]
    return pd.DataFrame(
        {
            phrase("Set"): matching.set_number[order] + 1,
            phrase("Treated: {arm}", arm=patients.treated_label): patients.identifier[treated],
            phrase("Control: {arm}", arm=patients.control_label): patients.identifier[control],
            phrase("Score, treated"): propensity.propensity_score[treated],
            phrase("Score, control"): propensity.propensity_score[control],
            phrase("Distance"): matching.link_distance[order],
        }
    )


def model_table(propensity: PropensityModel) -> pd.DataFrame:
    """The propensity model as odds ratios with Wald 95 % intervals.

    Parameters
    ----------
    propensity : PropensityModel
        As fitted.

    Returns
    -------
    DataFrame
        Text only; the intercept left out.
    """
    lower = propensity.coefficients - NORMAL_975 * propensity.standard_errors
    upper = propensity.coefficients + NORMAL_975 * propensity.standard_errors
    rows = []
    for place, term in enumerate(propensity.terms):
        if term != "(Intercept)":
            ratio = _ratio_format(float(propensity.coefficients[place]))
            rows.append(
                {
                    phrase("Term"): term,
                    phrase("Odds ratio"): ratio(float(propensity.coefficients[place])),
                    phrase("95% CI"): format_interval(float(lower[place]), float(upper[place]), ratio),
                    phrase("Coefficient"): f"{propensity.coefficients[place]:.4g}".replace("-", MINUS),
                    "SE": f"{propensity.standard_errors[place]:.4g}",
                }
            )
    return pd.DataFrame(rows)


def _ratio_format(log_ratio: float) -> Callable[[float | None], str]:
    """Four decimals near one, for a covariate in small units such as AFP in ng/mL; two elsewhere, as all ratios."""
    if abs(log_ratio) >= SMALL_LOG_RATIO:
        return lambda value: format_ratio(None if value is None else float(np.exp(np.clip(value, -700, 700))))
    return lambda value: format_ratio(None) if value is None else f"{np.exp(np.clip(value, -700, 700)):,.4f}"
