"""Event columns in which the label that was chosen says the opposite."""

from collections.abc import Iterator

import pandas as pd

from analysis.cohort.findings import Problem, Remedy
from analysis.cohort.guards.evidence import Evidence
from analysis.cohort.guards.wording import warn
from analysis.cohort.labels import NAMED_LABELS, as_labels
from analysis.cohort.words.codings import is_reversed_name, observed_labels
from analysis.phrases import phrase

_HAPPENED = ({"0", "1"}, {"1"}), ({"false", "true"}, {"true"}), ({"no", "yes"}, {"yes"}), ({"n", "y"}, {"y"})


def guard_event_coding(evidence: Evidence) -> Iterator[Problem]:
    """Find endpoints whose observed labels are those that usually mean a censored time.

    Parameters
    ----------
    evidence : Evidence
        Its study and table.

    Yields
    ------
    Problem
        ``event_reversed``.
    """
    if evidence.settings is None:
        return
    for endpoint in evidence.settings.outcomes.survival:
        column, observed = endpoint.event, endpoint.observed
        if column is None or observed is None or column not in evidence.table:
            continue
        distinct = evidence.table[column].drop_duplicates().dropna()
        if not 2 <= len(distinct) <= NAMED_LABELS or distinct.dtype.kind == "M":
            continue
        if _is_reversed(as_labels(distinct), column, observed):
            yield warn(
                "event_reversed",
                column,
                phrase(
                    "{column}: the labels in observed must mean that {endpoint} happened, and by the words of the column "
                    "they mean that it did not; events and censored patients would change places. Choose the other "
                    "labels, if so.",
                    column=column,
                    endpoint=endpoint.name,
                ),
                Remedy(
                    kind="swap_event",
                    column=endpoint.name,
                    words=phrase("Turn the event of {endpoint} round", endpoint=endpoint.name),
                ),
            )


def _is_reversed(labels: pd.Series, column: str, observed: tuple[str, ...]) -> bool:
    folded = {label.casefold(): label for label in labels}
    chosen = set(observed)
    for both, happened in _HAPPENED:
        if set(folded) == both:
            expected = both - happened if is_reversed_name(column) else happened
            return not chosen & {folded[key] for key in expected}
    expected_labels = observed_labels(list(labels), column)
    return expected_labels is not None and not chosen & set(expected_labels)
