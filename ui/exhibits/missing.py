"""Missing covariates as an exhibit, and what the imputed sets give together."""

import pandas as pd

from analysis.cohort.missing import MissingPicture, missing_by_arm
from analysis.outcomes.pooling import PooledEstimate
from analysis.phrases import join_phrases, phrase
from analysis.reporting.sentences import imputed_set_words, pooled_words
from analysis.settings import StudySettings
from analysis.study import PooledPopulation, PooledResponse, PooledSurvival
from charts.missing import describe_missing, missing_figure, missing_publication, missing_table
from charts.style import NOT_ESTIMATED, format_interval, format_p, format_points, format_ratio, population_name
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
        title=phrase("Missing covariates"),
        caption=phrase(
            "Eligible patients without a value: {n_treated:,} + {n_control:,} patients, before anyone is left out for it. A "
            "column at the right is a pattern: its squares are missing together, in so many patients.",
            n_treated=picture.n_treated,
            n_control=picture.n_control,
        ),
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
    found = {phrase("After"): state.imputation.after, phrase("Before"): state.imputation.before}
    return {heading: pooled for heading, pooled in found.items() if shows(heading.lower())}


def pooled_caption(state: StudyState) -> str:
    """How the pooled estimates came about, beneath a table of them."""
    if state.imputation is None:
        return ""
    if design_word(state) == "matching":
        allowed = phrase("After matching, variances allow for the matched sets.")
    else:
        allowed = phrase("After weighting, variances allow for the weights.")
    return phrase(
        "Effects {pooled} by Rubin's rules, on the logarithm for ratios and the logit for rates; degrees of freedom by Barnard "
        "and Rubin. {allowed} Missing information: the share of what the sets could tell that was lost with the missing values. "
        "Medians are not pooled. Figures and tables elsewhere are of imputed set {number}.",
        pooled=pooled_words(state.imputation),
        allowed=allowed,
        number=state.imputation.shown,
    )


def shown_set_words(state: StudyState) -> str:
    """The end of a table's caption where it is of one imputed set; empty when nothing was imputed."""
    if state.imputation is None or not shows("after"):
        return ""
    return phrase(
        " {when}: of imputed set {number}; the effects to report stand under “Pooled over imputed sets”.",
        when=population_name("after", design_word(state)).capitalize(),
        number=state.imputation.shown,
    )


def what_is_pooled(state: StudyState) -> str:
    """Which results are of all imputed sets, and which of one, for the top of a page of outcomes; empty without any."""
    if state.imputation is None or state.design is None:
        return ""
    return phrase(
        "{when}, whatever is not said to be pooled is of {imputed_set}. Differences at milestones, competing risks, landmark, "
        "subgroups, Cox tables and adverse events are pooled in the tables of the Report page (pooled.csv). Medians, tests of "
        "ranks, κ and times to response are not pooled.",
        when=population_name("after", design_word(state)).capitalize(),
        imputed_set=imputed_set_words(state.imputation),
    )


def with_pooled_ratios(table: pd.DataFrame, state: StudyState) -> pd.DataFrame:
    """The table of endpoints with the pooled hazard ratios first, and none of one imputed set."""
    if state.imputation is None or not shows("after") or table.empty:
        return table
    heading = after_heading(state)
    found = [pooled_survival(state, name) for name in table["Endpoint"]]
    ratios = [None if pooled is None else pooled.hazard_ratio for pooled in found]
    pooled_columns = {
        phrase("After, pooled: HR"): [NOT_ESTIMATED if ratio is None else _ratio_words(ratio) for ratio in ratios],
        phrase("After, pooled: p"): [NOT_ESTIMATED if ratio is None else format_p(ratio.p_value) for ratio in ratios],
    }
    counted = phrase("{population}: {heading}", population=heading, heading=phrase("events"))
    events = {name: counted for name in table if name.startswith(f"{heading}: events")}
    rest = table.drop(columns=["Endpoint", f"{heading}: HR", f"{heading}: p"]).rename(columns=events)
    return pd.concat([table[["Endpoint"]], pd.DataFrame(pooled_columns, index=table.index), rest], axis=1)


def pooled_columns_words(state: StudyState) -> str:
    """The end of the caption of such a table; empty when nothing was imputed."""
    if state.imputation is None or not shows("after"):
        return ""
    return phrase(
        " {when}: HR and its p are {pooled}, which is what to report; events and medians are of imputed set {number}.",
        when=population_name("after", design_word(state)).capitalize(),
        pooled=pooled_words(state.imputation),
        number=state.imputation.shown,
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
    return phrase(
        " HR {pooled}, the one to report: {ratio}.",
        pooled=pooled_words(state.imputation),
        ratio=_ratio_words(pooled.hazard_ratio),
    )


def _ratio_words(ratio: PooledEstimate) -> str:
    return phrase(
        "{effect} ({limits})",
        effect=format_ratio(ratio.estimate),
        limits=format_interval(ratio.ci_lower, ratio.ci_upper, format_ratio),
    )


def pooled_difference_caption(state: StudyState) -> str:
    """Every response endpoint's pooled difference as the end of a caption; empty without any."""
    if state.imputation is None or not shows("after"):
        return ""
    parts = []
    for item in state.imputation.after.response:
        difference = None if item.objective_response is None else item.objective_response.risk_difference
        if difference is not None:
            limits = format_interval(difference.ci_lower, difference.ci_upper, format_points)
            effect = f"{item.name} {format_points(difference.estimate)}"
            parts.append(phrase("{effect} ({limits})", effect=effect, limits=limits))
    if not parts:
        return ""
    return phrase(
        " Difference in points {pooled}, the one to report: {differences}.",
        pooled=pooled_words(state.imputation),
        differences=join_phrases(parts, "; "),
    )
