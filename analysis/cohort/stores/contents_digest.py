"""A digest of what a table holds, whatever it is kept in."""

import hashlib

import numpy as np
import pandas as pd

_VERSION = b"columns/1"


def contents_digest(table: pd.DataFrame) -> str:
    """Compute the SHA-256 of a table's columns, in the order of their names.

    The same columns have the same digest in Parquet, a database or a text file, in any order; a changed cell, name or
    order of the rows gives another. It goes over the name, the kind and the cells of each column: numbers as 64-bit
    floats, dates as nanoseconds, labels as their texts in order of first appearance and the place of each row's among
    them, everything little-endian, lengths first.

    Parameters
    ----------
    table : pandas.DataFrame
        (n, p), columns of numbers, dates or labels as `Cohort` has them.

    Returns
    -------
    str
        In hexadecimal.

    Examples
    --------
    >>> one = contents_digest(pd.DataFrame({"age": [61.0, None], "arm": ["A", "B"]}))
    >>> one == contents_digest(pd.DataFrame({"arm": ["A", "B"], "age": [61.0, None]}))
    True
    """
    digest = hashlib.sha256(_VERSION)
    _add(digest, np.int64(len(table)).astype("<i8").tobytes())
    for name in sorted(map(str, table.columns)):
        column = table[name]
        _add(digest, name.encode("utf-8", "surrogatepass"))
        _add(digest, column.dtype.kind.encode())
        if column.dtype.kind == "f":
            numbers = column.to_numpy(dtype="<f8", copy=True) + 0.0  # of the two zeros the positive one
            numbers[np.isnan(numbers)] = np.nan  # and of all NaN one
            _add(digest, numbers.data)
        elif column.dtype.kind == "M":
            _add(digest, column.to_numpy(dtype="<M8[ns]").view("<i8").data)
        else:
            codes, labels = pd.factorize(column.to_numpy(dtype=object), use_na_sentinel=True)
            for label in labels:
                _add(digest, str(label).encode("utf-8", "surrogatepass"))
            _add(digest, codes.astype("<i8").data)
    return digest.hexdigest()


def _add(digest: "hashlib._Hash", part: bytes | memoryview) -> None:
    size = part.nbytes if isinstance(part, memoryview) else len(part)
    digest.update(size.to_bytes(8, "little"))
    digest.update(part)
