"""Which columns hold the best change of lesions in percent, and of which response."""

import re
from collections.abc import Iterator

from analysis.cohort.guesses.profiles import ColumnProfile
from analysis.cohort.words.role_words import split_words

_CRITERIA = {"mrecist", "irecist", "recist"}
_CHANGE = {"change", "chg", "shrinkage", "변화", "변화율", "축소율", "감소율", "変化", "変化率", "縮小率"}
_BEST = {"best", "max", "maximum", "maximal", "largest", "deepest", "nadir", "최대", "최선", "최고", "最大", "最良"}
_OF_LESIONS = {
    *("lesion", "lesions", "tumor", "tumour", "sld", "sod", "target", "종양", "병변", "표적", "腫瘍", "病変", "標的"),
    *_CRITERIA,
}
_BESIDE = {
    *(
        "percent",
        "percentage",
        "perc",
        "pct",
        "from",
        "baseline",
        "bl",
        "in",
        "of",
        "the",
        "sum",
        "size",
        "by",
        "response",
    ),
    *(
        "diameter",
        "diameters",
        "viable",
        "1",
        "11",
        "v1",
        "v11",
        "크기",
        "직경",
        "기저",
        "대비",
        "의",
        "径",
        "の",
        "対",
    ),
}
_EVERY = _CHANGE | _BEST | _OF_LESIONS | _BESIDE
_EAST_ASIAN = re.compile("|".join(sorted((word for word in _EVERY if not word.isascii()), key=len, reverse=True)))
_LEAST_PERCENT = 2.0
"""Changes that never leave this much of zero are shares of one, not percent."""

_LEAST_FILLED = 0.4


def guess_changes(profiles: tuple[ColumnProfile, ...], responses: tuple[str, ...]) -> dict[str, str]:
    """Find the column of the best change of each response, by names of which every word is known and by their numbers.

    A change of anything else, such as of a marker or of the body's weight, has a word of its own and is left alone.

    Parameters
    ----------
    profiles : tuple of ColumnProfile
        Every column without another role.
    responses : tuple of str
        The columns of best responses, in the order of the file.

    Returns
    -------
    dict of str to str
        By the column of the response, that of its change. A change that names a criterion belongs to the response of
        the same one, any other to the first response without its own.
    """
    found: dict[str, str] = {}
    changes = [profile.column for profile in profiles if _holds_changes(profile)]
    for named in (True, False):
        for column in changes:
            criterion = _criterion(column)
            free = [name for name in responses if name not in found and column not in found.values()]
            fitting = [name for name in free if criterion is None or _criterion(name) in (criterion, None)]
            if named:
                fitting = [name for name in fitting if criterion is not None and _criterion(name) == criterion]
            if fitting:
                found[fitting[0]] = column
    return found


def _holds_changes(profile: ColumnProfile) -> bool:
    words = set(_words(profile.column))
    if not (words & _CHANGE and words & (_BEST | _OF_LESIONS) and words <= _EVERY and profile.is_number):
        return False
    values = profile.sample.dropna().to_numpy(dtype=float)
    if values.size == 0 or values.size < _LEAST_FILLED * len(profile.sample):
        return False
    return bool(-100.0 <= values.min() < 0.0 and abs(values).max() > _LEAST_PERCENT)


def _words(column: str) -> Iterator[str]:
    """Words of the Latin alphabet as elsewhere; Korean and Japanese names are cut into the words known here."""
    yield from split_words(_EAST_ASIAN.sub(" ", column))
    yield from _EAST_ASIAN.findall(column)


def _criterion(column: str) -> str | None:
    return next((word for word in split_words(column) if word in _CRITERIA), None)
