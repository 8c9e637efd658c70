"""The weights of a design as printed tables."""

import numpy as np
import pandas as pd

from analysis.cohort.selection import StudyCohort
from analysis.design.design import Design
from analysis.design.propensity import PropensityModel
from analysis.phrases import phrase
from charts.style import format_percent


def weight_rows(patients: StudyCohort, design: Design) -> pd.DataFrame:
    """What each arm is worth under its weights.

    Parameters
    ----------
    patients : StudyCohort
        Arms and their labels.
    design : Design
        The weights.

    Returns
    -------
    DataFrame
        One row per arm: patients, those with a weight, the effective number and its share, and the range of weights.
    """
    rows = []
    for label, arm, worth in (
        (patients.treated_label, patients.treated, design.effective_sample_size_treated),
        (patients.control_label, ~patients.treated, design.effective_sample_size_control),
    ):
        used = design.weights[arm & (design.weights > 0)]
        rows.append(
            {
                phrase("Arm"): label,
                phrase("Patients"): int(arm.sum()),
                phrase("With a weight"): used.size,
                phrase("Worth"): f"{worth:,.1f}",
                phrase("Of those with a weight"): format_percent(worth / used.size),
                phrase("Smallest weight"): f"{used.min():.3g}",
                phrase("Median"): f"{np.median(used):.3g}",
                phrase("Largest weight"): f"{used.max():.3g}",
                phrase("Its part of the arm"): format_percent(float(used.max() / used.sum())),
            }
        )
    return pd.DataFrame(rows)


def largest_weights(
    patients: StudyCohort, propensity: PropensityModel, design: Design, *, most: int = 10
) -> pd.DataFrame:
    """The patients with the largest part of their arm's weight.

    Parameters
    ----------
    patients, propensity, design
        Results of the stages of one run.
    most : int
        Rows to print at most.

    Returns
    -------
    DataFrame
        Id, arm, score, weight and part of the arm's weight, the largest part first; text.
    """
    totals = np.where(patients.treated, design.weights[patients.treated].sum(), design.weights[~patients.treated].sum())
    share = design.weights / totals
    order = np.argsort(-share, kind="stable")[: min(most, int((design.weights > 0).sum()))]
    return pd.DataFrame(
        {
            "Id": patients.identifier[order],
            phrase("Arm"): np.where(patients.treated[order], patients.treated_label, patients.control_label),
            phrase("Propensity score"): [f"{score:.3f}" for score in propensity.propensity_score[order]],
            phrase("Weight"): [f"{weight:.3g}" for weight in design.weights[order]],
            phrase("Part of the arm's weight"): [format_percent(float(part)) for part in share[order]],
        }
    )
