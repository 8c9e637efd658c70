"""The words by which hospitals code events and best responses."""

from collections.abc import Collection

_OBSERVED_SWITCH: tuple[tuple[str, str], ...] = (
    ("1", "0"),
    ("true", "false"),
    ("t", "f"),
    ("yes", "no"),
    ("y", "n"),
    ("예", "아니오"),
    ("예", "아니요"),
    ("유", "무"),
    ("はい", "いいえ"),
    ("あり", "なし"),
    ("有り", "無し"),
    ("有", "無"),
)
"""Pairs that say whether something happened, and depend on the column's name for what it was."""

_OBSERVED_WORDS = {
    *("dead", "died", "death", "deceased", "expired", "사망", "死亡"),
    *("event", "observed", "failure", "failed"),
    *("progressed", "progression", "progressive", "progressive disease", "disease progression", "pd", "진행", "増悪"),
    *("relapse", "relapsed", "recurrence", "recurred", "재발", "再発"),
}
_CENSORED_WORDS = {
    *("alive", "living", "survived", "survivor", "생존", "생존중", "生存"),
    *("censored", "censor", "none", "중도절단", "打ち切り", "무진행", "무재발", "無増悪", "無再発"),
    *("lost to follow-up", "loss to follow-up", "lost to follow up", "f/u loss", "lost", "추적소실", "追跡不能"),
    "no event",
    "event-free",
    "event free",
    "not observed",
    "not progressed",
    "no progression",
    "progression-free",
    "progression free",
    "no relapse",
    "relapse-free",
    "no recurrence",
    "recurrence-free",
}

_REVERSED_NAMES = {
    *("alive", "living", "survived", "eventfree", "noevent", "생존", "생존여부", "生存"),
    *("censored", "censor", "censoring", "cens", "중도절단", "打ち切り"),
}
"""Words in a column's name that turn 1, true and yes into "no event"."""


def observed_label(labels: Collection[str], column: str) -> str | None:
    """Find which of an event column's two labels means that the event was observed, where no one need be asked.

    Codings that can be read in one way only are accepted in any case: 0/1, true/false, yes/no, dead/alive,
    event/censored, progressed/censored and their Korean and Japanese counterparts. 1/2 is not among them
    (in R 2 is the event, elsewhere 1 is), and neither is yes/no in a column called ``alive``.

    Parameters
    ----------
    labels : collection of str
        The column's distinct labels.
    column : str
        Its name.

    Returns
    -------
    str or None
        The label as it stands in the column; None when a person must say.
    """
    folded = {_fold(label): label for label in labels}
    if len(labels) != 2 or len(folded) != 2:
        return None
    for observed, censored in _OBSERVED_SWITCH:
        if set(folded) == {observed, censored}:
            return None if is_reversed_name(column) else folded[observed]
    seen = [key for key in folded if key in _OBSERVED_WORDS]
    unseen = [key for key in folded if key in _CENSORED_WORDS]
    return folded[seen[0]] if len(seen) == 1 and len(unseen) == 1 else None


def observed_labels(labels: Collection[str], column: str) -> tuple[str, ...] | None:
    """Propose which labels of an event column mean that the event was observed, for a person to confirm.

    Besides the codings of `observed_label`, columns kept by several hands: any number of words, each of which
    says dead or alive, event or censored.

    Parameters
    ----------
    labels : collection of str
        The column's distinct labels.
    column : str
        Its name.

    Returns
    -------
    tuple of str or None
        The labels as they stand in the column, in its order; None when a person must say.
    """
    plain = observed_label(labels, column)
    if plain is not None:
        return (plain,)
    observed = tuple(label for label in labels if _fold(label) in _OBSERVED_WORDS)
    censored = [label for label in labels if _fold(label) in _CENSORED_WORDS]
    return observed if observed and censored and len(observed) + len(censored) == len(labels) else None


def is_reversed_name(column: str) -> bool:
    """Tell whether a column's name says the opposite of an event, as ``alive`` and ``censored`` do.

    Parameters
    ----------
    column : str
        A column's name.

    Returns
    -------
    bool
        True when 1 or yes in such a column would mean that nothing happened.
    """
    words = name_words(column)
    return bool(_REVERSED_NAMES.intersection(words)) or bool(_REVERSED_NAMES.intersection({"".join(words)}))


def name_words(column: str) -> list[str]:
    """Split a column's name into its words, in lower case.

    Parameters
    ----------
    column : str
        A name such as ``OS_months``, ``osMonths`` or ``OS (months)``.

    Returns
    -------
    list of str
        Here ``["os", "months"]``.
    """
    words: list[str] = []
    current = ""
    for before, letter in zip((" " + column)[:-1], column, strict=True):
        if not letter.isalnum():
            words.append(current)
            current = ""
            continue
        if letter.isupper() and before.islower():
            words.append(current)
            current = ""
        current += letter
    words.append(current)
    return [word.casefold() for word in words if word]


RESPONSE_CATEGORIES: tuple[str, ...] = ("CR", "PR", "SD", "PD", "NE")
"""Best responses: complete, partial, stable, progressive, not evaluable."""

_RESPONSE_WORDS: dict[str, str] = {
    **dict.fromkeys(("cr", "complete response", "complete remission", "완전관해", "완전반응", "完全奏効"), "CR"),
    **dict.fromkeys(("pr", "partial response", "partial remission", "부분관해", "부분반응", "部分奏効"), "PR"),
    **dict.fromkeys(("sd", "stable disease", "안정병변", "안정", "安定"), "SD"),
    **dict.fromkeys(("pd", "progressive disease", "disease progression", "진행병변", "진행", "進行", "増悪"), "PD"),
    **dict.fromkeys(("ne", "not evaluable", "not evaluated", "non-evaluable", "inevaluable", "unevaluable"), "NE"),
    **dict.fromkeys(("not assessable", "not assessed", "not done", "평가불능", "평가불가", "評価不能"), "NE"),
}


def response_category(label: str) -> str | None:
    """Read a best response by its code or its name, in any case.

    Parameters
    ----------
    label : str
        A cell's label.

    Returns
    -------
    str or None
        One of ``RESPONSE_CATEGORIES``; None for any other label.

    Examples
    --------
    >>> response_category("Complete response")
    'CR'
    """
    return _RESPONSE_WORDS.get(_fold(label).replace("_", " "))


_RESPONDER_WORDS = {"responder", "response", "responded", "반응"}
_NON_RESPONDER_WORDS = {"non-responder", "nonresponder", "non-response", "no response", "무반응"}


def responder_value(label: str) -> bool | None:
    """Read a cell of a column that says who responded.

    Parameters
    ----------
    label : str
        A cell's label.

    Returns
    -------
    bool or None
        True for a responder; None for a label that says neither.
    """
    key = _fold(label)
    for observed, censored in _OBSERVED_SWITCH:
        if key in (observed, censored):
            return key == observed
    if key in _RESPONDER_WORDS:
        return True
    return False if key in _NON_RESPONDER_WORDS else None


def _fold(label: str) -> str:
    return " ".join(label.casefold().split())
