"""What could undo the effects, and how they hang on the choices of the analysis."""

from collections.abc import Iterator
from functools import partial
from typing import Any

from analysis.manuscript.tables.draft import Form, Json, TableDraft
from analysis.manuscript.tables.hiding import HIDDEN
from analysis.manuscript.tables.numbers import format_plain, table_ratio
from analysis.manuscript.tables.source import WHEN, TableSource
from analysis.manuscript.tables.table import Column, ManuscriptTable
from analysis.robustness.result import SIGNIFICANT
from charts.style import NOT_ESTIMATED, format_interval, format_p_limit, format_points, time_form

POWER = 0.8


def sensitivity_tables(source: TableSource) -> Iterator[ManuscriptTable]:
    """E-values, the strongest measured covariate, Rosenbaum's bounds and detectable effects of every endpoint."""
    document = source.document["sensitivity"]
    if not document["endpoints"]:
        return
    draft = source.draft()
    control = document["negative_control"]
    for when in WHEN:
        rows = [(item, item[when]) for item in document["endpoints"] if item[when] is not None]
        if rows:
            draft.heading(source.group(draft, when), 8)
        for item, view in rows:
            name = draft.say(f"sensitivity.{item['measure']}", endpoint=item["outcome"])
            is_control = isinstance(control, dict) and control["outcome"] == item["outcome"]
            name = draft.say("sensitivity.negative", endpoint=name) if is_control else name
            draft.row(name, *_sensitivity_cells(source, draft, item, view), level=1)
    _sensitivity_remarks(source, draft, document)
    keys = ("head", "effect", "e_value", "limit", "covariate", "p", "gamma", "detectable")
    heads = [
        Column(
            head=draft.say(f"sensitivity.{key}", level=draft.level, power=f"{format_plain(100 * POWER)}%"),
            align="left" if key == "head" else "center",
        )
        for key in keys
    ]
    yield draft.finish(name="sensitivity", title=draft.say("sensitivity.title"), columns=heads)


def _sensitivity_cells(source: TableSource, draft: TableDraft, item: Json, view: Any) -> list[str]:
    if view is HIDDEN:
        return [draft.say("hidden")] * 7
    form = table_ratio if item["measure"] == "hazard_ratio" else format_points
    value, bounds = view["e_value"], view["hidden_bias"]
    parts = [value if value in (None, HIDDEN) else value[key] for key in ("estimate", "limit")]
    tests = [bounds if bounds in (None, HIDDEN) else bounds[key] for key in ("p_value", "critical_gamma")]
    return [
        draft.interval(view, form),
        *(draft.shown(part, table_ratio) for part in parts),
        _strongest(draft, view["covariates"]),
        draft.p(tests[0]),
        draft.shown(tests[1], table_ratio),
        _detectable(draft, view["detectable"], form),
    ]


def _strongest(draft: TableDraft, covariates: Any) -> str:
    if covariates is HIDDEN:
        return draft.say("hidden")
    if not covariates:
        return NOT_ESTIMATED
    return f"{covariates[0]['covariate']} ({draft.shown(covariates[0]['bias_factor'], table_ratio)})"


def _detectable(draft: TableDraft, found: Any, form: Form) -> str:
    one = None if found is HIDDEN else next((item for item in found or () if abs(item["power"] - POWER) < 1e-9), None)
    if one is None:
        return draft.say("hidden") if found is HIDDEN else NOT_ESTIMATED
    return " / ".join(draft.shown(one[side], form) for side in ("below", "above"))


def _sensitivity_remarks(source: TableSource, draft: TableDraft, document: Json) -> None:
    draft.remark(draft.say("note.direction", **source.labels))
    draft.remark(draft.say("sensitivity.note.e_value"))
    draft.remark(draft.say("sensitivity.note.covariate"))
    draft.remark(draft.say("sensitivity.note.gamma"))
    views = [item[when] for item in document["endpoints"] for when in WHEN if isinstance(item[when], dict)]
    alpha = next((one["alpha"] for view in views for one in view["detectable"] or () if one is not HIDDEN), None)
    if alpha is not None:
        draft.remark(draft.say("sensitivity.note.detectable", alpha=format_plain(round(alpha, 6))))
    shown = source.imputed(draft, "shown")
    if shown is not None:
        draft.remark(shown)


def specification_tables(source: TableSource) -> Iterator[ManuscriptTable]:
    """The specification curve and the bootstrap in a summary; none where neither was asked for."""
    curve, bootstrap = (source.document[key] for key in ("specification_curve", "bootstrap"))
    asked = [one for one in (curve, bootstrap) if isinstance(one, dict)]
    if not asked:
        return
    draft, unit = source.draft(), source.publication.result.patients.time_unit
    form = {"hazard_ratio": table_ratio, "rate_difference": format_points}.get(asked[0]["measure"], time_form(unit))
    measure = draft.say(f"measure.{asked[0]['measure']}", unit=draft.say(f"unit.{unit}"))
    draft.row(draft.say("specification.measure"), measure)
    if isinstance(curve, dict):
        _write_curve(draft, curve, form)
    if isinstance(bootstrap, dict):
        _write_bootstrap(draft, bootstrap, form)
    if not all(one["complete"] for one in asked):
        draft.remark(draft.say("specification.partial"))
    draft.remark(draft.say("note.direction", **source.labels))
    heads = [Column(head=draft.say("specification.head"), align="left"), Column(head=draft.say("specification.value"))]
    title = draft.say("specification.title", endpoint=asked[0]["outcome"])
    yield draft.finish(name="specifications", title=title, columns=heads)


def _write_curve(draft: TableDraft, curve: Json, form: Form) -> None:
    chosen = curve["chosen"]
    if chosen is not None:
        draft.row(draft.say("specification.chosen", level=draft.level), draft.interval(chosen, form))
        p_value = chosen if chosen is HIDDEN else chosen["p_value"]
        draft.row(draft.say("specification.p"), draft.p(p_value), notes=(draft.say("specification.note.p"),))
    draft.row(draft.say("specification.done"), draft.of(curve["n_done"], curve["n_planned"]))
    same = draft.share(curve["n_same_sign"], curve["share_same_sign"])
    draft.row(draft.say("specification.same_sign"), same)
    spread = curve["spread"]
    if isinstance(spread, dict):
        draft.row(draft.say("specification.median"), _range(draft, spread, form))
        for side in ("below", "above"):
            share = draft.share(spread[f"n_{side}"], spread[f"share_{side}"])
            draft.row(draft.say(f"specification.{side}", limit=format_p_limit(SIGNIFICANT)), share)
    if isinstance(curve["random_order"], dict):
        draft.row(draft.say("specification.random"), _range(draft, curve["random_order"], form))


def _range(draft: TableDraft, spread: Json, form: Form) -> str:
    values = [spread[key] for key in ("lowest", "median", "highest")]
    if HIDDEN in values:
        return draft.say("hidden")
    return f"{form(values[1])} ({format_interval(values[0], values[2], form)})"


def _write_bootstrap(draft: TableDraft, bootstrap: Json, form: Form) -> None:
    draft.row(draft.say("specification.bootstrap"), draft.of(bootstrap["n_done"], bootstrap["n_planned"]))
    for key in ("percentile", "accelerated"):
        found = bootstrap[key]
        if found is not None:
            limits = partial(format_interval, form=form)
            hidden = found is HIDDEN or HIDDEN in (found["ci_lower"], found["ci_upper"])
            shown = draft.say("hidden") if hidden else limits(found["ci_lower"], found["ci_upper"])
            draft.row(draft.say(f"specification.{key}", level=draft.level), shown)
