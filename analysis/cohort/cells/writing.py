"""One label however it is typed: capitals, white space, width and Unicode form make no difference."""

import re
import unicodedata
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

FEW_LABELS = 200
"""A column with more different labels than this holds free text or names; their spellings are left alone."""

_FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
_SPACES = dict.fromkeys((0x00A0, *range(0x2000, 0x200B), 0x202F, 0x205F, 0x3000), " ")
_UNSEEN = dict.fromkeys((0x200B, 0x200C, 0x200D, 0x2060, 0xFEFF, 0x00AD))
_DASHES = dict.fromkeys((0x2010, 0x2011, 0x2012, 0x2013, 0x2014, 0x2015, 0x2212, 0xFE63, 0xFF0D), "-")
_PLAIN: dict[int, int | str | None] = {**_FULL_WIDTH, **_SPACES, **_UNSEEN, **_DASHES, 0x2019: "'"}

_BETWEEN_DIGITS = re.compile(r"(?<=[0-9]) (?=[0-9])")
_HALF_WIDTH = re.compile("[\uff61-\uffdc]+")


def plain_writing(text: str) -> str:
    """Write digits, letters and signs in their common width, with plain spaces and hyphens.

    Superscripts and circled numbers are left as they are: 10² is not 102.

    Parameters
    ----------
    text : str
        A cell.

    Returns
    -------
    str
        Trimmed, runs of white space one space.

    Examples
    --------
    >>> plain_writing("＞２００")
    '>200'
    """
    return " ".join((text if text.isascii() else text.translate(_PLAIN)).split())


def fold_spelling(label: str) -> str:
    """Give labels that differ only in capitals, white space, width or Unicode form the same key.

    White space counts only between two digits. Two letters that are the same one, as in the genotypes AA, Aa and aa,
    keep their capitals.

    Parameters
    ----------
    label : str
        A label.

    Returns
    -------
    str
        To be compared with other keys, not to be shown.

    Examples
    --------
    >>> fold_spelling("Partial  Response") == fold_spelling("partial response")
    True
    """
    if not label.isascii():
        label = _HALF_WIDTH.sub(lambda found: unicodedata.normalize("NFKC", found.group()), label)
        label = unicodedata.normalize("NFC", label)
    plain = plain_writing(label)
    if len(plain) == 2 and plain.isalpha() and plain[0].casefold() == plain[1].casefold():
        return plain
    marked = _BETWEEN_DIGITS.sub("\x00", plain)
    return unicodedata.normalize("NFC", marked.replace(" ", "").casefold())


def merge_spellings(labels: Sequence[str], counts: NDArray[np.int64]) -> NDArray[np.int64] | None:
    """Find which labels of a column are spellings of one and the same.

    Parameters
    ----------
    labels : sequence of str
        The different labels of a column, in the order in which the file has them.
    counts : (k, ) array of int
        Rows of each.

    Returns
    -------
    (k, ) array of int or None
        For each label the position of the commonest spelling (among equals the first of the file). None where
        nothing is to be merged, or the column holds names or free text rather than labels: more than
        ``FEW_LABELS``, or more than one for every two rows.

    Examples
    --------
    >>> merge_spellings(["Dead", "dead", "Alive"], np.array([1, 5, 9])).tolist()
    [1, 1, 2]
    """
    if len(labels) > 4 * FEW_LABELS:
        return None
    keys = [fold_spelling(label) for label in labels]
    n_keys = len(set(keys))
    if n_keys == len(labels) or n_keys > FEW_LABELS or 2 * n_keys > int(counts.sum()):
        return None
    best: dict[str, int] = {}
    for position, key in enumerate(keys):
        if key not in best or counts[position] > counts[best[key]]:
            best[key] = position
    return np.array([best[key] for key in keys], dtype=np.int64)
