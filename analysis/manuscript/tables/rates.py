"""Response rates in the cells of a table: counts, rates, differences and the tests that compare them."""

from analysis.manuscript.tables.draft import Json, TableDraft, percent
from analysis.manuscript.tables.hiding import HIDDEN
from analysis.manuscript.tables.numbers import table_ratio
from analysis.manuscript.tables.source import ARMS, WHEN, TableSource, When
from charts.style import format_points

EFFICACY_WIDTH = 9
"""Columns: the row's name, and both arms, effect and p of both populations."""


def write_rates(source: TableSource, draft: TableDraft, endpoint: Json) -> None:
    """The rows of one response endpoint in the efficacy summary."""
    views = {when: endpoint[when] for when in WHEN if endpoint[when] is not None}
    draft.heading(endpoint["outcome"], EFFICACY_WIDTH)
    arms = [draft.count(views[when]["arms"][arm]["n"]) if when in views else "" for when in WHEN for arm in ARMS]
    draft.row(draft.say("efficacy.patients"), *arms[:2], "", "", *arms[2:], "", "", level=1)
    for rate in ("objective_response", "disease_control"):
        if any(view["arms"]["treated"][rate] is not None for view in views.values()):
            _write_rate(source, draft, endpoint["outcome"], rate, views)


def _write_rate(source: TableSource, draft: TableDraft, outcome: str, rate: str, views: dict[When, Json]) -> None:
    cells: list[str] = []
    for when in WHEN:
        cells += rate_cells(source, draft, outcome, rate, when, views[when]) if when in views else [""] * 4
    note = rate_note(source, draft, outcome, rate, views)
    draft.row(draft.say(f"efficacy.{rate}", level=draft.level), *cells, level=1, notes=(note,))
    for measure, key, form in (
        ("risk_ratio", "efficacy.risk_ratio", table_ratio),
        ("odds_ratio", "efficacy.odds_ratio", table_ratio),
        ("paired_difference", "efficacy.paired", format_points),
    ):
        cells, pooled = [], False
        for when in WHEN:
            found = views[when][rate] if when in views else None
            over_sets = source.pooled_effect(when, outcome, f"{rate}_{measure}")
            one = over_sets or (found[measure] if isinstance(found, dict) else found)
            pooled = pooled or over_sets is not None
            p_value = draft.p(over_sets["p_value"]) if over_sets else ""
            cells += ["", "", "" if one is None else draft.interval(one, form), p_value]
        if any(cells):
            draft.row(draft.say(key), *cells, level=2, notes=(source.imputed(draft, "pooled") if pooled else None,))


def rate_cells(source: TableSource, draft: TableDraft, outcome: str, rate: str, when: When, view: Json) -> list[str]:
    """A rate in both arms, its difference and the p-value, pooled where covariates were imputed."""
    cells = []
    for arm in ARMS:
        found = view["arms"][arm][rate]
        pooled = source.pooled_effect(when, outcome, f"{rate}_{arm}")
        if found is None or found["count"] is HIDDEN:
            cells.append(draft.say("hidden") if found else "")
            continue
        shown = found if pooled is None else pooled
        interval = draft.interval(shown, percent, name="rate" if pooled is None else "estimate")
        cells.append(f"{draft.count(found['count'])}; {interval}")
    contrast = view[rate]
    if not isinstance(contrast, dict):
        return [*cells, "" if contrast is None else draft.say("hidden"), ""]
    pooled = source.pooled_effect(when, outcome, f"{rate}_risk_difference")
    difference = pooled or contrast["risk_difference"]
    p_value = pooled["p_value"] if pooled else contrast["test"]["p_value"]
    return [*cells, draft.interval(difference, format_points), draft.p(p_value)]


def rate_note(source: TableSource, draft: TableDraft, outcome: str, rate: str, views: dict[When, Json]) -> str | None:
    """What tested a rate, or that it is pooled."""
    if any(source.pooled_effect(when, outcome, f"{rate}_risk_difference") for when in views):
        return source.imputed(draft, "pooled")
    names = [
        views[when][rate]["test"]["name"] if isinstance(views.get(when, {}).get(rate), dict) else None for when in WHEN
    ]
    return source.tests(draft, *names)
