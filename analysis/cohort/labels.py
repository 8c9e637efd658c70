"""The text by which a study file names what is in a cell."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.cohort.cells.columns import LARGEST_EXACT_INTEGER
from analysis.cohort.cells.writing import fold_spelling
from analysis.phrases import join_phrases, phrase


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Labels:
    """The labels of a column's cells, each different one written once.

    Attributes
    ----------
    name : str
        The column.
    codes : (n, ) array of int
        Place of each cell's label among the levels; −1 where the cell is missing.
    levels : tuple of str
        In the order of the file; some may be on no row here.
    """

    name: str
    codes: NDArray[np.intp]
    levels: tuple[str, ...]

    def __len__(self) -> int:
        return self.codes.size

    def __getitem__(self, rows: NDArray[np.bool_]) -> "Labels":
        """Those of some of the rows."""
        return self if rows.all() else Labels(name=self.name, codes=self.codes[rows], levels=self.levels)

    def isna(self) -> NDArray[np.bool_]:
        """True where the cell is missing."""
        return self.codes < 0

    def notna(self) -> NDArray[np.bool_]:
        """True where the cell has a label."""
        return self.codes >= 0

    def counts(self) -> NDArray[np.intp]:
        """Rows of each level."""
        return np.bincount(self.codes + 1, minlength=len(self.levels) + 1)[1:]

    def present(self) -> list[str]:
        """Levels that are on some row, in their order."""
        return [self.levels[place] for place in np.flatnonzero(self.counts())]

    def isin(self, wanted: Collection[str]) -> NDArray[np.bool_]:
        """True where the label is one of these."""
        return self.told(np.array([level in wanted for level in self.levels], dtype=np.bool_), np.bool_(False))

    def told(self, of_level: NDArray[Any], of_missing: object) -> NDArray[Any]:
        """Give every row what is known of its level."""
        table = np.append(of_level, np.array([of_missing], dtype=of_level.dtype))
        return table[self.codes]

    def texts(self) -> NDArray[np.object_]:
        """The labels as text, None where missing."""
        return self.told(np.array(self.levels, dtype=object), None)

    def to_series(self) -> pd.Series:
        """The labels as `as_labels` gives them, counted from 0."""
        return pd.Series(self.texts(), name=self.name, dtype=object)


def code_labels(column: "pd.Series | Labels") -> Labels:
    """Find the different labels of a column.

    Parameters
    ----------
    column : pandas.Series or Labels
        A column of a cohort's table, of any type, or of labels; what is coded already stays as it is.

    Returns
    -------
    Labels
        By the rule of `as_labels`.

    Examples
    --------
    >>> labels = code_labels(pd.Series(["b", None, "a", "b"], name="arm"))
    >>> labels.codes.tolist(), labels.levels
    ([0, -1, 1, 0], ('b', 'a'))
    """
    if isinstance(column, Labels):
        return column
    codes, distinct = pd.factorize(column, use_na_sentinel=True)
    texts = _texts(distinct)
    number: dict[str, int] = {}
    places = [number.setdefault(text, len(number)) for text in texts]
    if len(number) < len(texts):  # such as True and the word True
        codes = np.append(np.array(places, dtype=np.intp), -1)[codes]
    return Labels(name=str(column.name), codes=codes, levels=tuple(number))


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
    return pd.Series(code_labels(column).texts(), index=column.index, name=column.name, dtype=object)


def missing_cells(column: pd.Series | Labels) -> NDArray[np.bool_]:
    """True where a cell is missing.

    Parameters
    ----------
    column : pandas.Series or Labels
        Of any type.

    Returns
    -------
    (n, ) array of bool
    """
    if isinstance(column, Labels):
        return column.isna()
    if column.dtype == np.float64:
        return np.isnan(column.to_numpy())
    return column.isna().to_numpy()


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


def describe_labels(labels: pd.Series | Labels) -> str:
    """Name the labels of a coded column in a sentence, as far as they cannot tell one patient from another.

    Parameters
    ----------
    labels : pandas.Series or Labels
        Labels as `as_labels` or `code_labels` gives them.

    Returns
    -------
    str
        Such as ``“LEN”, “SOR” and 1 label of fewer than 3 patients``, or ``57 different labels``.
    """
    coded = code_labels(labels)
    counts = {level: count for level, count in zip(coded.levels, coded.counts().tolist(), strict=True) if count}
    if len(counts) > NAMED_LABELS:
        return phrase("{n:,} different labels", n=len(counts))
    named = [f"“{label}”" for label in sorted(label for label, count in counts.items() if count >= NAMED_LABEL_ROWS)]
    rare = len(counts) - len(named)
    if rare:
        named.append(
            phrase("{n} label of fewer than {fewest} patients", n=rare, fewest=NAMED_LABEL_ROWS)
            if rare == 1
            else phrase("{n} labels of fewer than {fewest} patients", n=rare, fewest=NAMED_LABEL_ROWS)
        )
    if not named:
        return phrase("no label")
    if len(named) == 1:
        return named[0]
    return phrase("{others} and {last}", others=join_phrases(named[:-1], ", "), last=named[-1])
