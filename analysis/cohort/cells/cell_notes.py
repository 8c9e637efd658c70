"""The sentences that say how the cells of a file were read, one for each kind, over all columns."""

from collections.abc import Callable, Iterator, Mapping

from analysis.cohort.cells.typed_column import Noticed, NoticedCode, TypedColumn
from analysis.notes import Note
from analysis.phrases import join_phrases, phrase

LEFT_UNREAD = frozenset(
    {
        *("ambiguous_dates", "mixed_orders", "text_among_dates", "impossible_dates"),
        *("mixed_units", "doubtful_thousands", "unread_decimals"),
    }
)
"""Codes of the notes that ask for a change of the file, as cells could not be read as what they seem to be."""


def cell_notes(columns: Mapping[str, TypedColumn]) -> list[Note]:
    """Say what was noticed while the columns of a file were read.

    Parameters
    ----------
    columns : mapping of str to TypedColumn
        The columns by name.

    Returns
    -------
    list of Note
        Columns, counts, units and the forms of dates; never a patient's value.
    """
    notes = []
    marked = [f"{name} {column.n_marked:,}" for name, column in columns.items() if column.n_marked]
    if marked:
        text = phrase(
            "Cells marked NA, N/A, #N/A, NaN or null (among numbers also “.” and “-”) were read "
            "as missing; by column: {columns}.",
            columns=_listed(marked),
        )
        notes.append(Note(code="missing_marks", text=text))
    comma = [name for name, column in columns.items() if column.decimal_comma]
    if comma:
        text = phrase(
            "Numbers were read with a decimal comma (1,5 is one and a half) in {columns}.", columns=_listed(comma)
        )
        notes.append(Note(code="decimal_comma", text=text))
    for code, (kinds, describe, sentence) in _SENTENCES.items():
        found = [
            phrase("{column} {found}", column=name, found=join_phrases(map(describe, noticed), ", "))
            for name, column in columns.items()
            if (noticed := [item for item in column.noticed if item.code in kinds])
        ]
        if found:
            notes.append(Note(code=code, text=sentence(_listed(found))))
        if code == "date_forms":
            notes += _order_of_dates(columns)
    return notes


def _order_of_dates(columns: Mapping[str, TypedColumn]) -> Iterator[Note]:
    """One sentence for the whole file: nearly always all its dates are written in one order."""
    orders: dict[NoticedCode, dict[str, str]] = {"day_first": {}, "month_first": {}}
    for name, column in columns.items():
        for item in column.noticed:
            if item.code in orders:
                orders[item.code][name] = item.detail
    parts = [
        phrase("day first in {columns} ({why})", columns=_listed(list(read)), why=_why(read))
        if order == "day_first"
        else phrase("month first in {columns} ({why})", columns=_listed(list(read)), why=_why(read))
        for order, read in orders.items()
        if read
    ]
    if parts:
        yield Note(
            code="date_order",
            text=phrase("Day and month of dates were read in this order: {orders}.", orders=join_phrases(parts, "; ")),
        )


def _why(read: Mapping[str, str]) -> str:
    telling = [name for name, source in read.items() if source == "column"]
    reasons = []
    if telling and len(read) == 1:
        reasons.append(phrase("by numbers above 12 in it"))
    elif telling:
        reasons.append(phrase("by numbers above 12 in {columns}", columns=_listed(telling)))
    if "setting" in read.values():
        reasons.append(phrase("as was said"))
    return join_phrases(reasons, phrase(" and ", "names")) or phrase("by numbers above 12 in other columns")


def _listed(items: list[str], limit: int = 40) -> str:
    rest = len(items) - limit
    shown = join_phrases(items[:limit], ", ")
    return phrase("{columns} and {n} more columns", columns=shown, n=rest) if rest > 0 else shown


def _count(item: Noticed) -> str:
    return f"{item.count:,}"


def _limit(item: Noticed) -> str:
    if item.code == "above_limit":
        return phrase("{n:,} above a limit", n=item.count)
    return phrase("{n:,} below a limit", n=item.count)


def _sign(item: Noticed) -> str:
    if item.code.endswith("commas"):
        return phrase("{n:,} with a comma", n=item.count)
    return phrase("{n:,} with a point", n=item.count)


def _detail(item: Noticed) -> str:
    return phrase("{n:,} with “{unit}”", n=item.count, unit=item.detail)


def _form(item: Noticed) -> str:
    return phrase("{n:,} as {form}", n=item.count, form=item.detail)


def _only(item: Noticed) -> str:
    if item.code == "only_day_first":
        return phrase("{n:,} only day first", n=item.count)
    return phrase("{n:,} only month first", n=item.count)


_SENTENCES: dict[str, tuple[tuple[NoticedCode, ...], Callable[[Noticed], str], Callable[[str], str]]] = {
    "missing_words": (
        ("missing_words",),
        _count,
        lambda listed: phrase(
            "Words for a value that was not measured or is not known (such as “not done”, "
            "“unknown”, “미시행”, “不明” and “?”; among dates also “alive”) were read as missing "
            "among numbers and dates; by column: {columns}.",
            columns=listed,
        ),
    ),
    "limits_read": (
        ("above_limit", "below_limit"),
        _limit,
        lambda listed: phrase(
            "Values that are only known to lie above or below a limit were read as the limit itself: {columns}.",
            columns=listed,
        ),
    ),
    "units_read": (
        ("unit",),
        _detail,
        lambda listed: phrase("Numbers were read without the unit that stands after them: {columns}.", columns=listed),
    ),
    "thousands_separators": (
        ("thousands_separators",),
        _count,
        lambda listed: phrase(
            "Commas, spaces, points or apostrophes before groups of three digits were read as "
            "separators of thousands; numbers by column: {columns}.",
            columns=listed,
        ),
    ),
    "thousands_letter": (
        ("thousands_letter",),
        _count,
        lambda listed: phrase(
            "Numbers with a K were read as thousands (160K is 160,000), as the other numbers of "
            "the column are of that size; cells by column: {columns}.",
            columns=listed,
        ),
    ),
    "mixed_decimals": (
        ("decimal_commas", "decimal_points"),
        _sign,
        lambda listed: phrase(
            "Columns that write decimals with a comma and with a point (3,7 and 3.7) were read "
            "as decimals in both, as none of their numbers can be a thousand; cells by column: "
            "{columns}.",
            columns=listed,
        ),
    ),
    "unread_decimals": (
        ("unread_commas", "unread_points"),
        _sign,
        lambda listed: phrase(
            "The numbers of a column must have one decimal sign; where commas and points stand "
            "in one column and some may separate thousands, nothing tells which; cells by "
            "column: {columns}. These columns were left as text. Write all decimals in one way.",
            columns=listed,
        ),
    ),
    "mixed_units": (
        ("mixed_units",),
        _count,
        lambda listed: phrase(
            "The numbers of a column must have one unit; cells with a unit in columns that have "
            "several: {columns}. These columns were left as text. Convert them to one unit.",
            columns=listed,
        ),
    ),
    "doubtful_thousands": (
        ("doubtful_thousands",),
        _count,
        lambda listed: phrase(
            "A number such as 1,234 or 1.234 may be a thousand or a fraction, and nothing in the "
            "file tells which; cells by column: {columns}. These columns were left as text. Write the "
            "numbers without separators of thousands.",
            columns=listed,
        ),
    ),
    "date_forms": (
        ("date_form",),
        _form,
        lambda listed: phrase(
            "Dates were read in these forms (Excel's day numbers by the 1900 system): {columns}.", columns=listed
        ),
    ),
    "two_digit_years": (
        ("two_digit_years",),
        _count,
        lambda listed: phrase(
            "Two-digit years were read as spreadsheets read them, 00 to 29 as 2000 to 2029 and "
            "30 to 99 as 1930 to 1999; dates by column: {columns}.",
            columns=listed,
        ),
    ),
    "ambiguous_dates": (
        ("ambiguous_dates",),
        _count,
        lambda listed: phrase(
            "It must be clear which number of a date is the day, the month and the year; cells "
            "in columns where nothing in the file tells: {columns}. These columns were left as text. "
            "Choose the order of day and month for the file (date_order: day_first or "
            "month_first), or write the dates as year-month-day.",
            columns=listed,
        ),
    ),
    "mixed_orders": (
        ("only_day_first", "only_month_first"),
        _only,
        lambda listed: phrase(
            "All dates of a column must have day and month in one order; in these columns some "
            "cells can only be read with the day first and others only with the month first: {columns}. "
            "No order fits all of them, and the columns were left as text. Write the dates in "
            "one way, best as year-month-day.",
            columns=listed,
        ),
    ),
    "impossible_dates": (
        ("impossible_dates",),
        _count,
        lambda listed: phrase(
            "Every date must be a day of the calendar; cells that are none (such as 30 February) "
            "were read as missing; by column: {columns}. Correct them in the file.",
            columns=listed,
        ),
    ),
    "partial_dates": (
        ("partial_dates",),
        _count,
        lambda listed: phrase(
            "Dates whose day is unknown (such as 2022-07) were read as missing, as no day is guessed; by column: {columns}.",
            columns=listed,
        ),
    ),
    "never_dates": (
        ("never_dates",),
        _count,
        lambda listed: phrase(
            "Dates of years that stand for never or unknown (1900 and before, 2200 and after) "
            "were read as missing; by column: {columns}.",
            columns=listed,
        ),
    ),
    "text_among_dates": (
        ("text_among_dates",),
        _count,
        lambda listed: phrase(
            "A column of dates must hold nothing else; cells that are no dates: {columns}. These "
            "columns were left as text. Correct the cells or leave them blank.",
            columns=listed,
        ),
    ),
    "merged_labels": (
        ("merged_labels",),
        _count,
        lambda listed: phrase(
            "Labels that differ only in capitals, white space, width or Unicode form were read "
            "as one, in its commonest spelling; cells changed by column: {columns}.",
            columns=listed,
        ),
    ),
}
