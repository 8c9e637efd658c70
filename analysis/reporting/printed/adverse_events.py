"""Adverse events as a printed table."""

from collections.abc import Mapping

import pandas as pd

from analysis.outcomes.proportion import Rate
from analysis.outcomes.safety import SafetyComparison
from charts.style import format_count, format_interval, format_p, format_percent, format_points


def adverse_event_rows(found: Mapping[str, SafetyComparison], treated_label: str, control_label: str) -> pd.DataFrame:
    """Patients with each adverse event in both arms, of any grade and of grade 3 or worse.

    Parameters
    ----------
    found : mapping of str to SafetyComparison
        By the name of the population.
    treated_label, control_label : str
        The arms.

    Returns
    -------
    DataFrame
        One row per term, grade and population; text only.
    """
    rows = []
    for name, one in found.items():
        for line in (*one.any_grade, *one.severe):
            difference = line.risk_difference
            limits = format_interval(difference.ci_lower, difference.ci_upper, format_points)
            rows.append(
                {
                    "Event": line.term,
                    "Grade": "any" if line.lowest_grade == 1 else f"≥ {line.lowest_grade}",
                    "Population": name,
                    treated_label: _rate(line.treated.rate, line.treated.n),
                    control_label: _rate(line.control.rate, line.control.n),
                    "Difference, points": f"{format_points(difference.estimate)} ({limits})",
                    "p (test)": f"{format_p(line.p_value)} ({line.test})",
                    "Adjusted p": format_p(line.adjusted_p_value),
                }
            )
    return pd.DataFrame(rows)


def _rate(rate: Rate, n: int) -> str:
    return f"{format_count(rate.count)}/{format_count(n)} ({format_percent(rate.rate)})"
