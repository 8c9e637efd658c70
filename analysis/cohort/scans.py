"""The second file of a study, one row a scan: joined to the patients by id, days counted from time zero."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.cohort.cells.columns import count_numbers
from analysis.cohort.day_values import day_values
from analysis.cohort.findings import Findings
from analysis.cohort.labels import as_labels, describe_labels
from analysis.cohort.numeric import numeric_values
from analysis.cohort.reading import Cohort
from analysis.cohort.words.codings import responder_value
from analysis.phrases import phrase
from analysis.settings import ScansSettings, StudySettings


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PatientScans:
    """Every scan of the patients, by patient and day.

    Attributes
    ----------
    patient : (m, ) array of int
        Place of the scan's patient among the patients, ascending.
    day : (m, ) array of float
        Days since time zero, negative before it; ascending within a patient, each day once.
    sum_mm, viable_mm : (m, ) array of float or None
        Sum of the lesions' diameters, and of their viable parts; NaN where not measured; None without the column.
    new_lesion : (m, ) array of bool
        A blank cell counts as no.
    non_target : (m, ) array of int or None
        What was said of lesions that are not measured: −1 nothing, 0 gone, 1 persistent, 2 not judged, 3 progression.
        None without the column.
    confirmed : bool
        Whether responses count only when a later scan confirms them.
    sha256 : str
        Digest of the file.
    """

    patient: NDArray[np.int64]
    day: NDArray[np.float64]
    sum_mm: NDArray[np.float64] | None
    viable_mm: NDArray[np.float64] | None
    new_lesion: NDArray[np.bool_]
    non_target: NDArray[np.int8] | None
    confirmed: bool
    sha256: str

    def of(self, kept: NDArray[np.bool_]) -> "PatientScans":
        """The scans of some of the patients, who are numbered anew.

        Parameters
        ----------
        kept : (n, ) array of bool
            True for the patients who stay.
        """
        here = kept[self.patient]
        number = np.cumsum(kept) - 1
        return PatientScans(
            patient=number[self.patient[here]],
            day=self.day[here],
            sum_mm=None if self.sum_mm is None else self.sum_mm[here],
            viable_mm=None if self.viable_mm is None else self.viable_mm[here],
            new_lesion=self.new_lesion[here],
            non_target=None if self.non_target is None else self.non_target[here],
            confirmed=self.confirmed,
            sha256=self.sha256,
        )


def read_scans(
    cohort: Cohort,
    rows: NDArray[np.bool_],
    identifier: NDArray[np.object_],
    settings: StudySettings,
    findings: Findings,
) -> PatientScans | None:
    """Take the scans of the patients in question, or say what is wrong with them.

    Parameters
    ----------
    cohort : Cohort
        The cohort, which holds the file of scans.
    rows : (N, ) array of bool
        True for the eligible rows of the two arms; scans of other patients are passed over.
    identifier : (N, ) array of object
        The ids of all rows.
    settings : StudySettings
        The columns of scans, and of the index date where scans have dates.
    findings : Findings
        Takes what is wrong: columns that are not there, scans without a day, two scans of a patient on one day, sums
        that cannot be; and notes scans whose id is of no patient.

    Returns
    -------
    PatientScans or None
        None where the study has no scans, where their file is not here, or when anything is wrong.
    """
    asked = settings.scans
    if asked is None:
        return None
    if cohort.scans is None:
        _refuse_absence(settings, findings)
        return None
    table = cohort.scans.table
    errors = len(findings.errors)
    _refuse_unknown_columns(table, asked, findings)
    if len(findings.errors) > errors:
        return None
    places = _places(as_labels(table[asked.id]), identifier, asked.id, findings)
    chosen = np.zeros(len(table), dtype=bool)
    chosen[places >= 0] = rows[places[places >= 0]]
    number = np.cumsum(rows) - 1
    patient = number[places[chosen]].astype(np.int64)
    scans = table[chosen]
    day = _days(scans[asked.date], cohort.table, np.flatnonzero(rows)[patient], settings, findings)
    sums = [_sums(scans, name, findings) for name in (asked.sum, asked.viable_sum)]
    new = _new_lesions(scans, asked.new_lesion, findings)
    others = _non_target(scans, asked.non_target, findings)
    if day is not None:
        _refuse_days(patient, day, asked.date, findings)
    if len(findings.errors) > errors or day is None or new is None:
        return None
    order = np.lexsort((day, patient))
    return PatientScans(
        patient=patient[order],
        day=day[order],
        sum_mm=None if sums[0] is None else sums[0][order],
        viable_mm=None if sums[1] is None else sums[1][order],
        new_lesion=new[order],
        non_target=None if others is None else others[order],
        confirmed=asked.confirmed,
        sha256=cohort.scans.sha256,
    )


def _refuse_absence(settings: StudySettings, findings: Findings) -> None:
    """Without an endpoint that needs them, scans that are not here are only not shown."""
    needing = [item.name for item in settings.outcomes.response if item.scans is not None]
    if needing:
        findings.refuse_study(
            None,
            phrase(
                "{endpoints}: best responses from scans need the file of scans, and it is not here. "
                "Drop it on the Data page, or name it as scans.file beside the study file.",
                endpoints=", ".join(needing),
            ),
        )


def _refuse_unknown_columns(table: pd.DataFrame, asked: ScansSettings, findings: Findings) -> None:
    for key in ("id", "date", "sum", "viable_sum", "new_lesion", "non_target"):
        name = getattr(asked, key)
        if name is not None and name not in table:
            findings.refuse_study(
                name,
                phrase(
                    "“{column}” (scans.{key}) must be a column of the file of scans, and there is none of "
                    "that name. Name a column as that file's header has it.",
                    column=name,
                    key=key,
                ),
            )


def _places(labels: pd.Series, identifier: NDArray[np.object_], column: str, findings: Findings) -> NDArray[np.int64]:
    """The row of each scan's patient in the cohort; −1 for a scan of nobody there."""
    nameless = int(labels.isna().sum())
    if nameless:
        findings.refuse_data(
            column,
            phrase(
                "{column}: every scan needs its patient's id; {nameless:,} of {n:,} rows of "
                "the file of scans have none. Fill them in, or leave these rows out.",
                column=column,
                nameless=nameless,
                n=len(labels),
            ),
        )
    known = pd.Series(np.arange(len(identifier)), index=pd.Index(identifier, dtype=object))
    known = known[known.index.notna() & ~known.index.duplicated()]
    places = known.index.get_indexer(pd.Index(labels.to_numpy(dtype=object), dtype=object))
    rows = np.where(places >= 0, known.to_numpy()[places], -1).astype(np.int64) if len(known) else places - places - 1
    strange = int(((rows < 0) & labels.notna().to_numpy()).sum())
    if strange == len(labels) and strange:
        findings.refuse_study(
            column,
            phrase(
                "“{column}” (scans.id) must hold the ids of the cohort's patients; none of "
                "{strange:,} scans is of one. Name the column of both files that holds the same ids.",
                column=column,
                strange=strange,
            ),
        )
    elif strange:
        findings.note(
            "scans_of_others",
            phrase(
                "{strange:,} of {n:,} scans belong to ids that are not in the cohort's file; they were left out.",
                strange=strange,
                n=len(labels),
            ),
        )
    return rows


def _days(
    column: pd.Series, table: pd.DataFrame, row: NDArray[np.int64], settings: StudySettings, findings: Findings
) -> NDArray[np.float64] | None:
    """Days since time zero: as they are written, or from dates and each patient's index date."""
    if _are_numbers(column):
        return numeric_values(column, findings)
    index = settings.dates.index if settings.dates is not None else None
    if index is None or index not in table:
        findings.refuse_study(
            str(column.name),
            phrase(
                "{column}: the dates of scans are counted from each patient's index date, and the "
                "study names none. Add dates.index, or give days since time zero.",
                column=column.name,
            ),
        )
        return None
    dates = day_values(column, findings, use="scans.date")
    starts = day_values(table[index].iloc[row], findings, use="dates.index")
    if dates is None or starts is None:
        return None
    without = int(np.isnat(starts).sum())
    if without:
        findings.refuse_data(
            index,
            phrase(
                "{column}: every patient with a scan needs an index date to count its day from; "
                "{without:,} of {n:,} scans are of patients without one. Fill it in, or leave "
                "these scans out.",
                column=index,
                without=without,
                n=len(row),
            ),
        )
    length = dates - starts
    return np.where(np.isnat(length), np.nan, length.astype("timedelta64[D]").astype(np.int64))


def _are_numbers(column: pd.Series) -> bool:
    if column.dtype.kind in "fiu":
        return True
    if column.dtype.kind == "M":
        return False
    numbers, others = count_numbers(column)
    return numbers > others


def _sums(scans: pd.DataFrame, name: str | None, findings: Findings) -> NDArray[np.float64] | None:
    if name is None:
        return None
    found = numeric_values(scans[name], findings)
    impossible = 0 if found is None else int(((found < 0) | np.isinf(found)).sum())
    if impossible:
        findings.refuse_data(
            name,
            phrase(
                "{column}: a sum of lesions must be at least 0 mm, or blank where it was not measured; "
                "{impossible:,} of {n:,} are not. Correct them.",
                column=name,
                impossible=impossible,
                n=len(scans),
            ),
        )
    return found


def _new_lesions(scans: pd.DataFrame, name: str | None, findings: Findings) -> NDArray[np.bool_] | None:
    if name is None:
        findings.note(
            "new_lesions_unknown",
            phrase(
                "No column says which scans showed a new lesion: progression is told by the sums "
                "alone, and may come too late."
            ),
        )
        return np.zeros(len(scans), dtype=bool)
    labels = as_labels(scans[name])
    meaning = {label: responder_value(label) for label in labels.dropna().unique()}
    if None in meaning.values():
        findings.refuse_data(
            name,
            phrase(
                "{column}: new lesions must be 1 or 0, or yes and no; the column holds {labels}. Recode it.",
                column=name,
                labels=describe_labels(labels),
            ),
        )
        return None
    return np.array([meaning.get(label, False) for label in labels], dtype=bool)


# What a reader writes of lesions that are not measured, without spaces and hyphens; "SD" of older criteria means they persist.
_NON_TARGET = {
    **dict.fromkeys(("cr", "completeresponse"), 0),
    **dict.fromkeys(("noncr/nonpd", "noncrnonpd", "ir/sd", "sd", "stabledisease"), 1),
    **dict.fromkeys(("ne", "notevaluable", "notevaluated", "notallevaluated"), 2),
    **dict.fromkeys(("pd", "progressivedisease", "progression", "unequivocalprogression"), 3),
}


def _non_target(scans: pd.DataFrame, name: str | None, findings: Findings) -> NDArray[np.int8] | None:
    if name is None:
        return None
    labels = as_labels(scans[name])
    words = labels.str.casefold().str.replace(r"[\s\-‐‑–]", "", regex=True)
    codes = words.map(_NON_TARGET)
    if (codes.isna() & labels.notna()).any():
        findings.refuse_data(
            name,
            phrase(
                "{column}: lesions that are not measured must be CR, non-CR/non-PD, NE or PD, blank "
                "where there are none; the column holds {labels}. Recode it.",
                column=name,
                labels=describe_labels(labels),
            ),
        )
        return None
    return codes.fillna(-1).to_numpy(dtype=np.int8)


def _refuse_days(patient: NDArray[np.int64], day: NDArray[np.float64], name: str, findings: Findings) -> None:
    undated = int((~np.isfinite(day)).sum())
    if undated:
        findings.refuse_data(
            name,
            phrase(
                "{column}: every scan must have its day; {undated:,} of {n:,} have none. Fill it "
                "in, or leave these rows out.",
                column=name,
                undated=undated,
                n=day.size,
            ),
        )
    order = np.lexsort((day, patient))
    twice = int(((np.diff(patient[order]) == 0) & (np.diff(day[order]) == 0)).sum())
    if twice:
        findings.refuse_data(
            name,
            phrase(
                "{column}: a patient must have one row for each day with a scan; {twice:,} of {n:,} "
                "rows repeat a day of the same patient. Keep the row whose sums are right.",
                column=name,
                twice=twice,
                n=day.size,
            ),
        )
