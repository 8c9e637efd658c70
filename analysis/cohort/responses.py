"""Best responses of the patients in the study's arms."""

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.cohort.findings import Findings
from analysis.cohort.kept_labels import labels_in
from analysis.cohort.labels import Labels, describe_labels
from analysis.cohort.numeric import numeric_values
from analysis.cohort.words.codings import RESPONSE_CATEGORIES, responder_value, response_category
from analysis.phrases import phrase
from analysis.settings import ResponseEndpoint

NOTHING_LEFT = -100.0
"""Percent of baseline."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ResponseDays:
    """When a patient's scans showed what, in days since time zero; NaN where they never did.

    Attributes
    ----------
    response, progression : (n, ) array of float
        First scan with the (confirmed) response, and with progression.
    last_assessment : (n, ) array of float
        Last scan, up to progression, that could be assessed.
    """

    response: NDArray[np.float64]
    progression: NDArray[np.float64]
    last_assessment: NDArray[np.float64]

    def of(self, kept: NDArray[np.bool_]) -> "ResponseDays":
        """The days of some of the patients.

        Parameters
        ----------
        kept : (n, ) array of bool
            True for the patients who stay.
        """
        return ResponseDays(
            response=self.response[kept],
            progression=self.progression[kept],
            last_assessment=self.last_assessment[kept],
        )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ResponseData:
    """One response endpoint.

    Attributes
    ----------
    name : str
        The endpoint as the study names it.
    category : (n, ) array of object or None
        CR, PR, SD, PD or NE of each patient; None when the file only says who responded.
    objective_response : (n, ) array of bool
        True for CR and PR. Not evaluable counts as no response.
    disease_control : (n, ) array of bool or None
        True for CR, PR and SD; None without categories.
    known : (n, ) array of bool
        True for every patient in the denominator, which is all of them: a missing response is not evaluable.
    change : (n, ) array of float or None
        Best change of the lesions' sum in percent of baseline, negative for shrinkage; NaN where unknown, None where
        the study names no column of it.
    days : ResponseDays or None
        When scans showed what; None where the response does not come from scans.
    """

    name: str
    category: NDArray[np.object_] | None
    objective_response: NDArray[np.bool_]
    disease_control: NDArray[np.bool_] | None
    known: NDArray[np.bool_]
    change: NDArray[np.float64] | None = None
    days: ResponseDays | None = None

    def of(self, kept: NDArray[np.bool_]) -> "ResponseData":
        """The response of some of the patients.

        Parameters
        ----------
        kept : (n, ) array of bool
            True for the patients who stay.
        """
        return replace(
            self,
            category=None if self.category is None else self.category[kept],
            objective_response=self.objective_response[kept],
            disease_control=None if self.disease_control is None else self.disease_control[kept],
            known=self.known[kept],
            change=None if self.change is None else self.change[kept],
            days=None if self.days is None else self.days.of(kept),
        )


def read_response(
    table: pd.DataFrame, rows: NDArray[np.bool_], endpoint: ResponseEndpoint, findings: Findings
) -> ResponseData | None:
    """Take the best responses of an endpoint, or say what is wrong with them.

    Parameters
    ----------
    table : pandas.DataFrame
        All rows of the file, with the endpoint's column.
    rows : (n, ) array of bool
        True for rows of the two arms; only their cells can be at fault.
    endpoint : ResponseEndpoint
        A column of categories, or one that says who responded.
    findings : Findings
        Takes what is wrong: labels that are no response, or nothing but missing cells.

    Returns
    -------
    ResponseData or None
        For the rows picked, in their order; None when the column cannot be used.
    """
    name = endpoint.column or endpoint.responder
    if name is None or name not in table:
        return None
    labels = labels_in(table, name)[rows]
    if labels.isna().all():
        findings.refuse_data(
            name,
            phrase(
                "{column}: {endpoint} needs responses, and all {n:,} cells are missing. Choose another column.",
                column=name,
                endpoint=endpoint.name,
                n=len(labels),
            ),
        )
        return None
    found = _categories(labels, endpoint, findings) if endpoint.column else _responders(labels, endpoint, findings)
    change = _change(table, rows, endpoint, findings)
    return found if found is None or change is None else replace(found, change=change)


def _change(
    table: pd.DataFrame, rows: NDArray[np.bool_], endpoint: ResponseEndpoint, findings: Findings
) -> NDArray[np.float64] | None:
    """The best change in percent; nothing can shrink by more than all of it."""
    if endpoint.change is None or endpoint.change not in table:
        return None
    found = numeric_values(table[endpoint.change][rows], findings)
    impossible = 0 if found is None else int(((found < NOTHING_LEFT) | np.isinf(found)).sum())
    if impossible:
        findings.refuse_data(
            endpoint.change,
            phrase(
                "{column}: the best change must be in percent of baseline, −100 or more; "
                "{impossible:,} of {n:,} are not. Correct them.",
                column=endpoint.change,
                impossible=impossible,
                n=int(rows.sum()),
            ),
        )
    return found


def _categories(labels: Labels, endpoint: ResponseEndpoint, findings: Findings) -> ResponseData | None:
    meaning = {label: response_category(label) for label in labels.present()}
    unread = int(np.count_nonzero(labels.isin([label for label, category in meaning.items() if category is None])))
    if unread:
        cells = phrase("cells holds") if unread == 1 else phrase("cells hold")
        findings.refuse_data(
            endpoint.column,
            phrase(
                "{column}: every best response must be CR, PR, SD, PD or NE, or its name; {unread:,} "
                "of {n:,} {cells} something else. Recode them, or choose another column.",
                column=endpoint.column,
                unread=unread,
                n=len(labels),
                cells=cells,
            ),
        )
        return None
    of_level = np.array([meaning.get(label) or "NE" for label in labels.levels], dtype=object)
    return ResponseData(
        name=endpoint.name,
        category=labels.told(of_level, "NE"),
        objective_response=labels.told(np.isin(of_level.astype(str), RESPONSE_CATEGORIES[:2]), False),
        disease_control=labels.told(np.isin(of_level.astype(str), RESPONSE_CATEGORIES[:3]), False),
        known=np.ones(len(labels), dtype=bool),
    )


def _responders(labels: Labels, endpoint: ResponseEndpoint, findings: Findings) -> ResponseData | None:
    meaning = {label: responder_value(label) for label in labels.present()}
    if None in meaning.values():
        findings.refuse_data(
            endpoint.responder,
            phrase(
                "{column}: a responder column must hold 1 and 0, or yes and no; it holds "
                "{labels}. Recode it, or name it as column if it holds CR, PR, SD, PD and NE.",
                column=endpoint.responder,
                labels=describe_labels(labels),
            ),
        )
        return None
    responded = labels.told(np.array([meaning.get(label, False) for label in labels.levels], dtype=bool), False)
    return ResponseData(
        name=endpoint.name,
        category=None,
        objective_response=responded,
        disease_control=None,
        known=np.ones(len(labels), dtype=bool),
    )


def missing_response_note(
    table: pd.DataFrame, row: NDArray[np.int64], endpoint: ResponseEndpoint, findings: Findings
) -> None:
    """Note how many patients have no response recorded.

    Parameters
    ----------
    table : pandas.DataFrame
        The file.
    row : (n, ) array of int
        The patients who are analysed.
    endpoint : ResponseEndpoint
        Names the column.
    findings : Findings
        Takes the note.
    """
    name = endpoint.column or endpoint.responder
    if name is None:
        return  # told by scans, whose notes say it
    missing = int(np.count_nonzero(labels_in(table, name).isna()[row]))
    if missing:
        findings.note(
            "response_missing",
            phrase(
                "{endpoint}: {missing:,} of {n:,} patients have no response in “{column}”; they count "
                "as not evaluable, that is as no response.",
                endpoint=endpoint.name,
                missing=missing,
                n=row.size,
                column=name,
            ),
        )
