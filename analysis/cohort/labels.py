"""The text by which a study file names what is in a cell."""

from collections.abc import Iterable

import numpy as np
import pandas as pd

from analysis.cohort.cells.columns import LARGEST_EXACT_INTEGER
from analysis.cohort.cells.writing import fold_spelling


def as_labels(column: pd.Series) -> pd.Series:
    """Give every cell of a column as the label a study file would use for it.

    Whole numbers lose their decimal point (17.0 is ``17``), other numbers are written in the shortest way that
    reads back the same, True and False are ``True`` and ``False``, dates are ISO dates, with the time of day
    only where the column holds any. Text stays as it is.

    Parameters
    ----------
    column : pandas.Series
        A column of a cohort's table, of any type.

    Returns
    -------
    pandas.Series
        Object of str with None where the cell is missing; same index and name.

    Examples
    --------
    >>> as_labels(pd.Series([17.0, 0.5, np.nan])).tolist()
    ['17', '0.5', None]
    """
    codes, distinct = pd.factorize(column, use_na_sentinel=True)
    labels = np.empty(len(distinct) + 1, dtype=object)
    labels[:-1] = _texts(distinct)
    labels[-1] = None  # code -1, the missing cells, picks the last entry
    return pd.Series(labels[codes], index=column.index, name=column.name, dtype=object)


def _texts(distinct: pd.Index | np.ndarray | pd.api.extensions.ExtensionArray) -> list[str]:
    values = pd.Index(distinct)
    if isinstance(values, pd.DatetimeIndex):
        form = "%Y-%m-%d" if (values == values.normalize()).all() else "%Y-%m-%dT%H:%M:%S"
        return values.strftime(form).tolist()
    if values.dtype.kind == "f":
        numbers = values.to_numpy()
        if (np.abs(numbers) < LARGEST_EXACT_INTEGER).all() and (numbers == np.floor(numbers)).all():
            return list(map(str, numbers.astype(np.int64).tolist()))
    return [label_of(value) for value in values.tolist()]


def label_of(value: object) -> str:
    """Write one value as a label, by the rule of `as_labels`.

    Parameters
    ----------
    value : object
        A number, a truth value or text.

    Returns
    -------
    str
        The label.
    """
    if isinstance(value, bool | np.bool_):
        return "True" if value else "False"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else repr(float(value))
    return str(value)


def find_label(wanted: str, labels: Iterable[str]) -> str | None:
    """Find a study's label among those of a column, however it is spelt there.

    Parameters
    ----------
    wanted : str
        The label as the study file has it.
    labels : iterable of str
        The different labels of the column.

    Returns
    -------
    str or None
        The label itself if it is there, else the only one that differs from it in nothing but capitals, white space,
        width or Unicode form.

    Examples
    --------
    >>> find_label("len", ["LEN", "SOR"])
    'LEN'
    """
    known = dict.fromkeys(labels)
    if wanted in known:
        return wanted
    key = fold_spelling(wanted)
    alike = [label for label in known if fold_spelling(label) == key]
    return alike[0] if len(alike) == 1 else None


NAMED_LABELS = 12
"""A column with more distinct labels than this holds patients' values rather than a coding; they are not named."""

NAMED_LABEL_ROWS = 3
"""A label that fewer patients have may tell who they are; it is counted, not named."""


def describe_labels(labels: pd.Series) -> str:
    """Name the labels of a coded column in a sentence, as far as they cannot tell one patient from another.

    Parameters
    ----------
    labels : pandas.Series
        Labels as `as_labels` gives them.

    Returns
    -------
    str
        Such as ``“LEN”, “SOR” and 1 label of fewer than 3 patients``, or ``57 different labels``.
    """
    counts = labels.value_counts()
    if len(counts) > NAMED_LABELS:
        return f"{len(counts):,} different labels"
    named = [f"“{label}”" for label in sorted(counts.index[counts >= NAMED_LABEL_ROWS])]
    rare = len(counts) - len(named)
    if rare:
        named.append(f"{rare} {'label' if rare == 1 else 'labels'} of fewer than {NAMED_LABEL_ROWS} patients")
    if not named:
        return "no label"
    return " and ".join(filter(None, (", ".join(named[:-1]), named[-1])))
