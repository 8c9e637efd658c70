"""Balance of the prognostic score as a printed table."""

import pandas as pd

from analysis.phrases import phrase
from analysis.study.prognostic import PrognosticBalance
from charts.style import format_ratio, format_smd


def prognosis_rows(found: PrognosticBalance) -> pd.DataFrame:
    """The difference of the prognostic score before and after, beside what chance would leave.

    Parameters
    ----------
    found : PrognosticBalance
        As computed.

    Returns
    -------
    DataFrame
        Two rows, before and after; text.
    """
    return pd.DataFrame(
        {
            phrase("Prognostic score"): [
                phrase("{endpoint}, before", endpoint=found.endpoint),
                phrase("{endpoint}, after", endpoint=found.endpoint),
            ],
            "SMD": [format_smd(found.smd_before), format_smd(found.smd_after)],
            phrase("By chance"): [format_smd(found.chance_smd_before), format_smd(found.chance_smd_after)],
            "VR": [format_ratio(found.variance_ratio_before), format_ratio(found.variance_ratio_after)],
        }
    )
