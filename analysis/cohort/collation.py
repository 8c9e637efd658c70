"""The order in which people and statistical software sort labels, the same on every machine."""

import unicodedata

_SIGNS = "_-,;:!?.'\"()[]{}@*/\\&#%`^+<=>|~$"
"""Signs in the order of the Unicode collation, all before digits."""


def collation_key(label: str) -> tuple[tuple[tuple[int, int], ...], tuple[bool, ...], str]:
    """Sort key of a label: signs, then digits, then letters, capitals only where nothing else differs.

    R, SAS and spreadsheets sort by the language of the machine, not by character codes, so "<=20" comes before "20-50"
    and "a" before "B". The first level of a category is the reference of the model, hence the order matters. This key
    follows the default Unicode collation for the signs of ASCII, digits and letters, whatever the machine's language.

    Parameters
    ----------
    label : str
        Any text.

    Returns
    -------
    tuple
        Comparable with the keys of other labels.

    Notes
    -----
    Unicode Technical Standard 10, https://www.unicode.org/reports/tr10/.

    Examples
    --------
    >>> sorted(["20-50", "b", ">50", "A", "<=20", "a"], key=collation_key)
    ['<=20', '>50', '20-50', 'a', 'A', 'b']
    """
    decomposed = [char for char in unicodedata.normalize("NFD", label) if not unicodedata.combining(char)]
    primary = tuple(_weight(char) for char in decomposed)
    return primary, tuple(char.isupper() for char in decomposed), label


def _weight(char: str) -> tuple[int, int]:
    if char.isspace():
        return (0, 0)
    if char in _SIGNS:
        return (1, _SIGNS.index(char))
    if char.isdigit():
        return (3, ord(char))
    if char.isalpha():
        return (4, ord(char.casefold()[0]))
    return (2, ord(char))
