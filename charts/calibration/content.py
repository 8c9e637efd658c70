"""What a calibration figure shows, before anything is drawn: groups of patients, their limits, and the sentence."""

from dataclasses import dataclass
from math import ceil

from analysis.design.calibration import Calibration
from charts.lettering import short_label, unbroken
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
        predicted_title="Mean score of the group (%)",
        observed_title=f"Given {label} (%)",
    )


def _sentence(found: Calibration) -> str:
    groups = "group" if found.n_groups == 1 else "groups"
    parts = [f"{format_count(found.n)} patients in {found.n_groups} {groups} of similar scores."]
    brier = unbroken(f"Brier score {format_number(found.brier_score, '.3f')}.")
    if found.slope is not None and found.intercept is not None:
        parts.append(
            f"{unbroken(f'Slope {format_smd(found.slope)},')} {unbroken(f'intercept {format_smd(found.intercept)},')} "
            f"{brier}"
        )
    else:
        parts.append(f"{unbroken(f'Slope {NOT_ESTIMATED},')} {brier}")
    return " ".join(parts)


def describe_calibration(found: Calibration, *, treated_label: str) -> str:
    """The figure in a sentence or two, for readers who do not see it: each group's score, share and limits."""
    content = calibration_content(found, treated_label)
    shares = "; ".join(
        f"{format_percent(group.predicted / 100)} expected, {format_percent(group.observed / 100)} of "
        f"{format_count(group.n)} found ({format_number(group.lower, '.1f')} to {format_number(group.upper, '.1f')}%)"
        for group in content.groups
    )
    sentence = content.sentence.replace("\u00a0", " ")
    return f"Share given {treated_label} by group of the propensity score. {sentence} {shares}."
