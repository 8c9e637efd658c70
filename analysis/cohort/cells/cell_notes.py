"""The sentences that say how the cells of a file were read, one for each kind, over all columns."""

from collections.abc import Callable, Mapping

from analysis.cohort.cells.typed_column import Noticed, NoticedCode, TypedColumn
from analysis.notes import Note


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
        text = (
            "Cells marked NA, N/A, #N/A, NaN or null (among numbers also “.” and “-”) were read as missing; "
            f"by column: {_listed(marked)}."
        )
        notes.append(Note(code="missing_marks", text=text))
    comma = [name for name, column in columns.items() if column.decimal_comma]
    if comma:
        text = f"Numbers were read with a decimal comma (1,5 is one and a half) in {_listed(comma)}."
        notes.append(Note(code="decimal_comma", text=text))
    for code, (kinds, describe, sentence) in _SENTENCES.items():
        found = [
            f"{name} {', '.join(map(describe, noticed))}"
            for name, column in columns.items()
            if (noticed := [item for item in column.noticed if item.code in kinds])
        ]
        if found:
            notes.append(Note(code=code, text=sentence.format(_listed(found))))
    return notes


def _listed(items: list[str], limit: int = 40) -> str:
    rest = len(items) - limit
    return ", ".join(items[:limit]) + (f" and {rest} more columns" if rest > 0 else "")


def _count(item: Noticed) -> str:
    return f"{item.count:,}"


def _limit(item: Noticed) -> str:
    return f"{item.count:,} {'above' if item.code == 'above_limit' else 'below'} a limit"


def _detail(item: Noticed) -> str:
    return f"{item.count:,} with “{item.detail}”"


def _form(item: Noticed) -> str:
    return f"{item.count:,} as {item.detail}"


def _order(item: Noticed) -> str:
    why = {
        "column": "by numbers above 12 in it",
        "file": "by numbers above 12 in other columns",
        "setting": "as was said",
    }[item.detail]
    return f"{'day' if item.code == 'day_first' else 'month'} first ({why})"


_SENTENCES: dict[str, tuple[tuple[NoticedCode, ...], Callable[[Noticed], str], str]] = {
    "missing_words": (
        ("missing_words",),
        _count,
        "Words for a value that was not measured or is not known (such as “not done”, “unknown”, “미시행”, “不明” and "
        "“?”; among dates also “alive”) were read as missing among numbers and dates; by column: {}.",
    ),
    "limits_read": (
        ("above_limit", "below_limit"),
        _limit,
        "Values that are only known to lie above or below a limit were read as the limit itself: {}.",
    ),
    "units_read": (
        ("unit",),
        _detail,
        "Numbers were read without the unit that stands after them: {}.",
    ),
    "thousands_separators": (
        ("thousands_separators",),
        _count,
        "Commas, spaces, points or apostrophes before groups of three digits were read as separators of thousands; "
        "numbers by column: {}.",
    ),
    "mixed_units": (
        ("mixed_units",),
        _count,
        "The numbers of a column must have one unit; cells with a unit in columns that have several: {}. These columns "
        "were left as text. Convert them to one unit.",
    ),
    "doubtful_thousands": (
        ("doubtful_thousands",),
        _count,
        "A number such as 1,234 or 1.234 may be a thousand or a fraction, and nothing in the file tells which; cells by "
        "column: {}. "
        "These columns were left as text. Write the numbers without separators of thousands.",
    ),
    "date_forms": (
        ("date_form",),
        _form,
        "Dates were read in these forms (Excel's day numbers by the 1900 system): {}.",
    ),
    "date_order": (
        ("day_first", "month_first"),
        _order,
        "Day and month of dates were read in this order: {}.",
    ),
    "two_digit_years": (
        ("two_digit_years",),
        _count,
        "Two-digit years were read as spreadsheets read them, 00 to 29 as 2000 to 2029 and 30 to 99 as 1930 to 1999; "
        "dates by column: {}.",
    ),
    "ambiguous_dates": (
        ("ambiguous_dates",),
        _count,
        "It must be clear which number of a date is the day, the month and the year; cells in columns where nothing in "
        "the file tells: {}. These columns were left as text. Choose the order of day and month for the file (date_order: "
        "day_first or month_first), or write the dates as year-month-day.",
    ),
    "impossible_dates": (
        ("impossible_dates",),
        _count,
        "Every date must be a day of the calendar; cells that are none (such as 30 February) were read as missing; by "
        "column: {}. Correct them in the file.",
    ),
    "partial_dates": (
        ("partial_dates",),
        _count,
        "Dates whose day is unknown (such as 2022-07) were read as missing, as no day is guessed; by column: {}.",
    ),
    "never_dates": (
        ("never_dates",),
        _count,
        "Dates of years that stand for never or unknown (1900 and before, 2200 and after) were read as missing; by "
        "column: {}.",
    ),
    "text_among_dates": (
        ("text_among_dates",),
        _count,
        "A column of dates must hold nothing else; cells that are no dates: {}. These columns were left as text. Correct "
        "the cells or leave them blank.",
    ),
    "merged_labels": (
        ("merged_labels",),
        _count,
        "Labels that differ only in capitals, white space, width or Unicode form were read as one, in its commonest "
        "spelling; cells changed by column: {}.",
    ),
}
