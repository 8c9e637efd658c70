"""Table 1: who the patients are, before and after the design in one table."""

from collections.abc import Iterator

import numpy as np

from analysis.manuscript.tables.baseline_columns import (
    BaselineColumn,
    arm_rows,
    baseline_columns,
    hidden_levels,
    level_counts,
)
from analysis.manuscript.tables.distributions import FEW_NUMBERS, is_told_by_median, quartiles
from analysis.manuscript.tables.draft import Json, TableDraft, percent
from analysis.manuscript.tables.hiding import HIDDEN
from analysis.manuscript.tables.numbers import format_value, mean_decimals, quartile_decimals
from analysis.manuscript.tables.source import ARMS, WHEN, TableSource, When
from analysis.manuscript.tables.table import Column, ManuscriptTable
from analysis.reporting.suppression import is_active, is_small
from charts.style import NOT_ESTIMATED, format_count, format_interval, format_percent, format_smd


def baseline_table(source: TableSource) -> ManuscriptTable:
    """Every covariate and every further column of the balance table in both arms, before and after the design.

    Parameters
    ----------
    source : TableSource

    Returns
    -------
    ManuscriptTable
        A column of numbers is told by its median where it is skewed beyond ±1 before the design or takes at most ten whole
        numbers, else by its mean; a category by its levels, one of two levels by its second. Where patients weigh
        differently after the design, what is told after it is weighted. Columns of missing values are there where any
        value is missing.
    """
    draft = source.draft()
    columns = list(baseline_columns(source))
    with_missing = any(absent != 0 for column in columns for absent in column.missing.values())
    for column in columns:
        for name, cells, level, heading in _rows(source, draft, column):
            tail = [""] * (2 * with_missing)
            if with_missing and level == 0:
                tail = [draft.count(column.missing[arm]) for arm in ARMS]
            notes = [] if column.covariate or level else [_also_note(draft, column)]
            draft.row(name, *cells, *tail, level=level, heading=heading and not with_missing, notes=notes)
    _remarks(source, draft, columns, with_missing=with_missing)
    heads = [Column(head=draft.say("baseline.head"), align="left")]
    for when in WHEN:
        heads += [
            *source.arm_columns(draft, when),
            Column(head=draft.say("baseline.smd"), group=source.group(draft, when)),
        ]
    if with_missing:
        group = draft.say("baseline.missing")
        heads += [Column(head=source.labels[arm], group=group) for arm in ARMS]
    title = source.title(draft, "baseline", **source.labels)
    return draft.finish(name="baseline", title=title, columns=heads)


def _rows(source: TableSource, draft: TableDraft, column: BaselineColumn) -> Iterator[tuple[str, list[str], int, bool]]:
    """Name, cells, level and whether it is a heading, of each row of a column."""
    if not column.levels:
        yield _number_row(source, draft, column)
        return
    hidden = hidden_levels(source, column)
    cells = [_level_cells(source, draft, column, place, hidden) for place in range(len(column.levels))]
    names = [format_count(int(level)) if isinstance(level, float) else str(level) for level in column.levels]
    if len(column.levels) == 1:
        yield draft.say("baseline.level", column=column.name, level=names[0]), cells[0], 0, False
        return
    yield draft.say("baseline.levels", column=column.name), [""] * len(cells[0]), 0, True
    for name, row in zip(names, cells, strict=True):
        yield name, row, 1, False


def _level_cells(
    source: TableSource, draft: TableDraft, column: BaselineColumn, place: int, hidden: dict[When, set[int]]
) -> list[str]:
    term = column.terms[place]
    cells = []
    for when in WHEN:
        if place in hidden[when]:
            cells += [draft.say("hidden")] * 3
            continue
        for arm in ARMS:
            share = term[f"mean_{arm}_{when}"]
            count = level_counts(source, column, when, arm)[place]
            plain = when == "before" or not source.weighted
            cells.append(f"{format_count(count)} ({percent(share)})" if plain else format_percent(share))
        cells.append(draft.shown(term[f"smd_{when}"], format_smd))
    return cells


def _number_row(source: TableSource, draft: TableDraft, column: BaselineColumn) -> tuple[str, list[str], int, bool]:
    by_median = is_told_by_median(column.values.dropna())
    places = [(when, arm) for when in WHEN for arm in ARMS]
    printed = _medians(source, column, places) if by_median else _means(column, places)
    cells = []
    for when in WHEN:
        for arm in ARMS:
            known = int((arm_rows(source, when, arm) & column.values.notna().to_numpy()).sum())
            hide = is_active(source.below) and is_small(known, source.below)
            cells.append(draft.say("hidden") if hide else printed[when, arm])
        cells.append(draft.shown(column.terms[0][f"smd_{when}"], format_smd))
    return draft.say(f"baseline.{'median' if by_median else 'mean'}", column=column.name), cells, 0, False


Places = list[tuple[When, str]]


def _means(column: BaselineColumn, places: Places) -> dict[tuple[When, str], str]:
    decimals = mean_decimals(column.values.dropna().to_numpy(dtype=np.float64))
    cells = {}
    for when, arm in places:
        mean, spread = (column.terms[0][f"{name}_{arm}_{when}"] for name in ("mean", "sd"))
        printed = NOT_ESTIMATED if spread is None else format_value(spread, decimals)
        cells[when, arm] = f"{format_value(mean, decimals)} ({printed})"
    return cells


def _medians(source: TableSource, column: BaselineColumn, places: Places) -> dict[tuple[When, str], str]:
    values, weights = column.values.to_numpy(dtype=np.float64), source.publication.result.design.weights
    found = {}
    for when, arm in places:
        rows = arm_rows(source, when, arm) & ~np.isnan(values)
        found[when, arm] = quartiles(values[rows], weights[rows] if when == "after" else None)
    decimals = quartile_decimals(values[~np.isnan(values)], np.concatenate(list(found.values())))

    def form(value: float | None) -> str:
        return NOT_ESTIMATED if value is None else format_value(value, decimals)

    return {
        place: f"{form(middle)} ({format_interval(first, third, form)})"
        for place, (first, middle, third) in found.items()
    }


def _also_note(draft: TableDraft, column: BaselineColumn) -> str:
    counts = list(column.missing.values())
    if HIDDEN in counts or sum(counts) == 0:
        return draft.say("baseline.note.also")
    return draft.say("baseline.note.also_missing", missing=format_count(sum(counts)))


def _remarks(source: TableSource, draft: TableDraft, columns: list[BaselineColumn], *, with_missing: bool) -> None:
    result, kind = source.publication.result, draft.say(f"design.{source.kind}")
    if any(not column.levels for column in columns):
        draft.remark(draft.say("baseline.note.rule", design=kind, few=FEW_NUMBERS))
    draft.remark(_smd_sentence(source, draft))
    if result.settings.balance.binary == "raw":
        draft.remark(draft.say("baseline.note.smd.raw"))
    if source.weighted:
        draft.remark(draft.say("baseline.note.weighted", design=kind))
    for sentence in _missing_sentences(source, draft, columns, with_missing=with_missing):
        draft.remark(sentence)


def _missing_sentences(
    source: TableSource, draft: TableDraft, columns: list[BaselineColumn], *, with_missing: bool
) -> Iterator[str]:
    publication, kind = source.publication, draft.say(f"design.{source.kind}")
    picture, method = publication.missing, publication.result.settings.missing.method
    if not any(absent != 0 for column in columns if column.covariate for absent in column.missing.values()):
        if picture is not None:
            yield draft.say("baseline.note.complete")
        return
    assert picture is not None
    sizes: Json = {"treated_n": format_count(picture.n_treated), "control_n": format_count(picture.n_control)}
    if with_missing:
        yield draft.say("baseline.note.missing", **source.labels, **sizes)
    imputed = source.imputed(draft, "shown")
    if imputed is not None:
        yield imputed
    elif method != "multiple_imputation":
        key = "complete_case" if method == "complete_case" else "indicator"
        yield draft.say(f"baseline.note.{key}", design=kind)


def _smd_sentence(source: TableSource, draft: TableDraft) -> str:
    convention = source.publication.result.settings.balance
    sentence = draft.say(f"baseline.note.smd.{convention.denominator}", **source.labels)
    kind = draft.say(f"design.{source.kind}")
    return draft.say(f"baseline.note.smd.{convention.after}", sentence=sentence, design=kind)
