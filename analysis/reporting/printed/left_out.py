"""Who was left out, as a printed table: each arm as it was, those compared and those left out."""

import pandas as pd

from analysis.design.left_out import ArmLeftOut, LeftOut
from analysis.phrases import phrase
from analysis.reporting.printed.design import printed_mean
from charts.style import NOT_ESTIMATED, format_smd


def left_out_rows(found: LeftOut, arm: ArmLeftOut) -> pd.DataFrame:
    """One arm's terms: means of all, of those compared and of those left out, what moved most first.

    Parameters
    ----------
    found : LeftOut
        As computed.
    arm : ArmLeftOut
        The arm of it that is printed.

    Returns
    -------
    DataFrame
        Text only: term, means (shares in percent) of all and of those compared, their difference in standard deviations
        of the arm, and the same of those left out where there are any.
    """
    order = [*arm.moved, *(row for row in range(len(found.terms)) if row not in set(arm.moved))]
    means = {
        phrase("Term"): [found.terms[row] for row in order],
        phrase("All {n:,}", n=arm.n_original): [printed_mean(arm.mean_original[row], found.kind[row]) for row in order],
        phrase("Compared {n:,}", n=arm.n_compared): [
            printed_mean(arm.mean_compared[row], found.kind[row]) for row in order
        ],
        phrase("Compared − all, SD"): [format_smd(arm.smd_compared[row]) for row in order],
    }
    if not arm.n_left_out:
        return pd.DataFrame(means)
    others = {
        phrase("Left out {n:,}", n=arm.n_left_out): [_mean_left_out(arm, row, found.kind[row]) for row in order],
        phrase("Left out − compared, SD"): [format_smd(arm.smd_left_out[row]) for row in order],
    }
    return pd.DataFrame(means | others)


def _mean_left_out(arm: ArmLeftOut, row: int, kind: str) -> str:
    mean = arm.mean_left_out[row]
    return NOT_ESTIMATED if mean is None else printed_mean(mean, kind)
