"""Best responses by every criterion, side by side."""

from collections.abc import Iterator

from analysis.manuscript.tables.draft import Json, TableDraft
from analysis.manuscript.tables.hiding import HIDDEN
from analysis.manuscript.tables.rates import rate_cells, rate_note
from analysis.manuscript.tables.source import ARMS, WHEN, TableSource, When
from analysis.manuscript.tables.table import Column, ManuscriptTable
from charts.style import RESPONSE_CATEGORIES

CRITERIA_SIDE_BY_SIDE = 2
"""More do not fit on a page."""


def response_tables(source: TableSource) -> Iterator[ManuscriptTable]:
    """Counts and percentages of CR, PR, SD, PD and NE, both rates and their differences, two criteria a table.

    Parameters
    ----------
    source : TableSource

    Yields
    ------
    ManuscriptTable
        None where only responders are known.
    """
    endpoints = [item for item in source.document["response"] if _views(item)]
    for first in range(0, len(endpoints), CRITERIA_SIDE_BY_SIDE):
        yield _table(source, endpoints[first : first + CRITERIA_SIDE_BY_SIDE])


def _views(endpoint: Json) -> dict[When, Json]:
    """The populations in which every category is known."""
    return {
        when: endpoint[when]
        for when in WHEN
        if endpoint[when] is not None and endpoint[when]["arms"]["treated"]["categories"] is not None
    }


def _table(source: TableSource, endpoints: list[Json]) -> ManuscriptTable:
    draft = source.draft()
    names = [endpoint["outcome"] for endpoint in endpoints]
    for when in WHEN:
        draft.heading(source.group(draft, when), 1 + 4 * len(endpoints))
        _write(source, draft, endpoints, when)
    _remarks(source, draft)
    heads = [Column(head=draft.say("response.head"), align="left")]
    for name in names:
        heads += [Column(head=source.labels[arm], group=name) for arm in ARMS]
        heads += [
            Column(head=draft.say("response.difference", level=draft.level), group=name),
            Column(head=draft.say("p"), group=name),
        ]
    title = source.title(draft, "response", criteria=_joined(draft, names))
    return draft.finish(name="response", title=title, columns=heads)


def _joined(draft: TableDraft, names: list[str]) -> str:
    return names[0] if len(names) == 1 else draft.say("and", first=names[0], second=names[1])


def _write(source: TableSource, draft: TableDraft, endpoints: list[Json], when: When) -> None:
    views = [_views(endpoint).get(when) for endpoint in endpoints]
    sizes = [
        cell
        for view in views
        for cell in (*(draft.count(view["arms"][arm]["n"]) if view else "" for arm in ARMS), "", "")
    ]
    draft.row(draft.say("efficacy.patients"), *sizes, level=1)
    for category in RESPONSE_CATEGORIES:
        draft.words.define("SD response" if category == "SD" else category)
        cells = []
        for endpoint, view in zip(endpoints, views, strict=True):
            cells += _category_cells(source, draft, endpoint["outcome"], view, category, when)
        draft.row(category, *cells, level=1)
    for rate in ("objective_response", "disease_control"):
        cells = []
        notes = []
        for endpoint, view in zip(endpoints, views, strict=True):
            cells += [""] * 4 if view is None else rate_cells(source, draft, endpoint["outcome"], rate, when, view)
            notes.append(None if view is None else rate_note(source, draft, endpoint["outcome"], rate, {when: view}))
        draft.row(draft.say(f"response.rate.{rate}", level=draft.level), *cells, level=1, notes=_told(notes, endpoints))


def _told(notes: list[str | None], endpoints: list[Json]) -> list[str | None]:
    """Notes of both criteria, each with the criterion's name where they differ."""
    if len(set(notes)) <= 1:
        return notes[:1]
    return [
        None if note is None else f"{endpoint['outcome']}: {note}"
        for endpoint, note in zip(endpoints, notes, strict=True)
    ]


def _category_cells(
    source: TableSource, draft: TableDraft, outcome: str, view: Json | None, category: str, when: When
) -> list[str]:
    if view is None:
        return [""] * 4
    cells = []
    for arm in ARMS:
        found = view["arms"][arm]
        count, n = found["categories"][category], found["n"]
        plain = None if HIDDEN in (count, n) else count / n
        share = plain if when == "before" else _weighted(source, outcome, arm, category, plain)
        cells.append(draft.share(count, share))
    return [*cells, "", ""]


def _weighted(source: TableSource, outcome: str, arm: str, category: str, plain: float | None) -> float | None:
    """The share of a category after the design, weighted where patients weigh differently."""
    found = next(item.comparison for item in source.publication.result.after.response if item.name == outcome)
    shares = None if found is None else getattr(found, arm).category_shares
    return plain if plain is None or shares is None else float(shares[category])


def _remarks(source: TableSource, draft: TableDraft) -> None:
    settings = source.publication.result.settings
    draft.remark(draft.say("method.response", method=draft.say(f"method.{settings.confidence.proportion}")))
    draft.remark(draft.say("method.difference"))
    draft.remark(draft.say("efficacy.note.direction", **source.labels))
    if source.weighted:
        draft.remark(draft.say("response.note.weighted", design=draft.say(f"design.{source.kind}")))
    rest = source.imputed(draft, "rest")
    if rest is not None:
        draft.remark(rest)
