"""No table tells a small count, and none follows from what it tells."""

import re

from analysis.manuscript.publication import Publication
from analysis.manuscript.tables.contents import manuscript_tables
from analysis.manuscript.tables.table import ManuscriptTable
from tests.analysis.manuscript.tables.conftest import hiding, table_named

BELOW = 5
COUNT = re.compile(r"^(\d+)(?: \([\d.]+\)|;.*|)$")
OF = re.compile(r"^(\d+)/(\d+)$")
NO_COUNTS = ("diagnostics", "balance", "sensitivity")


def small(count: int) -> bool:
    return 0 < count < BELOW


def told_counts(cell: str) -> list[int]:
    """The counts in a cell, and what is left of a whole."""
    both, one = OF.match(cell), COUNT.match(cell)
    if both:
        part, whole = map(int, both.groups())
        return [part, whole, whole - part]
    return [int(one.group(1))] if one else []


def test_no_cell_tells_a_small_count(hidden_tables: tuple[ManuscriptTable, ...]) -> None:
    seen = 0
    for table in hidden_tables:
        if table.name.split("_")[-1] in NO_COUNTS:
            continue
        for row in table.rows:
            if "median" in row.cells[0].lower() or "mean" in row.cells[0] or "Event-free" in row.cells[0]:
                continue
            counts = [count for cell in row.cells[1:] for count in told_counts(cell)]
            seen += len(counts)
            assert not any(map(small, counts)), (table.name, row.cells)
    assert seen > 100


def test_the_run_has_small_counts_to_hide(matched_tables: tuple[ManuscriptTable, ...]) -> None:
    cells = [cell for row in table_named(matched_tables, "baseline").rows for cell in row.cells[1:]]
    assert any(small(count) for cell in cells for count in told_counts(cell))


def test_what_is_left_of_an_arm_does_not_tell_it(hidden_tables: tuple[ManuscriptTable, ...]) -> None:
    table = table_named(hidden_tables, "baseline")
    sizes = {place: int(re.search(r"n\D+(\d+)", table.columns[place].head).group(1)) for place in (1, 2, 4, 5)}  # type: ignore[union-attr]
    levels: list[list[tuple[str, ...]]] = []
    for row in table.rows:
        if row.heading:
            levels.append([])
        elif row.level:
            levels[-1].append(row.cells)
        elif "n (%)" in row.cells[0]:
            levels.append([row.cells])
    for group in levels:
        for place, n in sizes.items():
            shown = [int(cells[place].split(" ")[0]) for cells in group if cells[place] != "hidden"]
            hidden = sum(cells[place] == "hidden" for cells in group)
            if len(group) == 1:
                assert not any(small(n - count) for count in shown)
            elif hidden:
                assert hidden > 1
                assert not small(n - sum(shown))


def test_a_difference_is_hidden_with_its_counts(hidden_tables: tuple[ManuscriptTable, ...]) -> None:
    for row in table_named(hidden_tables, "baseline").rows:
        for first in (1, 4):
            hidden = [cell == "hidden" for cell in row.cells[first : first + 3]]
            assert all(hidden) or not any(hidden), row.cells


def test_a_median_that_few_events_hide_is_not_called_not_reached(hidden_tables: tuple[ManuscriptTable, ...]) -> None:
    for row in table_named(hidden_tables, "efficacy").rows:
        if row.cells[0].startswith("Events"):
            events = row.cells
        elif row.cells[0].startswith("Median, "):
            for place in (1, 2, 5, 6):
                assert not (events[place] == "hidden" and row.cells[place].startswith("NR")), row.cells


def test_what_is_hidden_is_said_below(hidden_tables: tuple[ManuscriptTable, ...]) -> None:
    for table in hidden_tables:
        shows = any("hidden" in row.cells[1:] for row in table.rows)
        assert shows is any(note.text.startswith("hidden:") for note in table.footnotes)


def test_a_limit_beyond_the_arms_hides_every_count_of_them(matched: Publication) -> None:
    table = manuscript_tables(hiding(matched, 100))[0]
    cells = {cell for row in table.rows for cell in row.cells[1:] if cell}
    assert cells == {"hidden"} | {row.cells[place] for row in table.rows for place in (3, 6) if row.cells[place]}
    heads = [column.head for column in table.columns if "n" in column.head and "=" in column.head]
    assert len(heads) == 4
    assert all(head.endswith("= hidden)") for head in (one.replace("\xa0", " ") for one in heads))
