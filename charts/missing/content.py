"""What a figure of missing covariates shows, before anything is drawn: shares by arm, patterns and sentences."""

from dataclasses import dataclass

import pandas as pd

from analysis.cohort.missing import MissingPattern, MissingPicture
from analysis.phrases import join_phrases, phrase
from charts.lettering import clean_label, short_label
from charts.style import Arm, format_count, format_number, format_percent

MOST_PATTERNS = 8
"""Patterns drawn where there is room; the rarer ones are counted in words."""
FEW_PATTERNS = 5
"""Patterns drawn in a narrow figure."""

_LABEL = 18.0


@dataclass(frozen=True, slots=True, kw_only=True)
class MissingRow:
    """One covariate: patients of each arm without a value, and their share of the arm in percent."""

    name: str
    count: dict[Arm, int]
    percent: dict[Arm, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class PatternColumn:
    """Values missing together: for each row whether its value is, and patients of each arm of whom that is so."""

    absent: tuple[bool, ...]
    count: dict[Arm, int]

    @property
    def n(self) -> int:
        """Patients of both arms."""
        return self.count["treated"] + self.count["control"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class MissingContent:
    """Rows with the most missing first, patterns with the most patients first, and the words around them."""

    rows: tuple[MissingRow, ...]
    patterns: tuple[PatternColumn, ...]
    labels: dict[Arm, str]
    entries: dict[Arm, str]
    sentence: str
    more: str
    end: float
    step: float


def missing_content(picture: MissingPicture, most_patterns: int = MOST_PATTERNS) -> MissingContent:
    """Put the covariates and the patterns of a picture in order."""
    size: dict[Arm, int] = {"treated": picture.n_treated, "control": picture.n_control}
    counts = zip(picture.columns, picture.missing_treated.tolist(), picture.missing_control.tolist(), strict=True)
    rows = [_row(name, {"treated": treated, "control": control}, size) for name, treated, control in counts]
    rows.sort(key=lambda row: -(row.count["treated"] + row.count["control"]))
    labels: dict[Arm, str] = {
        "treated": clean_label(picture.treated_label),
        "control": clean_label(picture.control_label),
    }
    incomplete = [pattern for pattern in picture.patterns if pattern.columns]
    order = [row.name for row in rows]
    drawn = tuple(
        PatternColumn(
            absent=tuple(name in pattern.columns for name in order),
            count={"treated": pattern.treated, "control": pattern.control},
        )
        for pattern in incomplete[:most_patterns]
    )
    complete = next((pattern for pattern in picture.patterns if not pattern.columns), None)
    known: dict[Arm, int] = {
        "treated": complete.treated if complete else 0,
        "control": complete.control if complete else 0,
    }
    end, step = _scale(max((share for row in rows for share in row.percent.values()), default=0.0))
    return MissingContent(
        rows=tuple(rows),
        patterns=drawn,
        labels=labels,
        entries={arm: f"{short_label(label, _LABEL)}: n = {format_count(size[arm])}" for arm, label in labels.items()},
        sentence=_sentence(picture, labels, known, size),
        more=_more(incomplete[most_patterns:]),
        end=end,
        step=step,
    )


def _row(name: str, count: dict[Arm, int], size: dict[Arm, int]) -> MissingRow:
    percent: dict[Arm, float] = {arm: 100 * count[arm] / max(size[arm], 1) for arm in count}
    return MissingRow(name=name, count=count, percent=percent)


def _scale(highest: float) -> tuple[float, float]:
    """The end of the axis in percent and the step of its ticks; there is room for a count beyond the longest bar."""
    step = next((step for step in (1.0, 2.0, 5.0, 10.0, 20.0, 25.0) if highest / step <= 4.5), 25.0)
    return max(1.16 * highest, step), step


def _sentence(picture: MissingPicture, labels: dict[Arm, str], known: dict[Arm, int], size: dict[Arm, int]) -> str:
    n = len(picture.columns)
    if not n:
        return phrase(
            "No covariate has a missing value among {n_treated} + {n_control} patients.",
            n_treated=format_count(picture.n_treated),
            n_control=format_count(picture.n_control),
        )
    treated, control = (
        phrase(
            "{n_known} of {n} {arm} ({share})",
            n_known=format_count(known[arm]),
            n=format_count(size[arm]),
            arm=short_label(labels[arm], _LABEL),
            share=format_percent(known[arm] / max(size[arm], 1)),
        )
        for arm in size
    )
    complete = phrase("All covariates are known of {treated} and {control}.", treated=treated, control=control)
    return join_phrases((_lacking(n, picture.n_covariates), complete))


def _lacking(n: int, of: int) -> str:
    if of == 1:
        return phrase("{n} of {of} covariate has missing values.", n=n, of=of)
    if n == 1:
        return phrase("{n} of {of} covariates has missing values.", n=n, of=of)
    return phrase("{n} of {of} covariates have missing values.", n=n, of=of)


def _more(rarer: list[MissingPattern]) -> str:
    if not rarer:
        return ""
    n_patients = sum(pattern.treated + pattern.control for pattern in rarer)
    counted = format_count(n_patients)
    if n_patients == 1:
        return phrase("{n} rarer pattern ({patients} patient) not shown.", n=len(rarer), patients=counted)
    if len(rarer) == 1:
        return phrase("{n} rarer pattern ({patients} patients) not shown.", n=len(rarer), patients=counted)
    return phrase("{n} rarer patterns ({patients} patients) not shown.", n=len(rarer), patients=counted)


def pattern_words(column: PatternColumn, rows: tuple[MissingRow, ...]) -> str:
    """The covariates of a pattern by name."""
    return ", ".join(row.name for row, absent in zip(rows, column.absent, strict=True) if absent)


def missing_table(picture: MissingPicture) -> pd.DataFrame:
    """The figure's numbers: one row for each covariate and arm, then one for each pattern and arm.

    Parameters
    ----------
    picture : MissingPicture
        As counted.

    Returns
    -------
    DataFrame
        Columns what (``covariate`` or ``pattern``), name, arm, missing (patients), patients (of the arm), share.
        The pattern of complete patients is named ``complete``.
    """
    content = missing_content(picture)
    size: dict[Arm, int] = {"treated": picture.n_treated, "control": picture.n_control}
    named = [
        (pattern.columns, {"treated": pattern.treated, "control": pattern.control}) for pattern in picture.patterns
    ]
    counted: list[tuple[str, str, dict[Arm, int]]] = [("covariate", row.name, row.count) for row in content.rows]
    counted += [
        ("pattern", ", ".join(columns) or "complete", {"treated": count["treated"], "control": count["control"]})
        for columns, count in named
    ]
    rows = [
        (what, name, content.labels[arm], count[arm], size[arm], count[arm] / max(size[arm], 1))
        for what, name, count in counted
        for arm in size
    ]
    return pd.DataFrame(rows, columns=["what", "name", "arm", "missing", "patients", "share"])


def describe_missing(picture: MissingPicture) -> str:
    """The figure in a sentence or two, for readers who do not see it; the whole of it when nothing is missing.

    Parameters
    ----------
    picture : MissingPicture
        As counted.
    """
    content = missing_content(picture)
    if not content.rows:
        return content.sentence
    shares = join_phrases(
        [
            phrase(
                "{covariate} {treated} ({treated_share}%) and {control} ({control_share}%)",
                covariate=row.name,
                treated=row.count["treated"],
                treated_share=format_number(row.percent["treated"], ".1f"),
                control=row.count["control"],
                control_share=format_number(row.percent["control"], ".1f"),
            )
            for row in content.rows
        ],
        "; ",
    )
    lacking = phrase(
        "Patients without a value, {treated} and {control}: {shares}.",
        treated=content.labels["treated"],
        control=content.labels["control"],
        shares=shares,
    )
    return join_phrases((content.sentence, lacking))
