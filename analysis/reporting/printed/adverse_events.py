"""Adverse events as a printed table."""

import pandas as pd

from analysis.outcomes.proportion import Rate
from analysis.outcomes.safety import SafetyComparison
from analysis.phrases import phrase
from charts.lettering import short_pair
from charts.style import format_count, format_interval, format_p, format_percent, format_points


def adverse_event_rows(found: SafetyComparison, treated_label: str, control_label: str) -> pd.DataFrame:
    """Patients with each adverse event in both arms, of any grade and of grade 3 or worse.

    Parameters
    ----------
    found : SafetyComparison
        Of one population.
    treated_label, control_label : str
        The arms.

    Returns
    -------
    DataFrame
        One row per term and grade; text only. The heads of the arms' columns hold their patients.
    """
    short = short_pair(treated_label, control_label, 7.0)
    heads = (_head(short[0], found.n_treated), _head(short[1], found.n_control))
    rows = []
    for line in (*found.any_grade, *found.severe):
        difference = line.risk_difference
        limits = format_interval(difference.ci_lower, difference.ci_upper, format_points)
        rows.append(
            {
                phrase("Event"): line.term,
                phrase("Grade"): phrase("any", "a grade") if line.lowest_grade == 1 else f"≥ {line.lowest_grade}",
                heads[0]: _rate(line.treated.rate),
                heads[1]: _rate(line.control.rate),
                phrase("Difference, points"): f"{format_points(difference.estimate)} ({limits})",
                "p": format_p(line.p_value),
                phrase("Adjusted p"): format_p(line.adjusted_p_value),
            }
        )
    return pd.DataFrame(rows)


def _head(label: str, n: int) -> str:
    return f"{label} (n = {format_count(n)})"


def _rate(rate: Rate) -> str:
    return f"{format_count(rate.count)} ({format_percent(rate.rate)})"
