"""Missing covariates as an exhibit, and what the imputed sets give together."""

import pandas as pd

from analysis.cohort.missing import MissingPicture, missing_by_arm
from analysis.outcomes.pooling import PooledEstimate
from analysis.reporting.sentences import imputed_set_words, pooled_words
from analysis.settings import StudySettings
from analysis.study import PooledPopulation, PooledResponse, PooledSurvival
from charts.missing import describe_missing, missing_figure, missing_publication, missing_table
from charts.style import NOT_ESTIMATED, format_interval, format_p, format_points, format_ratio
from ui.exhibit import Exhibit
from ui.exhibits.population import after_heading, design_word, shows
from ui.workspace import StudyState, Workspace


def missing_picture(desk: Workspace, settings: StudySettings) -> MissingPicture | None:
    """Where covariates are missing among the eligible; None while the arms are unknown. Kept until its inputs change."""
    picture: MissingPicture | None = desk.kept(
        ("missing picture", settings.cohort, settings.treatment, settings.eligibility, settings.covariates),
        lambda: missing_by_arm(desk.cohort, settings),
    )
    return picture


def missing_exhibit(picture: MissingPicture, *, width: int = 520) -> Exhibit:
    """The share of each arm without a value, covariate by covariate, and which values are missing together."""
    return Exhibit(
        name="missing covariates",
        title="Missing covariates",
        caption=f"Eligible patients without a value: {picture.n_treated:,} + {picture.n_control:,} patients, before anyone "
        "is left out for it. A column at the right is a pattern: its squares are missing together, in so many patients.",
        alt=describe_missing(picture),
        figure=lambda theme: missing_figure(picture, theme=theme, width=width),
        publication=lambda: missing_publication(picture),
        table=lambda: missing_table(picture),
        follows_population=False,
    )


def pooled_populations(state: StudyState) -> dict[str, PooledPopulation]:
    """The pooled estimates that tables show under the switch, by heading; empty when nothing was imputed."""
    if state.imputation is None:
        return {}
    found = {"After": state.imputation.after, "Before": state.imputation.before}
    return {heading: pooled for heading, pooled in found.items() if shows(heading.lower())}


def pooled_caption(state: StudyState) -> str:
    """How the pooled estimates came about, beneath a table of them."""
    if state.imputation is None:
        return ""
    units = "matched sets" if design_word(state) == "matching" else "weights"
    return (
        f"Effects {pooled_words(state.imputation)} by Rubin's rules, on the logarithm for ratios and the logit for rates; "
        f"degrees of freedom by Barnard and Rubin. After {design_word(state)}, variances allow for the {units}. "
        "Missing information: the share of what the sets could tell that was lost with the missing values. "
        f"Medians are not pooled. Figures and tables elsewhere are of imputed set {state.imputation.shown}."
    )


def shown_set_words(state: StudyState) -> str:
    """The end of a table's caption where it is of one imputed set; empty when nothing was imputed."""
    if state.imputation is None or not shows("after"):
        return ""
    return (
        f" After {design_word(state)}: of imputed set {state.imputation.shown}; the effects to report stand under "
        "“Pooled over imputed sets”."
    )


def what_is_pooled(state: StudyState) -> str:
    """Which results are of all imputed sets, and which of one, for the top of a page of outcomes; empty without any."""
    if state.imputation is None or state.design is None:
        return ""
    return (
        f"After {design_word(state)}, whatever is not said to be pooled is of {imputed_set_words(state.imputation)}. "
        "Differences at milestones, competing risks, landmark, subgroups, Cox tables and adverse events are pooled in the "
        "tables of the Report page (pooled.csv). Medians, tests of ranks, κ and times to response are not pooled."
    )


def with_pooled_ratios(table: pd.DataFrame, state: StudyState) -> pd.DataFrame:
    """The table of endpoints with the pooled hazard ratios first, and none of one imputed set."""
    if state.imputation is None or not shows("after") or table.empty:
        return table
    heading = after_heading(state)
    found = [pooled_survival(state, name) for name in table["Endpoint"]]
    ratios = [None if pooled is None else pooled.hazard_ratio for pooled in found]
    pooled_columns = {
        "After, pooled: HR": [NOT_ESTIMATED if ratio is None else _ratio_words(ratio) for ratio in ratios],
        "After, pooled: p": [NOT_ESTIMATED if ratio is None else format_p(ratio.p_value) for ratio in ratios],
    }
    events = {name: f"{heading}: events" for name in table if name.startswith(f"{heading}: events")}
    rest = table.drop(columns=["Endpoint", f"{heading}: HR", f"{heading}: p"]).rename(columns=events)
    return pd.concat([table[["Endpoint"]], pd.DataFrame(pooled_columns, index=table.index), rest], axis=1)


def pooled_columns_words(state: StudyState) -> str:
    """The end of the caption of such a table; empty when nothing was imputed."""
    if state.imputation is None or not shows("after"):
        return ""
    return (
        f" After {design_word(state)}: HR and its p are {pooled_words(state.imputation)}, which is what to report; events "
        f"and medians are of imputed set {state.imputation.shown}."
    )


def pooled_survival(state: StudyState, name: str) -> PooledSurvival | None:
    """One survival endpoint after the design, pooled; None when nothing was imputed."""
    items = state.imputation.after.survival if state.imputation is not None else ()
    return next((item for item in items if item.name == name), None)


def pooled_response(state: StudyState, name: str) -> PooledResponse | None:
    """One response endpoint after the design, pooled; None when nothing was imputed."""
    items = state.imputation.after.response if state.imputation is not None else ()
    return next((item for item in items if item.name == name), None)


def pooled_ratio_caption(state: StudyState, name: str) -> str:
    """An endpoint's pooled hazard ratio as the end of a caption; empty without one."""
    pooled = pooled_survival(state, name)
    if state.imputation is None or pooled is None or pooled.hazard_ratio is None or not shows("after"):
        return ""
    return f" HR {pooled_words(state.imputation)}, the one to report: {_ratio_words(pooled.hazard_ratio)}."


def _ratio_words(ratio: PooledEstimate) -> str:
    return f"{format_ratio(ratio.estimate)} ({format_interval(ratio.ci_lower, ratio.ci_upper, format_ratio)})"


def pooled_difference_caption(state: StudyState) -> str:
    """Every response endpoint's pooled difference as the end of a caption; empty without any."""
    if state.imputation is None or not shows("after"):
        return ""
    parts = []
    for item in state.imputation.after.response:
        difference = None if item.objective_response is None else item.objective_response.risk_difference
        if difference is not None:
            interval = format_interval(difference.ci_lower, difference.ci_upper, format_points)
            parts.append(f"{item.name} {format_points(difference.estimate)} ({interval})")
    words = f"Difference in points {pooled_words(state.imputation)}, the one to report"
    return f" {words}: {'; '.join(parts)}." if parts else ""
