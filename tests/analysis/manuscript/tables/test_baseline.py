"""Table 1, recomputed from the file by other means."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.cohort.reading import read_cohort
from analysis.manuscript.publication import Publication
from analysis.manuscript.tables.baseline import baseline_table
from analysis.manuscript.tables.contents import manuscript_tables
from analysis.manuscript.tables.distributions import is_told_by_median, quartiles, skewness
from analysis.manuscript.tables.source import table_source
from analysis.manuscript.tables.table import ManuscriptTable
from analysis.settings import StudySettings
from tests.analysis.manuscript.tables.conftest import publication_of, sample_table

MINUS = "−"


def rows_of(table: ManuscriptTable) -> dict[str, tuple[str, ...]]:
    return {row.cells[0]: row.cells[1:] for row in table.rows}


def test_eight_patients_by_hand() -> None:
    """Scores pair 1–5, 2–6 and 3–7; 4 and 8 are too far apart."""
    table = pd.DataFrame(
        {
            "arm": ["A"] * 4 + ["B"] * 4,
            "score": [0.30, 0.50, 0.70, 0.95, 0.31, 0.51, 0.71, 0.05],
            "age": [50, 60.5, 70, 80, 52, 61, 72, 83],
            "stage": ["I", "II", "III", "III", "I", "I", "II", "II"],
            "time": [1.0, 2, 3, 4, 5, 6, 7, 8],
            "event": [1, 0, 1, 0, 1, 0, 1, 0],
        }
    )
    study = StudySettings.model_validate(
        {
            "treatment": {"column": "arm", "treated": "A", "control": "B"},
            "covariates": ["age", "stage"],
            "propensity": {"model": "column", "column": "score"},
            "matching": {"distance": "probability", "caliper": 0.05, "caliper_scale": "raw"},
            "outcomes": {"survival": [{"name": "OS", "time": "time", "event": "event"}], "times": [2]},
        }
    )
    found = baseline_table(
        table_source(publication_of(read_cohort(table.to_csv(index=False).encode(), "c.csv"), study))
    )
    assert [column.head.replace("\xa0", " ") for column in found.columns] == [
        "Characteristic", "A (n = 4)", "B (n = 4)", "SMD", "A (n = 3)", "B (n = 3)", "SMD",
    ]  # fmt: skip
    rows = rows_of(found)
    # Means 65.125 and 67.0, SDs 12.85 and 13.44; of the pairs 60.17 and 61.67.
    assert rows["age, mean (SD)"] == (
        "65.12 (12.85)", "67.00 (13.44)", f"{MINUS}0.14", "60.17 (10.00)", "61.67 (10.02)", f"{MINUS}0.11",
    )  # fmt: skip
    assert rows["I"] == ("1 (25.0)", "2 (50.0)", f"{MINUS}0.53", "1 (33.3)", "2 (66.7)", f"{MINUS}0.71")
    assert rows["II"] == ("1 (25.0)", "2 (50.0)", f"{MINUS}0.53", "1 (33.3)", "1 (33.3)", "0.00")
    assert rows["III"] == ("2 (50.0)", "0 (0.0)", "1.41", "1 (33.3)", "0 (0.0)", "0.94")


def test_every_cell_of_the_sample_is_what_pandas_finds(
    matched: Publication, matched_tables: tuple[ManuscriptTable, ...]
) -> None:
    table, rows = sample_table(), rows_of(matched_tables[0])
    kept = matched.result.patients.row[matched.result.design.weights > 0]
    for offset, data in ((0, table), (3, table.iloc[kept])):
        for place, arm in enumerate(("LEN", "SOR")):
            of_arm = data[data["arm"] == arm]
            cell = offset + place
            assert rows["age, mean (SD)"][cell] == f"{of_arm['age'].mean():.1f} ({of_arm['age'].std():.1f})"
            afp = of_arm["log10_afp"]
            assert rows["log10_afp, mean (SD)"][cell] == f"{afp.mean():.2f} ({afp.std():.2f})"
            low, middle, high = np.percentile(of_arm["tumor_max_mm"], [25, 50, 75], method="averaged_inverted_cdf")
            assert rows["tumor_max_mm, median (IQR)"][cell] == f"{middle:.1f} ({low:.1f}–{high:.1f})"
            males = of_arm["sex"] == "M"
            assert rows["sex: M, n (%)"][cell] == f"{males.sum()} ({100 * males.mean():.1f})"
            for level in ("HBV", "HCV", "alcohol", "MASLD/other"):
                share = of_arm["etiology"] == level
                assert rows[level][cell] == f"{share.sum()} ({100 * share.mean():.1f})"


def test_differences_are_those_of_the_balance_table(
    matched: Publication, matched_tables: tuple[ManuscriptTable, ...]
) -> None:
    balance, rows = matched.result.balance, rows_of(matched_tables[0])
    place = balance.terms.index("etiology=HBV")
    printed = [f"{value:.2f}".replace("-", MINUS) for value in (balance.smd_before[place], balance.smd_after[place])]
    assert [rows["HBV"][2], rows["HBV"][5]] == printed


def test_levels_sum_to_the_arm_and_to_all_of_it(matched_tables: tuple[ManuscriptTable, ...]) -> None:
    rows = rows_of(matched_tables[0])
    for cell, n in ((0, 56), (1, 67), (3, 25), (4, 25)):
        cells = [rows[level][cell] for level in ("HBV", "HCV", "alcohol", "MASLD/other")]
        counts, shares = zip(*(one.removesuffix(")").split(" (") for one in cells), strict=True)
        assert sum(map(int, counts)) == n
        assert sum(map(float, shares)) == pytest.approx(100, abs=0.2)


def test_after_weighting_everything_is_weighted(
    weighted: Publication, weighted_tables: tuple[ManuscriptTable, ...]
) -> None:
    result, rows = weighted.result, rows_of(weighted_tables[0])
    treated, weights = result.patients.treated, result.design.weights
    meno = result.patients.covariates["meno"].to_numpy()
    assert rows["meno: 1, n (%)"][3] == f"{100 * np.average(meno[treated], weights=weights[treated]):.1f}%"
    age = result.patients.covariates["age"].to_numpy()
    mean = np.average(age[~treated], weights=weights[~treated])
    assert rows["age, mean (SD)"][4].startswith(f"{mean:.1f} (")
    effective = weights[treated].sum() ** 2 / (weights[treated] ** 2).sum()
    assert weighted_tables[0].columns[4].head.replace("\xa0", " ") == f"tamoxifen (n = 246; ESS {effective:.1f})"
    assert any("weighted" in note.text for note in weighted_tables[0].footnotes)


def test_missing_values_are_counted_by_arm_and_the_set_shown_is_named(
    imputed: Publication, imputed_tables: tuple[ManuscriptTable, ...]
) -> None:
    table, rows = imputed_tables[0], rows_of(imputed_tables[0])
    assert imputed.missing is not None
    place = imputed.missing.columns.index("etiology")
    absent = (imputed.missing.missing_treated[place], imputed.missing.missing_control[place])
    assert rows["etiology, n (%)"][-2:] == tuple(map(str, absent))
    assert rows["age, mean (SD)"][-2:] == ("0", "0")
    assert imputed.result.imputation is not None
    assert any(f"imputed set {imputed.result.imputation.shown} of 5" in note.text for note in table.footnotes)


def test_columns_outside_the_score_are_marked(imputed_tables: tuple[ManuscriptTable, ...]) -> None:
    table = imputed_tables[0]
    marked = {row.cells[0].split(",")[0].split(":")[0] for row in table.rows if row.marks}
    assert marked == {"site", "weight_kg"}
    assert [note.text for note in table.footnotes if note.mark] == ["Not in the propensity score."]


@pytest.mark.parametrize(("denominator", "after", "words"), [("pooled", "fixed", "mean of both arms' variances"),
                         ("treated", "recomputed", "SD of the LEN arm"), ("control", "fixed", "SD of the SOR arm")])  # fmt: skip
def test_the_footnote_tells_the_convention(matched: Publication, denominator: str, after: str, words: str) -> None:
    result = matched.result
    convention = result.settings.balance.model_copy(
        update={"denominator": denominator, "after": after, "binary": "raw"}
    )
    source = table_source(matched)
    object.__setattr__(result.settings, "balance", convention)
    try:
        notes = [note.text for note in baseline_table(source).footnotes]
    finally:
        object.__setattr__(result.settings, "balance", convention.__class__())
    told = next(text for text in notes if text.startswith("SMD"))
    assert words in told
    assert ("weighted as they are" in told) is (after == "recomputed")
    assert "For a level the SMD is the plain difference of proportions." in notes


class TestDistributions:
    @given(st.lists(st.integers(-50, 50), min_size=1, max_size=30))
    @settings(max_examples=40, deadline=None)
    def test_quartiles_without_weights_are_those_of_numpy(self, values: list[int]) -> None:
        expected = np.percentile(values, [25, 50, 75], method="averaged_inverted_cdf")
        assert quartiles(values).tolist() == pytest.approx(expected.tolist())

    @given(st.lists(st.tuples(st.integers(-9, 9), st.integers(1, 4)), min_size=1, max_size=12))
    @settings(max_examples=40, deadline=None)
    def test_a_whole_weight_is_so_many_patients(self, pairs: list[tuple[int, int]]) -> None:
        values, weights = zip(*pairs, strict=True)
        assert quartiles(values, weights).tolist() == quartiles(np.repeat(values, weights)).tolist()

    def test_a_weight_of_nought_is_nobody(self) -> None:
        assert quartiles([1, 2, 99], [1.0, 1.0, 0.0]).tolist() == quartiles([1, 2]).tolist()

    def test_skewness_is_that_of_scipy(self) -> None:
        from scipy.stats import skew

        values = [1.0, 2.0, 2.5, 9.0, 4.0]
        assert skewness(values) == pytest.approx(skew(values), rel=1e-12)

    def test_a_score_is_told_by_its_median_and_a_measurement_by_its_mean(self) -> None:
        assert is_told_by_median(list(range(10)))
        assert not is_told_by_median(list(range(11)))


def test_nothing_is_said_of_hiding_where_nothing_is_hidden(matched: Publication) -> None:
    assert not any(note.text.startswith("hidden:") for table in manuscript_tables(matched) for note in table.footnotes)
