"""Covariates that tell an arm by themselves, for which no propensity score can be estimated."""

from collections.abc import Iterator

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.cohort.findings import Problem
from analysis.cohort.guards.evidence import Evidence
from analysis.cohort.guards.wording import remove_covariate, stop, warn
from analysis.cohort.missing import marker_name
from analysis.phrases import phrase
from analysis.settings import StudySettings


def guard_overlap(evidence: Evidence) -> Iterator[Problem]:
    """Find covariates of which a value, or all values of an arm, occur in one arm only.

    Parameters
    ----------
    evidence : Evidence
        Its patients, with the covariates the propensity model takes: complete, or with missing values marked.

    Yields
    ------
    Problem
        ``one_sided_levels``, ``no_overlap``, ``one_sided_missing``: errors, as a logistic model of the treatment has no
        estimate then; a warning where values are still to be imputed, which may bring a level into the other arm, and
        where the score comes from a model that exists all the same.

    Notes
    -----
    The rule of `analysis.design.propensity`, column by column; covariates that separate the arms only together are
    found by the run alone. Albert A, Anderson JA. Biometrika 1984;71:1-10, doi:10.1093/biomet/71.1.1.
    """
    patients, settings = evidence.patients, evidence.settings
    if patients is None or settings is None:
        return
    for name in patients.covariates.columns:
        yield from _one(str(name), patients.covariates[name], patients.treated, settings)


_NO_SCORE = phrase(", and no propensity score can be estimated by plain logistic regression")
_OR_FIRTH = phrase(", or have the score estimated by Firth's penalised regression")


def _one(name: str, column: pd.Series, treated: NDArray[np.bool_], settings: StudySettings) -> Iterator[Problem]:
    marked = marked_column(name, settings)
    lone, n = count_one_sided(column, treated)
    refused = settings.propensity.model == "logistic"
    tell = stop if refused else warn
    ending = _NO_SCORE if refused else ""
    remedy = _OR_FIRTH if refused else ""
    if marked is not None and lone:
        yield tell(
            "one_sided_missing",
            marked,
            phrase(
                "{column}: values must be missing in both arms or in neither, and they are missing in one arm only; the "
                "column that marks them tells the arms apart{no_score}. Leave the covariate out, choose another way for "
                "missing values{or_firth}.",
                column=marked,
                no_score=ending,
                or_firth=remedy,
            ),
            remove_covariate(marked),
        )
    elif lone:
        text = phrase(
            "{column}: every level must occur in both arms, and {levels} in one arm only ({patients}); nobody can be compared "
            "with them{no_score}. Join levels, leave the covariate out, leave these patients out{or_firth}.",
            column=name,
            levels=phrase("1 level occurs") if lone == 1 else phrase("{n} levels occur", n=lone),
            patients=phrase("1 patient") if n == 1 else phrase("{n:,} patients", n=n),
            no_score=ending,
            or_firth=remedy,
        )
        tell = warn if column.isna().any() else tell
        yield tell("one_sided_levels", name, text, remove_covariate(name))
    elif (side := _apart(column, treated)) is not None:
        yield tell(
            "no_overlap",
            name,
            phrase(
                "{column}: its values must overlap between the arms, and no patient of “{treated}” lies {side} any of "
                "“{control}”{no_score}. Leave the covariate out, keep to patients who could have been given either "
                "treatment{or_firth}.",
                column=name,
                treated=settings.treatment.treated,
                side=side,
                control=settings.treatment.control,
                no_score=ending,
                or_firth=remedy,
            ),
            remove_covariate(name),
        )


def marked_column(name: str, settings: StudySettings) -> str | None:
    """Tell which covariate's missing values a column marks.

    Parameters
    ----------
    name : str
        A column of the patients' covariates.
    settings : StudySettings
        The study.

    Returns
    -------
    str or None
        None for a covariate itself.
    """
    columns = [item.column for item in settings.covariates]
    return None if name in columns else next((item for item in columns if marker_name(item) == name), None)


def count_one_sided(column: pd.Series, treated: NDArray[np.bool_]) -> tuple[int, int]:
    """Count the levels of a covariate that occur in one arm only, and their patients.

    Parameters
    ----------
    column : pandas.Series, length n
        A category, or numbers; numbers of more than two values have no levels.
    treated : (n, ) array of bool
        The arm.

    Returns
    -------
    (int, int)
        Levels and patients; none where all known patients have the same value.

    Examples
    --------
    >>> count_one_sided(pd.Series([0.0, 1.0, 0.0, 0.0]), np.array([True, True, False, False]))
    (1, 1)
    """
    if isinstance(column.dtype, pd.CategoricalDtype):
        codes = column.cat.codes.to_numpy().astype(np.int64)
    else:
        values = column.to_numpy(dtype=np.float64)
        known = values[~np.isnan(values)]
        if not len(known) or not np.isin(known, (known.min(), known.max())).all():
            return 0, 0
        codes = np.where(np.isnan(values), -1, (values > known.min()).astype(np.int64))
    codes, treated = codes[codes >= 0], treated[codes >= 0]
    levels = np.bincount(2 * codes + treated, minlength=2 * (int(codes.max(initial=0)) + 1)).reshape(-1, 2)
    sizes = levels.sum(axis=1)
    lone = (levels == 0).any(axis=1) & (sizes > 0)
    if (sizes > 0).sum() < 2:
        return 0, 0
    return int(lone.sum()), int(sizes[lone].sum())


def _apart(column: pd.Series, treated: NDArray[np.bool_]) -> str | None:
    """On which side of the controls no treated patient lies; None for categories and where values are missing."""
    if isinstance(column.dtype, pd.CategoricalDtype) or column.isna().any() or treated.all() or not treated.any():
        return None
    values = column.to_numpy(dtype=np.float64)
    if values.min() == values.max():
        return None
    if values[treated].min() >= values[~treated].max():
        return phrase("below", "smaller values")
    return phrase("above", "larger values") if values[treated].max() <= values[~treated].min() else None
