"""Items of results: patients, balance, outcomes."""

from collections.abc import Callable
from itertools import pairwise
from typing import Any

from analysis.manuscript.checklists.fillers.methods import rule_in_signs
from analysis.manuscript.checklists.run_words import NOT_APPLICABLE, Fill, RunWords
from charts.style import (
    format_count,
    format_interval,
    format_points,
    format_ratio,
    format_setting,
    format_smd,
    format_time,
)

Json = dict[str, Any]
ARMS = ("treated", "control")
WHEN = ("before", "after")


def flow(run: RunWords) -> Fill | None:
    """Patients of each arm after each step; nothing where a count is hidden."""
    steps = _steps(run)
    if not steps:
        return None
    told = [_step(run, name, step["treated"], step["control"]) for name, step in steps]
    return Fill(text=run.phrase("flow", **run.arms, steps="; ".join(told)), places=("selection", "figure"))


def left_out(run: RunWords) -> Fill | None:
    """How many each step left out; the step is the reason."""
    steps = _steps(run)
    told = [
        _step(run, name, before["treated"] - step["treated"], before["control"] - step["control"])
        for (_, before), (name, step) in pairwise(steps)
    ]
    if not told:
        return None
    return Fill(text=run.phrase("left_out", **run.arms, steps="; ".join(told)), places=("selection",))


def flow_figure(run: RunWords) -> Fill:
    """That the flow is drawn, and in how many steps."""
    return Fill(text=run.phrase("flow_figure", n=len(run.result.flow)), places=("figure",))


def _step(run: RunWords, name: str, treated: int, control: int) -> str:
    return run.phrase("step", name=name, treated=format_count(treated), control=format_count(control))


def _steps(run: RunWords) -> list[tuple[str, Json]]:
    """Steps of the flow with their names; none where any count is hidden."""
    steps = run.document["flow"]
    if any(step[arm] is None for step in steps for arm in ARMS):
        return []
    rules = iter(run.settings.eligibility)
    return [
        (rule_in_signs(next(rules)) if step["kind"] == "eligibility" else run.name(step["kind"]), step)
        for step in steps
    ]


def baseline(run: RunWords) -> Fill | None:
    """How many patients of each arm the table of baseline characteristics describes."""
    before = _step_before(run)
    if before is None:
        return None
    n = format_count(len(run.settings.covariates))
    counts = {f"n_{arm}": format_count(before[arm]) for arm in ARMS}
    return Fill(text=run.phrase("baseline", n=n, **run.arms, **counts), places=("baseline",))


def _step_before(run: RunWords) -> Json | None:
    """The patients offered to the design."""
    found = [step for step in run.document["flow"] if step["kind"] == "complete"]
    return found[-1] if found and None not in (found[-1]["treated"], found[-1]["control"]) else None


def missing_found(run: RunWords) -> Fill | None:
    """Patients of each arm without a value, by covariate; nothing where small counts are hidden."""
    picture = run.publication.missing
    if picture is None or run.hidden:
        return None
    n = format_count(picture.n_covariates)
    if not picture.columns:
        return Fill(text=run.phrase("none_missing", n=n), places=("baseline",))
    counts = zip(picture.columns, picture.missing_treated.tolist(), picture.missing_control.tolist(), strict=True)
    told = [f"{name} {format_count(one)} / {format_count(other)}" for name, one, other in counts]
    return Fill(text=run.phrase("missing_found", **run.arms, columns="; ".join(told)), places=("baseline", "selection"))


def follow_up(run: RunWords) -> Fill | None:
    """Median follow-up of each survival endpoint before the design; not applicable without survival."""
    told = [
        f"{item['outcome']} {_time(run, item['before']['follow_up_median'])}"
        for item in run.document["survival"]
        if item["before"] is not None and item["before"]["follow_up_median"] is not None
    ]
    if not run.settings.outcomes.survival:
        return NOT_APPLICABLE
    return Fill(text=run.phrase("follow_up", endpoints="; ".join(told)), places=("efficacy",)) if told else None


def _time(run: RunWords, time: float) -> str:
    unit = run.settings.cohort.time_unit
    return f"{format_time(time, unit)} {run.name(unit)}"


def events(run: RunWords) -> Fill | None:
    """Events or responders among the patients compared, of each arm, without those that are hidden."""
    counts = [(item["outcome"], _survival_counts(item["after"])) for item in run.document["survival"]]
    counts += [(item["outcome"], _response_counts(item["after"])) for item in run.document["response"]]
    told = [
        f"{name} " + ", ".join(f"{format_count(count)}/{format_count(n)}" for count, n in pairs)
        for name, pairs in counts
        if pairs
    ]
    if not told:
        return None
    return Fill(text=run.phrase("events", **run.arms, endpoints="; ".join(told)), places=("efficacy", "response"))


def _survival_counts(view: Json | None) -> list[tuple[int, int]]:
    pairs = [] if view is None else [(view["arms"][arm]["events"], view["arms"][arm]["n"]) for arm in ARMS]
    return [] if any(None in pair for pair in pairs) else pairs


def _response_counts(view: Json | None) -> list[tuple[int, int]]:
    if view is None:
        return []
    rates = [view["arms"][arm]["objective_response"] for arm in ARMS]
    if any(rate is None or rate["count"] is None for rate in rates):
        return []
    pairs = [(rate["count"], view["arms"][arm]["n"]) for arm, rate in zip(ARMS, rates, strict=True)]
    return [] if any(None in pair for pair in pairs) else pairs


def effects(run: RunWords) -> Fill | None:
    """Effects before and after the design with their intervals."""
    told = []
    for item in run.document["survival"]:
        pair = [_ratio(run, item, when) for when in WHEN]
        told += [f"{item['outcome']} HR {pair[0]}; {pair[1]}"] if all(pair) else []
    for item in run.document["response"]:
        pair = [_difference(run, item, when) for when in WHEN]
        told += [f"{item['outcome']} {pair[0]}; {pair[1]}"] if all(pair) else []
    if not told:
        return None
    covariates = run.listed(item.column for item in run.settings.covariates)
    text = run.phrase("effects", endpoints=". ".join(told), covariates=covariates)
    return Fill(text=text, places=("efficacy", "response"))


def _ratio(run: RunWords, item: Json, when: str) -> str:
    ratio, name = _pooled(run, "survival", item, when).get("hazard_ratio"), "estimate"
    if ratio is None and item[when] is not None:
        ratio, name = item[when]["cox"], "hazard_ratio"
    if ratio is None or ratio[name] is None:
        return ""
    return f"{format_ratio(ratio[name])} ({format_interval(ratio['ci_lower'], ratio['ci_upper'], format_ratio)})"


def _difference(run: RunWords, item: Json, when: str) -> str:
    contrast = _pooled(run, "response", item, when).get("objective_response")
    if contrast is None and item[when] is not None:
        contrast = item[when]["objective_response"]
    gap = None if contrast is None else contrast["risk_difference"]
    if gap is None or gap["estimate"] is None:
        return ""
    limits = format_interval(gap["ci_lower"], gap["ci_upper"], format_points)
    return f"{format_points(gap['estimate'])} {run.name('points')} ({limits})"


def _pooled(run: RunWords, kind: str, item: Json, when: str) -> Json:
    """What the imputed sets give together of an endpoint; empty where nothing was imputed."""
    imputation = run.document["imputation"]
    entries: list[Json] = [] if imputation is None else imputation["pooled"][when][kind]
    return next((entry for entry in entries if entry["outcome"] == item["outcome"]), {})


def cutpoints(run: RunWords) -> Fill:
    """Where numbers were cut, for subgroups or for classes; not applicable where nothing was."""
    subgroups = run.result.patients.subgroups
    told = [
        f"{item.column} {', '.join(format_setting(point) for point in item.cutpoints) if item.cutpoints else run.name('median')}"
        for item in run.settings.outcomes.subgroups
        if item.cutpoints or (item.column in subgroups and subgroups[item.column].dtype.kind == "f")
    ]
    coarsened = () if run.settings.weighting is not None else run.settings.matching.coarsen
    told += [
        f"{item.column} {', '.join(format_setting(point) for point in item.cutpoints)}"
        for item in coarsened
        if item.cutpoints
    ]
    if not told:
        return NOT_APPLICABLE
    return Fill(text=run.phrase("cutpoints", columns="; ".join(told)), places=("subgroups",))


def absolute(run: RunWords) -> Fill | None:
    """Differences of restricted means and of response rates under the design, pooled where covariates were imputed."""
    told = []
    for item in run.document["survival"]:
        mean, name = _pooled(run, "survival", item, "after").get("rmst_difference"), "estimate"
        if mean is None and item["after"] is not None:
            mean, name = item["after"]["rmst"], "difference"
        if mean is not None and mean[name] is not None:
            told.append(f"{item['outcome']} RMST {_time(run, mean[name])}")
    for item in run.document["response"]:
        gap = _difference(run, item, "after")
        told += [f"{item['outcome']} {gap}"] if gap else []
    return Fill(text=run.phrase("absolute", endpoints="; ".join(told)), places=("efficacy",)) if told else None


def further(run: RunWords) -> Fill | None:
    """Which analyses stand beside the main one."""
    columns = [item.column for item in run.settings.outcomes.subgroups]
    told = [run.phrase("further_subgroups", columns=run.listed(columns))] if columns else []
    endpoints = (run.document["sensitivity"] or {}).get("endpoints") or ()
    told += [run.phrase("further_sensitivity")] if endpoints else []
    told += [run.phrase("further_competing")] if run.document["competing_risks"] else []
    told += [run.phrase("further_landmark")] if run.document["landmark"] else []
    if not told:
        return None
    return Fill(text=run.phrase("further", analyses=run.listed(told)), places=("subgroups", "sensitivity"))


def sizes(run: RunWords) -> Fill | None:
    """Patients of each arm before and after matching; not applicable to weighting."""
    if run.settings.weighting is not None:
        return NOT_APPLICABLE
    before, after = _step_before(run), run.document["design"]
    if before is None or None in (after["n_treated"], after["n_control"]):
        return None
    counts = {f"before_{arm}": format_count(before[arm]) for arm in ARMS}
    counts |= {f"after_{arm}": format_count(after[f"n_{arm}"]) for arm in ARMS}
    return Fill(text=run.phrase("sizes", **run.arms, **counts), places=("baseline", "figure"))


def balance_found(run: RunWords) -> Fill | None:
    """The largest standardised difference before and after the design."""
    summary = run.document["balance_summary"]
    before, after = summary["largest_smd_before"], summary["largest_smd_after"]
    if before is None or after is None:
        return None
    text = run.phrase("balance_found", before=format_smd(before), after=format_smd(after))
    return Fill(text=text, places=("baseline", "balance"))


RESULTS: dict[str, Callable[[RunWords], Fill | None]] = {
    "flow": flow,
    "left_out": left_out,
    "flow_figure": flow_figure,
    "baseline": baseline,
    "missing_found": missing_found,
    "follow_up": follow_up,
    "events": events,
    "effects": effects,
    "cutpoints": cutpoints,
    "absolute": absolute,
    "further": further,
    "sizes": sizes,
    "balance_found": balance_found,
}
