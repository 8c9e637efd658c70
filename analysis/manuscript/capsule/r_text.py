"""Values written as R reads them, in letters that every machine's R reads alike."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

INDENT = "  "


def r_string(text: str) -> str:
    """Write text as a string of R.

    Parameters
    ----------
    text : str
        Any text: quotes, backslashes, line breaks, letters of any script.

    Returns
    -------
    str
        In ASCII, so that neither the file's encoding nor the machine's language changes it. A character of code 0,
        which no string of R can hold, is left out.

    Examples
    --------
    >>> print(r_string('a "b"\\\\c'))
    "a \\"b\\"\\\\c"
    >>> r_string("나이")
    '"\\\\ub098\\\\uc774"'
    """
    return '"' + "".join(_character(character) for character in text if character != "\0") + '"'


def _character(character: str) -> str:
    if character in '"\\':
        return "\\" + character
    code = ord(character)
    if 0x20 <= code < 0x7F:
        return character
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"


def r_value(value: Any, depth: int = 0) -> str:
    """Write a plain value as R code.

    Parameters
    ----------
    value : None, bool, int, float, str, mapping or sequence
        Keys of mappings are names of R; a key with None stays, so that no other name stands in for it.
    depth : int, optional
        How far lists are indented.

    Returns
    -------
    str
        ``NULL``, ``TRUE``, a number with all its digits, a string, or ``list(...)``.

    Raises
    ------
    TypeError
        For anything else.

    Examples
    --------
    >>> r_value({"a": None, "b": [1, True]})
    'list(\\n  a = NULL,\\n  b = list(1, TRUE)\\n)'
    """
    if value is None:
        return "NULL"
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, int | float):
        return r_number(value)
    if isinstance(value, str):
        return r_string(value)
    if isinstance(value, Mapping):
        if not value:
            return "list()"
        inside = INDENT * (depth + 1)
        lines = [f"{inside}{name} = {r_value(item, depth + 1)}" for name, item in value.items()]
        return "list(\n" + ",\n".join(lines) + f"\n{INDENT * depth})"
    if isinstance(value, Sequence):
        return "list(" + ", ".join(r_value(item, depth + 1) for item in value) + ")"
    raise TypeError(f"no value of R stands for a {type(value).__name__}")


def r_number(value: float) -> str:
    """Write a number with all its digits; ``NA`` for what is none."""
    if isinstance(value, float) and not math.isfinite(value):
        return "NA" if math.isnan(value) else ("Inf" if value > 0 else "-Inf")
    return repr(value)
