"""Columns that sets must agree on: exactly, in classes of numbers, or within so many of the column's own units."""

import math
from functools import partial
from typing import Any

from analysis.phrases import phrase
from analysis.settings import Coarsening, CovariateCaliper
from ui import screen as st
from ui import session
from ui.exhibit import plain
from ui.form import COVARIATE
from ui.form.design import FIRST_BINS
from ui.form.study import possible_covariates
from ui.sidebar.fields import draw_columns
from ui.workspace import Workspace

FEWEST_NUMBERS = 3
"""Different values below which a column of numbers is matched exactly rather than within a width or in classes."""

FIRST_WIDTH = 0.5
"""Standard deviations of a column that a pair may be apart until somebody says otherwise."""

MOST_BINS = 20


NOT_OF_TIME_ZERO = ("after", "text", "personal")
"""Guesses of what a column holds that no design should use: what is known only later, free text, what identifies."""


def known_columns(desk: Workspace) -> tuple[str, ...]:
    """The covariates and the columns without another role that seem to be known at time zero, in the file's order."""
    guessed = {item.column for item in desk.guess().columns if item.role in NOT_OF_TIME_ZERO}
    chosen = desk.form.columns(COVARIATE)
    return tuple(name for name in possible_covariates(desk.form) if name in chosen or name not in guessed)


def numeric_columns(desk: Workspace) -> tuple[str, ...]:
    """Those of the known columns that hold numbers, without those of two values."""
    kinds = {item.column: item.kind for item in desk.form.roles}
    return tuple(
        name
        for name in known_columns(desk)
        if kinds.get(name) != "categorical" and desk.fact(("has numbers", name), partial(_is_numeric, desk, name))
    )


def draw_exact(desk: Workspace) -> None:
    """Draw the columns that a set must agree on exactly."""
    draw_columns(
        desk,
        "matching",
        "exact",
        phrase("Match exactly on"),
        known_columns(desk),
        help=phrase("Sets form only between patients with the same value; the score is not refitted."),
    )


def draw_classes(desk: Workspace) -> None:
    """Draw the columns of numbers that are cut into classes, within which sets form."""
    chosen = [item.column for item in desk.form.matching.coarsen]
    _draw_chosen(
        desk,
        phrase("Columns in classes"),
        "coarsen",
        chosen,
        help=phrase("Numbers cut into classes, such as age below 50, 50 to 65 and above: sets form within a class."),
    )


def draw_cuts(desk: Workspace) -> None:
    """Draw, for each column in classes, where it is cut or into how many classes of equal width."""
    for item in desk.form.matching.coarsen:
        key = f"cutpoints {item.column}"
        session.show(key, ", ".join(f"{point:g}" for point in item.cutpoints or ()))
        st.text_input(
            phrase("{column}: cut at", column=plain(item.column)),
            key=key,
            on_change=_take_cutpoints,
            args=(item.column,),
            placeholder=phrase("such as 50, 65"),
            help=phrase("Blank: classes of equal width."),
        )
        refused = session.remembered(f"cutpoints refused {item.column}")
        if refused:
            st.warning(refused)
        if item.cutpoints is None:
            count = f"bins {item.column}"
            session.show(count, item.bins)
            st.number_input(
                phrase("{column}: classes of equal width", column=plain(item.column)),
                2,
                MOST_BINS,
                step=1,
                key=count,
                on_change=_take_bins,
                args=(item.column,),
            )


def draw_calipers(desk: Workspace) -> None:
    """Draw the columns with a caliper of their own, and each one's width in its own unit."""
    calipers = desk.form.matching.calipers
    _draw_chosen(
        desk,
        phrase("Calipers on single columns"),
        "calipers",
        [item.column for item in calipers],
        help=phrase("How far apart a pair may be in one column, in its own unit, such as age within 5 years."),
    )
    for item in calipers:
        key = f"width {item.column}"
        session.show(key, item.width)
        st.number_input(
            phrase("{column} within", column=plain(item.column)),
            min_value=0.0,
            value=None,
            format="%g",
            key=key,
            step=10.0 ** math.floor(math.log10(item.width)),
            on_change=_take_width,
            args=(item.column,),
        )


def _draw_chosen(desk: Workspace, label: str, name: str, chosen: list[str], **looks: Any) -> None:
    offered = numeric_columns(desk)
    key = f"{name} columns"
    session.show(key, chosen)
    st.multiselect(
        label,
        [*offered, *(column for column in chosen if column not in offered)],
        key=key,
        on_change=_take_columns,
        args=(name,),
        placeholder=phrase("None"),
        **looks,
    )


def _take_columns(name: str) -> None:
    """Keep what was said of columns that stay; a new one begins with the usual width or number of classes."""
    desk = session.workspace()
    known = {item.column: item for item in getattr(desk.form.matching, name)}
    columns: list[str] = session.shown(f"{name} columns") or []
    new = _first_classes if name == "coarsen" else _first_caliper
    desk.change_matching(**{name: tuple(known.get(column) or new(desk, column) for column in columns)})


def _first_classes(desk: Workspace, column: str) -> Coarsening:
    return Coarsening(column=column, bins=FIRST_BINS)


def _first_caliper(desk: Workspace, column: str) -> CovariateCaliper:
    width = FIRST_WIDTH * float(desk.cohort.table[column].std())
    return CovariateCaliper(column=column, width=_one_digit(width) if math.isfinite(width) and width > 0 else 1.0)


def _one_digit(number: float) -> float:
    """The number to one significant digit: a width that a person would say."""
    return float(f"{number:.1g}")


def _take_width(column: str) -> None:
    width = session.shown(f"width {column}")
    if width is not None and width > 0:  # an emptied field is given back the width in force
        _change("calipers", column, width=width)


def _take_bins(column: str) -> None:
    _change("coarsen", column, bins=session.shown(f"bins {column}"), cutpoints=None)


def _take_cutpoints(column: str) -> None:
    text = (session.shown(f"cutpoints {column}") or "").replace(";", ",")
    try:
        points = tuple(sorted({float(word) for word in text.split(",") if word.strip()}))
        if not all(math.isfinite(point) for point in points):
            raise ValueError
    except ValueError:
        session.remember(f"cutpoints refused {column}", phrase("Cut points must be numbers, separated by commas."))
        return
    session.remember(f"cutpoints refused {column}", None)
    _change("coarsen", column, cutpoints=points or None, bins=None if points else FIRST_BINS)


def _change(name: str, column: str, **values: Any) -> None:
    desk = session.workspace()
    items = getattr(desk.form.matching, name)
    changed = tuple(item.model_copy(update=values) if item.column == column else item for item in items)
    desk.change_matching(**{name: changed})


def _is_numeric(desk: Workspace, name: str) -> bool:
    if name not in desk.cohort.table:
        return False
    column = desk.cohort.table[name]
    return column.dtype.kind == "f" and column.nunique() >= FEWEST_NUMBERS
