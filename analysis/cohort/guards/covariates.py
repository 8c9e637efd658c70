"""Covariates that cannot be balanced, say the same thing twice, or are too many."""

import re
import unicodedata
from collections.abc import Iterator, Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.cohort.findings import Problem
from analysis.cohort.guards.evidence import Evidence
from analysis.cohort.guards.overlap import count_one_sided, marked_column
from analysis.cohort.guards.wording import all_of, even_rows, remove_covariate, stop, warn
from analysis.cohort.words.codings import name_words
from analysis.phrases import phrase

RARE = 0.02
"""A covariate in which all but this share of patients have the same value is nearly constant."""

SMALL_LEVEL = 5
"""A level of fewer patients is matched or not by chance."""

SMALL_ARM = 10
"""An arm of fewer patients says next to nothing."""

PATIENTS_PER_TERM = 10
"""Patients of the smaller arm, and events, for each term of a model."""

SAME_ORDER = 0.95
"""Rank correlation above which two covariates say the same thing."""

EXPLAINED = 0.98
"""Share of a covariate's variance that the others explain, above which it follows from them."""

_LOOKED_AT = 20_000

_DERIVED = {
    "ALBI": (
        {"albi"},
        ({"albumin", "alb", "알부민", "アルブミン"}, {"bilirubin", "bil", "tbil", "빌리루빈", "ビリルビン"}),
    ),
    "BMI": ({"bmi"}, ({"weight", "wt", "체중", "体重"}, {"height", "키", "身長"})),
    "MELD": ({"meld"}, ({"bilirubin", "bil", "tbil"}, {"inr"}, {"creatinine", "creat", "scr"})),
}
"""Scores, the words of their names, and the words of all they are computed from."""


def guard_arms(evidence: Evidence) -> Iterator[Problem]:
    """Find arms too small to say anything.

    Parameters
    ----------
    evidence : Evidence
        Its patients.

    Yields
    ------
    Problem
        ``small_arm``.
    """
    for label, arm in evidence.arms() if evidence.patients is not None else ():
        n = int(arm.sum())
        if n < SMALL_ARM:
            yield warn(
                "small_arm",
                None,
                phrase(
                    "The arm “{arm}” has {patients} with complete covariates; below {fewest} nothing can be estimated with "
                    "any certainty.",
                    arm=label,
                    patients=_patients(n),
                    fewest=SMALL_ARM,
                ),
            )


def _patients(n: int) -> str:
    return phrase("1 patient") if n == 1 else phrase("{n:,} patients", n=n)


def guard_covariates(evidence: Evidence) -> Iterator[Problem]:
    """Find covariates that are nearly constant, thinly spread, repeated, or too many.

    Parameters
    ----------
    evidence : Evidence
        Its patients.

    Yields
    ------
    Problem
        ``nearly_constant``, ``small_levels``, ``level_spellings``, ``collinear``, ``derived``, ``many_terms``;
        ``too_many_terms``, an error, where the model has as many terms as there are patients.

    Notes
    -----
    Ten events per variable is the rule of Peduzzi P et al. J Clin Epidemiol 1996;49:1373-9,
    doi:10.1016/S0895-4356(96)00236-3, found in one simulation of a logistic model; five to nine often do (Vittinghoff
    E, McCulloch CE. Am J Epidemiol 2007;165:710-8, doi:10.1093/aje/kwk052). The event of a propensity model is to be
    in the smaller arm. It is a reason to look, not to stop.
    """
    if evidence.patients is None:
        return
    covariates = evidence.patients.covariates
    for name in covariates.columns:
        if evidence.settings is None or marked_column(str(name), evidence.settings) is None:
            yield from _one(str(name), covariates[name], evidence.patients.treated)
    yield from _repeated(covariates)
    yield from _too_many(evidence, covariates)


def _one(name: str, column: pd.Series, treated: NDArray[np.bool_]) -> Iterator[Problem]:
    n = len(column)
    if isinstance(column.dtype, pd.CategoricalDtype):
        codes = column.cat.codes.to_numpy()
        counts = np.bincount(2 * codes[codes >= 0] + treated[codes >= 0], minlength=2 * len(column.cat.categories))
        levels = counts.reshape(-1, 2)
        commonest, known = int(levels.sum(axis=1).max(initial=0)), int(levels.sum())
    else:
        levels = np.empty((0, 2), dtype=np.int64)
        commonest, known = _commonest(column.to_numpy())
    if known - commonest <= RARE * n:
        if count_one_sided(column, treated)[0]:
            return  # guard_overlap refuses it
        yield warn(
            "nearly_constant",
            name,
            phrase(
                "{column}: the covariate is the same in all but {n:,} of {total:,} patients; it can hardly be balanced.",
                column=name,
                n=known - commonest,
                total=n,
            ),
            remove_covariate(name),
        )
    elif len(levels):
        yield from _levels(name, levels)
        yield from _spellings(name, [str(label) for label in column.cat.categories])


_GRADING_WORDS = re.compile(
    r"(?<![^\W\d_])(ps|ecog|stage|bclc|grade|gr|class|score|type|child|pugh|cps?|ctp|tnm|level)(?![^\W\d_])|병기|등급|ステージ|病期"
)
"""Words that stand beside the code of a grade and add nothing to it."""


def _spellings(name: str, labels: list[str]) -> Iterator[Problem]:
    """Levels such as “stage B” and “BCLC B”, which a model takes for two."""
    kinds = {_without_grading_words(label) for label in labels}
    if len(kinds) < len(labels) and "" not in kinds:
        yield warn(
            "level_spellings",
            name,
            phrase(
                "{column}: {n_spellings} levels seem to be {n_levels} in several spellings, which differ only by words "
                "such as “stage” or “PS”, and are matched as if they were different. Write each level in one way.",
                column=name,
                n_spellings=len(labels),
                n_levels=len(kinds),
            ),
        )


def _without_grading_words(label: str) -> str:
    """The rest of a label; signs such as < and + stay, as they may be all that tells two levels apart."""
    plain = _GRADING_WORDS.sub(" ", unicodedata.normalize("NFKC", label).casefold())
    return re.sub(r"[\s()\[\]]", "", plain).strip("-_:.")


def _commonest(numbers: NDArray[np.float64]) -> tuple[int, int]:
    """How often the commonest value occurs, which stands in the middle of the sorted ones where it matters."""
    known = numbers[~np.isnan(numbers)]
    if not len(known):
        return 0, 0
    middle = np.partition(known, len(known) // 2)[len(known) // 2]
    return int((known == middle).sum()), len(known)


def _levels(name: str, levels: NDArray[np.int64]) -> Iterator[Problem]:
    sizes = levels.sum(axis=1)
    lone = (levels == 0).any(axis=1) & (sizes > 0)
    small = int(((sizes < SMALL_LEVEL) & (sizes > 0) & ~lone).sum())
    if small:
        yield warn(
            "small_levels",
            name,
            phrase(
                "{column}: {levels} fewer than {fewest} patients; whether such patients find a partner is left to chance. "
                "Join levels that mean alike.",
                column=name,
                levels=phrase("1 level has") if small == 1 else phrase("{n} levels have", n=small),
                fewest=SMALL_LEVEL,
            ),
        )


def _repeated(covariates: pd.DataFrame) -> Iterator[Problem]:
    names = [str(name) for name in covariates.columns if covariates[name].dtype.kind == "f"]
    told: set[str] = set()
    if len(names) > 1 and len(covariates) > PATIENTS_PER_TERM:
        sample = covariates[names].iloc[even_rows(len(covariates), _LOOKED_AT)]
        for first, second in _same_order(sample, names):
            told |= {first, second}
            yield warn(
                "collinear",
                second,
                phrase(
                    "{column}: it orders patients as “{other}” does (rank correlation above {limit}); the same trait counts "
                    "twice, and the model cannot tell the two apart. Keep one of them.",
                    column=second,
                    other=first,
                    limit=SAME_ORDER,
                ),
                remove_covariate(second),
            )
    derived = list(_derived([str(name) for name in covariates.columns]))
    for score, column, parents in derived:
        told |= {column, *parents}
        yield warn(
            "derived",
            column,
            phrase(
                "{column}: {score} is computed from {parents}, which are covariates too; the same finding counts twice. "
                "Keep the score or what it is made of.",
                column=column,
                score=score,
                parents=all_of([f"“{name}”" for name in parents]),
            ),
            remove_covariate(column),
        )
    if len(names) > 2 and len(covariates) > PATIENTS_PER_TERM * len(names):
        for name in _explained(sample, names):
            if name not in told:
                told.update(names)
                yield warn(
                    "collinear",
                    name,
                    phrase(
                        "{column}: it follows almost wholly from the other covariates; the same trait counts twice, and "
                        "the model cannot tell them apart. Keep it or what it follows from.",
                        column=name,
                    ),
                    remove_covariate(name),
                )


def _same_order(sample: pd.DataFrame, names: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Pairs of which the second repeats the first, each second once."""
    correlation = np.abs(sample.rank().corr(min_periods=PATIENTS_PER_TERM).to_numpy())
    for second in range(1, len(names)):
        for first in range(second):
            if correlation[first, second] > SAME_ORDER:
                yield names[first], names[second]
                break


def _derived(names: Sequence[str]) -> Iterator[tuple[str, str, list[str]]]:
    words = {name: set(name_words(name)) for name in names}
    for score, (own, parts) in _DERIVED.items():
        column = next((name for name in names if words[name] & own), None)
        parents = [next((name for name in names if words[name] & part and name != column), None) for part in parts]
        if column is not None and None not in parents:
            yield score, column, [name for name in parents if name is not None]


def _explained(sample: pd.DataFrame, names: Sequence[str]) -> Iterator[str]:
    """Covariates whose share explained by the others is above the limit, the most explained first."""
    values = sample.to_numpy()
    values = values[np.isfinite(values).all(axis=1)]
    if len(values) <= PATIENTS_PER_TERM * len(names):
        return
    with np.errstate(all="ignore"):
        spread = values.std(axis=0)
        centred = (values - values.mean(axis=0)) / np.where(spread > 0, spread, 1)
    if not np.isfinite(centred).all():
        return
    share = []
    for position in range(len(names)):
        others = np.delete(centred, position, axis=1)
        fit, *_ = np.linalg.lstsq(others, centred[:, position], rcond=None)
        share.append(1 - np.mean((centred[:, position] - others @ fit) ** 2) if spread[position] > 0 else 0.0)
    for position in np.argsort(share)[::-1]:
        if share[position] > EXPLAINED:
            yield names[position]


def _too_many(evidence: Evidence, covariates: pd.DataFrame) -> Iterator[Problem]:
    terms = _count_terms(covariates)
    if len(covariates) <= terms + 1:
        yield stop(
            "too_many_terms",
            None,
            phrase(
                "A propensity model needs more patients than terms; it has {n_terms} terms with its constant, and there "
                "are {n:,} patients. Choose fewer covariates, or join levels.",
                n_terms=terms + 1,
                n=len(covariates),
            ),
        )
        return
    smaller = min(int(arm.sum()) for _, arm in evidence.arms())
    if smaller >= PATIENTS_PER_TERM * terms:
        return
    events = [f"{outcome.name} {int(outcome.event.sum()) / terms:.1f}" for outcome in evidence.outcomes]
    adjusted = (
        phrase(
            " A survival model adjusted for all of them would have few events per term as well ({events}).",
            events=", ".join(events),
        )
        if any(int(outcome.event.sum()) < PATIENTS_PER_TERM * terms for outcome in evidence.outcomes)
        else ""
    )
    yield warn(
        "many_terms",
        None,
        phrase(
            "The propensity model has {terms}, and the smaller arm has {patients}, {share:.1f} per term; below {fewest} the "
            "propensity score is uncertain.{adjusted}",
            terms=phrase("1 term") if terms == 1 else phrase("{n} terms", n=terms),
            patients=_patients(smaller),
            share=smaller / terms,
            fewest=PATIENTS_PER_TERM,
            adjusted=adjusted,
        ),
    )


def _count_terms(covariates: pd.DataFrame) -> int:
    """Coefficients of the model besides its intercept."""
    return sum(
        max(covariates[name].nunique() - 1, 0) if isinstance(covariates[name].dtype, pd.CategoricalDtype) else 1
        for name in covariates.columns
    )
