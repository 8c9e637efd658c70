"""Missing values: how many patients they cost, and whether one arm has more of them."""

from collections.abc import Iterator, Sequence

import numpy as np
import pandas as pd

from analysis.cohort.cells.quantities import NOT_MEASURED, fold_word
from analysis.cohort.findings import Problem
from analysis.cohort.guards.evidence import Evidence, OutcomeEvidence
from analysis.cohort.guards.wording import all_of, by_arm, counted, differs_by_chance, warn
from analysis.cohort.words.codings import is_unknown_label
from analysis.phrases import phrase

_MAY_BE_FINDINGS = {"nd", "n.d.", "n.d", "n/d"}
"""Not done, or not detected."""

MANY_LEFT_OUT = 0.2
"""Share of patients left out above which those who remain may be others."""


def guard_missing_covariates(evidence: Evidence) -> Iterator[Problem]:
    """Say how many values of each covariate are missing, and what that does to the arms.

    Parameters
    ----------
    evidence : Evidence
        Its table and arms.

    Yields
    ------
    Problem
        ``unknown_level``, ``missing_differs``, ``missing_covariate``, ``many_left_out``.
    """
    settings = evidence.settings
    if settings is None:
        return
    n = len(evidence.table)
    left_out = settings.missing.method == "complete_case"
    for name in dict.fromkeys(item.column for item in settings.covariates):
        if name not in evidence.table:
            continue
        yield from _unknown_level(name, evidence.table[name])
        absent = evidence.table[name].isna().to_numpy()
        missing = int(absent.sum())
        if not 0 < missing < n:
            continue
        uneven = _uneven(evidence, absent)
        if uneven:
            yield warn(
                "missing_differs",
                name,
                phrase(
                    "{column}: values must be missing alike in both arms, and they are missing in {arms} patients; those "
                    "who remain differ between the arms for that alone. Find the values, or see what multiple imputation "
                    "gives.",
                    column=name,
                    arms=uneven,
                ),
            )
        fate = phrase("are left out") if left_out else phrase("are kept as the study says")
        yield warn(
            "missing_covariate",
            name,
            phrase(
                "{column}: {percent:.1f} % of patients ({n:,} of {total:,}) have no value and {fate}.",
                column=name,
                percent=100 * missing / n,
                n=missing,
                total=n,
                fate=fate,
            ),
        )
    yield from _many_left_out(evidence)


def _unknown_level(name: str, values: pd.Series) -> Iterator[Problem]:
    """Labels that say nothing is known are a level like any other to a model."""
    if values.dtype.kind in "fM":
        return
    labels = [label for label in values.dropna().unique() if _says_nothing(str(label))]
    unknown = int(values.isin(labels).sum())
    if unknown:
        yield warn(
            "unknown_level",
            name,
            phrase(
                "{column}: a level must say something of the patient, and in {patients} it says that nothing is known; they "
                "are matched with one another as if that were a trait. Blank these cells, so that they count as missing.",
                column=name,
                patients=counted(unknown, len(values)),
            ),
        )


def _says_nothing(label: str) -> bool:
    word = fold_word(label)
    if word in _MAY_BE_FINDINGS or not (any(map(str.isalnum, word)) or "?" in word):
        return False
    return is_unknown_label(label) or word in NOT_MEASURED


def _uneven(evidence: Evidence, absent: np.ndarray) -> str | None:
    """The share in each arm, where they differ."""
    if evidence.both_treated is None:
        return None
    absent = absent[evidence.both]
    arms = (evidence.both_treated, ~evidence.both_treated)
    counts, totals = [int(absent[arm].sum()) for arm in arms], [int(arm.sum()) for arm in arms]
    return None if differs_by_chance(counts, totals) else by_arm(evidence.labels, counts, totals)


def _many_left_out(evidence: Evidence) -> Iterator[Problem]:
    if evidence.patients is None:
        return
    total = len(evidence.both)
    lost = total - len(evidence.row)
    if lost > MANY_LEFT_OUT * total:
        yield warn(
            "many_left_out",
            None,
            phrase(
                "{patients} ({percent:.0f} %) are left out for a missing covariate; those who remain may differ from them.",
                patients=counted(lost, total),
                percent=100 * lost / total,
            ),
        )


def guard_missing_outcomes(evidence: Evidence) -> Iterator[Problem]:
    """Find outcomes that are missing more often in one arm, and responders nobody followed.

    Parameters
    ----------
    evidence : Evidence
        Its outcomes, responses and arms.

    Yields
    ------
    Problem
        ``outcome_missing_differs``, ``not_evaluable_differs``, ``responder_without_follow_up``.
    """
    arms = evidence.arms()
    if not arms:
        return
    totals = [int(arm.sum()) for _, arm in arms]
    for names, outcome in _known_alike(evidence.outcomes):
        counts = [int((~outcome.known & arm).sum()) for _, arm in arms]
        if min(totals) > max(counts) and not differs_by_chance(counts, totals):
            yield warn(
                "outcome_missing_differs",
                outcome.settings.time,
                phrase(
                    "{endpoints}: outcomes must be missing alike in both arms, and they are missing in {arms} patients; "
                    "patients lost from one arm are seldom like those who stayed. Find out what became of them.",
                    endpoints=names,
                    arms=by_arm(evidence.labels, counts, totals),
                ),
            )
    for response in evidence.patients.responses if evidence.patients is not None else ():
        if response.category is None:
            continue
        unread = response.category == "NE"
        counts = [int((unread & arm).sum()) for _, arm in arms]
        if not differs_by_chance(counts, totals):
            yield warn(
                "not_evaluable_differs",
                None,
                phrase(
                    "{endpoint}: responses must be assessed alike in both arms, and they are not evaluable in {arms} "
                    "patients; they count as no response, which lowers the rate of that arm. Find their scans, or give the "
                    "rates of evaluable patients beside these.",
                    endpoint=response.name,
                    arms=by_arm(evidence.labels, counts, totals),
                ),
            )
    yield from _responders_without_follow_up(evidence)


def _responders_without_follow_up(evidence: Evidence) -> Iterator[Problem]:
    if evidence.patients is None:
        return
    for response in evidence.patients.responses:
        for names, outcome in _known_alike(evidence.outcomes):
            responders = response.objective_response
            lost = int((responders & ~outcome.known).sum())
            if lost and outcome.known.any():
                yield warn(
                    "responder_without_follow_up",
                    outcome.settings.time,
                    phrase(
                        "{endpoints}: {n:,} of {total:,} responders ({response}) have no time or no event, though a "
                        "response takes time to be seen; leaving them out loses the patients who did well. Fill in their "
                        "follow-up.",
                        endpoints=names,
                        n=lost,
                        total=int(responders.sum()),
                        response=response.name,
                    ),
                )


def _known_alike(outcomes: Sequence[OutcomeEvidence]) -> list[tuple[str, OutcomeEvidence]]:
    """Outcomes that are missing in the same patients, their names in one, with the first of them."""
    groups: dict[bytes, list[OutcomeEvidence]] = {}
    for outcome in outcomes:
        groups.setdefault(outcome.known.tobytes(), []).append(outcome)
    return [(all_of([outcome.name for outcome in group]), group[0]) for group in groups.values()]
