"""A table as a CSV file that every spreadsheet opens right and that runs nothing when opened."""

from copy import deepcopy

import pandas as pd

from analysis.reporting import outcome_tables, tables
from analysis.reporting.centre_results import centre_document, centres_table
from analysis.reporting.findings import Findings, study_findings
from analysis.reporting.gate_results import gate_tables
from analysis.reporting.imputation_results import pooled_table
from analysis.reporting.model_results import hidden_rates, model_tables
from analysis.reporting.pooled_results import pooled_effect_rows
from analysis.reporting.response_results import response_tables
from analysis.reporting.results import results_document
from analysis.reporting.robustness_results import robustness_tables
from analysis.reporting.sensitivity_results import sensitivity_table
from analysis.reporting.suppressed_design import small_centres
from analysis.reporting.suppressed_response import suppress_response
from analysis.reporting.suppressed_results import suppress_results
from analysis.reporting.suppressed_tables import suppress_tables
from analysis.reporting.survival_results import survival_results_tables
from analysis.study import StudyResult
from analysis.study.ledger import Ledger

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""First characters that make a spreadsheet run a text as a formula, the full-width ones in East Asian versions."""


def csv_bytes(table: pd.DataFrame) -> bytes:
    """Write a table as CSV: numbers at full precision, missing values blank, text that cannot act as a formula.

    UTF-8 with a byte order mark: without it Excel reads the file in the code page of the country, and Korean or
    Japanese labels become unreadable. R, pandas and SAS skip the mark.

    Parameters
    ----------
    table : DataFrame
        Columns of numbers or of text. The index is not written.

    Returns
    -------
    bytes
        The file. A text that begins like a formula has an apostrophe put before it, in cells and in headings.

    Notes
    -----
    OWASP, "CSV Injection".

    Examples
    --------
    >>> csv_bytes(pd.DataFrame({"id": ["=1+1", "007"], "age": [61.5, None]})).decode("utf-8-sig")
    "id,age\\n'=1+1,61.5\\n007,\\n"
    """
    safe = table.copy()
    for column in safe.columns[[not pd.api.types.is_numeric_dtype(dtype) for dtype in safe.dtypes]]:
        safe[column] = safe[column].map(_inert, na_action="ignore")
    safe.columns = [_inert(column) for column in safe.columns]
    return safe.to_csv(index=False, lineterminator="\n").encode("utf-8-sig")


def csv_files(result: StudyResult, findings: Findings | None = None, ledger: Ledger | None = None) -> dict[str, bytes]:
    """Every table of a study as files by name.

    Parameters
    ----------
    result : StudyResult
        One run.
    findings : Findings, optional
        What `study_findings` gives, where it is at hand.
    ledger : Ledger, optional
        Of the session; that of the run alone when absent.

    Returns
    -------
    dict
        File name to content. Tables of what the study does not have are absent (outcomes, sets, further columns,
        centres), and those of single patients where small counts are hidden. Where covariates were imputed, the column
        ``imputed_set`` says of which set a row is; it is blank where all sets agree, and no part of what is pooled.
    """
    found, below = findings or study_findings(result), result.settings.exports.suppress_below
    written = {
        "flow": tables.flow_table(result.flow),
        "propensity": tables.propensity_table(result.propensity),
        "patients": tables.patients_table(result.patients, result.propensity, result.design),
    }
    if result.matching is not None:
        written["sets"] = tables.sets_table(result.patients, result.matching)
    written["balance"] = tables.balance_table(result.balance)
    written |= gate_tables(result, ledger)
    if found.other_balance is not None:
        written["balance_other"] = tables.balance_table(found.other_balance)
    if found.centres:
        hidden = small_centres(centre_document(found.centres) or {}, below)
        written["centres"] = centres_table(found.centres, hidden)
    if result.settings.outcomes.survival:
        written["survival"] = outcome_tables.survival_table(result)
        written["at_risk"] = outcome_tables.at_risk_table(result)
        written["curves"] = outcome_tables.curves_table(result)
    if result.settings.outcomes.response:
        written["response"] = outcome_tables.response_table(result)
        written["response_contrasts"] = outcome_tables.response_contrasts_table(result)
    written |= response_tables(suppress_response(deepcopy(found.response), below, hidden_rates(result, below)))
    written |= survival_results_tables(found.survival)
    written |= model_tables(result, found.models)
    written |= robustness_tables(found.robustness)
    sensitivity = sensitivity_table(result, found.sensitivity)
    if sensitivity is not None:
        written["sensitivity"] = sensitivity
    if result.imputation is not None:
        document = suppress_results(results_document(result, found), below)
        rows = pooled_effect_rows(document["imputation"]["pooled"])
        written["pooled"] = pooled_table(result.imputation, rows)
    written = suppress_tables(written, below)
    if result.imputation is not None:
        shown = result.imputation.shown
        written = {name: _of_shown_set(table, name, shown) for name, table in written.items()}
    return {f"{name}.csv": csv_bytes(table) for name, table in written.items()}


def _of_shown_set(table: pd.DataFrame, name: str, shown: int) -> pd.DataFrame:
    """The table with the imputed set that its rows are of."""
    if name in ("pooled", "ledger"):
        return table
    if name == "flow":
        of_set = table["step"].isin(("within the common support", "matched", "weighted"))
    elif "population" in table and name != "cox":
        of_set = table["population"] == "after"
    else:
        of_set = pd.Series(True, index=table.index)
    return table.assign(imputed_set=pd.Series(shown, index=table.index, dtype="Int64").where(of_set))


def _inert(value: object) -> object:
    if not isinstance(value, str):
        return value
    # A bare carriage return would end the row for some readers and not for others.
    one_break = value.replace("\r\n", "\n").replace("\r", "\n")
    return f"'{one_break}" if value.startswith(FORMULA_STARTS) else one_break
