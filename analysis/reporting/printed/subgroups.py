"""Balance within subgroups or centres as printed tables."""

import pandas as pd

from analysis.design.balance import SubgroupBalance
from analysis.phrases import phrase
from charts.style import format_smd


def subgroup_rows(found: SubgroupBalance, treated_label: str, control_label: str) -> pd.DataFrame:
    """Balance of each level in one row: patients of both arms, the largest difference and its term.

    Parameters
    ----------
    found : SubgroupBalance
        As computed.
    treated_label, control_label : str
        The arms.

    Returns
    -------
    DataFrame
        Text and counts: level, patients, largest |SMD| before and after, the term it is found in after, and what
        chance alone would leave.
    """
    rows = []
    for place, level in enumerate(found.levels):
        largest = found.largest_smd_after[place]
        rows.append(
            {
                found.group: level,
                phrase("Before: {arm}", arm=treated_label): found.n_treated_before[place],
                phrase("Before: {arm}", arm=control_label): found.n_control_before[place],
                phrase("After: {arm}", arm=treated_label): found.n_treated_after[place],
                phrase("After: {arm}", arm=control_label): found.n_control_after[place],
                phrase("Largest |SMD| before"): format_smd(found.largest_smd_before[place]),
                phrase("Largest |SMD| after"): format_smd(largest),
                phrase("In", "a term"): _term_of(found, place, largest),
                phrase("By chance, after"): format_smd(found.chance_smd_after[place]),
            }
        )
    return pd.DataFrame(rows)


def _term_of(found: SubgroupBalance, place: int, largest: float | None) -> str:
    if largest is None:
        return "–"
    pairs = zip(found.terms, found.smd_after[place], strict=True)
    return next(term for term, smd in pairs if smd is not None and abs(smd) == largest)


def subgroup_smds(found: SubgroupBalance, *, after: bool) -> pd.DataFrame:
    """The difference of every term in every level.

    Parameters
    ----------
    found : SubgroupBalance
        As computed.
    after : bool
        Whether to print the patients compared, or those before.

    Returns
    -------
    DataFrame
        One row per term, one column per level; text.
    """
    smd = found.smd_after if after else found.smd_before
    columns = {level: [format_smd(value) for value in row] for level, row in zip(found.levels, smd, strict=True)}
    return pd.DataFrame({phrase("Term"): list(found.terms)} | columns)
