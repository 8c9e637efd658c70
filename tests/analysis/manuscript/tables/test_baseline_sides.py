"""What of the baseline table rests on weights, and what on who is not in it."""

import numpy as np
import pandas as pd
import pytest

from analysis.cohort.reading import read_cohort
from analysis.manuscript.publication import Publication
from analysis.manuscript.tables.baseline import baseline_table
from analysis.manuscript.tables.source import table_source
from analysis.manuscript.tables.table import ManuscriptTable
from analysis.settings import StudySettings
from tests.analysis.manuscript.tables.conftest import publication_of


def weighted_quartile(values: pd.Series, weights: np.ndarray, part: float) -> float:
    """The smallest value up to which a part of the weight lies."""
    return float(next(v for v in sorted(set(values)) if weights[values <= v].sum() >= part * weights.sum()))


def test_quartiles_after_weighting_are_weighted(
    weighted: Publication, weighted_tables: tuple[ManuscriptTable, ...]
) -> None:
    result = weighted.result
    rows = {row.cells[0]: row.cells[1:] for row in weighted_tables[0].rows}
    told = [name.removesuffix(", median (IQR)") for name in rows if name.endswith(", median (IQR)")]
    assert len(told) > 1
    changed = 0
    for name in told:
        for place, arm in enumerate((result.patients.treated, ~result.patients.treated)):
            values, weights = result.patients.covariates[name][arm].astype(float), result.design.weights[arm]
            low, middle, high = (weighted_quartile(values, weights, part) for part in (0.25, 0.5, 0.75))
            cells = rows[f"{name}, median (IQR)"]
            printed = [cell.replace(",", "") for cell in (cells[place], cells[3 + place])]
            numbers = [float(text) for text in printed[1].replace("–", " ").replace("(", "").rstrip(")").split()]
            assert numbers == pytest.approx([middle, low, high])
            changed += printed[0] != printed[1]
    assert changed


@pytest.mark.parametrize(("both", "shown"), [(6, "hidden"), (3, "6")])
def test_missing_counts_are_hidden_where_they_tell_how_few_lack_only_another_value(both: int, shown: str) -> None:
    """In each arm 6 lack `a` and 8 lack `b`; of those left out, 8 − 6 = 2 lack only `b` where `a` is among them."""
    rng = np.random.default_rng(0)
    n = 80
    table = pd.DataFrame(
        {
            "arm": np.repeat(["A", "B"], n),
            "a": rng.normal(size=2 * n).round(3),
            "b": rng.normal(size=2 * n).round(3),
            "time": rng.exponential(10, 2 * n).round(2) + 0.1,
            "event": np.tile([0, 1], n),
        }
    )
    place = np.tile(np.arange(n), 2)
    table.loc[place < 6, "a"] = np.nan
    table.loc[(place >= 6 - both) & (place < 14 - both), "b"] = np.nan
    settings = StudySettings.model_validate(
        {
            "treatment": {"column": "arm", "treated": "A", "control": "B"},
            "covariates": ["a", "b"],
            "weighting": {"method": "overlap"},
            "outcomes": {"survival": [{"name": "OS", "time": "time", "event": "event"}], "resamples": 200},
            "exports": {"suppress_below": 3},
        }
    )
    found = baseline_table(
        table_source(publication_of(read_cohort(table.to_csv(index=False).encode(), "c.csv"), settings))
    )
    row = next(row for row in found.rows if row.cells[0].startswith("a,"))
    assert row.cells[-2:] == (shown, shown)
