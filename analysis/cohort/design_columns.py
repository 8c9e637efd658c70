"""What the design and the balance table use besides covariates: strata, calipers, classes, a score, centres."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.cohort.covariates import covariate_values, encode_covariates
from analysis.cohort.findings import Findings
from analysis.cohort.kept_labels import labels_in
from analysis.cohort.labels import Labels
from analysis.phrases import phrase
from analysis.settings import CovariateSettings, StudySettings


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class DesignColumns:
    """Columns of the eligible patients that the design uses and that are no covariates, missing values included.

    Attributes
    ----------
    strata : dict of str to Labels or pandas.Series
        The columns of exact matching, covariates among them.
    measures : dict of str to pandas.Series
        Numbers of the columns of calipers and coarsening.
    measured_covariates : dict of str to pandas.Series
        Covariates of calipers and coarsening, numbers too.
    score : pandas.Series or None
        The propensity score that the file brings.
    also : dict of str to pandas.Series
        Further columns of the balance table, numbers or labels; their missing values leave nobody out.
    centre : pandas.Series or None
        Labels of the centres; a missing one leaves nobody out.
    """

    strata: dict[str, Labels | pd.Series]
    measures: dict[str, Labels | pd.Series]
    measured_covariates: dict[str, Labels | pd.Series]
    score: pd.Series | None
    also: dict[str, Labels | pd.Series]
    centre: Labels | None

    def required(self, missing: str) -> dict[str, Labels | pd.Series]:
        """The columns without which a patient cannot be analysed, under a method for missing covariates.

        Where missing values are only marked, the number that stands in for an unknown age says nothing of how far
        apart a pair is: a covariate of a caliper or of classes must then be known.
        """
        needed = {**self.strata, **self.measures}
        if missing == "indicator":
            needed |= self.measured_covariates
        return needed if self.score is None else {**needed, str(self.score.name): self.score}


def uses_of_design(settings: StudySettings) -> dict[str, str]:
    """Every column that the design and the balance table name, covariates among them, and what for.

    Parameters
    ----------
    settings : StudySettings
        The study; a weighted one has no sets, whatever stands under matching.

    Returns
    -------
    dict of str to str
        Such as ``{"centre": "matching.exact"}``.
    """
    uses: dict[str, str] = {}
    if settings.weighting is None:
        matching = settings.matching
        for column in matching.exact:
            uses.setdefault(column, "matching.exact")
        for item in matching.calipers:
            uses.setdefault(item.column, "matching.calipers")
        for coarsening in matching.coarsen:
            uses.setdefault(coarsening.column, "matching.coarsen")
    if settings.propensity.column is not None:
        uses.setdefault(settings.propensity.column, "propensity.column")
    if settings.centre is not None:
        uses.setdefault(settings.centre, "centre")
    for column in settings.balance.also:
        uses.setdefault(column, "balance.also")
    return uses


def read_design_columns(
    table: pd.DataFrame,
    rows: NDArray[np.bool_],
    settings: StudySettings,
    covariates: dict[str, Labels | pd.Series],
    findings: Findings,
) -> DesignColumns:
    """Take the columns of the design from the rows of the two arms.

    Parameters
    ----------
    table : pandas.DataFrame
        The file.
    rows : (n, ) array of bool
        The eligible rows of the two arms.
    settings : StudySettings
        The study.
    covariates : dict of str to pandas.Series
        The covariates that could be read, of the same rows: a caliper or a class of a covariate uses these.
    findings : Findings
        Takes what is wrong: text among numbers, a column with nothing in it, a score outside 0 and 1.

    Returns
    -------
    DesignColumns
        Without the columns that were refused.
    """
    matching = settings.matching
    matched = settings.weighting is None
    measuring = [item.column for item in matching.calipers] + [item.column for item in matching.coarsen]
    names = measuring if matched else []
    planned = {item.column for item in settings.covariates}
    measured = [name for name in dict.fromkeys(names) if name not in planned]
    _refuse_categories(names, covariates, findings)
    return DesignColumns(
        strata=_strata(table, rows, matching.exact if matched else (), covariates, planned, findings),
        measures={
            name: column
            for name in measured
            for column in _numbers(table, rows, [name], findings, uses_of_design(settings)[name]).values()
        },
        measured_covariates={name: covariates[name] for name in names if name in covariates},
        score=_score(table, rows, settings.propensity.column, findings),
        also=_also(table, rows, [name for name in settings.balance.also if name not in planned], findings),
        centre=None
        if settings.centre is None or settings.centre not in table
        else labels_in(table, settings.centre)[rows],
    )


def _strata(
    table: pd.DataFrame,
    rows: NDArray[np.bool_],
    exact: tuple[str, ...],
    covariates: dict[str, Labels | pd.Series],
    planned: set[str],
    findings: Findings,
) -> dict[str, Labels | pd.Series]:
    found: dict[str, Labels | pd.Series] = {}
    for column in exact:
        if column in covariates:
            found[column] = covariates[column]
        if column in found or column not in table or column in planned:
            continue
        labels = labels_in(table, column)[rows]
        if labels.isna().all():
            findings.refuse_data(
                column,
                phrase(
                    "{column}: a column of exact matching must have values, and all {n:,} cells "
                    "are missing. Remove it from matching.exact.",
                    column=column,
                    n=len(labels),
                ),
            )
        else:
            found[column] = labels
    return found


def _refuse_categories(names: list[str], covariates: dict[str, Labels | pd.Series], findings: Findings) -> None:
    for name in dict.fromkeys(names):
        if isinstance(covariates.get(name), Labels):
            findings.refuse_study(
                name,
                phrase(
                    "{column}: a caliper and classes need a column of numbers, and it is a category. Match "
                    "exactly on it instead.",
                    column=name,
                ),
            )


def _numbers(
    table: pd.DataFrame, rows: NDArray[np.bool_], names: list[str], findings: Findings, use: str
) -> dict[str, Labels | pd.Series]:
    numeric = tuple(CovariateSettings(column=name, type="numeric") for name in names if name in table)
    return covariate_values(table, rows, numeric, findings, use=use)


def _score(table: pd.DataFrame, rows: NDArray[np.bool_], column: str | None, findings: Findings) -> pd.Series | None:
    if column is None or column not in table:
        return None
    score = _numbers(table, rows, [column], findings, "propensity.column").get(column)
    if score is None or isinstance(score, Labels):
        return None
    outside = int(((score <= 0) | (score >= 1)).sum())
    if outside:
        findings.refuse_data(
            column,
            phrase(
                "{column}: a propensity score must lie between 0 and 1, both excluded; {outside:,} "
                "of {n:,} do not. Correct them, or have the score estimated from covariates.",
                column=column,
                outside=outside,
                n=len(score),
            ),
        )
        return None
    return score


def _also(
    table: pd.DataFrame, rows: NDArray[np.bool_], names: list[str], findings: Findings
) -> dict[str, Labels | pd.Series]:
    return covariate_values(
        table,
        rows,
        tuple(CovariateSettings(column=name) for name in names if name in table),
        findings,
        use="balance.also",
    )


def extra_columns(columns: DesignColumns, kept: NDArray[np.bool_], findings: Findings) -> pd.DataFrame:
    """Put the numbers and categories that are no covariates into one table, as balance and calipers take them.

    Parameters
    ----------
    columns : DesignColumns
        Of the eligible rows.
    kept : (n, ) array of bool
        Those who are analysed.
    findings : Findings
        Takes a constant, and a category with too many levels.

    Returns
    -------
    pandas.DataFrame
        (k, q), index 0 to k - 1; float64, complete where a caliper or class needs it, or Categorical.
    """
    if not kept.any():
        return pd.DataFrame()
    if not columns.also and not columns.measures:
        return pd.DataFrame(index=range(int(kept.sum())))
    also = {name: column[kept] for name, column in columns.also.items() if name not in columns.measures}
    encoded = encode_covariates(
        also, tuple(CovariateSettings(column=name) for name in also), findings, use="balance.also"
    )
    measures = {name: np.asarray(column[kept], dtype=np.float64) for name, column in columns.measures.items()}
    joined = pd.DataFrame(measures | {name: column.array for name, column in encoded.items()})
    return joined.reset_index(drop=True) if len(joined.columns) else pd.DataFrame(index=range(int(kept.sum())))


def centre_of(columns: DesignColumns, kept: NDArray[np.bool_]) -> pd.Series | None:
    """The centre of each analysed patient as a categorical, levels sorted; None where the study names no centre."""
    if columns.centre is None:
        return None
    labels = columns.centre[kept]
    return pd.Series(pd.Categorical(labels.texts(), categories=sorted(labels.present())), name=labels.name)
