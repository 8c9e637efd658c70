"""Which columns are best responses."""

from dataclasses import dataclass

from analysis.cohort.guesses.evidence import score_of
from analysis.cohort.guesses.profiles import ColumnProfile
from analysis.cohort.words.baseline_words import BASELINE_WORDS
from analysis.cohort.words.codings import responder_value, response_category
from analysis.cohort.words.role_words import RESPONDER_WORDS, RESPONSE_WORDS, split_words
from analysis.phrases import phrase

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
    score : float
        How sure, 0 to 1.
    reason : str
        Why, for people.
    change : str or None
        The column that seems to hold its best change in percent.
    """

    name: str
    column: str
    is_responder: bool
    score: float
    reason: str
    change: str | None = None


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
        reason = phrase("its labels are CR, PR, SD, PD or NE")
        if profile not in plain or not split_words(profile.column):
            reason += phrase(", though its name does not say that it is a best response")
        guesses.append(_guess(profile, guesses, is_responder=False, reason=reason))
    if guesses:
        return tuple(guesses)
    for profile in profiles:
        if _holds_responders(profile) and not _is_earlier(profile):
            guesses.append(
                _guess(profile, guesses, is_responder=True, reason=phrase("its name and labels say who responded"))
            )
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


def nearly_holds_categories(profile: ColumnProfile) -> bool:
    """Tell whether most cells of a column are best responses and some are something else.

    Parameters
    ----------
    profile : ColumnProfile
        Any column.

    Returns
    -------
    bool
        True when at least 80 % of the cells, but not all, hold a response, and at least two different ones.
    """
    category = [response_category(str(label)) for label in profile.labels.index]
    known = profile.labels.to_numpy()[[item is not None for item in category]].sum() if len(category) else 0
    several = len(set(category) - {None}) >= 2 and bool({"CR", "PR", "SD"} & set(category))
    return bool(several and None in category and known >= 0.8 * profile.n_present)


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
    named = bool(RESPONSE_WORDS.intersection(words) or RESPONDER_WORDS.intersection(words))
    spoken = bool(own_words(profile) - RESPONDER_WORDS)
    return ResponseGuess(
        name=name,
        column=profile.column,
        is_responder=is_responder,
        score=score_of((0.3 if spoken else 1.0) if named else 0.0, 1.0),
        reason=reason,
    )
