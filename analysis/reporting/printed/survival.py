"""Survival as printed tables."""

import pandas as pd

from analysis.cohort.time_units import UNIT_NAMES, time_words
from analysis.outcomes.cox import HazardRatio
from analysis.outcomes.logrank import LogRankTest
from analysis.outcomes.rmst import RmstComparison
from analysis.outcomes.survival import SurvivalAt
from analysis.outcomes.survival_comparison import ArmSurvival, SurvivalComparison
from analysis.phrases import phrase
from analysis.reporting.survival_moments import curve_steps, is_past_follow_up
from analysis.study import PopulationOutcomes
from charts.style import (
    NOT_ESTIMATED,
    DesignWord,
    format_interval,
    format_p,
    format_percent,
    format_ratio,
    format_time,
    time_form,
)

Comparisons = dict[str, SurvivalComparison | None]
"""The populations shown, by their heading, each with its comparison as far as there is one."""

RATIO_WITHIN_SETS = phrase("Hazard ratio within matched sets (conditional)")
LOG_RANK_WITHIN_SETS = phrase("Log-rank p, stratified by matched set")
"""Rows of what is estimated within matched sets."""

MEAN_DIFFERENCE = phrase("Difference in mean survival time")

PAST_FOLLOW_UP = phrase("past follow-up")
"""In place of survival at a time that nobody of the arm was followed to."""

MEDIAN, ESTIMATE, AT_RISK = phrase("median"), phrase("estimate (CI)"), phrase("at risk")
"""Columns of each population."""


def endpoint_table(
    populations: dict[str, PopulationOutcomes], treated_label: str, control_label: str, time_unit: str
) -> pd.DataFrame:
    """Every survival endpoint in one row: events, medians, hazard ratio and log-rank test of each population.

    Events and patients are counted, never weighted. The test is the plain log-rank test, or the robust one, then so
    marked, where only weights make the arms comparable.

    Parameters
    ----------
    populations : dict
        Heading to outcomes, such as ``{"Before": …, "After": …}``.
    treated_label, control_label, time_unit : str
        As in the study file.

    Returns
    -------
    DataFrame
        Text only.
    """
    rows: dict[str, dict[str, str]] = {}
    for heading, outcomes in populations.items():
        for item in outcomes.survival:
            row = rows.setdefault(item.name, {phrase("Endpoint"): item.name})
            row |= _endpoint_cells(heading, item.comparison, treated_label, control_label, time_unit)
    return pd.DataFrame(list(rows.values()))


def _endpoint_cells(
    heading: str, comparison: SurvivalComparison | None, treated_label: str, control_label: str, time_unit: str
) -> dict[str, str]:
    if comparison is None:
        return {_heading(heading, name): NOT_ESTIMATED for name in (phrase("events"), MEDIAN, "HR", "p")}
    arms = (comparison.treated, comparison.control)
    return {
        phrase(
            "{population}: events, {treated} v {control}",
            population=heading,
            treated=treated_label,
            control=control_label,
        ): _both(*(f"{arm.n_events:,}/{arm.n:,}" for arm in arms)),
        _heading(heading, MEDIAN): _both(*(format_time(arm.curve.median, time_unit) for arm in arms)),
        _heading(heading, "HR"): _ratio(comparison.cox),
        _heading(heading, "p"): _main_p(comparison),
    }


def _heading(population: str, heading: str) -> str:
    return phrase("{population}: {heading}", population=population, heading=heading)


def _both(treated: str, control: str) -> str:
    return phrase("{treated} v {control}", treated=treated, control=control)


def _main_p(comparison: SurvivalComparison) -> str:
    """The plain log-rank test; the robust one, marked, where only weights make the arms comparable."""
    if comparison.log_rank is None and comparison.log_rank_robust is not None:
        return phrase("{p} (robust)", p=_p(comparison.log_rank_robust))
    return _p(comparison.log_rank)


def milestone_rows(comparisons: Comparisons, treated_label: str, control_label: str, time_unit: str) -> pd.DataFrame:
    """Median survival and survival at each milestone with their intervals, and the patients at risk.

    Parameters
    ----------
    comparisons : dict
        Heading to comparison.
    treated_label, control_label, time_unit : str
        As in the study file.

    Returns
    -------
    DataFrame
        One row per milestone and arm, the medians first; text only. Those at risk are counted; where patients weigh
        differently, the effective number stands in brackets.
    """
    rows: dict[tuple[float, str], dict[str, str]] = {}
    median = phrase("Median, {unit}", unit=UNIT_NAMES[time_unit])
    for heading, comparison in comparisons.items():
        if comparison is None:
            continue
        for label, arm in ((treated_label, comparison.treated), (control_label, comparison.control)):
            row = rows.setdefault((-1.0, label), {phrase("Survival"): median, phrase("Arm"): label})
            at_start = phrase("{n} at the start", n=_at_risk(arm.n, arm.curve.effective_n))
            row |= {_heading(heading, ESTIMATE): _median(arm, time_unit), _heading(heading, AT_RISK): at_start}
            for moment in arm.at:
                time = phrase("At {time}", time=time_words(moment.time, time_unit))
                words = {phrase("Survival"): time, phrase("Arm"): label}
                row = rows.setdefault((moment.time, label), words)
                printed = PAST_FOLLOW_UP if is_past_follow_up(arm, moment) else _survival(moment)
                row |= {_heading(heading, ESTIMATE): printed}
                row |= {_heading(heading, AT_RISK): _at_risk(moment.at_risk, moment.effective_at_risk)}
    return pd.DataFrame([rows[key] for key in sorted(rows, key=lambda key: (key[0], key[1] != treated_label))])


def _at_risk(count: int, effective: float | None) -> str:
    if effective is None:
        return f"{count:,}"
    return phrase("{n:,} (effective {effective:,.1f})", n=count, effective=effective)


def contrast_rows(
    comparisons: Comparisons, time_unit: str, *, within_sets: bool = True, competing: bool = False
) -> pd.DataFrame:
    """Every test and model of an endpoint by its full name, one column a population.

    Parameters
    ----------
    comparisons : dict
        Heading to comparison.
    time_unit : str
        As in the study file.
    within_sets : bool
        Whether the design has sets within which arms can be compared; without, there are no rows of that.
    competing : bool
        Whether other events compete with the endpoint: mean survival time is then that of no patients there are.

    Returns
    -------
    DataFrame
        Text only; a dash where an estimate does not apply to the population or cannot be had.
    """
    columns = {heading: _contrasts(comparison, time_unit) for heading, comparison in comparisons.items()}
    names = list(dict.fromkeys(name for cells in columns.values() for name in cells))
    if not within_sets:
        names = [name for name in names if name not in (RATIO_WITHIN_SETS, LOG_RANK_WITHIN_SETS)]
    if competing:
        names = [name for name in names if not name.startswith(MEAN_DIFFERENCE)]
    return pd.DataFrame(
        {phrase("Estimate"): names}
        | {heading: [cells.get(name, NOT_ESTIMATED) for name in names] for heading, cells in columns.items()}
    )


def step_table(
    comparisons: Comparisons,
    treated_label: str,
    control_label: str,
    design_word: DesignWord = "matching",
    *,
    competing: bool = False,
) -> pd.DataFrame:
    """Every step of an endpoint's curves, as the figure's data.

    Parameters
    ----------
    comparisons : dict
        Heading to comparison.
    treated_label, control_label : str
        The arms.
    design_word : {"matching", "weighting"}
        The name of the column that says before or after which design.
    competing : bool
        Whether other events compete with the endpoint: its curves are then those of no patients there are.

    Returns
    -------
    DataFrame
        Matching (or weighting), arm, and the columns of the curves at full precision.
    """
    tables = []
    for heading, comparison in comparisons.items():
        if comparison is not None:
            for label, arm in ((treated_label, comparison.treated), (control_label, comparison.control)):
                steps = curve_steps(arm.curve, competing=competing)
                tables.append(steps.assign(**{design_word: heading.lower(), "arm": label}))
    if not tables:
        return pd.DataFrame(columns=[design_word, "arm", "time", "survival"])
    steps = pd.concat(tables, ignore_index=True)
    return steps[[design_word, "arm", *(name for name in steps.columns if name not in (design_word, "arm"))]]


def _contrasts(comparison: SurvivalComparison | None, time_unit: str) -> dict[str, str]:
    if comparison is None:
        return {}
    zph, unit = comparison.proportional_hazards, UNIT_NAMES[time_unit]
    return {
        phrase("Hazard ratio (marginal)"): _ratio(comparison.cox),
        phrase("Hazard ratio p (Wald)"): NOT_ESTIMATED if comparison.cox is None else format_p(comparison.cox.p_value),
        RATIO_WITHIN_SETS: _ratio(comparison.cox_stratified),
        phrase("Log-rank p"): _p(comparison.log_rank),
        LOG_RANK_WITHIN_SETS: _p(comparison.log_rank_stratified),
        phrase("Log-rank p, robust"): _p(comparison.log_rank_robust),
        phrase("Proportional hazards p (Schoenfeld)"): NOT_ESTIMATED if zph is None else format_p(zph.p_value),
        phrase("Difference in mean survival time ({unit})", unit=unit): _rmst(comparison.rmst, time_unit),
        phrase("Follow-up, median ({unit}, reverse KM)", unit=unit): format_time(
            comparison.follow_up_median, time_unit
        ),
    }


def _median(arm: ArmSurvival, time_unit: str) -> str:
    interval = format_interval(arm.curve.median_ci_lower, arm.curve.median_ci_upper, time_form(time_unit))
    return format_time(arm.curve.median, time_unit) + " (" + interval + ")"


def _ratio(ratio: HazardRatio | None) -> str:
    if ratio is None:
        return NOT_ESTIMATED
    return format_ratio(ratio.hazard_ratio) + " (" + format_interval(ratio.ci_lower, ratio.ci_upper, format_ratio) + ")"


def _p(test: LogRankTest | None) -> str:
    return NOT_ESTIMATED if test is None else format_p(test.p_value)


def _survival(moment: SurvivalAt) -> str:
    limits = format_interval(moment.ci_lower, moment.ci_upper, format_percent)
    return format_percent(moment.survival) + " (" + limits + ")"


def _rmst(rmst: RmstComparison | None, time_unit: str) -> str:
    if rmst is None:
        return NOT_ESTIMATED
    form = time_form(time_unit)
    return phrase(
        "{difference} ({limits}) up to {time}",
        difference=form(rmst.difference),
        limits=format_interval(rmst.ci_lower, rmst.ci_upper, form),
        time=form(rmst.horizon),
    )
