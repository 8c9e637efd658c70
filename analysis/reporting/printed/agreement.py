"""Agreement of two criteria as a printed table."""

from collections.abc import Mapping

import pandas as pd

from analysis.outcomes.agreement import Agreement, Kappa
from analysis.phrases import phrase
from analysis.study.agreement import CriteriaAgreement
from charts.lettering import short_pair
from charts.style import NOT_ESTIMATED, format_count, format_interval, format_p, format_percent, format_ratio

SHORT_TESTS = {"Bowker": "Bowker", "Stuart–Maxwell": "S–M"}
"""Tests as they stand in a narrow table, whose caption spells them out."""


def agreement_rows(found: Mapping[str, CriteriaAgreement], treated_label: str, control_label: str) -> pd.DataFrame:
    """Agreement, kappa and marginal tests of both arms and of each.

    Parameters
    ----------
    found : mapping of str to CriteriaAgreement
        By the name of the population.
    treated_label, control_label : str
        The arms.

    Returns
    -------
    DataFrame
        One row per population and group of patients; text only.
    """
    treated_label, control_label = short_pair(treated_label, control_label)
    rows = []
    for name, one in found.items():
        for who, cross in (
            (phrase("Both arms"), one.both_arms),
            (treated_label, one.treated),
            (control_label, one.control),
        ):
            if cross is not None:
                rows.append({phrase("Population"): name, phrase("Patients"): who} | _cells(cross))
    return pd.DataFrame(rows).fillna(NOT_ESTIMATED)


def _cells(cross: Agreement) -> dict[str, str]:
    agree = f"{format_count(cross.n_agree)}/{format_count(cross.n)} ({format_percent(cross.n_agree / cross.n)})"
    tests = {
        phrase("{test} p", test=SHORT_TESTS.get(test.name, test.name)): format_p(test.p_value) for test in cross.tests
    }
    kappas = {"κ": _kappa(cross.kappa), phrase("Weighted κ"): _kappa(cross.weighted_kappa)}
    return {phrase("Agree"): agree} | kappas | tests


def _kappa(kappa: Kappa | None) -> str:
    if kappa is None or kappa.estimate is None:
        return NOT_ESTIMATED
    return format_ratio(kappa.estimate) + " (" + format_interval(kappa.ci_lower, kappa.ci_upper, format_ratio) + ")"
