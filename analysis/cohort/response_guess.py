"""Which columns are best responses."""

from dataclasses import dataclass

from analysis.cohort.codings import responder_value, response_category
from analysis.cohort.profiles import ColumnProfile
from analysis.cohort.role_words import BASELINE_WORDS, RESPONDER_WORDS, RESPONSE_WORDS, split_words

_CRITERIA = {"mrecist": "mRECIST", "irecist": "iRECIST", "recist": "RECIST", "imwg": "IMWG", "lugano": "Lugano"}


@dataclass(frozen=True, slots=True, kw_only=True)
class ResponseGuess:
    """A column that seems to hold best responses.

    Attributes
    ----------
    name : str
        Such as ``mRECIST``.
    column : str
        The column.
    is_responder : bool
        True for a column that only says who responded.
    reason : str
        Why, for people.
    """

    name: str
    column: str
    is_responder: bool
    reason: str


def guess_responses(profiles: tuple[ColumnProfile, ...]) -> tuple[ResponseGuess, ...]:
    """Find best responses by their codes, and columns of responders by their names.

    A response to an earlier treatment is a covariate: its name says ``prior`` or, beside other responses, has
    words of its own.

    Parameters
    ----------
    profiles : tuple of ColumnProfile
        Every column that has no other role yet.

    Returns
    -------
    tuple of ResponseGuess
        In the order of the file.
    """
    coded = [profile for profile in profiles if holds_categories(profile) and not _is_earlier(profile)]
    plain = [profile for profile in coded if not own_words(profile)]
    guesses: list[ResponseGuess] = []
    for profile in plain or coded:
        guesses.append(_guess(profile, guesses, is_responder=False, reason="its labels are CR, PR, SD, PD or NE"))
    if guesses:
        return tuple(guesses)
    for profile in profiles:
        if _holds_responders(profile) and not _is_earlier(profile):
            guesses.append(_guess(profile, guesses, is_responder=True, reason="its name and labels say who responded"))
    return tuple(guesses)


def holds_categories(profile: ColumnProfile) -> bool:
    """Tell whether a column holds best responses, whatever the treatment they were to.

    Parameters
    ----------
    profile : ColumnProfile
        Any column.

    Returns
    -------
    bool
        True when every label is a response and there are at least two, one of them CR, PR or SD.
    """
    categories = {response_category(str(label)) for label in profile.labels.index}
    return None not in categories and len(categories) >= 2 and bool(categories & {"CR", "PR", "SD"})


def _is_earlier(profile: ColumnProfile) -> bool:
    return bool(BASELINE_WORDS.intersection(split_words(profile.column)))


def own_words(profile: ColumnProfile) -> set[str]:
    """The words of a column's name that do not speak of responses.

    Parameters
    ----------
    profile : ColumnProfile
        Any column.

    Returns
    -------
    set of str
        Such as ``{"ab"}`` of ``ab_best_response``.
    """
    return set(split_words(profile.column)) - RESPONSE_WORDS


def _holds_responders(profile: ColumnProfile) -> bool:
    words = set(split_words(profile.column))
    if not words & RESPONDER_WORDS or words - RESPONSE_WORDS - RESPONDER_WORDS or profile.n_distinct != 2:
        return False
    return {responder_value(str(label)) for label in profile.labels.index} == {True, False}


def _guess(profile: ColumnProfile, before: list[ResponseGuess], *, is_responder: bool, reason: str) -> ResponseGuess:
    words = split_words(profile.column)
    name = next((_CRITERIA[word] for word in words if word in _CRITERIA), "Response")
    if name in {guess.name for guess in before}:
        name = profile.column
    return ResponseGuess(name=name, column=profile.column, is_responder=is_responder, reason=reason)
