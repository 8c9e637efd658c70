"""Cox regressions and subgroups, a table for each endpoint."""

from collections.abc import Iterator
from typing import Any

from analysis.manuscript.tables.draft import Form, Json, TableDraft
from analysis.manuscript.tables.hiding import HIDDEN
from analysis.manuscript.tables.numbers import table_ratio
from analysis.manuscript.tables.source import ARMS, WHEN, TableSource, When
from analysis.manuscript.tables.table import Column, ManuscriptTable
from charts.style import format_points

MODELS = ("univariable", "multivariable")


def cox_tables(source: TableSource) -> Iterator[ManuscriptTable]:
    """Each variable alone and all together, before and after the design, of every survival endpoint with a model.

    Parameters
    ----------
    source : TableSource

    Yields
    ------
    ManuscriptTable
    """
    for table in source.document["cox_tables"]:
        models = {when: table[when]["model"] for when in WHEN if isinstance(table[when]["model"], dict)}
        if models:
            yield _cox(source, table, models)


def _cox(source: TableSource, table: Json, models: dict[When, Json]) -> ManuscriptTable:
    draft = source.draft()
    outcome = table["outcome"]
    for variable in _variables(models):
        _write_variable(source, draft, outcome, variable, models)
    draft.remark(draft.say("note.direction", **source.labels))
    draft.remark(draft.say("cox.note"))
    if any(model["robust"] for model in models.values()):
        draft.remark(draft.say("cox.note.robust", design=draft.say(f"design.{source.kind}")))
    for when in WHEN:
        if table[when]["left_out"]:
            columns = draft.say("list").join(table[when]["left_out"])
            draft.remark(draft.say("cox.note.left_out", when=source.group(draft, when).lower(), columns=columns))
    pooled = any(key[1] == outcome and key[2] == "multivariable_hazard_ratio" for key in source.pooled)
    draft.remark(
        (source.imputed(draft, "pooled") if pooled else None)
        or draft.say("test.one", test=draft.say("test.Wald joint"))
    )
    rest = source.imputed(draft, "rest")
    if rest is not None and not pooled:
        draft.remark(rest)
    heads = [Column(head=draft.say("cox.head"), align="left")]
    for when in models:
        group = source.group(draft, when)
        heads.append(Column(head=draft.say("cox.events"), group=group))
        for name in MODELS:
            heads.append(Column(head=draft.say(f"cox.{name}", level=draft.level), group=group))
            heads.append(Column(head=draft.say("p"), group=group))
    title = source.title(draft, "cox", endpoint=outcome)
    return draft.finish(name="cox", title=title, columns=heads)


def _variables(models: dict[When, Json]) -> list[str]:
    return list(dict.fromkeys(variable["variable"] for model in models.values() for variable in model["variables"]))


def _write_variable(source: TableSource, draft: TableDraft, outcome: str, name: str, models: dict[When, Json]) -> None:
    found = {
        when: next((item for item in model["variables"] if item["variable"] == name), None)
        for when, model in models.items()
    }
    levels = list(dict.fromkeys(row["level"] for item in found.values() if item for row in item["levels"]))
    if levels != [None]:
        draft.row(name, *[cell for when in models for cell in _joint_cells(source, draft, outcome, when, found[when])])
    for level in levels:
        cells: list[str] = []
        for when in models:
            column = found[when]
            rows = column["levels"] if column else []
            row = next((row for row in rows if row["level"] == level), None)
            cells += _level_cells(source, draft, (outcome, name, level), when, row)
        draft.row(name if level is None else str(level), *cells, level=0 if level is None else 1)


def _joint_cells(source: TableSource, draft: TableDraft, outcome: str, when: When, variable: Json | None) -> list[str]:
    """The row of a variable with levels: p of all of them, unless there is one beside the reference, whose p is the same."""
    if variable is None or len(variable["levels"]) < 3 or _is_pooled(source, when, outcome):
        return [""] * 5
    tests = [variable[name] for name in MODELS]
    printed = [draft.p(test if test in (None, HIDDEN) else test["p_value"]) for test in tests]
    return ["", "", printed[0], "", printed[1]]


def _is_pooled(source: TableSource, when: When, outcome: str) -> bool:
    return any(key[:3] == (when, outcome, "multivariable_hazard_ratio") for key in source.pooled)


def _level_cells(
    source: TableSource, draft: TableDraft, place: tuple[str, str, Any], when: When, row: Json | None
) -> list[str]:
    if row is None:
        return [""] * 5
    outcome, variable, level = place
    cells = [draft.of(row["events"], row["n"])]
    for name in MODELS:
        if row["reference"]:
            cells += [draft.say("cox.reference"), ""]
            continue
        pooled = source.pooled_effect(when, outcome, f"{name}_hazard_ratio", variable=variable, level=level)
        found = pooled or row[name]
        cells.append(draft.interval(found, table_ratio, name="estimate" if pooled else "hazard_ratio"))
        cells.append(draft.p(found if found in (None, HIDDEN) else found["p_value"]))
    return cells


def subgroup_tables(source: TableSource) -> Iterator[ManuscriptTable]:
    """The effect in each level of each subgroup with the test of interaction, of every endpoint that has them.

    Parameters
    ----------
    source : TableSource

    Yields
    ------
    ManuscriptTable
    """
    for endpoint in source.document["subgroups"]:
        if any(endpoint[when]["columns"] for when in WHEN):
            yield _subgroups(source, endpoint)


def _subgroups(source: TableSource, endpoint: Json) -> ManuscriptTable:
    draft = source.draft()
    form = table_ratio if endpoint["measure"] == "hazard_ratio" else format_points
    overall = {when: endpoint[when]["overall"] for when in WHEN}
    cells = [
        cell for when in WHEN for cell in (*_effect_cells(source, draft, endpoint, when, None, overall[when], form), "")
    ]
    draft.row(draft.say("subgroups.all"), *cells)
    for name in dict.fromkeys(column["column"] for when in WHEN for column in endpoint[when]["columns"]):
        _write_subgroup(source, draft, endpoint, name, form)
    draft.remark(draft.say("note.direction", **source.labels))
    if endpoint["measure"] != "hazard_ratio":
        draft.remark(draft.say("subgroups.note.difference"))
    rest = source.imputed(draft, "rest")
    if rest is not None:
        draft.remark(rest)
    heads = [Column(head=draft.say("subgroups.head"), align="left")]
    for when in WHEN:
        group = source.group(draft, when)
        parts = "subgroups.arm" if endpoint["measure"] == "hazard_ratio" else "subgroups.responders"
        heads += [Column(head=draft.say(parts, arm=source.labels[arm]), group=group) for arm in ARMS]
        heads.append(Column(head=draft.say(f"subgroups.{endpoint['measure']}", level=draft.level), group=group))
        heads.append(Column(head=draft.say("subgroups.interaction"), group=group))
    title = source.title(draft, "subgroups", endpoint=endpoint["outcome"])
    return draft.finish(name="subgroups", title=title, columns=heads)


def _write_subgroup(source: TableSource, draft: TableDraft, endpoint: Json, name: str, form: Form) -> None:
    found = {
        when: next((column for column in endpoint[when]["columns"] if column["column"] == name), None) for when in WHEN
    }
    cells: list[str] = []
    for when in WHEN:
        cells += ["", "", "", _interaction(source, draft, endpoint, when, found[when])]
    draft.row(name, *cells, notes=(_interaction_note(source, draft, endpoint, name, found),))
    for level in dict.fromkeys(row["level"] for column in found.values() if column for row in column["levels"]):
        cells, few = [], False
        for when in WHEN:
            column = found[when]
            rows = column["levels"] if column else []
            row = next((row for row in rows if row["level"] == level), None)
            few = few or (row is not None and row["few"] is True)
            cells += [*_effect_cells(source, draft, endpoint, when, (name, level), row, form), ""]
        draft.row(str(level), *cells, level=1, notes=(draft.say("subgroups.few") if few else None,))


def _interaction(source: TableSource, draft: TableDraft, endpoint: Json, when: When, column: Json | None) -> str:
    if column is None:
        return ""
    pooled = source.pooled_effect(when, endpoint["outcome"], "interaction", variable=column["column"])
    test = pooled or column["interaction"]
    return draft.p(test if test in (None, HIDDEN) else test["p_value"])


def _interaction_note(
    source: TableSource, draft: TableDraft, endpoint: Json, name: str, found: dict[When, Json | None]
) -> str | None:
    names = []
    for when in WHEN:
        column = found[when]
        test = None if column is None else column["interaction"]
        pooled = source.pooled_effect(when, endpoint["outcome"], "interaction", variable=name)
        if pooled is not None:
            names.append("interaction pooled")
        elif isinstance(test, dict):
            robust = "sandwich" in test["method"] or (source.weighted and when == "after")
            names.append("interaction robust" if robust else "interaction")
        else:
            names.append("")
    return source.tests(draft, *(one or None for one in names))


def _effect_cells(
    source: TableSource,
    draft: TableDraft,
    endpoint: Json,
    when: When,
    place: tuple[str, str] | None,
    row: Any,
    form: Form,
) -> list[str]:
    if row is None:
        return [""] * 3
    if row is HIDDEN:
        return [draft.say("hidden")] * 3
    arms = [draft.of(row[f"events_{arm}"], row[f"n_{arm}"]) for arm in ARMS]
    measure, outcome = endpoint["measure"], endpoint["outcome"]
    pooled = None
    if place is not None:
        variable, level = place
        pooled = source.pooled_effect(when, outcome, f"subgroup_{measure}", variable=variable, level=level)
    elif measure == "hazard_ratio":
        pooled = source.pooled_effect(when, outcome, "hazard_ratio")
    return [*arms, draft.interval(pooled or row, form)]
