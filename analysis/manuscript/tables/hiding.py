"""The results document with what is hidden told apart from what is not estimated."""

from copy import deepcopy
from typing import Any, Final

from analysis.manuscript.publication import Publication
from analysis.reporting.results import results_document
from analysis.reporting.suppressed_results import suppress_results
from analysis.reporting.suppression import is_active

Json = dict[str, Any]


class _Hidden:
    """Stands for a number that small counts take out."""

    def __repr__(self) -> str:
        return "HIDDEN"

    def __deepcopy__(self, memo: dict[int, object]) -> "_Hidden":
        return self


HIDDEN: Final = _Hidden()


def shown_document(publication: Publication) -> Json:
    """The results of a run as its tables may show them.

    Parameters
    ----------
    publication : Publication

    Returns
    -------
    dict
        As `results_document` gives it; where the study hides small counts, as the results file has it, with ``HIDDEN``
        in place of every number that was taken out.
    """
    result = publication.result
    below = result.settings.exports.suppress_below
    document = results_document(result, publication.findings, publication.ledger)
    if not is_active(below):
        return document
    hidden: Json = _marked(document, suppress_results(deepcopy(document), below))
    for endpoint in hidden["survival"]:
        for when in ("before", "after"):
            for arm in () if endpoint[when] is None else endpoint[when]["arms"].values():
                # A median that is not reached would say that few had the event.
                if arm["events"] is HIDDEN and arm["median"] in (None, HIDDEN):
                    arm |= dict.fromkeys(("median", "median_ci_lower", "median_ci_upper"), HIDDEN)
    return hidden


def _marked(whole: Any, left: Any) -> Any:
    """What is left, with ``HIDDEN`` where there was something before."""
    if left is None:
        return None if whole is None else HIDDEN
    if isinstance(left, dict) and isinstance(whole, dict):
        return {key: _marked(whole[key], item) if key in whole else item for key, item in left.items()}
    if isinstance(left, list) and isinstance(whole, list) and len(left) == len(whole):
        return [_marked(before, after) for before, after in zip(whole, left, strict=True)]
    return left
