"""Adverse events by their worst grade."""

from collections.abc import Iterator

from analysis.manuscript.tables.draft import Json, TableDraft
from analysis.manuscript.tables.source import ARMS, WHEN, TableSource, When
from analysis.manuscript.tables.table import Column, ManuscriptTable
from analysis.outcomes.safety.comparison import ANY_TERM
from charts.style import format_points

ANY_GRADE = 1


def adverse_event_tables(source: TableSource) -> Iterator[ManuscriptTable]:
    """Patients with each event of any grade and of a severe grade, with differences and tests; none without columns of them.

    Parameters
    ----------
    source : TableSource

    Yields
    ------
    ManuscriptTable
    """
    views: dict[When, Json] = {
        when: one for when in WHEN for one in source.document["adverse_events"] if one["population"] == when
    }
    if not views:
        return
    draft = source.draft()
    adjustment = source.publication.result.settings.outcomes.multiplicity
    adjusted = adjustment != "none"
    lines = {(term["lowest_grade"], term["term"]): None for view in views.values() for term in view["terms"]}
    width = 4 + adjusted
    for grade in dict.fromkeys(grade for grade, _ in lines):
        head = draft.say("events.any") if grade == ANY_GRADE else draft.say("events.severe", grade=grade)
        draft.heading(head, 1 + width * len(views))
        for name in [name for one, name in lines if one == grade]:
            _write(source, draft, views, grade, name, adjusted=adjusted)
    draft.remark(draft.say("note.direction", **source.labels))
    draft.remark(draft.say("subgroups.note.difference"))
    if adjusted:
        draft.remark(draft.say(f"events.note.adjusted.{adjustment}"))
    rest = source.imputed(draft, "rest")
    if rest is not None:
        draft.remark(rest)
    title = source.title(draft, "events")
    yield draft.finish(name="adverse_events", title=title, columns=_heads(source, draft, views, adjusted=adjusted))


def _heads(source: TableSource, draft: TableDraft, views: dict[When, Json], *, adjusted: bool) -> list[Column]:
    heads = [Column(head=draft.say("events.head"), align="left")]
    for when in views:
        group = source.group(draft, when)
        difference = draft.say("events.difference", level=draft.level)
        heads += [*source.arm_columns(draft, when), Column(head=difference, group=group)]
        heads += [Column(head=draft.say("p"), group=group)]
        heads += [Column(head=draft.say("events.adjusted"), group=group)] if adjusted else []
    return heads


def _write(
    source: TableSource, draft: TableDraft, views: dict[When, Json], grade: int, name: str, *, adjusted: bool
) -> None:
    cells: list[str] = []
    tests: dict[When, str | None] = dict.fromkeys(WHEN)
    pooled_somewhere = False
    for when, view in views.items():
        term = next(term for term in view["terms"] if (term["lowest_grade"], term["term"]) == (grade, name))
        pooled = source.pooled_effect(when, None, "adverse_event_risk_difference", variable=name, lowest_grade=grade)
        pooled_somewhere = pooled_somewhere or pooled is not None
        tests[when] = term["test"] if isinstance(term["p_value"], float) else None
        cells += [draft.share(term[f"count_{arm}"], term[f"rate_{arm}"]) for arm in ARMS]
        difference = draft.interval(term, format_points, name="risk_difference")
        cells.append(difference if pooled is None else draft.interval(pooled, format_points))
        cells.append(draft.p(term["p_value"] if pooled is None else pooled["p_value"]))
        if adjusted:
            cells.append(draft.p(term["adjusted_p_value"] if pooled is None else None) if name != ANY_TERM else "")
    note = source.imputed(draft, "pooled") if pooled_somewhere else source.tests(draft, tests["before"], tests["after"])
    draft.row(draft.say("events.any_event") if name == ANY_TERM else name, *cells, level=1, notes=(note,))
