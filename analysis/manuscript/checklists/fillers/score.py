"""Items on the propensity score and on the design made with it."""

from collections.abc import Callable

from analysis.manuscript.checklists.run_words import NOT_APPLICABLE, Fill, RunWords
from analysis.settings import MatchingSettings
from charts.style import format_count, format_percent, format_setting, format_smd


def matching(run: RunWords) -> Fill | None:
    """Criteria and numbers of matching."""
    if run.settings.weighting is not None:
        return NOT_APPLICABLE
    found = run.document["matching"]
    numbers = {name: found[name] for name in ("n_treated", "n_control", "n_sets")}
    if None in numbers.values():
        return None
    ratio = "–" if run.settings.matching.method in ("full", "strata") else run.settings.matching.ratio
    told = {name: format_count(value) for name, value in numbers.items()}
    return Fill(
        text=run.phrase("matching", design=run.design, ratio=ratio, **run.arms, **told), places=("diagnostics",)
    )


def score_model(run: RunWords) -> Fill:
    """The model that gave the score."""
    return Fill(text=run.phrase("score_model", model=run.name(run.settings.propensity.model)))


def score_variables(run: RunWords) -> Fill | None:
    """The covariates; those of a score that the file brings are not known."""
    if run.settings.propensity.model == "column":
        return None
    text = run.phrase("score_variables", covariates=run.listed(item.column for item in run.settings.covariates))
    products = [f"{first} × {second}" for first, second in run.settings.propensity.interactions]
    if products:
        text += run.phrase("interactions", terms=run.listed(products))
    return Fill(text=text, places=("baseline",))


def algorithm(run: RunWords) -> Fill:
    """How partners were found: the algorithm, its distance and its caliper; not applicable to weighting."""
    if run.settings.weighting is not None:
        return NOT_APPLICABLE
    asked = run.settings.matching
    if asked.method == "strata":
        columns = [*asked.exact, *(item.column for item in asked.coarsen)]
        return Fill(text=run.phrase("classes", design=run.design, columns=run.listed(columns)))
    caliper = (
        run.name("none")
        if asked.caliper is None
        else f"{format_setting(asked.caliper)} {run.name(asked.caliper_scale)}"
    )
    return Fill(text=run.phrase("algorithm", design=run.design, distance=run.name(asked.distance), caliper=caliper))


def ratio(run: RunWords) -> Fill:
    """Controls for each treated patient, and whether a control may serve twice; not applicable to weighting."""
    if run.settings.weighting is not None:
        return NOT_APPLICABLE
    asked = run.settings.matching
    replacement = run.name("with" if _replaces(asked) else "without")
    if asked.method in ("full", "strata"):
        return Fill(text=run.phrase("variable_ratio", replacement=replacement))
    return Fill(text=run.phrase("ratio", ratio=asked.ratio, replacement=replacement))


def _replaces(asked: MatchingSettings) -> bool:
    return asked.method == "nearest" and asked.replacement


def matched_analysis(run: RunWords) -> Fill:
    """Whether the analysis knew of the matched sets; not applicable to weighting."""
    if run.settings.weighting is not None:
        return NOT_APPLICABLE
    carried_out = run.result.design
    if carried_out.disjoint_sets and run.settings.matching.method != "strata":
        stratified = run.phrase("stratified") if run.settings.outcomes.survival else ""
        return Fill(text=run.phrase("clustered", stratified=stratified))
    return Fill(text=run.phrase("by_patient"))


def matching_software(run: RunWords) -> Fill:
    """What matched, and its version; not applicable to weighting."""
    if run.settings.weighting is not None:
        return NOT_APPLICABLE
    software = run.document["software"]
    return Fill(text=run.phrase("software", version=software["version"], python=software["python"]))


def matched_balance(run: RunWords) -> Fill:
    """How balance was assessed after matching; not applicable to weighting."""
    return NOT_APPLICABLE if run.settings.weighting is not None else _assessed(run)


def weighted_balance(run: RunWords) -> Fill:
    """How balance was assessed after weighting; not applicable to matching."""
    return _assessed(run) if run.settings.weighting is not None else NOT_APPLICABLE


def _assessed(run: RunWords) -> Fill:
    limit = run.settings.gate.largest_smd
    threshold = run.name("none") if limit is None else format_setting(limit)
    n = format_count(len(run.result.balance.to_table()))
    return Fill(text=run.phrase("assessed", n=n, threshold=threshold), places=("balance",))


def score_strata(run: RunWords) -> Fill:
    """No study here is stratified on the score."""
    return NOT_APPLICABLE


def assumptions(run: RunWords) -> Fill | None:
    """Overlap, the largest difference that is left, and the test of proportional hazards where there is survival."""
    share = run.document["propensity"]["equipoise_share"]
    largest = run.document["balance_summary"]["largest_smd_after"]
    if share is None or largest is None:
        return None
    text = run.phrase("overlap", share=format_percent(share), smd=format_smd(largest))
    if run.has_plain_survival:
        text += run.phrase("proportional")
    return Fill(text=text, places=("diagnostics", "balance"))


SCORE: dict[str, Callable[[RunWords], Fill | None]] = {
    "matching": matching,
    "score_model": score_model,
    "score_variables": score_variables,
    "algorithm": algorithm,
    "ratio": ratio,
    "matched_analysis": matched_analysis,
    "matching_software": matching_software,
    "matched_balance": matched_balance,
    "weighted_balance": weighted_balance,
    "score_strata": score_strata,
    "assumptions": assumptions,
}
