"""What a calibration figure shows, before anything is drawn: groups of patients, their limits, and the sentence."""

from dataclasses import dataclass
from math import ceil

from analysis.design.calibration import Calibration
from analysis.phrases import join_phrases, phrase
from charts.lettering import breaking, short_label, unbroken
from charts.style import NOT_ESTIMATED, format_count, format_level, format_number, format_percent, format_smd

LABEL_ON_AXIS = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class CalibrationGroup:
    """Patients of similar scores: how many, their mean score, the share treated with its limits, all in percent."""

    n: int
    treated: int
    predicted: float
    observed: float
    lower: float
    upper: float


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class CalibrationContent:
    """The groups in ascending order, the sentence above them, and where both axes end in percent."""

    groups: tuple[CalibrationGroup, ...]
    sentence: str
    level_name: str
    end: float
    step: float
    predicted_title: str
    observed_title: str

    @property
    def ticks(self) -> list[float]:
        """On both axes."""
        return [self.step * number for number in range(int(self.end / self.step) + 1)]


def calibration_content(found: Calibration, treated_label: str) -> CalibrationContent:
    """Gather the groups, in percent."""
    groups = tuple(
        CalibrationGroup(
            n=int(found.group_n[row]),
            treated=int(found.group_treated[row]),
            predicted=100 * float(found.mean_predicted[row]),
            observed=100 * float(found.observed[row]),
            lower=100 * float(found.ci_lower[row]),
            upper=100 * float(found.ci_upper[row]),
        )
        for row in range(found.n_groups)
    )
    reach = max([10.0, *(max(group.predicted, group.upper) for group in groups)])
    label = short_label(treated_label, LABEL_ON_AXIS)
    return CalibrationContent(
        groups=groups,
        sentence=_sentence(found),
        level_name=format_level(found.confidence_level),
        end=min(100.0, 10.0 * ceil(reach / 10.0)),
        step=10.0 if reach <= 50 else 20.0,
        predicted_title=phrase("Mean score of the group (%)"),
        observed_title=phrase("Given {treatment} (%)", treatment=label),
    )


def _sentence(found: Calibration) -> str:
    n = format_count(found.n)
    groups = (
        phrase("{n} patients in {groups} group of similar scores.", n=n, groups=found.n_groups)
        if found.n_groups == 1
        else phrase("{n} patients in {groups} groups of similar scores.", n=n, groups=found.n_groups)
    )
    parts = [groups]
    brier = unbroken(phrase("Brier score {score}.", score=format_number(found.brier_score, ".3f")))
    if found.slope is not None and found.intercept is not None:
        parts.append(unbroken(phrase("Slope {slope},", slope=format_smd(found.slope))))
        parts.append(unbroken(phrase("intercept {intercept},", intercept=format_smd(found.intercept))))
    else:
        parts.append(unbroken(phrase("Slope {slope},", slope=NOT_ESTIMATED)))
    return join_phrases([*parts, brier])


def describe_calibration(found: Calibration, *, treated_label: str) -> str:
    """The figure in a sentence or two, for readers who do not see it: each group's score, share and limits."""
    content = calibration_content(found, treated_label)
    shares = [
        phrase(
            "{predicted} expected, {observed} of {n} found ({lower} to {upper}%)",
            predicted=format_percent(group.predicted / 100),
            observed=format_percent(group.observed / 100),
            n=format_count(group.n),
            lower=format_number(group.lower, ".1f"),
            upper=format_number(group.upper, ".1f"),
        )
        for group in content.groups
    ]
    what = phrase("Share given {treatment} by group of the propensity score.", treatment=treated_label)
    listed = phrase("{sentence}.", sentence=join_phrases(shares, "; "))
    return join_phrases((what, breaking(content.sentence), listed))
