"""Rows of the efficacy summary that rest on imputed sets, on competing events and on robust variances."""

from analysis.manuscript.publication import Publication
from analysis.manuscript.tables.table import ManuscriptTable
from analysis.reporting.results import results_document
from charts.style import format_count, format_percent, format_time
from tests.analysis.manuscript.tables.conftest import table_named


def test_mean_times_are_those_of_all_imputed_sets_and_rivals_are_shares_of_their_arm(
    imputed: Publication, imputed_tables: tuple[ManuscriptTable, ...]
) -> None:
    document = results_document(imputed.result, imputed.findings, imputed.ledger)
    rows = {row.cells[0]: row.cells for row in table_named(imputed_tables, "efficacy").rows}
    pooled = document["imputation"]["pooled"]["after"]["survival"][0]["rmst_difference"]
    cell = next(cells for name, cells in rows.items() if name.startswith("RMST to 12"))[7]
    assert format_time(pooled["ci_lower"], "months") in cell
    assert format_time(pooled["ci_upper"], "months") in cell
    assert pooled["ci_upper"] != document["survival"][0]["after"]["rmst"]["ci_upper"]

    before = document["competing_risks"][0]["before"]
    cells = next(cells for name, cells in rows.items() if name.startswith("Competing events"))
    for place, arm in ((1, "treated"), (2, "control")):
        count, n = before["competing"][f"events_{arm}"], before[f"n_{arm}"]
        assert cells[place] == f"{format_count(count)} ({format_percent(count / n).removesuffix('%')})"
    assert before["n_treated"] != before["n_control"]


def test_a_ratio_with_a_robust_variance_says_so(weighted_tables: tuple[ManuscriptTable, ...]) -> None:
    table = table_named(weighted_tables, "efficacy")
    row = next(row for row in table.rows if row.cells[0] == "HR")
    told = " ".join(note.text for note in table.footnotes if note.mark in row.marks)
    before, after = told.split("; ")
    assert "robust" not in before
    assert "robust" in after
